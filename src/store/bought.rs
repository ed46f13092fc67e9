//! When a unit was bought and how long its warranty lasts: which days these can be, whoever says them.
//!
//! A day that cannot be is a slip of the pen, told when it is made: at every scan somebody would read it.
//! Deliberately absent: whether a warranty is over, which is said at look-up and blocks nothing.

use std::ops::RangeInclusive;

use jiff::civil::Date;

use super::{
    Store,
    error::{StoreError, sql},
    kit,
};
use crate::domain::{Moment, UnitId};

/// Years of such days (chosen: nothing older is lent, and a longer warranty is a digit too many).
const YEARS: RangeInclusive<i16> = 1950..=2200;

/// The columns of the two days.
pub(super) const PURCHASED: &str = "purchased";
pub(super) const WARRANTY_UNTIL: &str = "warranty_until";

/// What is wrong with the two days of a unit, each with its column.
pub(super) fn misfits(
    purchased: Option<Date>,
    warranty_until: Option<Date>,
    today: Date,
) -> Vec<(&'static str, String)> {
    let wrong = [
        purchased.and_then(|it| Some((PURCHASED, impossible(it).or_else(|| too_late(it, today))?))),
        warranty_until.and_then(|it| Some((WARRANTY_UNTIL, impossible(it)?))),
        purchased.zip(warranty_until).and_then(|(from, to)| Some((WARRANTY_UNTIL, turned_round(from, to)?))),
    ];
    wrong.into_iter().flatten().collect()
}

/// What is wrong with the year of a day on which something is due.
pub(super) fn impossible(day: Date) -> Option<String> {
    let (first, last) = (YEARS.start(), YEARS.end());
    (!YEARS.contains(&day.year())).then(|| format!("{day} is not between {first} and {last}; check the year"))
}

/// Tomorrow is not too late: somewhere else it has begun.
fn too_late(day: Date, today: Date) -> Option<String> {
    is_to_come(day, today).then(|| format!("{day} is yet to come; a purchase is noted once it is made"))
}

fn is_to_come(day: Date, today: Date) -> bool {
    day > today.tomorrow().unwrap_or(today)
}

/// What is wrong with the day on which a unit changed hands.
pub(super) fn no_change(day: Date, today: Date) -> Option<String> {
    let to_come = || format!("{day} is yet to come; a change of owner is noted once it is made");
    impossible(day).or_else(|| is_to_come(day, today).then(to_come))
}

fn turned_round(purchased: Date, warranty_until: Date) -> Option<String> {
    (warranty_until < purchased)
        .then(|| format!("a warranty until {warranty_until} ends before the purchase on {purchased}; check both days"))
}

impl Store {
    /// Refuses a day of a unit that cannot be, beside the other day that is on record.
    pub(super) fn refuse_day(
        &self,
        unit: UnitId,
        column: &'static str,
        day: Date,
        now: Moment,
    ) -> Result<(), StoreError> {
        let doing = "read when a unit was bought";
        let other = if column == PURCHASED { WARRANTY_UNTIL } else { PURCHASED };
        let other: Option<String> = self
            .connection
            .prepare_cached(&format!("SELECT {other} FROM unit WHERE id = ?"))
            .and_then(|mut it| it.query_row([unit.0], |row| row.get(0)))
            .map_err(sql(doing))?;
        let other = other.and_then(|it| it.parse().ok());
        let today = self.options.zone.day(now.wall);
        // What is on record already is not judged anew, but for what the two say together.
        let (alone, together) = if column == PURCHASED {
            (misfits(Some(day), None, today), other.and_then(|it| turned_round(day, it)))
        } else {
            (misfits(None, Some(day), today), other.and_then(|it| turned_round(it, day)))
        };
        match alone.into_iter().map(|it| it.1).chain(together).next() {
            None => Ok(()),
            Some(why) => {
                let unit = kit::label(&self.connection, unit)?;
                Err(StoreError::Unfit(format!("{why}; {unit} stays as it was")))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(purchased: &str, warranty_until: &str, expected: &[(&str, &str)]) {
        let day = |it: &str| if it.is_empty() { None } else { Some(it.parse().unwrap()) };
        let found = misfits(day(purchased), day(warranty_until), "2026-03-10".parse().unwrap());
        let found: Vec<(&str, &str)> = found.iter().map(|it| (it.0, it.1.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn days_that_cannot_be_are_told() {
        check("", "", &[]);
        check("2026-03-10", "2026-03-10", &[]);
        check("2026-03-11", "2200-12-31", &[]);
        check("1950-01-01", "", &[]);
        check("2026-03-12", "", &[(PURCHASED, "2026-03-12 is yet to come; a purchase is noted once it is made")]);
        check("1949-12-31", "", &[(PURCHASED, "1949-12-31 is not between 1950 and 2200; check the year")]);
        check("", "2201-01-01", &[(WARRANTY_UNTIL, "2201-01-01 is not between 1950 and 2200; check the year")]);
        let before = "a warranty until 2023-02-28 ends before the purchase on 2024-02-29; check both days";
        check("2024-02-29", "2023-02-28", &[(WARRANTY_UNTIL, before)]);
        check(
            "0024-02-29",
            "0023-02-28",
            &[
                (PURCHASED, "0024-02-29 is not between 1950 and 2200; check the year"),
                (WARRANTY_UNTIL, "0023-02-28 is not between 1950 and 2200; check the year"),
                (WARRANTY_UNTIL, "a warranty until 0023-02-28 ends before the purchase on 0024-02-29; check both days"),
            ],
        );
    }
}
