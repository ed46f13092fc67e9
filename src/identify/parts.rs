//! The parts of a code that is one number: what a phone's, a vehicle's, a tag's digits stand for; and names of fields.
//!
//! Only what the standard of the number says; who made it would need tables that are not public.
//! Deliberately absent: checking; the number was read before.

use crate::domain::{AssetTag, Identifier, Kind};

use super::elements::ElementLine;
use super::envelope::meaning::{day_of_year, long_date, short_date};
use super::gs1::date;

/// The parts of an identifier that has no fields; empty if its text says all.
#[expect(clippy::wildcard_enum_match_arm, reason = "a kind whose text says all has no parts")]
pub(super) fn of(found: &Identifier) -> Vec<ElementLine> {
    let key = found.key.as_str();
    match found.kind {
        Kind::Imei if key.len() == 15 => cut(
            key,
            &[(8, "tac", "type allocation code: which model"), (6, "snr", "serial part"), (1, "check", "check digit")],
        ),
        Kind::Imei if key.len() == 16 => cut(
            key,
            &[
                (8, "tac", "type allocation code: which model"),
                (6, "snr", "serial part"),
                (2, "svn", "software version"),
            ],
        ),
        Kind::Imei => cut(key, &[(8, "manufacturer", "manufacturer code"), (6, "snr", "serial part")]),
        Kind::Vin => cut(
            key,
            &[
                (3, "wmi", "world manufacturer identifier"),
                (5, "vds", "vehicle description"),
                (1, "check", "check character, or free outside North America and China"),
                (1, "year", "model year, where the maker uses it"),
                (1, "plant", "plant, where the maker uses it"),
                (6, "vis", "serial part"),
            ],
        ),
        Kind::Iccid => {
            let account = key.len().saturating_sub(3);
            cut(
                key,
                &[
                    (2, "mii", "telecommunication"),
                    (account, "number", "country, issuer, account"),
                    (1, "check", "check digit"),
                ],
            )
        }
        Kind::Mac => network_address(key),
        Kind::Sscc => cut(
            key,
            &[
                (1, "extension", "extension digit"),
                (16, "number", "company prefix and reference"),
                (1, "check", "check digit"),
            ],
        ),
        Kind::Gtin => trade_item(key),
        Kind::Isbn if key.len() == 13 => cut(
            key,
            &[(3, "prefix", "Bookland"), (9, "number", "group, publisher, title"), (1, "check", "check digit")],
        ),
        Kind::AssetTag => tag(key),
        _ => Vec::new(),
    }
}

/// A text cut into parts of these lengths; what is shorter gives fewer.
fn cut(text: &str, parts: &[(usize, &str, &str)]) -> Vec<ElementLine> {
    let mut rest = text;
    let mut lines = Vec::with_capacity(parts.len());
    for (length, element, name) in parts {
        let Some((part, after)) = rest.split_at_checked((*length).min(rest.len())).filter(|it| !it.0.is_empty()) else {
            break;
        };
        lines.push(ElementLine::part(element, name, part, None));
        rest = after;
    }
    lines
}

fn trade_item(key: &str) -> Vec<ElementLine> {
    let (number, add_on) = key.split_once(" addon ").map_or((key, None), |(a, b)| (a, Some(b)));
    let mut lines = cut(
        number,
        &[
            (1, "indicator", "indicator: packaging level"),
            (12, "number", "company prefix and item"),
            (1, "check", "check digit"),
        ],
    );
    lines.extend(add_on.map(|it| ElementLine::part("addon", "add-on", it, None)));
    lines
}

/// Maker and device part; the second bit of the first octet says that the address was set by hand.
fn network_address(key: &str) -> Vec<ElementLine> {
    let first = key.get(..2).and_then(|it| u8::from_str_radix(it, 16).ok()).unwrap_or_default();
    let meaning = if first & 2 == 2 { "set locally, not by a maker" } else { "assigned to a maker (OUI)" };
    let mut lines = cut(key, &[(6, "oui", "organisation"), (10, "device", "device part")]);
    if let Some(line) = lines.first_mut() {
        line.meaning = Some(meaning.to_owned());
    }
    lines
}

fn tag(key: &str) -> Vec<ElementLine> {
    let body = key.rfind(['-', '.', '/', ':']).map_or(0, |at| at + 1);
    let Some((prefix, rest)) = key.split_at_checked(body) else { return Vec::new() };
    let mut lines = Vec::new();
    if !prefix.is_empty() {
        lines.push(ElementLine::part("prefix", "our prefix", prefix, None));
    }
    let holds = AssetTag::parse(key, prefix, true).is_ok();
    let length = rest.len().saturating_sub(usize::from(holds));
    lines.extend(cut(rest, &[(length, "body", "number"), (1, "check", "check character (ISO 7064 MOD 37,36)")]));
    lines
}

/// The name of a text element identifier (SPEC 2000, ATA).
pub(super) fn text_element(element: &str) -> &'static str {
    match element {
        "MFR" => "manufacturer (CAGE)",
        "CAG" => "CAGE",
        "DUN" => "DUNS",
        "SPL" => "supplier (CAGE)",
        "SER" => "serial number within the enterprise",
        "SEQ" => "serial number within the part number",
        "PNO" => "original part number",
        "PNR" => "current part number",
        "UCN" => "unique component number",
        "USN" => "universal serial number",
        "UID" => "unique item identifier",
        "LOT" | "LTN" => "batch",
        "DMF" => "date of manufacture",
        _ => "a text element identifier not in our table",
    }
}

/// The name of a field that has no identifier in the code, and what its value means.
pub(super) fn named<'e>(kind: Kind, element: &'e str, value: &str, year: i16) -> (&'e str, Option<String>) {
    let name = match (kind, element) {
        (_, "?") => "without an identifier",
        (Kind::Hibc, "labeler") => "labeler identification code (LIC)",
        (Kind::Hibc, "product") => "product or catalogue number",
        (Kind::Hibc, "uom") => "unit of measure",
        (Kind::Hibc, "link") => "link to the primary label: its check",
        (Kind::Hibc, "lot") => "batch",
        (Kind::Hibc, "serial") => "serial number",
        _ => element,
    };
    let meaning = if kind == Kind::Hibc { health_date(element, value, year) } else { None };
    (name, meaning)
}

/// A date of a HIBC label, which carries the name of its form in front.
fn health_date(element: &str, value: &str, year: i16) -> Option<String> {
    if element == "production" || (element == "expiry" && !value.contains(' ')) {
        return long_date(value);
    }
    let (form, digits) = value.split_once(' ').filter(|_| element == "expiry")?;
    match form {
        "YYMMDD" => short_date(digits, year).ok(),
        "MMDDYY" => {
            let (month_and_day, short) = digits.split_at_checked(4)?;
            date::read(&format!("{short}{month_and_day}"), year)
        }
        "MMYY" => {
            let (month, short) = digits.split_at_checked(2)?;
            date::read(&format!("{short}{month}00"), year)
        }
        "YYMMDDHH" => Some(format!("{}T{}", date::read(digits.get(..6)?, year)?, digits.get(6..)?)),
        "YYJJJ" => day_of_year(digits, year).ok(),
        "YYJJJHH" => Some(format!("{}T{}", day_of_year(digits.get(..5)?, year).ok()?, digits.get(5..)?)),
        _ => None,
    }
}
