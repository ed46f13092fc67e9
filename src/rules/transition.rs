//! What can become of a unit in its life: the transitions that a card may cause, as data.
//!
//! A row says from which states a card leads where; what has no row is refused. `docs/counter.md` draws the table.
//! Deliberately absent: custody, which follows its own events; a lost tool stays with whoever lost it.

use crate::domain::UnitState;
use crate::domain::UnitState::{
    Decommissioned, Disposed, InRepair, InService, InTransit, Lost, Quarantine, Received, Stolen, Tagged, ToBeChecked,
};

/// What a card says about the units that are scanned after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It was found. Without a badge it waits for one; with a badge it is confirmed.
    Found,
    /// The thing is lost.
    Lost,
    /// The thing was stolen.
    Stolen,
    /// The thing is damaged.
    Damaged,
    /// Somebody looked at it and it is sound.
    Checked,
    /// It goes to repair, or comes back from there.
    Repair,
    /// It leaves for another site, or arrives from there.
    Transit,
    /// It is taken out of service for good.
    Decommission,
    /// It is disposed of.
    Dispose,
    /// The label is lost; the thing is here.
    TagLost,
    /// The label reads badly; the thing is sound.
    BadLabel,
}

/// One arrow of the diagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transition {
    /// The card.
    pub mark: Mark,
    /// Whether somebody's badge is there.
    pub badge: bool,
    /// Where the unit may be.
    pub from: &'static [UnitState],
    /// Where it is then.
    pub to: UnitState,
}

const fn row(mark: Mark, badge: bool, from: &'static [UnitState], to: UnitState) -> Transition {
    Transition { mark, badge, from, to }
}

/// All arrows. No row leads out of `disposed`, and none leaves `stolen` without a keeper.
pub const TRANSITIONS: &[Transition] = &[
    row(Mark::Found, false, &[Received, Tagged, InService, ToBeChecked, InRepair, InTransit, Lost], ToBeChecked),
    row(Mark::Found, false, &[Quarantine], Quarantine),
    row(Mark::Found, true, &[ToBeChecked, Lost], InService),
    row(Mark::Found, true, &[InRepair, InTransit], ToBeChecked),
    row(Mark::Lost, true, &[Received, Tagged, InService, ToBeChecked, Quarantine, InRepair, InTransit], Lost),
    row(Mark::Stolen, true, &[Received, Tagged, InService, ToBeChecked, Quarantine, InRepair, InTransit, Lost], Stolen),
    row(Mark::Damaged, true, &[Received, Tagged, InService, ToBeChecked], Quarantine),
    row(Mark::Checked, true, &[ToBeChecked, Quarantine], InService),
    row(Mark::Checked, true, &[Stolen], ToBeChecked),
    row(Mark::Repair, true, &[Received, Tagged, InService, ToBeChecked, Quarantine], InRepair),
    row(Mark::Repair, true, &[InRepair], ToBeChecked),
    row(Mark::Transit, true, &[Received, Tagged, InService], InTransit),
    row(Mark::Transit, true, &[InTransit], InService),
    row(Mark::Decommission, true, &[Received, Tagged, InService, ToBeChecked, Quarantine, InRepair], Decommissioned),
    row(Mark::Dispose, true, &[Decommissioned], Disposed),
];

impl Mark {
    /// Where a unit in `from` goes; `None` if this card does not apply to it.
    #[must_use]
    pub fn leads(self, badge: bool, from: UnitState) -> Option<UnitState> {
        TRANSITIONS.iter().find(|it| it.mark == self && it.badge == badge && it.from.contains(&from)).map(|it| it.to)
    }

    /// The word on the card, small.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::Lost => "lost",
            Self::Stolen => "stolen",
            Self::Damaged => "damaged",
            Self::Checked => "ok",
            Self::Repair => "repair",
            Self::Transit => "transit",
            Self::Decommission => "decommission",
            Self::Dispose => "dispose",
            Self::TagLost => "taglost",
            Self::BadLabel => "badlabel",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(mark: Mark, badge: bool, from: UnitState, expected: Option<UnitState>) {
        assert_eq!(mark.leads(badge, from), expected);
    }

    #[test]
    fn a_card_leads_only_where_an_arrow_is_drawn() {
        check(Mark::Found, false, Lost, Some(ToBeChecked));
        check(Mark::Found, true, ToBeChecked, Some(InService));
        check(Mark::Found, false, Stolen, None);
        check(Mark::Repair, true, InService, Some(InRepair));
        check(Mark::Repair, true, InRepair, Some(ToBeChecked));
        check(Mark::Dispose, true, InService, None);
        check(Mark::Lost, true, Lost, None);
    }

    #[test]
    fn no_arrow_is_drawn_twice_and_nothing_comes_back_from_disposal() {
        for (place, one) in TRANSITIONS.iter().enumerate() {
            assert!(!one.from.contains(&Disposed));
            for other in TRANSITIONS.iter().skip(place + 1) {
                let same = (one.mark, one.badge) == (other.mark, other.badge);
                assert!(!same || !one.from.iter().any(|it| other.from.contains(it)), "{one:?} and {other:?}");
            }
        }
    }

    #[test]
    fn the_document_draws_every_arrow() {
        let document = include_str!("../../docs/counter.md");
        for arrow in TRANSITIONS {
            for from in arrow.from {
                let badge = if arrow.badge { "badge" } else { "anybody" };
                let line = format!("| {} | {badge} | {from} | {} |", arrow.mark.word().to_uppercase(), arrow.to);
                assert!(document.contains(&line), "docs/counter.md lacks: {line}");
            }
        }
    }
}
