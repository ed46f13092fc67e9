//! What a decision will ask the register beside what the scan itself names.
//!
//! Asked before deciding, so that rules stay pure: units, a shelf, and whether something may be bound.
//! Deliberately absent: asking; the station does.

use crate::domain::{HolderId, Identifier, IdentifierKind, Kind, Moment, Resolution, StockId, Subject, UnitId};

use super::deed::Deed;
use super::{Card, Lane, Mode, Policy, Session, Undoable, job, mark, undo};

/// What must be known before a decision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Units.
    pub units: Vec<UnitId>,
    /// Who would take the lines of the cart, if they are looked at anew.
    pub taker: Option<HolderId>,
    /// A shelf.
    pub stock: Option<StockId>,
    /// Identifiers that would be bound to a unit.
    pub binding: Option<(UnitId, Vec<(IdentifierKind, String)>)>,
}

/// What a decision about this identifier will ask about.
#[must_use]
pub fn wants(lane: &Lane, identifier: &Identifier, resolution: &Resolution, policy: &Policy, now: Moment) -> Wanted {
    let mut wanted = Wanted { units: lane.proof.map(|it| it.unit).into_iter().collect(), ..Wanted::default() };
    if let Subject::Unit(facts) = &resolution.subject {
        wanted.units.extend(&facts.parts);
    }
    if let Subject::Holder(holder) = &resolution.subject {
        wanted.units.extend(holder.left_behind.iter().map(|it| it.unit)); // What of a draft has changed meanwhile.
    }
    let Some(session) = &lane.session else { return wanted };
    let of_category = resolution.subject.unit().is_some_and(|it| it.restrictions.category.held_max.is_some());
    if of_category || (session.limit().is_some() && session.cart.iter().any(|it| !it.out)) {
        // Which of them are of the category that is limited, and which that come back are parts.
        wanted.units.extend(session.cart.iter().filter(|it| it.kit.is_none()).map(|it| it.unit));
    }
    match (identifier.kind, Card::parse(&identifier.key)) {
        (Kind::Command, Some(Card::Undo(back))) => to_undo(session, undo::meant(lane, policy, now, back), &mut wanted),
        (Kind::Command, Some(Card::Condition(_) | Card::Mark(_) | Card::Print)) => {
            wanted.units.extend(mark::last_unit(lane).into_iter().chain(lane.returned));
        }
        (Kind::Command, Some(Card::Override | Card::Take)) => {
            wanted.units.extend(refused(lane).chain(session.cart.iter().map(|it| it.unit))); // Limits count those.
        }
        (Kind::Job, _) | (Kind::Command, Some(Card::Job)) => {
            if policy.self_service && job::waiting(lane).next().is_some() {
                wanted.units.extend(session.cart.iter().map(|it| it.unit)); // It books them.
                wanted.taker = Some(session.taker().0);
            }
        }
        _ if matches!(resolution.subject, Subject::Pin(_)) => {
            wanted.units.extend(session.cart.iter().map(|it| it.unit));
        }
        (Kind::Command, Some(Card::Done)) | (Kind::Badge, _) => {
            wanted.units.extend(session.cart.iter().map(|it| it.unit));
            let binds = session.pairing.binds().map(|(unit, binds)| (unit.id, binds));
            wanted.units.extend(binds.iter().map(|it| it.0));
            wanted.binding = binds;
            wanted.taker = Some(session.taker().0);
            if identifier.kind == Kind::Badge {
                let own = [session.holder, session.taker().0].into_iter().find(|it| names(resolution, *it));
                let offered = lane.offered.map(|it| it.holder).filter(|it| names(resolution, *it));
                wanted.taker = own.map_or(offered, |_| Some(session.taker().0));
                if lane.hands_over() {
                    let here = session.taker().0;
                    let gives = session.giver.is_none_or(|it| it == here);
                    wanted.taker = if gives { resolution.subject.holder() } else { Some(here) };
                }
                wanted.units.extend(refused(lane));
                if let Some(asked) = lane.undo {
                    to_undo(session, asked.back, &mut wanted);
                }
            }
        }
        (Kind::Imei, _) if matches!(lane.mode, Mode::Label(_)) => {
            let unit = session.pairing.unit.as_ref();
            wanted.binding = unit.map(|it| (it.id, vec![(IdentifierKind::Imei, identifier.key.clone())]));
        }
        _ => wanted.stock = lane.shelf,
    }
    wanted
}

fn names(resolution: &Resolution, holder: HolderId) -> bool {
    matches!(&resolution.subject, Subject::Holder(it) if it.id == holder)
}

/// What the action so many back was about.
fn to_undo(session: &Session, back: u8, wanted: &mut Wanted) {
    let action = undo::booked(session, back);
    wanted.units.extend(action.iter().flat_map(|it| it.units()));
    wanted.stock = action.and_then(stock);
}

/// A unit that was refused and may be released, with its parts.
fn refused(lane: &Lane) -> impl Iterator<Item = UnitId> {
    lane.refused.iter().flat_map(|it| std::iter::once(it.unit).chain(it.parts.iter().copied()))
}

fn stock(last: &Undoable) -> Option<StockId> {
    if let Some(Deed::Stock { stock, .. }) = &last.deed { Some(*stock) } else { None }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::Timestamp;

    use super::*;
    use crate::domain::{Confidence, Holder, Line, Role};

    /// What a scan of something unknown asks about beside a cart in which two things come back.
    fn beside_returns(held_max: Option<u32>) -> Vec<UnitId> {
        let holder = Holder {
            id: HolderId(1),
            name: "Kim".to_owned(),
            role: Role::Operator,
            active: true,
            held: 2,
            overdue: 0,
            left_behind: Vec::new(),
            trained: Vec::new(),
            held_max,
            licence: None,
            check_due: 0,
            stolen_seen: Vec::new(),
        };
        let line = |unit| Line {
            unit: UnitId(unit),
            label: String::new(),
            model: String::new(),
            out: false,
            former: Some(HolderId(1)),
            due: None,
            scanned: String::new(),
            kit: None,
            missing: String::new(),
            verified: false,
            condition: None,
            in_order: false,
            job: None,
            second_proof: String::new(),
        };
        let session = Session { cart: vec![line(1), line(2)], ..crate::rules::session::opening(&holder) };
        let lane = Lane { session: Some(session), ..Lane::default() };
        let identifier = Identifier::new(Kind::AssetTag, "AT-000003", Confidence::Certain, "a tag");
        let now = Moment::new(Timestamp::UNIX_EPOCH, Duration::ZERO);
        wants(&lane, &identifier, &Resolution::new(Subject::Unknown), &Policy::default(), now).units
    }

    #[test]
    fn what_comes_back_in_a_cart_is_asked_about_only_where_somebody_is_limited() {
        assert_eq!(beside_returns(None), []);
        assert_eq!(beside_returns(Some(5)), [UnitId(1), UnitId(2)]);
    }
}
