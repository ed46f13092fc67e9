//! Kits: the code of the kit lends all its parts, and brings back all but those that are said to be missing.
//!
//! A part that somebody else has, or that may not go out, stays behind and is said. A kit comes back by DONE, also where
//! each scan is booked at once, because somebody must say that it is complete. Deliberately absent: kits in kits.

use crate::domain::{Answer, Decision, EventKind, Line, UnitFacts, UnitId};

use super::restriction::Loan;
use super::{Case, Cause, Doubt, Lane, Session, job, movement, restriction, words};

/// A kit with the parts that go with it, and how to call those that do not.
struct Together<'a> {
    kit: Line,
    parts: Vec<(Line, &'a UnitFacts)>,
    apart: Vec<String>,
}

/// Whether the kit or one of its parts asks for a second proof.
pub(super) fn is_critical(case: &Case<'_>, facts: &UnitFacts) -> bool {
    facts.restrictions.category.is_critical()
        || parts(case, facts).any(|it| it.custody.is_none() && it.restrictions.category.is_critical())
}

/// Whether one of the parts asks for a job.
pub(super) fn asks_job(case: &Case<'_>, facts: &UnitFacts) -> bool {
    parts(case, facts).any(|it| it.restrictions.category.job_required)
}

pub(super) fn parts<'a>(case: &'a Case<'_>, facts: &'a UnitFacts) -> impl Iterator<Item = &'a UnitFacts> {
    facts.parts.iter().filter_map(|id| case.facts.iter().find(|it| it.id == *id))
}

/// Decides about a kit that goes out.
pub(super) fn out<'a>(case: &'a Case<'_>, session: &Session, facts: &'a UnitFacts) -> Decision<Lane> {
    let mut with = Together { kit: movement::line(case, session, facts, true), parts: Vec::new(), apart: Vec::new() };
    let loan = Loan { due: with.kit.due, ..Loan::now(case, session) };
    for part in parts(case, facts).filter(|part| session.cart.iter().all(|it| it.unit != part.id)) {
        let label = words::label(part);
        if let Some(custody) = &part.custody {
            with.apart.push(format!("{label} (with {})", custody.name));
        } else if let Some(cause) = restriction::against_part(case, session, part, loan) {
            with.apart.push(format!("{label} ({})", cause.word().replace('-', " ")));
        } else {
            with.parts.push((Line { kit: Some(facts.id), ..movement::line(case, session, part, true) }, part));
        }
    }
    if !case.policy.self_service || job::is_missing(case, session, facts) {
        return into_cart(case, session, facts, with);
    }
    let why = words::kit_out(facts, &with.kit, with.parts.len(), &with.apart, case);
    let lines: Vec<(Line, &UnitFacts)> = std::iter::once((with.kit, facts)).chain(with.parts).collect();
    let events = lines.iter().map(|(line, part)| movement::event(case, part, line)).collect();
    let mut decision = case.decided(Answer::Good, why, events);
    for (line, part) in &lines {
        movement::note(&mut decision.lane, part, line, case.now().wall);
    }
    decision
}

/// Decides about a kit that comes back: all that the same person has of it, into the cart.
pub(super) fn back<'a>(case: &'a Case<'_>, session: &Session, facts: &'a UnitFacts) -> Decision<Lane> {
    let mut with = Together { kit: movement::line(case, session, facts, false), parts: Vec::new(), apart: Vec::new() };
    let holder = facts.custody.as_ref().map(|it| it.holder);
    for part in parts(case, facts).filter(|part| session.cart.iter().all(|it| it.unit != part.id)) {
        match &part.custody {
            Some(custody) if Some(custody.holder) == holder => {
                let line = Line { kit: Some(facts.id), condition: None, ..movement::line(case, session, part, false) };
                with.parts.push((line, part));
            }
            Some(custody) => with.apart.push(format!("{} (with {})", words::label(part), custody.name)),
            None => {}
        }
    }
    into_cart(case, session, facts, with)
}

fn into_cart(case: &Case<'_>, session: &Session, facts: &UnitFacts, with: Together<'_>) -> Decision<Lane> {
    let why = words::kit_in_cart(&with.kit, facts, with.parts.len(), &with.apart, case);
    let lines = std::iter::once(with.kit).chain(with.parts.into_iter().map(|it| it.0)).collect();
    movement::into_cart(case, session, facts, lines, why)
}

/// The parts that are with their kit: with the same person, or at the same place if nobody has it.
pub(super) fn beside<'a>(case: &'a Case<'_>, facts: &'a UnitFacts) -> impl Iterator<Item = &'a UnitFacts> {
    let holder = |it: &UnitFacts| it.custody.as_ref().map(|it| it.holder);
    let place = |it: &UnitFacts| it.location.as_ref().map(|it| it.id);
    parts(case, facts).filter(move |it| {
        holder(it) == holder(facts) && it.state == facts.state && (holder(facts).is_some() || place(it) == place(facts))
    })
}

/// Decides about a part that is scanned after MISSING: it stays with whoever has the kit.
pub(super) fn missing(case: &Case<'_>, session: &Session, facts: &UnitFacts) -> Decision<Lane> {
    let part = session.cart.iter().find(|it| it.unit == facts.id && !it.out);
    let kit = part.and_then(|it| it.kit).filter(|kit| session.cart.iter().any(|it| it.unit == *kit));
    let Some(kit) = kit else { return case.answer(Answer::No, &Cause::Doubt(Doubt::NotInKit)) };
    let label = words::label(facts);
    let mut decision = case.observed(Answer::Good, words::part_missing(facts));
    if let Some(event) = decision.events.first_mut() {
        event.kind = EventKind::Observed;
        event.body = std::mem::take(&mut event.body).with("cause", "missing").with("kit", kit.0.to_string());
    }
    if let Some(session) = &mut decision.lane.session {
        session.cart.retain(|it| it.unit != facts.id);
        if let Some(line) = session.cart.iter_mut().find(|it| it.unit == kit) {
            [line.missing.as_str(), &label].join(" ").trim().clone_into(&mut line.missing);
        }
    }
    decision
}

/// Takes a line out of the cart, and with a kit all its parts.
pub(super) fn remove(cart: &mut Vec<Line>, unit: UnitId) {
    cart.retain(|it| it.unit != unit && it.kit != Some(unit));
}

/// Whether a kit with parts lies in a cart and comes back.
pub(super) fn comes_back(cart: &[Line]) -> bool {
    cart.iter().any(|kit| !kit.out && cart.iter().any(|it| it.kit == Some(kit.unit)))
}

/// The lines of a cart as people count them: a kit with its parts is one.
pub(super) fn whole(cart: &[Line]) -> Vec<&Line> {
    let with = |it: &Line| it.kit.is_some_and(|kit| cart.iter().any(|other| other.unit == kit));
    cart.iter().filter(|it| !with(it)).collect()
}
