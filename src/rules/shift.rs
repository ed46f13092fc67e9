//! The end of a shift: what is still open is told, and a keeper's badge closes it.
//!
//! What the keeper heard is what the closing event says; the station signs the ledger's head behind it.
//! Deliberately absent: the lists themselves, which the page and `scanstation shift` show.

use crate::domain::{Answer, Body, Change, Decision, EventKind, Holder, NewEvent, Role, ShiftFacts, Subject};

use super::{Case, Cause, Lane, session, words};

/// The card: how the shift stands.
pub(super) fn card(case: &Case<'_>) -> Decision<Lane> {
    let Subject::Shift(facts) = &case.resolution.subject else {
        return case.answer(Answer::No, &Cause::CardElsewhere { word: "SHIFT" });
    };
    let mut decision = case.observed(Answer::Good, words::shift(facts));
    if let Some(event) = decision.events.first_mut() {
        event.body = counted(std::mem::take(&mut event.body), facts);
    }
    decision.lane.shift = Some((case.now().uptime, *facts));
    decision
}

/// A keeper's badge behind the card closes the shift.
pub(super) fn badge(case: &Case<'_>, holder: &Holder) -> Option<Decision<Lane>> {
    let (at, facts) = case.lane.shift?;
    if case.now().uptime.saturating_sub(at) > case.policy.release {
        return None;
    }
    if holder.role < Role::Keeper {
        // With nobody there, whoever comes next just begins.
        let other = case.person().is_some_and(|it| it != holder.id);
        return other.then(|| session::not_asked(case, holder, "SHIFT", Role::Keeper));
    }
    let body = counted(case.body(), &facts);
    let event = NewEvent { person: Some(holder.id), body, ..NewEvent::new(EventKind::ShiftClosed) };
    let mut decision = case.decided(Answer::Done, words::shift_closed(&holder.name, &facts), vec![event]);
    decision.changes.push(Change::ShiftClosed);
    Some(decision)
}

fn counted(body: Body, facts: &ShiftFacts) -> Body {
    facts.counted().into_iter().fold(body, |body, (name, count)| body.with(name, count.to_string()))
}
