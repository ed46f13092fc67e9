//! Putting away: a bin is scanned, then what goes into it; or a thing first whose bin is asked for.
//!
//! A place changes, custody does not. Deliberately absent: which bin is right, which the category would have to say.

use crate::domain::{Answer, CaseStep, Decision, EventKind, Location, NewEvent, UnitFacts};

use super::{Case, Cause, Lane, Mode, Piece, words};

/// Decides about the label of a location.
pub(super) fn location(case: &Case<'_>, place: &Location) -> Decision<Lane> {
    let session = case.lane.session.as_ref();
    if let Some(piece) = session.and_then(|it| it.piece) {
        return put_aside(case, place, piece);
    }
    if let Some((unit, label)) = session.and_then(|it| it.placing.as_ref()) {
        let event = NewEvent { unit: Some(*unit), ..moved(case, place) };
        let mut decision = case.decided(Answer::Done, words::placed(label, place), vec![event]);
        decision.unit = Some(*unit);
        if let Some(session) = &mut decision.lane.session {
            session.placing = None;
        }
        return decision;
    }
    let sets = case.lane.mode == Mode::Move && session.is_some();
    let why = if sets { words::place_set(place) } else { words::location(place) };
    let mut decision = case.observed(Answer::Good, why);
    if let Some(event) = decision.events.first_mut() {
        event.location = Some(place.id);
    }
    if let Some(session) = decision.lane.session.as_mut().filter(|_| sets) {
        session.place = Some(place.clone());
    }
    decision
}

/// A thing in doubt is in its bin: the case says where; neither of its units has moved.
fn put_aside(case: &Case<'_>, place: &Location, piece: Piece) -> Decision<Lane> {
    let step = CaseStep::PutAside { unit: piece.unit, other: piece.other };
    let event = NewEvent {
        location: Some(place.id),
        person: case.person(),
        body: step.body().with("to", &*place.label),
        ..NewEvent::new(EventKind::CaseChanged)
    };
    let mut decision = case.decided(Answer::Done, words::put_aside(place), vec![event]);
    if let Some(session) = &mut decision.lane.session {
        session.piece = None;
    }
    decision
}

/// Decides about a unit in the mode MOVE.
pub(super) fn unit(case: &Case<'_>, facts: &UnitFacts) -> Decision<Lane> {
    let Some(place) = case.lane.session.as_ref().and_then(|it| it.place.as_ref()) else {
        return case.answer(Answer::No, &Cause::PlaceFirst);
    };
    let what = words::model(&facts.model);
    if facts.location.as_ref().is_some_and(|it| it.id == place.id) {
        return case.observed(Answer::Already, words::placed(&what, place));
    }
    let body = case.body().with("mapping", facts.mapping.word()).with("by", facts.hit.kind.word());
    let was = facts.location.as_ref().map(|it| it.label.clone()).unwrap_or_default();
    let event = NewEvent { unit: Some(facts.id), body: body.with("from", was), ..moved(case, place) };
    case.decided(Answer::Good, words::placed(&what, place), vec![event])
}

fn moved(case: &Case<'_>, place: &Location) -> NewEvent {
    NewEvent {
        location: Some(place.id),
        person: case.person(),
        body: case.body().with("to", &*place.label),
        ..NewEvent::new(EventKind::Moved)
    }
}
