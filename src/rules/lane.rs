//! One side of the station: a mode, a session, a cart, and what was scanned last.
//!
//! A lane is a value: a decision holds the lane as it is afterwards, and the station installs it once the events are
//! durable. Two lanes never see each other.

use std::time::Duration;

use jiff::Timestamp;

use crate::domain::{
    Answer, EventSeq, Holder, HolderId, IdentifierKind, Line, Moment, ShiftFacts, StationKind, StockId, UnitId,
};

use super::waiting::{Asked, Offered, Printed, Proof, Refused};
use super::{Borrower, Mark, Policy, Session};

/// One side of the station.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lane {
    /// What scanning a unit means now.
    pub mode: Mode,
    /// Who is at the desk.
    pub session: Option<Session>,
    /// When something was last scanned.
    pub renewed: Option<Moment>,
    /// What the device's own clock said at the last scan, if it kept the time.
    pub told: Option<Timestamp>,
    /// What was scanned last, for the guard against repeats.
    pub last: Option<Last>,
    /// What silence said, until something is scanned again.
    pub notice: Option<(Answer, String)>,
    /// A weak match that waits for the same code again.
    pub asked: Option<UnitId>,
    /// A critical unit that waits for its second proof.
    pub proof: Option<Proof>,
    /// When a second proof was last asked for, which a PIN may be, by uptime; it outlasts its answer and its session.
    pub pin_asked: Option<Duration>,
    /// A shelf that waits for a number.
    pub shelf: Option<StockId>,
    /// A unit that was refused and may be released by somebody else.
    pub refused: Option<Refused>,
    /// Whose the open cart shall be, if their badge is read again.
    pub offered: Option<Offered>,
    /// What UNDO asked whether it shall take back.
    pub undo: Option<Asked>,
    /// A label that is waited for after PRINT.
    pub printed: Option<Printed>,
    /// What came back just now: cards about its condition are about it.
    pub returned: Option<UnitId>,
    /// What was set aside by the scan before, for a still that shows it.
    pub parked: Option<EventSeq>,
    /// How the shift stood when SHIFT was scanned, and when, by uptime.
    pub shift: Option<(Duration, ShiftFacts)>,
    /// Whether it was said that silence is about to end the session.
    pub warned: bool,
    /// Whether something was handed in without a badge since the card FOUND: the card was theirs who found it.
    pub handed_in: bool,
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
    /// It goes from one person to another, with both badges.
    HandOver,
    /// It is put into the bin that was scanned before.
    Move,
    /// Its state changes.
    Mark(Mark),
    /// Its label or its plate is matched with it.
    Label(LabelMode),
    /// It is a part that lacks when its kit comes back.
    Missing,
}

/// How labels are matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelMode {
    /// A tag with a serial plate.
    Pair,
    /// A new tag instead of the old one.
    Relabel,
    /// No tag can be read: it is printed again.
    NoTag,
}

impl LabelMode {
    /// The word on the card, small.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pair => "pair",
            Self::Relabel => "relabel",
            Self::NoTag => "notag",
        }
    }
}

/// What was scanned last on a lane.
#[derive(Clone, Debug, PartialEq)]
pub struct Last {
    /// What it named: two codes of one unit are the same.
    pub named: Named,
    /// By which identifier of a unit, as printed.
    pub read: Option<(IdentifierKind, String)>,
    /// When, by uptime.
    pub at: Duration,
    /// When, by the device's own clock if it kept the time.
    pub told: Option<Timestamp>,
    /// Whether a camera read it.
    pub by_camera: bool,
    /// Why it was refused, if it was: a repeat says so again.
    pub no: Option<String>,
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

impl Lane {
    /// Fills in the numbers of the events that were just recorded, in the order in which they were decided, and forgets
    /// what lies further back than UNDO reaches.
    pub fn recorded(&mut self, movements: &[EventSeq]) {
        let Some(session) = &mut self.session else { return };
        let mut movements = movements.iter();
        for undoable in &mut session.undoable {
            for event in std::iter::once(&mut undoable.event).chain(undoable.parts.iter_mut().map(|it| &mut it.event)) {
                if event.is_none() {
                    *event = movements.next().copied();
                }
            }
        }
        session.undoable.drain(..session.undoable.len().saturating_sub(Session::UNDO_MAX));
    }

    /// The uptime at which silence is next answered: by a warning, then by the end.
    #[must_use]
    pub fn deadline(&self, policy: &Policy) -> Option<Duration> {
        self.warns(policy).or_else(|| self.ends(policy))
    }

    /// The uptime at which it is said that silence is about to end the session; `None` once it was said.
    #[must_use]
    pub fn warns(&self, policy: &Policy) -> Option<Duration> {
        let ends = self.ends(policy).filter(|_| self.session.is_some() && !self.warned && !policy.warning.is_zero())?;
        let warning = policy.warning.min(self.silence(policy) / 3); // A short session is not all warning.
        Some(ends.saturating_sub(warning))
    }

