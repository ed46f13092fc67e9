//! What the value of a data identifier means for people: dates in the form each identifier has, typed identities.
//!
//! MH10.8.2 fixes the form of a date by its identifier; labels of electronics use `9D` as they like, so that one is
//! read only where it fits. A value that has no such day is said to have none; the message around it stays valid.
//! Deliberately absent: values whose form says all.

use jiff::civil::{Date, ISOWeekDate, Weekday};

use super::di::{self, Class};
use crate::identify::gs1::date;
use crate::identify::typed::{eui, iccid, imei, vin};

/// What a value means, or why it means nothing; `Ok(None)` if it says it by itself.
pub fn meaning(identifier: &str, value: &str, year: i16) -> Result<Option<String>, String> {
    let class = di::get(identifier).map(|it| it.class);
    let said = match (identifier, class) {
        ("D", _) => short_date(value, year)?,
        ("4D", _) => day_of_year(value, year)?,
        ("6D", _) => value.get(..8).and_then(long_date).ok_or_else(no_day)?,
        ("9D", _) => return Ok(week(value, year).ok()),
        ("10D", _) => week(value, year)?,
        ("12D" | "14D" | "16D", _) => long_date(value).ok_or_else(no_day)?,
        (_, Some(Class::Vin)) if identifier == "I" => {
            let vin = vin::parse(value)?;
            if vin::check_holds(&vin) { "the check character holds" } else { "without a check character" }.to_owned()
        }
        (_, Some(Class::Mac)) => eui::parse(value, 6).or_else(|_| eui::parse(value, 8))?.hex,
        (_, Some(Class::Iccid)) => format!("SIM card {}", iccid::parse(value)?),
        (_, Some(Class::Meid)) => match (imei::parse(value), imei::parse_meid(value)) {
            (Ok(imei), _) => format!("IMEI {imei}"),
            (_, Ok(meid)) => format!("MEID {meid}"),
            _ => return Ok(None), // An ESN, which has no check.
        },
        _ => return Ok(None),
    };
    Ok(Some(said))
}

fn no_day() -> String {
    "there is no such day".to_owned()
}

/// `YYMMDD`.
pub(crate) fn short_date(value: &str, year: i16) -> Result<String, String> {
    date::read(value, year).ok_or_else(no_day)
}

/// `YYYYMMDD`.
pub(crate) fn long_date(value: &str) -> Option<String> {
    let number = |range| digits(value.get(range)?);
    let date = Date::new(number(0..4)?, number(4..6)?.try_into().ok()?, number(6..8)?.try_into().ok()?).ok()?;
    (value.len() == 8).then(|| date.to_string())
}

/// `YYDDD`, the day counted from 1 January.
pub(crate) fn day_of_year(value: &str, year: i16) -> Result<String, String> {
    let read = || {
        let (short, day) = value.split_at_checked(2).filter(|_| value.len() == 5)?;
        let first = Date::new(date::century(digits(short)?, year), 1, 1).ok()?;
        let day = first.with().day_of_year(digits(day)?).build().ok()?;
        Some(day.to_string())
    };
    read().ok_or_else(no_day)
}

/// `YYWW`, a week of ISO 8601.
fn week(value: &str, year: i16) -> Result<String, String> {
    let read = || {
        let (short, week) = value.split_at_checked(2).filter(|_| value.len() == 4)?;
        let (year, week) = (date::century(digits(short)?, year), digits(week)?);
        ISOWeekDate::new(year, week.try_into().ok()?, Weekday::Monday).ok()?;
        Some(format!("{year:04}-W{week:02}"))
    };
    read().ok_or_else(|| "there is no such week".to_owned())
}

fn digits(text: &str) -> Option<i16> {
    text.bytes().all(|it| it.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(identifier: &str, value: &str, expected: Result<Option<&str>, &str>) {
        let found = meaning(identifier, value, 2026);
        let found = found.as_ref().map(Option::as_deref).map_err(String::as_str);
        assert_eq!(found, expected, "{identifier}{value}");
    }

    #[test]
    fn dates_are_read_in_the_form_of_their_identifier() {
        check("D", "240229", Ok(Some("2024-02-29")));
        check("D", "230229", Err("there is no such day"));
        check("4D", "24366", Ok(Some("2024-12-31")));
        check("4D", "23366", Err("there is no such day"));
        check("6D", "20240131001", Ok(Some("2024-01-31")));
        check("10D", "2053", Ok(Some("2020-W53")));
        check("10D", "2153", Err("there is no such week"));
        check("9D", "1452", Ok(Some("2014-W52")));
        check("9D", "MAR2014", Ok(None));
        check("14D", "20240230", Err("there is no such day"));
        check("16D", "20240131", Ok(Some("2024-01-31")));
        check("23S", "00:1a:2b:3c:4d:5e", Ok(Some("001A2B3C4D5E")));
        check("1T", "ABC", Ok(None));
    }
}
