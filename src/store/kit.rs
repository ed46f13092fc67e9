//! Kits on disk: which units are parts of which.
//!
//! A part belongs to one kit, and a kit is no part. Deliberately absent: what happens to parts when their kit moves.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::{
    Store,
    error::{StoreError, sql},
    facts,
    number::Numbered as _,
    unit::OWN_NAMESPACE,
};
use crate::domain::serial_number::key;
use crate::domain::{Body, EventKind, HolderId, IdentifierKind, Moment, NewEvent, UnitId};

/// Parts that a kit may have (chosen: a cart must hold it).
pub(super) const PARTS_MAX: i64 = 100;

/// The parts of a kit, in the order of their numbers.
pub(super) fn parts(connection: &Connection, kit: UnitId) -> Result<Vec<UnitId>, StoreError> {
    connection
        .prepare_cached("SELECT id FROM unit WHERE kit = ? ORDER BY id LIMIT ?")
        .and_then(|mut it| it.query_map([kit.0, PARTS_MAX], |row| row.get(0).map(UnitId))?.collect())
        .map_err(sql("read the parts of the kit"))
}

/// How to call a kit: its tag, else its model.
pub(super) fn label(connection: &Connection, kit: UnitId) -> Result<String, StoreError> {
    let brief = facts::brief(connection, kit)?;
    Ok(brief.tag.unwrap_or_else(|| format!("{} {}", brief.maker, brief.model).trim().to_owned()))
}

impl Store {
    /// The unit that bears that tag of ours now.
    pub fn unit_of_tag(&self, tag: &str) -> Result<Option<UnitId>, StoreError> {
        self.connection
            .prepare_cached("SELECT unit FROM identifier WHERE key = ? AND kind = ? AND scope = ? AND ended = 0")
            .and_then(|mut it| {
                let kind = IdentifierKind::AssetTag.number();
                it.query_row(params![key(tag), kind, OWN_NAMESPACE], |row| row.get(0).map(UnitId)).optional()
            })
            .map_err(sql("look up the tag"))
    }

    /// Makes a unit a part of a kit, or of none. Needs an open transaction.
    ///
    /// # Errors
    /// [`StoreError::Unfit`] if the kit is a part itself, if the unit is a kit, or if there are too many parts.
    pub fn set_kit(
        &mut self,
        unit: UnitId,
        kit: Option<UnitId>,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<(), StoreError> {
        let doing = "put a unit into a kit";
        let fits: (bool, bool, i64) = self
            .connection
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM unit WHERE id = ?1 AND kit IS NOT NULL), \
                 EXISTS (SELECT 1 FROM unit WHERE kit = ?2), (SELECT count(*) FROM unit WHERE kit = ?1)",
            )
            .and_then(|mut it| {
                it.query_row(params![kit.map(|it| it.0), unit.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            })
            .map_err(sql(doing))?;
        if kit.is_some() && (fits.0 || fits.1 || fits.2 >= PARTS_MAX || kit == Some(unit)) {
            return Err(StoreError::Unfit(format!(
                "a kit is no part of a kit, and has at most {PARTS_MAX} parts; unit {} stays where it was",
                unit.0
            )));
        }
        let changed = self
            .connection
            .execute("UPDATE unit SET kit = ? WHERE id = ?", params![kit.map(|it| it.0), unit.0])
            .map_err(sql(doing))?;
        if changed == 0 {
            return Err(StoreError::NotFound { what: "unit", id: unit.0 });
        }
        let body = Body::new().with("kit", kit.map_or_else(|| "none".to_owned(), |it| it.0.to_string()));
        let event = NewEvent { unit: Some(unit), person, body, ..NewEvent::new(EventKind::UnitChanged) };
        self.record_events(None, &[event], now).map(drop)
    }
}
