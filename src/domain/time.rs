//! Time as an argument: one [`Moment`] is handed in at the door and nothing below reads a clock.
//!
//! A moment carries two readings, because they answer different questions: how long (uptime, never goes back)
//! and when (wall clock, what a person calls the time). Deadlines use uptime; the ledger shows wall time.
//! Deliberately absent: reading either clock, which `station/clock.rs` alone does.

use std::{sync::Arc, time::Duration};

use jiff::{Timestamp, civil, tz::TimeZone};

/// One point in time, read once at the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// What the wall clock said; it may be set by a person and so may step.
    pub wall: Timestamp,
    /// Time since the service started; it never goes backwards.
    pub uptime: Duration,
}

impl Moment {
    /// Makes a moment from its two readings.
    #[must_use]
    pub const fn new(wall: Timestamp, uptime: Duration) -> Self {
        Self { wall, uptime }
    }

    /// The time that passed since an earlier moment; zero if `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        self.uptime.saturating_sub(earlier.uptime)
    }
}

/// The clock as it is handed to threads that must stamp what they deliver; `station/clock.rs` makes it.
pub type Clock = Arc<dyn Fn() -> Moment + Send + Sync>;

/// The time zone in which the people of a station read the clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone(TimeZone);

/// How people say when something begins or ends: by a day of the calendar, or by a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(untagged)]
pub enum When {
    /// A day, `2027-03-31`.
    Day(civil::Date),
    /// A moment in RFC 3339.
    Moment(Timestamp),
}

/// A text that does not say when.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// It is no day.
    #[error("{0:?} is no day like 2027-03-31")]
    NoDay(String),
    /// It is neither a day nor a moment.
    #[error("{0:?} is no day like 2027-03-31 and no moment like 2027-03-31T17:00:00Z")]
    NoMoment(String),
    /// It is no age.
    #[error("{0:?} is no age; give {expected}", expected = super::retention::Age::EXPECTED)]
    NoAge(String),
}

impl TimeError {
    pub(super) fn no_age(text: &str) -> Self {
        Self::NoAge(text.chars().take(REPEATED_MAX).collect())
    }
}

/// Characters of a text that an error repeats.
const REPEATED_MAX: usize = 40;

/// Reads a day, `2027-03-31`, and nothing else: what stands behind it would be forgotten.
///
/// # Errors
/// [`TimeError::NoDay`] repeats the text.
pub fn day(text: &str) -> Result<civil::Date, TimeError> {
    let day = text.parse().ok().filter(|_| text.len() == "2027-03-31".len());
    day.ok_or_else(|| TimeError::NoDay(text.chars().take(REPEATED_MAX).collect()))
}

impl When {
    /// Reads a day, `2027-03-31`, or a moment in RFC 3339.
    ///
    /// # Errors
    /// [`TimeError::NoMoment`] repeats the text.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let moment = text.parse().ok().map(Self::Moment);
        let found = moment.or_else(|| day(text).ok().map(Self::Day));
        found.ok_or_else(|| TimeError::NoMoment(text.chars().take(REPEATED_MAX).collect()))
    }

    /// The moment with which it begins: of a day its midnight by that clock; `None` if no calendar has it.
    #[must_use]
    pub fn begins(self, zone: &Zone) -> Option<Timestamp> {
        match self {
            Self::Day(day) => zone.moment_of(day.to_datetime(civil::Time::midnight())),
            Self::Moment(at) => Some(at),
        }
    }

    /// The moment with which it ends: of a day its last second by that clock; `None` if no calendar has it.
    #[must_use]
    pub fn ends(self, zone: &Zone) -> Option<Timestamp> {
        match self {
            Self::Day(day) => zone.moment_of(day.at(23, 59, 59, 0)),
            Self::Moment(at) => Some(at),
        }
    }
}

/// A time of day as the clock on the wall shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalTime(civil::Time);

impl LocalTime {
    /// A time of day; hours past 23 and minutes past 59 are taken as the last of the day.
    #[must_use]
    pub fn new(hour: i8, minute: i8) -> Self {
        Self(civil::Time::new(hour, minute, 0, 0).unwrap_or(civil::Time::MAX))
    }

    /// Reads `HH:MM`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (hour, minute) = text.split_once(':')?;
        civil::Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok().map(Self)
    }
}

impl Zone {
    /// The zone this machine is set to; UTC if it does not say.
    #[must_use]
    pub fn system() -> Self {
        Self(TimeZone::system())
    }

