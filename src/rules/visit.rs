//! One person's turn at a lane: who they are and what they may, what lies in their cart, what they were asked about a thing.
//!
//! A copy of the record as it was when the badge was read, looked at again when a keeper changes it.
//! Deliberately absent: the lane around it (`lane`), and how a turn begins and ends (`session`).

use crate::domain::{Condition, Holder, HolderId, Licence, Line, Location, Role, Training, UnitId};

use super::Pairing;
use super::deed::Undoable;
use super::waiting::{Lifted, Placing};

/// A thing whose tag and plate name different units; it waits for its bin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The unit that the tag names.
    pub unit: UnitId,
    /// How to call it.
    pub label: String,
    /// The other one, if the plate names one.
    pub other: Option<UnitId>,
}

/// One holder's turn at the desk.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// Who.
    pub holder: HolderId,
    /// Their name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Their trainings.
    pub trained: Vec<Training>,
    /// Their licence for regulated things.
    pub licence: Option<Licence>,
    /// Units they held when the session opened, and what has changed since.
    pub held: u32,
    /// Of those, past their due time.
    pub overdue: u32,
    /// What waits for DONE.
    pub cart: Vec<Line>,
    /// What can be taken back, oldest first; at most [`Session::UNDO_MAX`].
    pub undoable: Vec<Undoable>,
    /// What a DUE card asked for.
    pub due: Option<DueCard>,
    /// The job that a card named; every movement carries it.
    pub job: Option<String>,
    /// Who takes what goes out, if a clerk serves somebody else.
    pub borrower: Option<Borrower>,
    /// Who has the units that wait to be handed over.
    pub giver: Option<HolderId>,
    /// The bin into which units are put now.
    pub place: Option<Location>,
    /// What was read since PAIR or RELABEL and is not bound yet.
    pub pairing: Pairing,
    /// What was typed once and counts when it is typed again.
    pub typed: Option<String>,
    /// A thing in doubt that waits for its bin.
    pub piece: Option<Piece>,
    /// A unit that waits for the bin to be scanned into which it was put.
    pub placing: Option<Placing>,
    /// What was released for units that are not booked yet.
    pub lifted: Vec<Lifted>,
    /// Units that they may have at one time.
    pub held_max: Option<u32>,
    /// The hash of a still that was shown before the damaged unit was scanned.
    pub still: Option<String>,
    /// In what condition the next unit comes back, as a card before it said.
    pub condition: Option<Condition>,
}

/// Until when a DUE card lends what goes out after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DueCard {
    /// So many days.
    Days(u16),
    /// Until the job is done.
    Job,
}

/// Somebody whom the clerk of a desk serves.
#[derive(Clone, Debug, PartialEq)]
pub struct Borrower {
    /// Who.
    pub holder: HolderId,
    /// Their name.
    pub name: String,
    /// Their trainings.
    pub trained: Vec<Training>,
    /// Their licence for regulated things.
    pub licence: Option<Licence>,
    /// Units they had when they were named.
    pub held: u32,
    /// Units that they may have at one time.
    pub held_max: Option<u32>,
}

impl From<&Holder> for Borrower {
    fn from(holder: &Holder) -> Self {
        Self {
            holder: holder.id,
            name: holder.name.clone(),
            trained: holder.trained.clone(),
            licence: holder.licence.clone(),
            held: holder.held,
            held_max: holder.held_max,
        }
    }
}

impl Session {
    /// Own actions that UNDO remembers.
    pub const UNDO_MAX: usize = 10;

    /// Remembers a movement; the oldest are forgotten once all of one decision have the numbers of their events.
    pub fn remember(&mut self, movement: Undoable) {
        self.undoable.push(movement);
    }

    /// Remembers the movement of a part with that of its kit, so that both are taken back as one.
    pub fn remember_part(&mut self, kit: UnitId, movement: Undoable) {
        match self.undoable.last_mut().filter(|it| it.unit == Some(kit)) {
            Some(last) => last.parts.push(movement),
            None => self.remember(movement),
        }
    }

    /// What was released for a unit.
    #[must_use]
    pub fn lifted(&self, unit: UnitId) -> &[&'static str] {
        self.lifted.iter().find(|it| it.unit == unit).map_or(&[], |it| &it.causes)
    }

    /// How many things whoever takes what goes out may have at one time.
    pub(super) fn limit(&self) -> Option<u32> {
        self.borrower.as_ref().map_or(self.held_max, |it| it.held_max)
    }

    /// Whether something in the cart goes out.
    pub(super) fn takes_out(&self) -> bool {
        self.cart.iter().any(|it| it.out)
    }

    /// A damaged thing that is not in its bin yet.
    #[must_use]
    pub fn unplaced(&self) -> Option<&str> {
        self.placing.as_ref().filter(|it| it.quarantine).map(|it| it.label.as_str())
    }

    /// Who takes what goes out: the borrower whom a clerk serves, else whose session it is.
    #[must_use]
    pub fn taker(&self) -> (HolderId, &str) {
        self.borrower.as_ref().map_or((self.holder, &self.name), |it| (it.holder, &it.name))
    }
}
