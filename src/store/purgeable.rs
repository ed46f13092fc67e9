//! Which events a purge takes the words of, and which stay because something still stands on them.
//!
//! Of the classes that can be purged these stay: what a unit that is out did since it went out; the last word on the state
//! of a unit that is not in service; what says the condition of a unit, which `verify` folds; what binds a picture; and a
//! parked code that waits. They go with a later purge, once they are no longer needed, but for the last three.
//! Deliberately absent: changing anything.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::{
    custody,
    error::{StoreError, sql},
    number::Numbered as _,
    references,
};
use crate::domain::{Body, EventClass, EventKind, UnitState};

/// The classes to be purged: events that were recorded before these moments, microseconds since 1970.
pub(super) type Orders = BTreeMap<EventClass, i64>;

/// An event of a class that can be purged.
pub(super) struct Candidate {
    pub(super) seq: i64,
    pub(super) class: EventClass,
    pub(super) scan: Option<i64>,
    kind: EventKind,
    record_time: i64,
    unit: Option<i64>,
    says_state: bool,
    /// Salt and body; none after a purge.
    pub(super) words: Option<(Vec<u8>, String)>,
}

/// What becomes of the words of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// A purge has taken them already.
    Gone,
    /// They are to go.
    Due,
    /// They are old enough, and something still stands on them.
    Needed,
    /// No order is about them yet.
    Kept,
}

/// The columns of a [`Candidate`].
const COLUMNS: &str = "seq, kind, record_time, unit, state IS NOT NULL, scan, body_hash IS NULL, salt, body";

/// The numbers of all kinds that can be purged.
fn kinds() -> String {
    let kinds = EventClass::ALL.iter().flat_map(|it| it.kinds());
    kinds.map(|it| it.number().to_string()).collect::<Vec<_>>().join(", ")
}

/// Events that can be purged, of a stretch of the ledger.
pub(super) fn candidates(connection: &Connection, first: i64, last: i64) -> Result<Vec<Candidate>, StoreError> {
    let statement =
        format!("SELECT {COLUMNS} FROM event WHERE seq BETWEEN ? AND ? AND kind IN ({}) ORDER BY seq", kinds());
    let found: Result<Vec<Option<Candidate>>, _> = connection
        .prepare_cached(&statement)
        .and_then(|mut it| it.query_map([first, last], |row| Ok(read(row).ok()))?.collect());
    Ok(found.map_err(sql("look for events to purge"))?.into_iter().flatten().collect())
}

/// Reads a candidate; what is not as it was written is none, and `verify` tells of it.
fn read(row: &Row<'_>) -> rusqlite::Result<Candidate> {
    let kind = EventKind::of(row.get(1)?)?;
    let words = if row.get(6)? { Some((row.get(7)?, row.get(8)?)) } else { None };
    Ok(Candidate {
        seq: row.get(0)?,
        class: EventClass::of(kind).ok_or(rusqlite::Error::QueryReturnedNoRows)?,
        scan: row.get(5)?,
        kind,
        record_time: row.get(2)?,
        unit: row.get(3)?,
        says_state: row.get(4)?,
        words,
    })
}

impl Candidate {
    /// What becomes of its words.
    pub(super) fn fate(&self, connection: &Connection, orders: &Orders) -> Result<Fate, StoreError> {
        let Some((_, body)) = &self.words else { return Ok(Fate::Gone) };
        if orders.get(&self.class).is_none_or(|before| self.record_time >= *before) {
            return Ok(Fate::Kept);
        }
        Ok(if self.is_needed(connection, body)? { Fate::Needed } else { Fate::Due })
    }

