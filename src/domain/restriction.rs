//! What may keep a unit from going out: recall, hold, due dates, what its category asks, who reserved it.
//!
//! These block going out and never coming in. Deliberately absent: deciding, which `rules` does in a fixed order.

use jiff::Timestamp;

use super::HolderId;

/// What is on record against lending one unit; by default nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Restrictions {
    /// Why it was recalled.
    pub recalled: Option<String>,
    /// Why it is on hold.
    pub on_hold: Option<String>,
    /// When its calibration expires.
    pub calibration_due: Option<Timestamp>,
    /// When its inspection is due.
    pub inspection_due: Option<Timestamp>,
    /// What its category asks.
    pub category: CategoryPolicy,
    /// The next reservation that has not ended.
    pub reservation: Option<Reservation>,
    /// Units of its category that the person at the desk has; counted only where the category has a limit.
    pub held_of_category: u32,
    /// Things that the person has, if they may have so many; counted as those.
    pub held: u32,
    /// Reservations of any unit of its model that have not ended, the next first.
    pub of_model: Vec<Reservation>,
    /// Free units of its model; counted only where the model is reserved, up to one more than there are reservations.
    pub free_of_model: u32,
}

/// What a category asks of whoever takes a unit of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CategoryPolicy {
    /// The training that is needed.
    pub training: Option<String>,
    /// Units of it that one person may have.
    pub held_max: Option<u32>,
    /// A job or cost centre must be named.
    pub job_required: bool,
    /// A second proof is asked, of the person or of the thing.
    pub critical: bool,
    /// As critical, and never taken in without a badge.
    pub regulated: bool,
}

impl CategoryPolicy {
    /// Whether a second proof is asked.
    #[must_use]
    pub const fn is_critical(&self) -> bool {
        self.critical || self.regulated
    }
}

impl Reservation {
    /// Reservations of one model that a scan looks at; later ones are honoured when their time is nearer (chosen).
    pub const OF_MODEL_MAX: usize = 32;
}

/// Who is to have a unit, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reservation {
    /// Who.
    pub holder: HolderId,
    /// Their name.
    pub name: String,
    /// From when.
    pub begins: Timestamp,
    /// Until when.
    pub ends: Timestamp,
}

/// The licence of a person for regulated things, by its reference; the paper itself is elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Licence {
    /// Its number or whatever names it.
    pub reference: String,
    /// Until when it counts; `None` for ever.
    pub valid_until: Option<Timestamp>,
}

/// A training that a person has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Training {
    /// Its name.
    pub name: String,
    /// Until when it counts; `None` for ever.
    pub valid_until: Option<Timestamp>,
}
