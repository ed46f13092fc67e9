//! A still shows a damage: bound to the damaged unit's event by its hash, whichever of the two came first.
//!
//! The file is kept before its hash is scanned; a hash without a file is refused.
//! Deliberately absent: the picture, which lies in a file, and taking it.

use crate::domain::{Answer, Decision, EventKind, NewEvent, Subject};

use super::{Case, Cause, Hitch, Lane, Mark, Mode, words};

/// A still that was uploaded or taken.
pub(super) fn card(case: &Case<'_>) -> Decision<Lane> {
    let (Subject::Still(still), Some(session)) = (&case.resolution.subject, &case.lane.session) else {
        return case.answer(Answer::No, &Cause::BadgeFirst);
    };
    if !still.is_kept {
        return case.answer(Answer::No, &Cause::Hitch(Hitch::NoSuchStill));
    }
    let damaged = session.placing.as_ref().map(|it| it.unit);
    let event = session
        .undoable
        .iter()
        .rev()
        .find(|it| it.unit.is_some() && it.unit == damaged)
        .and_then(|it| Some((it, it.event?)));
    let Some((shown, of)) = event else {
        if case.lane.mode != Mode::Mark(Mark::Damaged) {
            return case.answer(Answer::No, &Cause::Hitch(Hitch::NothingToShow));
        }
        let mut decision = case.observed(Answer::Good, words::still_first());
        if let Some(session) = &mut decision.lane.session {
            session.still = Some(still.hash.clone());
        }
        return decision;
    };
    let body = case.body().with("still", &*still.hash).with("of", of.0.to_string());
    let event = NewEvent { unit: shown.unit, person: case.person(), body, ..NewEvent::new(EventKind::StillBound) };
    let mut decision = case.decided(Answer::Good, words::still_bound(&shown.label), vec![event]);
    decision.unit = shown.unit;
    decision
}
