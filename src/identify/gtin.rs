//! Trade item numbers: EAN-8, UPC-A, EAN-13, ITF-14, with and without an add-on; all become 14 digits.
//!
//! In an EAN/UPC symbol the check digit must hold, else the symbol was damaged on its way; without a symbology
//! identifier a number is only *likely* one, and the register is asked for the bare text first.
//! Deliberately absent: which product it is. A GTIN names a product, never a piece.

use crate::domain::{AimId, Candidate, Confidence, Identifier, Kind, Question};

use super::aim::Content;
use super::check::mod10;
use super::gs1;
use super::payload::{Payload, ask_text, invalid};

/// Separates an EAN/UPC symbol from the composite component printed above it (GS1 General Specifications 7.8.3).
const COMPOSITE: &str = "|]e0";

/// Reads the content of an EAN/UPC or ITF-14 symbol.
pub(crate) fn promised(payload: &Payload<'_>) -> Option<Identifier> {
    let aim = payload.aim?;
    let add_on_alone = matches!((aim.code_character(), aim.modifier()), (b'E', b'1' | b'2'));
    if add_on_alone {
        return Some(Identifier::new(
            Kind::Text,
            payload.text.as_ref(),
            Confidence::High,
            "An add-on of an EAN/UPC symbol without its number.",
        ));
    }
    let itf = (aim.code_character(), aim.modifier()) == (b'I', b'1') && payload.text.len() == 14;
    (payload.promises(Content::TradeItem) || itf).then(|| read_symbol(payload, aim))
}

fn read_symbol(payload: &Payload<'_>, aim: AimId) -> Identifier {
    let text = payload.text.as_ref();
    let (number, composite) = match text.split_once(COMPOSITE) {
        Some((number, composite)) => (number, Some(composite)),
        None => (text, None),
    };
    let lengths: &[usize] = match (aim.code_character(), aim.modifier()) {
        (b'E', b'4') | (b'X', b'C') => &[8],
        (b'I', _) => &[14],
        (b'X', b'k') => &[6, 7, 8, 12, 13],
        // Honeywell sends UPC-A as 12 digits behind ]E0, Zebra behind ]Xg (both captured).
        _ => &[13, 12],
    };
    let (main, add_on) = split_add_on(number, aim);
    match read_number(main, lengths) {
        Ok(gtin) => {
            let mut answer = named(&gtin, Confidence::Certain, "It is printed in a symbol for trade items.");
            if let Some(add_on) = add_on {
                answer.key = format!("{gtin} addon {add_on}");
                answer.fields.push(("addon".to_owned(), add_on.to_owned()));
            }
            if let Some(composite) = composite {
                gs1::add_composite(&mut answer, composite, payload.year);
            }
            if let Some(book) = main.strip_prefix("978").or_else(|| main.strip_prefix("979")).map(|_| main) {
                answer.candidates.push(Candidate {
                    kind: Kind::Isbn,
                    key: book.to_owned(),
                    confidence: Confidence::High,
                });
            }
            answer
        }
        Err(reason) => invalid(Kind::Invalid, text, "Damaged on its way: such a symbol cannot hold this.", reason),
    }
}

/// Splits the two or five digits of an add-on off, where the symbology identifier announces one.
fn split_add_on(number: &str, aim: AimId) -> (&str, Option<&str>) {
    if (aim.code_character(), aim.modifier()) == (b'E', b'3') {
        for length in [13, 12] {
            if let Some((main, add_on)) = number.split_at_checked(length)
                && matches!(add_on.len(), 2 | 5)
            {
                return (main, Some(add_on));
            }
        }
    }
    (number, None)
}

fn read_number(number: &str, lengths: &[usize]) -> Result<String, String> {
    if let Some(found) = number.chars().find(|it| !it.is_ascii_digit()) {
        return Err(format!("the character {found:?} is not a digit"));
    }
    if !lengths.contains(&number.len()) {
        return Err(format!("{} digits; expected {}", number.len(), lengths.first().copied().unwrap_or(13)));
    }
    if number.len() < 8 {
        return Err("a shortened UPC-E without its check digit".to_owned());
    }
    mod10::check(number).map_err(|error| error.to_string())?;
    Ok(fourteen(number))
}

/// A trade item number as 14 digits.
pub(crate) fn fourteen(number: &str) -> String {
    format!("{number:0>14}")
}

/// The answer for a trade item number.
pub(crate) fn named(gtin: &str, confidence: Confidence, why: &str) -> Identifier {
    let mut answer = Identifier::new(Kind::Gtin, gtin, confidence, why);
    answer.questions.push(Question::Gtin { key: gtin.to_owned() });
    answer
}

/// Reads a bare number of 8, 12, 13 or 14 digits whose check digit holds.
///
/// Not from Code 128, Code 39 and their like: trade item numbers are not printed there without their GS1 form.
pub(crate) fn bare(payload: &Payload<'_>) -> Option<Identifier> {
    if payload.is_plain_linear() {
        return None;
    }
    shape(&payload.text)
}

/// Finds such a number wherever it is printed; only ever a second candidate.
pub(crate) fn shape_alone(payload: &Payload<'_>) -> Option<Identifier> {
    let mut answer = shape(&payload.text)?;
    answer.confidence = Confidence::Low;
    Some(answer)
}

fn shape(text: &str) -> Option<Identifier> {
    if !matches!(text.len(), 8 | 12 | 13 | 14) || !mod10::holds(text) || is_zero(text) {
        return None;
    }
    let mut answer = named(&fourteen(text), Confidence::Medium, "Its length and check digit fit a trade item number.");
    answer.questions.insert(0, ask_text(text));
    Some(answer)
}

/// Whether a number is zeros only: its check digit holds, and it names nothing.
pub(crate) fn is_zero(text: &str) -> bool {
    text.bytes().all(|it| it == b'0')
}

/// Reads 13 digits with an add-on of five, or 12 and two, sent in one go without a symbology identifier.
pub(crate) fn with_add_on(payload: &Payload<'_>) -> Option<Identifier> {
    let text = payload.text.as_ref();
    if payload.is_plain_linear() || !matches!(text.len(), 15 | 18) || !text.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    let (main, add_on) = text.split_at_checked(13)?;
    if !mod10::holds(main) || is_zero(main) {
        return None;
    }
    let gtin = fourteen(main);
    let mut answer = named(&gtin, Confidence::Low, "13 digits with a check digit that holds, and an add-on.");
    answer.key = format!("{gtin} addon {add_on}");
    answer.questions.insert(0, ask_text(text));
    Some(answer)
}
