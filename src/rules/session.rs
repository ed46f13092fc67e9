//! Badges: whose turn it is, and when a turn ends.
//!
//! Own badge again, DONE or silence ends a session; another badge never commits under the wrong name.

use crate::domain::{Answer, Body, Decision, EventKind, Holder, Moment, NewEvent};

use super::{Case, Cause, Lane, Mode, Policy, Session, desk, words};

/// Decides about a scan that names a person.
pub(super) fn badge(case: &Case<'_>, holder: &Holder) -> Decision<Lane> {
    if !holder.active {
        return case.answer(Answer::No, &Cause::InactiveBadge);
    }
    match &case.lane.session {
        Some(session) if session.holder == holder.id => desk::done(case),
        Some(session) if !session.cart.is_empty() => {
            case.answer(Answer::No, &Cause::OtherSession { name: session.name.clone() })
        }
        open => {
            let closed = open.as_ref().map(|it| closed(it, "another badge"));
            let opened =
                NewEvent { person: Some(holder.id), body: case.body(), ..NewEvent::new(EventKind::SessionOpened) };
            let events = closed.into_iter().chain([opened]).collect();
            let mut decision = case.decided(Answer::Good, words::welcome(holder), events);
            decision.lane.session = Some(opening(holder));
            decision.unmasked = decision.lane.unmasked();
            decision
        }
    }
}

fn opening(holder: &Holder) -> Session {
    Session {
        holder: holder.id,
        name: holder.name.clone(),
        role: holder.role,
        held: holder.held,
        overdue: holder.overdue,
        cart: Vec::new(),
        undoable: Vec::new(),
        due_days: None,
        job: None,
    }
}

/// Decides about a job or cost centre: every later movement of the session carries it.
pub(super) fn job(case: &Case<'_>) -> Decision<Lane> {
    if case.lane.session.is_none() {
        return case.answer(Answer::No, &Cause::BadgeFirst);
    }
    let mut decision = case.observed(Answer::Good, words::job(&case.identifier.key));
    if let Some(session) = &mut decision.lane.session {
        session.job = Some(case.identifier.key.clone());
    }
    decision
}

/// Ends session and mode of a lane after its silence; `None` while there is still time.
///
/// An open cart is never committed: its units stay where they are, and the event names them.
#[must_use]
pub fn expire(lane: &Lane, policy: &Policy, now: Moment) -> Option<Decision<Lane>> {
    let deadline = lane.deadline(policy)?;
    (deadline <= now.uptime).then(|| {
        let session = lane.session.as_ref();
        let lost = session.is_some_and(|it| !it.cart.is_empty());
        let (answer, why) = (if lost { Answer::No } else { Answer::Done }, words::idle(session));
        Decision {
            answer,
            why: why.clone(),
            events: session.map(|it| closed(it, "idle")).into_iter().collect(),
            lane: Lane { notice: Some((answer, why)), ..Lane::default() },
            unit: None,
            unmasked: false,
            substitute_for: None,
        }
    })
}

/// The event that ends a session; it names what still lay in the cart.
pub(super) fn closed(session: &Session, cause: &str) -> NewEvent {
    let cart: Vec<&str> = session.cart.iter().map(|it| it.label.as_str()).collect();
    NewEvent {
        person: Some(session.holder),
        body: Body::new().with("cause", cause).with("cart", cart.join(" ")),
        ..NewEvent::new(EventKind::SessionClosed)
    }
}

/// The lane after a session: mode back to `auto`, nothing remembered.
pub(super) fn ended(lane: &mut Lane) {
    lane.session = None;
    lane.mode = Mode::Auto;
    lane.asked = None;
}
