//! What one event tells of a thing: of a unit (model, owner, hold, identifiers), or of a model (name, SKU, recall).
//!
//! Each telling is a column with what it was before, if the event says that, or an identifier that begins or ends.
//! Deliberately absent: people, places and shelves (`record`); custody and condition, which have a fold of their own.

use std::fmt;

use jiff::Timestamp;

use super::words::Words;
use crate::domain::{Ended, EventKind, IdentifierKind};
use crate::store::chain;

/// A value of a column: empty where nothing is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Value<'w> {
    /// As written.
    Text(&'w str),
    /// Numbers of other rows, and times in microseconds since 1970.
    Number(i64),
}

impl Value<'_> {
    /// Whether nothing is said.
    pub(super) const fn is_empty(&self) -> bool {
        matches!(self, Self::Text(text) if text.is_empty())
    }
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => out.write_str(text),
            Self::Number(number) => write!(out, "{number}"),
        }
    }
}

/// One thing that an event tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tell<'w> {
    /// It enters the register; what is not said of it is empty.
    Entered,
    /// What a column is from now on, and what it was, if that is said.
    Column { name: &'static str, before: Option<Value<'w>>, after: Value<'w> },
    /// It bears an identifier from now on.
    Bound { kind: IdentifierKind, raw: &'w str },
    /// An identifier ends; of one that is taken back, an earlier program did not say which kind it was.
    Ended { kind: Option<IdentifierKind>, raw: &'w str, why: Ended },
    /// What this column is, the event of an earlier program does not say.
    Forgotten(&'static str),
    /// An identifier that had ended by mistake is valid again.
    Revived { kind: IdentifierKind, raw: &'w str },
    /// A purge took the words, or they cannot be read: it may have told anything of its kind.
    Unsaid,
}

/// Nothing is said.
pub(super) const NOTHING: Value<'static> = Value::Text("");

/// The columns of `unit` that events tell, as they stand in the table.
pub(super) const UNIT_COLUMNS: [&str; 16] = [
    "model",
    "lot",
    "owner",
    "home",
    "registered",
    "blocked",
    "note",
    "kit",
    "recalled",
    "on_hold",
    "calibration_due",
    "inspection_due",
    "purchased",
    "warranty_until",
    "picture",
    "no_serial_number",
];

/// The columns of `model` that events tell.
pub(super) const MODEL_COLUMNS: [&str; 10] =
    ["maker", "name", "sku", "gtin", "category", "tracking", "recalled", "on_hold", "picture", "no_serial_number"];

/// How a model is tracked when nothing else is said; an earlier program did not say it in the event.
pub(super) const TRACKING_AT_FIRST: &str = "serialised";

/// Tells what an event says of its unit.
pub(super) fn of_unit<'w>(
    kind: EventKind,
    header: &chain::Header<'_>,
    words: Option<&'w Words<'_>>,
    tell: &mut impl FnMut(Tell<'w>),
) {
    let Some(words) = words else {
        if kind == EventKind::UnitRegistered {
            tell(Tell::Entered);
        }
        return tell(Tell::Unsaid);
    };
    if kind == EventKind::UnitRegistered {
        registered(header, words, tell);
    } else if kind == EventKind::UnitChanged {
        changed(words, tell);
    } else if kind == EventKind::IdentifierBound {
        identifiers(words, tell);
    } else if kind == EventKind::IdentifierEnded {
        ended(words, tell);
    } else if kind == EventKind::Corrected {
        taken_back(words, tell);
    } else if kind == EventKind::OwnerChanged {
        column("owner", Some(text(words, "from")), text(words, "to"), tell);
    } else if let Some(cause) = words.get("blocked").filter(|_| kind == EventKind::CaseChanged) {
        column("blocked", None, if cause == "no" { NOTHING } else { Value::Text(cause) }, tell);
    } else if kind == EventKind::StillBound && words.get("picture_of") == Some("unit") {
        pictured(words, tell);
    }
}

/// Tells what an event that names no unit says of the model that it names, if it is about that.
pub(super) fn of_model<'w>(kind: EventKind, words: &'w Words<'_>, tell: &mut impl FnMut(Tell<'w>)) {
    let of_another = kind == EventKind::StillBound || words.get("shelf").or(words.get("reservation")).is_some();
    if words.get("picture_of") == Some("model") {
        pictured(words, tell);
    } else if of_another {
        // A shelf or a reservation names a model, too.
    } else if let Some(name) = words.get("column") {
        set(name, words, tell);
    } else if words.get("name").is_some() {
        tell(Tell::Entered);
        for name in ["maker", "name", "sku", "gtin", "category"] {
            column(name, Some(NOTHING), text(words, name), tell);
        }
        if words.get("tracking").is_some() {
            column("tracking", Some(NOTHING), text(words, "tracking"), tell);
        } else {
            tell(Tell::Forgotten("tracking"));
        }
    }
}

fn registered<'w>(header: &chain::Header<'_>, words: &'w Words<'_>, tell: &mut impl FnMut(Tell<'w>)) {
    tell(Tell::Entered);
    identifiers(words, tell); // First, because where they cannot be told apart, what follows is known all the same.
    let first = |name, after| Tell::Column { name, before: Some(NOTHING), after };
    tell(first("registered", Value::Number(header.record_time)));
    if let Some(home) = header.location {
        tell(first("home", Value::Number(home)));
    }
    for (name, value) in words.iter() {
        if let Some(name) = ["model", "kit"].into_iter().find(|it| *it == name) {
            tell(first(name, number(value)));
        } else if let Some(name) =
            ["lot", "owner", "note", "purchased", "warranty_until"].into_iter().find(|it| *it == name)
        {
            tell(first(name, Value::Text(value)));
        }
    }
}

/// What an event sets together: where none of it is said, none of it is left, and the event has no words at all.
const RESTRICTIONS: [&str; 4] = ["recalled", "on_hold", "calibration_due", "inspection_due"];

/// Four shapes: one column by its name, the kit, the picture, and all that keeps it from going out.
fn changed<'w>(words: &'w Words<'_>, tell: &mut impl FnMut(Tell<'w>)) {
    if let Some(name) = words.get("column") {
        set(name, words, tell);
    } else if words.get("picture_of").is_some() {
        pictured(words, tell);
    } else if let Some(kit) = words.get("kit") {
        let of = |it| if it == "none" { NOTHING } else { number(it) };
        column("kit", words.get("before").map(of), of(kit), tell);
    } else if RESTRICTIONS.iter().any(|it| words.get(it).is_some()) || words.iter().next().is_none() {
        column("recalled", None, text(words, "recalled"), tell);
        column("on_hold", None, text(words, "on_hold"), tell);
        column("calibration_due", None, moment(words.said("calibration_due")), tell);
        column("inspection_due", None, moment(words.said("inspection_due")), tell);
    }
}

