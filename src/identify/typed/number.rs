//! GS1 keys as bare numbers: GTIN, SSCC, GSRN, GLN; all end in the same check digit.
//!
//! Twenty digits that begin with 00 are an SSCC with its application identifier; eighteen may be one without.
//! Deliberately absent: GTINs found in text, see `gtin`.

use crate::domain::{Confidence, Identifier, IdentifierKind, Kind};

use super::{Reason, digits_of};
use crate::identify::check::mod10;
use crate::identify::gtin;
use crate::identify::payload::{Payload, ask_text, ask_unit};

/// Reads a number of one of these lengths, its check digit included.
pub fn parse(text: &str, lengths: &[usize]) -> Result<String, Reason> {
    let digits = digits_of(text).ok_or("it has a character that is not a digit")?;
    if !lengths.contains(&digits.len()) {
        let expected: Vec<String> = lengths.iter().map(ToString::to_string).collect();
        return Err(format!("{} digits; expected {}", digits.len(), expected.join(", ")));
    }
    mod10::check(&digits).map_err(|error| error.to_string())?;
    Ok(digits)
}

/// Reads an SSCC, with its application identifier 00 or without.
pub fn parse_sscc(text: &str) -> Result<String, Reason> {
    let digits = digits_of(text).ok_or("it has a character that is not a digit")?;
    let bare = digits.strip_prefix("00").filter(|_| digits.len() == 20).unwrap_or(&digits);
    parse(bare, &[18])
}

/// Finds an SSCC behind its application identifier.
pub(crate) fn read_sscc(payload: &Payload<'_>) -> Option<Identifier> {
    let text = payload.text.as_ref();
    let bare = text.strip_prefix("00").filter(|it| text.len() == 20 && !gtin::is_zero(it))?;
    let sscc = parse(bare, &[18]).ok()?;
    Some(named(payload, sscc, Confidence::Medium, "20 digits that begin with 00, and the check digit holds."))
}

/// Finds an SSCC without its application identifier; a GSRN looks the same.
pub(crate) fn read_bare_sscc(payload: &Payload<'_>) -> Option<Identifier> {
    let text = payload.text.as_ref();
    if text.len() != 18 || !mod10::holds(text) || gtin::is_zero(text) {
        return None;
    }
    let why = "18 digits whose check digit holds: an SSCC, or a service relation number (GSRN).";
    Some(named(payload, text.to_owned(), Confidence::Low, why))
}

fn named(payload: &Payload<'_>, sscc: String, confidence: Confidence, why: &str) -> Identifier {
    let mut answer = Identifier::new(Kind::Sscc, sscc.as_str(), confidence, why);
    answer.questions.push(ask_text(&payload.text));
    answer.questions.push(ask_unit(IdentifierKind::Sscc, sscc));
    answer
}
