//! What keeps a unit from going out, in a fixed order: the first that applies speaks.
//!
//! Recalled, on hold, calibration and inspection (over, or soon), a serial number that a regulated one lacks, training, licence, reserved for another, limit, job, an open case, the state.
//! None of it blocks coming in. The second proof is asked last, when nothing else stands in the way.
//! Deliberately absent: releasing, which `release` does; what was released is passed over here.

use jiff::Timestamp;

use crate::domain::{Body, Licence, Line, Mapping, Reservation, UnitFacts, UnitState};

use super::{Case, Cause, Doubt, Session, words};

/// What is known of a loan beside who takes it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Loan {
    /// Until when; without an end it is measured by nothing that falls due.
    pub(super) due: Option<Timestamp>,
    /// Whether a job is named for it, or can still be.
    pub(super) has_job: bool,
    /// Whether it is booked with the cart, and not at once.
    pub(super) waits: bool,
}

impl Loan {
    /// One that is made now; a job that is missing is asked for once the thing lies in the cart.
    pub(super) fn now(case: &Case<'_>, session: &Session) -> Self {
        let due = super::movement::due(case, session);
        Self { due, has_job: true, waits: !case.policy.self_service }
    }

    /// One that never lies in a cart: it goes over from whoever has the thing.
    pub(super) fn over(case: &Case<'_>, session: &Session) -> Self {
        Self { has_job: session.job.is_some(), waits: false, ..Self::now(case, session) }
    }
}

/// Why a unit may not go out to whom the session serves; causes that were released are passed over.
pub(super) fn against(case: &Case<'_>, session: &Session, facts: &UnitFacts, lifted: &[&str]) -> Option<Cause> {
    against_loan(case, session, facts, lifted, Loan::now(case, session))
}

/// The same for a loan that may have been chosen earlier.
pub(super) fn against_loan(
    case: &Case<'_>,
    session: &Session,
    facts: &UnitFacts,
    lifted: &[&str],
    loan: Loan,
) -> Option<Cause> {
    let stands = |cause: &Cause| !lifted.contains(&cause.word());
    let job = || (facts.restrictions.category.job_required && !loan.has_job).then_some(Cause::JobFirst);
    of_the_unit(case, facts, lifted)
        .or_else(|| due_soon(case, facts, loan.due).filter(stands))
        .or_else(|| training(case, session, facts).filter(stands))
        .or_else(|| licence(case, session, facts))
        .or_else(|| reserved(case, session, facts, loan.due).filter(stands))
        .or_else(|| limit(case, session, facts, loan.waits).filter(stands))
        .or_else(|| own_limit(case, session, facts, loan.waits).filter(stands))
        .or_else(job)
        .or_else(|| case_or_state(facts, lifted))
}

/// Why a part may not go out with its kit; limits count the kit once, and its job is asked of the kit.
pub(super) fn against_part(case: &Case<'_>, session: &Session, facts: &UnitFacts, loan: Loan) -> Option<Cause> {
    of_the_unit(case, facts, &[])
        .or_else(|| due_soon(case, facts, loan.due))
        .or_else(|| training(case, session, facts))
        .or_else(|| licence(case, session, facts))
        .or_else(|| reserved(case, session, facts, loan.due))
        .or_else(|| case_or_state(facts, &[]))
}

/// What stands against a unit whoever takes it.
pub(super) fn whoever(case: &Case<'_>, facts: &UnitFacts, lifted: &[&str]) -> Option<Cause> {
    of_the_unit(case, facts, lifted).or_else(|| case_or_state(facts, lifted))
}

/// Why a unit may not go from one person to another, who is whom the session serves here: what stands against it whoever
/// takes it, their training, a reservation that begins before it is due, as many as they may have.
pub(super) fn against_over(case: &Case<'_>, receiver: &Session, facts: &UnitFacts) -> Option<Cause> {
    against_part_over(case, receiver, facts)
        .or_else(|| limit(case, receiver, facts, false))
        .or_else(|| own_limit(case, receiver, facts, false))
}

