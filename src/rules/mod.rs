//! What shall happen: lanes, sessions, movements and refusals, and the words for them.
//!
//! Pure and total: a [`Case`] holds all that a decision may look at, [`decide`] always answers, and every answer has
//! at least one event. Refusals are answers with a cause; taking in is always possible.
//! Deliberately absent: the clock, the store, devices. A lane changes only by a decision that was recorded.

mod card;
mod cause;
mod decide;
mod desk;
mod lane;
mod movement;
mod policy;
mod respond;
mod session;
mod undo;
pub mod words;

pub use card::Card;
pub use cause::Cause;
pub use decide::{Case, decide, wants};
pub use lane::{Lane, Line, Mode, Session, Undoable};
pub use policy::{DueRule, Policy};
pub use respond::{not_recorded, respond};
pub use session::expire;
