//! Records by the names that people use: a unit by its tag or serial number, a model by SKU or name, a person by badge or name.
//!
//! A name that leads to several is refused with how to be clearer, never taken as one of them.
//! Deliberately absent: what a scan names, which is in `resolve`.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::{
    Reader, Store,
    error::{StoreError, sql},
    facts,
    number::Numbered as _,
};
use crate::domain::serial_number::key;
use crate::domain::{AssetTag, HolderId, IdentifierKind, ModelId, UnitId};

impl Store {
    /// Exactly one of a unit and a model.
    pub(super) fn named(
        &self,
        unit: Option<&str>,
        model: Option<&str>,
    ) -> Result<(Option<UnitId>, Option<ModelId>), StoreError> {
        match (unit, model) {
            (Some(unit), None) => Ok((Some(self.unit_named(unit)?), None)),
            (None, Some(model)) => Ok((None, Some(self.model_named_by_people(model)?))),
            _ => Err(neither()),
        }
    }

    /// The unit that bears that tag, or alone that serial number, or has that number in the register.
    pub fn unit_named(&self, name: &str) -> Result<UnitId, StoreError> {
        unit(&self.connection, name, &self.options.prefixes.tag)
    }

    /// The model of that number in the register (`#7`), of that SKU, of that name alone, or of "maker name".
    pub fn model_named_by_people(&self, name: &str) -> Result<ModelId, StoreError> {
        model(&self.connection, name)
    }

    /// The person of that number in the register (`#7`), with that badge, with or without its prefix, or of that name alone.
    pub fn person_named(&self, name: &str) -> Result<HolderId, StoreError> {
        if let Some(id) = numbered(&self.connection, "SELECT id FROM holder WHERE id = ?", name)? {
            return Ok(HolderId(id));
        }
        let bare = name.strip_prefix(self.options.prefixes.badge.as_str()).unwrap_or(name);
        let by_badge: Option<i64> = self
            .connection
            .prepare_cached("SELECT holder FROM badge WHERE key = ? AND ended = 0")
            .and_then(|mut it| it.query_row([key(bare)], |row| row.get(0)).optional())
            .map_err(sql("look up a person"))?;
        if let Some(found) = by_badge {
            return Ok(HolderId(found));
        }
        let found: Vec<i64> = self
            .connection
            .prepare_cached("SELECT id FROM holder WHERE name = ? LIMIT 2")
            .and_then(|mut it| it.query_map([name.trim()], |row| row.get(0))?.collect())
            .map_err(sql("look up a person"))?;
        match found.as_slice() {
            [one] => Ok(HolderId(*one)),
            [] => Err(StoreError::Unfit(format!("nobody has the badge or the name {name}"))),
            _ => Err(StoreError::Unfit(format!("several people are called {name}; name the badge"))),
        }
    }
}

impl Reader {
    /// The unit that bears that tag, or alone that serial number, or has that number in the register.
    ///
    /// # Errors
    /// [`StoreError::Unfit`] if several do.
    pub fn unit_named(&self, name: &str) -> Result<Option<UnitId>, StoreError> {
        one_unit(&self.connection, name, &self.tag_prefix)
    }

    /// Whether exactly one of a unit and a model is named, and is there.
    ///
    /// # Errors
    /// [`StoreError::Unfit`] says what nobody knows.
    pub fn names_one(&self, of_unit: Option<&str>, of_model: Option<&str>) -> Result<(), StoreError> {
        match (of_unit, of_model) {
            (Some(name), None) => unit(&self.connection, name, &self.tag_prefix).map(drop),
            (None, Some(name)) => model(&self.connection, name).map(drop),
            _ => Err(neither()),
        }
    }
}

/// Units listed when a name leads to several.
const SEVERAL_MAX: i64 = 20;

fn unit(connection: &Connection, name: &str, tag_prefix: &str) -> Result<UnitId, StoreError> {
    let none = || StoreError::Unfit(format!("no unit bears the tag {name}, and none has that serial number"));
    one_unit(connection, name, tag_prefix)?.ok_or_else(none)
}

