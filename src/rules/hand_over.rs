//! From person to person without the crib: the tools, then the other badge.
//!
//! Both badges are needed: the one of the session, or of whom a clerk serves there, and the other one. Who has the tools
//! gives, whichever badge came first. Without the second badge nothing changes.
//! Deliberately absent: due dates, which go over with the tools.

use crate::domain::{Answer, Custody, Decision, EventKind, Holder, Line, Movement, NewEvent, Role, UnitFacts, UnitId};

use super::deed::Undoable;
use super::{Borrower, Case, Cause, Lane, Mode, Session, kit, restriction, words};

/// Decides about a unit that shall go over.
pub(super) fn unit(case: &Case<'_>, session: &Session, facts: &UnitFacts) -> Decision<Lane> {
    let Some(custody) = &facts.custody else {
        let place = facts.location.as_ref().map(words::location);
        return case.answer(Answer::Already, &Cause::AlreadyIn { place });
    };
    // UNDO may have taken all of it out again; then whoever has this one gives.
    let giver = session.giver.filter(|_| !session.cart.is_empty());
    if giver.is_some_and(|it| it != custody.holder) {
        return case.answer(Answer::No, &Cause::HandOverOpen);
    }
    if let Some(cause) = against(case, session, custody, facts) {
        return case.answer(Answer::No, &cause);
    }
    let line = Line {
        unit: facts.id,
        label: words::label(facts),
        model: words::model(&facts.model),
        out: true,
        former: None,
        due: custody.due,
        scanned: facts.hit.raw.clone(),
        kit: None,
        missing: String::new(),
        verified: false,
        condition: None,
        in_order: false,
        job: None,
        second_proof: String::new(),
    };
    let giver = (custody.holder != session.taker().0).then_some(custody.name.as_str());
    let mut decision = case.observed(Answer::Good, words::handing_over(&line, giver));
    if let Some(session) = &mut decision.lane.session {
        session.giver = Some(custody.holder);
        session.cart.push(line.clone());
        for part in kit::parts(case, facts) {
            let of_giver = part.custody.as_ref().is_some_and(|it| it.holder == custody.holder);
            if of_giver && session.cart.iter().all(|it| it.unit != part.id) {
                let (unit, label, model) = (part.id, words::label(part), words::model(&part.model));
                let due = part.custody.as_ref().and_then(|it| it.due);
                session.cart.push(Line { unit, label, model, due, kit: Some(facts.id), ..line.clone() });
            }
        }
    }
    decision
}

/// What keeps a unit from going out keeps it from being handed over too; what concerns the receiver is asked once it is
/// known who that is: now if the session takes over, else at the other badge.
fn against(case: &Case<'_>, session: &Session, custody: &Custody, facts: &UnitFacts) -> Option<Cause> {
    if custody.holder == session.taker().0 {
        return restriction::whoever(case, facts, &[]);
    }
    restriction::against_over(case, session, facts)
}

/// The first of what stands against the units of the cart going to whom they shall go.
fn against_any<'a>(case: &'a Case<'_>, session: &Session, receiver: Option<&Holder>) -> Option<(&'a UnitFacts, Cause)> {
    let borrower = receiver.map(Borrower::from).or_else(|| session.borrower.clone());
    let mut receiver = Session { borrower, cart: Vec::new(), ..session.clone() };
    session.cart.iter().find_map(|line| {
        let facts = case.facts.iter().find(|it| it.id == line.unit)?;
        let cause = if line.kit.is_some() {
            restriction::against_part_over(case, &receiver, facts)
        } else {
            restriction::against_over(case, &receiver, facts)
        };
        receiver.cart.extend(line.kit.is_none().then(|| line.clone()));
        cause.map(|it| (facts, it))
    })
}

/// The badge of whoever gives, before the first tool: who it is is seen by the tools, and they come next.
pub(super) fn giver(case: &Case<'_>, holder: &Holder) -> Decision<Lane> {
    let own = case.lane.session.as_ref().is_some_and(|it| it.taker().0 == holder.id);
    let mut decision = case.observed(Answer::Good, words::giver(&holder.name, own));
    if let Some(session) = &mut decision.lane.session {
        session.giver = Some(holder.id);
    }
    decision
}

