//! From what is known to what shall happen: one scan, one decision, whatever was scanned.
//!
//! The order here is the order in which a scan is looked at; the first that applies speaks.
//! Deliberately absent: what each kind of scan does, which has a file of its own.

use std::time::Duration;

use crate::domain::{
    Answer, Body, Change, Decision, EventKind, Identifier, Kind, Moment, NewEvent, Resolution, Scan, StationKind,
    StockFacts, Subject, Transport, UnitFacts, UnitState,
};

use super::lane::{Last, Named};
use super::{
    Beside, Cause, Hitch, Lane, Mark, Mode, Original, Policy, conflict, desk, job, keyboard, late, movement, pairing,
    placing, printed, proof, session, shelf, still, waiting, words,
};

/// All that one decision may look at.
pub struct Case<'a> {
    /// The lane as it is.
    pub lane: &'a Lane,
    /// The scan.
    pub scan: &'a Scan,
    /// What it claims to name.
    pub identifier: &'a Identifier,
    /// What our records say that is.
    pub resolution: &'a Resolution,
    /// What the same picture showed beside it.
    pub beside: &'a Beside,
    /// Facts about the units that [`wants`](super::wants) named, in any order.
    pub facts: &'a [UnitFacts],
    /// The shelf that it named.
    pub stock: Option<&'a StockFacts>,
    /// Why the identifier that it named may not be bound, in the register's sentence.
    pub unbindable: Option<&'a str>,
    /// Two units that the symbols of one image name: by its tag, and by its plate.
    pub torn: Option<(&'a UnitFacts, &'a UnitFacts)>,
    /// The rules of the place.
    pub policy: &'a Policy,
}

/// Decides what shall happen after a scan.
#[must_use]
pub fn decide(case: &Case<'_>) -> Decision<Lane> {
    let mut decision = guarded(case);
    if !still::is_shown(case) {
        decision.lane.parked = None; // A still shows what was set aside just before, nothing older.
    }
    let (before, after) = (case.lane.open_cart(), decision.lane.open_cart());
    if before != after
        && let Some((holder, _)) = after.or(before)
    {
        let lines = after.map(|(_, lines)| lines.to_vec()).unwrap_or_default();
        decision.changes.push(Change::Cart { holder, lines });
    }
    decision
}

/// The answer to a scan that would open one lane more than there may be; nothing of the decision stays.
#[must_use]
pub fn crowded(case: &Case<'_>, lanes_max: usize) -> Decision<Lane> {
    case.answer(Answer::No, &Cause::Hitch(Hitch::LanesFull { lanes_max }))
}

/// The decision, unless the scan is the device's own repeat.
fn guarded(case: &Case<'_>) -> Decision<Lane> {
    if let Some(named) = case.named() {
        let repeated = case.lane.last.as_ref().is_some_and(|it| {
            let since = late::between((it.at, it.told), case.scan);
            let by_both = it.by_camera != case.by_camera(); // A camera and a scanner read the same label.
            let guard = if by_both { case.policy.repeat.max(BY_BOTH) } else { case.policy.repeat };
            it.named == named && since.is_some_and(|it| it < guard) && case.guards(&named)
        });
        let mut decision = if repeated { case.repeated() } else { decided(case) };
        let (at, told, by_camera) = (case.now().uptime, late::kept(case.scan), case.by_camera());
        let read = case.resolution.subject.unit().map(|it| (it.hit.kind, it.hit.raw.clone()));
        let before = case.lane.last.as_ref().filter(|_| repeated).and_then(|it| it.no.clone());
        let no = before.or_else(|| (decision.answer == Answer::No).then(|| decision.why.clone()));
        decision.lane.last = Some(Last { named, read, at, told, by_camera, no });
        return decision;
    }
    let mut decision = decided(case);
    decision.lane.last = None;
    decision
}

/// The decision, with the questions that stay open behind it and a word of what it left unbooked.
fn decided(case: &Case<'_>) -> Decision<Lane> {
    let mut decision = waiting::left(case, job::told(case, case.asked_still(case.dispatch())));
    if decision.lane.session.is_some() && decision.lane.mode == Mode::Auto {
        decision.lane.mode = case.policy.first_mode();
    }
    decision
}

