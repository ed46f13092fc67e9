//! What a look-up tells beside who has a unit: its warranty, and what is to be done with it next.
//!
//! Said behind the answer, the warranty first; what is not on record is not said.
//! Deliberately absent: what keeps a unit from going out, which the answer itself says with what to do.

use jiff::Timestamp;

use crate::domain::UnitFacts;
use crate::rules::Policy;

use super::release::SOON;

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
