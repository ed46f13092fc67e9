//! UNDO: a further event that takes an earlier one back; nothing is ever deleted.
//!
//! Only own movements of the open session, at most the last ten, newest first; a unit that moved since stays.

use crate::domain::{Answer, Decision, EventKind, Movement, NewEvent};

use super::{Case, Cause, Lane, words};

/// Takes back the last own movement.
pub(super) fn undo(case: &Case<'_>) -> Decision<Lane> {
    let Some(session) = &case.lane.session else {
        return case.answer(Answer::No, &Cause::BadgeFirst);
    };
    if let Some(line) = session.cart.last() {
        let mut decision = case.observed(Answer::Done, words::out_of_cart(line));
        if let Some(session) = &mut decision.lane.session {
            session.cart.pop();
        }
        return decision;
    }
    let Some(last) = session.undoable.last() else {
        return case.answer(Answer::No, &Cause::NothingToUndo);
    };
    let facts = case.facts.iter().find(|it| it.id == last.unit);
    let now_with = facts.map(|it| it.custody.as_ref().map(|it| it.holder));
    let state_stands = last.state.is_none_or(|(_, since)| facts.is_some_and(|it| it.state == since));
    if now_with != Some(last.after) || !state_stands {
        return case.answer(Answer::No, &Cause::MovedSince { label: last.label.clone() });
    }
    let (holder, due) = last.before;
    let event = NewEvent {
        unit: Some(last.unit),
        movement: Some(Movement { former: last.after, holder, due }),
        state: last.state.map(|(before, _)| before),
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
