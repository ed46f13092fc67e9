//! Dates of six and eight digits, with the century rule of the GS1 General Specifications 7.12.
//!
//! A two-digit year more than 50 ahead of now belongs to the century before, more than 49 behind to the next one.
//! Day 00 means the last day of the month where it is allowed.
//! Deliberately absent: whether a date is past; the rules know what day it is.

use super::lint::{demand, digits};

/// The year that two digits mean, seen from `year`.
#[must_use]
pub fn century(two_digits: i16, year: i16) -> i16 {
    let base = year - year.rem_euclid(100);
    match two_digits - year.rem_euclid(100) {
        51.. => base - 100 + two_digits,
        -49..=50 => base + two_digits,
        _ => base + 100 + two_digits,
    }
}

/// A date of six digits as `YYYY-MM-DD`, day 00 read as the last of the month; `None` if there is no such day.
#[must_use]
pub fn read(text: &str, year: i16) -> Option<String> {
    if check_short(text, year, true).is_err() {
        return None;
    }
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<i16>().ok();
    let (year, month, day) = (century(number(0..2)?, year), number(2..4)?, number(4..6)?);
    let day = if day == 0 { days(year, month) } else { day };
    Some(format!("{year:04}-{month:02}-{day:02}"))
}

/// Checks `YYMMDD`.
pub(super) fn check_short(text: &str, year: i16, whole_month: bool) -> Result<(), &'static str> {
    demand(text.len() == 6 && digits(text), "it is not a date of six digits")?;
    let (short, rest) = text.split_at_checked(2).unwrap_or_default();
    check(century(short.parse().unwrap_or(0), year), rest, whole_month)
}

/// Checks `YYYYMMDD`.
pub(super) fn check_long(text: &str, whole_month: bool) -> Result<(), &'static str> {
    demand(text.len() == 8 && digits(text), "it is not a date of eight digits")?;
    let (year, rest) = text.split_at_checked(4).unwrap_or_default();
    check(year.parse().unwrap_or(0), rest, whole_month)
}

fn check(year: i16, month_and_day: &str, whole_month: bool) -> Result<(), &'static str> {
    let (month, day) = month_and_day.split_at_checked(2).unwrap_or_default();
    let (month, day): (i16, i16) = (month.parse().unwrap_or(0), day.parse().unwrap_or(0));
    demand((1..=12).contains(&month), "its month does not exist")?;
    demand(day <= days(year, month), "its day does not exist")?;
    demand(day != 0 || whole_month, "its day may not be 00")
}

const fn days(year: i16, month: i16) -> i16 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_read(text: &str, year: i16, expected: Option<&str>) {
        assert_eq!(read(text, year).as_deref(), expected);
    }

    #[test]
    fn two_digits_of_a_year_are_at_most_fifty_ahead_and_forty_nine_behind() {
        check_read("760101", 2026, Some("2076-01-01"));
        check_read("770101", 2026, Some("1977-01-01"));
        check_read("010101", 2051, Some("2101-01-01"));
        check_read("020101", 2051, Some("2002-01-01"));
        check_read("240200", 2026, Some("2024-02-29"));
        check_read("250229", 2026, None);
        check_read("131313", 2026, None);
    }
}
