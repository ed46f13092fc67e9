//! One unit was scanned: look it up, lend it, take it back, or say why not.
//!
//! What blocks going out never blocks coming in. Direction follows from the mode or, in `auto`, from who has the unit.
//! Deliberately absent: the cart's end (`desk`) and taking back (`undo`).

use jiff::Timestamp;

use crate::domain::serial_number::SerialRule;
use crate::domain::{
    Answer, Body, Decision, Ended, EventKind, IdentifierKind, Line, Mapping, Movement, NewEvent, Role, Transport,
    UnitFacts, UnitState,
};

use super::deed::Undoable;
use super::visit::DueCard;
use super::{
    Case, Cause, Doubt, DueRule, Hitch, Lane, Mark, Mode, Session, condition, conflict, hand_over, job, kit, late,
    mark, placing, proof, release, restriction, words,
};

/// Which way a unit goes.
enum Way {
    Out,
    In,
    Stay(Answer, Cause),
}

/// Decides about a scan that names one unit.
pub(super) fn unit(case: &Case<'_>, facts: &UnitFacts) -> Decision<Lane> {
    if let Some(refused) = withdrawn(case, facts).or_else(|| conflict::shown_before(case, facts)) {
        return refused;
    }
    if let Some(found) = case.resolution.contradictions.first() {
        let (label, record) = (found.label.clone(), found.record.clone());
        return case.answer(Answer::No, &Cause::Contradicts { label, record });
    }
    let Some(session) = &case.lane.session else {
        return match case.lane.mode {
            Mode::Auto if case.asks_badge() => told_only(case, facts, &Cause::BadgeFirst),
            Mode::Auto => look_up(case, facts),
            Mode::Mark(Mark::Found) if unconfirmed(case, facts) => ask(case, facts),
            Mode::Mark(found @ Mark::Found) => mark::handed_in(case, facts, found),
            Mode::Out | Mode::In | Mode::HandOver | Mode::Move | Mode::Mark(_) | Mode::Label(_) | Mode::Missing => {
                case.answer(Answer::No, &Cause::BadgeFirst)
            }
        };
    };
    if session.role < Role::Operator {
        return told_only(case, facts, &Cause::RoleNeeded);
    }
    if let Some(reason_first) = release::unsaid(case) {
        return reason_first;
    }
    if case.lane.mode == Mode::Missing {
        return kit::missing(case, session, facts);
    }
    match case.lane.mode {
        Mode::Mark(_) => {} // What the card says of it counts, and it leaves the cart by that.
        _ if session.cart.iter().all(|it| it.unit != facts.id) => {}
        Mode::Move => return case.answer(Answer::No, &Cause::Hitch(Hitch::InOwnCart)),
        Mode::Auto | Mode::Out | Mode::In | Mode::HandOver | Mode::Label(_) | Mode::Missing => {
            return case.answer(Answer::Already, &Cause::InCart);
        }
    }
    match case.lane.mode {
        Mode::Auto | Mode::Out | Mode::In | Mode::Missing | Mode::Label(_) => {}
        _ if unconfirmed(case, facts) => return ask(case, facts),
        Mode::HandOver => return hand_over::unit(case, session, facts),
        Mode::Move => return placing::unit(case, facts),
        Mode::Mark(mark) => return mark::unit(case, facts, mark),
    }
    if case.lane.waits_for_borrower(case.policy, session) {
        return case.answer(Answer::No, &Cause::WhoFirst);
    }
    match way(case, session, facts) {
        Way::Stay(Answer::No, cause) => release::refuse(case, facts, &cause, session.lifted(facts.id).to_vec()),
        Way::Stay(answer, cause) => case.answer(answer, &cause),
        Way::Out | Way::In if unconfirmed(case, facts) => ask(case, facts),
        Way::Out if kit::is_critical(case, facts) => match proof::second_kind(case, facts) {
            Some(kind) => proof::proven(go(case, session, facts, true), kind.word()),
            None => proof::ask(case, facts),
        },
        Way::Out => go(case, session, facts, true),
        Way::In => go(case, session, facts, false),
    }
}

