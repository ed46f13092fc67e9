//! Cards that say what became of a unit: lost, found, damaged, in repair, and the two about its label.
//!
//! Where a card leads is in `transition`; here is what it needs besides, and what else it does. A found tool is taken in
//! from anybody. A damage is finished by the bin into which the thing was put; a still may show it, before or after.
//! Deliberately absent: the still itself, of which the event keeps the hash.

use crate::domain::{
    Answer, Change, Custody, Decision, Ended, EventKind, Holder, IdentifierKind, LabelReason, Mapping, Movement,
    NewEvent, UnitFacts, UnitId, UnitState,
};

use super::deed::{Deed, Undoable};
use super::lane::{Last, Named};
use super::waiting::{Placing, Proof};
use super::{Case, Cause, Hitch, Lane, Mark, condition, kit, pairing, printed, proof, words};

/// Decides about a unit that is scanned after such a card.
pub(super) fn unit(case: &Case<'_>, facts: &UnitFacts, mark: Mark) -> Decision<Lane> {
    let badge = case.lane.session.is_some();
    if matches!(mark, Mark::TagLost | Mark::BadLabel) {
        return label(case, facts, mark);
    }
    if asks_bin(mark, facts.state) && case.lane.session.as_ref().is_some_and(|it| it.placing.is_some()) {
        return case.answer(Answer::No, &Cause::PlaceFirst); // The bin of the one before finishes it.
    }
    if mark == Mark::Found && facts.state == UnitState::Stolen {
        return case.observed(Answer::Good, words::found_for_keeper(facts));
    }
    if !badge && facts.restrictions.category.regulated {
        return case.answer(Answer::No, &Cause::BadgeFirst);
    }
    if let Some(cause) = condition::needs_keeper(case, mark) {
        return case.answer(Answer::No, &cause);
    }
    if let Some(cause) = lacks(facts, mark) {
        let mut decision = case.answer(Answer::No, &cause);
        if cause == Cause::PlateNeeded {
            decision.lane.proof = Some(Proof { unit: facts.id, kind: facts.hit.kind, at: case.now().uptime });
        }
        return decision;
    }
    match mark.leads(badge, facts.state) {
        Some(_) if mark == Mark::Dispose && facts.restrictions.category.regulated => proof::ask_person(case, facts),
        Some(to) => turn(case, facts, mark, to),
        // Whoever has it by the record: it is here.
        None if mark == Mark::Found && facts.custody.is_some() => turn(case, facts, mark, facts.state),
        None if mark == Mark::Found => {
            let place = facts.location.as_ref().map(words::location);
            case.answer(Answer::Already, &Cause::AlreadyIn { place })
        }
        None => case.answer(Answer::No, &Cause::NoWay { card: mark.word(), state: facts.state }),
    }
}

/// Decides about what somebody without a badge has found; a *no* leaves the card to whoever badges in.
pub(super) fn handed_in(case: &Case<'_>, facts: &UnitFacts, mark: Mark) -> Decision<Lane> {
    let mut decision = unit(case, facts, mark);
    decision.lane.handed_in |= decision.answer != Answer::No;
    decision
}

/// Whether the card asks for the bin into which the thing was put.
fn asks_bin(mark: Mark, state: UnitState) -> bool {
    mark == Mark::Damaged || (mark == Mark::Transit && state == UnitState::InTransit)
}

