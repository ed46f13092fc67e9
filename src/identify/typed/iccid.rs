//! ICCID: the number of a SIM card (ITU-T E.118): 89, 18 to 20 digits, Luhn; a trailing F is filler.
//!
//! Found by shape from 19 digits on; the check makes it likely.
//! Deliberately absent: country and operator.

use crate::domain::{Confidence, Identifier, IdentifierKind, Kind};

use super::{Reason, without_separators};
use crate::identify::check::luhn;
use crate::identify::payload::{Payload, ask_text, ask_unit};

/// Reads an ICCID.
pub fn parse(text: &str) -> Result<String, Reason> {
    let bare = without_separators(text);
    let digits = bare.strip_suffix(['F', 'f']).unwrap_or(&bare);
    if let Some(found) = digits.chars().find(|it| !it.is_ascii_digit()) {
        return Err(format!("the character {found:?} is not a digit"));
    }
    if !(18..=20).contains(&digits.len()) {
        return Err(format!("{} digits; an ICCID has 18 to 20", digits.len()));
    }
    if !digits.starts_with("89") {
        return Err("it does not begin with 89, the industry of telecommunication".to_owned());
    }
    luhn::check(digits).map_err(|_| "its check digit (Luhn) does not hold")?;
    Ok(digits.to_owned())
}

/// Finds an ICCID of 19 or 20 digits.
pub(crate) fn read(payload: &Payload<'_>) -> Option<Identifier> {
    let text = payload.text.as_ref();
    if !text.starts_with("89") || !(19..=24).contains(&text.len()) {
        return None;
    }
    let iccid = parse(text).ok().filter(|it| it.len() > 18)?;
    let why = "It begins with 89, and its check digit holds: the number of a SIM card.";
    let mut answer = Identifier::new(Kind::Iccid, iccid.as_str(), Confidence::Medium, why);
    answer.questions.push(ask_text(text));
    answer.questions.push(ask_unit(IdentifierKind::Iccid, iccid));
    Some(answer)
}