impl Case<'_> {
    /// The moment of the scan.
    pub(super) const fn now(&self) -> Moment {
        self.scan.at
    }

    /// A repeat leaves the questions open that were asked before it.
    fn repeated(&self) -> Decision<Lane> {
        self.keeping(Answer::Already, &Cause::Repeat)
    }

    /// An answer that moves nothing and leaves open what was asked before it, until its time ends.
    pub(super) fn keeping(&self, answer: Answer, cause: &Cause) -> Decision<Lane> {
        self.kept(self.answer(answer, cause))
    }

    /// The same for an answer that is no cause, such as help.
    pub(super) fn kept(&self, mut decision: Decision<Lane>) -> Decision<Lane> {
        (decision.lane.asked, decision.lane.proof) = (self.lane.asked, self.lane.proof);
        (decision.lane.undo, decision.lane.shift) = (self.lane.undo, self.lane.shift);
        decision.lane.offered = self.lane.offered;
        decision.lane.refused.clone_from(&self.lane.refused);
        decision.lane.shelf = self.lane.shelf;
        decision.lane.printed.clone_from(&self.lane.printed);
        decision.lane.returned = self.lane.returned;
        decision
    }

    /// A *no* to anything but a thing or a person that changed nothing leaves the question open that was asked before it.
    fn asked_still(&self, decision: Decision<Lane>) -> Decision<Lane> {
        let other = !matches!(self.resolution.subject, Subject::Unit(_) | Subject::Holder(_) | Subject::Pin(_));
        let same = decision.lane.session == self.lane.session && decision.lane.mode == self.lane.mode;
        if decision.answer == Answer::No && other && same && !decision.lane.asks() {
            return self.kept(decision);
        }
        decision
    }

    /// Whether a camera read it.
    fn by_camera(&self) -> bool {
        self.scan.transport == Transport::Camera
    }

    /// Whether whoever is here would walk away with what was scanned: a crib's scanner, and nobody's badge.
    pub(super) fn asks_badge(&self) -> bool {
        let by_hand = matches!(self.scan.transport, Transport::Http | Transport::Page | Transport::CommandLine);
        self.policy.kind == StationKind::Crib && self.lane.session.is_none() && !by_hand
    }

    fn dispatch(&self) -> Decision<Lane> {
        if let Some(torn) = conflict::torn(self) {
            return torn;
        }
        if !self.beside.crowd.is_empty() {
            return self.answer(Answer::No, &Cause::OneAtATime { labels: self.beside.crowd.clone() });
        }
        if keyboard::is_turned(self) {
            return keyboard::turned(self);
        }
        if let Some(decided) = shelf::answered(self).or_else(|| printed::scan(self)).or_else(|| pairing::scan(self)) {
            return decided;
        }
        match (self.identifier.kind, &self.resolution.subject) {
            (_, Subject::Pin(check)) => proof::pin(self, *check),
            (Kind::Refused, _) => self.answer(Answer::No, &Cause::Secret),
            (Kind::Empty | Kind::NoRead | Kind::DeviceReply, _) => self.answer(Answer::No, &Cause::NothingRead),
            (Kind::Command, _) => desk::card(self),
            (_, Subject::Unit(facts)) => movement::unit(self, facts),
            (_, Subject::Holder(holder)) => session::badge(self, holder),
            (
                _,
                Subject::Several(_)
                | Subject::Model(_)
                | Subject::Lot { .. }
                | Subject::Location { .. }
                | Subject::Stock(_),
            ) if self.asks_badge() && !self.names_piece() && self.lane.mode != Mode::Mark(Mark::Found) => {
                self.answer(Answer::No, &Cause::BadgeFirst)
            }
            (_, Subject::Several(units)) => {
                let labels = units.iter().map(words::brief).collect();
                self.answer(Answer::No, &Cause::WhichOfThese { labels })
            }
            (_, Subject::Model(model)) if self.names_piece() => {
                self.answer(Answer::No, &Cause::UnknownPiece { of: words::model(model) })
            }
            (_, Subject::Lot { lot, .. }) if self.names_piece() => {
                self.answer(Answer::No, &Cause::UnknownPiece { of: format!("lot {lot}") })
            }
            (_, Subject::Model(model)) => {
                let cause = Cause::NamesAProduct { model: words::model(model), free: model.free };
                self.answer(self.look_up_answer(), &cause)
            }
            (_, Subject::Lot { lot, units }) => {
                self.answer(self.look_up_answer(), &Cause::NamesABatch { lot: lot.clone(), units: *units })
            }
            (_, Subject::Location { location, takes_damaged }) => placing::location(self, location, *takes_damaged),
            (_, Subject::Stock(stock)) => shelf::shelf(self, stock),
            (Kind::Badge, Subject::Unknown) => self.answer(Answer::No, &Cause::UnknownBadge),
            (Kind::Job, _) => job::code(self),
            (Kind::Quantity, _) => shelf::count(self, self.identifier.key.parse().unwrap_or(0)),
            (Kind::Location, _) => self.answer(Answer::No, &Cause::UnknownPlace { label: self.identifier.key.clone() }),
            (_, Subject::Unknown | Subject::NotAsked | Subject::Shift(_) | Subject::Still(_)) => self.unknown(),
        }
    }

    /// Whether the code has a serial number of its own, so that it means one piece.
    fn names_piece(&self) -> bool {
        self.identifier.claims().serial_number.is_some()
    }

    fn unknown(&self) -> Decision<Lane> {
        if keyboard::is_garbled(self, &self.policy.tag_prefix) {
            return self.answer(Answer::No, &Cause::Hitch(Hitch::Layout));
        }
        if self.policy.code_prefixes.iter().any(|it| keyboard::is_caps_lock(self, it)) {
            return self.answer(Answer::No, &Cause::Hitch(Hitch::CapsLock));
        }
        let Some(reason) = &self.identifier.invalid else {
            return self.answer(Answer::No, &Cause::Parked);
        };
        self.answer(Answer::No, &Cause::Misread { reason: reason.clone() })
    }

    /// A product's or a batch's number is a fine thing to look up and never enough to lend.
    const fn look_up_answer(&self) -> Answer {
        if self.lane.session.is_some() { Answer::No } else { Answer::Good }
    }

    /// What two scans must have in common to be one; `None` for codes that count each time (SKU, lot, quantity).
    fn named(&self) -> Option<Named> {
        if !self.beside.crowd.is_empty() {
            return None;
        }
        if self.identifier.kind == Kind::Command {
            return Some(Named::Card(self.identifier.key.clone()));
        }
        if let Subject::Unit(facts) = &self.resolution.subject {
            return Some(Named::Unit(facts.id));
        }
        let Subject::Holder(holder) = &self.resolution.subject else { return None };
        Some(Named::Holder(holder.id))
    }

    /// A person who asks twice over the network or the keyboard means it; only a device repeats by itself.
    fn guards(&self, named: &Named) -> bool {
        let Subject::Unit(facts) = &self.resolution.subject else {
            return !matches!(self.scan.transport, Transport::Http | Transport::Page | Transport::CommandLine);
        };
        // The other identifier of a unit that waits for its second proof is that proof.
        let proves = self.lane.proof.is_some_and(|it| it.kind != facts.hit.kind);
        // So it is where the mode asks for a second identifier: another one of the unit is no repeat.
        let last = self.lane.last.as_ref();
        let read = last.and_then(|it| it.read.as_ref());
        let other = read.is_some_and(|(kind, raw)| (*kind, raw) != (facts.hit.kind, &facts.hit.raw));
        // And after a refusal, which may have been of the first one alone: a voided tag, a plate that was replaced.
        let asks_both = matches!(self.lane.mode, Mode::Label(_) | Mode::Mark(Mark::Repair))
            || last.is_some_and(|it| it.no.is_some());
        // What is typed twice is meant.
        let again = self.lane.asked == Some(facts.id) && movement::is_typed(self, facts);
        let typed = again || self.lane.session.as_ref().is_some_and(|it| it.typed.is_some());
        let meant = proves || typed || (other && asks_both);
        matches!(named, Named::Unit(_)) && !meant
    }

    /// The lane as it is after any scan: renewed, nothing else changed.
    pub(super) fn renewed(&self) -> Lane {
        let mut lane = self.lane.clone();
        lane.renewed = Some(self.now());
        lane.told = late::kept(self.scan);
        lane.asked = None;
        lane.proof = None;
        lane.refused = None;
        lane.undo = None;
        lane.offered = None;
        lane.shift = None;
        lane.shelf = None;
        lane.printed = None;
        lane.returned = None;
        lane.notice = None;
        lane.warned = false;
        lane
    }

    /// An answer that moves nothing, with its cause; the ledger keeps the cause's word and its sentence.
    pub(super) fn answer(&self, answer: Answer, cause: &Cause) -> Decision<Lane> {
        let kind = match (cause, answer) {
            (Cause::Parked | Cause::UnknownPiece { .. } | Cause::Hitch(Hitch::Layout), _) => EventKind::Parked,
            (_, Answer::No) => EventKind::Refused,
            _ => EventKind::Observed,
        };
        let mut decision = self.observed(answer, words::cause(cause, self));
        decision.asks = cause.asks();
        if let Some(event) = decision.events.first_mut() {
            event.kind = kind;
            event.body = event.body.clone().with("cause", cause.word());
            if let Some(role) = self.policy.lifted_by(cause) {
                event.body = std::mem::take(&mut event.body).with("lifted_by", role.word());
            }
        }
        decision
    }

    /// A question: what was scanned is not booked before it is answered, and must not sound as if it were.
    pub(super) fn question(&self, why: String) -> Decision<Lane> {
        Decision { asks: true, ..self.observed(Answer::Already, why) }
    }

    /// An answer that moves nothing.
    pub(super) fn observed(&self, answer: Answer, why: String) -> Decision<Lane> {
        let event = NewEvent { body: self.body(), person: self.person(), ..NewEvent::new(EventKind::Observed) };
        self.decided(answer, why, vec![event])
    }

    /// An answer with the events it leaves.
    pub(super) fn decided(&self, answer: Answer, mut why: String, mut events: Vec<NewEvent>) -> Decision<Lane> {
        if let Original::Impossible(told) = late::original(self.scan.event_time, self.now().wall) {
            why.push_str(&words::wrong_clock(told));
        }
        let facts = self.resolution.subject.unit().filter(|_| self.beside.crowd.is_empty());
        let unit = facts.map(|it| it.id);
        for event in &mut events {
            if facts.is_some_and(|it| it.state == UnitState::Stolen) {
                event.body = std::mem::take(&mut event.body).with("alert", "stolen"); // Loud for the keeper only.
            }
            if let Some(symbology) = self.identifier.unprinted {
                event.body = std::mem::take(&mut event.body).with("symbology", format!("{symbology:?}"));
            }
            self.date(event);
            if matches!(event.kind, EventKind::Observed | EventKind::Refused) {
                event.unit = event.unit.or(unit);
            }
        }
        let lane = self.renewed();
        Decision {
            answer,
            asks: false,
            why,
            events,
            changes: Vec::new(),
            unmasked: lane.unmasked(),
            lane,
            unit,
            substitute_for: None,
            receipt: Vec::new(),
        }
    }

    /// Dates an event of a scan that was made before it came, and marks it as late.
    fn date(&self, event: &mut NewEvent) {
        let now = self.now().wall;
        match late::original(self.scan.event_time, now) {
            Original::Now => {}
            Original::Kept(told) => {
                event.event_time = Some(told);
                let late = now.duration_since(told).as_secs().max(0);
                event.body = std::mem::take(&mut event.body).with("late_s", late.to_string());
            }
            Original::Impossible(told) => {
                event.body = std::mem::take(&mut event.body).with("wrong_clock", told.to_string());
            }
        }
    }

    /// Who is at the desk.
    pub(super) fn person(&self) -> Option<crate::domain::HolderId> {
        self.lane.session.as_ref().map(|it| it.holder)
    }

    /// The words that every event of this scan carries: which identifier was scanned; never a secret.
    pub(super) fn body(&self) -> Body {
        if self.identifier.kind == Kind::Refused {
            return Body::new();
        }
        let body = Body::new().with("scanned", shown(&self.identifier.key)).with("as", self.identifier.kind.word());
        match self.beside.sentence(BESIDE_MAX) {
            Some(fields) => body.with("beside", fields),
            None => body,
        }
    }
}

/// A camera and a scanner of one lane that read the same label within this time have read it once (R8).
const BY_BOTH: Duration = Duration::from_secs(2);

/// Characters of a scanned key that an event repeats; the journal has all of it.
const SCANNED_MAX: usize = 64;
/// Characters of what stood beside it; the journal has a row for each.
const BESIDE_MAX: usize = 256;

fn shown(key: &str) -> String {
    key.chars().take(SCANNED_MAX).collect()
}
