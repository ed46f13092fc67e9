//! One side of the station: a mode, a session, a cart, and what was scanned last.
//!
//! A lane is a value: a decision holds the lane as it is afterwards, and the station installs it once the events are
//! durable. Two lanes never see each other.

use std::time::Duration;

use jiff::Timestamp;

use crate::domain::{Answer, CartLine, EventSeq, HolderId, LaneView, Moment, NoticeView, Role, SessionView, UnitId};

use super::{Policy, words};

/// One side of the station.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lane {
    /// What scanning a unit means now.
    pub mode: Mode,
    /// Who is at the desk.
    pub session: Option<Session>,
    /// When something was last scanned.
    pub renewed: Option<Moment>,
    /// What was scanned last, for the guard against repeats.
    pub last: Option<Last>,
    /// What silence said, until something is scanned again.
    pub notice: Option<(Answer, String)>,
    /// A weak match that waits for the same code again.
    pub asked: Option<UnitId>,
}

/// What scanning a unit means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// The unit's own situation decides.
    #[default]
    Auto,
    /// It goes out.
    Out,
    /// It comes back.
    In,
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
    /// Units they held when the session opened, and what has changed since.
    pub held: u32,
    /// Of those, past their due time.
    pub overdue: u32,
    /// What waits for DONE.
    pub cart: Vec<Line>,
    /// What can be taken back, oldest first; at most [`Session::UNDO_MAX`].
    pub undoable: Vec<Undoable>,
    /// Days that a DUE card asked for.
    pub due_days: Option<u16>,
    /// The job that a card named; every movement carries it.
    pub job: Option<String>,
}

/// A unit that waits in the cart.
#[derive(Clone, Debug, PartialEq)]
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

/// A movement that UNDO can take back.
#[derive(Clone, Debug, PartialEq)]
pub struct Undoable {
    /// The event; filled in once it is recorded.
    pub event: Option<EventSeq>,
    /// The unit.
    pub unit: UnitId,
    /// How to call it.
    pub label: String,
    /// Who had it before, and until when.
    pub before: (Option<HolderId>, Option<Timestamp>),
    /// Who has it since.
    pub after: Option<HolderId>,
}

/// What was scanned last on a lane.
#[derive(Clone, Debug, PartialEq)]
pub struct Last {
    /// What it named: two codes of one unit are the same.
    pub named: Named,
    /// When, by uptime.
    pub at: Duration,
}

/// What the guard against repeats compares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// One unit, by whatever code.
    Unit(UnitId),
    /// One person.
    Holder(HolderId),
    /// A card, by its text.
    Card(String),
}

impl Session {
    /// Own actions that UNDO remembers.
    pub const UNDO_MAX: usize = 10;

    /// Remembers a movement, forgetting the oldest when there are too many.
    pub fn remember(&mut self, movement: Undoable) {
        if self.undoable.len() == Self::UNDO_MAX {
            self.undoable.remove(0);
        }
        self.undoable.push(movement);
    }
}

impl Lane {
    /// Fills in the numbers of the events that were just recorded, in the order in which they were decided.
    pub fn recorded(&mut self, movements: &[EventSeq]) {
        let Some(session) = &mut self.session else { return };
        let open = session.undoable.iter_mut().filter(|it| it.event.is_none());
        for (undoable, seq) in open.zip(movements) {
            undoable.event = Some(*seq);
        }
    }

    /// The uptime at which session and mode end if nothing is scanned.
    #[must_use]
    pub fn deadline(&self, policy: &Policy) -> Option<Duration> {
        let open = self.session.is_some() || self.mode != Mode::Auto;
        self.renewed.filter(|_| open).map(|it| it.uptime + policy.session_idle)
    }

    /// Whether serial numbers of the record may be shown on this lane now.
    #[must_use]
    pub fn unmasked(&self) -> bool {
        self.session.as_ref().is_some_and(|it| it.role.sees_serial_numbers())
    }

    /// The lane as screens see it.
    #[must_use]
    pub fn view(&self, policy: &Policy) -> LaneView {
        LaneView {
            session: self.session.as_ref().zip(self.renewed).map(|(it, renewed)| it.view(renewed, policy)),
            mode: words::mode(self.mode).to_owned(),
            cart: self.session.iter().flat_map(|it| &it.cart).map(Line::view).collect(),
            prompt: words::prompt(self, policy),
            notice: self.notice.clone().map(|(answer, why)| NoticeView { answer, why }),
        }
    }
}

impl Session {
    fn view(&self, renewed: Moment, policy: &Policy) -> SessionView {
        SessionView {
            holder: self.holder,
            name: self.name.clone(),
            role: self.role,
            held: self.held,
            overdue: self.overdue,
            ends: renewed.wall.checked_add(policy.session_idle).unwrap_or(renewed.wall),
        }
    }
}

impl Line {
    fn view(&self) -> CartLine {
        CartLine {
            unit: self.unit,
            label: self.label.clone(),
            model: self.model.clone(),
            direction: if self.out { "out" } else { "in" }.to_owned(),
            due: self.due,
        }
    }
}
