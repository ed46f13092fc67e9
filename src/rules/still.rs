//! A still shows a damage or a code that was set aside: bound by its hash to the event that told it.
//!
//! A code is shown by the still right after it; a damage by one before or after, whichever came first.
//! The file is kept before its hash is scanned; a hash without a file is refused.
//! Deliberately absent: the picture, which lies in a file, and taking it.

use crate::domain::{Answer, Decision, EventKind, Kind, NewEvent, Subject};

use super::{Card, Case, Cause, Hitch, Lane, Mark, Mode, words};

/// Whether the scan is a still that is shown.
pub(super) fn is_shown(case: &Case<'_>) -> bool {
    case.identifier.kind == Kind::Command && Card::parse(&case.identifier.key) == Some(Card::Still)
}

/// A still that was uploaded or taken.
pub(super) fn card(case: &Case<'_>) -> Decision<Lane> {
    let (Subject::Still(still), Some(session)) = (&case.resolution.subject, &case.lane.session) else {
        return case.answer(Answer::No, &Cause::BadgeFirst);
    };
    if !still.is_kept {
        return case.answer(Answer::No, &Cause::Hitch(Hitch::NoSuchStill));
    }
    if let Some(parked) = case.lane.parked {
        let body = case.body().with("still", &*still.hash).with("of", parked.0.to_string());
        let event = NewEvent { person: case.person(), body, ..NewEvent::new(EventKind::StillBound) };
        return case.decided(Answer::Good, words::code_shown(), vec![event]);
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