/// The same for a part that goes over with its kit, which limits count alone.
pub(super) fn against_part_over(case: &Case<'_>, receiver: &Session, facts: &UnitFacts) -> Option<Cause> {
    let due = facts.custody.as_ref().and_then(|it| it.due);
    let of_another = |it: &&Reservation| it.holder != receiver.taker().0 && due.is_none_or(|due| it.begins < due);
    let reserved = || {
        let it = facts.restrictions.reservation.as_ref().filter(of_another)?;
        Some(Cause::Reserved { name: it.name.clone(), begins: case.policy.zone.say(it.begins, case.now().wall) })
    };
    whoever(case, facts, &[])
        .or_else(|| training(case, receiver, facts))
        .or_else(|| licence(case, receiver, facts))
        .or_else(reserved)
}

fn of_the_unit(case: &Case<'_>, facts: &UnitFacts, lifted: &[&str]) -> Option<Cause> {
    let (on_record, now) = (&facts.restrictions, case.now().wall);
    let expired = |what: &'static str, due| {
        let since = case.policy.zone.say(due, now);
        (due <= now).then_some(Cause::Expired { what, since })
    };
    None.or_else(|| on_record.recalled.clone().map(|why| Cause::Recalled { why }))
        .or_else(|| {
            on_record.on_hold.clone().map(|why| Cause::OnHold { why }).filter(|it| !lifted.contains(&it.word()))
        })
        .or_else(|| on_record.calibration_due.and_then(|it| expired("Calibration", it)))
        .or_else(|| on_record.inspection_due.and_then(|it| expired("Inspection", it)))
        .or_else(|| lacks_number(facts).then_some(Cause::NumberNeeded))
}

/// Whether it is regulated and cannot be told from another of its model; that it bears no number is said of it in vain.
pub(super) const fn lacks_number(facts: &UnitFacts) -> bool {
    facts.restrictions.category.regulated && facts.serial_number.is_none()
}

/// What would be over before the loan is; a loan without an end is not measured by it.
fn due_soon(case: &Case<'_>, facts: &UnitFacts, back: Option<Timestamp>) -> Option<Cause> {
    let (on_record, back) = (&facts.restrictions, back?);
    let soon = |what: &'static str, due: Option<Timestamp>| {
        let when = case.policy.zone.say(due.filter(|it| *it < back)?, case.now().wall);
        Some(Cause::DueSoon { what, when })
    };
    soon("Calibration", on_record.calibration_due).or_else(|| soon("Inspection", on_record.inspection_due))
}

fn training(case: &Case<'_>, session: &Session, facts: &UnitFacts) -> Option<Cause> {
    let needed = facts.restrictions.category.training.as_ref()?;
    let trained = session.borrower.as_ref().map_or(&session.trained, |it| &it.trained);
    let now = case.now().wall;
    let has = trained.iter().any(|it| it.name == *needed && it.valid_until.is_none_or(|until| until > now));
    (!has).then(|| Cause::TrainingMissing { training: needed.clone() })
}

/// What is regulated goes to whoever has a licence for it, and nobody lifts that.
fn licence(case: &Case<'_>, session: &Session, facts: &UnitFacts) -> Option<Cause> {
    if !facts.restrictions.category.regulated {
        return None;
    }
    let now = case.now().wall;
    let Some(licence) = licence_of(session) else { return Some(Cause::LicenceNeeded { since: None }) };
    let over = licence.valid_until.filter(|it| *it <= now)?;
    Some(Cause::LicenceNeeded { since: Some(case.policy.zone.say(over, now)) })
}

/// What stands against the parts that are with a kit which somebody takes over; limits count the kit alone.
pub(super) fn against_parts_over(
    case: &Case<'_>,
    session: &Session,
    kit: &UnitFacts,
    lifted: &[&str],
) -> Option<Cause> {
    let due = super::movement::due(case, session);
    let stands = |cause: &Cause| !lifted.contains(&cause.word());
    super::kit::beside(case, kit).find_map(|it| {
        whoever(case, it, lifted)
            .or_else(|| training(case, session, it).filter(stands))
            .or_else(|| licence(case, session, it))
            .or_else(|| reserved(case, session, it, due).filter(stands))
    })
}

/// The licence of whoever takes what goes out.
pub(super) fn licence_of(session: &Session) -> Option<&Licence> {
    session.borrower.as_ref().map_or(&session.licence, |it| &it.licence).as_ref()
}

/// The words of a movement with the licence of whoever takes it, if the unit is regulated.
pub(super) fn licensed(body: Body, facts: Option<&UnitFacts>, licence: Option<&Licence>) -> Body {
    let licence = licence.filter(|_| facts.is_some_and(|it| it.restrictions.category.regulated));
    licence.into_iter().fold(body, |body, it| body.with("licence", &*it.reference))
}

