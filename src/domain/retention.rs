//! How long the words of events are kept: by class of event, as a place decides for itself.
//!
//! Only the classes here can ever lose their words. Every other event is the ground of what the register says now, of
//! the chain's own story, or of a picture that stays: its words are kept for ever, whatever a policy says.
//! Deliberately absent: removing anything, and which single events of a class stay, which are in `store`.

use std::collections::BTreeMap;
use std::fmt;

use jiff::{Span, Timestamp};

use super::EventKind;
use super::time::{TimeError, Zone};
use super::unit::words;

words! {
    /// Events whose words are kept equally long.
    EventClass {
        /// What units did: out, in, from one to another, elsewhere, into another state; what was taken back or released.
        Movements = "movements",
        /// Who was at the desk, and the counts at the end of a shift.
        Sessions = "sessions",
        /// What was looked up or refused.
        Scans = "scans",
        /// Codes that nobody knew, and what became of them.
        Parked = "parked",
    }
}

impl EventClass {
    /// The kinds of event that belong to it.
    #[must_use]
    pub const fn kinds(self) -> &'static [EventKind] {
        match self {
            Self::Movements => &[
                EventKind::CheckedOut,
                EventKind::CheckedIn,
                EventKind::HandedOver,
                EventKind::Corrected,
                EventKind::Moved,
                EventKind::StateChanged,
                EventKind::Overridden,
            ],
            Self::Sessions => &[EventKind::SessionOpened, EventKind::SessionClosed, EventKind::ShiftClosed],
            Self::Scans => &[EventKind::Observed, EventKind::Refused],
            Self::Parked => &[EventKind::Parked, EventKind::ParkedResolved],
        }
    }

    /// The class of a kind of event; `None` if its words are kept for ever.
    #[must_use]
    pub fn of(kind: EventKind) -> Option<Self> {
        Self::ALL.iter().copied().find(|it| it.kinds().contains(&kind))
    }
}

/// How old something may be, by the calendar: whole days, months or years, at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Age {
    count: i16,
    unit: Unit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Days,
    Months,
    Years,
}

/// The longest age, in whatever unit (chosen: more than a ledger will live, and within every calendar).
const COUNT_MAX: i16 = 5_000;

impl Age {
    /// What an age looks like, for people.
    pub const EXPECTED: &'static str = "a number of days, months or years, such as \"90 days\", \"18 months\", \"2y\"";

    /// Reads `90 days`, `18 months`, `2 years`, also `90d` and `2y`.
    ///
    /// # Errors
    /// [`TimeError::NoAge`] repeats the text.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let digits = text.find(|it: char| !it.is_ascii_digit()).unwrap_or(text.len());
        let (count, unit) = text.split_at(digits);
        let unit = match unit.trim() {
            "d" | "day" | "days" => Some(Unit::Days),
            "month" | "months" => Some(Unit::Months),
            "y" | "year" | "years" => Some(Unit::Years),
            _ => None,
        };
        let count = count.parse().ok().filter(|it| (1..=COUNT_MAX).contains(it));
        match (count, unit) {
            (Some(count), Some(unit)) => Ok(Self { count, unit }),
            _ => Err(TimeError::no_age(text)),
        }
    }

    /// The moment that lies so far before `now` by the calendar of the place; `None` if no calendar has it.
    #[must_use]
    pub fn before(self, now: Timestamp, zone: &Zone) -> Option<Timestamp> {
        let span = match self.unit {
            Unit::Days => Span::new().try_days(self.count),
            Unit::Months => Span::new().try_months(self.count),
            Unit::Years => Span::new().try_years(self.count),
        };
        zone.back(now, span.ok()?)
    }
}

impl fmt::Display for Age {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.unit {
            Unit::Days => "day",
            Unit::Months => "month",
            Unit::Years => "year",
        };
        write!(out, "{} {unit}{}", self.count, if self.count == 1 { "" } else { "s" })
    }
}

/// How long the words of each class are kept; a class that is not there is kept for ever.
pub type Retention = BTreeMap<EventClass, Age>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_goes_back_by_the_calendar_of_the_place() {
        let (zone, now) = (Zone::named("Europe/Berlin").unwrap(), "2028-02-29T11:00:00Z".parse().unwrap());
        let check = |text: &str, shown: &str, expected: &str| {
            let age = Age::parse(text).unwrap();
            assert_eq!(
                (age.to_string().as_str(), age.before(now, &zone).unwrap().to_string().as_str()),
                (shown, expected)
            );
        };
        check("2 years", "2 years", "2026-02-28T11:00:00Z");
        check("1y", "1 year", "2027-02-28T11:00:00Z");
        check("18 months", "18 months", "2026-08-29T10:00:00Z");
        check("90d", "90 days", "2027-12-01T11:00:00Z");
    }

    #[test]
    fn what_is_no_age_is_said() {
        for text in ["", "2", "years", "0 days", "-1 days", "5001 years", "3 m", "2 weeks", "1.5 years", "٣ days"] {
            let said = Age::parse(text).unwrap_err().to_string();
            assert_eq!(said, format!("{text:?} is no age; give {}", Age::EXPECTED));
        }
        assert!(Age::parse(&"9".repeat(1_000)).unwrap_err().to_string().len() < 200);
    }

    #[test]
    fn a_kind_belongs_to_one_class_at_most_and_what_others_stand_on_to_none() {
        for kind in EventKind::ALL {
            assert!(EventClass::ALL.iter().filter(|it| it.kinds().contains(kind)).count() <= 1, "{kind}");
        }
        for kind in [EventKind::Purged, EventKind::Restored, EventKind::GapDeclared, EventKind::IdentifierBound] {
            assert_eq!(EventClass::of(kind), None, "{kind}");
        }
    }
}
