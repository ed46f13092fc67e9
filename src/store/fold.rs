//! What events do beside custody: cases, labels to be printed, quantities on shelves.
//!
//! [`apply`] writes the tables in the transaction of the event; [`Folded`] recomputes them from the events alone, for
//! `verify`. A purge leaves their words; where these were removed or broken, the tables cannot be recomputed and are not
//! compared.
//! Deliberately absent: custody, which has a file of its own.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};

use super::{
    chain,
    error::{StoreError, sql},
    number::{Numbered as _, micros},
    report::Report,
    shown,
};
use crate::domain::{Body, CaseStep, EventKind, Moment, NewEvent, UnitId};

/// Brings the tables in step with an event that was just appended.
pub(super) fn apply(connection: &Connection, seq: i64, event: &NewEvent, now: Moment) -> Result<(), StoreError> {
    if event.kind == EventKind::CaseChanged {
        return CaseStep::parse(&event.body).map_or(Ok(()), |it| case(connection, seq, event, &it, now));
    }
    if event.kind == EventKind::LabelQueued {
        return queue(connection, seq, event, now);
    }
    let binds_tag = event.kind == EventKind::IdentifierBound && event.body.get("tag").is_some();
    if event.kind == EventKind::LabelSettled || binds_tag {
        return settle(connection, event, now);
    }
    if event.kind == EventKind::StillBound {
        return shown::show_parked(connection, &event.body);
    }
    if event.kind == EventKind::StockChanged {
        return quantity(connection, &event.body);
    }
    if event.kind == EventKind::ReorderNoted {
        let stock = number(&event.body, "stock")?;
        return execute(
            connection,
            "UPDATE stock SET reorder_since = ?1 WHERE id = ?2",
            params![micros(now.wall), stock],
            "note that a shelf runs low",
        )
        .map(drop);
    }
    Ok(())
}

fn case(connection: &Connection, seq: i64, event: &NewEvent, step: &CaseStep, now: Moment) -> Result<(), StoreError> {
    let doing = "change a case";
    let (at, person) = (micros(now.wall), event.person.map(|it| it.0));
    match step {
        CaseStep::Opened { kind, other, tag, serial_number } => {
            let unit = event.unit.ok_or_else(|| StoreError::Unfit("a case is about a unit".to_owned()))?.0;
            let other = other.map(|it| it.0);
            let again = execute(
                connection,
                "UPDATE case_file SET readings = readings + 1 WHERE resolved IS NULL AND kind = ?1 AND \
                 ((unit = ?2 AND other IS ?3) OR (unit = ?3 AND other = ?2))",
                params![kind.word(), unit, other],
                doing,
            )?;
            if again == 0 {
                let values = params![seq, kind.word(), unit, other, tag, serial_number, at, person];
                execute(
                    connection,
                    "INSERT INTO case_file (id, kind, unit, other, tag, serial_number, opened, person) \
                     VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    values,
                    doing,
                )?;
            }
            execute(connection, "UPDATE unit SET conflict = 1 WHERE id IN (?1, ?2)", params![unit, other], doing)?;
        }
        CaseStep::PutAside { unit, other } => {
            let location = event.location.map(|it| it.0);
            let values = params![location, unit.0, other.map(|it| it.0)];
            let statement = "UPDATE case_file SET location = ?1 WHERE resolved IS NULL AND unit = ?2 AND other IS ?3";
            execute(connection, statement, values, doing)?;
        }
        CaseStep::Resolved { case, why } => {
            let values = params![at, person, why, case.0];
            let statement = "UPDATE case_file SET resolved = ?1, resolved_by = ?2, resolution = ?3 WHERE id = ?4 AND resolved IS NULL";
            if execute(connection, statement, values, doing)? == 0 {
                return Err(StoreError::Unfit(format!("there is no open case {}", case.0)));
            }
            execute(
                connection,
                "UPDATE unit SET conflict = 0 WHERE id IN (SELECT unit FROM case_file WHERE id = ?1 UNION \
                 SELECT other FROM case_file WHERE id = ?1) AND NOT EXISTS (SELECT 1 FROM case_file c \
                 WHERE c.resolved IS NULL AND (c.unit = unit.id OR c.other = unit.id))",
                [case.0],
                doing,
            )?;
        }
    }
    Ok(())
}

