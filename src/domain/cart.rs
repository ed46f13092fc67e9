//! What lies in a cart, and what else shall be written beside the events of a scan.
//!
//! A cart is not custody: its units stay with whoever has them until it is booked. It survives its session and a restart.
//! Deliberately absent: booking a cart, which `rules` decides, and keeping it, which `store` does.

use jiff::Timestamp;

use super::{HolderId, UnitId};

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
    /// Until when it would go out.
    pub due: Option<Timestamp>,
    /// The identifier that was scanned.
    pub scanned: String,
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
    /// A unit's tag was lost: it stays known and is never issued again.
    TagLost {
        /// The unit.
        unit: UnitId,
        /// The tag it bore.
        tag: String,
    },
}
