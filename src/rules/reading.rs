//! The symbols of one picture: one answer, about the one thing that they name.
//!
//! A label carries its serial number, its batch, two IMEIs: one of them leads to the unit, the others are fields beside
//! it. When they lead to different units, or a badge and a tool lie in one picture, nobody can know what was meant, and
//! the desk asks for one at a time.
//! Invariant: the answer does not depend on the order of the symbols, but for which of equals speaks: the first.
//! Deliberately absent: finding out what is in view together, which the camera does (`vision`).

use std::collections::BTreeSet;

use crate::domain::{Identifier, Kind, Resolution, Subject, UnitId};

use super::words;

/// What a scan's picture showed beside it; empty for everything but a camera's reading of several symbols.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// The other symbols' elements in reading order: kind (or element) and value. A secret or a badge is never among
    /// them.
    pub fields: Vec<(String, String)>,
    /// What the symbols name, if that is more than one thing: then nothing is done.
    pub crowd: Vec<String>,
}

/// Which part of a reading speaks, and what stands beside it.
#[must_use]
pub fn together(parts: &[(Identifier, Resolution)]) -> (usize, Beside) {
    let speaks = (0..parts.len()).min_by_key(|at| parts.get(*at).map(rank)).unwrap_or(0);
    if parts.len() < 2 {
        return (0, Beside::default());
    }
    let others = parts.iter().enumerate().filter(|(at, _)| *at != speaks);
    let fields = others.flat_map(|(_, (identifier, _))| elements(identifier)).collect();
    (speaks, Beside { fields, crowd: crowd(parts) })
}

/// Who speaks first: what leads to one unit, then what stands for itself, then the identity that is surest.
fn rank((identifier, resolution): &(Identifier, Resolution)) -> (u8, u8) {
    let leads = if let Some(facts) = resolution.subject.unit() {
        u8::from(facts.hit.ended.is_some())
    } else if thing(identifier, resolution).is_some() {
        2
    } else {
        3 + u8::from(!matches!(resolution.subject, Subject::Several(_)))
    };
    (leads, kind_rank(identifier.kind))
}

const fn kind_rank(kind: Kind) -> u8 {
    match kind {
        Kind::Command | Kind::Badge | Kind::Location | Kind::Quantity | Kind::Job | Kind::AssetTag => 0,
        Kind::Gs1 | Kind::Gs1DigitalLink | Kind::Iso15434 | Kind::Hibc => 1,
        Kind::SerialNumber => 2,
        Kind::Imei | Kind::Vin | Kind::Iccid | Kind::Mac | Kind::ForeignTag => 3,
        Kind::Lot => 4,
        Kind::Gtin | Kind::Isbn | Kind::Sscc => 5,
        Kind::Url | Kind::Text | Kind::Unknown => 6,
        Kind::Invalid | Kind::NoRead | Kind::Empty | Kind::DeviceReply | Kind::Refused => 7,
    }
}

/// What a part stands for by itself, beside units; `None` for numbers and texts, which are fields of something.
fn thing(identifier: &Identifier, resolution: &Resolution) -> Option<String> {
    match (&resolution.subject, identifier.kind) {
        (Subject::Unit(_) | Subject::Several(_), _) => None,
        (Subject::Holder(holder), _) => Some(holder.name.clone()),
        (Subject::Location { location, .. }, _) => Some(location.name.clone()),
        (Subject::Stock(stock), _) => Some(stock.shelf.clone()),
        (_, Kind::Badge) => Some("a badge".to_owned()),
        (_, Kind::Command | Kind::Location | Kind::Quantity | Kind::Job) => Some(identifier.key.clone()),
        _ => None,
    }
}

/// What the parts name if that is more than one thing; else nothing.
fn crowd(parts: &[(Identifier, Resolution)]) -> Vec<String> {
    let mut labels: Vec<String> = Vec::new();
    let mut common: Option<BTreeSet<UnitId>> = None;
    let (mut things, mut new_tags) = (BTreeSet::new(), BTreeSet::new());
    for (identifier, resolution) in parts {
        let (units, named): (BTreeSet<UnitId>, Vec<String>) = if let Some(facts) = resolution.subject.unit() {
            (BTreeSet::from([facts.id]), vec![words::label(facts)])
        } else if let Subject::Several(units) = &resolution.subject {
            units.iter().map(|it| (it.id, words::brief(it))).unzip()
        } else {
            (BTreeSet::new(), thing(identifier, resolution).into_iter().collect())
        };
        if units.is_empty() {
            things.extend(named.iter().cloned());
        } else {
            common = Some(common.map_or_else(|| units.clone(), |it| it.intersection(&units).copied().collect()));
        }
        if resolution.subject == Subject::Unknown && identifier.kind == Kind::AssetTag {
            new_tags.insert(identifier.key.clone());
        }
        labels.extend(named);
    }
    labels.extend(new_tags.iter().cloned());
    let contradicts = common.as_ref().is_some_and(BTreeSet::is_empty) || new_tags.len() > 1;
    let named = things.len() + usize::from(common.is_some() || !new_tags.is_empty());
    if !contradicts && named < 2 {
        return Vec::new();
    }
    let mut once = BTreeSet::new();
    labels.retain(|it| once.insert(it.clone()));
    labels
}