    fn is_needed(&self, connection: &Connection, body: &str) -> Result<bool, StoreError> {
        if references::named(body).is_some() || says_condition(self.kind, body) {
            return Ok(true);
        }
        if self.kind == EventKind::Parked {
            return ask(
                connection,
                "SELECT EXISTS (SELECT 1 FROM parked WHERE event = ? AND resolved IS NULL)",
                self.seq,
            );
        }
        let Some(unit) = self.unit.filter(|_| self.class == EventClass::Movements) else { return Ok(false) };
        let now: Option<(bool, i64)> = connection
            .prepare_cached("SELECT holder IS NOT NULL, state FROM unit_state WHERE unit = ?")
            .and_then(|mut it| it.query_row([unit], |row| Ok((row.get(0)?, row.get(1)?))).optional())
            .map_err(sql("read what the unit is now"))?;
        let Some((is_out, state)) = now else { return Ok(false) };
        if is_out {
            let (since, scan) = went_out(connection, unit)?;
            if self.seq >= since || (scan.is_some() && scan == self.scan) {
                return Ok(true);
            }
        }
        let is_last =
            "SELECT ?1 = (SELECT seq FROM event WHERE unit = ?2 AND state IS NOT NULL ORDER BY seq DESC LIMIT 1)";
        let in_service = state == UnitState::InService.number();
        if !self.says_state || in_service {
            return Ok(false);
        }
        connection
            .prepare_cached(is_last)
            .and_then(|mut it| it.query_row(params![self.seq, unit], |row| row.get(0)))
            .map_err(sql("look what said the state of the unit"))
    }
}

/// The event by which a unit that is out went out, the last one that was not taken back, and its scan, which may have
/// released a refusal first; 0 if there is none.
fn went_out(connection: &Connection, unit: i64) -> Result<(i64, Option<i64>), StoreError> {
    let found = connection
        .prepare_cached(
            "SELECT e.seq, e.scan FROM event e WHERE e.unit = ?1 AND e.kind = ?2 AND NOT EXISTS \
             (SELECT 1 FROM event c WHERE c.unit = ?1 AND c.seq > e.seq AND c.corrects = e.seq) \
             ORDER BY e.seq DESC LIMIT 1",
        )
        .and_then(|mut it| {
            let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
            it.query_row([unit, EventKind::CheckedOut.number()], read).optional()
        });
    found.map(Option::unwrap_or_default).map_err(sql("look when the unit went out"))
}

fn says_condition(kind: EventKind, body: &str) -> bool {
    let words = Some(body).filter(|it| it.contains("\"condition\""));
    words.and_then(|it| serde_json::from_str::<Body>(it).ok()).is_some_and(|it| custody::said(kind, &it).is_some())
}

fn ask(connection: &Connection, question: &str, number: i64) -> Result<bool, StoreError> {
    let asked = connection.prepare_cached(question).and_then(|mut it| it.query_row([number], |row| row.get(0)));
    asked.map_err(sql("look what an event is needed for"))
}

/// The first event after a number; none behind the last.
pub(super) fn next(connection: &Connection, after: i64) -> Result<Option<i64>, StoreError> {
    connection
        .prepare_cached("SELECT min(seq) FROM event WHERE seq > ?")
        .and_then(|mut it| it.query_row([after], |row| row.get(0)))
        .map_err(sql("look for events to purge"))
}

/// Whether a scan, of which an event has lost its words, has none left among its events that can be purged.
///
/// The events of one scan stand together.
pub(super) fn is_free(connection: &Connection, scan: i64, seq: i64) -> Result<bool, StoreError> {
    let doing = "look for other events of a scan";
    for (beyond, order) in [("<", "DESC"), (">", "ASC")] {
        let statement = format!(
            "SELECT scan, body_hash IS NULL AND kind IN ({}) FROM event WHERE seq {beyond} ? ORDER BY seq {order}",
            kinds()
        );
        let mut statement = connection.prepare_cached(&statement).map_err(sql(doing))?;
        let mut rows = statement.query([seq]).map_err(sql(doing))?;
        while let Some(row) = rows.next().map_err(sql(doing))? {
            let (of, has_words): (Option<i64>, bool) = (row.get(0).unwrap_or(None), row.get(1).map_err(sql(doing))?);
            if of != Some(scan) {
                break;
            }
            if has_words {
                return Ok(false);
            }
        }
    }
    Ok(true)
}
