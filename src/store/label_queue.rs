//! The list of labels to be printed, for people: reading it, and taking an entry off.
//!
//! Entries come from scans (TAGLOST, BADLABEL, NOTAG) by way of events; binding a tag settles them, and so does whoever
//! printed the same label again. Deliberately absent: printing.

use rusqlite::params;

use super::{
    Reader, Store,
    error::{StoreError, sql},
    number::time,
    reader::bounded,
};
use crate::domain::{Body, EventKind, HolderId, LabelReason, LabelView, Moment, NewEvent, Role, Sight, UnitId};

impl Store {
    /// Takes the label of a unit off the list: it was printed, or is not needed. Needs an open transaction.
    ///
    /// # Errors
    /// [`StoreError::Unfit`] if no label of the unit is on the list.
    pub fn settle_label(
        &mut self,
        unit: UnitId,
        why: &str,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<(), StoreError> {
        let waits: bool = self
            .connection
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM label_queue WHERE unit = ? AND settled IS NULL)")
            .and_then(|mut it| it.query_row([unit.0], |row| row.get(0)))
            .map_err(sql("look for the label"))?;
        if !waits {
            return Err(StoreError::Unfit(format!("no label of unit {} waits to be printed", unit.0)));
        }
        let body = Body::new().with("why", why);
        let event = NewEvent { unit: Some(unit), person, body, ..NewEvent::new(EventKind::LabelSettled) };
        self.record_events(None, &[event], now).map(drop)
    }
}

impl Reader {
    /// Labels that wait to be printed, oldest first; at most 1,000.
    pub fn label_queue(&self, limit: usize) -> Result<Vec<LabelView>, StoreError> {
        self.connection
            .prepare_cached(
                "SELECT q.id, q.unit, trim(m.maker || ' ' || m.name), q.reason, q.tag, q.asked, h.name \
                 FROM label_queue q JOIN unit u ON u.id = q.unit JOIN model m ON m.id = u.model \
                 LEFT JOIN holder h ON h.id = q.person WHERE q.settled IS NULL ORDER BY q.id LIMIT ?",
            )
            .and_then(|mut it| {
                it.query_map(params![bounded(limit)], |row| {
                    Ok(LabelView {
                        id: row.get(0)?,
                        unit: UnitId(row.get(1)?),
                        model: row.get(2)?,
                        reason: LabelReason::parse(row.get_ref(3)?.as_str()?).unwrap_or(LabelReason::Missing),
                        tag: row.get(4)?,
                        since: time(row.get(5)?)?,
                        person: row.get(6)?,
                        serial_number: None,
                        lot: None,
                    })
                })?
                .collect()
            })
            .map_err(sql("read the labels to be printed"))
    }

    /// The same with what a label names beside its tag: serial number and lot, to whoever may print one.
    pub fn labels_to_print(&self, limit: usize, role: Option<Role>) -> Result<Vec<LabelView>, StoreError> {
        let mut labels = self.label_queue(limit)?;
        if role.is_some_and(|it| it >= Role::Tagger) {
            for label in &mut labels {
                let Some(unit) = self.unit_view(label.unit, Sight::of(role))? else { continue };
                (label.serial_number, label.lot) = (unit.serial_number, unit.lot);
            }
        }
        Ok(labels)
    }
}
