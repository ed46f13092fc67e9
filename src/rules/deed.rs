//! What UNDO remembers of an action: enough to take it back, and to see whether something has changed since.
//!
//! Deliberately absent: taking it back, which is in `undo`.

use jiff::Timestamp;

use crate::domain::{Condition, EventSeq, HolderId, IdentifierKind, Location, StockId, UnitId, UnitState};

/// An action that UNDO can take back.
#[derive(Clone, Debug, PartialEq)]
pub struct Undoable {
    /// The event; filled in once it is recorded.
    pub event: Option<EventSeq>,
    /// The unit; `None` for what is only counted.
    pub unit: Option<UnitId>,
    /// How to call it.
    pub label: String,
    /// Who had it before, and until when.
    pub before: (Option<HolderId>, Option<Timestamp>),
    /// Who has it since.
    pub after: Option<HolderId>,
    /// The state before and since, if it changed.
    pub state: Option<(UnitState, UnitState)>,
    /// The place before and since, if nothing but the place changed.
    pub place: Option<(Option<Location>, Location)>,
    /// The condition before and since, if the movement changed it.
    pub condition: Option<(Option<Condition>, Option<Condition>)>,
    /// The parts of a kit that moved with it.
    pub parts: Vec<Undoable>,
    /// What it did instead of moving something.
    pub deed: Option<Deed>,
}

/// An action that moved nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Labels of the unit.
    Labels {
        /// What was bound.
        bound: Vec<(IdentifierKind, String)>,
        /// The tag that ended by it.
        ended: Option<String>,
        /// Its label was put on the list of those to be printed.
        queued: bool,
    },
    /// A quantity.
    Stock {
        /// The shelf.
        stock: StockId,
        /// How many were taken; negative if they were put back.
        taken: i64,
    },
    /// What was said about the condition of a unit.
    Condition {
        /// What was said before.
        before: Option<Condition>,
        /// What is said since.
        since: Option<Condition>,
    },
}

impl Undoable {
    /// The units that it is about.
    pub fn units(&self) -> impl Iterator<Item = UnitId> {
        self.unit.into_iter().chain(self.parts.iter().filter_map(|it| it.unit))
    }
}
