//! Why we think that a scan names what it names: the reader's sentence, and how our records knew it.
//!
//! Said at every scan. Our own codes say it by themselves; for the rest the record is named by the kind of number that
//! matched and by the rule, never by the number itself, which not everybody may see.
//! Deliberately absent: what follows from it.

use crate::domain::{Hit, Identifier, IdentifierKind, Kind, Question, Resolution, Subject};

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
        (_, IdentifierKind::SerialNumber) => Some(format!("a serial number{rule}")),
        (_, IdentifierKind::AssetTag) => Some("a tag".to_owned()),
        (_, kind) => Some(format!("an identifier of the kind {kind}{rule}")),
    }
}
