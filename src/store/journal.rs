//! The scan journal: one row for every scan, refused ones too, with the raw bytes and the answer.
//!
//! A secret leaves a row without payload and key. The answer is stored as it was given, so that a repeated request
//! gets the first answer byte for byte, also after a restart.
//! Deliberately absent: what happened because of a scan, which is in the ledger.

use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::{
    Store,
    error::{StoreError, sql},
    number::{Numbered as _, micros, time, transport},
};
use crate::domain::{Answer, HolderId, Identifier, Kind, Scan, ScanId, UnitId};

/// The last scan of the unit `s.unit` whose event names it: its number, for a row of `unit_state` called `s`.
pub(super) const LAST_SEEN: &str = "(SELECT e.scan FROM event e JOIN scan c ON c.id = e.scan AND c.unit = e.unit \
    WHERE e.unit = s.unit ORDER BY e.seq DESC LIMIT 1)";

/// What was sent first with an idempotency key, and the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The scan's number.
    pub scan: ScanId,
    /// The answer, byte for byte; `None` after a purge.
    pub outcome: Option<Arc<str>>,
    /// The lane of the scan.
    pub lane: String,
    /// Its symbology identifier, as text.
    pub aim: Option<String>,
    /// Its bytes; `None` for a secret, whose bytes are not kept, and after a purge.
    pub payload: Option<Vec<u8>>,
}

impl Store {
    /// The scan that was answered for this idempotency key.
    pub fn answered(&self, idempotency_key: &str) -> Result<Option<Answered>, StoreError> {
        self.connection
            .prepare_cached("SELECT id, outcome, lane, aim, payload FROM scan WHERE idempotency_key = ?")
            .and_then(|mut it| {
                it.query_row([idempotency_key], |row| {
                    let (scan, outcome) = (ScanId(row.get(0)?), row.get(1)?);
                    Ok(Answered { scan, outcome, lane: row.get(2)?, aim: row.get(3)?, payload: row.get(4)? })
                })
                .optional()
            })
            .map_err(sql("look for an earlier answer"))
    }

    /// Writes the row of a scan and, for a known unit, where and when it was last seen. Needs an open transaction.
    ///
    /// A unit was last seen by the later of two scans: the one in its row, and that of its last event of a scan of it
    /// ([`LAST_SEEN`]).
    /// A symbol whose reading is answered in another symbol's row has no outcome of its own.
    #[expect(clippy::too_many_arguments, reason = "each is one column of the journal; a struct would only repeat them")]
    pub fn record_scan<'o>(
        &mut self,
        scan: &Scan,
        identifier: &Identifier,
        answer: Answer,
        unit: Option<UnitId>,
        person: Option<HolderId>,
        idempotency_key: Option<&str>,
        outcome: impl Into<Option<&'o str>>,
    ) -> Result<ScanId, StoreError> {
        if self.connection.is_autocommit() {
            return Err(StoreError::Order("record a scan"));
        }
        let id = self.next_scan();
        let secret = identifier.kind == Kind::Refused;
        let payload = (!secret).then_some(scan.payload.as_slice());
        let key = (!secret && identifier.key.as_bytes() != scan.payload).then_some(identifier.key.as_str());
        let symbology = scan.symbology.map(|it| format!("{it:?}"));
        let seen = micros(scan.at.wall);
        self.connection
            .prepare_cached(
                "INSERT INTO scan (id, time, event_time, source, lane, transport, number, reading, aim, symbology, \
                 payload, kind, key, answer, unit, person, stale, idempotency_key, outcome) VALUES \
                 (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )
            .and_then(|mut it| {
                it.execute(params![
                    id.0,
                    seen,
                    scan.event_time.map(micros),
                    scan.source.as_str(),
                    scan.lane.as_str(),
                    transport(scan.transport),
                    i64::try_from(scan.number).unwrap_or(i64::MAX),
                    scan.reading.map(|it| i64::try_from(it.0).unwrap_or(i64::MAX)),
                    scan.aim.map(|it| it.to_string()),
                    symbology,
                    payload,
                    identifier.kind.number(),
                    key,
                    answer.number(),
                    unit.map(|it| it.0),
                    person.map(|it| it.0),
                    scan.stale,
                    idempotency_key,
                    outcome.into()
                ])
            })
            .map_err(sql("write the scan into the journal"))?;
        // Where an event of this scan names the unit, the index of its events says so, and no further page is written.
        if let Some(unit) = unit.filter(|it| !self.noted.contains(&(id, *it))) {
            self.connection
                .prepare_cached("UPDATE unit_state SET seen_time = ?, seen_station = ?, seen_scan = ? WHERE unit = ?")
                .and_then(|mut it| it.execute(params![seen, self.options.station.as_str(), id.0, unit.0]))
                .map_err(sql("note where the unit was seen"))?;
        }
        self.heads.scan = id.0;
        Ok(id)
    }
}

/// When and where a unit was last scanned: by its last scan that an event of it names, or by its row if that is later.
pub(super) fn last_seen(connection: &Connection, unit: UnitId) -> Result<Option<(Timestamp, String)>, StoreError> {
    let latest = |statement: &str| {
        let read = |row: &Row<'_>| Ok((row.get::<_, i64>(0)?, time(row.get(1)?)?, row.get(2)?));
        connection
            .prepare_cached(statement)
            .and_then(|mut it| it.query_row([unit.0], read).optional())
            .map_err(sql("read where the unit was last seen"))
    };
    let by_event = latest(
        "SELECT c.id, c.time, e.station FROM event e JOIN scan c ON c.id = e.scan AND c.unit = e.unit WHERE e.unit = ? \
         ORDER BY e.seq DESC LIMIT 1",
    )?;
    let by_row =
        latest("SELECT seen_scan, seen_time, seen_station FROM unit_state WHERE unit = ? AND seen_scan IS NOT NULL")?;
    Ok(by_event.into_iter().chain(by_row).max_by_key(|it| it.0).map(|(_, at, station)| (at, station)))
}
