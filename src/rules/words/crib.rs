//! The words about labels, cases, kits and shelves.
//!
//! As in `words`: the result first, the way out last, a glance from three metres.
//! Deliberately absent: choosing what to say.

use crate::domain::{IdentifierKind, Line, Location, StockFacts, UnitFacts};
use crate::rules::lane::LabelMode;
use crate::rules::pairing::{Paired, Pairing};
use crate::rules::{Case, Doubt};

use super::{listed, location, model};

/// A doubt in a few words, with what to do.
#[must_use]
pub(super) fn doubt(doubt: &Doubt) -> String {
    match doubt {
        Doubt::Conflict => "Tag and plate are of two units: nothing booked; scan the quarantine bin".to_owned(),
        Doubt::CaseOpen => "Cannot go out: a case about tag and plate is open".to_owned(),
        Doubt::Duplicate { label } => format!("On {label} already: not bound; scan the quarantine bin"),
        Doubt::ReadingDiffers { label } => {
            format!("Not the plate on record for {label}: not bound; scan the quarantine bin")
        }
        Doubt::NextThing { label } => format!("{label} is another thing: first DONE or CANCEL"),
        Doubt::HasTag { tag } => format!("It bears {tag}: RELABEL replaces it"),
        Doubt::NeitherKnown => "Neither is known: enter the unit first".to_owned(),
        Doubt::PairOpen => "Nothing bound: scan the other one too, or CANCEL".to_owned(),
        Doubt::TagReads => "Its tag reads: BADLABEL if it reads badly".to_owned(),
        Doubt::TypedOnce => "Typed: enter it once more".to_owned(),
        Doubt::TypedOtherwise => "The two entries differ: enter it again".to_owned(),
        Doubt::ImeisRead { imei_max } => format!("{imei_max} IMEIs wait already: DONE or CANCEL"),
        Doubt::WrongKind { kind } => format!("That is a number of the kind {kind}, not a serial number"),
        Doubt::Unbindable { why } => format!("Not bound: {why}"),
        Doubt::NotACount => "That counts nothing: a number card".to_owned(),
        Doubt::TooMany { take_max } => format!("At most {take_max} at once: scan the right number"),
        Doubt::Short { left: 0, what } => format!("None left: {what}"),
        Doubt::Short { left, what } => format!("Only {left} left: {what}"),
        Doubt::NotInKit => "Not a part of a kit that comes back".to_owned(),
    }
}

/// What PAIR or RELABEL say while something is missing, and what DONE will bind.
#[must_use]
pub(in crate::rules) fn pair_open(mode: LabelMode, pairing: &Pairing) -> String {
    match (&pairing.unit, pairing.label()) {
        (Some(unit), Some((kind, raw))) => {
            let (tag, number) = both(unit, kind, raw);
            format!("{tag} with {number}, {}{}: DONE binds them", unit.model, and_imeis(pairing))
        }
        (Some(unit), None) if pairing.imeis.is_empty() => pair_next(mode, unit),
        (Some(unit), None) if unit.number.is_some() => "That is the IMEI: DONE binds it".to_owned(),
        (Some(_), None) => "That is the IMEI: DONE binds it; now the serial number".to_owned(),
        (None, _) if pairing.tag.is_some() => "A new tag: now the serial plate".to_owned(),
        (None, _) => "A new plate: now the unit's tag".to_owned(),
    }
}

/// The IMEIs of a pair, behind the model: their numbers are the keeper's to see.
fn and_imeis(pairing: &Pairing) -> String {
    match pairing.imeis.len() {
        0 => String::new(),
        1 => " + IMEI".to_owned(),
        several => format!(" + {several} IMEIs"),
    }
}

fn both<'a>(unit: &'a Paired, kind: IdentifierKind, raw: &'a str) -> (&'a str, &'a str) {
    if kind == IdentifierKind::AssetTag {
        (raw, unit.number.as_deref().unwrap_or("no serial number"))
    } else {
        (unit.tag.as_deref().unwrap_or("no tag"), raw)
    }
}

/// What is asked for next.
#[must_use]
pub(in crate::rules) fn pair_next(mode: LabelMode, unit: &Paired) -> String {
    match (mode, unit.kind) {
        (LabelMode::Relabel, _) => format!("{}: now the new tag", unit.model),
        (_, IdentifierKind::AssetTag) => format!("{}: now its serial plate", unit.model),
        (_, _) => format!("{}: now its tag", unit.model),
    }
}

/// What is said when tag and plate lead to the same unit.
#[must_use]
pub(in crate::rules) fn pair_holds(unit: &Paired) -> String {
    format!("Paired already, and right: {}", unit.model)
}

