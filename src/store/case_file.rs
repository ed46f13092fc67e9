//! Cases on disk, for people: the list, and closing one with a reason.
//!
//! Cases are opened by events that scans leave; `fold` writes the table. A case that was closed stays.
//! Deliberately absent: mending what a case is about; that is RELABEL, PAIR, or the register.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::{
    Reader, Store,
    error::{StoreError, sql},
    facts,
    number::time,
    reader::bounded,
};
use crate::domain::feedback::mask;
use crate::domain::{CaseId, CaseKind, CaseStep, CaseView, EventKind, EventSeq, HolderId, Moment, NewEvent, UnitId};

/// Open cases that are told of one unit (chosen: more than anybody reads).
const OF_A_UNIT_MAX: usize = 100;

impl Store {
    /// Closes a case, with the reason. Needs an open transaction.
    ///
    /// # Errors
    /// [`StoreError::Unfit`] if there is no such open case, or no reason.
    pub fn resolve_case(
        &mut self,
        case: CaseId,
        why: &str,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<EventSeq, StoreError> {
        let why = why.trim().to_owned();
        if why.is_empty() {
            return Err(StoreError::Unfit("a case is closed with a reason".to_owned()));
        }
        let unit: Option<i64> = self
            .connection
            .prepare_cached("SELECT unit FROM case_file WHERE id = ? AND resolved IS NULL")
            .and_then(|mut it| it.query_row([case.0], |row| row.get(0)).optional())
            .map_err(sql("look for the case"))?;
        let Some(unit) = unit else {
            return Err(StoreError::Unfit(format!("there is no open case {}", case.0)));
        };
        let body = CaseStep::Resolved { case, why }.body();
        let event = NewEvent { unit: Some(UnitId(unit)), person, body, ..NewEvent::new(EventKind::CaseChanged) };
        let written = self.record_events(None, &[event], now)?;
        Ok(written.last().copied().unwrap_or(EventSeq(0)))
    }
}

impl Reader {
    /// Cases, newest first; at most 1,000. Without `all`, those that are open.
    pub fn cases(&self, all: bool, limit: usize, unmasked: bool) -> Result<Vec<CaseView>, StoreError> {
        self.cases_where("?1 OR c.resolved IS NULL", i64::from(all), limit, unmasked)
    }

    /// The open cases about a unit, newest first; at most 100.
    pub fn cases_of(&self, unit: UnitId, unmasked: bool) -> Result<Vec<CaseView>, StoreError> {
        let about = "c.resolved IS NULL AND (c.unit = ?1 OR c.other = ?1)";
        self.cases_where(about, unit.0, OF_A_UNIT_MAX, unmasked)
    }

    fn cases_where(
        &self,
        condition: &'static str,
        of: i64,
        limit: usize,
        unmasked: bool,
    ) -> Result<Vec<CaseView>, StoreError> {
        let doing = "read the cases";
        let mut found: Vec<CaseView> = self
            .connection
            .prepare_cached(&format!(
                "SELECT c.id, c.kind, c.unit, c.other, c.tag, c.serial_number, c.opened, p.name, c.readings, l.label, \
                 c.resolved, r.name, c.resolution FROM case_file c LEFT JOIN holder p ON p.id = c.person \
                 LEFT JOIN holder r ON r.id = c.resolved_by LEFT JOIN location l ON l.id = c.location \
                 WHERE {condition} ORDER BY c.id DESC LIMIT ?2",
            ))
            .and_then(|mut it| {
                it.query_map(params![of, bounded(limit)], |row| {
                    let number: Option<String> = row.get(5)?;
                    Ok(CaseView {
                        id: CaseId(row.get(0)?),
                        kind: CaseKind::parse(row.get_ref(1)?.as_str()?).unwrap_or(CaseKind::MappingConflict),
                        unit: UnitId(row.get(2)?),
                        label: None,
                        other: row.get::<_, Option<i64>>(3)?.map(UnitId),
                        other_label: None,
                        tag: row.get(4)?,
                        serial_number: number.map(|it| if unmasked { it } else { mask(&it) }),
                        opened: time(row.get(6)?)?,
                        person: row.get(7)?,
                        readings: row.get(8)?,
                        place: row.get(9)?,
                        resolved: row.get::<_, Option<i64>>(10)?.map(time).transpose()?,
                        resolved_by: row.get(11)?,
                        resolution: row.get(12)?,
                    })
                })?
                .collect()
            })
            .map_err(sql(doing))?;
        for case in &mut found {
            case.label = tag(&self.connection, Some(case.unit))?;
            case.other_label = tag(&self.connection, case.other)?;
        }
        Ok(found)
    }
}

fn tag(connection: &Connection, unit: Option<UnitId>) -> Result<Option<String>, StoreError> {
    unit.map_or(Ok(None), |it| facts::proofs(connection, it).map(|it| it.tag))
}
