//! The second proof of a critical unit: the plate beside the tag, the badge of somebody else, or a PIN.
//!
//! Asked last, when nothing else stands against lending; without it nothing is booked and the question lapses.
//! A number of the person (PIN) counts as well; it was looked at before and is nowhere here.
//! Deliberately absent: answers of registries.

use crate::domain::{
    Answer, Decision, EventKind, Holder, IdentifierKind, Mapping, NewEvent, PinCheck, Role, UnitFacts,
};

use super::waiting::Proof;
use super::{Case, Cause, Hitch, Lane, Mark, Mode, mark, movement, release, restriction, session};

/// Asks for the second proof; nothing is booked yet.
pub(super) fn ask(case: &Case<'_>, facts: &UnitFacts) -> Decision<Lane> {
    let tagged = facts.hit.kind == IdentifierKind::AssetTag;
    let other = if tagged { facts.serial_number.as_ref().map(|_| "plate") } else { facts.tag.as_ref().map(|_| "tag") };
    let seconds = case.policy.proof.as_secs();
    let mut decision = case.answer(Answer::Already, &Cause::ProofNeeded { seconds, other });
    decision.unmasked = false; // The number on the plate is the proof: it is read there, not here.
    decision.lane.proof = Some(Proof { unit: facts.id, kind: facts.hit.kind, at: case.now().uptime });
    decision.lane.pin_asked = Some(case.now().uptime);
    decision
}

/// Asks for the badge of a second keeper: nothing else stands for a second person.
pub(super) fn ask_person(case: &Case<'_>, facts: &UnitFacts) -> Decision<Lane> {
    let mut decision = case.answer(Answer::Already, &Cause::SecondPerson { seconds: case.policy.proof.as_secs() });
    decision.lane.proof = Some(Proof { unit: facts.id, kind: facts.hit.kind, at: case.now().uptime });
    decision
}

/// The unit that waits for its second proof, while there is time.
pub(super) fn waiting(case: &Case<'_>) -> Option<Proof> {
    case.lane.proof.filter(|it| case.now().uptime.saturating_sub(it.at) <= case.policy.proof)
}

/// The kind of the second identifier, if the unit was scanned by another one just before.
pub(super) fn second_kind(case: &Case<'_>, facts: &UnitFacts) -> Option<IdentifierKind> {
    waiting(case).filter(|it| it.unit == facts.id && it.kind != facts.hit.kind).map(|_| facts.hit.kind)
}

/// Which proofs were read for a movement: both are more than one.
pub(super) fn mapping(case: &Case<'_>, facts: &UnitFacts) -> Mapping {
    let both = facts.mapping == Mapping::Whole && second_kind(case, facts).is_some();
    if both { Mapping::Verified } else { facts.mapping }
}

/// The badge of another person as the second proof of the unit that waits for one.
pub(super) fn badge(case: &Case<'_>, holder: &Holder) -> Option<Decision<Lane>> {
    let (proof, session) = (waiting(case)?, case.lane.session.as_ref()?);
    let facts = case.facts.iter().find(|it| it.id == proof.unit)?;
    if case.lane.mode == Mode::Mark(Mark::Repair) {
        return None; // The plate was asked for, and nothing is lent.
    }
    if case.lane.mode == Mode::Mark(Mark::Dispose) {
        if holder.id == session.holder {
            return None;
        }
        if holder.role < Role::Keeper {
            return Some(session::not_asked(case, holder, "DISPOSE", Role::Keeper));
        }
        let mut decision = mark::disposed(case, facts, holder);
        decision.unit = Some(facts.id);
        return Some(decision);
    }
    if holder.id == session.taker().0 {
        return None; // The own badge means what it always means.
    }
    if let Some(custody) = &facts.custody {
        let cause = Cause::HeldByAnother { name: custody.name.clone() };
        return Some(release::refuse(case, facts, &cause, session.lifted(facts.id).to_vec()));
    }
    if holder.role < Role::Operator {
        return Some(session::not_asked(case, holder, "Second proof", Role::Operator));
    }
    if let Some(cause) = restriction::against(case, session, facts, session.lifted(facts.id)) {
        return Some(release::refuse(case, facts, &cause, session.lifted(facts.id).to_vec()));
    }
    let mut decision = proven(movement::go(case, session, facts, true), &holder.name);
    decision.unit = Some(facts.id);
    Some(decision)
}

