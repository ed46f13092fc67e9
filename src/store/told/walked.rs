//! Walks along units, identifiers and models of the register and takes each from the sums of what events tell.
//!
//! Two cursors go side by side, because identifiers stand in the order in which their units were registered: so the maker
//! of a unit, within whose numbers a serial number is unique, is at hand.
//! Deliberately absent: findings, but for what a row says of an open case and of a number that cannot be.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use rusqlite::{Connection, OptionalExtension as _, Row, Rows, types::ValueRef};

use super::Pace;
use super::row::ADVICE;
use super::sums::Sums;
use super::thing::{MODEL_COLUMNS, UNIT_COLUMNS, Value};
use crate::domain::serial_number::key;
use crate::domain::{Ended, IdentifierKind};
use crate::store::error::{StoreError, sql};
use crate::store::number::Numbered as _;
use crate::store::report::SENTENCES_MAX;
use crate::store::unit::OWN_NAMESPACE;

const DOING: &str = "compare units with the ledger";

/// The columns of a unit from here on are empty for most of them.
const RARE: usize = 5;

/// The look-up key of the maker of each model; makers are few, so each is held once.
pub(super) type Makers = BTreeMap<i64, Rc<str>>;

/// Takes the models away; returns the look-up key of the maker of each.
pub(super) fn models(connection: &Connection, sums: &mut Sums) -> Result<Makers, StoreError> {
    let columns = MODEL_COLUMNS.join(", ");
    let query = format!("SELECT id, {columns}, maker_key, name_key, sku_key FROM model");
    let mut statement = connection.prepare(&query).map_err(sql(DOING))?;
    let mut rows = statement.query([]).map_err(sql(DOING))?;
    let (mut makers, mut names) = (Makers::new(), BTreeSet::<Rc<str>>::new());
    while let Some(row) = rows.next().map_err(sql(DOING))? {
        let id: i64 = row.get(0).map_err(sql(DOING))?;
        for (name, at) in MODEL_COLUMNS.iter().zip(1..) {
            sums.has(id, name, value(row, at));
        }
        let looked_up = [1, 2, 3].map(|it| (it, MODEL_COLUMNS.len() + it));
        if looked_up.iter().any(|(of, by)| !is_key(value(row, *of), value(row, *by))) {
            sums.odd(id);
        }
        if let Value::Text(maker) = value(row, MODEL_COLUMNS.len() + 1) {
            let known = names.get(maker).map(Rc::clone);
            let name = known.unwrap_or_else(|| maker.into());
            names.insert(Rc::clone(&name));
            makers.insert(id, name);
        }
    }
    Ok(makers)
}

/// Takes units and identifiers away.
pub(super) fn units(
    connection: &Connection,
    sums: &mut Sums,
    makers: &Makers,
    pace: &mut Pace<'_>,
    odd: &mut Vec<String>,
) -> Result<(), StoreError> {
    // Most units have nothing in most columns: SQLite looks at these faster than they are handed over.
    let columns = UNIT_COLUMNS.join(", ");
    let rare = UNIT_COLUMNS.get(RARE..).unwrap_or_default().join(", ");
    let query = format!("SELECT id, {columns}, lot_key, conflict, coalesce({rare}) IS NOT NULL FROM unit ORDER BY id");
    let mut statement = connection.prepare(&query).map_err(sql(DOING))?;
    let rows = statement.query([]).map_err(sql(DOING))?;
    let mut units = Units { rows, at: None, ended: false, doubted: doubted(connection)? };
    let mut of_other = connection.prepare("SELECT model FROM unit WHERE id = ?").map_err(sql(DOING))?;
    let mut statement = connection
        .prepare("SELECT unit, kind, scope, raw, key, valid_from, ended, ended_why, valid_until, id FROM identifier")
        .map_err(sql(DOING))?;
    let mut rows = statement.query([]).map_err(sql(DOING))?;
    while let Some(row) = rows.next().map_err(sql(DOING))? {
        if pace.is_over() {
            return Ok(());
        }
        let unit: i64 = row.get(0).map_err(sql(DOING))?;
        let model = match units.model(unit, sums, odd)? {
            Some(model) => Some(model),
            None => of_other.query_row([unit], |row| row.get(0)).optional().map_err(sql(DOING))?,
        };
        if !Sums::counts(unit) {
            note(odd, format!("An identifier in the register is of the unit {unit}, which cannot be; {ADVICE}."));
        } else if model.is_none() {
            sums.odd(unit); // There is no such unit.
        }
        let maker = model.and_then(|it| makers.get(&it));
        identifier(row, unit, maker.map(|it| &**it), sums).map_err(sql(DOING))?;
    }
    units.model(i64::MAX, sums, odd).map(drop)
}

/// The units in the order of their numbers, as far as they were read.
struct Units<'s> {
    rows: Rows<'s>,
    /// The last one, and its model.
    at: Option<(i64, i64)>,
    ended: bool,
    /// Those about which a case is open.
    doubted: BTreeSet<i64>,
}