/// `column`, `before`, `after`; of other columns than these nothing is compared here.
fn set<'w>(named: &str, words: &'w Words<'_>, tell: &mut impl FnMut(Tell<'w>)) {
    let is = |it: &&&str| **it == named;
    let Some(name) = UNIT_COLUMNS.iter().find(is).or(MODEL_COLUMNS.iter().find(is)) else { return };
    let (before, after) = (words.said("before"), words.said("after"));
    if name.ends_with("_due") {
        column(name, Some(moment(before)), moment(after), tell);
    } else if *name == "home" {
        let place = |it: &'w str| if it.is_empty() { NOTHING } else { number(it) };
        column(name, Some(place(before)), place(after), tell);
    } else {
        column(name, Some(Value::Text(before)), Value::Text(after), tell);
    }
}

fn pictured<'w>(words: &'w Words<'_>, tell: &mut impl FnMut(Tell<'w>)) {
    column("picture", Some(text(words, "before")), text(words, "still"), tell);
}

fn column<'w>(name: &'static str, before: Option<Value<'w>>, after: Value<'w>, tell: &mut impl FnMut(Tell<'w>)) {
    tell(Tell::Column { name, before, after });
}

/// The identifiers that a unit bears from this event on: a tag, a serial number, and others with their kinds.
fn identifiers<'w>(words: &'w Words<'_>, tell: &mut impl FnMut(Tell<'w>)) {
    let (said, count) = (words.said("identifier"), words.number("identifiers"));
    let bound = |(kind, raw): (IdentifierKind, &'w str)| Tell::Bound { kind, raw: raw.trim() };
    if count == Some(1) {
        begins(said).map(bound).into_iter().for_each(&mut *tell);
    } else if count.is_some_and(|it| usize::try_from(it) != Ok(others(said).count())) {
        tell(Tell::Unsaid); // They cannot be told apart.
    } else {
        others(said).map(bound).for_each(&mut *tell);
    }
    let own =
        [(IdentifierKind::AssetTag, words.get("tag")), (IdentifierKind::SerialNumber, words.get("serial_number"))];
    own.into_iter().filter_map(|(kind, raw)| Some(bound((kind, raw?)))).for_each(tell);
}

/// `imei 490154203237518, imei 490154203237526`: each begins with its kind, and may have a comma in it.
fn others(mut rest: &str) -> impl Iterator<Item = (IdentifierKind, &str)> {
    std::iter::from_fn(move || {
        let (kind, tail) = begins(rest)?;
        let next = tail.match_indices(", ").find(|(at, _)| tail.get(at + 2..).and_then(begins).is_some());
        let (raw, after) = next.map_or((tail, ""), |(at, _)| tail.split_at(at));
        rest = after.strip_prefix(", ").unwrap_or_default();
        Some((kind, raw))
    })
}

fn begins(text: &str) -> Option<(IdentifierKind, &str)> {
    let (kind, raw) = text.split_once(' ')?;
    Some((IdentifierKind::parse(kind)?, raw))
}

fn ended<'w>(words: &'w Words<'_>, tell: &mut impl FnMut(Tell<'w>)) {
    let Some(why) = Ended::parse(words.said("why")) else { return tell(Tell::Unsaid) };
    for (name, raw) in words.iter() {
        if let Some(kind) = IdentifierKind::parse(name) {
            tell(Tell::Ended { kind: Some(kind), raw: raw.trim(), why });
        }
    }
}

