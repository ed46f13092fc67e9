//! Lines of a cart, looked at once more: when DONE books them, and when the cart becomes somebody else's.
//!
//! Between its scan and DONE a thing may have been recalled or reserved; what was left in a cart may be days old, and a
//! training over. What comes back always stands, if it is still out.
//! Deliberately absent: the second proof, which was given at the scan.

use crate::domain::{Line, UnitFacts};

use super::restriction::Loan;
use super::{Case, Cause, Session, kit, restriction};

/// Why a line does not stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Left {
    /// Somebody has moved its unit.
    Changed,
    /// The rules are against it.
    Against(Cause),
}

impl Left {
    /// How the line is called in the answer, with the reason.
    pub(super) fn told(&self, line: &Line) -> String {
        let why = match self {
            Self::Changed => "changed meanwhile".to_owned(),
            Self::Against(cause) => cause.word().replace('-', " "),
        };
        format!("{} ({why})", line.label)
    }
}

/// Whether somebody has moved the unit of a line since it was scanned: what goes out is with somebody, what comes back is
/// with somebody else.
pub(super) fn moved(facts: &UnitFacts, line: &Line) -> bool {
    facts.custody.as_ref().map(|it| it.holder) != line.former
}

/// The facts of a line that may be booked to whom the session serves; else why not.
///
/// `session.cart` is what lies in the cart before this line: limits and reservations count it, and a part is looked at
/// with its kit.
pub(super) fn stands<'a>(
    case: &'a Case<'_>,
    session: &Session,
    line: &Line,
    released: &[&str],
) -> Result<&'a UnitFacts, Left> {
    let facts = case.facts.iter().find(|it| it.id == line.unit).filter(|it| !moved(it, line));
    let facts = facts.ok_or(Left::Changed)?;
    let with_kit = line.kit.is_some_and(|kit| session.cart.iter().any(|it| it.unit == kit));
    let loan = Loan { due: line.due, has_job: session.job.is_some() || line.job.is_some(), waits: true };
    let cause = if !line.out {
        None
    } else if with_kit {
        restriction::against_part(case, session, facts, loan)
    } else {
        let job = || (!loan.has_job && kit::asks_job(case, facts)).then_some(Cause::JobFirst);
        restriction::against_loan(case, session, facts, released, loan).or_else(job)
    };
    cause.map_or(Ok(facts), |it| Err(Left::Against(it)))
}
