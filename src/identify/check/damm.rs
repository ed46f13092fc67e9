//! Damm's check digit (H. M. Damm, 2004), with his own quasigroup of order 10 (first row 0 3 1 7 5 9 8 6 4 2).
//!
//! It finds every single error and every swap of neighbours; a number with its digit folds to zero.
//! Deliberately absent: other quasigroups.

use super::CheckError;

const TABLE: [&[u8; 10]; 10] = [
    b"0317598642",
    b"7092154863",
    b"4206871359",
    b"1750983426",
    b"6123045978",
    b"3674209581",
    b"5869720134",
    b"8945362017",
    b"9438617205",
    b"2581436790",
];

/// Checks a whole number.
pub fn check(text: &str) -> Result<(), CheckError> {
    if text.len() < 2 {
        return Err(CheckError::TooShort);
    }
    let mut row = 0usize;
    for found in text.chars() {
        let value = found.to_digit(10).and_then(|it| usize::try_from(it).ok());
        let next = value.and_then(|it| TABLE.get(row).and_then(|row| row.get(it)));
        row = usize::from(next.ok_or(CheckError::Character { found })?.wrapping_sub(b'0'));
    }
    if row == 0 { Ok(()) } else { Err(CheckError::Fails) }
}
