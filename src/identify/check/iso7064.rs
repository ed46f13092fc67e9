//! The eight systems of ISO/IEC 7064: five pure ones (MOD 11-2, 37-2, 97-10, 661-26, 1271-36), three hybrid ones.
//!
//! A pure system holds if the weighted sum is 1 modulo M; a hybrid one if its last product leads to 1.
//! MOD 97-10 maps letters to 10-35 first (as LEI and IBAN do); digits alone give the same result as without.
//! Deliberately absent: generating; our own tags do that in `domain::tag`.

use super::CheckError;

/// MOD 11-2: digits, the last may be X.
pub fn mod11_2(text: &str) -> Result<(), CheckError> {
    pure(text, 11, 2, 1, |it, last| match it {
        'X' if last => Some(10),
        _ => it.to_digit(10),
    })
}

/// MOD 37-2: digits and capital letters, the last may be `*`.
pub fn mod37_2(text: &str) -> Result<(), CheckError> {
    pure(text, 37, 2, 1, |it, last| match it {
        '*' if last => Some(36),
        _ => alphanumeric(it),
    })
}

/// MOD 97-10: two check digits at the end.
pub fn mod97_10(text: &str) -> Result<(), CheckError> {
    if text.len() < 3 {
        return Err(CheckError::TooShort);
    }
    let sum = text.chars().try_fold(0u32, |sum, found| {
        let value = alphanumeric(found).ok_or(CheckError::Character { found })?;
        Ok((sum * if value < 10 { 10 } else { 100 } + value) % 97)
    })?;
    if sum == 1 { Ok(()) } else { Err(CheckError::Fails) }
}

/// MOD 661-26: letters, two check letters.
pub fn mod661_26(text: &str) -> Result<(), CheckError> {
    pure(text, 661, 26, 2, |it, _| letter(it))
}

/// MOD 1271-36: digits and letters, two check characters.
pub fn mod1271_36(text: &str) -> Result<(), CheckError> {
    pure(text, 1271, 36, 2, |it, _| alphanumeric(it))
}

/// MOD 11,10: digits.
pub fn mod11_10(text: &str) -> Result<(), CheckError> {
    hybrid(text, 10, |it| it.to_digit(10))
}

/// MOD 27,26: letters.
pub fn mod27_26(text: &str) -> Result<(), CheckError> {
    hybrid(text, 26, letter)
}

/// MOD 37,36: digits and letters.
pub fn mod37_36(text: &str) -> Result<(), CheckError> {
    hybrid(text, 36, alphanumeric)
}

fn alphanumeric(found: char) -> Option<u32> {
    found.to_digit(36).filter(|_| !found.is_ascii_lowercase())
}

fn letter(found: char) -> Option<u32> {
    alphanumeric(found).and_then(|it| it.checked_sub(10))
}

fn pure(
    text: &str,
    modulus: u32,
    radix: u32,
    checks: usize,
    value: impl Fn(char, bool) -> Option<u32>,
) -> Result<(), CheckError> {
    if text.len() <= checks {
        return Err(CheckError::TooShort);
    }
    let mut found = text.chars().peekable();
    let mut sum = 0;
    while let Some(next) = found.next() {
        let value = value(next, found.peek().is_none()).ok_or(CheckError::Character { found: next })?;
        sum = (sum * radix + value) % modulus;
    }
    if sum == 1 { Ok(()) } else { Err(CheckError::Fails) }
}

fn hybrid(text: &str, modulus: u32, value: impl Fn(char) -> Option<u32>) -> Result<(), CheckError> {
    if text.len() < 2 {
        return Err(CheckError::TooShort);
    }
    // Annex of ISO/IEC 7064: the check character makes the last sum 1, before it is doubled.
    let mut product = modulus;
    let mut sum = 0;
    for found in text.chars() {
        let value = value(found).ok_or(CheckError::Character { found })?;
        sum = (product + value) % modulus;
        product = (if sum == 0 { modulus } else { sum } * 2) % (modulus + 1);
    }
    if sum == 1 { Ok(()) } else { Err(CheckError::Fails) }
}
