//! Douglas Crockford's base 32 with its optional check symbol, mod 37.
//!
//! The check symbol has five characters of its own (`*~$=U`); I, L and O are read as 1, 1 and 0, hyphens are skipped.
//! Deliberately absent: our own tags, which use ISO 7064 instead because a scanner's `*` is Code 39's start.

use super::CheckError;

const SYMBOLS: &[u8; 37] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U";

/// Checks a whole text.
pub fn check(text: &str) -> Result<(), CheckError> {
    let mut values = Vec::with_capacity(text.len());
    for found in text.chars().filter(|it| *it != '-') {
        let plain = match found.to_ascii_uppercase() {
            'I' | 'L' => '1',
            'O' => '0',
            other => other,
        };
        let value = SYMBOLS.iter().position(|it| char::from(*it) == plain).and_then(|it| u32::try_from(it).ok());
        values.push((value.ok_or(CheckError::Character { found })?, found));
    }
    let Some((&(sent, shown), body)) = values.split_last().filter(|(_, body)| !body.is_empty()) else {
        return Err(CheckError::TooShort);
    };
    let mut sum = 0;
    for (value, found) in body {
        if *value > 31 {
            return Err(CheckError::Character { found: *found });
        }
        sum = (sum * 32 + value) % 37;
    }
    if sum == sent {
        return Ok(());
    }
    let expected = usize::try_from(sum).ok().and_then(|it| SYMBOLS.get(it)).copied().map_or(' ', char::from);
    Err(CheckError::Check { found: shown.to_string(), expected: expected.to_string() })
}