/// Decides about a badge while units wait to go over.
pub(super) fn badge(case: &Case<'_>, session: &Session, holder: &Holder) -> Decision<Lane> {
    let (here, here_name) = session.taker();
    let giver = session.giver.unwrap_or(here);
    let own = giver == here;
    let wrong = if own { holder.id == here } else { holder.id != giver };
    if wrong {
        let name = case.facts.iter().find_map(|it| it.custody.as_ref().filter(|it| it.holder == giver));
        let name = name.filter(|_| !own).map(|it| it.name.clone());
        return case.answer(Answer::No, &Cause::WrongBadge { name });
    }
    let (receiver, name) = if own { (holder.id, holder.name.as_str()) } else { (here, here_name) };
    if own && holder.role < Role::Operator {
        return case.answer(Answer::No, &Cause::RoleNeeded);
    }
    if let Some((facts, cause)) = against_any(case, session, own.then_some(holder)) {
        let mut decision = case.answer(Answer::No, &cause); // The question stands: another badge, or CANCEL.
        decision.unit = Some(facts.id);
        if let Some(event) = decision.events.first_mut() {
            event.unit = decision.unit;
        }
        return decision;
    }
    let licence = if own { holder.licence.as_ref() } else { restriction::licence_of(session) };
    let (mut events, mut undoable) = (Vec::new(), Vec::new());
    let (mut moved, mut stayed) = (Vec::new(), Vec::new());
    for line in &session.cart {
        let facts = case.facts.iter().find(|it| it.id == line.unit);
        let Some(custody) = facts.and_then(|it| it.custody.as_ref()).filter(|it| it.holder == giver) else {
            stayed.push(line);
            continue;
        };
        moved.push(line);
        let movement = Movement { former: Some(giver), holder: Some(receiver), due: custody.due };
        let body = case.body().with("scanned", &*line.scanned).with("from", &*custody.name).with("to", name);
        let mapping = facts.map_or("", |it| it.mapping.word());
        events.push(NewEvent {
            unit: Some(line.unit),
            movement: Some(movement),
            person: case.person(),
            body: restriction::licensed(body.with("mapping", mapping), facts, licence),
            ..NewEvent::new(EventKind::HandedOver)
        });
        let movement = Undoable {
            event: None,
            condition: None,
            unit: Some(line.unit),
            label: line.label.clone(),
            before: (Some(giver), custody.due),
            after: Some(receiver),
            state: None,
            parts: Vec::new(),
            deed: None,
            place: None,
        };
        undoable.push((line.kit, movement));
    }
    finish(case, events, undoable, words::handed_over(&moved, name, &stayed), own)
}

fn finish(
    case: &Case<'_>,
    events: Vec<NewEvent>,
    undoable: Vec<(Option<UnitId>, Undoable)>,
    why: String,
    gives: bool,
) -> Decision<Lane> {
    if events.is_empty() {
        let mut decision = case.observed(Answer::No, why);
        over(&mut decision.lane);
        return decision;
    }
    let moved = u32::try_from(events.len()).unwrap_or(u32::MAX);
    let mut decision = case.decided(Answer::Done, why, events);
    over(&mut decision.lane);
    if let Some(session) = &mut decision.lane.session {
        let own = session.borrower.is_none();
        session.held = if !own {
            session.held
        } else if gives {
            session.held.saturating_sub(moved)
        } else {
            session.held.saturating_add(moved)
        };
        for (kit, movement) in undoable {
            match kit {
                Some(kit) => session.remember_part(kit, movement),
                None => session.remember(movement),
            }
        }
    }
    decision
}

/// The lane after a hand-over, done or given up.
pub(super) fn over(lane: &mut Lane) {
    lane.mode = Mode::Auto;
    if let Some(session) = &mut lane.session {
        session.cart.clear();
        session.giver = None;
    }
}
