//! The words of a person's turn: the greeting, its end, what silence says, and what was taken back.
//!
//! As in `words`: the result first, the way out last, a glance from three metres.
//! Deliberately absent: choosing what to say.

use std::time::Duration;

use jiff::Timestamp;

use crate::domain::{Holder, HolderId, Line, UnitFacts, UnitState};
use crate::rules::deed::{Deed, Undoable};
use crate::rules::{Lane, Policy, Session};

use super::dialogue::{condition, not_placed};
use super::release::briefly;
use super::{label, listed, location, runs_out};

/// The greeting: what the person holds, overdue first, what runs out, and what waits in their cart.
#[must_use]
pub fn welcome(holder: &Holder, policy: &Policy, now: Timestamp, gone: &[String]) -> String {
    let seen = holder.stolen_seen.join(", "); // The keeper alone is told.
    let seen = if seen.is_empty() { seen } else { format!("; STOLEN and seen: {seen}") };
    let greeting = greeting(holder) + &seen + &runs_out(holder, policy, now);
    if holder.left_behind.is_empty() {
        return greeting;
    }
    let left = things(holder.left_behind.iter());
    format!("{greeting}; {left} still in your cart: DONE or CANCEL{}", changed(gone))
}

/// Which lines of a cart cannot be booked any more, as the end of a sentence.
pub(super) fn changed(gone: &[String]) -> String {
    if gone.is_empty() { String::new() } else { format!("; changed meanwhile: {}", listed(gone)) }
}

fn greeting(holder: &Holder) -> String {
    match (holder.overdue, holder.held) {
        (0, 0) => format!("Hello {}", holder.name),
        (0, held) => format!("Hello {}: you have {held}", holder.name),
        (overdue, held) => format!("Hello {}: {overdue} overdue, you have {held}", holder.name),
    }
}

/// How many things lie in a cart, as people count them: a kit is one, and says how many parts are with it.
pub(in crate::rules) fn things<'a>(lines: impl Iterator<Item = &'a Line> + Clone) -> String {
    let of_kit = |it: &Line| it.kit.is_some_and(|kit| lines.clone().any(|other| other.unit == kit));
    let has_parts = |it: &Line| lines.clone().any(|other| other.kit == Some(it.unit));
    let parts = lines.clone().filter(|it| of_kit(it)).count();
    let kits = lines.clone().filter(|it| has_parts(it)).count();
    let others = lines.count() - parts - kits;
    match (others, kits, parts) {
        (_, 0, _) => others.to_string(),
        (0, 1, 1) => "1 kit with 1 part".to_owned(),
        (0, 1, _) => format!("1 kit with {parts} parts"),
        (0, _, _) => format!("{kits} kits with {parts} parts"),
        (_, 1, 1) => format!("{others} and 1 kit with 1 part"),
        (_, 1, _) => format!("{others} and 1 kit with {parts} parts"),
        (_, _, _) => format!("{others} and {kits} kits with {parts} parts"),
    }
}

/// What the end of a session says.
#[must_use]
pub(in crate::rules) fn done(
    booked: &[(&Line, &UnitFacts)],
    stayed: &[String],
    session: &Session,
    open: &str,
) -> String {
    let lines = |out: bool| booked.iter().map(|(line, _)| *line).filter(move |it| it.out == out);
    let counted = |out: bool| lines(out).next().map(|_| things(lines(out)));
    let sum = match (counted(true), counted(false)) {
        (None, None) if session.borrower.is_some() && !stayed.is_empty() => {
            format!("Nothing out to {}", session.taker().1)
        }
        (None, None) => format!("Goodbye {}", session.name),
        (Some(out), None) => format!("Done: {out} out to {}", session.taker().1),
        (None, Some(back)) => format!("Done: {back} back in"),
        (Some(out), Some(back)) => format!("Done: {out} out to {}, {back} back in", session.taker().1),
    };
    let missing: Vec<&str> = booked.iter().map(|(line, _)| line.missing.as_str()).filter(|it| !it.is_empty()).collect();
    let sum = if missing.is_empty() { sum } else { format!("{sum}; missing: {}", missing.join(" ")) };
    let sum = sum + open;
    if stayed.is_empty() {
        return sum;
    }
    format!("{sum}; NOT booked: {}", listed(stayed))
}

/// The end of a sentence about something else, after which the scan before is not booked.
pub(in crate::rules) const fn last_not_booked() -> &'static str {
    "; the last scan was NOT booked"
}

