//! What a line of a list of units says beside its numbers: what keeps the unit from going out, counts, its kit, its model.
//!
//! What contradicts the register is noted with its column. Deliberately absent: adding anything.

use super::{cell, mistakes::Mistakes, table::Line};
use crate::domain::serial_number::key;
use crate::domain::time::Zone;
use crate::domain::{IdentifierKind, ModelId, Restrictions, UnitId};
use crate::store::bought::impossible;
use crate::store::offered::{is_gtin, not_of_one_piece};
use crate::store::{NewUnit, Store, StoreError};

/// Pieces on one shelf.
const COUNT_MAX: i64 = 1_000_000_000;

/// Notes names that would steer what shows them; true if there is one.
pub(super) fn steering(line: &Line<'_>, columns: &[&'static str], wrong: &mut Mistakes) -> bool {
    let mut found = false;
    for column in columns {
        found |= wrong.take(column, cell::name(line.cell(column))).is_none();
    }
    found
}

/// What the line says against lending the unit.
pub(super) fn restrictions(line: &Line<'_>, zone: &Zone, wrong: &mut Mistakes) -> Restrictions {
    let words = |column: &str| Some(line.cell(column).to_owned()).filter(|it| !it.is_empty());
    let mut day = |column: &'static str| {
        let day = wrong.take(column, cell::day(line.cell(column), zone)).flatten();
        if let Some(why) = day.and_then(|it| impossible(zone.day(it))) {
            wrong.note(column, why);
        }
        day
    };
    Restrictions {
        recalled: words("recalled"),
        on_hold: words("on_hold"),
        calibration_due: day("calibration_due"),
        inspection_due: day("inspection_due"),
        ..Restrictions::default()
    }
}

/// A number of pieces; an empty cell is none.
pub(super) fn count(line: &Line<'_>, column: &'static str, wrong: &mut Mistakes) -> i64 {
    let cell = line.cell(column);
    let found = if cell.is_empty() { Some(0) } else { cell.parse().ok().filter(|it| (0..=COUNT_MAX).contains(it)) };
    let found = found.ok_or_else(|| format!("{cell} is no whole number from 0 to {COUNT_MAX}"));
    wrong.take(column, found).unwrap_or_default()
}

/// The kit that a line names by its tag; the kit stands before its parts.
pub(super) fn kit(store: &Store, tag: &str, wrong: &mut Mistakes) -> Result<Option<UnitId>, StoreError> {
    if tag.is_empty() {
        return Ok(None);
    }
    let Some(unit) = store.unit_of_tag(tag)? else {
        wrong.note("kit", format!("no unit bears the tag {tag}; a kit stands before its parts"));
        return Ok(None);
    };
    if let Some(why) = store.no_kit(unit)? {
        wrong.note("kit", why);
    }
    Ok(Some(unit))
}

/// Notes a number that is, by its look-up key, the number of something else: in this line, or in the register.
pub(super) fn misnamed(
    store: &Store,
    line: &Line<'_>,
    (model, new): (Option<ModelId>, &NewUnit),
    wrong: &mut Mistakes,
) -> Result<(), StoreError> {
    let gtin = cell::gtin(line.cell("gtin")).ok().flatten();
    let of_line = [("sku", "the SKU"), ("gtin", "the GTIN"), ("lot", "the lot"), ("model", "the model")];
    let columns = [("tag", IdentifierKind::AssetTag), ("serial_number", IdentifierKind::SerialNumber)];
    for (column, kind) in columns {
        let Some(number) = new.identifiers.iter().find(|it| it.kind == kind).map(|it| it.raw.as_str()) else {
            continue;
        };
        let same = |(other, _): &(&str, &str)| {
            let cell = line.cell(other);
            let by_digits = *other == "gtin" && gtin.as_deref().is_some_and(|it| is_gtin(number, it));
            by_digits || (!cell.is_empty() && key(cell) == key(number))
        };
        let what = match of_line.into_iter().find(same) {
            Some((_, what)) => Some(format!("{what} of this line")),
            None => store.known_as(model.unwrap_or(ModelId(0)), kind, number)?,
        };
        if let Some(what) = what {
            wrong.note(column, not_of_one_piece(kind, number, &what));
        }
    }
    Ok(())
}

/// Notes where a model in the register has another SKU or GTIN than the line gives.
pub(super) fn agrees(
    store: &Store,
    model: ModelId,
    sku: Option<&str>,
    gtin: Option<&str>,
    wrong: &mut Mistakes,
) -> Result<(), StoreError> {
    let known = store.model(model)?.ok_or(StoreError::NotFound { what: "model", id: model.0 })?;
    if let (Some(given), Some(has)) = (sku, &known.sku)
        && key(given) != key(has)
    {
        wrong.note("sku", format!("the model {} has the SKU {has}, not {given}", known.name));
    }
    if let (Some(given), Some(has)) = (gtin, &known.gtin)
        && given != has
    {
        wrong.note("gtin", format!("the model {} has the GTIN {has}, not {given}", known.name));
    }
    Ok(())
}