/// The proof whose time has just ended: as much again is a little too late.
fn late_by_little(case: &Case<'_>) -> Option<Proof> {
    let proof = case.lane.proof.filter(|_| !matches!(case.lane.mode, Mode::Mark(_)))?;
    let waited = case.now().uptime.saturating_sub(proof.at);
    (waited > case.policy.proof && waited <= case.policy.proof.saturating_mul(2)).then_some(proof)
}

/// The badge of somebody who came a little too late to prove: it is told, and opens no session of their own.
pub(super) fn late(case: &Case<'_>, holder: &Holder) -> Option<Decision<Lane>> {
    let (proof, session) = (late_by_little(case)?, case.lane.session.as_ref()?);
    if holder.id == session.taker().0 {
        return None;
    }
    let mut decision = case.answer(Answer::No, &Cause::Hitch(Hitch::ProofLate));
    decision.lane.proof = Some(proof); // Read once more it opens nothing, either.
    Some(decision)
}

/// The number of the person who takes the unit as the second proof; a wrong one leaves the question open.
pub(super) fn pin(case: &Case<'_>, check: PinCheck) -> Decision<Lane> {
    if check == PinCheck::Stray {
        return case.keeping(Answer::No, &Cause::Hitch(Hitch::PinRefused { check }));
    }
    let (Some(proof), Some(session)) = (waiting(case), &case.lane.session) else {
        let mut decision = case.answer(Answer::No, &Cause::Hitch(Hitch::ProofLate));
        decision.lane.proof = late_by_little(case); // What is typed next is a number of somebody, too.
        return decision;
    };
    let Some(facts) = case.facts.iter().find(|it| it.id == proof.unit) else {
        return case.answer(Answer::No, &Cause::Hitch(Hitch::ProofLate));
    };
    if let Mode::Mark(mark) = case.lane.mode {
        let seconds = case.policy.proof.as_secs();
        let (answer, asked) = if mark == Mark::Dispose {
            (Answer::Already, Cause::SecondPerson { seconds })
        } else {
            (Answer::No, Cause::PlateNeeded)
        };
        return case.keeping(answer, &asked);
    }
    if check != PinCheck::Right {
        let mut decision = case.answer(Answer::No, &Cause::Hitch(Hitch::PinRefused { check }));
        decision.lane.proof = case.lane.proof;
        return decision;
    }
    let held = facts.custody.as_ref().map(|it| Cause::HeldByAnother { name: it.name.clone() });
    if let Some(cause) = held.or_else(|| restriction::against(case, session, facts, session.lifted(facts.id))) {
        return release::refuse(case, facts, &cause, session.lifted(facts.id).to_vec());
    }
    let mut decision = proven(movement::go(case, session, facts, true), "pin");
    decision.unit = Some(facts.id);
    decision
}

/// Notes the second proof on the event of the unit, and on its line if it waits in the cart; a kit is proven with its parts.
pub(super) fn proven(mut decision: Decision<Lane>, by: &str) -> Decision<Lane> {
    let unit = decision.events.first().and_then(|it| it.unit);
    if let Some(session) = &mut decision.lane.session {
        for line in session.cart.iter_mut().filter(|it| unit.is_some() && (Some(it.unit) == unit || it.kit == unit)) {
            by.clone_into(&mut line.second_proof);
        }
    }
    let moved = |at: usize, it: &NewEvent| at == 0 || it.kind == EventKind::CheckedOut;
    for (_, event) in decision.events.iter_mut().enumerate().filter(|(at, it)| moved(*at, it)) {
        event.body = std::mem::take(&mut event.body).with("second_proof", by);
    }
    decision
}
