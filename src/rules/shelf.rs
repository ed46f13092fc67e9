//! Consumables: the code of the shelf, then a number card; what is taken is used up.
//!
//! A quantity is never negative and an implausible number is asked again. Below the minimum a note to order is left, and
//! nobody is told. With IN the number goes back to its shelf. Deliberately absent: lending; ordering.

use crate::domain::{Answer, Body, Decision, EventKind, Kind, NewEvent, Role, StockFacts, Subject, Transport};

use super::deed::{Deed, Undoable};
use super::{Case, Cause, Doubt, Lane, Mode, placing, release, words};

/// Digits of a number that is typed; what is longer is a code.
const DIGITS_MAX: usize = 4;

/// Decides about the code of a shelf.
pub(super) fn shelf(case: &Case<'_>, stock: &StockFacts) -> Decision<Lane> {
    let Some(session) = &case.lane.session else {
        return case.observed(Answer::Good, words::shelf(stock));
    };
    if let Some(reason_first) = release::unsaid(case) {
        return reason_first;
    }
    let puts = case.lane.mode == Mode::Move || session.placing.is_some() || session.piece.is_some();
    if let Some(place) = stock.location.as_ref().filter(|_| puts) {
        return placing::location(case, place, false); // Consumables lie there, nothing damaged.
    }
    let cause = if session.role < Role::Operator {
        Some(Cause::RoleNeeded)
    } else if case.lane.waits_for_borrower(case.policy, session) {
        Some(Cause::WhoFirst)
    } else if stock.job_required && session.job.is_none() {
        Some(Cause::JobFirst)
    } else if stock.quantity == 0 && case.lane.mode != Mode::In {
        Some(Cause::Doubt(Doubt::Short { left: 0, what: words::model(&stock.model) }))
    } else {
        None
    };
    if let Some(cause) = cause {
        return case.answer(Answer::No, &cause);
    }
    let mut decision = case.question(words::how_many(stock));
    decision.lane.shelf = Some(stock.id);
    decision
}

/// A bare number or a code, where a count was asked for; `None` for anything else.
pub(super) fn answered(case: &Case<'_>) -> Option<Decision<Lane>> {
    case.lane.shelf?;
    let bare = matches!(
        case.resolution.subject,
        Subject::Unknown | Subject::NotAsked | Subject::Model(_) | Subject::Lot { .. }
    );
    let own = matches!(case.identifier.kind, Kind::Command | Kind::Quantity | Kind::Job | Kind::Badge | Kind::Refused);
    let digits = case.identifier.key.len();
    if own || !bare || digits == 0 || !case.identifier.key.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    let by_hand = matches!(case.scan.transport, Transport::Page | Transport::CommandLine);
    let number = case.identifier.key.parse().ok().filter(|_| by_hand && digits <= DIGITS_MAX);
    Some(number.map_or_else(|| asked_again(case, Doubt::NotACount), |it| count(case, it)))
}

/// Decides about a number, by card or typed.
pub(super) fn count(case: &Case<'_>, number: i64) -> Decision<Lane> {
    let (Some(stock), Some(session)) = (case.stock.filter(|it| case.lane.shelf == Some(it.id)), &case.lane.session)
    else {
        return case.answer(Answer::No, &Cause::NotNow { kind: Kind::Quantity });
    };
    let back = case.lane.mode == Mode::In;
    let take_max = stock.take_max.unwrap_or(case.policy.take_max);
    if number < 1 {
        return asked_again(case, Doubt::NotACount);
    }
    if number > take_max {
        return asked_again(case, Doubt::TooMany { take_max });
    }
    if !back && number > stock.quantity {
        return asked_again(case, Doubt::Short { left: stock.quantity, what: words::model(&stock.model) });
    }
    let taken = if back { -number } else { number };
    let left = stock.quantity - taken;
    let job = session.job.clone().unwrap_or_default();
    let for_whom = session.borrower.as_ref().map(|it| it.name.clone()).unwrap_or_default();
    let body = changed(stock, left).with(if back { "returned" } else { "taken" }, number.to_string());
    let body = body.with("job", job).with("taken_for", for_whom);
    let mut events = vec![NewEvent { person: case.person(), body, ..NewEvent::new(EventKind::StockChanged) }];
    if left < stock.minimum && !stock.reordered && !back {
        let body = changed(stock, left).with("minimum", stock.minimum.to_string());
        events.push(NewEvent { person: case.person(), body, ..NewEvent::new(EventKind::ReorderNoted) });
    }
    let mut decision = case.decided(Answer::Good, words::counted(stock, number, left, back), events);
    if let Some(session) = &mut decision.lane.session {
        session.remember(Undoable {
            event: None,
            condition: None,
            unit: None,
            label: words::model(&stock.model),
            before: (None, None),
            after: None,
            state: None,
            parts: Vec::new(),
            deed: Some(Deed::Stock { stock: stock.id, taken }),
            place: None,
        });
    }
    decision
}

/// The question stands.
fn asked_again(case: &Case<'_>, doubt: Doubt) -> Decision<Lane> {
    let mut decision = case.answer(Answer::No, &Cause::Doubt(doubt));
    decision.lane.shelf = case.lane.shelf;
    decision
}

/// The words of an event that changes a quantity.
pub(super) fn changed(stock: &StockFacts, left: i64) -> Body {
    Body::new()
        .with("stock", stock.id.0.to_string())
        .with("shelf", &*stock.shelf)
        .with("before", stock.quantity.to_string())
        .with("left", left.to_string())
}
