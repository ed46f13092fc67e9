//! The mod 43 check character of HIBC labels (ANSI/HIBC 2.6), which is that of Code 39.
//!
//! The sum runs over every character from the leading `+`; a blank as check is printed as a blank, `_` on some labels.
//! Deliberately absent: what the label says, see `hibc`.

use super::CheckError;

const ALPHABET: &[u8; 43] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%";

/// Checks a whole label.
pub fn check(text: &str) -> Result<(), CheckError> {
    let (Some(sent), true) = (text.chars().next_back(), text.chars().count() > 2) else {
        return Err(CheckError::TooShort);
    };
    let mut sum = 0usize;
    for found in text.chars().take(text.chars().count() - 1) {
        let value = ALPHABET.iter().position(|it| char::from(*it) == found);
        sum = (sum + value.ok_or(CheckError::Character { found })?) % 43;
    }
    let expected = ALPHABET.get(sum).copied().map_or(' ', char::from);
    if sent == expected {
        return Ok(());
    }
    Err(CheckError::Check { found: sent.to_string(), expected: expected.to_string() })
}
