//! Codes that nobody knew when they were scanned: kept with time and place until somebody deals with them.
//!
//! A row each, written with the scan; resolving one resolves all of the same text. A code becomes an identifier of a
//! unit, a unit of its own, or is dismissed with a reason; each way is an event.
//! Deliberately absent: secrets, which are never set aside, and what a code can be of a unit, which `identify` says.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, params};

use super::{
    NewIdentifier, NewUnit, Reader, Store,
    error::{StoreError, sql},
    number::{Numbered as _, micros, time},
    reader::bounded,
};
use crate::domain::claim::carried;
use crate::domain::{
    Body, EventKind, EventSeq, HolderId, Identifier, IdentifierKind, Kind, ModelId, Moment, NewEvent, Scan, ScanId,
    UnitId,
};

/// A code that waits to be dealt with.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ParkedCode {
    /// The event by which it was set aside; its number here.
    pub id: EventSeq,
    /// When.
    pub time: Timestamp,
    /// At which side of the station.
    pub lane: String,
    /// At which station.
    pub station: String,
    /// Who was at the desk, by name.
    pub person: Option<String>,
    /// What was read.
    pub text: String,
    /// As what it was read.
    pub kind: Kind,
    /// The hash of a still that shows it, if there is one.
    pub still: Option<String>,
    /// How often the same text was set aside.
    pub times: u32,
}

/// What becomes of a parked code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settle {
    /// It is an identifier of a unit in the register.
    Bind(UnitId, IdentifierKind),
    /// It is the identifier of a unit that is not in the register yet.
    Create(ModelId, IdentifierKind),
    /// It is none of ours, and why.
    Dismiss(String),
}

impl Store {
    /// As what a code that waits was read, and its text.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if nothing of that number waits.
    pub fn parked_code(&self, parked: EventSeq) -> Result<(Kind, String), StoreError> {
        let found = self
            .connection
            .query_row("SELECT kind, text FROM parked WHERE event = ? AND resolved IS NULL", [parked.0], |row| {
                Ok((Kind::of(row.get(0)?)?, row.get(1)?))
            })
            .optional()
            .map_err(sql("read a parked code"))?;
        found.ok_or(StoreError::NotFound { what: "parked code", id: parked.0 })
    }

    /// Keeps the row of a scan that was set aside by an event. Needs an open transaction.
    pub fn park(
        &mut self,
        event: EventSeq,
        number: ScanId,
        scan: &Scan,
        identifier: &Identifier,
    ) -> Result<(), StoreError> {
        let read = String::from_utf8_lossy(&scan.payload);
        let text = if identifier.key.is_empty() { read.as_ref() } else { identifier.key.as_str() };
        let at = micros(scan.event_time.unwrap_or(scan.at.wall));
        self.connection
            .prepare_cached(
                "INSERT INTO parked (event, scan, time, lane, text, kind, still) VALUES (?1, ?2, ?3, ?4, ?5, ?6, \
                 (SELECT still FROM parked WHERE text = ?5 AND resolved IS NULL AND still IS NOT NULL LIMIT 1))",
            )
            .and_then(|mut it| {
                it.execute(params![event.0, number.0, at, scan.lane.as_str(), text, identifier.kind.number()])
            })
            .map(drop)
            .map_err(sql("set a code aside"))
    }

    /// Deals with a parked code and all of the same text; returns the last event. Needs an open transaction.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if nothing of that number waits; [`StoreError::Taken`] if another unit bears it.
    pub fn settle(
        &mut self,
        parked: EventSeq,
        how: &Settle,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<EventSeq, StoreError> {
        let (read, text) = self.parked_code(parked)?;
        // A code with named elements names the unit by one of them.
        let naming = |kind| carried(read, &text, kind).unwrap_or(&text);
        let body = Body::new().with("parked", parked.0.to_string());
        let (unit, body) = match how {
            Settle::Bind(unit, kind) => {
                self.bind(*unit, &NewIdentifier::new(*kind, naming(*kind)), person, now)?;
                (Some(*unit), body.with("how", "bound").with("as", kind.word()))
            }
            Settle::Create(model, kind) => {
                let unit = self.add_unit(&NewUnit::new(*model).bearing(*kind, naming(*kind)), person, now)?;
                (Some(unit), body.with("how", "created").with("as", kind.word()))
            }
            Settle::Dismiss(why) if why.trim().is_empty() => {
                return Err(StoreError::Unfit("a dismissed code needs a reason".to_owned()));
            }
            Settle::Dismiss(why) => (None, body.with("how", "dismissed").with("why", why.trim())),
        };
        let event = NewEvent { unit, person, body, ..NewEvent::new(EventKind::ParkedResolved) };
        self.record_events(None, &[event], now)?;
        let done = self.head().0;
        self.connection
            .execute(
                "UPDATE parked SET resolved = ?1 WHERE resolved IS NULL AND (event = ?2 OR (text = ?3 AND text <> ''))",
                params![done.0, parked.0, text],
            )
            .map_err(sql("deal with a parked code"))?;
        Ok(done)
    }
}

impl Reader {
    /// Codes that wait to be dealt with, the latest first, each text once; at most 1,000.
    pub fn parked(&self, limit: usize) -> Result<Vec<ParkedCode>, StoreError> {
        self.connection
            .prepare_cached(
                "SELECT p.event, p.time, p.lane, e.station, h.name, p.text, p.kind, p.still, p.times FROM \
                 (SELECT max(event) AS event, count(*) AS times, time, lane, text, kind, still FROM parked \
                 WHERE resolved IS NULL GROUP BY text, CASE WHEN text = '' THEN event END) p \
                 JOIN event e ON e.seq = p.event LEFT JOIN holder h ON h.id = e.person ORDER BY p.event DESC LIMIT ?",
            )
            .and_then(|mut it| {
                it.query_map([bounded(limit)], |row| {
                    Ok(ParkedCode {
                        id: EventSeq(row.get(0)?),
                        time: time(row.get(1)?)?,
                        lane: row.get(2)?,
                        station: row.get(3)?,
                        person: row.get(4)?,
                        text: row.get(5)?,
                        kind: Kind::of(row.get(6)?)?,
                        still: row.get(7)?,
                        times: row.get(8)?,
                    })
                })?
                .collect()
            })
            .map_err(sql("read the parked codes"))
    }
}
