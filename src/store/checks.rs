//! What a verification looks at, and how far it is.
//!
//! Deliberately absent: the verification itself, which is `verify`, and what it found (`report`).

use crate::domain::EventSeq;

/// What to prove beside the chain, the signatures and the mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checks {
    /// Custody = fold of the events; needs memory for each unit (80 bytes).
    pub custody: bool,
    /// The register is what the events tell of it; needs memory for each person, and half a MiB for all units.
    pub register: bool,
    /// SQLite's own check of the file's pages and indexes.
    pub file: bool,
}

impl Checks {
    /// Everything, as `scanstation verify` does.
    pub const ALL: Self = Self { custody: true, register: true, file: true };
    /// What runs beside a station without taking memory from it: chain, signatures, mark, register.
    pub const BESIDE: Self = Self { custody: false, register: true, file: false };
}

/// How far a verification is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Events whose hashes were recomputed.
    pub events: u64,
    /// The last number in the ledger.
    pub last: EventSeq,
}
