//! What lies in a cart, and what else shall be written beside the events of a scan.
//!
//! A cart is not custody: its units stay with whoever has them until it is booked. It survives its session and a restart.
//! Deliberately absent: booking a cart, which `rules` decides, and keeping it, which `store` does.

use jiff::Timestamp;

use super::{Condition, Ended, HolderId, IdentifierKind, UnitId};

/// A unit that waits in a cart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The unit.
    pub unit: UnitId,
    /// How to call it.
    pub label: String,
    /// Its model.
    pub model: String,
    /// True if it goes out, false if it comes back.
    pub out: bool,
    /// Who had it when it was scanned, if it comes back.
    pub former: Option<HolderId>,
    /// Until when it would go out.
    pub due: Option<Timestamp>,
    /// The identifier that was scanned.
    pub scanned: String,
    /// The kit with which it came into the cart, if it is a part of one.
    pub kit: Option<UnitId>,
    /// Parts of this kit that are said to be missing, by label, parted by blanks; empty for anything else.
    pub missing: String,
    /// Tag and plate were both read.
    pub verified: bool,
    /// In what condition it comes back, if somebody said so.
    pub condition: Option<Condition>,
    /// Whether somebody said that it is in order, whatever was said of it before.
    pub in_order: bool,
    /// The job for which it goes out, if one was named before it was scanned.
    pub job: Option<String>,
    /// What proved it where it is critical: a kind of identifier, a person, a PIN; empty for anything else.
    pub second_proof: String,
}

/// Something to be written in the transaction of a scan that is not an event.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// The cart at this lane is now this; without lines it is forgotten.
    Cart {
        /// Whose cart it is.
        holder: HolderId,
        /// What lies in it, oldest first.
        lines: Vec<Line>,
    },
    /// Whoever had the cart at this lane has left: it waits for their next badge.
    CartLeft,
    /// What waited for this person was given back to them.
    CartsGivenBack {
        /// The person.
        holder: HolderId,
    },
    /// The shift was closed: the head of the ledger is to be signed once it is durable.
    ShiftClosed,
    /// An identifier of a unit ended. A tag stays known and is never issued again, unless it never was on the unit.
    Ended {
        /// The unit.
        unit: UnitId,
        /// What kind it is.
        kind: IdentifierKind,
        /// As printed.
        raw: String,
        /// Why.
        why: Ended,
    },
    /// An identifier was bound to a unit.
    Bound {
        /// The unit.
        unit: UnitId,
        /// What kind it is.
        kind: IdentifierKind,
        /// As printed.
        raw: String,
        /// Who bound it.
        person: Option<HolderId>,
        /// At which step, as the register calls it: `pair`, `relabel`.
        stage: &'static str,
    },
    /// An identifier that ended by mistake is valid again.
    Revived {
        /// The unit.
        unit: UnitId,
        /// What kind it is.
        kind: IdentifierKind,
        /// As printed.
        raw: String,
    },
}
