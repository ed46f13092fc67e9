//! Lines of a cart, looked at once more: when DONE books them, and when the cart becomes somebody else's.
//!
//! Between its scan and DONE a thing may have been recalled or reserved; what was left in a cart may be days old, and a
//! training over. What comes back always stands, if it is still out.
//! Deliberately absent: the second proof, which was given at the scan.

use crate::domain::{Line, UnitFacts};

use super::{Case, Cause, Session, kit, restriction};

/// The facts of a line that may be booked to whom the session serves; else why not, in a few words.
///
/// `session.cart` is what lies in the cart before this line: limits count it, and a part is looked at with its kit.
pub(super) fn stands<'a>(
    case: &'a Case<'_>,
    session: &Session,
    line: &Line,
    released: &[&str],
) -> Result<&'a UnitFacts, String> {
    let facts = case.facts.iter().find(|it| it.id == line.unit).filter(|it| it.custody.is_none() == line.out);
    let facts = facts.ok_or_else(|| "changed meanwhile".to_owned())?;
    let with_kit = line.kit.is_some_and(|kit| session.cart.iter().any(|it| it.unit == kit));
    let cause = if !line.out {
        None
    } else if with_kit {
        restriction::against_part(case, session, facts, line.due)
    } else {
        let job = || (session.job.is_none() && kit::asks_job(case, facts)).then_some(Cause::JobFirst);
        restriction::against_until(case, session, facts, released, line.due).or_else(job)
    };
    cause.map_or(Ok(facts), |it| Err(it.word().replace('-', " ")))
}

/// How a line that does not stand is called, with the reason.
pub(super) fn left(line: &Line, why: &str) -> String {
    format!("{} ({why})", line.label)
}