/// A tag is ours and leads before all, with its check character or without it; a bare number may be a serial number or the number of a unit in the register.
fn one_unit(connection: &Connection, name: &str, tag_prefix: &str) -> Result<Option<UnitId>, StoreError> {
    if let Some(number) = name.strip_prefix('#').and_then(|it| it.parse().ok()) {
        return Ok(facts::unit(connection, UnitId(number), None)?.map(|it| it.id));
    }
    let other_form = AssetTag::other_form(&key(name), &key(tag_prefix));
    for tag in [Some(name), other_form.as_deref()].into_iter().flatten() {
        if let [unit, ..] = bearers(connection, tag, IdentifierKind::AssetTag)?.as_slice() {
            return Ok(Some(*unit));
        }
    }
    let mut found = bearers(connection, name, IdentifierKind::SerialNumber)?;
    if let Ok(number) = name.parse().map(UnitId)
        && !found.contains(&number)
        && facts::unit(connection, number, None)?.is_some()
    {
        found.push(number);
    }
    match found.as_slice() {
        [one] => Ok(Some(*one)),
        [] => Ok(None),
        several => {
            let each = several.iter().map(|it| label(connection, *it));
            let each = each.collect::<Result<Vec<_>, _>>()?.join(", ");
            Err(StoreError::Unfit(format!(
                "{name} leads to several units: {each}; name one by its tag or by that number"
            )))
        }
    }
}

/// Units that bear an identifier of that kind now.
fn bearers(connection: &Connection, name: &str, kind: IdentifierKind) -> Result<Vec<UnitId>, StoreError> {
    connection
        .prepare_cached(
            "SELECT DISTINCT unit FROM identifier WHERE key = ? AND kind = ? AND ended = 0 ORDER BY unit LIMIT ?",
        )
        .and_then(|mut it| {
            let rows = it.query_map(params![key(name), kind.number(), SEVERAL_MAX], |row| Ok(UnitId(row.get(0)?)))?;
            rows.collect()
        })
        .map_err(sql("look up a unit"))
}

/// Its tag and its number, as either would name it.
fn label(connection: &Connection, unit: UnitId) -> Result<String, StoreError> {
    let tag = facts::unit(connection, unit, None)?.and_then(|it| it.tag);
    Ok(tag.map_or_else(|| format!("#{}", unit.0), |tag| format!("{tag} (#{})", unit.0)))
}

fn model(connection: &Connection, name: &str) -> Result<ModelId, StoreError> {
    if let Some(id) = numbered(connection, "SELECT id FROM model WHERE id = ?", name)? {
        return Ok(ModelId(id));
    }
    let found: Vec<i64> = connection
        .prepare_cached(
            "SELECT id FROM model WHERE sku_key = ?1 OR name_key = ?1 OR maker_key || ' ' || name_key = ?1 LIMIT 2",
        )
        .and_then(|mut it| it.query_map([key(name)], |row| row.get(0))?.collect())
        .map_err(sql("look up a model"))?;
    match found.as_slice() {
        [one] => Ok(ModelId(*one)),
        [] => Err(StoreError::Unfit(format!("there is no model {name}; name its SKU, or maker and name"))),
        _ => Err(StoreError::Unfit(format!("several models are called {name}; name the SKU, or maker and name"))),
    }
}

/// What `#7` names, if there is one of that number.
fn numbered(connection: &Connection, statement: &str, name: &str) -> Result<Option<i64>, StoreError> {
    let Some(number) = name.strip_prefix('#').and_then(|it| it.parse::<i64>().ok()) else { return Ok(None) };
    connection
        .prepare_cached(statement)
        .and_then(|mut it| it.query_row([number], |row| row.get(0)).optional())
        .map_err(sql("look up a record by its number"))
}

fn neither() -> StoreError {
    StoreError::Unfit("name either a unit or a model".to_owned())
}