impl Units<'_> {
    /// Goes on to a unit and returns its model; `None` if it lies behind, or there is none.
    fn model(&mut self, unit: i64, sums: &mut Sums, odd: &mut Vec<String>) -> Result<Option<i64>, StoreError> {
        while !self.ended && self.at.is_none_or(|it| it.0 < unit) {
            match self.rows.next().map_err(sql(DOING))? {
                Some(row) => self.at = Some(one(row, &self.doubted, sums, odd).map_err(sql(DOING))?),
                None => self.ended = true,
            }
        }
        Ok(self.at.filter(|it| it.0 == unit).map(|it| it.1))
    }
}

/// Takes one unit away; returns its number and its model.
fn one(row: &Row<'_>, doubted: &BTreeSet<i64>, sums: &mut Sums, odd: &mut Vec<String>) -> rusqlite::Result<(i64, i64)> {
    let id: i64 = row.get(0)?;
    let has_rare: bool = row.get(UNIT_COLUMNS.len() + 3)?;
    let told = if has_rare { UNIT_COLUMNS.len() } else { RARE };
    for (name, at) in UNIT_COLUMNS.iter().take(told).zip(1..) {
        sums.has(id, name, value(row, at));
    }
    if !is_key(value(row, 2), value(row, UNIT_COLUMNS.len() + 1)) {
        sums.odd(id);
    }
    let conflict: bool = row.get(UNIT_COLUMNS.len() + 2)?;
    if conflict != doubted.contains(&id) {
        let (is, open) = if conflict { ("is", "no case") } else { ("is not", "a case") };
        let sentence = format!("Unit {id} {is} marked as in conflict, and {open} about it is open; {ADVICE}.");
        note(odd, sentence);
    }
    if !Sums::counts(id) {
        note(odd, format!("Unit {id} is in the register, and no event entered it; {ADVICE}."));
    }
    Ok((id, row.get(1)?))
}

/// Keeps a sentence, as many as a report tells.
fn note(odd: &mut Vec<String>, sentence: String) {
    if odd.len() < SENTENCES_MAX {
        odd.push(sentence);
    }
}

fn identifier(row: &Row<'_>, unit: i64, maker: Option<&str>, sums: &mut Sums) -> rusqlite::Result<()> {
    let (kind, from): (i64, i64) = (row.get(1)?, row.get(5)?);
    let texts = (value(row, 2), value(row, 3), value(row, 4));
    let (Value::Text(scope), Value::Text(raw), Value::Text(key)) = texts else {
        sums.odd(unit);
        return Ok(());
    };
    let (place, why, until, id): (i64, Option<i64>, Option<i64>, i64) =
        (row.get(6)?, row.get(7)?, row.get(8)?, row.get(9)?);
    let ended = match (place, why.map(Ended::of), until) {
        (0, None, None) => None,
        (it, Some(Ok(why)), Some(until)) if it == id => Some((why, until)),
        _ => {
            sums.odd(unit);
            None
        }
    };
    if within(kind, maker) != Some(scope) {
        sums.odd(unit);
    }
    sums.bears(unit, (kind, raw, key, from), ended);
    Ok(())
}

/// Within what an identifier of that kind is unique; `None` if the maker is not known.
pub(super) fn within(kind: i64, maker: Option<&str>) -> Option<&str> {
    match IdentifierKind::of(kind) {
        Ok(IdentifierKind::SerialNumber) => maker,
        Ok(IdentifierKind::AssetTag) => Some(OWN_NAMESPACE),
        Ok(_) | Err(_) => Some(""),
    }
}

/// The units about which a case is open.
fn doubted(connection: &Connection) -> Result<BTreeSet<i64>, StoreError> {
    connection
        .prepare("SELECT unit FROM case_file WHERE resolved IS NULL UNION SELECT other FROM case_file WHERE resolved IS NULL AND other IS NOT NULL")
        .and_then(|mut it| it.query_map([], |row| row.get(0))?.collect())
        .map_err(sql(DOING))
}

/// Whether a text is looked up by its own key.
pub(super) fn is_key(text: Value<'_>, by: Value<'_>) -> bool {
    match (text, by) {
        (text, by) if text.is_empty() => by.is_empty(),
        (Value::Text(text), Value::Text(by)) => key(text) == by,
        _ => false,
    }
}

/// A column as it stands; what is no text is one that fits nothing.
pub(super) fn value<'r>(row: &'r Row<'_>, column: usize) -> Value<'r> {
    match row.get_ref(column) {
        Ok(ValueRef::Null) => Value::Text(""),
        Ok(ValueRef::Integer(number)) => Value::Number(number),
        Ok(ValueRef::Text(text)) => Value::Text(std::str::from_utf8(text).unwrap_or("what is no text")),
        Ok(ValueRef::Real(_) | ValueRef::Blob(_)) | Err(_) => Value::Text("what is no text"),
    }
}