    /// The uptime at which session and mode end if nothing is scanned.
    #[must_use]
    pub fn ends(&self, policy: &Policy) -> Option<Duration> {
        self.renewed.filter(|_| self.is_open()).map(|it| it.uptime + self.silence(policy))
    }

    /// The silence that ends session and mode.
    pub(super) fn silence(&self, policy: &Policy) -> Duration {
        if self.hands_over() { policy.hand_over } else { policy.session_idle }
    }

    /// Whether a clerk was asked for whom.
    #[must_use]
    pub fn waits_for_borrower(&self, policy: &Policy, session: &Session) -> bool {
        policy.kind == StationKind::Desk && self.mode == Mode::Out && session.borrower.is_none() && !session.takes_out() // What goes out already is the clerk's own.
    }

    /// Whether units wait for the badge of the other person.
    #[must_use]
    pub fn hands_over(&self) -> bool {
        self.mode == Mode::HandOver && self.session.as_ref().is_some_and(|it| !it.cart.is_empty())
    }

    /// What was released for a unit in the open session.
    #[must_use]
    pub fn lifted(&self, unit: UnitId) -> &[&'static str] {
        self.session.as_ref().map_or(&[], |it| it.lifted(unit))
    }

    /// What waits to be booked, and for whom; units to be handed over are no cart.
    #[must_use]
    pub fn open_cart(&self) -> Option<(HolderId, &[Line])> {
        let session = self.session.as_ref().filter(|it| self.mode != Mode::HandOver && !it.cart.is_empty())?;
        Some((session.taker().0, &session.cart))
    }

    /// Who is at the lane: whose session it is, and whom they serve.
    pub fn people(&self) -> impl Iterator<Item = HolderId> {
        let session = self.session.iter();
        session.flat_map(|it| std::iter::once(it.holder).chain(it.borrower.iter().map(|it| it.holder)))
    }

    /// Whose badge is about to release what was refused.
    #[must_use]
    pub fn releases(&self) -> Option<HolderId> {
        self.refused.as_ref()?.by.as_ref().map(|it| it.0)
    }

    /// Forgets a release by somebody who, as the record is now, may not give it.
    pub fn release_again(&mut self, holder: Option<&Holder>) {
        self.refused.take_if(|it| holder.is_none_or(|by| !by.active || by.role < it.role));
    }

    /// Takes over what is on record of a person now, after something of theirs moved elsewhere or a keeper changed it.
    pub fn look_again(&mut self, holder: &Holder) {
        let Some(session) = &mut self.session else { return };
        if session.holder == holder.id {
            (session.held, session.overdue, session.held_max) = (holder.held, holder.overdue, holder.held_max);
            session.role = holder.role;
            session.trained.clone_from(&holder.trained);
            session.licence.clone_from(&holder.licence);
        }
        if let Some(borrower) = session.borrower.as_mut().filter(|it| it.holder == holder.id) {
            *borrower = Borrower::from(holder);
        }
    }

    /// Whether somebody is there, or has set a mode.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.session.is_some() || self.mode != Mode::default()
    }

    /// Whether whoever is there leaves something undone: a scan that is not booked without an answer, a thing in doubt
    /// without its bin, or what UNDO asked.
    #[must_use]
    pub fn leaves_open(&self) -> bool {
        let in_doubt = self.session.as_ref().is_some_and(|it| it.piece.is_some());
        self.leaves_unbooked() || in_doubt || (self.session.is_some() && self.undo.is_some())
    }

    /// Whether whoever is there was asked something without whose answer their last scan changes nothing: the second
    /// proof, the same code again, how many, who releases and why, what was typed once more, or DONE for a pair.
    pub(super) fn leaves_unbooked(&self) -> bool {
        let releases = self.refused.as_ref().is_some_and(|it| it.by.is_some() || it.reason.is_some());
        self.session.is_some() && (releases || self.leaves_unanswered())
    }

    /// The same without what was refused before: whoever is there heard no *no* yet.
    pub(super) fn leaves_unanswered(&self) -> bool {
        let asked = self.proof.is_some() || self.asked.is_some() || self.shelf.is_some();
        let open = |it: &Session| it.pairing.is_open() || it.typed.is_some();
        self.session.as_ref().is_some_and(|it| asked || open(it))
    }

    /// Whether anything was asked that the next scan may answer.
    pub(super) fn asks(&self) -> bool {
        self.asked.is_some()
            || self.proof.is_some()
            || self.shelf.is_some()
            || self.refused.is_some()
            || self.offered.is_some()
            || self.undo.is_some()
            || self.printed.is_some()
            || self.shift.is_some()
    }

    /// Whether a damage is told: the card was scanned first, or the thing was and waits for its bin.
    pub(super) fn tells_damage(&self) -> bool {
        let damaged = self.mode == Mode::Mark(Mark::Damaged);
        self.session.as_ref().is_some_and(|it| damaged || it.unplaced().is_some())
    }

    /// Whether serial numbers of the record may be shown on this lane now.
    #[must_use]
    pub fn unmasked(&self) -> bool {
        self.session.as_ref().is_some_and(|it| it.role.sees_serial_numbers())
    }
}
