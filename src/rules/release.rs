//! Releasing what was refused, once: the badge of somebody who may, and a reason, in either order.
//!
//! The refusal names who may; the place can take that away. A cause met behind the released one is a refusal of its own,
//! and what was released before it stays released. What is recalled or expired, and a conflict, is released by nobody.
//! Deliberately absent: lifting the cause itself, which is a change of the record.

use crate::domain::{Answer, Decision, EventKind, Holder, HolderId, InsteadOf, NewEvent, UnitFacts};

use super::restriction::Loan;
use super::waiting::{Lifted, Refused};
use super::{Card, Case, Cause, Hitch, Lane, movement, restriction, session, take, words};

/// Letters of a reason that the ledger keeps.
const REASON_MAX: usize = 80;

/// The refusal of a unit, remembered as long as it may be released.
pub(super) fn refuse(case: &Case<'_>, facts: &UnitFacts, cause: &Cause, lifted: Vec<&'static str>) -> Decision<Lane> {
    let mut decision = case.answer(Answer::No, cause);
    if let Some(event) = decision.events.first_mut() {
        event.unit = Some(facts.id); // Behind a released cause a badge or a card was scanned, and not the unit.
    }
    decision.unit = Some(facts.id);
    // What the person lacks, or has too many of, an equal asks as well.
    let of_the_person = matches!(
        cause,
        Cause::LicenceNeeded { .. }
            | Cause::TrainingMissing { .. }
            | Cause::OverLimit { .. }
            | Cause::OverOwnLimit { .. }
            | Cause::JobFirst
    );
    let until = case.lane.session.as_ref().and_then(|it| movement::due(case, it));
    decision.substitute_for = (!of_the_person).then_some(InsteadOf { unit: facts.id, until });
    decision.lane.refused = case.policy.lifted_by(cause).map(|role| Refused {
        unit: facts.id,
        parts: facts.parts.clone(),
        cause: cause.word(),
        role,
        at: case.now().uptime,
        lifted,
        by: None,
        reason: None,
    });
    decision
}

/// The refusal that waits, while there is time.
fn waiting<'a>(case: &'a Case<'_>) -> Option<&'a Refused> {
    case.lane.refused.as_ref().filter(|it| case.now().uptime.saturating_sub(it.at) <= case.policy.release)
}

/// The badge of somebody who may, and comes a little too late to release: it is told, and opens no session of their own.
pub(super) fn late(case: &Case<'_>, holder: &Holder) -> Option<Decision<Lane>> {
    let (refused, session) = (case.lane.refused.as_ref()?, case.lane.session.as_ref()?);
    let waited = case.now().uptime.saturating_sub(refused.at);
    let late = waited > case.policy.release && waited <= case.policy.release.saturating_mul(2);
    let meant = refused.reason.is_some() && holder.role >= refused.role && holder.id != session.holder;
    if !late || !meant {
        return None;
    }
    let mut decision = case.answer(Answer::No, &Cause::Hitch(Hitch::ProofLate));
    decision.lane.refused = Some(refused.clone()); // Read once more it opens nothing, either.
    Some(decision)
}

/// The badge of somebody who may release what waits; read again it means what it always means.
pub(super) fn badge(case: &Case<'_>, holder: &Holder) -> Option<Decision<Lane>> {
    let (refused, session) = (waiting(case)?, case.lane.session.as_ref()?);
    let takes = holder.id == session.taker().0;
    if refused.by.is_some() || (takes && session.borrower.is_none()) {
        return None;
    }
    if let Some(over) = take::by_badge(case, session, refused, holder).filter(|_| !takes) {
        return Some(over);
    }
    if takes || holder.role < refused.role {
        // The reason was said and a badge is asked for; the own one ends the session as always.
        let asked = refused.reason.is_some() && holder.id != session.holder;
        return asked.then(|| session::not_asked(case, holder, take::word(refused), refused.role));
    }
    let by = (holder.id, holder.name.clone());
    if let Some(reason) = refused.reason.clone() {
        return Some(go(case, refused, &by, &reason));
    }
    let mut decision = case.question(words::why_released(&holder.name, take::word(refused)));
    let open = Refused { by: Some(by), at: case.now().uptime, ..refused.clone() };
    decision.lane.refused = Some(open);
    decision.unit = Some(refused.unit);
    Some(decision)
}

/// A supervisor's badge was read last and waits for its reason: what is scanned now would go to whom the session serves,
/// and it is not sure that they are still there. `None` if nothing waits.
pub(super) fn unsaid(case: &Case<'_>) -> Option<Decision<Lane>> {
    let refused = waiting(case).filter(|it| it.by.is_some())?;
    let mut decision = case.answer(Answer::No, &Cause::Hitch(Hitch::ReasonNeeded { card: take::word(refused) }));
    decision.unit = Some(refused.unit); // What the card would release, not what was scanned now.
    decision.lane.refused = Some(refused.clone());
    Some(decision)
}

