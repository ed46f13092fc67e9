//! What shall happen: lanes, sessions, movements and refusals, and the words for them.
//!
//! Pure and total: a [`Case`] holds all that a decision may look at, [`decide`] always answers, and every answer has
//! at least one event. Refusals are answers with a cause; taking in is always possible.
//! Deliberately absent: the clock, the store, devices. A lane changes only by a decision that was recorded.

mod anew;
mod card;
mod cause;
mod condition;
mod conflict;
mod decide;
mod deed;
mod desk;
mod doubt;
mod hand_on;
mod hand_over;
mod hitch;
mod job;
mod keyboard;
mod kit;
mod lane;
mod late;
mod mark;
mod movement;
mod pairing;
mod placing;
mod policy;
mod printed;
mod proof;
mod reading;
mod release;
mod respond;
mod restriction;
mod session;
mod shelf;
mod shift;
mod still;
mod take;
mod transition;
mod undo;
mod view;
mod visit;
mod waiting;
mod wanted;
pub mod words;

pub use card::Card;
pub use cause::Cause;
pub use conflict::torn_of;
pub use decide::{Case, crowded, decide};
pub use deed::{Deed, Undoable};
pub use doubt::Doubt;
pub use hitch::Hitch;
pub use lane::{LabelMode, Lane, Mode};
pub use late::{Original, had_left, made_at, original};
pub use pairing::{Paired, Pairing};
pub use policy::{DueRule, Policy};
pub use reading::{Beside, together};
pub use respond::{answered_before, not_recorded, respond};
pub use session::{expire, warn, withdrawn};
pub use transition::{Mark, TRANSITIONS, Transition};
pub use visit::{Borrower, DueCard, Piece, Session};
pub use waiting::{Asked, Lifted, Offered, Placing, Proof, Refused};
pub use wanted::{Wanted, wants};
pub use words::clock_behind;
