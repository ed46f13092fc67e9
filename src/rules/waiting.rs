//! What waits on a lane for the next scan: a second proof, somebody who releases a refusal, a bin.
//!
//! Each is a value of the lane and lapses with its time, or with the next scan that is neither its answer, nor help, nor a
//! repeat, nor answered with a *no* that changes nothing.
//! Deliberately absent: what answers them, which has a file each.

use std::time::Duration;

use crate::domain::{Answer, Decision, EventKind, HolderId, IdentifierKind, Kind, Location, Role, UnitId};

use super::{Card, Case, Lane, proof, words};

/// Says what is not booked if something else is scanned instead of the answer that was asked for, and is not refused:
/// whoever carries both away believes that both are theirs.
pub(super) fn left(case: &Case<'_>, mut decision: Decision<Lane>) -> Decision<Lane> {
    if decision.answer == Answer::No {
        return decision;
    }
    let read = case.resolution.subject.unit();
    let unproven = proof::waiting(case).filter(|it| read.is_none_or(|read| read.id != it.unit));
    let unproven = unproven.and_then(|it| case.facts.iter().find(|facts| facts.id == it.unit));
    let unsure = read.is_some_and(|read| case.lane.asked.is_some_and(|it| it != read.id));
    let uncounted = case.lane.shelf.is_some() && decision.lane.shelf.is_none();
    if read.is_none() && !drops(case, &decision) {
        return decision;
    }
    if let Some(facts) = unproven {
        decision.why.push_str(&words::not_booked(facts));
    } else if case.lane.session.is_some() && (unsure || uncounted || read.is_none()) {
        decision.why.push_str(words::last_not_booked());
    }
    decision
}

/// Whether a card, a place or a job was taken, nothing came of the question before it, and nobody can answer it any more.
fn drops(case: &Case<'_>, decision: &Decision<Lane>) -> bool {
    let (Some(before), Some(after)) = (&case.lane.session, &decision.lane.session) else { return false };
    let cancelled = Card::parse(&case.identifier.key).filter(|_| case.identifier.kind == Kind::Command);
    let only_told = decision.events.iter().all(|it| it.kind == EventKind::Observed) && before.cart == after.cart;
    let lapsed = case.lane.leaves_unbooked() && !decision.lane.leaves_unbooked();
    lapsed && only_told && before.holder == after.holder && cancelled != Some(Card::Cancel)
}

/// A unit that may not go out unless somebody releases it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The unit.
    pub unit: UnitId,
    /// The parts that would go with it.
    pub parts: Vec<UnitId>,
    /// Why it may not, as the ledger says it.
    pub cause: &'static str,
    /// The least role that may release it.
    pub role: Role,
    /// When it was refused, or when something was last said to it, by uptime.
    pub at: Duration,
    /// What was released of it before this cause was met.
    pub lifted: Vec<&'static str>,
    /// Who releases it, once their badge was read.
    pub by: Option<(HolderId, String)>,
    /// Why it is released, once it was said.
    pub reason: Option<String>,
}

/// What was released for one unit, until it is booked or the session ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lifted {
    /// The unit.
    pub unit: UnitId,
    /// The causes, as the ledger says them.
    pub causes: Vec<&'static str>,
    /// Who released it.
    pub by: String,
}

/// A critical unit that was scanned once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The unit.
    pub unit: UnitId,
    /// By which kind of identifier; another kind is the second proof.
    pub kind: IdentifierKind,
    /// When, by uptime.
    pub at: Duration,
}

/// A label that somebody prints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// The unit on which it will be.
    pub unit: UnitId,
    /// What it says.
    pub tag: String,
    /// When it was asked for, by uptime.
    pub at: Duration,
}

/// A unit that is to be put away.
#[derive(Clone, Debug, PartialEq)]
pub struct Placing {
    /// The unit.
    pub unit: UnitId,
    /// How to call it.
    pub label: String,
    /// Where it was.
    pub from: Option<Location>,
    /// Only a quarantine bin ends it.
    pub quarantine: bool,
    /// The parts of a kit that are put away with it, and where they were.
    pub parts: Vec<(UnitId, Option<Location>)>,
}

/// Somebody who was asked whether the open cart of another shall be theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offered {
    /// Who.
    pub holder: HolderId,
    /// When, by uptime.
    pub at: Duration,
}

/// What UNDO asked whether it shall take back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// When, by uptime.
    pub at: Duration,
    /// The action so many back.
    pub back: u8,
}
