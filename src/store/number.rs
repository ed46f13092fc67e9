//! The numbers under which kinds and states are stored: their place in the lists of `domain`, counted from 1.
//!
//! They stand in the ledger and in its hashes, so a list may grow at its end and never change otherwise;
//! the test below freezes them. Deliberately absent: words, which the wire uses.

use jiff::{Timestamp, civil::Date};
use rusqlite::{Error, types::Type};

use crate::domain::{Answer, Ended, EventKind, IdentifierKind, Kind, Transport, UnitState};

/// A list of words that is stored as numbers.
pub(super) trait Numbered: Copy + PartialEq + 'static {
    /// All of them, in the order of their numbers.
    const LIST: &'static [Self];

    /// The number under which it is stored.
    fn number(self) -> i64 {
        let place = Self::LIST.iter().position(|it| *it == self).unwrap_or(usize::MAX - 1);
        i64::try_from(place + 1).unwrap_or(i64::MAX)
    }

    /// The one of that number.
    fn of(number: i64) -> rusqlite::Result<Self> {
        let place = usize::try_from(number).ok().and_then(|it| it.checked_sub(1));
        place.and_then(|it| Self::LIST.get(it).copied()).ok_or(Error::IntegralValueOutOfRange(0, number))
    }
}

impl Numbered for EventKind {
    const LIST: &'static [Self] = Self::ALL;
}
impl Numbered for UnitState {
    const LIST: &'static [Self] = Self::ALL;
}
impl Numbered for IdentifierKind {
    const LIST: &'static [Self] = Self::ALL;
}
impl Numbered for Ended {
    const LIST: &'static [Self] = Self::ALL;
}
impl Numbered for Answer {
    const LIST: &'static [Self] = Self::ALL;
}
impl Numbered for Kind {
    const LIST: &'static [Self] = Self::ALL;
}

/// Microseconds since 1970, as times are stored.
pub(super) fn micros(time: Timestamp) -> i64 {
    time.as_microsecond()
}

/// The time of that many microseconds since 1970.
pub(super) fn time(micros: i64) -> rusqlite::Result<Timestamp> {
    Timestamp::from_microsecond(micros).map_err(|it| Error::FromSqlConversionFailure(0, Type::Integer, Box::new(it)))
}

/// A day as it is stored, `2027-03-31`.
pub(super) fn day(stored: Option<String>) -> rusqlite::Result<Option<Date>> {
    let read = |it: String| it.parse().map_err(|found| Error::FromSqlConversionFailure(0, Type::Text, Box::new(found)));
    stored.map(read).transpose()
}

/// The word of a transport in the journal.
pub(super) const fn transport(it: Transport) -> &'static str {
    match it {
        Transport::Serial => "serial",
        Transport::HidKeyboard => "hid-keyboard",
        Transport::HidPos => "hid-pos",
        Transport::Camera => "camera",
        Transport::Http => "http",
        Transport::Page => "page",
        Transport::CommandLine => "command-line",
        Transport::StandardInput => "standard-input",
        Transport::Tape => "tape",
        Transport::Batch => "batch",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words<T: Numbered + std::fmt::Display>() -> String {
        T::LIST.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }

    #[track_caller]
    fn check<T: Numbered + std::fmt::Display>(begins: &str) {
        assert!(words::<T>().starts_with(begins), "a stored number changed: {}", words::<T>());
        for it in T::LIST {
            assert!(T::of(it.number()).is_ok_and(|found| found == *it));
        }
        assert!(T::of(0).is_err() && T::of(-1).is_err() && T::of(1_000).is_err());
    }

    #[test]
    fn stored_numbers_never_change() {
        check::<EventKind>(
            "station-started checked-out checked-in handed-over observed refused parked corrected session-opened \
             session-closed unit-registered unit-changed identifier-bound identifier-ended record-changed moved \
             state-changed clock-changed gap-declared purged restored case-changed label-queued label-settled \
             stock-changed reorder-noted owner-changed overridden parked-resolved shift-closed still-bound exported",
        );
        check::<UnitState>(
            "received tagged in-service to-be-checked quarantine in-repair in-transit lost stolen decommissioned disposed",
        );
        check::<IdentifierKind>(
            "serial tag imei imeisv meid vin mac eui64 iccid sgtin uii giai grai sscc rfid-uid foreign-tag",
        );
        check::<Ended>("superseded corrected voided lost");
        check::<Answer>("good done already no");
        check::<Kind>("command badge asset-tag location quantity job gs1 gs1-dl gtin sscc iso15434 hibc imei vin");
    }
}
