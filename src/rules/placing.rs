//! Putting away: a bin is scanned, then what goes into it; or a thing first whose bin is asked for.
//!
//! A place changes, custody does not, and what lies in a kit goes with it. The bin of a damaged thing ends the mode, and
//! must be a quarantine bin if any location is said to be one.
//! Deliberately absent: which bin is right for what is sound, which the category would have to say.

use jiff::Timestamp;

use crate::domain::{Answer, CaseStep, Decision, EventKind, HolderId, Location, NewEvent, UnitFacts, UnitId};

use super::deed::Undoable;
use super::{Case, Cause, Hitch, Lane, Mark, Mode, Piece, Placing, kit, words};

/// Decides about the label of a location.
pub(super) fn location(case: &Case<'_>, place: &Location, takes_damaged: bool) -> Decision<Lane> {
    let session = case.lane.session.as_ref();
    let waits = session.is_some_and(|it| it.piece.is_some() || it.placing.as_ref().is_some_and(|it| it.quarantine));
    if waits && !takes_damaged {
        return case.answer(Answer::No, &Cause::Hitch(Hitch::NotQuarantine { place: words::location(place) }));
    }
    if let Some(piece) = session.and_then(|it| it.piece.as_ref()) {
        return put_aside(case, place, piece);
    }
    if let Some(placing) = session.and_then(|it| it.placing.as_ref()) {
        return put_away(case, place, placing);
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

/// The bin that was asked for: the thing is in it, and the parts that came with it.
fn put_away(case: &Case<'_>, place: &Location, placing: &Placing) -> Decision<Lane> {
    let units = || std::iter::once((placing.unit, &placing.from)).chain(placing.parts.iter().map(|it| (it.0, &it.1)));
    let events = units().map(|(unit, _)| NewEvent { unit: Some(unit), ..moved(case, place) }).collect();
    let mut decision = case.decided(Answer::Done, words::placed(&placing.label, place), events);
    decision.unit = Some(placing.unit);
    if let Some(session) = &mut decision.lane.session {
        session.placing = None;
        for (unit, from) in units() {
            let was = undoable((unit, placing.label.clone()), (None, None), (from.clone(), place.clone()));
            if unit == placing.unit { session.remember(was) } else { session.remember_part(placing.unit, was) }
        }
    }
    if decision.lane.mode == Mode::Mark(Mark::Damaged) {
        decision.lane.mode = Mode::Auto;
    }
    decision
}

/// A thing in doubt is in its bin: the case says where; neither of its units has moved.
fn put_aside(case: &Case<'_>, place: &Location, piece: &Piece) -> Decision<Lane> {
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
    let parts: Vec<&UnitFacts> = kit::beside(case, facts).collect(); // What lies in a kit goes where it goes.
    let all = || std::iter::once(facts).chain(parts.iter().copied());
    let events = all().map(|it| put_into(case, it, place)).collect();
    let why =
        words::placed(&what, place) + &words::with_parts(facts.parts.len(), parts.len()) + &words::still_with(facts);
    let mut decision = case.decided(Answer::Good, why, events);
    if let Some(session) = &mut decision.lane.session {
        for it in all() {
            let held = it.custody.as_ref().map_or((None, None), |it| (Some(it.holder), it.due));
            let was = undoable((it.id, words::label(it)), held, (it.location.clone(), place.clone()));
            if it.id == facts.id { session.remember(was) } else { session.remember_part(facts.id, was) }
        }
    }
    decision
}

fn put_into(case: &Case<'_>, facts: &UnitFacts, place: &Location) -> NewEvent {
    let body = case.body().with("mapping", facts.mapping.word()).with("by", facts.hit.kind.word());
    let was = facts.location.as_ref().map(|it| it.label.clone()).unwrap_or_default();
    NewEvent { unit: Some(facts.id), body: body.with("from", was).with("to", &*place.label), ..moved(case, place) }
}

/// UNDO can take a place back: custody stays what it is.
fn undoable(
    (unit, label): (UnitId, String),
    held: (Option<HolderId>, Option<Timestamp>),
    place: (Option<Location>, Location),
) -> Undoable {
    Undoable {
        event: None,
        condition: None,
        unit: Some(unit),
        label,
        before: held,
        after: held.0,
        state: None,
        parts: Vec::new(),
        deed: None,
        place: Some(place),
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
