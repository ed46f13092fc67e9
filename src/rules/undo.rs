//! UNDO: a further event that takes an earlier one back; nothing is ever deleted.
//!
//! Only own actions of the open session, any of the last ten: movements, places, states, labels, counts, conditions. What a
//! later one of them did to the same unit is taken back first.
//! A kit is taken back with all the parts that moved with it. What has changed since stays as it is, and the answer says
//! how that is. A desk asks first.
//! Deliberately absent: later corrections, which a keeper makes with a reason.

use crate::domain::{
    Answer, Change, Condition, Decision, Ended, EventKind, Holder, IdentifierKind, Line, Moment, Movement, NewEvent,
    StockFacts, UnitFacts,
};

use super::deed::{Deed, Undoable};
use super::{Asked, Card, Case, Cause, Hitch, Lane, Mode, Policy, Session, kit, shelf, words};

/// What UNDO is about: a line of the cart, or an action by its place in the list.
enum Target<'a> {
    Line(&'a Line),
    Booked(usize, &'a Undoable),
}

/// The action so many back, the lines of the cart first.
fn target(session: &Session, back: u8) -> Option<Target<'_>> {
    let (lines, back) = (kit::whole(&session.cart), usize::from(back));
    if let Some(at) = lines.len().checked_sub(back) {
        return lines.get(at).map(|it| Target::Line(it));
    }
    let at = session.undoable.len().checked_sub(back - lines.len())?;
    session.undoable.get(at).map(|it| Target::Booked(at, it))
}

/// The booked action that UNDO would take back; `None` where it is a line of the cart or nothing.
pub(super) fn booked(session: &Session, back: u8) -> Option<&Undoable> {
    if let Some(Target::Booked(_, action)) = target(session, back) { Some(action) } else { None }
}

/// All that can be taken back, in the order of the numbers of UNDO.
pub(super) fn listed(session: &Session) -> Vec<String> {
    let of = |back| match target(session, back)? {
        Target::Line(line) => Some(line.label.clone()),
        Target::Booked(_, action) => Some(words::undoable(action, None)),
    };
    (1..=Card::UNDO_MAX).map_while(of).collect()
}

/// Which action a card means: UNDO alone, a moment after it was asked, means what was asked.
pub(super) fn meant(lane: &Lane, policy: &Policy, now: Moment, back: u8) -> u8 {
    asked(lane, policy, now).filter(|_| back == 1).unwrap_or(back)
}

/// The action about which it was asked a moment ago.
fn asked(lane: &Lane, policy: &Policy, now: Moment) -> Option<u8> {
    lane.undo.filter(|it| now.uptime.saturating_sub(it.at) <= policy.undo_confirm).map(|it| it.back)
}

/// Takes back an own action.
pub(super) fn undo(case: &Case<'_>, back: u8) -> Decision<Lane> {
    let Some(session) = &case.lane.session else {
        return case.answer(Answer::No, &Cause::BadgeFirst);
    };
    let back = meant(case.lane, case.policy, case.now(), back);
    let (at, action) = match target(session, back) {
        None => return case.answer(Answer::No, &Cause::NothingToUndo),
        Some(Target::Line(line)) => return out_of_cart(case, line),
        Some(Target::Booked(at, action)) => (at, action),
    };
    let decision = match taken_back(case, session, at, action) {
        Err(cause) => return refused(case, at, &cause),
        Ok(decision) => decision,
    };
    if case.policy.undo_confirm.is_zero() || confirms(case, back) {
        return decision;
    }
    let now = case.facts.iter().find(|it| Some(it.id) == action.unit);
    let holder = now.and_then(|it| it.custody.as_ref()).map(|it| it.name.as_str());
    let what = words::undoable(action, holder);
    let mut decision = case.answer(Answer::Already, &Cause::Hitch(Hitch::ConfirmUndo { what }));
    decision.lane.undo = Some(Asked { at: case.now().uptime, back });
    decision.unit = action.unit;
    decision
}

fn out_of_cart(case: &Case<'_>, line: &Line) -> Decision<Lane> {
    let mut decision = case.observed(Answer::Done, words::out_of_cart(line));
    if let Some(session) = &mut decision.lane.session {
        kit::remove(&mut session.cart, line.unit);
        let cart = &session.cart;
        session.lifted.retain(|it| cart.iter().any(|line| line.unit == it.unit));
        if case.lane.mode == Mode::Missing && !kit::comes_back(cart) {
            decision.lane.mode = Mode::Auto; // No part can lack any more.
        }
    }
    decision
}

/// The own badge confirms what UNDO asked.
pub(super) fn badge(case: &Case<'_>, holder: &Holder) -> Option<Decision<Lane>> {
    let session = case.lane.session.as_ref().filter(|it| it.holder == holder.id)?;
    let back = case.lane.undo?.back;
    let Some(Target::Booked(at, action)) = target(session, back).filter(|_| confirms(case, back)) else { return None };
    taken_back(case, session, at, action).ok()
}

/// Whether it was asked about this action a moment ago.
fn confirms(case: &Case<'_>, back: u8) -> bool {
    asked(case.lane, case.policy, case.now()) == Some(back)
}

