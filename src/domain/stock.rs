//! Things that are counted instead of numbered: a shelf with a code, a quantity, a minimum.
//!
//! A quantity is never negative. Each change is an event that says what is left, so that the table is a fold.
//! Deliberately absent: lending; what is taken is used up, or given back to its shelf.

use jiff::Timestamp;

use super::{Location, ModelBrief};

/// Numbers a shelf of consumables in the register.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct StockId(pub i64);

/// All that the rules may ask about a shelf of consumables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockFacts {
    /// Its number.
    pub id: StockId,
    /// The code on its shelf.
    pub shelf: String,
    /// What lies there.
    pub model: ModelBrief,
    /// Where the shelf is.
    pub location: Option<Location>,
    /// How many there are; never negative.
    pub quantity: i64,
    /// Below this many it is to be ordered.
    pub minimum: i64,
    /// At most so many at once; `None` for the limit of the place.
    pub take_max: Option<i64>,
    /// A note to order it is open.
    pub reordered: bool,
    /// The category asks for a job.
    pub job_required: bool,
}

/// A shelf of consumables as people and programs see it.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct StockView {
    /// Its number.
    pub id: StockId,
    /// The code on its shelf.
    pub shelf: String,
    /// What lies there.
    pub model: String,
    /// Where the shelf is.
    pub location: Option<String>,
    /// How many there are.
    pub quantity: i64,
    /// Below this many it is to be ordered.
    pub minimum: i64,
    /// Since when it is to be ordered.
    pub reorder_since: Option<Timestamp>,
}
