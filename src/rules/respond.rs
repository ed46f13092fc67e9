//! The last pure step: from a decision and what was recorded to what the person sees and hears.
//!
//! A feedback repeats what was decided and adds what only recording could tell: numbers, the unit as it is now.
//! Deliberately absent: choosing the answer, and speaking it.

use crate::domain::resolution::FreeEqual;
use crate::domain::{
    Answer, Decision, EventSeq, Feedback, Identifier, Kind, Resolution, Role, ScanId, Subject, UnitView,
};

use super::{Lane, words};

/// Makes the answer of a recorded decision.
#[must_use]
pub fn respond(
    decision: &Decision<Lane>,
    identifier: &Identifier,
    resolution: &Resolution,
    scan: ScanId,
    events: Vec<EventSeq>,
    unit: Option<UnitView>,
    substitute: Option<&FreeEqual>,
) -> Feedback {
    let keeper = decision.lane.session.as_ref().is_some_and(|it| it.role >= Role::Keeper);
    // A stolen unit shows nothing unusual to whoever brings it.
    let unit = unit.map(|it| UnitView { state: if keeper { it.state } else { it.state.quiet() }, ..it });
    let mut why = decision.why.clone() + &words::unprinted(identifier);
    if let Some(free) = substitute {
        why.push_str(&words::substitute(free));
    }
    if let Subject::Unit(_) = resolution.subject {
        why.push_str(&words::twins(&resolution.near));
    }
    Feedback {
        scan: Some(scan),
        answer: decision.answer,
        asks: decision.asks,
        why,
        kind: identifier.kind,
        key: identifier.key.clone(),
        because: words::because(identifier, resolution),
        unit,
        events,
        receipt: decision.receipt.clone(),
    }
}

/// Makes the answer when nothing could be written: nothing was booked, and the person is told so.
#[must_use]
pub fn not_recorded(kind: Kind, key: &str, cause: &str) -> Feedback {
    bare(None, Answer::No, words::not_recorded(cause), kind, key)
}

/// Makes the answer to a request that was answered before, when a purge has taken that answer: nothing is done twice.
#[must_use]
pub fn answered_before(first: ScanId) -> Feedback {
    bare(Some(first), Answer::Already, words::answered_before(), Kind::Unknown, "")
}

fn bare(scan: Option<ScanId>, answer: Answer, why: String, kind: Kind, key: &str) -> Feedback {
    Feedback {
        scan,
        answer,
        asks: false,
        why,
        kind,
        key: key.to_owned(),
        because: String::new(),
        unit: None,
        events: Vec::new(),
        receipt: Vec::new(),
    }
}