/// The card with the reason: OVERRIDE, or TAKE for what another has.
pub(super) fn card(case: &Case<'_>, card: Card) -> Decision<Lane> {
    let reason: String = Card::rest(&case.identifier.key).chars().take(REASON_MAX).collect();
    let Some(refused) = waiting(case) else {
        return case.answer(Answer::No, &Cause::Hitch(Hitch::NothingRefused));
    };
    if reason.is_empty() || take::word(refused) != card.word() {
        let mut decision = case.answer(Answer::No, &Cause::Hitch(Hitch::ReasonNeeded { card: take::word(refused) }));
        decision.lane.refused = Some(refused.clone());
        return decision;
    }
    // A clerk who may, and who serves somebody else, is the second person already.
    let clerk = case.lane.session.as_ref().filter(|it| it.role >= refused.role);
    let clerk = clerk.filter(|it| it.taker().0 != it.holder || card == Card::Take);
    let by = refused.by.clone().or_else(|| clerk.map(|it| (it.holder, it.name.clone())));
    if let Some(by) = by {
        return go(case, refused, &by, &reason);
    }
    let mut decision = case.question(words::who_releases(refused.role, card.word()));
    decision.lane.refused = Some(Refused { reason: Some(reason), at: case.now().uptime, ..refused.clone() });
    decision.unit = Some(refused.unit);
    decision
}

/// The movement that was refused, with the event that says who released it and why.
fn go(case: &Case<'_>, refused: &Refused, by: &(HolderId, String), reason: &str) -> Decision<Lane> {
    let facts = case.facts.iter().find(|it| it.id == refused.unit);
    let (Some(session), Some(facts)) = (&case.lane.session, facts) else {
        return case.answer(Answer::No, &Cause::Hitch(Hitch::NothingRefused));
    };
    let takes = refused.cause == Cause::HELD_BY_ANOTHER || refused.lifted.contains(&Cause::HELD_BY_ANOTHER);
    if let Some(custody) = facts.custody.as_ref().filter(|it| !takes || it.holder == session.taker().0) {
        return case.answer(Answer::No, &Cause::HeldByAnother { name: custody.name.clone() });
    }
    let mut lifted = refused.lifted.clone();
    lifted.push(refused.cause);
    let event = NewEvent {
        unit: Some(facts.id),
        person: Some(by.0),
        body: case
            .body()
            .with("cause", refused.cause)
            .with("reason", reason)
            .with("released_for", session.taker().1)
            .with("by", &*by.1),
        ..NewEvent::new(EventKind::Overridden)
    };
    let loan = if takes { Loan::over(case, session) } else { Loan::now(case, session) };
    let parts = || restriction::against_parts_over(case, session, facts, &lifted).filter(|_| takes);
    let against = restriction::against_loan(case, session, facts, &lifted, loan);
    let mut decision = match against.or_else(parts) {
        Some(cause) => {
            let mut decision = refuse(case, facts, &cause, lifted);
            if decision.lane.refused.is_none() {
                if let Some(refusal) = decision.events.first_mut() {
                    refusal.body = std::mem::take(&mut refusal.body).with("by", &*by.1).with("reason", reason);
                }
                return Decision { unit: Some(facts.id), ..decision }; // Nobody lifts that: nothing was released either.
            }
            decision
        }
        None => match &facts.custody {
            Some(custody) => {
                let mut taken = take::over(case, session, facts, custody, "taken");
                for event in &mut taken.events {
                    let body = std::mem::take(&mut event.body);
                    event.body = body.with("override", lifted.join(" ")).with("released_by", &*by.1);
                }
                taken
            }
            None => released(case, facts, &Lifted { unit: facts.id, causes: lifted, by: by.1.clone() }),
        },
    };
    decision.events.insert(0, event);
    decision.unit = Some(facts.id);
    decision
}

fn released(case: &Case<'_>, facts: &UnitFacts, lifted: &Lifted) -> Decision<Lane> {
    let mut lane = case.lane.clone();
    if let Some(session) = &mut lane.session {
        session.lifted.retain(|it| it.unit != lifted.unit);
        session.lifted.push(lifted.clone());
    }
    let case = Case { lane: &lane, ..*case };
    let Some(session) = &lane.session else { return case.answer(Answer::No, &Cause::BadgeFirst) };
    // The badge of whoever released it is the second proof of a critical unit, too.
    let mut decision = movement::go(&case, session, facts, true);
    for event in &mut decision.events {
        event.body = std::mem::take(&mut event.body).with("released_by", &*lifted.by);
    }
    booked(&mut decision.lane, facts);
    decision
}

/// What was booked is released no longer.
pub(super) fn booked(lane: &mut Lane, facts: &UnitFacts) {
    if let Some(session) = &mut lane.session
        && !session.cart.iter().any(|it| it.unit == facts.id)
    {
        session.lifted.retain(|it| it.unit != facts.id);
    }
}