fn way(case: &Case<'_>, session: &Session, facts: &UnitFacts) -> Way {
    // DIRTY and WORN were said of what comes back.
    let comes_back = case.lane.mode == Mode::Auto && session.condition.is_some();
    let mode = if comes_back { Mode::In } else { case.lane.mode };
    let holder = facts.custody.as_ref();
    let own = holder.is_some_and(|it| it.holder == session.taker().0);
    match (mode, holder) {
        (Mode::Auto | Mode::Out, None) => {
            let against = restriction::against(case, session, facts, session.lifted(facts.id));
            against.map_or(Way::Out, |cause| Way::Stay(Answer::No, cause))
        }
        (Mode::Auto, Some(_)) if own => Way::In,
        (Mode::Out, Some(_)) if own => Way::Stay(Answer::Already, Cause::AlreadyOut),
        (_, Some(other)) if mode != Mode::In => {
            Way::Stay(Answer::No, Cause::HeldByAnother { name: other.name.clone() })
        }
        (_, Some(_)) => Way::In,
        (_, None) => {
            Way::Stay(Answer::Already, Cause::AlreadyIn { place: facts.location.as_ref().map(words::location) })
        }
    }
}

fn look_up(case: &Case<'_>, facts: &UnitFacts) -> Decision<Lane> {
    let told = words::look_up(facts, case.policy, case.now().wall);
    case.observed(Answer::Good, told + &words::on_record(facts, case.policy, case.now().wall))
}

/// Where people walk away with what they scanned, a look-up must not sound like a loan.
fn told_only(case: &Case<'_>, facts: &UnitFacts, cause: &Cause) -> Decision<Lane> {
    let mut decision = case.answer(Answer::No, cause);
    let told = words::look_up(facts, case.policy, case.now().wall);
    let lead = if *cause == Cause::RoleNeeded { words::may_look() } else { &decision.why };
    decision.why = format!("{lead}: {told}");
    decision
}

/// A tag that was replaced, withdrawn or lost is said, and moves nothing; an old serial number still leads to its unit.
pub(super) fn withdrawn(case: &Case<'_>, facts: &UnitFacts) -> Option<Decision<Lane>> {
    let how = facts.hit.ended.filter(|how| match how {
        Ended::Voided | Ended::Lost => true,
        Ended::Superseded => facts.hit.kind == IdentifierKind::AssetTag,
        Ended::Corrected => false,
    })?;
    Some(case.answer(Answer::No, &Cause::EndedTag { tag: facts.tag.clone(), how: how.word() }))
}

/// A match that left something of the code out moves nothing until the same code was read again.
pub(super) fn unsure(case: &Case<'_>, facts: &UnitFacts) -> bool {
    weak(facts).is_some() && case.lane.asked != Some(facts.id)
}

fn weak(facts: &UnitFacts) -> Option<SerialRule> {
    facts.hit.rule.filter(|it| !it.is_strong())
}

/// Nor does a serial number that somebody typed, until it was typed once more.
fn unconfirmed(case: &Case<'_>, facts: &UnitFacts) -> bool {
    unsure(case, facts) || (is_typed(case, facts) && case.lane.asked != Some(facts.id))
}

/// Whether a person typed the serial number: a slip of theirs is another number, which no check shows.
pub(super) fn is_typed(case: &Case<'_>, facts: &UnitFacts) -> bool {
    let by_hand = matches!(case.scan.transport, Transport::Page | Transport::CommandLine);
    by_hand && facts.hit.kind == IdentifierKind::SerialNumber
}

pub(super) fn ask(case: &Case<'_>, facts: &UnitFacts) -> Decision<Lane> {
    let cause = weak(facts).map_or(Cause::Doubt(Doubt::TypedOnce), |it| Cause::ConfirmWeak { rule: it.words() });
    let mut decision = case.answer(Answer::Already, &cause);
    decision.lane.asked = Some(facts.id);
    decision.lane.proof = case.lane.proof.filter(|it| it.unit == facts.id); // Asked for once more, it is still asked for.
    decision
}