/// One open entry a unit; asking again renews what is to be printed and why.
fn queue(connection: &Connection, seq: i64, event: &NewEvent, now: Moment) -> Result<(), StoreError> {
    let unit = event.unit.ok_or_else(|| StoreError::Unfit("a label belongs to a unit".to_owned()))?.0;
    let (reason, tag) = (event.body.get("reason").unwrap_or_default(), event.body.get("reprint"));
    let values = params![seq, unit, reason, tag, micros(now.wall), event.person.map(|it| it.0)];
    execute(
        connection,
        "INSERT INTO label_queue (id, unit, reason, tag, asked, person) VALUES (?, ?, ?, ?, ?, ?) \
         ON CONFLICT (unit) WHERE settled IS NULL DO UPDATE SET reason = excluded.reason, tag = excluded.tag",
        values,
        "queue a label",
    )
    .map(drop)
}

fn settle(connection: &Connection, event: &NewEvent, now: Moment) -> Result<(), StoreError> {
    let values = params![micros(now.wall), event.person.map(|it| it.0), event.unit.map(|it| it.0)];
    let statement = "UPDATE label_queue SET settled = ?, settled_by = ? WHERE unit = ? AND settled IS NULL";
    execute(connection, statement, values, "take a label off the list").map(drop)
}

/// A quantity names the one before it; if somebody else was quicker, no row fits and nothing of the scan stays.
fn quantity(connection: &Connection, body: &Body) -> Result<(), StoreError> {
    let (stock, before, left) = (number(body, "stock")?, number(body, "before")?, number(body, "left")?);
    let changed = execute(
        connection,
        "UPDATE stock SET quantity = ?1, reorder_since = CASE WHEN ?1 < minimum THEN reorder_since END \
         WHERE id = ?2 AND quantity = ?3 AND ?1 >= 0",
        [left, stock, before],
        "change a quantity",
    )?;
    let unfit = || StoreError::Unfit(format!("shelf {stock} does not hold {before}, or would hold {left}"));
    if changed == 0 { Err(unfit()) } else { Ok(()) }
}

fn number(body: &Body, name: &str) -> Result<i64, StoreError> {
    let found = body.get(name).and_then(|it| it.parse().ok());
    found.ok_or_else(|| StoreError::Unfit(format!("the event lacks the number \"{name}\"")))
}

fn execute(
    connection: &Connection,
    statement: &str,
    values: impl rusqlite::Params,
    doing: &'static str,
) -> Result<usize, StoreError> {
    connection.prepare_cached(statement).and_then(|mut it| it.execute(values)).map_err(sql(doing))
}

/// Changes of a quantity that do not follow from the one before, of which a report tells (chosen: it tells of 20 things).
const ODD_MAX: usize = 20;

/// The tables as the events alone give them.
#[derive(Default)]
pub(super) struct Folded {
    /// Open cases by what they are about: kind and units, the lower number first.
    cases: BTreeMap<(String, Option<i64>, Option<i64>), i64>,
    /// Open entries of the list of labels, by unit.
    labels: BTreeMap<i64, i64>,
    /// What each shelf held when it was entered, by its code, for which alone that event knows it.
    entered: BTreeMap<String, i64>,
    /// What is left on each shelf whose quantity ever changed.
    stock: BTreeMap<i64, i64>,
    /// Changes of a quantity that was another one, with their numbers; the first ones.
    odd: Vec<(i64, String)>,
    /// Words that would be needed are missing, which the report says of their event.
    unread: bool,
}

impl Folded {
    /// Takes the next event into account; `body` is its text, `None` if they are missing.
    pub(super) fn fold(&mut self, header: &chain::Header<'_>, body: Option<&str>) {
        let Ok(kind) = EventKind::of(header.kind) else { return };
        if kind == EventKind::RecordChanged {
            return self.enter(body);
        }
        let concerned = [
            EventKind::CaseChanged,
            EventKind::LabelQueued,
            EventKind::LabelSettled,
            EventKind::IdentifierBound,
            EventKind::StockChanged,
        ];
        if !concerned.contains(&kind) {
            return;
        }
        let Some(body) = body.and_then(|it| serde_json::from_str::<Body>(it).ok()) else {
            self.unread = true;
            return;
        };
        match (kind, header.unit) {
            (EventKind::CaseChanged, unit) => self.case(header.seq, unit, &body),
            (EventKind::LabelQueued, Some(unit)) => {
                self.labels.entry(unit).or_insert(header.seq);
            }
            (EventKind::LabelSettled, Some(unit)) => {
                self.labels.remove(&unit);
            }
            (EventKind::IdentifierBound, Some(unit)) if body.get("tag").is_some() => {
                self.labels.remove(&unit);
            }
            (EventKind::StockChanged, _) => self.count(header.seq, &body),
            _ => {}
        }
    }

