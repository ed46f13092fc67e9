//! Binding identifiers to units and ending them: what is unique within what, and what is never issued again.
//!
//! A serial number is unique per maker, a tag per namespace, the rest everywhere, each among the live ones. A tag that
//! ended because it was replaced, voided or lost is never issued again; one that never was on the unit may be.
//! Deliberately absent: events; whoever calls writes one.

use rusqlite::{OptionalExtension as _, params};

use super::{
    NewIdentifier, Store,
    error::{StoreError, sql},
    number::{Numbered as _, micros},
    reserved::Bearer,
    unit::OWN_NAMESPACE,
};
use crate::domain::serial_number::{RULES_VERSION, key};
use crate::domain::{AssetTag, Ended, HolderId, IdentifierKind, Moment, UnitId};

impl Store {
    /// Ends an identifier without an event of its own, where the scan that led to it has one.
    pub(super) fn withdraw(
        &mut self,
        unit: UnitId,
        kind: IdentifierKind,
        raw: &str,
        why: Ended,
        now: Moment,
    ) -> Result<(), StoreError> {
        let changed = self
            .connection
            .prepare_cached(
                "UPDATE identifier SET ended = id, ended_why = ?, valid_until = ? \
                 WHERE unit = ? AND kind = ? AND key = ? AND ended = 0",
            )
            .and_then(|mut it| it.execute(params![why.number(), micros(now.wall), unit.0, kind.number(), key(raw)]))
            .map_err(sql("end an identifier"))?;
        if changed == 0 {
            return Err(StoreError::Unfit(format!("unit {} does not bear the {kind} {raw}", unit.0)));
        }
        Ok(())
    }

    /// Makes an identifier valid again that ended by mistake, where the scan that led to it has an event of its own.
    pub(super) fn revive(&mut self, unit: UnitId, kind: IdentifierKind, raw: &str) -> Result<(), StoreError> {
        let changed = self
            .connection
            .prepare_cached(
                "UPDATE identifier SET ended = 0, ended_why = NULL, valid_until = NULL WHERE id = \
                 (SELECT max(id) FROM identifier WHERE unit = ? AND kind = ? AND key = ? AND ended > 0)",
            )
            .and_then(|mut it| it.execute(params![unit.0, kind.number(), key(raw)]))
            .map_err(sql("make an identifier valid again"))?;
        if changed == 0 {
            return Err(StoreError::Unfit(format!("unit {} never bore the {kind} {raw}", unit.0)));
        }
        Ok(())
    }

    /// Why an identifier cannot be bound to a unit, in a sentence; `None` if it can, perhaps in the place of a live tag.
    pub fn unbindable(&self, unit: UnitId, new: &NewIdentifier) -> Result<Option<String>, StoreError> {
        let scope = self.scope(unit, new)?;
        match self.refuse_unfit(unit, new, (&scope, None)) {
            Ok(()) => Ok(None),
            Err(found @ (StoreError::Taken { .. } | StoreError::Unfit(_))) => Ok(Some(found.to_string())),
            Err(found) => Err(found),
        }
    }

    /// Whether a new unit of that maker can bear an identifier of ours.
    ///
    /// # Errors
    /// [`StoreError::Taken`] names the unit that bears it, [`StoreError::Unfit`] what it is read as.
    pub(super) fn free(&self, new: &NewIdentifier, maker: &str) -> Result<(), StoreError> {
        self.refuse_taken(UnitId(0), new.kind, &scope_of(new, &key(maker)), new.raw.trim(), &key(&new.raw))?;
        self.refuse_reserved_tag(new.kind, new.raw.trim())
    }

    /// Refuses what a unit cannot bear within that scope; without the second one, a live tag is replaced.
    fn refuse_unfit(
        &self,
        unit: UnitId,
        new: &NewIdentifier,
        (scope, beside): (&str, Option<&str>),
    ) -> Result<(), StoreError> {
        let (raw, look_up) = (new.raw.trim(), key(&new.raw));
        self.refuse_taken(unit, new.kind, scope, raw, &look_up)?;
        self.refuse_reserved_tag(new.kind, raw)?;
        self.refuse_twins(unit, new.kind, beside, raw, &look_up)?;
        self.refuse_other_number(unit, new.kind, raw)
    }

    fn refuse_reserved_tag(&self, kind: IdentifierKind, raw: &str) -> Result<(), StoreError> {
        if kind == IdentifierKind::AssetTag { self.refuse_reserved(Bearer::Tag, raw) } else { Ok(()) }
    }

