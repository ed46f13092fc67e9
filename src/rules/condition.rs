//! In what condition a thing comes back: in order unless a card says otherwise, before the thing or right after it.
//!
//! DIRTY and WORN are notes on the unit, which goes out again; DAMAGED is a state and has a file of its own (`mark`). OK
//! right after a return takes a note back.
//! Deliberately absent: cleaning, and deciding when something is too worn.

use crate::domain::{Answer, Body, Condition, Decision, EventKind, Line, NewEvent, UnitFacts};

use super::deed::{Deed, Undoable};
use super::{Case, Cause, Lane, Mark, Mode, mark, words};

/// The cards DIRTY and WORN: about what just came back, else about what comes back next.
pub(super) fn card(case: &Case<'_>, is: Condition) -> Decision<Lane> {
    if let Some(facts) = just_returned(case) {
        return note(case, facts, Some(is));
    }
    let mut decision = case.observed(Answer::Good, words::condition_next(is));
    if let Some(session) = &mut decision.lane.session {
        session.condition = Some(is);
        decision.lane.mode = if case.lane.mode == Mode::Out { Mode::Auto } else { case.lane.mode };
    }
    decision
}

/// DAMAGED and OK right after a return are about what came back; else `None`.
pub(super) fn of_returned(case: &Case<'_>, card: Mark) -> Option<Decision<Lane>> {
    let facts = just_returned(case)?;
    let damaged = card == Mark::Damaged;
    let mut decision = if damaged { mark::unit(case, facts, card) } else { note(case, facts, None) };
    decision.unit = Some(facts.id);
    Some(decision)
}

/// What came back, if nothing else was done since but to tell its condition.
fn just_returned<'a>(case: &'a Case<'_>) -> Option<&'a UnitFacts> {
    let unit = case.lane.returned.filter(|_| case.lane.session.is_some())?;
    case.facts.iter().find(|it| it.id == unit)
}

/// Notes the condition of a unit: on its line if it waits in the cart, else on its record.
fn note(case: &Case<'_>, facts: &UnitFacts, is: Option<Condition>) -> Decision<Lane> {
    let why = words::condition_noted(facts, is);
    let waits = case.lane.session.as_ref().is_some_and(|it| it.cart.iter().any(|line| line.unit == facts.id));
    let mut decision = if waits {
        case.observed(Answer::Good, why)
    } else if facts.condition == is {
        case.observed(Answer::Already, why)
    } else {
        let event = NewEvent {
            unit: Some(facts.id),
            person: case.person(),
            body: changed(facts.condition, is),
            ..NewEvent::new(EventKind::UnitChanged)
        };
        let mut decision = case.decided(Answer::Good, why, vec![event]);
        remember(&mut decision, facts, is);
        decision
    };
    decision.unit = Some(facts.id);
    decision.lane.returned = Some(facts.id);
    if let Some(session) = decision.lane.session.as_mut().filter(|_| waits) {
        for line in session.cart.iter_mut().filter(|it| it.unit == facts.id) {
            (line.condition, line.in_order) = (is, is.is_none());
        }
    }
    decision
}

fn remember(decision: &mut Decision<Lane>, facts: &UnitFacts, since: Option<Condition>) {
    let Some(session) = &mut decision.lane.session else { return };
    session.remember(Undoable {
        event: None,
        condition: None,
        unit: Some(facts.id),
        label: words::label(facts),
        before: (None, None),
        after: None,
        state: None,
        parts: Vec::new(),
        deed: Some(Deed::Condition { before: facts.condition, since }),
        place: None,
    });
}

/// The words of an event that changes a condition.
pub(super) fn changed(before: Option<Condition>, after: Option<Condition>) -> Body {
    Body::new().with("column", "condition").with("before", word(before)).with("after", word(after))
}

/// A condition as the ledger says it.
pub(super) fn word(is: Option<Condition>) -> &'static str {
    is.map_or("ok", Condition::word)
}

/// The condition before a line came back and since, if that changes it.
pub(super) fn changed_by(line: &Line, facts: &UnitFacts) -> Option<(Option<Condition>, Option<Condition>)> {
    let said = line.condition.is_some() || line.in_order;
    (!line.out && said && facts.condition != line.condition).then_some((facts.condition, line.condition))
}

/// Why a card about the condition does not apply; `None` if it does.
pub(super) fn needs_keeper(case: &Case<'_>, card: Mark) -> Option<Cause> {
    let role = crate::domain::Role::Keeper;
    let least = case.lane.session.as_ref().is_some_and(|it| it.role >= role);
    (card == Mark::Checked && !least).then_some(Cause::CardRole { word: "OK", role })
}
