//! The GS1 check character pair of AI (8013) and (8014): set-82 values times descending primes, mod 1021.
//!
//! GS1 General Specifications 7.9.5; the two characters are the result in a base-32 alphabet without 0 1 I O.
//! Deliberately absent: other GS1 checks, see `mod10`.

use super::CheckError;

/// Character set 82 in the order of its values.
pub const SET_82: &[u8; 82] = b"!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

/// The alphabet of the pair.
const SET_32: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// The weights, from the right: the first 97 primes.
const PRIMES: [u32; 97] = [
    2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109,
    113, 127, 131, 137, 139, 149, 151, 157, 163, 167, 173, 179, 181, 191, 193, 197, 199, 211, 223, 227, 229, 233, 239,
    241, 251, 257, 263, 269, 271, 277, 281, 283, 293, 307, 311, 313, 317, 331, 337, 347, 349, 353, 359, 367, 373, 379,
    383, 389, 397, 401, 409, 419, 421, 431, 433, 439, 443, 449, 457, 461, 463, 467, 479, 487, 491, 499, 503, 509,
];

/// Checks a whole text.
pub fn check(text: &str) -> Result<(), CheckError> {
    let Some((body, sent)) = text.len().checked_sub(2).and_then(|at| text.split_at_checked(at)) else {
        return Err(CheckError::TooShort);
    };
    if body.len() > PRIMES.len() {
        return Err(CheckError::TooLong { max: PRIMES.len() + 2 });
    }
    let mut sum = 0;
    for (found, prime) in body.bytes().rev().zip(PRIMES) {
        let value = SET_82.iter().position(|it| *it == found).and_then(|it| u32::try_from(it).ok());
        let value = value.ok_or(CheckError::Character { found: char::from(found) })?;
        sum = (sum + value * prime) % 1021;
    }
    let letter =
        |value: u32| usize::try_from(value).ok().and_then(|it| SET_32.get(it)).copied().map_or(' ', char::from);
    let expected: String = [letter(sum / 32), letter(sum % 32)].into_iter().collect();
    if sent == expected { Ok(()) } else { Err(CheckError::Check { found: sent.to_owned(), expected }) }
}
