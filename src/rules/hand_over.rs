//! From person to person without the crib: the tools, then the other badge.
//!
//! Both badges are needed: the one of the session and the other one. Who has the tools gives, whichever badge came first.
//! Without the second badge nothing changes. Deliberately absent: due dates, which go over with the tools.

use crate::domain::{Answer, Decision, EventKind, Holder, Line, Movement, NewEvent, Role, UnitFacts, UnitId};

use super::deed::Undoable;
use super::{Case, Cause, Lane, Mode, Session, kit, words};

/// Decides about a unit that shall go over.
pub(super) fn unit(case: &Case<'_>, session: &Session, facts: &UnitFacts) -> Decision<Lane> {
    let Some(custody) = &facts.custody else {
        let place = facts.location.as_ref().map(words::location);
        return case.answer(Answer::Already, &Cause::AlreadyIn { place });
    };
    if session.giver.is_some_and(|it| it != custody.holder) {
        return case.answer(Answer::No, &Cause::HeldByAnother { name: custody.name.clone() });
    }
    let line = Line {
        unit: facts.id,
        label: words::label(facts),
        model: words::model(&facts.model),
        out: true,
        due: custody.due,
        scanned: facts.hit.raw.clone(),
        kit: None,
        missing: String::new(),
        verified: false,
        condition: None,
    };
    let giver = (custody.holder != session.holder).then_some(custody.name.as_str());
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

/// Decides about a badge while units wait to go over.
pub(super) fn badge(case: &Case<'_>, session: &Session, holder: &Holder) -> Decision<Lane> {
    let giver = session.giver.unwrap_or(session.holder);
    let own = giver == session.holder;
    let wrong = if own { holder.id == session.holder } else { holder.id != giver };
    if wrong {
        let name = case.facts.iter().find_map(|it| it.custody.as_ref().filter(|it| it.holder == giver));
        let name = name.filter(|_| !own).map(|it| it.name.clone());
        return case.answer(Answer::No, &Cause::WrongBadge { name });
    }
    let (receiver, name) =
        if own { (holder.id, holder.name.as_str()) } else { (session.holder, session.name.as_str()) };
    if own && holder.role < Role::Operator {
        return case.answer(Answer::No, &Cause::RoleNeeded);
    }
    let (mut events, mut undoable, mut stayed) = (Vec::new(), Vec::new(), Vec::new());
    for line in &session.cart {
        let facts = case.facts.iter().find(|it| it.id == line.unit);
        let Some(custody) = facts.and_then(|it| it.custody.as_ref()).filter(|it| it.holder == giver) else {
            stayed.push(line);
            continue;
        };
        let movement = Movement { former: Some(giver), holder: Some(receiver), due: custody.due };
        let body = case.body().with("scanned", &*line.scanned).with("from", &*custody.name).with("to", name);
        let mapping = facts.map_or("", |it| it.mapping.word());
        events.push(NewEvent {
            unit: Some(line.unit),
            movement: Some(movement),
            person: case.person(),
            body: body.with("mapping", mapping),
            ..NewEvent::new(EventKind::HandedOver)
        });
        let movement = Undoable {
            event: None,
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
    finish(case, events, undoable, words::handed_over(session.cart.len() - stayed.len(), name, &stayed), own)
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
        session.held = if gives { session.held.saturating_sub(moved) } else { session.held.saturating_add(moved) };
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
