//! The AIM symbology identifier: three characters a reader may send before the data.
//!
//! ISO/IEC 15424: `]`, a code character, a modifier. It is not in the symbol; the reader adds it.
//! It is the only thing that tells GS1 data from a serial number with certainty, so it is kept byte for byte.
//! Deliberately absent: what each identifier means, which is in `identify`.

use std::fmt;

/// A symbology identifier, `]` + code character + modifier (ISO/IEC 15424).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct AimId([u8; 2]);

impl AimId {
    /// Bytes of a symbology identifier in front of a payload.
    pub const LEN: usize = 3;

    /// Makes an identifier from its code character and modifier.
    ///
    /// The code character is an ASCII letter; the modifier an ASCII letter or digit (vendors use more than `0`–`F`).
    #[must_use]
    pub const fn new(code_character: u8, modifier: u8) -> Option<Self> {
        if code_character.is_ascii_alphabetic() && modifier.is_ascii_alphanumeric() {
            Some(Self([code_character, modifier]))
        } else {
            None
        }
    }

    /// Splits a leading identifier off delivered bytes.
    ///
    /// Returns `None` and all bytes if they do not begin with one.
    #[must_use]
    pub fn split(bytes: &[u8]) -> (Option<Self>, &[u8]) {
        if let [b']', code_character, modifier, rest @ ..] = bytes
            && let Some(aim) = Self::new(*code_character, *modifier)
        {
            return (Some(aim), rest);
        }
        (None, bytes)
    }

    /// Parses the three-character form, `]C1`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match Self::split(text.as_bytes()) {
            (found @ Some(_), []) => found,
            _ => None,
        }
    }

    /// The code character, which names the family of symbologies.
    #[must_use]
    pub const fn code_character(self) -> u8 {
        self.0[0]
    }

    /// The modifier, whose meaning depends on the code character.
    #[must_use]
    pub const fn modifier(self) -> u8 {
        self.0[1]
    }
}

impl fmt::Display for AimId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [code_character, modifier] = self.0;
        write!(out, "]{}{}", char::from(code_character), char::from(modifier))
    }
}

impl fmt::Debug for AimId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

#[cfg(test)]
mod tests {
    use super::AimId;

    #[track_caller]
    fn check(delivered: &[u8], aim: Option<&str>, rest: &[u8]) {
        let (found, left) = AimId::split(delivered);
        assert_eq!((found.map(|it| it.to_string()).as_deref(), left), (aim, rest));
    }

    #[test]
    fn an_identifier_is_split_off_only_when_it_is_whole() {
        check(b"]C1010952", Some("]C1"), b"010952");
        check(b"]E0", Some("]E0"), b"");
        check(b"]C", None, b"]C");
        check(b"]]C1", None, b"]]C1");
        check(b"AT-1", None, b"AT-1");
        check(b"]X\x00", None, b"]X\x00");
    }
}
