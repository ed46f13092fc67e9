//! What keeps a unit from going out, in a fixed order: the first that applies speaks.
//!
//! Recalled, on hold, calibration and inspection, training, reserved for another, limit, job, an open case, the state.
//! None of it blocks coming in. The second proof is asked last, when nothing else stands in the way.
//! Deliberately absent: overriding; a keeper lifts the cause on record, which is an event of its own.

use crate::domain::{Mapping, UnitFacts, UnitState};

use super::{Case, Cause, Doubt, Session};

/// Why a unit may not go out to whom the session serves.
pub(super) fn against(case: &Case<'_>, session: &Session, facts: &UnitFacts) -> Option<Cause> {
    of_the_unit(case, facts)
        .or_else(|| training(case, session, facts))
        .or_else(|| reserved(case, session, facts))
        .or_else(|| limit(session, facts))
        .or_else(|| (facts.restrictions.category.job_required && session.job.is_none()).then_some(Cause::JobFirst))
        .or_else(|| case_or_state(facts))
}

/// Why a part may not go out with its kit; limits count the kit once, and its job is asked of the kit.
pub(super) fn against_part(case: &Case<'_>, session: &Session, facts: &UnitFacts) -> Option<Cause> {
    of_the_unit(case, facts)
        .or_else(|| training(case, session, facts))
        .or_else(|| reserved(case, session, facts))
        .or_else(|| case_or_state(facts))
}

/// What stands against a unit whoever takes it; looked at again when a cart is booked.
pub(super) fn whoever(case: &Case<'_>, facts: &UnitFacts) -> Option<Cause> {
    of_the_unit(case, facts).or_else(|| case_or_state(facts))
}

fn of_the_unit(case: &Case<'_>, facts: &UnitFacts) -> Option<Cause> {
    let (on_record, now) = (&facts.restrictions, case.now().wall);
    let expired = |what: &'static str, due| {
        let since = case.policy.zone.say(due, now);
        (due <= now).then_some(Cause::Expired { what, since })
    };
    None.or_else(|| on_record.recalled.clone().map(|why| Cause::Recalled { why }))
        .or_else(|| on_record.on_hold.clone().map(|why| Cause::OnHold { why }))
        .or_else(|| on_record.calibration_due.and_then(|it| expired("Calibration", it)))
        .or_else(|| on_record.inspection_due.and_then(|it| expired("Inspection", it)))
}

fn training(case: &Case<'_>, session: &Session, facts: &UnitFacts) -> Option<Cause> {
    let needed = facts.restrictions.category.training.as_ref()?;
    let trained = session.borrower.as_ref().map_or(&session.trained, |it| &it.trained);
    let now = case.now().wall;
    let has = trained.iter().any(|it| it.name == *needed && it.valid_until.is_none_or(|until| until > now));
    (!has).then(|| Cause::TrainingMissing { training: needed.clone() })
}

/// A reservation of another that begins before this loan would end.
fn reserved(case: &Case<'_>, session: &Session, facts: &UnitFacts) -> Option<Cause> {
    let reserved = facts.restrictions.reservation.as_ref().filter(|it| it.holder != session.taker().0)?;
    let due = super::movement::due(case, session);
    let meets = due.is_none_or(|it| reserved.begins < it);
    meets.then(|| Cause::Reserved {
        name: reserved.name.clone(),
        begins: case.policy.zone.say(reserved.begins, case.now().wall),
    })
}

fn limit(session: &Session, facts: &UnitFacts) -> Option<Cause> {
    let held_max = facts.restrictions.category.held_max?;
    let in_cart = u32::try_from(session.cart.iter().filter(|it| it.out).count()).unwrap_or(u32::MAX);
    let over = facts.restrictions.held_of_category.saturating_add(in_cart) >= held_max;
    over.then(|| Cause::OverLimit { held_max, category: facts.model.category.clone() })
}

fn case_or_state(facts: &UnitFacts) -> Option<Cause> {
    if facts.mapping == Mapping::Conflict {
        return Some(Cause::Doubt(Doubt::CaseOpen)); // Nobody lifts it: the case is to be closed.
    }
    match (&facts.blocked, facts.state) {
        (Some(why), _) => Some(Cause::Blocked { why: why.clone() }),
        (None, UnitState::Received | UnitState::Tagged | UnitState::InService) => None,
        (None, state) => Some(Cause::NotLendable { state }),
    }
}
