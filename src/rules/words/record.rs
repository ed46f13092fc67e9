//! What a look-up tells: what it is, who has it or where it is, what stands against it, its warranty, what is next.
//!
//! Of what is not there to be taken its state comes first, and where it was last; what is not on record is not said.
//! Deliberately absent: why it did not go out, which the answer to whoever wants to take it says with what to do.

use jiff::Timestamp;

use crate::domain::{Custody, IdentifierKind, Mapping, UnitFacts, UnitState};
use crate::rules::{Policy, restriction};

use super::release::SOON;
use super::{because, crib, dialogue, location, model, state};

/// What a look-up says: what it is, its state if it is not there to be taken, who has it or where it is.
#[must_use]
pub fn look_up(facts: &UnitFacts, policy: &Policy, now: Timestamp) -> String {
    let (what, is) = (model(&facts.model), facts.state.quiet());
    let by_plate = facts.tag.is_none() && facts.hit.kind == IdentifierKind::SerialNumber;
    let no_tag = if by_plate { "; no tag: RELABEL" } else { "" };
    let end = [because::old_plate(facts), aside(facts, now).as_str(), &crib::of_kit(facts), no_tag].concat();
    let told = match (is_away(is), &facts.custody, &facts.location) {
        (false, Some(custody), _) => format!("{what}: with {}", held(custody, policy, now)),
        (false, None, Some(place)) => format!("{what}: in, {}", location(place)),
        (false, None, None) => format!("{what}: in"),
        (true, Some(custody), _) => format!("{what}: {}; last with {}", state(is), held(custody, policy, now)),
        (true, None, Some(place)) => format!("{what}: {}; last in {}", state(is), location(place)),
        (true, None, None) => format!("{what}: {}", state(is)),
    };
    told + &end
}

/// Whether nobody finds it where it belongs, or may take it from there.
const fn is_away(state: UnitState) -> bool {
    !matches!(state, UnitState::Received | UnitState::Tagged | UnitState::InService)
}

/// Who has it, and until when.
fn held(custody: &Custody, policy: &Policy, now: Timestamp) -> String {
    match custody.due {
        Some(due) if due < now => format!("{}, overdue since {}", custody.name, policy.zone.say(due, now)),
        Some(due) => format!("{}, due {}", custody.name, policy.zone.say(due, now)),
        None => custody.name.clone(),
    }
}

/// What else a look-up tells, the worst first: why it would not go out, what its state asks for, its condition.
fn aside(facts: &UnitFacts, now: Timestamp) -> String {
    let on_record = &facts.restrictions;
    let over = |due: Option<Timestamp>| due.is_some_and(|it| it <= now);
    if let Some(why) = &on_record.recalled {
        format!("; recalled: {why}")
    } else if let Some(why) = &on_record.on_hold {
        format!("; on hold: {why}")
    } else if facts.mapping == Mapping::Conflict {
        "; a case is open".to_owned()
    } else if over(on_record.calibration_due) || over(on_record.inspection_due) {
        "; to be checked before it goes out".to_owned()
    } else if restriction::lacks_number(facts) {
        "; regulated, no serial number on record: PAIR its plate".to_owned()
    } else if facts.state.quiet() == UnitState::Received {
        format!("; {}", state(UnitState::Received))
    } else if is_away(facts.state.quiet()) {
        way_on(facts.state.quiet()).to_owned()
    } else {
        facts.condition.map(|it| format!("; {}", dialogue::condition(it))).unwrap_or_default()
    }
}

/// What is done next with a unit in that state, as the end of a sentence.
const fn way_on(state: UnitState) -> &'static str {
    match state {
        UnitState::ToBeChecked => "; FOUND or OK when it was checked",
        UnitState::Quarantine => "; OK when it was checked",
        UnitState::InRepair => "; REPAIR and its plate when it is back",
        UnitState::InTransit => "; TRANSIT when it arrives",
        UnitState::Lost => "; FOUND if it is here",
        UnitState::Received
        | UnitState::Tagged
        | UnitState::InService
        | UnitState::Stolen
        | UnitState::Decommissioned
        | UnitState::Disposed => "",
    }
}

/// What is told, as the end of the answer.
#[must_use]
pub(in crate::rules) fn on_record(facts: &UnitFacts, policy: &Policy, now: Timestamp) -> String {
    let warranty = facts.warranty_until.map(|until| {
        let word = if until < policy.zone.day(now) { "ended" } else { "until" };
        format!("; warranty {word} {until}")
    });
    warranty.unwrap_or_default() + &next(facts, policy, now)
}

/// What is to be done next, the most urgent alone.
fn next(facts: &UnitFacts, policy: &Policy, now: Timestamp) -> String {
    let on_record = &facts.restrictions;
    let soon = |due: Option<Timestamp>| due.filter(|it| *it > now && it.duration_since(now) < SOON);
    if facts.custody.as_ref().and_then(|it| it.due).is_some_and(|it| it < now) {
        "; next: bring it back".to_owned()
    } else if let Some(due) = soon(on_record.calibration_due) {
        format!("; next: calibrate it, due {}", policy.zone.say(due, now))
    } else if let Some(due) = soon(on_record.inspection_due) {
        format!("; next: inspect it, due {}", policy.zone.say(due, now))
    } else if facts.label_waits {
        "; next: print its label".to_owned()
    } else {
        String::new()
    }
}
