//! What shall happen, as the rules decided it: pure, complete, not yet written.
//!
//! Deliberately absent: how it is decided (`rules`) and written (`store`).

use jiff::Timestamp;

use super::{Body, CartLine, Change, EventKind, EventSeq, HolderId, LocationId, UnitId, UnitState, unit::words};
use std::fmt;

words! {
    /// The four answers a person can get, each with words, a colour and a tone of its own.
    Answer {
        /// Accepted, more may follow: short and high, green.
        Good = "good",
        /// Finished: two rising tones, blue.
        Done = "done",
        /// Nothing was done: it was so already, or something is asked first. Soft double, amber.
        Already = "already",
        /// No: long and low, red.
        No = "no",
    }
}

/// What shall happen after one scan.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision<L> {
    /// The answer.
    pub answer: Answer,
    /// The cause or the result in a few words for the screen.
    pub why: String,
    /// The answer is a question: nothing of the scan is booked until it is answered.
    pub asks: bool,
    /// What the ledger shall say, in order; at least one event for every scan.
    pub events: Vec<NewEvent>,
    /// What else shall be written in the same transaction.
    pub changes: Vec<Change>,
    /// The lane as it is afterwards; it takes effect only when the events are durable.
    pub lane: L,
    /// The unit the answer is about.
    pub unit: Option<UnitId>,
    /// Serial numbers of the record may be shown.
    pub unmasked: bool,
    /// A refusal asks for the nearest free unit of the same model.
    pub substitute_for: Option<InsteadOf>,
    /// What a cart booked, a line each.
    pub receipt: Vec<CartLine>,
}

/// A unit in whose place another one is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InsteadOf {
    /// The unit that was refused.
    pub unit: UnitId,
    /// When it would have come back; `None` for a loan without an end.
    pub until: Option<Timestamp>,
}

impl<L> Decision<L> {
    /// Whether it changes nothing in the register: a look or a refusal.
    #[must_use]
    pub fn only_tells(&self) -> bool {
        let tells = |it: &NewEvent| {
            let keeps = it.movement.is_none() && it.state.is_none() && it.location.is_none();
            keeps && matches!(it.kind, EventKind::Observed | EventKind::Refused)
        };
        self.changes.is_empty() && self.events.iter().all(tells)
    }
}

/// One event to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct NewEvent {
    /// What happened.
    pub kind: EventKind,
    /// To which unit.
    pub unit: Option<UnitId>,
    /// What it does to custody.
    pub movement: Option<Movement>,
    /// Where the unit is afterwards, if it says.
    pub location: Option<LocationId>,
    /// The unit's state afterwards, if it says.
    pub state: Option<UnitState>,
    /// Who did it.
    pub person: Option<HolderId>,
    /// The event it takes back.
    pub corrects: Option<EventSeq>,
    /// When it happened, if not now.
    pub event_time: Option<Timestamp>,
    /// Its words.
    pub body: Body,
}

/// A change of custody. It names the expected former holder: if somebody else was quicker it is a conflict, not a retry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Movement {
    /// Who has it before; `None` for nobody.
    pub former: Option<HolderId>,
    /// Who has it afterwards; `None` for nobody.
    pub holder: Option<HolderId>,
    /// Until when.
    pub due: Option<Timestamp>,
}

impl NewEvent {
    /// An event of that kind with nothing else said.
    #[must_use]
    pub const fn new(kind: EventKind) -> Self {
        Self {
            kind,
            unit: None,
            movement: None,
            location: None,
            state: None,
            person: None,
            corrects: None,
            event_time: None,
            body: Body::new(),
        }
    }
}
