//! What is open: how much of it for the shift's card, and the lists behind it.
//!
//! Counting reads indexes of what is open and never the whole register. Lists are bounded.
//! Deliberately absent: closing the shift, which is an event of the rules.

use jiff::Timestamp;
use rusqlite::{Connection, Row, params};

use super::{
    Reader, Store,
    error::{StoreError, sql},
    facts,
    number::{Numbered as _, micros, time},
    parked::ParkedCode,
    reader::bounded,
};
use crate::domain::{CaseView, HolderId, LabelView, Moment, ShiftFacts, UnitId, UnitState};

/// A unit that somebody has.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct OutUnit {
    /// The unit.
    pub unit: UnitId,
    /// Its tag.
    pub tag: Option<String>,
    /// Its model, with the maker.
    pub model: String,
    /// Who has it.
    pub holder: HolderId,
    /// Their name.
    pub name: String,
    /// Since when.
    pub since: Option<Timestamp>,
    /// Until when.
    pub due: Option<Timestamp>,
    /// Past its due time.
    pub overdue: bool,
}

/// A unit in quarantine that does not lie in a quarantine bin.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct BinWaiting {
    /// The unit.
    pub unit: UnitId,
    /// Its tag.
    pub tag: Option<String>,
    /// Its model, with the maker.
    pub model: String,
    /// Where it was last put, by name.
    pub location: Option<String>,
    /// Since when it is in quarantine.
    pub since: Option<Timestamp>,
}

/// How a shift stands.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct ShiftReport {
    /// How much of each.
    #[serde(flatten)]
    pub counts: ShiftFacts,
    /// What is still out, by person, due first; at most 1,000.
    pub units_out: Vec<OutUnit>,
    /// Codes that were set aside, the latest first; at most 1,000.
    pub codes_parked: Vec<ParkedCode>,
    /// Labels that are to be printed or verified, the oldest first; at most 1,000.
    pub labels_waiting: Vec<LabelView>,
    /// What is in quarantine and not in a quarantine bin, the oldest first; at most 1,000.
    pub bins_waiting: Vec<BinWaiting>,
    /// Cases that are open; at most 1,000.
    pub cases_open: Vec<CaseView>,
}

impl Store {
    /// What is open now.
    pub fn shift(&self, now: Moment) -> Result<ShiftFacts, StoreError> {
        counts(&self.connection, now)
    }
}

impl Reader {
    /// What is open now, with the lists behind it.
    pub fn shift(&self, unmasked: bool, now: Moment) -> Result<ShiftReport, StoreError> {
        Ok(ShiftReport {
            counts: counts(&self.connection, now)?,
            units_out: self.out("s.holder IS NOT NULL AND ?1 = ?1", "h.name, s.holder", now, usize::MAX)?,
            codes_parked: self.parked(usize::MAX)?,
            labels_waiting: self.label_queue(usize::MAX)?,
            bins_waiting: self.bins_waiting()?,
            cases_open: self.cases(false, usize::MAX, unmasked)?,
        })
    }

    /// What is past its due time, the longest overdue first; at most 1,000.
    pub fn overdue(&self, limit: usize, now: Moment) -> Result<Vec<OutUnit>, StoreError> {
        self.out("s.holder IS NOT NULL AND s.due < ?1", "s.due", now, limit)
    }

