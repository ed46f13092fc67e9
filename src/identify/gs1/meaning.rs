//! What the value of an application identifier means for people: a date, a decimal with its unit, a piece of a total.
//!
//! Driven by the tests and the title that the syntax dictionary gives; where the position of a decimal point stands in
//! the AI itself (31nn to 36nn, 39nn), it is read from there. A value whose form says all gets no meaning.
//! Deliberately absent: names of countries and companies, and checking, which `lint` has done before.

use super::date;
use super::dictionary::{Component, Entry};
use super::lint::Lint;

/// What a valid value means; `None` if the value says it by itself. `year` decides the century of dates.
#[must_use]
pub fn meaning(entry: &Entry, value: &str, year: i16) -> Option<String> {
    let ai = entry.ai.as_str();
    match ai.as_bytes() {
        [b'3', b'1'..=b'6', _, places] => return measure(entry, value, *places),
        [b'3', b'9', kind, places] => return money(*kind, value, *places),
        [b'4', b'3', b'3', scale] => return temperature(value, *scale),
        _ => {}
    }
    match ai {
        "30" | "37" => Some(format!("{} pieces", unpadded(value))),
        "00" => sscc(value),
        "8001" => roll(value),
        _ => parts(entry, value, year),
    }
}

/// A number with so many decimal places and the unit in the brackets of the title.
fn measure(entry: &Entry, value: &str, places: u8) -> Option<String> {
    let title = entry.title.as_str();
    let unit = match title.split_once('(') {
        Some((_, rest)) => rest.trim_end_matches(", log").strip_suffix(')')?,
        None => "kg/m²", // (337n) KG PER m² has no brackets.
    };
    Some(format!("{} {unit}", decimal(value, places)?))
}

fn money(kind: u8, value: &str, places: u8) -> Option<String> {
    match kind {
        b'1' | b'3' => {
            let (currency, amount) = value.split_at_checked(3)?;
            Some(format!("{} in {}", decimal(amount, places)?, currency_name(currency)))
        }
        b'4' => Some(format!("{} %", decimal(value, places)?)),
        _ => decimal(value, places),
    }
}

/// The letters of the currencies met most (ISO 4217); the number of another one.
fn currency_name(digits: &str) -> String {
    const NAMES: &[(&str, &str)] = &[
        ("036", "AUD"),
        ("124", "CAD"),
        ("156", "CNY"),
        ("203", "CZK"),
        ("208", "DKK"),
        ("348", "HUF"),
        ("356", "INR"),
        ("392", "JPY"),
        ("578", "NOK"),
        ("752", "SEK"),
        ("756", "CHF"),
        ("826", "GBP"),
        ("840", "USD"),
        ("978", "EUR"),
        ("985", "PLN"),
        ("986", "BRL"),
    ];
    let name = NAMES.iter().find(|(number, _)| *number == digits);
    name.map_or_else(|| format!("currency {digits} (ISO 4217)"), |(_, letters)| (*letters).to_owned())
}

/// Hundredths of a degree, a hyphen behind for below zero.
fn temperature(value: &str, scale: u8) -> Option<String> {
    let (digits, sign) = value.split_at_checked(6)?;
    let unit = if matches!(scale, b'0' | b'2') { "°F" } else { "°C" };
    Some(format!("{}{} {unit}", sign, decimal(digits, b'2')?))
}