pub(super) fn go(case: &Case<'_>, session: &Session, facts: &UnitFacts, out: bool) -> Decision<Lane> {
    if !facts.parts.is_empty() {
        return if out { kit::out(case, session, facts) } else { kit::back(case, session, facts) };
    }
    let line = line(case, session, facts, out);
    if case.policy.self_service && !(out && job::is_missing(case, session, facts)) {
        return book(case, facts, &line);
    }
    let why = words::in_cart(&line, facts, case);
    into_cart(case, session, facts, vec![line], why)
}

/// Puts a thing into the cart, with the parts of a kit behind it; where it asks for a job and none is named, it waits there.
pub(super) fn into_cart(
    case: &Case<'_>,
    session: &Session,
    facts: &UnitFacts,
    lines: Vec<Line>,
    why: String,
) -> Decision<Lane> {
    if session.cart.len() + lines.len() > case.policy.cart_max {
        return case.answer(Answer::No, &Cause::CartFull { cart_max: case.policy.cart_max });
    }
    let out = lines.iter().any(|it| it.out);
    let waits = out && job::is_missing(case, session, facts);
    let mut decision = if waits { job::asked(case, why) } else { case.observed(Answer::Good, why) };
    if let Some(event) = decision.events.first_mut() {
        event.unit = Some(facts.id); // Also when a badge or a number proved it.
        event.body = event.body.clone().with("cart", if out { "out" } else { "in" });
    }
    decision.lane.returned = (!out).then_some(facts.id);
    if let Some(session) = &mut decision.lane.session {
        session.condition = session.condition.filter(|_| out); // What was said before it is said of it.
        session.cart.extend(lines);
    }
    decision
}

/// What goes into the cart, or is booked at once.
pub(super) fn line(case: &Case<'_>, session: &Session, facts: &UnitFacts, out: bool) -> Line {
    Line {
        unit: facts.id,
        label: words::label(facts),
        model: words::model(&facts.model),
        out,
        former: facts.custody.as_ref().map(|it| it.holder).filter(|_| !out),
        due: if out { due(case, session) } else { None },
        scanned: facts.hit.raw.clone(),
        kit: None,
        missing: String::new(),
        verified: proof::second_kind(case, facts).is_some(),
        condition: session.condition.filter(|_| !out),
        in_order: false,
        job: session.job.clone().filter(|_| out),
        second_proof: String::new(),
    }
}

fn book(case: &Case<'_>, facts: &UnitFacts, line: &Line) -> Decision<Lane> {
    let why = words::moved(facts, line, case);
    let event = event(case, facts, line);
    let mut decision = case.decided(Answer::Good, why, vec![event]);
    note(&mut decision.lane, facts, line, case.now().wall);
    decision.lane.returned = (!line.out).then_some(facts.id);
    if let Some(session) = &mut decision.lane.session {
        session.condition = session.condition.filter(|_| line.out);
    }
    decision
}

/// The event that books one line.
pub(super) fn event(case: &Case<'_>, facts: &UnitFacts, line: &Line) -> NewEvent {
    let former = facts.custody.as_ref().map(|it| it.holder);
    let person = case.person();
    let taker = case.lane.session.as_ref().map(|it| it.taker().0);
    let holder = if line.out { taker } else { None };
    let by = scanned_as(facts, line);
    let verified = line.verified && facts.mapping == Mapping::Whole;
    let mapping = if verified { Mapping::Verified } else { facts.mapping };
    let mut body = Body::new().with("mapping", mapping.word()).with("by", by.word());
    body = body.with("kit", line.kit.map(|it| it.0.to_string()).unwrap_or_default()).with("missing", &*line.missing);
    let said = line.condition.is_some() || (line.in_order && facts.condition.is_some());
    body = body.with("condition", if said { condition::word(line.condition) } else { "" });
    body = body.with("second_proof", &*line.second_proof);
    if by != IdentifierKind::AssetTag {
        body = body.with("scanned", line.scanned.clone()); // Which tag a unit bears is in the ledger already.
    }
    if let Some(job) = line.job.as_ref().or(case.lane.session.as_ref().and_then(|it| it.job.as_ref())) {
        body = body.with("job", job.clone());
    }
    if let Some(other) = facts.custody.as_ref().filter(|it| !line.out && Some(it.holder) != person) {
        body = body.with("returned_for", other.name.clone());
    }
    if let Some(rule) = facts.hit.rule.filter(|it| !it.is_strong()) {
        body = body.with("rule", rule.words());
    }
    if line.out {
        let licence = case.lane.session.as_ref().and_then(restriction::licence_of);
        body = restriction::licensed(body, Some(facts), licence);
    }
    let lifted = case.lane.session.iter().flat_map(|it| &it.lifted).find(|it| line.out && it.unit == facts.id);
    if let Some(lifted) = lifted {
        body = body.with("override", lifted.causes.join(" ")).with("released_by", &*lifted.by);
    }
    let found = found_with(facts, line);
    if found.is_some() {
        body = body.with("before", facts.state.word());
    }
    NewEvent {
        unit: Some(facts.id),
        movement: Some(Movement { former, holder, due: line.due }),
        state: found,
        location: if line.out { None } else { facts.home.as_ref().map(|it| it.id) },
        person,
        body,
        ..NewEvent::new(if line.out { EventKind::CheckedOut } else { EventKind::CheckedIn })
    }
}