    pub(super) fn insert_identifier(
        &mut self,
        unit: UnitId,
        new: &NewIdentifier,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<(), StoreError> {
        let raw = new.raw.trim();
        let look_up = key(raw);
        if look_up.is_empty() {
            return Err(StoreError::Unfit(format!("the {} is empty", what(new.kind))));
        }
        let scope = self.scope(unit, new)?;
        self.refuse_unfit(unit, new, (&scope, Some(&scope)))?;
        self.connection
            .prepare_cached(
                "INSERT INTO identifier (unit, kind, scope, raw, key, rule_version, valid_from, place, medium, stage, \
                 source_of_truth, station, person) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )
            .and_then(|mut it| {
                it.execute(params![
                    unit.0,
                    new.kind.number(),
                    scope,
                    raw,
                    look_up,
                    RULES_VERSION,
                    micros(now.wall),
                    new.bearing.place,
                    new.bearing.medium,
                    new.bearing.stage,
                    new.bearing.source_of_truth,
                    self.options.station.as_str(),
                    person.map(|it| it.0)
                ])
            })
            .map_err(sql("bind an identifier"))?;
        Ok(())
    }

    /// Within what an identifier of that unit is unique.
    fn scope(&self, unit: UnitId, new: &NewIdentifier) -> Result<String, StoreError> {
        if new.kind != IdentifierKind::SerialNumber {
            return Ok(scope_of(new, ""));
        }
        let maker_key: Option<String> = self
            .connection
            .prepare_cached("SELECT m.maker_key FROM unit u JOIN model m ON m.id = u.model WHERE u.id = ?")
            .and_then(|mut it| it.query_row([unit.0], |row| row.get(0)).optional())
            .map_err(sql("read the unit's maker"))?;
        maker_key.map(|it| scope_of(new, &it)).ok_or(StoreError::NotFound { what: "unit", id: unit.0 })
    }

    fn refuse_taken(
        &self,
        unit: UnitId,
        kind: IdentifierKind,
        scope: &str,
        raw: &str,
        look_up: &str,
    ) -> Result<(), StoreError> {
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT unit, ended_why, raw FROM identifier WHERE key IN (?1, ?4) AND kind = ?2 AND scope = ?3",
            )
            .map_err(sql("look for an equal identifier"))?;
        // With its check character and without it is one tag.
        let is_tag = kind == IdentifierKind::AssetTag;
        let other_form = if is_tag { AssetTag::other_form(look_up, &key(&self.options.prefixes.tag)) } else { None };
        let mut rows = statement
            .query(params![look_up, kind.number(), scope, other_form])
            .map_err(sql("look for an equal identifier"))?;
        while let Some(row) = rows.next().map_err(sql("look for an equal identifier"))? {
            let (other, why, stored): (i64, Option<i64>, String) = row
                .get(0)
                .and_then(|unit| Ok((unit, row.get(1)?, row.get(2)?)))
                .map_err(sql("look for an equal identifier"))?;
            let ended = why.map(Ended::of).transpose().map_err(sql("look for an equal identifier"))?;
            let owner = match ended {
                None if other == unit.0 => "this unit".to_owned(),
                None => format!("unit {other}"),
                Some(Ended::Voided | Ended::Lost | Ended::Superseded) if kind == IdentifierKind::AssetTag => {
                    format!("unit {other}, from which it was withdrawn; a tag is never issued again")
                }
                Some(_) => continue,
            };
            let of_maker = kind == IdentifierKind::SerialNumber && !scope.is_empty();
            let what = if of_maker { format!("serial number of {scope}") } else { what(kind).to_owned() };
            let key = if key(&stored) == look_up { raw.to_owned() } else { format!("{raw} (the same as {stored})") };
            return Err(StoreError::Taken { what, key, owner });
        }
        Ok(())
    }

    /// One live tag a unit and namespace (unless it is replaced: no scope), one serial number a unit, and no tag that equals
    /// the serial number by key.
    fn refuse_twins(
        &self,
        unit: UnitId,
        kind: IdentifierKind,
        scope: Option<&str>,
        raw: &str,
        look_up: &str,
    ) -> Result<(), StoreError> {
        let other = if kind == IdentifierKind::AssetTag {
            IdentifierKind::SerialNumber
        } else if kind == IdentifierKind::SerialNumber {
            IdentifierKind::AssetTag
        } else {
            return Ok(());
        };
        let mut statement = self
            .connection
            .prepare_cached("SELECT kind, scope, raw, key FROM identifier WHERE unit = ? AND ended = 0")
            .map_err(sql("read the unit's identifiers"))?;
        let found: Vec<(i64, String, String, String)> = statement
            .query_map([unit.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
            .and_then(Iterator::collect)
            .map_err(sql("read the unit's identifiers"))?;
        for (its_kind, its_scope, its_raw, its_key) in found {
            if its_kind == other.number() && its_key == look_up {
                return Err(StoreError::Unfit(twins(raw)));
            }
            if kind == IdentifierKind::AssetTag && its_kind == kind.number() && Some(&*its_scope) == scope {
                return Err(StoreError::Unfit(format!(
                    "the unit already bears the tag {its_raw}; RELABEL replaces it (a unit has one live tag)"
                )));
            }
            if kind == IdentifierKind::SerialNumber && its_kind == kind.number() {
                return Err(StoreError::Unfit(PLATE_DIFFERS.to_owned()));
            }
        }
        Ok(())
    }
}

/// That a unit has a serial number already; a plate that says another one is looked into.
const PLATE_DIFFERS: &str = "the unit already bears another serial number, which is never edited; if its plate says this one, \
     scan tag and plate after PAIR, which opens a case";

/// That a unit would have the same text for its tag and its serial number.
pub(super) fn twins(raw: &str) -> String {
    format!("tag and serial number are both {raw}; a tag is ours, a serial number the maker's, and they must differ")
}

/// A kind of identifier in words for people.
pub(super) fn what(kind: IdentifierKind) -> &'static str {
    const NAMES: [(IdentifierKind, &str); 4] = [
        (IdentifierKind::SerialNumber, "serial number"),
        (IdentifierKind::Imei, "IMEI"),
        (IdentifierKind::Vin, "VIN"),
        (IdentifierKind::Mac, "MAC"),
    ];
    NAMES.iter().find(|it| it.0 == kind).map_or(kind.word(), |it| it.1)
}

/// Within what an identifier is unique: the maker, the namespace, or everywhere.
fn scope_of(new: &NewIdentifier, maker_key: &str) -> String {
    let namespace = if new.namespace.is_empty() { OWN_NAMESPACE } else { &new.namespace };
    if new.kind == IdentifierKind::SerialNumber {
        maker_key.to_owned()
    } else if new.kind == IdentifierKind::AssetTag {
        namespace.to_owned()
    } else {
        String::new()
    }
}
