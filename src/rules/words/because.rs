//! Why we think that a scan names what it names: the reader's sentence, how our records knew it, and what is near.
//!
//! Said at every scan. Our own codes say it by themselves; for the rest the record is named by the kind of number that
//! matched and by the rule, never by the number itself, which not everybody may see.
//! Deliberately absent: what follows from it.

use crate::domain::{
    Ended, Hit, Identifier, IdentifierKind, Kind, Question, Resolution, Subject, UnitBrief, UnitFacts,
};

use super::{brief, listed};
use crate::rules::Case;

/// The sentence, or two.
#[must_use]
pub(in crate::rules) fn because(identifier: &Identifier, resolution: &Resolution) -> String {
    let subject = &resolution.subject;
    let known = if let Subject::Unit(facts) = subject {
        hit(identifier, &facts.hit)
    } else if let Subject::Several(units) = subject {
        Some(format!("{} units bear it", units.len()))
    } else if let (Subject::Model(_), true) = (subject, identifier.kind != Kind::Gtin) {
        Some("a product".to_owned())
    } else if let (Subject::Lot { .. }, true) = (subject, identifier.kind != Kind::Lot) {
        Some("a batch".to_owned())
    } else if let Subject::Stock(_) = subject {
        Some("a shelf of consumables".to_owned())
    } else {
        None
    };
    match known {
        Some(known) => format!("{} Our records: {known}.", identifier.why),
        None => identifier.why.clone(),
    }
}

/// How a unit was found, where the code itself does not say it.
fn hit(identifier: &Identifier, hit: &Hit) -> Option<String> {
    let rule = hit.rule.filter(|it| !it.is_strong()).map(|it| format!(" {}", it.words())).unwrap_or_default();
    let under_gtin = matches!(hit.question, Question::Unit { kind: IdentifierKind::Sgtin, .. });
    if under_gtin && hit.kind == IdentifierKind::SerialNumber {
        return Some("the serial number under that GTIN".to_owned());
    }
    match (identifier.kind, hit.kind) {
        (Kind::AssetTag, IdentifierKind::AssetTag) => None,
        (Kind::Imei, IdentifierKind::SerialNumber) => {
            Some(format!("a serial number{rule}, though it has the form of an IMEI"))
        }
        (_, IdentifierKind::SerialNumber) if hit.ended == Some(Ended::Superseded) => {
            Some(format!("a serial number{rule}, superseded"))
        }
        (_, IdentifierKind::SerialNumber) => Some(format!("a serial number{rule}")),
        (_, IdentifierKind::AssetTag) => Some("a tag".to_owned()),
        (_, kind) => Some(format!("an identifier of the kind {kind}{rule}")),
    }
}

/// That the serial number which was read is that of a plate of before; it still leads to the unit.
pub(super) fn old_plate(facts: &UnitFacts) -> &'static str {
    let is_old = facts.hit.kind == IdentifierKind::SerialNumber && facts.hit.ended == Some(Ended::Superseded);
    match (is_old, &facts.serial_number) {
        (false, _) => "",
        (true, Some(_)) => "; this serial number was superseded: the unit now bears another",
        (true, None) => "; this serial number was superseded",
    }
}

/// The end of any answer to a code of ours that was read from a symbol in which we print none: perhaps it is no label of ours.
#[must_use]
pub(in crate::rules) fn unprinted(identifier: &Identifier) -> String {
    let told = |it| format!("; read from {it:?}, in which this class is not printed here");
    identifier.unprinted.map(told).unwrap_or_default()
}

/// Units one misreading away, to be looked at; never taken.
pub(super) fn did_you_mean(case: &Case<'_>) -> String {
    let labels: Vec<String> = case.resolution.near.iter().map(brief).collect();
    if labels.is_empty() { String::new() } else { format!("; did you mean {}?", listed(&labels)) }
}

/// A warning behind an answer about a unit that was typed in: others are one mistake away.
#[must_use]
pub(in crate::rules) fn twins(near: &[UnitBrief]) -> String {
    let labels: Vec<String> = near.iter().map(brief).collect();
    if labels.is_empty() { String::new() } else { format!(" (careful, nearly the same number: {})", listed(&labels)) }
}