/// The state of a lost thing that somebody with a badge brings back: it is found, as with FOUND.
pub(super) fn found_with(facts: &UnitFacts, line: &Line) -> Option<UnitState> {
    Mark::Found.leads(true, facts.state).filter(|_| !line.out && facts.state == UnitState::Lost)
}

/// What kind of identifier of the unit was scanned; a line may have waited in the cart since.
fn scanned_as(facts: &UnitFacts, line: &Line) -> IdentifierKind {
    let is = |it: &Option<String>| it.as_deref() == Some(line.scanned.as_str());
    match (is(&facts.tag), is(&facts.serial_number)) {
        (true, _) => IdentifierKind::AssetTag,
        (false, true) => IdentifierKind::SerialNumber,
        (false, false) => facts.hit.kind,
    }
}

/// Remembers a booked line for UNDO and counts what the person holds.
pub(super) fn note(lane: &mut Lane, facts: &UnitFacts, line: &Line, now: Timestamp) {
    let Some(session) = &mut lane.session else { return };
    let before = facts.custody.as_ref();
    let own = before.is_some_and(|it| it.holder == session.holder);
    let taker = session.taker().0;
    if line.out {
        session.held += u32::from(taker == session.holder);
    } else if own {
        session.held = session.held.saturating_sub(1);
        if before.and_then(|it| it.due).is_some_and(|it| it < now) {
            session.overdue = session.overdue.saturating_sub(1);
        }
    }
    let movement = Undoable {
        event: None,
        condition: condition::changed_by(line, facts),
        unit: Some(facts.id),
        label: line.label.clone(),
        before: (before.map(|it| it.holder), before.and_then(|it| it.due)),
        after: line.out.then_some(taker),
        state: found_with(facts, line).map(|it| (facts.state, it)),
        parts: Vec::new(),
        deed: None,
        place: None,
    };
    session.lifted.retain(|it| it.unit != facts.id);
    match line.kit {
        Some(kit) => session.remember_part(kit, movement),
        None => session.remember(movement),
    }
}

/// When what goes out with this scan is due: counted from when the scan was made, which a memory may have kept.
pub(super) fn due(case: &Case<'_>, session: &Session) -> Option<Timestamp> {
    let days = match session.due {
        Some(DueCard::Job) => return None,
        Some(DueCard::Days(days)) => Some(days),
        None => None,
    };
    let (days, time) = match (days, case.policy.due) {
        (Some(days), DueRule::EndOfShift(time) | DueRule::Days(_, time)) | (None, DueRule::Days(days, time)) => {
            (days, time)
        }
        (None, DueRule::EndOfShift(time)) => (0, time),
        (Some(days), DueRule::Never) => (days, crate::domain::time::LocalTime::new(23, 59)),
        (None, DueRule::Never) => return None,
    };
    case.policy.zone.next(late::made_at(case.scan), days, time)
}