/// A regulated unit is disposed of by two people: the badge of another keeper is the second.
pub(super) fn disposed(case: &Case<'_>, facts: &UnitFacts, holder: &Holder) -> Decision<Lane> {
    if let Some(cause) = lacks(facts, Mark::Dispose) {
        return case.answer(Answer::No, &cause);
    }
    match Mark::Dispose.leads(true, facts.state) {
        Some(to) => proof::proven(turn(case, facts, Mark::Dispose, to), &holder.name),
        None => case.answer(Answer::No, &Cause::NoWay { card: Mark::Dispose.word(), state: facts.state }),
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
    if mark == Mark::Dispose && !is_whole(facts) {
        return Some(Cause::MappingNotWhole { mapping: facts.mapping });
    }
    if mark == Mark::Dispose {
        return facts.blocked.clone().map(|why| Cause::Blocked { why });
    }
    None
}

/// Whether all that it bears is on record: of what has no serial number the tag alone, unless it is regulated.
fn is_whole(facts: &UnitFacts) -> bool {
    let numberless = facts.no_serial_number && !facts.restrictions.category.regulated;
    facts.mapping == Mapping::Whole || (facts.mapping == Mapping::TagOnly && numberless)
}

fn turn(case: &Case<'_>, facts: &UnitFacts, mark: Mark, to: UnitState) -> Decision<Lane> {
    let badge = case.lane.session.is_some();
    let shown = case.lane.session.as_ref().and_then(|it| it.still.clone()).filter(|_| mark == Mark::Damaged);
    let mut event = turned(case, facts, mark, to);
    event.body = std::mem::take(&mut event.body).with("still", shown.clone().unwrap_or_default());
    let parts: Vec<&UnitFacts> = with_it(case, facts, mark, badge, to).collect();
    let events = std::iter::once(event).chain(parts.iter().map(|it| turned(case, it, mark, to))).collect();
    let why =
        words::marked(mark, facts, to, badge, shown.is_some()) + &words::with_parts(facts.parts.len(), parts.len());
    let in_cart = |it: &super::Session| it.cart.iter().any(|it| it.unit == facts.id && it.out);
    let left_cart = case.lane.session.as_ref().is_some_and(in_cart);
    let mut decision = case.decided(Answer::Good, why + words::no_longer_in_cart(left_cart), events);
    let damaged = mark == Mark::Damaged;
    if let Some(session) = &mut decision.lane.session {
        let own = |it: &&UnitFacts| returns(it, mark).is_some_and(|it| it.holder == session.holder);
        let own = std::iter::once(&facts).chain(&parts).filter(|it| own(it)).count();
        session.held = session.held.saturating_sub(u32::try_from(own).unwrap_or(u32::MAX));
        session.still = None;
        kit::remove(&mut session.cart, facts.id);
        session.lifted.retain(|it| it.unit != facts.id);
        if asks_bin(mark, facts.state) {
            session.placing = Some(Placing {
                unit: facts.id,
                label: words::label(facts),
                from: facts.location.clone(),
                quarantine: damaged,
                parts: parts.iter().map(|it| (it.id, it.location.clone())).collect(),
            });
        } else {
            session.placing.take_if(|it| it.unit == facts.id); // Another thing still waits for its bin.
        }
        session.remember(undoable(facts, mark, to));
        for part in parts {
            session.remember_part(facts.id, undoable(part, mark, to));
        }
    }
    decision
}

/// Whoever has a found or damaged thing has it no longer.
fn returns(facts: &UnitFacts, mark: Mark) -> Option<&Custody> {
    facts.custody.as_ref().filter(|_| matches!(mark, Mark::Found | Mark::Damaged))
}

/// The parts of a kit that share its fate: what is lost, stolen, found or sent is so with all that lies in it. Damage,
/// repair, a check and the end concern the one thing that was looked at.
fn with_it<'a>(
    case: &'a Case<'_>,
    facts: &'a UnitFacts,
    mark: Mark,
    badge: bool,
    to: UnitState,
) -> impl Iterator<Item = &'a UnitFacts> {
    let shares = matches!(mark, Mark::Lost | Mark::Stolen | Mark::Found | Mark::Transit);
    let regulated = move |it: &UnitFacts| !badge && it.restrictions.category.regulated;
    kit::beside(case, facts).filter(move |it| shares && !regulated(it) && mark.leads(badge, it.state) == Some(to))
}

fn undoable(facts: &UnitFacts, mark: Mark, to: UnitState) -> Undoable {
    let before = facts.custody.as_ref().map_or((None, None), |it| (Some(it.holder), it.due));
    Undoable {
        event: None,
        condition: None,
        unit: Some(facts.id),
        label: words::label(facts),
        before,
        after: if returns(facts, mark).is_some() { None } else { before.0 },
        state: Some((facts.state, to)),
        place: None,
        parts: Vec::new(),
        deed: None,
    }
}

/// The event that turns one unit.
fn turned(case: &Case<'_>, facts: &UnitFacts, mark: Mark, to: UnitState) -> NewEvent {
    let (badge, custody) = (case.lane.session.is_some(), returns(facts, mark));
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
    NewEvent {
        unit: Some(facts.id),
        movement: custody.map(|it| Movement { former: Some(it.holder), holder: None, due: None }),
        state: Some(to),
        person: case.person(),
        body,
        ..NewEvent::new(if custody.is_some() { EventKind::CheckedIn } else { EventKind::StateChanged })
    }
}

/// PRINT: the label of the last unit that was scanned here joins those to be printed.
pub(super) fn print(case: &Case<'_>) -> Decision<Lane> {
    let Some(facts) = last_unit(case.lane).and_then(|unit| case.facts.iter().find(|it| it.id == unit)) else {
        return case.answer(Answer::No, &Cause::Hitch(Hitch::NothingToPrint));
    };
    let event = pairing::queued(case, facts.id, LabelReason::Asked, facts.tag.as_deref());
    let asked = printed::asked(case, facts);
    let told = words::label_queued(facts) + if asked.is_some() { words::label_next() } else { "" };
    let mut decision = case.decided(Answer::Good, told, vec![event]);
    decision.unit = Some(facts.id);
    decision.lane.printed = asked;
    let beside = Deed::Labels { bound: Vec::new(), ended: None, queued: true };
    pairing::remember(&mut decision, facts.id, &words::label(facts), beside);
    decision
}

/// The unit of the scan before, else of the last action.
pub(super) fn last_unit(lane: &Lane) -> Option<UnitId> {
    if let Some(Last { named: Named::Unit(unit), .. }) = &lane.last {
        return Some(*unit);
    }
    lane.session.as_ref()?.undoable.last()?.unit
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