    /// Coordinated universal time.
    #[must_use]
    pub const fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// The zone of that name in the IANA database, `Europe/Berlin`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        TimeZone::get(name).ok().map(Self)
    }

    /// The first moment after `now`, and after `days` further midnights, at which the clock shows `time`.
    ///
    /// A time that the change to summer time skips is taken as the moment after the gap.
    #[must_use]
    pub fn next(&self, now: Timestamp, days: u16, time: LocalTime) -> Option<Timestamp> {
        let local = now.to_zoned(self.0.clone());
        let day = local.date().checked_add(jiff::Span::new().days(i64::from(days))).ok()?;
        let at = self.at(day, time)?;
        if at > now { Some(at) } else { self.at(day.tomorrow().ok()?, time) }
    }

    fn at(&self, day: civil::Date, time: LocalTime) -> Option<Timestamp> {
        self.0.to_zoned(day.to_datetime(time.0)).ok().map(|it| it.timestamp())
    }

    /// The moment at which the clock of this zone shows a date and a time; `None` if no calendar has it.
    ///
    /// An hour that the end of summer time repeats is taken the first time, one that its beginning skips after the gap.
    #[must_use]
    pub fn moment_of(&self, shown: civil::DateTime) -> Option<Timestamp> {
        self.0.to_zoned(shown).ok().map(|it| it.timestamp())
    }

    /// A moment as people of the place would say it on `now`'s day: `17:00`, `Tue 17:00`, `3 Dec 17:00`.
    #[must_use]
    pub fn say(&self, at: Timestamp, now: Timestamp) -> String {
        let (at, now) = (at.to_zoned(self.0.clone()), now.to_zoned(self.0.clone()));
        let days = now.date().until(at.date()).map_or(i32::MAX, |it| it.get_days());
        let form = match days {
            0 => "%H:%M",
            -6..=6 => "%a %H:%M",
            _ => "%-d %b %H:%M",
        };
        at.strftime(form).to_string()
    }

    /// The moment that lies a span of the calendar before another one; `None` if no calendar has it.
    #[must_use]
    pub fn back(&self, at: Timestamp, span: jiff::Span) -> Option<Timestamp> {
        at.to_zoned(self.0.clone()).checked_sub(span).ok().map(|it| it.timestamp())
    }

    /// The day that the calendar of the place shows at a moment.
    #[must_use]
    pub fn day(&self, at: Timestamp) -> civil::Date {
        at.to_zoned(self.0.clone()).date()
    }

    /// A moment in a list that may be old, by the clock of the place: `2026-12-03 17:00`.
    #[must_use]
    pub fn write(&self, at: Timestamp) -> String {
        at.to_zoned(self.0.clone()).strftime("%Y-%m-%d %H:%M").to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(now: &str, days: u16, expected: &str) {
        let zone = Zone::named("Europe/Berlin").unwrap();
        let found = zone.next(now.parse().unwrap(), days, LocalTime::new(17, 0)).unwrap();
        assert_eq!(found.to_string(), expected);
    }

    #[test]
    fn a_list_has_the_year_and_the_clock_of_the_place() {
        let zone = Zone::named("Europe/Berlin").unwrap();
        assert_eq!(zone.write("2026-12-03T16:00:00.867103Z".parse().unwrap()), "2026-12-03 17:00");
    }

    #[test]
    fn due_is_the_next_time_the_clock_shows_the_end_of_the_shift() {
        check("2026-03-10T08:00:00Z", 0, "2026-03-10T16:00:00Z");
        check("2026-03-10T16:00:00Z", 0, "2026-03-11T16:00:00Z");
        check("2026-03-27T08:00:00Z", 2, "2026-03-29T15:00:00Z"); // Summer time began that night.
        check("2026-12-31T22:59:00Z", 0, "2027-01-01T16:00:00Z");
    }

    #[test]
    fn a_day_begins_and_ends_by_the_clock_of_the_place() {
        let berlin = Zone::named("Europe/Berlin").unwrap();
        let told = |text: &str| {
            let when = When::parse(text).unwrap();
            [when.begins(&berlin), when.ends(&berlin)].map(|it| it.unwrap().to_string())
        };
        assert_eq!(told("2027-03-31"), ["2027-03-30T22:00:00Z", "2027-03-31T21:59:59Z"]);
        assert_eq!(told("2027-03-28"), ["2027-03-27T23:00:00Z", "2027-03-28T21:59:59Z"]); // Summer time began.
        assert_eq!(told("2027-03-31T17:00:00+02:00"), ["2027-03-31T15:00:00Z"; 2]);
        let refused = |text: &str| When::parse(text).unwrap_err().to_string();
        for text in ["soon", "31.3.2027", "2027-02-29", "2027-03-31T17:00", " 2027-03-31", ""] {
            let said = format!("{text:?} is no day like 2027-03-31 and no moment like 2027-03-31T17:00:00Z");
            assert_eq!(refused(text), said);
        }
        assert_eq!(day("2027-03-31T17:00").unwrap_err().to_string(), "\"2027-03-31T17:00\" is no day like 2027-03-31");
        assert!(refused(&"x".repeat(1_000)).len() < 150);
    }

    #[test]
    fn a_moment_is_said_as_shortly_as_it_stays_clear() {
        let (zone, now) = (Zone::utc(), "2026-03-10T08:00:00Z".parse().unwrap());
        assert_eq!(zone.say("2026-03-10T17:00:00Z".parse().unwrap(), now), "17:00");
        assert_eq!(zone.say("2026-03-12T17:00:00Z".parse().unwrap(), now), "Thu 17:00");
        assert_eq!(zone.say("2026-04-02T09:05:00Z".parse().unwrap(), now), "2 Apr 09:05");
    }
}
