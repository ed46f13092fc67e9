//! ISBN and ISSN: books and serial publications (ISO 2108, ISO 3297), and their EAN forms.
//!
//! An ISBN of ten becomes one of thirteen; an ISSN stays eight characters, also out of its EAN form 977.
//! Deliberately absent: placing the hyphens; the ranges change.

use crate::domain::{Candidate, Confidence, Identifier, Kind, Question};

use super::{Reason, without_separators};
use crate::identify::check::mod10;
use crate::identify::payload::{Payload, ask_text};

/// Reads an ISBN of ten or thirteen into thirteen digits.
pub fn parse_isbn(text: &str) -> Result<String, Reason> {
    let bare = without_separators(text).to_ascii_uppercase();
    match bare.len() {
        13 => {
            mod10::check(&bare).map_err(|error| error.to_string())?;
            if bare.starts_with("978") || bare.starts_with("979") {
                Ok(bare)
            } else {
                Err("it does not begin with 978 or 979".to_owned())
            }
        }
        10 => {
            mod11(&bare, 10)?;
            let body = format!("978{}", bare.get(..9).unwrap_or_default());
            let check = mod10::digit(&body).ok_or("it has a character that is not a digit")?;
            Ok(format!("{body}{check}"))
        }
        found => Err(format!("{found} characters; an ISBN has 10 or 13")),
    }
}

/// Reads an ISSN, or the EAN form of one, into eight characters.
pub fn parse_issn(text: &str) -> Result<String, Reason> {
    let bare = without_separators(text).to_ascii_uppercase();
    match bare.len() {
        8 => mod11(&bare, 8).map(|()| bare),
        13 => {
            mod10::check(&bare).map_err(|error| error.to_string())?;
            let body = bare.strip_prefix("977").and_then(|it| it.get(..7)).ok_or("it does not begin with 977")?;
            let sum: u32 = (2..=8).rev().zip(body.chars().filter_map(|it| it.to_digit(10))).map(|(w, v)| w * v).sum();
            let check = (11 - sum % 11) % 11;
            Ok(format!("{body}{}", if check == 10 { 'X' } else { char::from_digit(check, 10).unwrap_or('0') }))
        }
        found => Err(format!("{found} characters; an ISSN has 8")),
    }
}

/// The check of both old numbers: weights from the length down to one, mod 11, ten is X.
fn mod11(text: &str, length: u32) -> Result<(), Reason> {
    let mut sum = 0;
    for (weight, found) in (1..=length).rev().zip(text.chars()) {
        let value = match found {
            'X' if weight == 1 => 10,
            _ => found.to_digit(10).ok_or_else(|| format!("the character {found:?} does not belong there"))?,
        };
        sum += weight * value;
    }
    if sum % 11 == 0 { Ok(()) } else { Err("its check character does not hold".to_owned()) }
}

/// Finds an ISBN of thirteen digits, hyphens between or not.
///
/// Not from Code 128, Code 39 and their like, where books are not marked.
pub(crate) fn read(payload: &Payload<'_>) -> Option<Identifier> {
    let text = payload.text.as_ref();
    let text = text.strip_prefix("ISBN").map_or(text, |it| it.trim_start_matches([':', ' ']));
    if payload.is_plain_linear() || !(text.starts_with("978") || text.starts_with("979")) || text.len() > 17 {
        return None;
    }
    let isbn = parse_isbn(text).ok()?;
    let why = "It begins as books do, and its check digit holds.";
    let mut answer = Identifier::new(Kind::Isbn, isbn.as_str(), Confidence::High, why);
    answer.questions.push(ask_text(&payload.text));
    answer.questions.push(Question::Gtin { key: format!("0{isbn}") });
    answer.candidates.push(Candidate { kind: Kind::Gtin, key: format!("0{isbn}"), confidence: Confidence::High });
    Some(answer)
}

/// Finds an ISSN with its hyphen, or an ISBN of ten; only ever a second candidate.
pub(crate) fn shape_alone(payload: &Payload<'_>) -> Option<Identifier> {
    let text = payload.text.as_ref();
    let issn =
        (text.len() == 9 && text.as_bytes().get(4) == Some(&b'-')) || (text.len() == 13 && text.starts_with("977"));
    let key = if issn {
        parse_issn(text).ok()?
    } else if (10..=13).contains(&text.len()) {
        parse_isbn(text).ok()?
    } else {
        return None;
    };
    Some(Identifier::new(Kind::Isbn, key, Confidence::Low, "The form of a book's number, and its check holds."))
}