/// What UNDO took from a unit, and the tag that is valid again.
fn taken_back<'w>(words: &'w Words<'_>, tell: &mut impl FnMut(Tell<'w>)) {
    let why = Ended::Corrected;
    if let Some(raw) = words.get("tag_ended") {
        tell(Tell::Ended { kind: Some(IdentifierKind::AssetTag), raw, why });
    }
    if let Some(raw) = words.get("serial_number") {
        tell(Tell::Ended { kind: None, raw, why });
    }
    for (kind, raw) in others(words.said("identifier")) {
        tell(Tell::Ended { kind: Some(kind), raw, why });
    }
    if let Some(raw) = words.get("tag_again") {
        tell(Tell::Revived { kind: IdentifierKind::AssetTag, raw });
    }
}

fn text<'w>(words: &'w Words<'_>, name: &str) -> Value<'w> {
    Value::Text(words.said(name))
}

fn number(text: &str) -> Value<'_> {
    text.parse().map_or(Value::Text(text), Value::Number)
}

/// A time as an event says it, as the table has it.
pub(super) fn moment(text: &str) -> Value<'_> {
    text.parse::<Timestamp>().map_or(Value::Text(text), |it| Value::Number(it.as_microsecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(IdentifierKind, &str)]) {
        assert_eq!(others(text).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn several_identifiers_in_one_word_are_told_apart() {
        let imei = IdentifierKind::Imei;
        check("", &[]);
        check("imei 490154203237518", &[(imei, "490154203237518")]);
        check("imei 1, imei 2", &[(imei, "1"), (imei, "2")]);
        check("foreign-tag a, b, imei 2", &[(IdentifierKind::ForeignTag, "a, b"), (imei, "2")]);
    }
}
