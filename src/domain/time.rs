//! Time as an argument: one [`Moment`] is handed in at the door and nothing below reads a clock.
//!
//! A moment carries two readings, because they answer different questions: how long (uptime, never goes back)
//! and when (wall clock, what a person calls the time). Deadlines use uptime; the ledger shows wall time.
//! Deliberately absent: reading either clock, which `station/clock.rs` alone does.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;

/// One point in time, read once at the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// What the wall clock said; it may be set by a person and so may step.
    pub wall: Timestamp,
    /// Time since the service started; it never goes backwards.
    pub uptime: Duration,
}

impl Moment {
    /// Makes a moment from its two readings.
    #[must_use]
    pub const fn new(wall: Timestamp, uptime: Duration) -> Self {
        Self { wall, uptime }
    }

    /// The time that passed since an earlier moment; zero if `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        self.uptime.saturating_sub(earlier.uptime)
    }
}

/// The clock as it is handed to threads that must stamp what they deliver; `station/clock.rs` makes it.
pub type Clock = Arc<dyn Fn() -> Moment + Send + Sync>;
