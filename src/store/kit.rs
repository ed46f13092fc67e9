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
use crate::domain::{AssetTag, Body, EventKind, HolderId, IdentifierKind, Moment, NewEvent, UnitId};

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
    /// The unit that bears that tag of ours now, with its check character or without it.
    pub fn unit_of_tag(&self, tag: &str) -> Result<Option<UnitId>, StoreError> {
        let other_form = AssetTag::other_form(&key(tag), &key(&self.options.prefixes.tag));
        self.connection
            .prepare_cached(
                "SELECT unit FROM identifier WHERE key IN (?1, ?4) AND kind = ?2 AND scope = ?3 AND ended = 0 \
                 ORDER BY key <> ?1 LIMIT 1",
            )
            .and_then(|mut it| {
                let given = params![key(tag), IdentifierKind::AssetTag.number(), OWN_NAMESPACE, other_form];
                it.query_row(given, |row| row.get(0).map(UnitId)).optional()
            })
            .map_err(sql("look up the tag"))
    }

    /// Makes a unit a part of a kit, or of none. Needs an open transaction.
    ///
    /// # Errors
    /// [`StoreError::Unfit`] says which of the rules of kits it breaks, or that it is so already; nothing is changed then.
    pub fn set_kit(
        &mut self,
        unit: UnitId,
        kit: Option<UnitId>,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<(), StoreError> {
        let known = self.unit(unit)?.ok_or(StoreError::NotFound { what: "unit", id: unit.0 })?;
        let label = |it: UnitId| label(&self.connection, it);
        match (&known.kit, kit) {
            (Some((before, named)), Some(kit)) if *before == kit => {
                let unit = label(unit)?;
                return Err(StoreError::Unfit(format!("{unit} is a part of the kit {named} already; nothing changed")));
            }
            (None, None) => {
                return Err(StoreError::Unfit(format!("{} is a part of no kit; nothing changed", label(unit)?)));
            }
            _ => {}
        }
        if let Some(kit) = kit
            && let Some(why) = self.not_a_part(unit, kit)?
        {
            return Err(StoreError::Unfit(format!("{why}; {} stays where it was", label(unit)?)));
        }
        self.connection
            .execute("UPDATE unit SET kit = ? WHERE id = ?", params![kit.map(|it| it.0), unit.0])
            .map_err(sql("put a unit into a kit"))?;
        let said = |it: Option<UnitId>| it.map_or_else(|| "none".to_owned(), |it| it.0.to_string());
        let body = Body::new().with("before", said(known.kit.map(|it| it.0))).with("kit", said(kit));
        let event = NewEvent { unit: Some(unit), person, body, ..NewEvent::new(EventKind::UnitChanged) };
        self.record_events(None, &[event], now).map(drop)
    }

    /// Why a unit cannot be a part of a kit; `None` if it can.
    fn not_a_part(&self, unit: UnitId, kit: UnitId) -> Result<Option<String>, StoreError> {
        if kit == unit {
            return Ok(Some(format!("{} is no part of itself", label(&self.connection, unit)?)));
        }
        let parts = self.count_parts(unit)?;
        if parts > 0 {
            let unit = label(&self.connection, unit)?;
            let (parts, them) =
                if parts == 1 { ("one part".to_owned(), "it") } else { (format!("{parts} parts"), "them") };
            return Ok(Some(format!(
                "{unit} is a kit of {parts}, and a kit is no part of another; take {them} out first"
            )));
        }
        self.no_kit(kit)
    }

    /// Why a unit takes no further part; `None` if it does.
    pub(super) fn no_kit(&self, kit: UnitId) -> Result<Option<String>, StoreError> {
        let named = label(&self.connection, kit)?;
        if let Some((_, of)) = self.unit(kit)?.and_then(|it| it.kit) {
            return Ok(Some(format!("{named} is a part of the kit {of} itself, and a part is no kit; name {of}")));
        }
        let is_full = self.count_parts(kit)? >= PARTS_MAX;
        Ok(is_full.then(|| format!("the kit {named} is full: it has {PARTS_MAX} parts, the most there may be")))
    }

    fn count_parts(&self, kit: UnitId) -> Result<i64, StoreError> {
        self.connection
            .prepare_cached("SELECT count(*) FROM unit WHERE kit = ?")
            .and_then(|mut it| it.query_row([kit.0], |row| row.get(0)))
            .map_err(sql("count the parts of a kit"))
    }
}
