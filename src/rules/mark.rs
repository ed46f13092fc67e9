//! Cards that say what became of a unit: lost, found, damaged, in repair, and the two about its label.
//!
//! Where a card leads is in `transition`; here is what it needs besides, and what else it does. A found tool is taken in
//! from anybody. A damage is finished by the bin into which the thing was put; a still may show it, before or after.
//! Deliberately absent: the still itself, of which the event keeps the hash.

use crate::domain::{
    Answer, Change, Decision, Ended, EventKind, IdentifierKind, LabelReason, Mapping, Movement, NewEvent, UnitFacts,
    UnitState,
};

use super::lane::{Deed, Undoable};
use super::waiting::{Placing, Proof};
use super::{Case, Cause, Lane, Mark, pairing, proof, words};

/// Decides about a unit that is scanned after such a card.
pub(super) fn unit(case: &Case<'_>, facts: &UnitFacts, mark: Mark) -> Decision<Lane> {
    let badge = case.lane.session.is_some();
    if matches!(mark, Mark::TagLost | Mark::BadLabel) {
        return label(case, facts, mark);
    }
    if mark == Mark::Damaged && case.lane.session.as_ref().is_some_and(|it| it.placing.is_some()) {
        return case.answer(Answer::No, &Cause::PlaceFirst); // The bin of the one before finishes it.
    }
    if mark == Mark::Found && facts.state == UnitState::Stolen {
        return case.observed(Answer::Good, words::found_for_keeper(facts));
    }
    if !badge && facts.restrictions.category.regulated {
        return case.answer(Answer::No, &Cause::BadgeFirst);
    }
    if let Some(cause) = lacks(facts, mark) {
        let mut decision = case.answer(Answer::No, &cause);
        if cause == Cause::PlateNeeded {
            decision.lane.proof = Some(Proof { unit: facts.id, kind: facts.hit.kind, at: case.now().uptime });
        }
        return decision;
    }
    match mark.leads(badge, facts.state) {
        Some(to) => turn(case, facts, mark, to),
        None if mark == Mark::Found => {
            let place = facts.location.as_ref().map(words::location);
            case.answer(Answer::Already, &Cause::AlreadyIn { place })
        }
        None => case.answer(Answer::No, &Cause::NoWay { card: mark.word(), state: facts.state }),
    }
}

/// What a card needs beside a fitting state.
fn lacks(facts: &UnitFacts, mark: Mark) -> Option<Cause> {
    let leaves = matches!(mark, Mark::Repair | Mark::Transit | Mark::Decommission | Mark::Dispose);
    if let Some(custody) = facts.custody.as_ref().filter(|_| leaves) {
        return Some(Cause::HeldByAnother { name: custody.name.clone() });
    }
    let by_plate = facts.hit.kind == IdentifierKind::SerialNumber;
    if mark == Mark::Repair && facts.serial_number.is_some() && !by_plate {
        return Some(Cause::PlateNeeded);
    }
    if mark == Mark::Dispose && facts.mapping != Mapping::Whole {
        return Some(Cause::MappingNotWhole { mapping: facts.mapping });
    }
    if mark == Mark::Dispose {
        return facts.blocked.clone().map(|why| Cause::Blocked { why });
    }
    None
}

fn turn(case: &Case<'_>, facts: &UnitFacts, mark: Mark, to: UnitState) -> Decision<Lane> {
    let badge = case.lane.session.is_some();
    let custody = facts.custody.as_ref().filter(|_| matches!(mark, Mark::Found | Mark::Damaged));
    let mut body = case
        .body()
        .with("cause", mark.word())
        .with("before", facts.state.word())
        .with("mapping", proof::mapping(case, facts).word())
        .with("by", facts.hit.kind.word());
    if let Some(other) = custody.filter(|it| Some(it.holder) != case.person()) {
        body = body.with("returned_for", &*other.name);
    }
    if !badge {
        body = body.with("booked_to", format!("unidentified at {}", case.policy.station));
    }
    let kind = if custody.is_some() { EventKind::CheckedIn } else { EventKind::StateChanged };
    let event = NewEvent {
        unit: Some(facts.id),
        movement: custody.map(|it| Movement { former: Some(it.holder), holder: None, due: None }),
        state: Some(to),
        person: case.person(),
        body,
        ..NewEvent::new(kind)
    };
    let shown = case.lane.session.as_ref().and_then(|it| it.still.clone()).filter(|_| mark == Mark::Damaged);
    let event = NewEvent { body: event.body.with("still", shown.unwrap_or_default()), ..event };
    let mut decision = case.decided(Answer::Good, words::marked(mark, facts, to, badge), vec![event]);
    let arrives = mark == Mark::Damaged || (mark == Mark::Transit && to == UnitState::InService);
    if let Some(session) = &mut decision.lane.session {
        if custody.is_some_and(|it| it.holder == session.holder) {
            session.held = session.held.saturating_sub(1);
        }
        session.still = None;
        let (label, from) = (words::label(facts), facts.location.clone());
        session.placing = arrives.then_some(Placing { unit: facts.id, label, from });
        let with = |it: Option<&crate::domain::resolution::Custody>| (it.map(|it| it.holder), it.and_then(|it| it.due));
        let before = with(facts.custody.as_ref());
        session.remember(Undoable {
            event: None,
            unit: Some(facts.id),
            label: words::label(facts),
            before,
            after: if custody.is_some() { None } else { before.0 },
            state: Some((facts.state, to)),
            place: None,
            parts: Vec::new(),
            deed: None,
        });
    }
    decision
}

/// The label is lost or reads badly; the thing itself is sound and its custody stays.
fn label(case: &Case<'_>, facts: &UnitFacts, mark: Mark) -> Decision<Lane> {
    let Some(tag) = facts.tag.clone() else {
        return case.answer(Answer::No, &Cause::NoTag);
    };
    let lost = mark == Mark::TagLost;
    let ended = lost.then(|| NewEvent {
        unit: Some(facts.id),
        person: case.person(),
        body: case.body().with("tag", &*tag).with("why", Ended::Lost.word()),
        ..NewEvent::new(EventKind::IdentifierEnded)
    });
    let reason = if lost { LabelReason::Lost } else { LabelReason::Bad };
    let queued = pairing::queued(case, facts.id, reason, (!lost).then_some(tag.as_str()));
    let events = ended.into_iter().chain([queued]).collect();
    let mut decision = case.decided(Answer::Good, words::label_noted(mark, facts), events);
    if lost {
        let (unit, kind) = (facts.id, IdentifierKind::AssetTag);
        decision.changes.push(Change::Ended { unit, kind, raw: tag.clone(), why: Ended::Lost });
    }
    let beside = Deed::Labels { bound: Vec::new(), ended: lost.then_some(tag), queued: true };
    pairing::remember(&mut decision, facts.id, &words::model(&facts.model), beside);
    decision
}
