//! Custody as the fold of the ledger: what each event does to the hot row of its unit, and to its condition.
//!
//! The same [`fold`] recomputes it from the events alone, for `verify`; the row in `unit_state` is a projection written
//! in the transaction of the event. A change names the expected former holder; if somebody else was quicker, no row
//! fits and it is a conflict, never a retry.
//! Deliberately absent: which events follow from a scan, which `rules` decides.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::{
    error::{StoreError, sql},
    migration,
    number::{Numbered as _, micros},
    report::Report,
};
use crate::domain::{Body, Condition, EventKind, HolderId, Moment, NewEvent, UnitState};

/// What an event does to custody, as it stands in the ledger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Change {
    /// Who has the unit afterwards.
    pub(super) holder: Option<i64>,
    /// Until when.
    pub(super) due: Option<i64>,
    /// When it happened, if custody moves.
    since: i64,
}

/// What the ledger says about one unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Folded {
    /// Who has it.
    pub(super) holder: Option<i64>,
    /// Until when.
    pub(super) due: Option<i64>,
    /// Its state; 0 before it was registered.
    pub(super) state: i64,
    /// Where it was last put.
    pub(super) location: Option<i64>,
    /// When custody last moved.
    pub(super) since: Option<i64>,
    /// In what condition it is said to be; `None` if in order.
    pub(super) condition: Option<Condition>,
}

/// In what condition an event says that its unit is, in the ledger's word; `None` if it says nothing of it.
///
/// A purge leaves these words.
pub(super) fn said(kind: EventKind, body: &Body) -> Option<&str> {
    if kind == EventKind::UnitChanged {
        return body.get("after").filter(|_| body.get("column") == Some("condition"));
    }
    body.get("condition").filter(|_| matches!(kind, EventKind::CheckedIn | EventKind::Corrected))
}

impl Folded {
    /// Takes the next event of this unit into account; `body` is its text, `None` after a purge.
    pub(super) fn fold(&mut self, header: &super::chain::Header<'_>, body: Option<&str>) {
        self.condition(header, body);
        let moves = EventKind::of(header.kind).is_ok_and(EventKind::moves_custody);
        if moves {
            // A correction that does not touch custody repeats it, so it must not renew `since` either.
            let changed = (self.holder, self.due) != (header.holder, header.due);
            self.holder = header.holder;
            self.due = header.due;
            if changed || header.kind != EventKind::Corrected.number() {
                self.since = Some(header.event_time.unwrap_or(header.record_time));
            }
        }
        if let Some(state) = header.state {
            self.state = state;
        }
        if header.location.is_some() {
            self.location = header.location;
        }
    }

    fn condition(&mut self, header: &super::chain::Header<'_>, body: Option<&str>) {
        let Ok(kind @ (EventKind::CheckedIn | EventKind::Corrected | EventKind::UnitChanged)) =
            EventKind::of(header.kind)
        else {
            return;
        };
        // Few events speak of it, and reading the words of all would double the time of `verify`.
        let body = body.filter(|it| it.contains("\"condition\"")).map(serde_json::from_str::<Body>);
        if let Some(word) = body.as_ref().and_then(|it| it.as_ref().ok()).and_then(|it| said(kind, it)) {
            self.condition = Condition::parse(word);
        }
    }
}

/// What an event will do, with holder and due as the ledger shall say; a contradiction is refused.
pub(super) fn change(connection: &Connection, event: &NewEvent, now: Moment) -> Result<Change, StoreError> {
    let since = micros(event.event_time.unwrap_or(now.wall));
    match (event.movement, event.unit) {
        (Some(_), _) if !event.kind.moves_custody() => {
            Err(StoreError::Unfit(format!("an event {} cannot move a unit", event.kind)))
        }
        (Some(_), None) => Err(StoreError::Unfit(format!("an event {} moves no unit", event.kind))),
        (Some(movement), Some(_)) => {
            Ok(Change { holder: movement.holder.map(|it| it.0), due: movement.due.map(micros), since })
        }
        (None, Some(unit)) if event.kind == EventKind::Corrected => connection
            .prepare_cached("SELECT holder, due FROM unit_state WHERE unit = ?")
            .and_then(|mut it| {
                it.query_row([unit.0], |row| Ok(Change { holder: row.get(0)?, due: row.get(1)?, since })).optional()
            })
            .map_err(sql("read who has the unit"))?
            .ok_or(StoreError::NotFound { what: "unit", id: unit.0 }),
        (None, _) if event.kind.moves_custody() && event.kind != EventKind::Corrected => {
            Err(StoreError::Unfit(format!("an event {} must say who has the unit", event.kind)))
        }
        (None, _) => Ok(Change::default()),
    }
}

