//! Codes that carry a secret: they are refused, and neither key nor fields are kept.
//!
//! A Wi-Fi password or a one-time-password seed scanned by mistake must not end up in a journal that many can read.
//! Deliberately absent: judging whether a secret is valid.

use crate::domain::{Confidence, Identifier, Kind};

use super::payload::Payload;

/// What a page or a program puts in front of a PIN that was typed, so that it is never taken for anything else; the colon
/// behind it is another sign where a keyboard with another layout types it.
pub const PIN_PREFIX: &str = "!PIN";

/// Openings of secrets, compared without regard to case, and what they are.
const OPENINGS: &[(&str, &str)] = &[
    ("WIFI:", "a Wi-Fi password"),
    (PIN_PREFIX, "a PIN"),
    ("otpauth://", "the seed of one-time passwords"),
    ("otpauth-migration://", "the seeds of one-time passwords"),
    ("X-HM://", "a HomeKit setup code"),
    ("LPA:1$", "the activation code of a mobile plan"),
    ("FIDO:/", "a sign-in in progress"),
    ("-----BEGIN", "a key or certificate"),
];

/// Shortest Matter setup payload: `MT:` and 19 base 38 characters (Matter Core Specification 5.1.3).
const MATTER_MIN: usize = 19;

/// Refuses a secret.
pub(crate) fn read(payload: &Payload<'_>) -> Option<Identifier> {
    let what = secret(&payload.text)?;
    Some(Identifier::new(Kind::Refused, "", Confidence::Certain, format!("It holds {what}: not kept.")))
}

fn secret(text: &str) -> Option<&'static str> {
    // A prefix that the scanner was set to send does not make it less secret.
    let text = text.trim_start_matches(|it: char| it.is_control() || it.is_whitespace());
    let begins = |opening: &str| text.get(..opening.len()).is_some_and(|it| it.eq_ignore_ascii_case(opening));
    if let Some((_, what)) = OPENINGS.iter().find(|(opening, _)| begins(opening)) {
        return Some(what);
    }
    let matter = text.strip_prefix("MT:")?;
    let base38 = |it: u8| it.is_ascii_digit() || it.is_ascii_uppercase() || matches!(it, b'-' | b'.');
    (matter.len() >= MATTER_MIN && matter.bytes().all(base38)).then_some("a Matter setup code")
}

#[cfg(test)]
mod tests {
    use super::secret;

    #[track_caller]
    fn check(text: &str, refused: bool) {
        assert_eq!(secret(text).is_some(), refused, "{text}");
    }

    #[test]
    fn secrets_are_known_by_their_opening() {
        check("WIFI:S:net;T:WPA;P:secret;;", true);
        check("wifi:S:net;;", true);
        check("otpauth://totp/x?secret=A", true);
        check("X-HM://0023ISYWYABCD", true);
        check("MT:Y.K9042C00KA0648G00", true);
        check("MT:123", false);
        check("!pin:4711", true);
        check("!PINÖ4711", true);
        check("WIFI", false);
        check("\u{2}WIFI:S:net;P:x;;\u{3}", true);
    }
}
