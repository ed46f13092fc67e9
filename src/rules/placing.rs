//! Putting away: a bin is scanned, then what goes into it; or a thing first whose bin is asked for.
//!
//! A place changes, custody does not. The bin of a damaged thing ends the mode.
//! Deliberately absent: which bin is right, which the category would have to say.

use crate::domain::{Answer, CaseStep, Decision, EventKind, Location, NewEvent, UnitFacts, UnitId};

use super::lane::Undoable;
use super::{Case, Cause, Lane, Mark, Mode, Piece, words};

/// Decides about the label of a location.
pub(super) fn location(case: &Case<'_>, place: &Location) -> Decision<Lane> {
    let session = case.lane.session.as_ref();
    if let Some(piece) = session.and_then(|it| it.piece) {
        return put_aside(case, place, piece);
    }
    if let Some(placing) = session.and_then(|it| it.placing.as_ref()) {
        let event = NewEvent { unit: Some(placing.unit), ..moved(case, place) };
        let mut decision = case.decided(Answer::Done, words::placed(&placing.label, place), vec![event]);
        decision.unit = Some(placing.unit);
        if let Some(session) = &mut decision.lane.session {
            session.placing = None;
        }
        if decision.lane.mode == Mode::Mark(Mark::Damaged) {
            decision.lane.mode = Mode::Auto;
        }
        remember(&mut decision.lane, placing.unit, &placing.label, (placing.from.clone(), place.clone()), None);
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
    let mut decision = case.decided(Answer::Good, words::placed(&what, place), vec![event]);
    let held = Some(facts);
    remember(&mut decision.lane, facts.id, &words::label(facts), (facts.location.clone(), place.clone()), held);
    decision
}

/// UNDO can take a place back: custody stays what it is.
fn remember(
    lane: &mut Lane,
    unit: UnitId,
    label: &str,
    place: (Option<Location>, Location),
    facts: Option<&UnitFacts>,
) {
    let custody = facts.and_then(|it| it.custody.as_ref());
    let (after, due) = (custody.map(|it| it.holder), custody.and_then(|it| it.due));
    if let Some(session) = &mut lane.session {
        let (label, before) = (label.to_owned(), (after, due));
        session.remember(Undoable {
            event: None,
            unit: Some(unit),
            label,
            before,
            after,
            state: None,
            parts: Vec::new(),
            deed: None,
            place: Some(place),
        });
    }
}

fn moved(case: &Case<'_>, place: &Location) -> NewEvent {
    NewEvent {
        location: Some(place.id),
        person: case.person(),
        body: case.body().with("to", &*place.label),
        ..NewEvent::new(EventKind::Moved)
    }
}
