//! Vehicle identification numbers (ISO 3779): 17 characters without I, O and Q; check in place 9 by 49 CFR 565.
//!
//! The check is mandatory where the first character is 1 to 5 (North America) or L (China); elsewhere it only advises,
//! so shape alone makes a VIN a second candidate. With `I`, its data identifier, in front it is one.
//! Deliberately absent: decoding maker and year; the register knows the vehicle.

use crate::domain::{Confidence, Identifier, IdentifierKind, Kind};

use super::Reason;
use crate::identify::payload::{Payload, ask_text, ask_unit};

const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];

/// Reads a VIN; a leading `I` on 18 characters is its data identifier.
pub fn parse(text: &str) -> Result<String, Reason> {
    let upper = text.trim().to_ascii_uppercase();
    let vin = match upper.strip_prefix('I') {
        Some(rest) if upper.len() == 18 => rest,
        _ => upper.as_str(),
    };
    if vin.chars().count() != 17 {
        return Err(format!("{} characters; a VIN has 17", vin.chars().count()));
    }
    if let Some(found) = vin.chars().find(|it| value(*it).is_none()) {
        return Err(format!("the character {found:?} is not used in a VIN"));
    }
    if is_mandatory(vin) && !check_holds(vin) {
        return Err("its check character does not hold, which is mandatory in North America and China".to_owned());
    }
    Ok(vin.to_owned())
}

fn value(found: char) -> Option<u32> {
    match found {
        '0'..='9' => found.to_digit(10),
        'A'..='H' => Some(u32::from(found) - u32::from('A') + 1),
        'J'..='N' => Some(u32::from(found) - u32::from('J') + 1),
        'P' => Some(7),
        'R' => Some(9),
        'S'..='Z' => Some(u32::from(found) - u32::from('S') + 2),
        _ => None,
    }
}

fn is_mandatory(vin: &str) -> bool {
    vin.starts_with(['1', '2', '3', '4', '5', 'L'])
}

/// Whether the character in place 9 is the check of the others.
#[must_use]
pub fn check_holds(vin: &str) -> bool {
    let sum = vin.chars().zip(WEIGHTS).try_fold(0, |sum, (found, weight)| Some(sum + value(found)? * weight));
    let expected = match sum.map(|it| it % 11) {
        Some(10) => Some('X'),
        Some(rest) => char::from_digit(rest, 10),
        None => None,
    };
    vin.len() == 17 && expected.is_some() && vin.chars().nth(8) == expected
}

/// Finds a VIN by its check, or behind its data identifier.
pub(crate) fn read(payload: &Payload<'_>) -> Option<Identifier> {
    let text = payload.text.as_ref();
    if text.len() == 18 && text.starts_with('I') && payload.options.believes("I") {
        return Some(named(payload, &parse(text).ok()?, Confidence::High, "A VIN behind its data identifier I."));
    }
    let vin = shape(text)?;
    if !check_holds(&vin) {
        return None;
    }
    Some(named(payload, &vin, Confidence::High, "17 characters of a VIN, and its check character holds."))
}

/// Finds the shape of a VIN without its check; only ever a second candidate.
pub(crate) fn shape_alone(payload: &Payload<'_>) -> Option<Identifier> {
    let vin = shape(&payload.text)?;
    let vin = parse(&vin).ok()?;
    Some(named(payload, &vin, Confidence::Low, "17 characters as in a VIN."))
}

/// Why a text in the form of a VIN is none.
pub(crate) fn nearly(text: &str) -> Option<Reason> {
    shape(text).and_then(|vin| parse(&vin).err()).filter(|_| text.bytes().all(|it| it.is_ascii_alphanumeric()))
}

fn shape(text: &str) -> Option<String> {
    let has = |wanted: fn(&u8) -> bool| text.as_bytes().iter().any(wanted);
    let one_case = !(has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase));
    let letters = has(u8::is_ascii_alphabetic);
    (text.len() == 17 && letters && one_case && has(u8::is_ascii_digit)).then(|| text.to_ascii_uppercase())
}

fn named(payload: &Payload<'_>, vin: &str, confidence: Confidence, why: &str) -> Identifier {
    let mut answer = Identifier::new(Kind::Vin, vin, confidence, why);
    answer.questions.push(ask_text(&payload.text));
    answer.questions.push(ask_unit(IdentifierKind::Vin, vin));
    answer
}