    /// A shelf is entered with its quantity; other changes of a record are passed over, few of which have these words.
    fn enter(&mut self, body: Option<&str>) {
        let body = body.filter(|it| it.contains("\"quantity\":") && it.contains("\"shelf\":"));
        let Some(body) = body.and_then(|it| serde_json::from_str::<Body>(it).ok()) else { return };
        if let (Some(shelf), Ok(quantity)) = (body.get("shelf"), number(&body, "quantity")) {
            self.entered.insert(shelf.to_owned(), quantity);
        }
    }

    fn count(&mut self, seq: i64, body: &Body) {
        let (Ok(stock), Ok(left)) = (number(body, "stock"), number(body, "left")) else { return };
        let shelf = body.get("shelf").unwrap_or_default();
        let held = self.stock.insert(stock, left).or_else(|| self.entered.get(shelf).copied());
        let before = body.get("before").and_then(|it| it.parse::<i64>().ok());
        if let Some(held) = held.filter(|it| before != Some(*it) && self.odd.len() < ODD_MAX) {
            let before = before.map_or_else(|| "nothing that is said".to_owned(), |it| it.to_string());
            self.odd.push((
                seq,
                format!(
                    "Event {seq} changes the quantity on shelf {shelf} from {before} to {left}, and it was {held} by the \
                     events before it."
                ),
            ));
        }
    }

    fn case(&mut self, seq: i64, unit: Option<i64>, body: &Body) {
        match CaseStep::parse(body) {
            Some(CaseStep::Opened { kind, other, .. }) => {
                let key = about(kind.word(), unit, other.map(|UnitId(it)| it));
                self.cases.entry(key).or_insert(seq);
            }
            Some(CaseStep::Resolved { case, .. }) => self.cases.retain(|_, it| *it != case.0),
            Some(CaseStep::PutAside { .. }) | None => {}
        }
    }

    /// Says what the tables say otherwise, and which quantities do not follow from one another.
    pub(super) fn compare(&self, connection: &Connection, report: &mut Report) -> Result<(), StoreError> {
        if self.unread {
            return Ok(());
        }
        self.odd.iter().for_each(|(seq, sentence)| report.bad(Some(*seq), sentence.clone()));
        let cases = pairs(connection, "SELECT id, 0 FROM case_file WHERE resolved IS NULL")?;
        let labels = pairs(connection, "SELECT unit, id FROM label_queue WHERE settled IS NULL")?;
        let stock = pairs(connection, "SELECT id, quantity FROM stock")?;
        if cases != self.cases.values().map(|it| (*it, 0)).collect() {
            let sentence = "The open cases are not what the ledger says; restore the last backup that verifies.";
            report.bad(None, sentence.to_owned());
        }
        if labels != self.labels {
            let sentence =
                "The labels to be printed are not what the ledger says; restore the last backup that verifies.";
            report.bad(None, sentence.to_owned());
        }
        for (shelf, left) in &self.stock {
            if stock.get(shelf) != Some(left) {
                unlike(report, &shelf.to_string(), *left);
            }
        }
        let codes = codes(connection)?;
        for (shelf, quantity) in &self.entered {
            let id = codes.get(shelf);
            let unchanged = id.is_none_or(|it| !self.stock.contains_key(it));
            if unchanged && id.and_then(|it| stock.get(it)) != Some(quantity) {
                unlike(report, shelf, *quantity);
            }
        }
        Ok(())
    }
}

fn unlike(report: &mut Report, shelf: &str, says: i64) {
    report.bad(None, format!("The quantity on shelf {shelf} is not what the ledger says; it says {says}."));
}

/// The shelves by their codes.
fn codes(connection: &Connection) -> Result<BTreeMap<String, i64>, StoreError> {
    let doing = "compare the shelves with the ledger";
    let mut statement = connection.prepare("SELECT shelf, id FROM stock").map_err(sql(doing))?;
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).and_then(Iterator::collect).map_err(sql(doing))
}

fn about(kind: &str, unit: Option<i64>, other: Option<i64>) -> (String, Option<i64>, Option<i64>) {
    let (low, high) = if other.is_some() && other < unit { (other, unit) } else { (unit, other) };
    (kind.to_owned(), low, high)
}

fn pairs(connection: &Connection, statement: &str) -> Result<BTreeMap<i64, i64>, StoreError> {
    let doing = "compare the tables with the ledger";
    let mut statement = connection.prepare(statement).map_err(sql(doing))?;
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).and_then(Iterator::collect).map_err(sql(doing))
}
