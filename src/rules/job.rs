//! The job or cost centre of a session: naming it, and what waits for it.
//!
//! A thing that asks for a job while none is named lies in the cart until one is: at a self-service crib, too, where the job
//! then books it at once. So it is shown, UNDO and CANCEL take it out, DONE asks for the job, and silence keeps it for its
//! person, as with any line.
//! Deliberately absent: shelves, DUE JOB and TAKE, which are refused until a job is named.

use crate::domain::{Answer, Decision, EventKind, Line, NewEvent, UnitFacts};

use super::{Card, Case, Cause, Lane, Session, desk, kit, movement, release, session, words};

/// Letters of a job that is named behind the card's word.
const JOB_MAX: usize = 40;

/// Decides about the code of a job: every later movement of the session carries it.
pub(super) fn code(case: &Case<'_>) -> Decision<Lane> {
    named(case, case.identifier.key.clone())
}

/// The card JOB: the job that follows the word, or where to scan it.
pub(super) fn card(case: &Case<'_>) -> Decision<Lane> {
    let job: String = Card::rest(&case.identifier.key).chars().take(JOB_MAX).collect();
    if job.is_empty() && case.lane.session.is_some() {
        return case.observed(Answer::Good, words::job_next());
    }
    named(case, job)
}

/// Whether the thing, or a part that would go with it, asks for a job and none is named.
pub(super) fn is_missing(case: &Case<'_>, session: &Session, facts: &UnitFacts) -> bool {
    session.job.is_none() && (facts.restrictions.category.job_required || kit::asks_job(case, facts))
}

/// What waits in the cart until a job is named: what goes out without one.
pub(super) fn waiting(lane: &Lane) -> impl Iterator<Item = &Line> {
    lane.open_cart().into_iter().flat_map(|(_, lines)| lines).filter(|it| it.out && it.job.is_none())
}

/// The answer to a thing that is put into the cart to wait for its job: a question where it would be booked at once.
pub(super) fn asked(case: &Case<'_>, why: String) -> Decision<Lane> {
    let why = why + words::job_asked();
    let mut decision = if case.policy.self_service { case.question(why) } else { case.observed(Answer::Good, why) };
    for event in &mut decision.events {
        event.body = std::mem::take(&mut event.body).with("cause", Cause::JobFirst.word());
    }
    decision
}

/// Says at a self-service crib what still waits when something else is booked: whoever carries both away believes that
/// both are theirs.
pub(super) fn told(case: &Case<'_>, mut decision: Decision<Lane>) -> Decision<Lane> {
    let books = |it: &NewEvent| it.movement.is_some() || it.kind == EventKind::StockChanged;
    let booked = decision.answer == Answer::Good && decision.events.iter().any(books);
    let waits: Vec<String> = waiting(&decision.lane).filter(|it| it.kit.is_none()).map(|it| it.label.clone()).collect();
    if case.policy.self_service && booked && !waits.is_empty() {
        decision.why.push_str(&words::job_waited_for(&waits));
    }
    decision
}

fn named(case: &Case<'_>, job: String) -> Decision<Lane> {
    let Some(session) = &case.lane.session else {
        return case.answer(Answer::No, &Cause::BadgeFirst);
    };
    let waits: Vec<Line> = waiting(case.lane).map(|it| Line { job: Some(job.clone()), ..it.clone() }).collect();
    if case.policy.self_service && !waits.is_empty() {
        if let Some(reason_first) = release::unsaid(case) {
            return reason_first;
        }
        return book(case, &Session { cart: waits, ..session.clone() }, job);
    }
    let mut decision = case.observed(Answer::Good, words::job(&job, !waits.is_empty()));
    if let Some(session) = &mut decision.lane.session {
        for line in &mut session.cart {
            if let Some(named) = waits.iter().find(|it| it.unit == line.unit) {
                line.clone_from(named);
            }
        }
        session.job = Some(job);
    }
    decision
}

/// Books what waited, as DONE would book it; the session goes on, and what may not go out any more is named.
fn book(case: &Case<'_>, waited: &Session, job: String) -> Decision<Lane> {
    let (booked, stayed) = desk::split(case, waited);
    let mut events: Vec<NewEvent> = booked.iter().map(|(line, facts)| movement::event(case, facts, line)).collect();
    if events.is_empty() {
        let body = case.body().with("cause", "not booked").with("cart", session::labels(&waited.cart));
        events.push(NewEvent { body, person: case.person(), ..NewEvent::new(EventKind::Observed) });
    }
    let left: Vec<String> = stayed.iter().map(|(it, why)| why.told(it)).collect();
    let answer = if stayed.is_empty() { Answer::Good } else { Answer::No };
    let mut decision = case.decided(answer, words::with_job(&job, &booked, &left, waited.taker().1), events);
    if let Some(session) = &mut decision.lane.session {
        session.job = Some(job);
        session.cart.retain(|it| waited.cart.iter().all(|other| other.unit != it.unit));
    }
    for (line, facts) in &booked {
        movement::note(&mut decision.lane, facts, line, case.now().wall);
    }
    decision.unit = booked.first().map(|(line, _)| line.unit).filter(|_| waited.cart.len() == 1);
    decision
}