/// Brings the hot row of the unit in step with an event.
pub(super) fn apply(connection: &Connection, event: &NewEvent, change: &Change) -> Result<(), StoreError> {
    let Some(unit) = event.unit else {
        return Ok(());
    };
    if let Some(movement) = event.movement {
        let former = movement.former.map(|it| it.0);
        let same = event.kind == EventKind::Corrected && former == change.holder;
        let changed = connection
            .prepare_cached(
                "UPDATE unit_state SET since = CASE WHEN ?5 AND due IS ?2 THEN since ELSE ?3 END, holder = ?1, due = ?2 \
                 WHERE unit = ?4 AND holder IS ?6",
            )
            .and_then(|mut it| {
                it.execute(params![change.holder, change.due, change.since, unit.0, same, former])
            })
            .map_err(sql("move the unit"))?;
        if changed == 0 {
            return Err(StoreError::Conflict { unit, expected: former.map(HolderId) });
        }
    }
    if let Some(state) = event.state {
        set(connection, "UPDATE unit_state SET state = ?1 WHERE unit = ?2", state.number(), unit.0)?;
    }
    if let Some(location) = event.location {
        set(connection, "UPDATE unit_state SET location = ?1 WHERE unit = ?2", location.0, unit.0)?;
    }
    if let Some(word) = said(event.kind, &event.body) {
        let is = Condition::parse(word).map(Condition::word);
        set(connection, "UPDATE unit SET condition = ?1 WHERE id = ?2", is, unit.0)?;
    }
    Ok(())
}

fn set(connection: &Connection, statement: &str, value: impl rusqlite::ToSql, unit: i64) -> Result<(), StoreError> {
    let changed = connection
        .prepare_cached(statement)
        .and_then(|mut it| it.execute(params![value, unit]))
        .map_err(sql("change the unit's state"))?;
    if changed == 0 { Err(StoreError::NotFound { what: "unit", id: unit }) } else { Ok(()) }
}

/// The state with which a unit enters the register when nothing else is said.
pub(super) const STATE_AT_FIRST: UnitState = UnitState::InService;

/// The highest unit number that custody is folded for; beyond it the number itself is damage.
const UNITS_MAX: usize = 100_000_000;

/// Takes an event into account for all units, each at the place of its number.
pub(super) fn fold(units: &mut Vec<Folded>, header: &super::chain::Header<'_>, body: Option<&str>) {
    let Some(place) = header.unit.and_then(|it| usize::try_from(it).ok()) else {
        return;
    };
    if units.len() <= place {
        if place > UNITS_MAX {
            return; // A damaged number; the chain has said so already.
        }
        units.resize(place + 1, Folded::default());
    }
    if let Some(unit) = units.get_mut(place) {
        unit.fold(header, body);
    }
}

/// Compares the rows of custody, and the conditions, with what the events say.
pub(super) fn compare(connection: &Connection, units: &[Folded], report: &mut Report) -> Result<(), StoreError> {
    let doing = "compare custody with the ledger";
    // A backup of an older program is read as it is; it has no column for the condition.
    let tells_condition = migration::found(connection)? >= migration::CONDITION;
    let condition = if tells_condition { "u.condition" } else { "NULL" };
    let mut statement = connection
        .prepare(&format!(
            "SELECT s.unit, s.holder, s.due, s.state, s.location, s.since, {condition} FROM unit_state s \
             LEFT JOIN unit u ON u.id = s.unit ORDER BY s.unit"
        ))
        .map_err(sql(doing))?;
    let mut rows = statement.query([]).map_err(sql(doing))?;
    let mut held = units.iter().filter(|it| it.holder.is_some()).count();
    while let Some(row) = rows.next().map_err(sql(doing))? {
        let read = || -> rusqlite::Result<(i64, Folded)> {
            let (holder, due, state, location) = (row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?);
            let condition = row.get_ref(6)?.as_str_or_null()?.and_then(Condition::parse);
            let since = row.get(5)?;
            Ok((row.get(0)?, Folded { holder, due, state, location, since, condition }))
        };
        let (unit, stored) = read().map_err(sql(doing))?;
        let folded = usize::try_from(unit).ok().and_then(|it| units.get(it)).copied().unwrap_or_default();
        if tells_condition && stored.condition != folded.condition {
            let says = folded.condition.map_or("in order", Condition::word);
            report.bad(None, format!("The condition of unit {unit} is not what the ledger says; it says {says}."));
        }
        let stored = Folded { condition: folded.condition, ..stored };
        if stored != folded {
            let sentence =
                format!("Custody of unit {unit} is not what the ledger says; restore the last backup that verifies.");
            report.bad(None, sentence);
        }
        held = held.saturating_sub(usize::from(folded.holder.is_some()));
    }
    if held > 0 {
        report.bad(None, format!("{held} units that the ledger says are out have no row of custody; restore the last backup that verifies."));
    }
    Ok(())
}