    fn out(&self, condition: &str, order: &str, now: Moment, limit: usize) -> Result<Vec<OutUnit>, StoreError> {
        let doing = "read what is out";
        let statement = format!(
            "SELECT s.unit, s.holder, h.name, s.since, s.due FROM unit_state s JOIN holder h ON h.id = s.holder \
             WHERE {condition} ORDER BY {order}, s.due IS NULL, s.due, s.unit LIMIT ?2"
        );
        let read = |row: &Row<'_>| -> rusqlite::Result<OutUnit> {
            let due = row.get::<_, Option<i64>>(4)?.map(time).transpose()?;
            Ok(OutUnit {
                unit: UnitId(row.get(0)?),
                tag: None,
                model: String::new(),
                holder: HolderId(row.get(1)?),
                name: row.get(2)?,
                since: row.get::<_, Option<i64>>(3)?.map(time).transpose()?,
                due,
                overdue: due.is_some_and(|it| it < now.wall),
            })
        };
        let rows: Vec<OutUnit> = self
            .connection
            .prepare_cached(&statement)
            .and_then(|mut it| it.query_map(params![micros(now.wall), bounded(limit)], read)?.collect())
            .map_err(sql(doing))?;
        rows.into_iter()
            .map(|row| {
                let (tag, model) = self.called(row.unit)?;
                Ok(OutUnit { tag, model, ..row })
            })
            .collect()
    }

    fn bins_waiting(&self) -> Result<Vec<BinWaiting>, StoreError> {
        let quarantine = UnitState::Quarantine.number();
        let statement = format!(
            "SELECT s.unit, l.name, (SELECT max(e.record_time) FROM event e WHERE e.unit = s.unit AND \
             e.state = {quarantine}) AS since FROM {} ORDER BY since, s.unit LIMIT ?",
            waits_for_bin()
        );
        let read = |row: &Row<'_>| -> rusqlite::Result<BinWaiting> {
            let since = row.get::<_, Option<i64>>(2)?.map(time).transpose()?;
            Ok(BinWaiting { unit: UnitId(row.get(0)?), tag: None, model: String::new(), location: row.get(1)?, since })
        };
        let rows: Vec<BinWaiting> = self
            .connection
            .prepare_cached(&statement)
            .and_then(|mut it| it.query_map([bounded(usize::MAX)], read)?.collect())
            .map_err(sql("read what waits for its bin"))?;
        rows.into_iter()
            .map(|row| {
                let (tag, model) = self.called(row.unit)?;
                Ok(BinWaiting { tag, model, ..row })
            })
            .collect()
    }

    /// The tag of a unit, and its model with the maker.
    fn called(&self, unit: UnitId) -> Result<(Option<String>, String), StoreError> {
        let brief = facts::brief(&self.connection, unit)?;
        Ok((brief.tag, [brief.maker.as_str(), brief.model.as_str()].join(" ").trim().to_owned()))
    }
}

/// Units `s` in quarantine that do not lie in a quarantine bin; none where no bin is one.
///
/// The state is written out, so that the index of units in quarantine is used.
fn waits_for_bin() -> String {
    format!(
        "unit_state s LEFT JOIN location l ON l.id = s.location WHERE s.state = {} AND coalesce(l.quarantine, 0) = 0 \
         AND EXISTS (SELECT 1 FROM location WHERE quarantine)",
        UnitState::Quarantine.number()
    )
}

fn counts(connection: &Connection, now: Moment) -> Result<ShiftFacts, StoreError> {
    let statement = format!(
        "SELECT (SELECT count(*) FROM unit_state WHERE holder IS NOT NULL), \
         (SELECT count(*) FROM unit_state WHERE holder IS NOT NULL AND due < ?1), \
         (SELECT count(*) FROM parked WHERE resolved IS NULL), (SELECT count(*) FROM label_queue WHERE settled IS NULL), \
         (SELECT count(*) FROM {}), (SELECT count(*) FROM case_file WHERE resolved IS NULL)",
        waits_for_bin()
    );
    connection
        .prepare_cached(&statement)
        .and_then(|mut it| {
            it.query_row([micros(now.wall)], |row| {
                Ok(ShiftFacts {
                    out: row.get(0)?,
                    overdue: row.get(1)?,
                    parked: row.get(2)?,
                    labels: row.get(3)?,
                    bins: row.get(4)?,
                    cases: row.get(5)?,
                })
            })
        })
        .map_err(sql("count what is open"))
}
