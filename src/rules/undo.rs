//! UNDO: a further event that takes an earlier one back; nothing is ever deleted.
//!
//! Only own actions of the open session, at most the last ten, newest first; what has changed since stays. A kit is
//! taken back with all the parts that moved with it.

use crate::domain::{
    Answer, Change, Decision, Ended, EventKind, IdentifierKind, Movement, NewEvent, StockFacts, UnitFacts,
};

use super::lane::{Deed, Undoable};
use super::{Case, Cause, Lane, kit, shelf, words};

/// Takes back the last own action.
pub(super) fn undo(case: &Case<'_>) -> Decision<Lane> {
    let Some(session) = &case.lane.session else {
        return case.answer(Answer::No, &Cause::BadgeFirst);
    };
    if let Some(line) = session.cart.last() {
        let line = line.kit.and_then(|kit| session.cart.iter().find(|it| it.unit == kit)).unwrap_or(line);
        let mut decision = case.observed(Answer::Done, words::out_of_cart(line));
        if let Some(session) = &mut decision.lane.session {
            kit::pop(&mut session.cart);
        }
        return decision;
    }
    let Some(last) = session.undoable.last() else {
        return case.answer(Answer::No, &Cause::NothingToUndo);
    };
    let mut decision = match (&last.deed, case.stock) {
        (None, _) => moved(case, last),
        (Some(Deed::Labels { bound, ended, queued }), _) => labels(case, last, bound, ended.as_deref(), *queued),
        (Some(Deed::Stock { taken, .. }), Some(stock)) => counted(case, last, stock, *taken),
        (Some(Deed::Stock { .. }), None) => None,
    }
    .unwrap_or_else(|| case.answer(Answer::No, &Cause::MovedSince { label: last.label.clone() }));
    if let Some(session) = decision.lane.session.as_mut().filter(|_| decision.answer == Answer::Done) {
        session.placing = None;
        session.undoable.pop();
    }
    decision
}

/// A movement, and those of the parts that went with it; nothing if one of them has moved since.
fn moved(case: &Case<'_>, last: &Undoable) -> Option<Decision<Lane>> {
    let all: Vec<&Undoable> = std::iter::once(last).chain(&last.parts).collect();
    let stands = all.iter().all(|it| {
        let facts = case.facts.iter().find(|facts| Some(facts.id) == it.unit);
        let now_with = facts.map(|it| it.custody.as_ref().map(|it| it.holder));
        now_with == Some(it.after) && it.state.is_none_or(|(_, since)| facts.is_some_and(|it| it.state == since))
    });
    if !stands {
        return None;
    }
    let events = all.iter().map(|it| {
        let (holder, due) = it.before;
        NewEvent {
            unit: it.unit,
            movement: Some(Movement { former: it.after, holder, due }),
            state: it.state.map(|(before, _)| before),
            corrects: it.event,
            person: case.person(),
            body: case.body().with("cause", "undo"),
            ..NewEvent::new(EventKind::Corrected)
        }
    });
    let mut decision = case.decided(Answer::Done, words::undone(last, last.before.0), events.collect());
    decision.unit = last.unit;
    if let Some(session) = &mut decision.lane.session {
        for it in all {
            if it.after == Some(session.holder) {
                session.held = session.held.saturating_sub(1);
            }
            if it.before.0 == Some(session.holder) {
                session.held += 1;
            }
        }
    }
    Some(decision)
}

/// What was bound is said to have never been on the unit, and what ended by it is valid again.
fn labels(
    case: &Case<'_>,
    last: &Undoable,
    bound: &[(IdentifierKind, String)],
    ended: Option<&str>,
    queued: bool,
) -> Option<Decision<Lane>> {
    let facts = case.facts.iter().find(|it| Some(it.id) == last.unit)?;
    if !bound.iter().all(|(kind, raw)| bears(facts, *kind, raw))
        || (bound.is_empty() && ended.is_some() && facts.tag.is_some())
    {
        return None;
    }
    let mut body = case.body().with("cause", "undo").with("tag_again", ended.unwrap_or_default());
    for (kind, raw) in bound {
        let name = if *kind == IdentifierKind::AssetTag { "tag_ended" } else { "serial_number" };
        body = body.with(name, &**raw);
    }
    let event =
        |kind| NewEvent { unit: Some(facts.id), person: case.person(), corrects: last.event, ..NewEvent::new(kind) };
    let mut events = vec![NewEvent { body, ..event(EventKind::Corrected) }];
    if queued {
        events.push(NewEvent { body: case.body().with("why", "undo"), ..event(EventKind::LabelSettled) });
    }
    let mut decision = case.decided(Answer::Done, words::undone(last, None), events);
    decision.unit = Some(facts.id);
    let unit = facts.id;
    decision.changes.extend(bound.iter().map(|(kind, raw)| Change::Ended {
        unit,
        kind: *kind,
        raw: raw.clone(),
        why: Ended::Corrected,
    }));
    let kind = IdentifierKind::AssetTag;
    decision.changes.extend(ended.map(|raw| Change::Revived { unit, kind, raw: raw.to_owned() }));
    Some(decision)
}

/// Whether the unit still bears what was bound; of other kinds than tag and serial number nobody else can have taken it.
fn bears(facts: &UnitFacts, kind: IdentifierKind, raw: &str) -> bool {
    if kind == IdentifierKind::AssetTag {
        facts.tag.as_deref() == Some(raw)
    } else {
        kind != IdentifierKind::SerialNumber || facts.serial_number.as_deref() == Some(raw)
    }
}

/// What was taken goes back to its shelf, what was put back is taken again, if there is enough.
fn counted(case: &Case<'_>, last: &Undoable, stock: &StockFacts, taken: i64) -> Option<Decision<Lane>> {
    let left = stock.quantity + taken;
    if left < 0 {
        return None;
    }
    let event = NewEvent {
        person: case.person(),
        corrects: last.event,
        body: shelf::changed(stock, left).with("cause", "undo"),
        ..NewEvent::new(EventKind::StockChanged)
    };
    Some(case.decided(Answer::Done, words::undone(last, None), vec![event]))
}
