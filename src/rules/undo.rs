//! UNDO: a further event that takes an earlier one back; nothing is ever deleted.
//!
//! Only own actions of the open session, at most the last ten, newest first: movements, places, states. A unit that
//! somebody else moved since stays as it is, and the answer says how that is. A desk asks first.
//! Deliberately absent: later corrections, which a keeper makes with a reason.

use crate::domain::{Answer, Decision, EventKind, Holder, Movement, NewEvent, UnitFacts};

use super::lane::Undoable;
use super::{Case, Cause, Lane, words};

/// Takes back the last own action.
pub(super) fn undo(case: &Case<'_>) -> Decision<Lane> {
    let Some(session) = &case.lane.session else {
        return case.answer(Answer::No, &Cause::BadgeFirst);
    };
    if let Some(line) = session.cart.last() {
        let mut decision = case.observed(Answer::Done, words::out_of_cart(line));
        if let Some(session) = &mut decision.lane.session {
            session.lifted.retain(|it| it.unit != line.unit);
            session.cart.pop();
        }
        return decision;
    }
    let Some(last) = session.undoable.last() else {
        return case.answer(Answer::No, &Cause::NothingToUndo);
    };
    if let Some(cause) = against(case, last) {
        let mut decision = case.answer(Answer::No, &cause);
        if let (Cause::NoPlaceBefore { .. }, Some(session)) = (&cause, &mut decision.lane.session) {
            session.undoable.pop(); // What came before it can still be taken back.
        }
        return decision;
    }
    if asks(case) {
        let mut decision = case.answer(Answer::Already, &Cause::ConfirmUndo { what: words::undoable(last) });
        decision.lane.undo = Some(case.now().uptime);
        decision.unit = Some(last.unit);
        return decision;
    }
    take_back(case, last)
}

/// The own badge confirms what UNDO asked.
pub(super) fn badge(case: &Case<'_>, holder: &Holder) -> Option<Decision<Lane>> {
    let session = case.lane.session.as_ref().filter(|it| it.holder == holder.id)?;
    let last = session.undoable.last()?;
    (case.lane.undo.is_some() && !asks(case) && against(case, last).is_none()).then(|| take_back(case, last))
}

/// Whether it must be asked, or asked again, before it is done.
fn asks(case: &Case<'_>) -> bool {
    let confirm = case.policy.undo_confirm;
    let asked = case.lane.undo.is_some_and(|it| case.now().uptime.saturating_sub(it) <= confirm);
    !confirm.is_zero() && !asked
}

/// Why an action cannot be taken back: the unit is not as it left it.
fn against(case: &Case<'_>, last: &Undoable) -> Option<Cause> {
    let facts = case.facts.iter().find(|it| it.id == last.unit);
    if facts.is_some_and(|it| stands(it, last)) {
        let nowhere = matches!(&last.place, Some((None, _)));
        return nowhere.then(|| Cause::NoPlaceBefore { label: last.label.clone() });
    }
    let now = facts.map(words::as_it_is).unwrap_or_default();
    Some(Cause::MovedSince { label: last.label.clone(), now })
}

fn stands(facts: &UnitFacts, last: &Undoable) -> bool {
    let holder = facts.custody.as_ref().map(|it| it.holder);
    let state = last.state.is_none_or(|(_, since)| facts.state == since);
    let place = last.place.as_ref().is_none_or(|(_, since)| facts.location.as_ref() == Some(since));
    holder == last.after && state && place
}

fn take_back(case: &Case<'_>, last: &Undoable) -> Decision<Lane> {
    let (holder, due) = last.before;
    let event = NewEvent {
        unit: Some(last.unit),
        movement: Some(Movement { former: last.after, holder, due }),
        state: last.state.map(|(before, _)| before),
        location: last.place.as_ref().and_then(|(before, _)| before.as_ref()).map(|it| it.id),
        corrects: last.event,
        person: case.person(),
        body: case.body().with("cause", "undo"),
        ..NewEvent::new(EventKind::Corrected)
    };
    let mut decision = case.decided(Answer::Done, words::undone(last, holder), vec![event]);
    decision.unit = Some(last.unit);
    if let Some(session) = &mut decision.lane.session {
        session.placing = None;
        session.undoable.pop();
        if last.after == Some(session.holder) {
            session.held = session.held.saturating_sub(1);
        }
        if holder == Some(session.holder) {
            session.held += 1;
        }
    }
    decision
}
