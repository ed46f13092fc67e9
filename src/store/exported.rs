//! That a list leaves the store: one event before it is written, with who, what, masked or not, and how many rows.
//!
//! The list then has exactly the rows that were there before that event, so its number is right, and a list of the ledger
//! has everything before it. Rows are counted by the reader, because the station must not stand still for a million.
//! Deliberately absent: writing the list, and copies of the whole store.

use std::io::Write;

use rusqlite::params;

use super::{
    Form, Instruction, List, Reader, Store,
    error::{StoreError, sql},
    export,
    number::Numbered as _,
};
use crate::domain::{Body, EventKind, EventSeq, HolderId, Moment, NewEvent};

/// The words of the event.
const LIST: &str = "export";
const MASKED: &str = "masked";
const ROWS: &str = "rows";
const UP_TO: &str = "up_to";

impl Store {
    /// Notes that a list leaves the store, of which so many rows were counted up to that one. Needs an open transaction.
    pub(super) fn note_export(
        &mut self,
        list: List,
        unmasked: bool,
        (counted, up_to): (i64, i64),
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<EventSeq, StoreError> {
        if counted < 0 || up_to < 0 {
            return Err(StoreError::Unfit("`counted` and `up_to` are numbers of rows, 0 or more".to_owned()));
        }
        let (table, key) = list.rows();
        let (more, last): (i64, i64) = self
            .connection
            .query_row(
                &format!("SELECT count(*), coalesce(max({key}), ?1) FROM {table} WHERE {key} > ?1"),
                params![up_to],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .map_err(sql("count what is exported"))?;
        let body = Body::new().with(LIST, list.word()).with(MASKED, if unmasked { "no" } else { "yes" });
        let body = body.with(ROWS, counted.saturating_add(more).to_string()).with(UP_TO, last.to_string());
        let event = NewEvent { person, body, ..NewEvent::new(EventKind::Exported) };
        self.record_events(None, &[event], now).map(|_| self.head().0)
    }
}

impl Reader {
    /// The instruction that notes an export of that list as it is now.
    ///
    /// # Errors
    /// What the database could not do.
    pub fn to_export(&self, list: List, unmasked: bool) -> Result<Instruction, StoreError> {
        let (table, key) = list.rows();
        let counted =
            self.connection.query_row(&format!("SELECT count(*), coalesce(max({key}), 0) FROM {table}"), [], |row| {
                Ok(Instruction::Export { list, unmasked, counted: row.get(0)?, up_to: row.get(1)? })
            });
        counted.map_err(sql("count what is exported"))
    }

    /// Writes the list whose export that event notes; returns the number of rows.
    ///
    /// # Errors
    /// [`StoreError::Unfit`] if that event notes none; what the database or the file could not do.
    pub fn export_noted(&self, event: EventSeq, form: Form, out: &mut impl Write) -> Result<u64, StoreError> {
        let body: Option<String> = self
            .connection
            .query_row(
                "SELECT body FROM event WHERE seq = ? AND kind = ?",
                [event.0, EventKind::Exported.number()],
                |row| row.get(0),
            )
            .map_err(sql("read what is exported"))?;
        let body: Body = body.and_then(|it| serde_json::from_str(&it).ok()).unwrap_or_default();
        let noted = body.get(LIST).and_then(List::parse).zip(body.get(UP_TO).and_then(|it| it.parse().ok()));
        let (list, up_to) = noted.ok_or_else(|| StoreError::Unfit(format!("event {} notes no export", event.0)))?;
        export::export(&self.connection, list, form, (body.get(MASKED) == Some("no"), up_to), out)
    }
}
