//! One line of the ledger (EPCIS event): what happened, to what, by whom, where, when.
//!
//! The ledger only grows. An event's header says what custody needs and is never removed; its body holds the words
//! and can be purged without breaking the chain, because the chain covers a salted hash of it.
//! Deliberately absent: writing and hashing, which are in `store`.

use std::{collections::BTreeMap, fmt};

use jiff::Timestamp;
use uuid::Uuid;

use super::{HolderId, LocationId, ScanId, StationId, UnitId, UnitState, unit::words};

/// Numbers an event at its station: 1, 2, 3 … without gaps, in the order in which things were decided.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct EventSeq(pub i64);

/// Names an event among all stations: its station, its number there, and a UUID of version 7.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EventId {
    /// The station that wrote it.
    pub station: StationId,
    /// Its number there.
    pub seq: EventSeq,
    /// Its UUID, version 7.
    pub uuid: Uuid,
}

words! {
    /// What happened, in the past tense.
    EventKind {
        /// The service started on this store.
        StationStarted = "station-started",
        /// A unit went out to a holder.
        CheckedOut = "checked-out",
        /// A unit came back.
        CheckedIn = "checked-in",
        /// A unit went from one holder to another.
        HandedOver = "handed-over",
        /// A code was seen and nothing moved.
        Observed = "observed",
        /// The rules said no.
        Refused = "refused",
        /// An unknown code was set aside, to be resolved later.
        Parked = "parked",
        /// An earlier event was taken back.
        Corrected = "corrected",
        /// A badge opened a session.
        SessionOpened = "session-opened",
        /// A session ended.
        SessionClosed = "session-closed",
        /// A unit entered the register.
        UnitRegistered = "unit-registered",
        /// A unit's record was changed.
        UnitChanged = "unit-changed",
        /// An identifier was bound to a unit.
        IdentifierBound = "identifier-bound",
        /// An identifier ended: superseded, corrected, voided, lost.
        IdentifierEnded = "identifier-ended",
        /// A person, a model or a location was entered or changed.
        RecordChanged = "record-changed",
        /// A unit was put somewhere else, custody unchanged.
        Moved = "moved",
        /// A unit's state in its life changed.
        StateChanged = "state-changed",
        /// The wall clock was set, by more than two seconds.
        ClockChanged = "clock-changed",
        /// Answered events are missing from the file: what was lost, as the mark outside remembers it.
        GapDeclared = "gap-declared",
        /// The payloads of earlier events were removed.
        Purged = "purged",
        /// The store was restored from a backup.
        Restored = "restored",
        /// A case was opened, changed or closed.
        CaseChanged = "case-changed",
        /// A label was put on the list of those to be printed.
        LabelQueued = "label-queued",
        /// A label was taken off that list.
        LabelSettled = "label-settled",
        /// A quantity on a shelf changed.
        StockChanged = "stock-changed",
        /// What lies on a shelf is to be ordered.
        ReorderNoted = "reorder-noted",
        /// A unit belongs to somebody else.
        OwnerChanged = "owner-changed",
        /// Somebody who may has released what the rules refused, once; the person of the event is that somebody.
        Overridden = "overridden",
        /// A code that was set aside has been dealt with.
        ParkedResolved = "parked-resolved",
        /// The shift was closed: what was still out, overdue and parked; a signed checkpoint follows.
        ShiftClosed = "shift-closed",
        /// A still was bound to an earlier event by its hash.
        StillBound = "still-bound",
        /// A list for other programs left the store: which one, masked or not, how many rows.
        Exported = "exported",
    }
}

/// The words of an event: names and values; a purge may remove them, by [`EventClass`](super::EventClass).
#[derive(Clone, Debug, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Body(BTreeMap<String, String>);

impl Body {
    /// A body with nothing in it.
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Adds a name and its value; an empty value is left out.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        let value = value.into();
        if !value.is_empty() {
            self.0.insert(name.to_owned(), value);
        }
        self
    }

    /// The value of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Names and values in the order of names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// One line of the ledger, as read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its name among all stations.
    pub id: EventId,
    /// What happened.
    pub kind: EventKind,
    /// When it was written.
    pub record_time: Timestamp,
    /// When it happened; the same as `record_time` but for batch imports.
    pub event_time: Timestamp,
    /// Who did it.
    pub person: Option<HolderId>,
    /// To which unit.
    pub unit: Option<UnitId>,
    /// Who has the unit after it; `None` for nobody.
    pub holder: Option<HolderId>,
    /// Until when.
    pub due: Option<Timestamp>,
    /// Where the unit is after it, if the event says.
    pub location: Option<LocationId>,
    /// The state of the unit after it, if the event says.
    pub state: Option<UnitState>,
    /// The scan that led to it.
    pub scan: Option<ScanId>,
    /// The event it takes back.
    pub corrects: Option<EventSeq>,
    /// Its words; `None` after a purge.
    pub body: Option<Body>,
}

impl EventKind {
    /// Whether this kind of event says who has the unit afterwards.
    #[must_use]
    pub const fn moves_custody(self) -> bool {
        matches!(self, Self::CheckedOut | Self::CheckedIn | Self::HandedOver | Self::Corrected)
    }
}