/// A part as fields of the part that speaks.
fn elements(identifier: &Identifier) -> Vec<(String, String)> {
    if matches!(identifier.kind, Kind::Refused | Kind::Badge | Kind::NoRead | Kind::Empty | Kind::DeviceReply) {
        return Vec::new();
    }
    if identifier.fields.len() > 1 {
        return identifier.fields.clone();
    }
    vec![(identifier.kind.word().to_owned(), identifier.key.clone())]
}

impl Beside {
    /// The fields for people and for the ledger, at most this many characters; `None` if there are none.
    #[must_use]
    pub fn sentence(&self, characters_max: usize) -> Option<String> {
        let each: Vec<String> = self.fields.iter().map(|(name, value)| format!("{name} {value}")).collect();
        let all: String = each.join(", ").chars().take(characters_max).collect();
        (!all.is_empty()).then_some(all)
    }
}

#[cfg(test)]
mod tests {
    use super::together;
    use crate::domain::{Confidence, Identifier, Kind, Resolution, Subject, UnitBrief, UnitId};

    fn part(kind: Kind, key: &str, subject: Subject) -> (Identifier, Resolution) {
        (
            Identifier::new(kind, key, Confidence::Low, ""),
            Resolution { subject, near: Vec::new(), contradictions: Vec::new() },
        )
    }

    fn several(ids: &[i64]) -> Subject {
        let brief = |id: &i64| {
            let (model, maker) = (String::new(), String::new());
            UnitBrief { id: UnitId(*id), tag: Some(format!("AT-{id}")), model, maker, location: None }
        };
        Subject::Several(ids.iter().map(brief).collect())
    }

    /// The key that speaks, the fields beside it, and the crowd.
    #[track_caller]
    fn check(parts: &[(Identifier, Resolution)], speaks: &str, fields: &str, crowd: &[&str]) {
        let (at, beside) = together(parts);
        assert_eq!(parts[at].0.key, speaks);
        assert_eq!(beside.sentence(200).unwrap_or_default(), fields);
        assert_eq!(beside.crowd, crowd);
    }

    #[test]
    fn one_symbol_speaks_for_itself() {
        check(&[part(Kind::Lot, "L1", Subject::Unknown)], "L1", "", &[]);
    }

    #[test]
    fn the_surest_identity_speaks_and_the_rest_are_its_fields() {
        let label = [
            part(Kind::Gtin, "04059952533643", Subject::Unknown),
            part(Kind::Lot, "L1", Subject::Unknown),
            part(Kind::Imei, "356938035643809", Subject::Unknown),
            part(Kind::SerialNumber, "SN1", Subject::Unknown),
            part(Kind::Refused, "", Subject::NotAsked),
        ];
        check(&label, "SN1", "gtin 04059952533643, lot L1, imei 356938035643809", &[]);
    }

    #[test]
    fn units_that_differ_are_asked_about_and_one_that_fits_both_is_not() {
        let serial = |subject| part(Kind::SerialNumber, "SN1", subject);
        let imei = |subject| part(Kind::Imei, "3569", subject);
        check(&[serial(several(&[1, 2])), imei(several(&[2, 3]))], "SN1", "imei 3569", &[]);
        let crowd = ["AT-1", "AT-2", "AT-3", "AT-4"];
        check(&[serial(several(&[1, 2])), imei(several(&[3, 4]))], "SN1", "imei 3569", &crowd);
    }

    #[test]
    fn two_new_tags_are_two_things_and_so_are_two_cards() {
        let tag = |key| part(Kind::AssetTag, key, Subject::Unknown);
        check(&[tag("AT-7"), tag("AT-7")], "AT-7", "asset-tag AT-7", &[]);
        check(&[tag("AT-7"), tag("AT-8")], "AT-7", "asset-tag AT-8", &["AT-7", "AT-8"]);
        let card = |key| part(Kind::Command, key, Subject::NotAsked);
        check(&[card("IN"), card("OUT")], "IN", "command OUT", &["IN", "OUT"]);
        check(&[card("IN"), part(Kind::Text, "hello", Subject::Unknown)], "IN", "text hello", &[]);
    }
}