fn refused(case: &Case<'_>, at: usize, cause: &Cause) -> Decision<Lane> {
    let mut decision = case.answer(Answer::No, cause);
    if let (Cause::Hitch(Hitch::NoPlaceBefore { .. }), Some(session)) = (cause, &mut decision.lane.session) {
        session.undoable.remove(at); // What came before it can still be taken back.
    }
    decision
}

fn taken_back(case: &Case<'_>, session: &Session, at: usize, last: &Undoable) -> Result<Decision<Lane>, Cause> {
    // What was said of a return goes before the return itself.
    let alike =
        |it: &&Undoable| it.deed.is_some() == last.deed.is_some() || matches!(it.deed, Some(Deed::Condition { .. }));
    let later = session.undoable.iter().skip(at + 1).filter(alike);
    if last.units().any(|unit| later.clone().any(|it| it.units().any(|it| it == unit))) {
        return Err(since(last, "take the later one back first".to_owned()));
    }
    let decision = match (&last.deed, case.stock) {
        (None, _) => moved(case, last)?,
        (Some(Deed::Labels { bound, ended, queued }), _) => labels(case, last, bound, ended.as_deref(), *queued)
            .ok_or_else(|| since(last, "its labels changed".to_owned()))?,
        (Some(Deed::Stock { taken, .. }), Some(stock)) => {
            counted(case, last, stock, *taken).ok_or_else(|| since(last, "too few are left".to_owned()))?
        }
        (Some(Deed::Stock { .. }), None) => return Err(since(last, "the shelf is gone".to_owned())),
        (Some(Deed::Condition { before, since: said }), _) => {
            condition(case, last, *before, *said).ok_or_else(|| since(last, "its condition changed".to_owned()))?
        }
    };
    let mut decision = decision;
    if let Some(session) = &mut decision.lane.session {
        session.placing.take_if(|it| last.units().any(|unit| unit == it.unit));
        session.undoable.remove(at);
    }
    Ok(decision)
}

fn since(last: &Undoable, now: String) -> Cause {
    Cause::MovedSince { label: last.label.clone(), now }
}

/// Why an action cannot be taken back: the unit is not as it left it.
fn against(case: &Case<'_>, it: &Undoable) -> Result<(), Cause> {
    let facts = case.facts.iter().find(|facts| Some(facts.id) == it.unit);
    if !facts.is_some_and(|facts| stands(facts, it)) {
        return Err(since(it, facts.map(words::as_it_is).unwrap_or_default()));
    }
    if facts.zip(it.condition).is_some_and(|(facts, (_, then))| facts.condition != then) {
        return Err(since(it, "its condition changed".to_owned()));
    }
    let nowhere = matches!(&it.place, Some((None, _)));
    if nowhere { Err(Cause::Hitch(Hitch::NoPlaceBefore { label: it.label.clone() })) } else { Ok(()) }
}

fn stands(facts: &UnitFacts, it: &Undoable) -> bool {
    let holder = facts.custody.as_ref().map(|it| it.holder);
    let state = it.state.is_none_or(|(_, since)| facts.state == since);
    let place = it.place.as_ref().is_none_or(|(_, since)| facts.location.as_ref() == Some(since));
    holder == it.after && state && place
}

/// A movement, and those of the parts that went with it; none of them if one has moved since.
fn moved(case: &Case<'_>, last: &Undoable) -> Result<Decision<Lane>, Cause> {
    let all: Vec<&Undoable> = std::iter::once(last).chain(&last.parts).collect();
    for it in &all {
        against(case, it)?;
    }
    let events = all.iter().map(|it| {
        let (holder, due) = it.before;
        NewEvent {
            unit: it.unit,
            movement: Some(Movement { former: it.after, holder, due }),
            state: it.state.map(|(before, _)| before),
            location: it.place.as_ref().and_then(|(before, _)| before.as_ref()).map(|it| it.id),
            corrects: it.event,
            person: case.person(),
            body: case
                .body()
                .with("cause", "undo")
                .with("condition", it.condition.map_or("", |(before, _)| super::condition::word(before))),
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
    Ok(decision)
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
    let others = bound.iter().filter(|(it, _)| !matches!(it, IdentifierKind::AssetTag | IdentifierKind::SerialNumber));
    let others: Vec<String> = others.map(|(kind, raw)| format!("{kind} {raw}")).collect();
    body = body.with("identifier", others.join(", "));
    for (kind, raw) in bound {
        body = if *kind == IdentifierKind::AssetTag {
            body.with("tag_ended", &**raw)
        } else if *kind == IdentifierKind::SerialNumber {
            body.with("serial_number", &**raw)
        } else {
            body
        };
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

/// The condition is again what it was before.
fn condition(
    case: &Case<'_>,
    last: &Undoable,
    before: Option<Condition>,
    said: Option<Condition>,
) -> Option<Decision<Lane>> {
    let facts = case.facts.iter().find(|it| Some(it.id) == last.unit && it.condition == said)?;
    let event = NewEvent {
        unit: Some(facts.id),
        person: case.person(),
        corrects: last.event,
        body: super::condition::changed(said, before).with("cause", "undo"),
        ..NewEvent::new(EventKind::UnitChanged)
    };
    let mut decision = case.decided(Answer::Done, words::undone(last, None), vec![event]);
    decision.unit = Some(facts.id);
    Some(decision)
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
