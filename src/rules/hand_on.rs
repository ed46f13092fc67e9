//! Another badge at an open cart: it asks, and the same badge again hands the cart over.
//!
//! What lies in it is looked at anew under whom it goes to: their training, limits and reservations, the place's due time,
//! no job, nothing released, no second proof. What does not hold stays out and is named; what comes back always does. What
//! they had left in a cart of their own comes back to them as with any badge.
//! Silence, DONE and CANCEL mean what they always mean, for the first person, until the second badge was read twice.
//! Deliberately absent: units that somebody has, which HANDOVER and TAKE move.

use crate::domain::{Answer, Decision, EventKind, Holder, HolderId, Line, NewEvent, Role};

use super::anew::Left;
use super::waiting::Offered;
use super::{Borrower, Case, Cause, Hitch, Lane, Mode, Session, anew, kit, movement, session, words};

/// Decides about the badge of somebody else while a cart is open.
pub(super) fn badge(case: &Case<'_>, session: &Session, holder: &Holder) -> Decision<Lane> {
    if session.unplaced().is_some() {
        return case.answer(Answer::No, &Cause::PlaceFirst);
    }
    let from = session.taker().1.to_owned();
    let may = session.borrower.is_some() || holder.role >= Role::Operator;
    if !may || session.pairing.is_open() || session.piece.is_some() {
        return case.answer(Answer::No, &Cause::OtherSession { name: from });
    }
    if offered(case) == Some(holder.id) {
        return hand_on(case, session, holder);
    }
    let to = holder.name.clone();
    let mut decision = case.answer(Answer::Already, &Cause::Hitch(Hitch::CartOpen { from, to }));
    decision.lane.offered = Some(Offered { holder: holder.id, at: case.now().uptime });
    decision
}

/// Who was asked a moment ago whether the cart shall be theirs.
fn offered(case: &Case<'_>) -> Option<HolderId> {
    let offered = case.lane.offered.filter(|it| case.now().uptime.saturating_sub(it.at) <= case.policy.release)?;
    Some(offered.holder)
}

/// The cart is the other person's from now on. At a desk the borrower changes and the clerk stays; elsewhere the first
/// person's session ends.
fn hand_on(case: &Case<'_>, session: &Session, holder: &Holder) -> Decision<Lane> {
    let serves = session.borrower.is_some();
    let mut receiver = if serves { served(session, holder) } else { session::opening(holder) };
    let left = refill(case, session, &mut receiver);
    let lines = kit::whole(&receiver.cart).len();
    let given_back = session::give_back(case, &mut receiver, holder);
    let own = kit::whole(&receiver.cart).len() - lines;
    let (from, to) = (session.taker().1, holder.name.as_str());
    let gone = if given_back.is_some() { session::gone(case, holder) } else { Vec::new() };
    let why = words::handed_on((lines, own), from, to, &left, &gone);
    let body = || {
        case.body()
            .with("from", from)
            .with("to", to)
            .with("cart", session::labels(&receiver.cart))
            .with("left_out", left.join(", "))
    };
    let events = if serves {
        let body = body().with("cause", "handed on").with("borrower", to);
        vec![NewEvent { person: case.person(), body, ..NewEvent::new(EventKind::Observed) }]
    } else {
        let mut closed = session::closed(session, "handed on");
        closed.body = std::mem::take(&mut closed.body).with("to", to);
        vec![closed, NewEvent { person: Some(holder.id), body: body(), ..NewEvent::new(EventKind::SessionOpened) }]
    };
    let mut decision = case.decided(if left.is_empty() { Answer::Good } else { Answer::No }, why, events);
    if !serves {
        decision.lane.mode = Mode::Auto; // What one person chose is not done under another's name.
    }
    decision.lane.session = Some(receiver);
    decision.changes.extend(given_back);
    decision.unmasked = decision.lane.unmasked();
    decision
}

/// The clerk's session with another borrower, who has chosen nothing yet.
fn served(session: &Session, holder: &Holder) -> Session {
    Session {
        borrower: Some(Borrower::from(holder)),
        cart: Vec::new(),
        lifted: Vec::new(),
        due: None,
        job: None,
        ..session.clone()
    }
}

/// Puts into the new cart what holds there too; returns what does not, with its cause.
fn refill(case: &Case<'_>, session: &Session, receiver: &mut Session) -> Vec<String> {
    let mut left = Vec::new();
    let (out, back): (Vec<&Line>, Vec<&Line>) = kit::whole(&session.cart).into_iter().partition(|it| it.out);
    for line in back.into_iter().chain(out) {
        let parts = session.cart.iter().filter(|it| it.kit == Some(line.unit));
        for (at, line) in std::iter::once(line).chain(parts).enumerate() {
            let due = if line.out { movement::due(case, receiver) } else { None };
            let line = Line { due, job: None, ..line.clone() };
            let Some(why) = against(case, receiver, &line, at > 0) else {
                receiver.cart.push(line);
                continue;
            };
            left.push(why.told(&line));
            if at == 0 {
                break; // A kit that stays keeps its parts.
            }
        }
    }
    left
}

/// Why a line may not be the other person's.
fn against(case: &Case<'_>, receiver: &Session, line: &Line, part: bool) -> Option<Left> {
    match anew::stands(case, receiver, line, &[]) {
        Err(why) => Some(why),
        // Whoever proved it stood there with somebody else; a part is proven with its kit.
        Ok(facts) if line.out && !part && kit::is_critical(case, facts) => {
            Some(Left::Against(Cause::ProofNeeded { seconds: case.policy.proof.as_secs(), other: None }))
        }
        Ok(_) => None,
    }
}