/// The digits with the point put in; no zeros in front of the last before the point.
fn decimal(digits: &str, places: u8) -> Option<String> {
    let places = usize::from(places.checked_sub(b'0')?);
    let padded = format!("{digits:0>width$}", width = places + 1);
    let (whole, fraction) = padded.split_at_checked(padded.len().checked_sub(places)?)?;
    let whole = unpadded(whole);
    Some(if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") })
}

fn unpadded(digits: &str) -> &str {
    let bare = digits.trim_start_matches('0');
    if bare.is_empty() { "0" } else { bare }
}

fn sscc(value: &str) -> Option<String> {
    let (rest, check) = value.split_at_checked(17)?;
    Some(format!("extension digit {}, check digit {check}", rest.get(..1)?))
}

/// Width, length, core diameter, winding and splices of a roll.
fn roll(value: &str) -> Option<String> {
    let number = |range| value.get(range).map(unpadded);
    let (width, length, core) = (number(0..4)?, number(4..9)?, number(9..12)?);
    let winding = match value.get(12..13)? {
        "0" => "face out",
        "1" => "face in",
        _ => "winding unknown",
    };
    Some(format!("{width} mm wide, {length} m long, core {core} mm, {winding}"))
}

/// The meanings of the components, one after the other.
fn parts(entry: &Entry, value: &str, year: i16) -> Option<String> {
    let (mut found, mut timed) = (Vec::new(), false);
    let mut rest = value;
    for component in &entry.components {
        let (part, after) = rest.split_at_checked(rest.len().min(component.max))?;
        rest = after;
        let Some(said) = component_meaning(component, part, year).filter(|_| !part.is_empty()) else { continue };
        // Hours, minutes and seconds go on where a date or a time ends.
        match (component.lints.iter().any(|it| is_time(*it)), found.last_mut()) {
            (true, Some(last)) => {
                let joined: &mut String = last;
                joined.push(if std::mem::replace(&mut timed, true) { ':' } else { 'T' });
                joined.push_str(&said);
            }
            _ => found.push(said),
        }
    }
    (!found.is_empty()).then(|| found.join(", "))
}

const fn is_time(lint: Lint) -> bool {
    matches!(lint, Lint::HhMi | Lint::Hh | Lint::Mi | Lint::Ss)
}

#[expect(clippy::wildcard_enum_match_arm, reason = "a test without a meaning for people has none")]
fn component_meaning(component: &Component, part: &str, year: i16) -> Option<String> {
    component.lints.iter().find_map(|lint| match lint {
        Lint::YyMmD0 | Lint::YyMmDd => date::read(part, year),
        Lint::YyyyMmD0 | Lint::YyyyMmDd => Some(format!("{}-{}-{}", part.get(..4)?, part.get(4..6)?, part.get(6..8)?)),
        Lint::HhMi => Some(format!("{}:{}", part.get(..2)?, part.get(2..4)?)),
        Lint::Hh | Lint::Mi | Lint::Ss => Some(part.to_owned()),
        Lint::Csum => Some(format!("check digit {}", part.get(part.len().checked_sub(1)?..)?)),
        Lint::CsumAlpha => Some(format!("check characters {}", part.get(part.len().checked_sub(2)?..)?)),
        Lint::YesNo => Some(if part == "1" { "yes" } else { "no" }.to_owned()),
        Lint::Iso5218 => Some(sex(part).to_owned()),
        Lint::Iso3166 | Lint::Iso3166999 => Some(format!("country {part} (ISO 3166)")),
        Lint::PieceOfTotal => {
            let (piece, total) = part.split_at_checked(part.len() / 2)?;
            Some(format!("piece {} of {}", unpadded(piece), unpadded(total)))
        }
        Lint::PosInSeqSlash => part.split_once('/').map(|(place, end)| format!("{place} of {end}")),
        Lint::Latitude => degrees(part, 90, ["N", "S"]),
        Lint::Longitude => degrees(part, 180, ["E", "W"]),
        Lint::PcEnc => {
            let read = percent_encoding::percent_decode_str(part).decode_utf8().ok()?.replace('+', " ");
            (read != part).then_some(read)
        }
        _ => None,
    })
}

const fn sex(digit: &str) -> &'static str {
    match digit.as_bytes() {
        b"1" => "male",
        b"2" => "female",
        b"9" => "not applicable",
        _ => "not known",
    }
}

/// Ten digits that count 10⁻⁷ degrees from the pole (GS1 General Specifications, AI 4309); a longitude beyond 180° is
/// a western one.
fn degrees(part: &str, most: i64, sides: [&str; 2]) -> Option<String> {
    const UNIT: i64 = 10_000_000;
    let sent: i64 = part.parse().ok()?;
    let signed = match most {
        90 => sent - 90 * UNIT,
        _ if sent > 180 * UNIT => sent - 360 * UNIT,
        _ => sent,
    };
    let [plus, minus] = sides;
    let side = if signed < 0 { minus } else { plus };
    let size = signed.abs();
    Some(format!("{}.{:07}° {side}", size / UNIT, size % UNIT))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identify::gs1::dictionary::dictionary;

    #[track_caller]
    fn check(ai: &str, value: &str, expected: Option<&str>) {
        let entry = dictionary().get(ai).unwrap();
        assert_eq!(meaning(entry, value, 2026).as_deref(), expected, "({ai}){value}");
    }

    #[test]
    fn a_value_is_said_as_people_say_it() {
        check("17", "271231", Some("2027-12-31"));
        check("15", "280200", Some("2028-02-29"));
        check("3103", "001500", Some("1.500 kg"));
        check("3100", "000012", Some("12 kg"));
        check("3315", "012345", Some("0.12345 m"));
        check("3142", "000150", Some("1.50 m²"));
        check("3601", "000015", Some("1.5 qt (US)"));
        check("3372", "000150", Some("1.50 kg/m²"));
        check("3922", "1299", Some("12.99"));
        check("3932", "9781299", Some("12.99 in EUR"));
        check("3933", "0085", Some("0.005 in currency 008 (ISO 4217)"));
        check("3942", "0050", Some("0.50 %"));
        check("37", "00000012", Some("12 pieces"));
        check("8006", "095201234567880102", Some("check digit 8, piece 1 of 2"));
        check("7003", "2601311230", Some("2026-01-31T12:30"));
        check("8008", "26013112", Some("2026-01-31T12"));
        check("8008", "260131123059", Some("2026-01-31T12:30:59"));
        check("7007", "260101260131", Some("2026-01-01, 2026-01-31"));
        check("7250", "19791231", Some("1979-12-31"));
        check("4321", "1", Some("yes"));
        check("4331", "001850-", Some("-18.50 °C"));
        check("4330", "007250", Some("72.50 °F"));
        check("4309", "14253500000133700000", Some("52.5350000° N, 13.3700000° E"));
        check("4301", "M%C3%BCller+Co", Some("Müller Co"));
        check("422", "276", Some("country 276 (ISO 3166)"));
        check("7258", "1/2", Some("1 of 2"));
        check("21", "ABC", None);
    }
}
