//! What a lane waits for, in the words of its screen, and what HELP says.
//!
//! The nearest question first: what must be answered before anything else goes on.
//! Deliberately absent: answers.

use crate::domain::StationKind;
use crate::rules::{Cause, LabelMode, Lane, Mark, Mode, Policy, job, kit};

/// What the station waits for.
#[must_use]
pub(in crate::rules) fn prompt(lane: &Lane, policy: &Policy) -> String {
    match (&lane.session, policy.self_service) {
        (Some(_), _) if lane.refused.as_ref().is_some_and(|it| it.by.is_some()) => {
            let taken = lane.refused.as_ref().is_some_and(|it| it.cause == Cause::HELD_BY_ANOTHER);
            format!("Why? Scan {} and a reason", if taken { "TAKE" } else { "OVERRIDE" })
        }
        (Some(_), _) if lane.refused.as_ref().is_some_and(|it| it.reason.is_some()) => {
            "Scan a keeper's badge".to_owned()
        }
        (Some(_), _) if lane.proof.is_some() && lane.mode == Mode::Mark(Mark::Repair) => "Scan its plate".to_owned(),
        (Some(_), _) if lane.proof.is_some() && lane.mode == Mode::Mark(Mark::Dispose) => {
            "Scan a second keeper's badge".to_owned()
        }
        (Some(_), _) if lane.proof.is_some() => "The plate, a PIN or another badge".to_owned(),
        (Some(_), _) if lane.asked.is_some() => "The same code again, if it is this one".to_owned(),
        (Some(_), _) if lane.undo.is_some() => "UNDO again, or your badge".to_owned(),
        (Some(_), _) if lane.printed.is_some() => "Scan the new label".to_owned(),
        (Some(_), _) if lane.offered.is_some() => "Whose cart? The same badge again, DONE or CANCEL".to_owned(),
        (Some(session), _) if session.piece.is_some() => "Scan the quarantine bin".to_owned(),
        (Some(_), _) if lane.shelf.is_some() => "How many? A number card".to_owned(),
        (Some(session), _) if session.pairing.binds().is_some() => "DONE binds them, CANCEL does not".to_owned(),
        (Some(session), _) if session.placing.as_ref().is_some_and(|it| it.quarantine) => {
            "Show the damage, then scan the quarantine bin".to_owned()
        }
        (Some(session), _) if session.placing.is_some() => "Scan the bin you put it in".to_owned(),
        (Some(session), _) if lane.waits_for_borrower(policy, session) => "Who? Scan the borrower's badge".to_owned(),
        (Some(_), _) if lane.hands_over() => "Scan the other badge".to_owned(),
        (Some(_), _) if lane.mode == Mode::HandOver => "Scan the tools to hand over".to_owned(),
        (None, _) if lane.mode == Mode::HandOver => "Scan the giver's badge".to_owned(),
        (Some(session), _) if lane.mode == Mode::Move && session.place.is_none() => "Scan the bin".to_owned(),
        (Some(session), _) if session.condition.is_some() => "Scan what comes back".to_owned(),
        (Some(_), _) if lane.mode == Mode::Missing => "Scan the parts that lack, then DONE".to_owned(),
        (Some(_), true) if job::waiting(lane).next().is_some() => "Scan the job, or CANCEL".to_owned(),
        (Some(session), _) if kit::comes_back(&session.cart) => "Complete? DONE, or MISSING and the part".to_owned(),
        (Some(_), _) if lane.mode == Mode::Label(LabelMode::NoTag) => {
            "Scan the serial plate, or enter it twice".to_owned()
        }
        (None, _) if lane.mode == Mode::Mark(Mark::Found) => "Scan what you found".to_owned(),
        (None, _) if policy.kind == StationKind::Crib => "Scan your badge".to_owned(),
        (None, _) if policy.kind == StationKind::Desk => "Scan anything".to_owned(),
        (None, _) => "Scan your badge, or anything to look it up".to_owned(),
        (Some(session), false) if !session.cart.is_empty() => MORE.to_owned(),
        (Some(_), _) if takes_in(lane, policy) => COMES_IN.to_owned(),
        (Some(_), _) => TOOL.to_owned(),
    }
}

/// What is waited for where nothing was asked.
const MORE: &str = "Scan more, or DONE";
const TOOL: &str = "Scan a tool";
const COMES_IN: &str = "Scan what comes in";

/// Whether nobody has said at a dock that anything goes out.
fn takes_in(lane: &Lane, policy: &Policy) -> bool {
    policy.kind == StationKind::Dock && lane.mode == policy.first_mode()
}

/// What HELP says: what is waited for, else what can be done.
#[must_use]
pub(in crate::rules) fn help(lane: &Lane, policy: &Policy) -> String {
    let waits = prompt(lane, policy);
    let found = lane.mode == Mode::Mark(Mark::Found); // Whoever finds something needs no badge.
    if (lane.session.is_some() || found) && ![MORE, TOOL, COMES_IN].contains(&waits.as_str()) {
        waits
    } else if lane.session.is_some() && takes_in(lane, policy) {
        "Scan what comes in. OUT: what goes out. UNDO: take back. DONE or your badge: finish".to_owned()
    } else if lane.session.is_none() && policy.kind == StationKind::Dock {
        "Scan your badge to take things in; scan a tag to look it up".to_owned()
    } else if lane.session.is_some() {
        "Scan tools. OUT, IN: fix the way. UNDO: take back. DONE or your badge: finish".to_owned()
    } else {
        "Scan your badge to take or return; scan a tag to look it up".to_owned()
    }
}
