//! Which of the elements identify the thing, and what to ask the register for it.
//!
//! First what names an individual (GTIN + serial, GIAI, GRAI with serial, SSCC …), then what names a kind or a
//! batch. A serial or a batch alone on a label is looked up as such.
//! Deliberately absent: whether the record agrees with the other elements; the rules compare them.

use crate::domain::{Identifier, IdentifierKind, Question, SerialKey, serial_number};

use super::element::Element;

/// Combinations that name one individual thing, best first: the key, then what must stand with it.
///
/// A key with a serial part of its own counts only if that part is there; `SERIAL_PART` knows from which length on.
const INDIVIDUAL: &[&[&str]] = &[
    &["01", "21"],
    &["01", "235"],
    &["8006", "21"],
    &["8003"],
    &["8004"],
    &["00"],
    &["253"],
    &["255"],
    &["8010", "8011"],
    &["8017", "8019"],
    &["8018", "8019"],
    &["03", "21"],
];

/// Combinations that name a kind, a batch, a place or a party, best first.
const CLASS: &[&[&str]] = &[
    &["01", "10"],
    &["01"],
    &["8006", "10"],
    &["8006"],
    &["8003"],
    &["253"],
    &["255"],
    &["8010"],
    &["8013"],
    &["8017"],
    &["8018"],
    &["401"],
    &["402"],
    &["414", "254"],
    &["414"],
    &["417"],
    &["415", "8020"],
    &["415"],
    &["02", "10"],
    &["02"],
    &["03"],
    &["8026"],
    &["21"],
    &["10"],
    &["7023"],
    &["8002"],
];

/// Lengths from which on a key holds its serial part.
const SERIAL_PART: &[(&str, usize)] = &[("8003", 15), ("253", 14), ("255", 14)];

fn value<'e>(elements: &'e [Element<'_>], ai: &str) -> Option<&'e str> {
    elements.iter().find(|it| it.ai() == ai).map(|it| it.value.as_ref())
}

fn is_individual(elements: &[Element<'_>], combination: &[&str]) -> bool {
    combination.iter().all(|ai| {
        let serial_part = SERIAL_PART.iter().find(|(it, _)| it == ai).map_or(0, |(_, length)| *length);
        value(elements, ai).is_some_and(|it| it.len() >= serial_part)
    })
}

/// What names the thing: `01=…;21=…`; all elements if none of them names anything.
#[must_use]
pub fn key(elements: &[Element<'_>]) -> String {
    let individual = INDIVIDUAL.iter().find(|it| is_individual(elements, it));
    let class = || CLASS.iter().find(|it| it.iter().all(|ai| value(elements, ai).is_some()));
    let mut key = String::with_capacity(48);
    let mut add = |ai: &str, value: &str| {
        if !key.is_empty() {
            key.push(';');
        }
        key.push_str(ai);
        key.push('=');
        key.push_str(value);
    };
    if let Some(combination) = individual.or_else(class) {
        for ai in *combination {
            add(ai, value(elements, ai).unwrap_or_default());
        }
    } else {
        for element in elements {
            add(element.ai(), &element.value);
        }
    }
    key
}

/// Whether the elements name one individual thing.
#[must_use]
pub fn names_individual(elements: &[Element<'_>]) -> bool {
    INDIVIDUAL.iter().any(|it| is_individual(elements, it))
}

/// Puts the questions for these elements onto an answer, individual first, then batch, then product.
pub fn ask(answer: &mut Identifier, elements: &[Element<'_>]) {
    let unit = |kind, key: String| Question::Unit { kind, key, rule: None };
    let questions = &mut answer.questions;
    let get = |ai| value(elements, ai);
    if let (Some(gtin), Some(serial_number)) = (get("01"), get("21").or_else(|| get("235"))) {
        let ai = if get("21").is_some() { "21" } else { "235" };
        questions.push(unit(IdentifierKind::Sgtin, format!("01={gtin};{ai}={serial_number}")));
    }
    let own_key =
        [("8004", IdentifierKind::Giai, 0), ("8003", IdentifierKind::Grai, 15), ("00", IdentifierKind::Sscc, 0)];
    for (ai, kind, length) in own_key {
        if let Some(value) = get(ai).filter(|it| it.len() >= length) {
            questions.push(unit(kind, value.to_owned()));
        }
    }
    for ai in ["8040", "8041"] {
        questions.extend(get(ai).map(|it| unit(IdentifierKind::Imei, it.to_owned())));
    }
    for ai in ["21", "250", "235"] {
        if let Some(raw) = get(ai) {
            questions.extend(serial_number::keys(raw).into_iter().map(|SerialKey { key, rule }| Question::Unit {
                kind: IdentifierKind::SerialNumber,
                key,
                rule: Some(rule),
            }));
            break;
        }
    }
    if let Some(lot) = get("10") {
        questions.push(Question::Lot { key: lot.to_owned() });
    }
    if let Some(gtin) = get("01").or_else(|| get("02")).or_else(|| get("8006").and_then(|it| it.get(..14))) {
        questions.push(Question::Gtin { key: gtin.to_owned() });
    }
}
