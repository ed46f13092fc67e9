//! IMEI, IMEISV and MEID: the identities of phones (3GPP TS 23.003, 3GPP2 S.R0048).
//!
//! IMEI: 15 digits, Luhn. IMEISV: 16 digits without a check, so never found by shape. MEID: 14 hexadecimal digits or
//! 18 decimal ones, each with an optional check; its normal form is hexadecimal without the check.
//! Deliberately absent: who made it; the allocation table is not public.

use crate::domain::{Confidence, Identifier, IdentifierKind, Kind};

use super::{Reason, digits_of, without_separators};
use crate::identify::check::luhn;
use crate::identify::payload::{Payload, ask_serial_number, ask_text, ask_unit};

/// Reads an IMEI; the check digit must be there and hold.
pub fn parse(text: &str) -> Result<String, Reason> {
    let digits = digits_of(text).ok_or("an IMEI has digits only, blanks and hyphens between")?;
    match digits.len() {
        15 => {}
        14 => return Err("14 digits: an IMEI without its check digit".to_owned()),
        16 => return Err("16 digits: an IMEISV, which has no check digit".to_owned()),
        found => return Err(format!("{found} digits; an IMEI has 15")),
    }
    if digits.bytes().all(|it| it == b'0') {
        return Err("all zeros".to_owned());
    }
    luhn::check(&digits).map_err(|_| "its check digit (Luhn) does not hold")?;
    Ok(digits)
}

/// Reads an IMEISV.
pub fn parse_imeisv(text: &str) -> Result<String, Reason> {
    let digits = digits_of(text).ok_or("an IMEISV has digits only, blanks and hyphens between")?;
    if digits.len() != 16 {
        return Err(format!("{} digits; an IMEISV has 16", digits.len()));
    }
    if digits.bytes().all(|it| it == b'0') {
        return Err("all zeros".to_owned());
    }
    Ok(digits)
}

/// Largest serial part of a MEID, 24 bits.
const SERIAL_MAX: u64 = 0xff_ffff;

/// Largest manufacturer part of a MEID, 32 bits.
const MANUFACTURER_MAX: u64 = 0xffff_ffff;

/// Reads a MEID into its hexadecimal form.
pub fn parse_meid(text: &str) -> Result<String, Reason> {
    let bare = without_separators(text).to_ascii_uppercase();
    if let Some(found) = bare.chars().find(|it| !it.is_ascii_hexdigit()) {
        return Err(format!("the character {found:?} is not a hexadecimal digit"));
    }
    if bare.bytes().all(|it| it == b'0') {
        return Err("all zeros".to_owned());
    }
    match bare.len() {
        14 => Ok(bare),
        15 => {
            luhn::check_in(&bare, 16).map_err(|_| "its check digit (Luhn, mod 16) does not hold")?;
            Ok(bare.get(..14).unwrap_or_default().to_owned())
        }
        18 | 19 => parse_decimal_meid(&bare),
        found => Err(format!("{found} characters; a MEID has 14 hexadecimal or 18 decimal digits and maybe a check")),
    }
}

fn parse_decimal_meid(bare: &str) -> Result<String, Reason> {
    if !bare.bytes().all(|it| it.is_ascii_digit()) {
        return Err("a MEID of 18 digits has no letters".to_owned());
    }
    let part =
        |range: std::ops::Range<usize>| bare.get(range).and_then(|it| it.parse::<u64>().ok()).unwrap_or(u64::MAX);
    let (manufacturer, serial_part) = (part(0..10), part(10..18));
    if manufacturer > MANUFACTURER_MAX {
        return Err("its manufacturer part exceeds 32 bits".to_owned());
    }
    if serial_part > SERIAL_MAX {
        return Err("its serial part exceeds 24 bits".to_owned());
    }
    if bare.len() == 19 {
        luhn::check(bare).map_err(|_| "its check digit (Luhn, mod 10) does not hold")?;
    }
    Ok(format!("{manufacturer:08X}{serial_part:06X}"))
}

/// Finds an IMEI: 15 digits whose Luhn digit holds, with blanks, hyphens or the word in front more surely.
pub(crate) fn read(payload: &Payload<'_>) -> Option<Identifier> {
    let text = payload.text.as_ref();
    let named = labelled(text);
    let number = named.unwrap_or(text);
    if !(15..=20).contains(&number.len()) {
        return None;
    }
    let imei = parse(number).ok()?;
    let sure = named.is_some() || number.len() > 15;
    let (confidence, why) = if sure {
        (Confidence::High, "It is written as an IMEI is, and its check digit holds.")
    } else {
        (
            Confidence::Medium,
            "15 digits whose check digit holds: an IMEI, unless our records know it as a serial number.",
        )
    };
    let mut answer = Identifier::new(Kind::Imei, imei.as_str(), confidence, why);
    answer.questions.push(ask_text(text));
    answer.questions.push(ask_unit(IdentifierKind::Imei, imei));
    answer.questions.extend(ask_serial_number(text).skip(1));
    Some(answer)
}

/// What follows `IMEI:`, `IMEI1:` and their like.
fn labelled(text: &str) -> Option<&str> {
    let (word, rest) = text.split_at_checked(4)?;
    let rest = rest.strip_prefix(['1', '2']).filter(|it| it.starts_with([':', ' '])).unwrap_or(rest);
    (word.eq_ignore_ascii_case("IMEI") && rest.starts_with([':', ' '])).then(|| rest.trim_start_matches([':', ' ']))
}