/// What a session that ends leaves undone, as the end of a sentence; empty if it leaves nothing.
pub(in crate::rules) fn left_open(lane: &Lane) -> String {
    left_undone(lane).map(|it| format!("; {it}")).unwrap_or_default()
}

fn left_undone(lane: &Lane) -> Option<String> {
    let in_doubt = lane.session.as_ref().and_then(|it| it.piece.as_ref());
    if lane.leaves_unbooked() {
        return Some("the last scan was NOT booked".to_owned());
    }
    let undo = || lane.undo.map(|_| "nothing was taken back".to_owned());
    in_doubt.map(|it| not_placed(&it.label)).or_else(undo)
}

/// The same with the unit that was scanned.
pub(in crate::rules) fn not_booked(facts: &UnitFacts) -> String {
    format!("; NOT booked: {}", label(facts))
}

/// The end of a greeting that cuts somebody else short who was asked something.
pub(in crate::rules) fn unanswered(name: Option<&str>) -> String {
    name.map(|it| format!("; the last scan of {it} was NOT booked")).unwrap_or_default()
}

/// What silence says.
#[must_use]
pub(in crate::rules) fn idle(lane: &Lane) -> String {
    match &lane.session {
        Some(session) if lane.hands_over() => {
            format!("No second badge: nothing handed over ({})", things(session.cart.iter()))
        }
        Some(session) if !session.cart.is_empty() => {
            let waits = things(session.cart.iter());
            format!("{} left: {waits} in the cart NOT booked, kept for the next badge", session.name)
        }
        Some(session) => match session.unplaced() {
            Some(label) => format!("{} left: {}", session.name, not_placed(label)),
            None => match left_undone(lane) {
                Some(undone) => format!("{} left: {undone}", session.name),
                None => format!("{}: session ended", session.name),
            },
        },
        None => "Mode back to auto".to_owned(),
    }
}

/// What is said where somebody's badge was withdrawn while they were there.
#[must_use]
pub(in crate::rules) fn withdrawn(name: &str) -> String {
    format!("{name}'s badge is no longer valid: the session has ended")
}

/// What is said before silence ends a session.
#[must_use]
pub(in crate::rules) fn about_to_end(lane: &Lane, left: Duration) -> String {
    let name = lane.session.as_ref().map_or("", |it| it.name.as_str());
    let seconds = left.as_secs();
    if lane.open_cart().is_some() {
        format!("{name}, still there? {seconds} s, then the cart waits for your badge")
    } else {
        format!("{name}, still there? {seconds} s, then the session ends")
    }
}

/// What UNDO says.
#[must_use]
pub(in crate::rules) fn undone(last: &Undoable, holder: Option<HolderId>) -> String {
    match &last.deed {
        Some(Deed::Stock { taken, .. }) => return format!("Undone: {} × {}", taken.abs(), last.label),
        Some(Deed::Condition { before, .. }) => {
            return format!("Undone: {} is {} again", last.label, before.map_or("in order", condition));
        }
        Some(Deed::Labels { .. }) => return format!("Undone: the labels of {} are as before", last.label),
        None => {}
    }
    if let (Some((before, _)), true) = (last.state, last.before.0 == last.after) {
        format!("Undone: {} is {} again", last.label, briefly(before))
    } else if let Some((Some(before), _)) = &last.place {
        format!("Undone: {} is in {} again", last.label, location(before))
    } else if holder.is_some() && matches!(last.state, Some((UnitState::Lost, _))) {
        format!("Undone: {} is out again and reported lost", last.label)
    } else if holder.is_some() {
        format!("Undone: {} is out again", last.label)
    } else {
        format!("Undone: {} is in again", last.label)
    }
}

/// What UNDO says of a line that was not booked yet.
#[must_use]
pub(in crate::rules) fn out_of_cart(line: &Line) -> String {
    format!("Taken out of the cart: {}", line.label)
}

/// The end of what CANCEL says while a clerk serves somebody.
pub(in crate::rules) fn still_for(borrower: Option<&str>) -> String {
    borrower.map(|it| format!("; still for {it}")).unwrap_or_default()
}

/// What CANCEL says of somebody for whom nothing lies in the cart.
pub(in crate::rules) fn no_longer_for(borrower: &str) -> String {
    format!("No longer for {borrower}")
}

/// What CANCEL says.
#[must_use]
pub(in crate::rules) fn cart_emptied(lines: &[Line]) -> String {
    format!("Cart emptied: {} not booked", things(lines.iter()))
}
