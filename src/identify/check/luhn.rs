//! Luhn, mod 10 (ISO/IEC 7812-1 annex B) and its generalisation to any even alphabet (mod N).
//!
//! For mod N the alphabet is the first N of 0-9A-Z, or, if the text is not written in that, the first N letters.
//! Deliberately absent: IMEI, ICCID and MEID, which use it in `typed`.

use super::CheckError;

/// Whether a number of digits ends in its Luhn digit.
#[must_use]
pub fn holds(text: &str) -> bool {
    check(text).is_ok()
}

/// Checks a number, mod 10.
pub fn check(text: &str) -> Result<(), CheckError> {
    check_in(text, 10)
}

/// Checks a text, mod `modulus`.
pub fn check_in(text: &str, modulus: u32) -> Result<(), CheckError> {
    if text.len() < 2 {
        return Err(CheckError::TooShort);
    }
    let sum = |value: fn(char, u32) -> Option<u32>| -> Result<u32, char> {
        text.chars().rev().enumerate().try_fold(0, |sum, (place, found)| {
            let value = value(found, modulus).ok_or(found)?;
            let value = if place % 2 == 1 { value * 2 } else { value };
            Ok((sum + value / modulus + value % modulus) % modulus)
        })
    };
    let found = sum(char::to_digit).or_else(|outside| {
        let letter =
            |it: char, modulus: u32| it.to_digit(36).and_then(|it| it.checked_sub(10)).filter(|it| *it < modulus);
        if modulus == 10 { Err(outside) } else { sum(letter).map_err(|_| outside) }
    });
    match found {
        Ok(0) => Ok(()),
        Ok(_) => Err(CheckError::Fails),
        Err(found) => Err(CheckError::Character { found }),
    }
}
