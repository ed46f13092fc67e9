//! Taking over what another has: by that person's own badge at a desk, or by TAKE with a reason and a keeper's word.
//!
//! It is a movement from person to person, booked at once, with both names. What keeps a unit from going out keeps it
//! from being taken over too. Deliberately absent: HANDOVER, where both are there and say so first (`hand_over`).

use crate::domain::{Answer, Custody, Decision, EventKind, Holder, Movement, NewEvent, StationKind, UnitFacts};

use super::deed::Undoable;
use super::restriction::Loan;
use super::waiting::Refused;
use super::{Case, Cause, Lane, Session, kit, movement, release, restriction, words};

/// The card that releases a refusal.
pub(super) fn word(refused: &Refused) -> &'static str {
    if refused.cause == Cause::HELD_BY_ANOTHER { "TAKE" } else { "OVERRIDE" }
}

/// At a desk the badge of whoever has the unit hands it over to whom the session serves.
pub(super) fn by_badge(
    case: &Case<'_>,
    session: &Session,
    refused: &Refused,
    holder: &Holder,
) -> Option<Decision<Lane>> {
    let desk = case.policy.kind == StationKind::Desk && refused.cause == Cause::HELD_BY_ANOTHER;
    let facts = case.facts.iter().find(|it| it.id == refused.unit).filter(|_| desk)?;
    let custody = facts.custody.as_ref().filter(|it| it.holder == holder.id)?;
    let loan = Loan::over(case, session);
    let against = restriction::against_loan(case, session, facts, &refused.lifted, loan);
    if let Some(cause) = against.or_else(|| restriction::against_parts_over(case, session, facts, &refused.lifted)) {
        let mut lifted = refused.lifted.clone();
        lifted.push(refused.cause); // That badge has released it.
        return Some(release::refuse(case, facts, &cause, lifted));
    }
    Some(over(case, session, facts, custody, "handed over"))
}

/// Books a unit from whoever has it to whom the session serves, with the parts of a kit that are with it.
pub(super) fn over(
    case: &Case<'_>,
    session: &Session,
    facts: &UnitFacts,
    custody: &Custody,
    cause: &'static str,
) -> Decision<Lane> {
    let (taker, name) = session.taker();
    let due = movement::due(case, session);
    let all: Vec<&UnitFacts> = std::iter::once(facts).chain(kit::beside(case, facts)).collect();
    let event = |it: &&UnitFacts| NewEvent {
        unit: Some(it.id),
        movement: Some(Movement { former: Some(custody.holder), holder: Some(taker), due }),
        person: case.person(),
        body: restriction::licensed(
            case.body()
                .with("cause", cause)
                .with("mapping", it.mapping.word())
                .with("by", it.hit.kind.word())
                .with("from", &*custody.name)
                .with("to", name),
            Some(it),
            restriction::licence_of(session),
        ),
        ..NewEvent::new(EventKind::HandedOver)
    };
    let why = words::taken_over(facts, &custody.name, name) + &words::with_parts(facts.parts.len(), all.len() - 1);
    let mut decision = case.decided(Answer::Good, why, all.iter().map(event).collect());
    decision.unit = Some(facts.id);
    if let Some(session) = &mut decision.lane.session {
        session.held += if taker == session.holder { u32::try_from(all.len()).unwrap_or(0) } else { 0 };
        for it in all {
            let before = it.custody.as_ref();
            let was = Undoable {
                event: None,
                condition: None,
                unit: Some(it.id),
                label: words::label(it),
                before: (Some(custody.holder), before.and_then(|it| it.due)),
                after: Some(taker),
                state: None,
                parts: Vec::new(),
                deed: None,
                place: None,
            };
            if it.id == facts.id { session.remember(was) } else { session.remember_part(facts.id, was) }
        }
    }
    decision
}