/// What a binding says.
#[must_use]
pub(in crate::rules) fn paired(unit: &Paired, pairing: &Pairing) -> String {
    let what = unit.model.clone() + &and_imeis(pairing);
    let Some((kind, raw)) = pairing.label() else { return format!("Bound: {what}") };
    let (tag, number) = both(unit, kind, raw);
    match &unit.tag {
        Some(old) if kind == IdentifierKind::AssetTag => format!("Relabelled: {tag} instead of {old}, {what}"),
        _ => format!("Paired: {tag} with {number}, {what}"),
    }
}

/// The end of what is said when tag and plate belong together and an IMEI waits beside them.
#[must_use]
pub(in crate::rules) const fn imei_waits() -> &'static str {
    "; DONE binds the IMEI"
}

/// What NOTAG says.
#[must_use]
pub(in crate::rules) fn label_queued(facts: &UnitFacts) -> String {
    match &facts.tag {
        Some(tag) => format!("Label to be printed again: {tag}, {}", model(&facts.model)),
        None => format!("New label to be printed: {}", model(&facts.model)),
    }
}

/// What is done next once a label is asked for that has its tag.
#[must_use]
pub(in crate::rules) const fn label_next() -> &'static str {
    ". Scan the new label"
}

/// What the new label says when it is scanned on its thing.
#[must_use]
pub(in crate::rules) fn label_verified(facts: &UnitFacts) -> String {
    format!("Label verified: {}, {}", super::label(facts), model(&facts.model))
}

/// What CANCEL says of a pair.
#[must_use]
pub(in crate::rules) fn nothing_bound() -> String {
    "Nothing bound".to_owned()
}

/// What the bin says into which a thing in doubt was put.
#[must_use]
pub(in crate::rules) fn put_aside(place: &Location) -> String {
    format!("Put aside in {}: the keeper looks into it", location(place))
}

/// What the code of a shelf says to anybody.
#[must_use]
pub(in crate::rules) fn shelf(stock: &StockFacts) -> String {
    format!("{}: {} on {}", model(&stock.model), stock.quantity, stock.shelf)
}

/// What the code of a shelf asks.
#[must_use]
pub(in crate::rules) fn how_many(stock: &StockFacts) -> String {
    format!("How many? {}, {} left", model(&stock.model), stock.quantity)
}

/// What a number says.
#[must_use]
pub(in crate::rules) fn counted(stock: &StockFacts, number: i64, left: i64, back: bool) -> String {
    let what = model(&stock.model);
    if back {
        format!("Put back: {number} × {what}, {left} now")
    } else {
        format!("Taken: {number} × {what}, {left} left")
    }
}

/// What a kit says that goes out.
#[must_use]
pub(in crate::rules) fn kit_out(
    facts: &UnitFacts,
    line: &Line,
    parts: usize,
    apart: &[String],
    case: &Case<'_>,
) -> String {
    let moved = super::moved(facts, line, case);
    format!("{moved}; with {}{}", counted_parts(parts), not_with_it(apart))
}

/// What a kit says in the cart: as any line there; of one that comes back it is asked whether it is complete.
#[must_use]
pub(in crate::rules) fn kit_in_cart(
    line: &Line,
    facts: &UnitFacts,
    parts: usize,
    apart: &[String],
    case: &Case<'_>,
) -> String {
    let (what, parts, apart) = (&line.model, counted_parts(parts), not_with_it(apart));
    if line.out {
        return format!("{}; with {parts}{apart}", super::in_cart(line, facts, case));
    }
    match facts.custody.as_ref().filter(|it| Some(it.holder) != case.person()) {
        Some(other) => format!("{what} for {} with {parts}{apart}: complete? DONE, or MISSING", other.name),
        None => format!("{what} with {parts}{apart}: complete? DONE, or MISSING"),
    }
}

fn counted_parts(parts: usize) -> String {
    if parts == 1 { "1 part".to_owned() } else { format!("{parts} parts") }
}

fn not_with_it(apart: &[String]) -> String {
    if apart.is_empty() { String::new() } else { format!("; NOT {}", listed(apart)) }
}

/// What a missing part says.
#[must_use]
pub(in crate::rules) fn part_missing(facts: &UnitFacts) -> String {
    let holder = facts.custody.as_ref().map_or("nobody", |it| it.name.as_str());
    format!("Missing: {}; it stays with {holder}", super::label(facts))
}

/// Which kit a part belongs to, as the end of a sentence.
#[must_use]
pub(in crate::rules) fn of_kit(facts: &UnitFacts) -> String {
    facts.kit.as_ref().map(|(_, kit)| format!("; part of {kit}")).unwrap_or_default()
}
