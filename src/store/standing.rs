//! What stands against lending a unit, of its own and of its model, and where it belongs: told at its page.
//!
//! What a keeper says of one unit beside that is here too: its home and its note, each an event with what it was before.
//! Deliberately absent: whether it may go out, which `rules` decides; setting holds and days (`carry`).

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, params, types::Value};

use super::{
    Reader, Store,
    carry::Column,
    error::{StoreError, sql},
    import::name_of,
    number::time,
};
use crate::domain::{Body, EventKind, EventSeq, HolderId, LocationId, ModelId, Moment, NewEvent, UnitId};

/// Characters of a note (chosen: two or three sentences, as much as is read at a counter).
const NOTE_MAX: usize = 300;

/// What stands against lending a unit, and where it belongs.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Standing {
    /// Why it alone was recalled.
    pub recalled: Option<String>,
    /// Why it alone is on hold.
    pub on_hold: Option<String>,
    /// Why it alone bears no serial number of its maker.
    pub no_serial_number: Option<String>,
    /// When its calibration expires.
    pub calibration_due: Option<Timestamp>,
    /// When its inspection is due.
    pub inspection_due: Option<Timestamp>,
    /// Where it belongs.
    pub home: Option<Home>,
    /// The same of its model.
    pub model: OfModel,
}

/// What stands against all units of a model.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct OfModel {
    /// Its number in the register.
    pub id: ModelId,
    /// Why it was recalled.
    pub recalled: Option<String>,
    /// Why it is on hold.
    pub on_hold: Option<String>,
    /// Why it bears no serial number.
    pub no_serial_number: Option<String>,
}

/// The location where a unit belongs.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Home {
    /// What is scanned there.
    pub label: String,
    /// What people call it.
    pub name: String,
}

impl Reader {
    /// What stands against a unit; `None` if there is none of that number.
    pub fn standing(&self, unit: UnitId) -> Result<Option<Standing>, StoreError> {
        self.connection
            .prepare_cached(
                "SELECT u.recalled, u.on_hold, u.no_serial_number, u.calibration_due, u.inspection_due, l.label, l.name, \
                 m.id, m.recalled, m.on_hold, m.no_serial_number FROM unit u JOIN model m ON m.id = u.model \
                 LEFT JOIN location l ON l.id = u.home WHERE u.id = ?",
            )
            .and_then(|mut it| {
                it.query_row([unit.0], |row| {
                    let due = |at| row.get::<_, Option<i64>>(at)?.map(time).transpose();
                    let home = row.get::<_, Option<String>>(5)?;
                    Ok(Standing {
                        recalled: row.get(0)?,
                        on_hold: row.get(1)?,
                        no_serial_number: row.get(2)?,
                        calibration_due: due(3)?,
                        inspection_due: due(4)?,
                        home: home.map(|label| Ok::<_, rusqlite::Error>(Home { label, name: row.get(6)? })).transpose()?,
                        model: OfModel {
                            id: ModelId(row.get(7)?),
                            recalled: row.get(8)?,
                            on_hold: row.get(9)?,
                            no_serial_number: row.get(10)?,
                        },
                    })
                })
                .optional()
            })
            .map_err(sql("read what stands against a unit"))
    }
}

impl Store {
    /// Says where a unit belongs, by the label or the name of the location; without one nowhere. Needs an open transaction.
    ///
    /// # Errors
    /// [`StoreError::Unfit`] if there is no such location, or it belongs there already.
    pub(super) fn set_home(
        &mut self,
        unit: &str,
        location: Option<&str>,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<EventSeq, StoreError> {
        let doing = "say where a unit belongs";
        let unit = self.unit_named(unit)?;
        let to = location.map(|it| self.place_named(it)).transpose()?;
        let before: Option<i64> = self
            .connection
            .prepare_cached("SELECT home FROM unit WHERE id = ?")
            .and_then(|mut it| it.query_row([unit.0], |row| row.get(0)))
            .map_err(sql(doing))?;
        let after = to.map(|it| it.0);
        let [from, to] = [before, after].map(|it| it.map(|it| self.called(LocationId(it))).transpose());
        let (from, to) = (from?, to?);
        if before == after {
            let where_ = to.unwrap_or_else(|| "nowhere".to_owned());
            return Err(StoreError::Unfit(format!("it belongs to {where_} already; nothing changed")));
        }
        self.connection
            .prepare_cached("UPDATE unit SET home = ? WHERE id = ?")
            .and_then(|mut it| it.execute(params![after, unit.0]))
            .map_err(sql(doing))?;
        let number = |it: Option<i64>| it.map(|it| it.to_string()).unwrap_or_default();
        let body = Body::new().with("column", "home").with("before", number(before)).with("after", number(after));
        let body = body.with("from", from.unwrap_or_default()).with("to", to.unwrap_or_default());
        let event = NewEvent { unit: Some(unit), person, body, ..NewEvent::new(EventKind::UnitChanged) };
        self.record_events(None, &[event], now)?;
        Ok(self.head().0)
    }

    /// Keeps a note of a unit, or takes it away. Needs an open transaction.
    ///
    /// # Errors
    /// [`StoreError::Unfit`] for a note that cannot be shown as one line, or is too long.
    pub(super) fn set_note(
        &mut self,
        unit: &str,
        note: Option<&str>,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<EventSeq, StoreError> {
        let unit = self.unit_named(unit)?;
        let note = note.map(str::trim).filter(|it| !it.is_empty()).unwrap_or_default();
        name_of(note).map_err(|why| StoreError::Unfit(format!("the note {why}; it is one line")))?;
        let length = note.chars().count();
        if length > NOTE_MAX {
            return Err(StoreError::Unfit(format!("a note has {NOTE_MAX} characters at most, this one has {length}")));
        }
        let value = if note.is_empty() { Value::Null } else { Value::Text(note.to_owned()) };
        self.set_column(&Column { table: "unit", name: "note" }, unit.0, &value, Some(unit), person, now)
    }

    /// The location of that label, else of that name.
    fn place_named(&self, name: &str) -> Result<LocationId, StoreError> {
        let found = match self.location_id(name)? {
            Some(found) => Some(found),
            None => self.location_by_name(name)?,
        };
        found.ok_or_else(|| StoreError::Unfit(format!("there is no location {}; enter it first", name.trim())))
    }

    /// Label and name of a location, as people read them.
    fn called(&self, location: LocationId) -> Result<String, StoreError> {
        let found: (String, String) = self
            .connection
            .prepare_cached("SELECT label, name FROM location WHERE id = ?")
            .and_then(|mut it| it.query_row([location.0], |row| Ok((row.get(0)?, row.get(1)?))))
            .map_err(sql("read a location"))?;
        let (label, name) = found;
        Ok(if name.is_empty() || name == label { label } else { format!("{label} · {name}") })
    }
}
