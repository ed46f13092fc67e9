//! Verhoeff's check digit (J. Verhoeff, "Error Detecting Decimal Codes", 1969): the dihedral group D5.
//!
//! The multiplication is computed from the group instead of a table: digits 0-4 are rotations, 5-9 reflections.
//! Deliberately absent: generating, we never print it.

use super::CheckError;

/// The permutation applied once a place; Verhoeff's own choice.
const STEP: [u32; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

const fn product(left: u32, right: u32) -> u32 {
    match (left < 5, right < 5) {
        (true, true) => (left + right) % 5,
        (true, false) => (left + right - 5) % 5 + 5,
        (false, true) => (left + 5 - right) % 5 + 5,
        (false, false) => (left + 5 - right) % 5,
    }
}

/// Checks a whole number.
pub fn check(text: &str) -> Result<(), CheckError> {
    if text.len() < 2 {
        return Err(CheckError::TooShort);
    }
    let mut sum = 0;
    for (place, found) in text.chars().rev().enumerate() {
        let mut value = found.to_digit(10).ok_or(CheckError::Character { found })?;
        for _ in 0..place % 8 {
            value = usize::try_from(value).ok().and_then(|it| STEP.get(it)).copied().unwrap_or(0);
        }
        sum = product(sum, value);
    }
    if sum == 0 { Ok(()) } else { Err(CheckError::Fails) }
}
