//! The label that PRINT asked for: within a minute the scan of a tag says whether the right one is on the thing.
//!
//! The right one is verified and off the list of labels; a wrong one says no, and the question stands, as it does behind
//! help and a *no* that changes nothing. Anything else lets it go, and silence too: then the label stays on the list, where
//! the shift counts it.
//! Deliberately absent: printing, and a unit that has no tag yet, which PAIR or RELABEL gives it.

use std::time::Duration;

use crate::domain::{Answer, Decision, EventKind, IdentifierKind, Kind, NewEvent, Subject, UnitFacts};

use super::waiting::Printed;
use super::{Case, Cause, Hitch, Lane, words};

/// How long the new label is waited for (WORKFLOWS of the counter: the way to the printer and back).
const VERIFY: Duration = Duration::from_secs(60);

/// What is waited for after PRINT.
pub(super) fn asked(case: &Case<'_>, facts: &UnitFacts) -> Option<Printed> {
    Some(Printed { unit: facts.id, tag: facts.tag.clone()?, at: case.now().uptime })
}

/// The scan of a label while one is waited for; `None` if it means what it always means.
pub(super) fn scan(case: &Case<'_>) -> Option<Decision<Lane>> {
    let printed = case.lane.printed.as_ref()?;
    let in_time = case.now().uptime.saturating_sub(printed.at) <= VERIFY;
    if !in_time || case.lane.session.is_none() {
        return None;
    }
    match &case.resolution.subject {
        Subject::Unit(facts) if facts.hit.kind != IdentifierKind::AssetTag || facts.hit.ended.is_some() => None,
        Subject::Unit(facts) if facts.id == printed.unit => facts.label_waits.then(|| verified(case, facts)),
        Subject::Unit(_) => Some(wrong(case, printed)),
        Subject::Unknown if case.identifier.kind == Kind::AssetTag => Some(wrong(case, printed)),
        Subject::Unknown
        | Subject::Several(_)
        | Subject::Holder(_)
        | Subject::Model(_)
        | Subject::Lot { .. }
        | Subject::Location { .. }
        | Subject::Stock(_)
        | Subject::Shift(_)
        | Subject::Still(_)
        | Subject::Pin(_)
        | Subject::NotAsked => None,
    }
}

fn verified(case: &Case<'_>, facts: &UnitFacts) -> Decision<Lane> {
    let event = NewEvent {
        unit: Some(facts.id),
        person: case.person(),
        body: case.body().with("why", "verified"),
        ..NewEvent::new(EventKind::LabelSettled)
    };
    case.decided(Answer::Done, words::label_verified(facts), vec![event])
}

fn wrong(case: &Case<'_>, printed: &Printed) -> Decision<Lane> {
    let mut decision = case.answer(Answer::No, &Cause::Hitch(Hitch::WrongLabel { tag: printed.tag.clone() }));
    decision.lane.printed = Some(printed.clone());
    decision
}
