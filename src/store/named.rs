//! Records by the names that people use: a unit by its tag, a model by SKU or name, a person by badge or name.
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
use crate::domain::{HolderId, IdentifierKind, ModelId, UnitId};

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

    /// The unit that bears that tag, or has that number.
    pub fn unit_named(&self, name: &str) -> Result<UnitId, StoreError> {
        unit(&self.connection, name)
    }

    /// The model of that SKU, of that name alone, or of "maker name".
    pub fn model_named_by_people(&self, name: &str) -> Result<ModelId, StoreError> {
        model(&self.connection, name)
    }

    /// The person with that badge, with or without its prefix, or of that name alone.
    pub fn person_named(&self, name: &str) -> Result<HolderId, StoreError> {
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
    /// Whether exactly one of a unit and a model is named, and is there.
    ///
    /// # Errors
    /// [`StoreError::Unfit`] says what nobody knows.
    pub fn names_one(&self, of_unit: Option<&str>, of_model: Option<&str>) -> Result<(), StoreError> {
        match (of_unit, of_model) {
            (Some(name), None) => unit(&self.connection, name).map(drop),
            (None, Some(name)) => model(&self.connection, name).map(drop),
            _ => Err(neither()),
        }
    }
}

fn unit(connection: &Connection, name: &str) -> Result<UnitId, StoreError> {
    let unit: Option<i64> = connection
        .prepare_cached("SELECT unit FROM identifier WHERE key = ? AND kind = ? AND ended = 0")
        .and_then(|mut it| {
            it.query_row(params![key(name), IdentifierKind::AssetTag.number()], |row| row.get(0)).optional()
        })
        .map_err(sql("look up a unit"))?;
    let unit = match (unit, name.parse()) {
        (None, Ok(number)) => facts::unit(connection, UnitId(number), None)?.map(|it| it.id.0),
        (unit, _) => unit,
    };
    unit.map(UnitId).ok_or_else(|| StoreError::Unfit(format!("no unit bears the tag {name}")))
}

fn model(connection: &Connection, name: &str) -> Result<ModelId, StoreError> {
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

fn neither() -> StoreError {
    StoreError::Unfit("name either a unit or a model".to_owned())
}
