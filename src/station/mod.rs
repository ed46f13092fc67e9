//! The one loop: takes all that waits, walks the eight steps for each scan, commits once, then speaks.
//!
//! One plain thread owns the lanes, the decoders and the store's only write connection; there is no lock in the core
//! and nothing waits between deciding and recording. Everybody else holds a [`Handle`]: it puts inputs into the
//! bounded queue and watches the outcome.
//! Deliberately absent: deciding (`rules`), drivers (`source`), SQL (`store`).

mod cards;
pub mod clock;
mod desk;
mod drawn;
mod error;
mod gate;
mod group;
mod handle;
mod journey;
mod keeper;
mod lanes;
mod pace;
mod question;
mod run;
mod shown;
mod speak;
mod told;
mod upload;

pub use cards::{CardBrief, cards, is_card};
pub use drawn::{DrawnError, drawn};
pub use handle::{Handle, Input, NotTaken, Reply, Request, Work};
pub use journey::{JourneyError, journey};
pub use keeper::carry_out;
pub use pace::PaceView;
pub use run::{Station, start};
pub use told::Journey;

/// For threads of rooms that know no devices and wait for the station's answers, such as the one that writes to screens.
pub use crate::source::answering_at;
/// For doors at which pictures are handed in: each is looked over as a whole before the store keeps it.
pub use crate::vision::look_over;

use crate::domain::StationId;
use crate::identify;
use crate::rules::Policy;

/// How a station is set up.
#[derive(Clone, Debug)]
pub struct Options {
    /// The station's name in every event.
    pub station: StationId,
    /// The rules of the place.
    pub policy: Policy,
    /// What our own codes look like.
    pub codes: identify::Options,
    /// Inputs that may wait; a web request that finds the queue full gets 503, a scanner waits.
    pub queue_max: usize,
    /// Inputs that are taken into one commit.
    pub group_max: usize,
    /// Messages that a slow screen may lag behind before it must resume from the ledger.
    pub updates_max: usize,
}

impl Options {
    /// Inputs that may wait (chosen: two seconds of eight scanners in burst).
    pub const QUEUE_MAX: usize = 1_024;
    /// Inputs in one commit (measured: larger groups gain nothing and delay the first answer).
    pub const GROUP_MAX: usize = 64;
    /// Messages a screen may lag behind.
    pub const UPDATES_MAX: usize = 1_024;

    /// The starting values for a station of that name.
    #[must_use]
    pub fn new(station: StationId, policy: Policy, codes: identify::Options) -> Self {
        Self {
            station,
            policy,
            codes,
            queue_max: Self::QUEUE_MAX,
            group_max: Self::GROUP_MAX,
            updates_max: Self::UPDATES_MAX,
        }
    }
}

#[cfg(test)]
mod tests;
