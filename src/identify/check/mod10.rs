//! The GS1 check digit: weights 3 and 1 from the right (GS1 General Specifications 7.9).
//!
//! The same sum holds for GTIN, SSCC, GLN, GSRN and every other numeric GS1 key.
//! Deliberately absent: lengths, which the keys know.

use super::CheckError;

/// The check digit of the digits before it; `None` if there is something else among them.
#[must_use]
pub fn digit(body: &str) -> Option<char> {
    let mut sum = 0u32;
    for (place, found) in body.bytes().rev().enumerate() {
        let value = u32::from(found.wrapping_sub(b'0'));
        if value > 9 {
            return None;
        }
        sum = (sum + if place % 2 == 0 { value * 3 } else { value }) % 10;
    }
    char::from_digit((10 - sum) % 10, 10)
}

/// Whether the last digit is the check digit of those before it.
#[must_use]
pub fn holds(text: &str) -> bool {
    text.len() > 1 && check(text).is_ok()
}

/// Checks a whole number.
pub fn check(text: &str) -> Result<(), CheckError> {
    if let Some(found) = text.chars().find(|it| !it.is_ascii_digit()) {
        return Err(CheckError::Character { found });
    }
    let (Some(sent), true) = (text.chars().next_back(), text.len() > 1) else {
        return Err(CheckError::TooShort);
    };
    let expected = text.get(..text.len() - 1).and_then(digit).ok_or(CheckError::Fails)?;
    if sent == expected {
        return Ok(());
    }
    Err(CheckError::Check { found: sent.to_string(), expected: expected.to_string() })
}