/// A reservation of another that begins before this loan would end: of this unit, or of as many of its model as are free
/// beside those that lie in the cart already.
fn reserved(case: &Case<'_>, session: &Session, facts: &UnitFacts, due: Option<Timestamp>) -> Option<Cause> {
    let (on_record, taker) = (&facts.restrictions, session.taker().0);
    let meets = |it: &&Reservation| it.holder != taker && due.is_none_or(|due| it.begins < due);
    let own = on_record.reservation.iter().chain(&on_record.of_model).any(|it| it.holder == taker);
    let of_model = || {
        let others = on_record.of_model.iter().filter(meets);
        let name = words::model(&facts.model);
        let in_cart = session.cart.iter().filter(|it| it.out && it.model == name).count();
        let too_few = u32::try_from(others.clone().count() + in_cart).is_ok_and(|it| it >= on_record.free_of_model);
        others.min_by_key(|it| it.begins).filter(|_| too_few && !own)
    };
    let reserved = on_record.reservation.as_ref().filter(meets).or_else(of_model)?;
    let begins = case.policy.zone.say(reserved.begins, case.now().wall);
    Some(Cause::Reserved { name: reserved.name.clone(), begins })
}

/// As many as this person may have at one time, whatever they are; a kit counts once.
fn own_limit(case: &Case<'_>, session: &Session, facts: &UnitFacts, waits: bool) -> Option<Cause> {
    let held_max = session.limit()?;
    let held = in_the_end(case, facts.restrictions.held, session, waits, |_| true);
    (held >= held_max).then(|| Cause::OverOwnLimit { held_max, name: session.taker().1.to_owned() })
}

/// As many of its category as one person may have; of the cart only what is of that category, and a kit counts once.
fn limit(case: &Case<'_>, session: &Session, facts: &UnitFacts, waits: bool) -> Option<Cause> {
    let held_max = facts.restrictions.category.held_max?;
    let category = &facts.model.category;
    let of_it =
        |line: &Line| case.facts.iter().find(|it| it.id == line.unit).is_none_or(|it| it.model.category == *category);
    let held = in_the_end(case, facts.restrictions.held_of_category, session, waits, of_it);
    (held >= held_max).then(|| Cause::OverLimit { held_max, category: category.clone() })
}

/// How many things a person has once the cart is booked: what goes out is theirs then. What comes back from them is not, if
/// it is booked with this one; a part alone, or a kit that lacks one, makes no room.
fn in_the_end(case: &Case<'_>, held: u32, session: &Session, waits: bool, counts: impl Fn(&Line) -> bool) -> u32 {
    let taker = session.taker().0;
    let is_part = |line: &Line| case.facts.iter().any(|it| it.id == line.unit && it.kit.is_some());
    let lines = super::kit::whole(&session.cart).into_iter().filter(|it| counts(it));
    lines.fold(held, |held, line| match line.former {
        None => held.saturating_add(1),
        Some(former) if waits && former == taker && line.missing.is_empty() && !is_part(line) => held.saturating_sub(1),
        Some(_) => held,
    })
}

/// A stolen unit is refused as one that its keeper holds back: nobody at the desk can tell them apart.
fn as_on_hold() -> Cause {
    Cause::OnHold { why: words::state(UnitState::Stolen).to_owned() }
}

fn case_or_state(facts: &UnitFacts, lifted: &[&str]) -> Option<Cause> {
    if facts.mapping == Mapping::Conflict {
        return Some(Cause::Doubt(Doubt::CaseOpen)); // Nobody lifts it: the case is to be closed.
    }
    let blocked = facts.blocked.clone().map(|why| Cause::Blocked { why });
    let lendable = matches!(facts.state, UnitState::Received | UnitState::Tagged | UnitState::InService);
    let stands = |cause: &Cause| !lifted.contains(&cause.word());
    if facts.state == UnitState::Stolen {
        // A hold that was released beside it must not release this.
        return Some(as_on_hold()).filter(|it| stands(it) || facts.restrictions.on_hold.is_some());
    }
    let state = (!lendable).then_some(Cause::NotLendable { state: facts.state });
    blocked.filter(stands).or_else(|| state.filter(stands))
}
