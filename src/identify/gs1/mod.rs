//! GS1: element strings, with FNC1 and in brackets, and Digital Links, driven by the GS1 Barcode Syntax Dictionary.
//!
//! Syntax decides validity; associations between elements only warn. What names an individual comes first in the key.
//! Deliberately absent: a table of application identifiers in code; the released dictionary is the table.

pub mod associate;
mod coupon;
pub mod date;
pub mod dictionary;
pub mod element;
pub mod key;
pub mod link;
mod lint;
mod lists;
pub mod meaning;
pub mod scan;

use crate::domain::{Confidence, Identifier, Kind, Question};

use super::aim::Content;
use super::payload::{Payload, ask_text, invalid};
use element::{Element, ElementError, GS};
use link::Forms;

/// Reads the content of a symbol that announces GS1 data: it parses, or it is damaged; it is never a serial number.
pub(crate) fn promised(payload: &Payload<'_>) -> Option<Identifier> {
    if !payload.promises(Content::ElementStrings) {
        return None;
    }
    // Some readers send the leading FNC1 too, although it is not content.
    let text = payload.text.strip_prefix(GS).unwrap_or(&payload.text);
    Some(match element::parse(text, payload.year) {
        Ok(elements) => named(Kind::Gs1, &elements, Confidence::Certain, "The symbol announces GS1 data."),
        Err(error) => damaged(payload, &error),
    })
}

fn damaged(payload: &Payload<'_>, error: &ElementError) -> Identifier {
    invalid(
        Kind::Invalid,
        &payload.text,
        "Damaged GS1 code: the symbol announces GS1 data that is none.",
        error.to_string(),
    )
}

/// Reads elements in brackets, as printed under labels.
pub(crate) fn bracketed(payload: &Payload<'_>) -> Option<Identifier> {
    if !payload.text.starts_with('(') {
        return None;
    }
    let elements = element::parse_bracketed(&payload.text, payload.year).ok()?;
    Some(asked_first(payload, named(Kind::Gs1, &elements, Confidence::High, "GS1 elements in brackets.")))
}

/// Reads elements without any announcement: only with a separator, or with a key whose check digit holds.
pub(crate) fn unannounced(payload: &Payload<'_>) -> Option<Identifier> {
    let text = payload.text.strip_prefix(GS).unwrap_or(&payload.text);
    let keyed = ["01", "00", "8003", "8004"].iter().any(|it| text.starts_with(it));
    // Twenty digits with 00 in front are read as an SSCC by the step below.
    if (!keyed || (text.len() == 20 && text.starts_with("00"))) && !text.contains(GS) {
        return None;
    }
    let elements = element::parse(text, payload.year).ok()?;
    // A GIAI has no check digit: alone it is any number that begins with 8004.
    if !text.contains(GS) && elements.len() == 1 && text.starts_with("8004") {
        return None;
    }
    let why = "It parses as GS1 elements to its end, though no symbol announced them.";
    Some(asked_first(payload, named(Kind::Gs1, &elements, Confidence::Medium, why)))
}

/// Reads a Digital Link.
pub(crate) fn digital_link(payload: &Payload<'_>) -> Option<Identifier> {
    link::without_scheme(&payload.text)?;
    let elements = link::parse(&payload.text, forms(payload), payload.year).ok()?;
    Some(named(Kind::Gs1DigitalLink, &elements, Confidence::High, "A web address with GS1 keys in its path."))
}

/// The withdrawn forms of links that the place reads.
pub(crate) const fn forms(payload: &Payload<'_>) -> Forms {
    Forms { short_gtin: payload.options.short_gtin_links, words: payload.options.word_links }
}

fn asked_first(payload: &Payload<'_>, mut answer: Identifier) -> Identifier {
    answer.questions.insert(0, ask_text(&payload.text));
    answer
}

/// The answer for elements.
pub(crate) fn named(kind: Kind, elements: &[Element<'_>], confidence: Confidence, how: &str) -> Identifier {
    let says =
        if key::names_individual(elements) { "It names one individual." } else { "It names no individual piece." };
    let mut answer = Identifier::new(kind, key::key(elements), confidence, format!("{how} {says}"));
    answer.fields = fields(elements);
    answer.warnings = associate::warnings(elements);
    key::ask(&mut answer, elements);
    answer
}

/// Elements as pairs, in order.
pub(crate) fn fields(elements: &[Element<'_>]) -> Vec<(String, String)> {
    elements.iter().map(|it| (it.ai().to_owned(), it.value.as_ref().to_owned())).collect()
}

/// Adds the elements of a composite component to the answer for the symbol below it.
pub(crate) fn add_composite(answer: &mut Identifier, composite: &str, year: i16) {
    match element::parse(composite, year) {
        Ok(elements) => {
            answer.fields.extend(fields(&elements));
            let get = |ai: &str| elements.iter().find(|it| it.ai() == ai).map(|it| it.value.as_ref());
            if let Some(lot) = get("10") {
                answer.questions.insert(0, Question::Lot { key: lot.to_owned() });
            }
            if let Some(serial_number) = get("21") {
                let key = format!("01={};21={serial_number}", answer.key);
                answer.questions.insert(0, super::payload::ask_unit(crate::domain::IdentifierKind::Sgtin, key));
            }
        }
        Err(error) => answer.invalid = Some(format!("its composite component is damaged: {error}")),
    }
}
