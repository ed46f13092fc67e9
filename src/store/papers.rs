//! What a person may show: trainings, their own limit, and whether a PIN is set; for their page.
//!
//! Deliberately absent: the licence, which comes with the person; the PIN itself, which nobody is told.

use jiff::Timestamp;
use rusqlite::OptionalExtension as _;

use super::{
    Reader,
    error::{StoreError, sql},
    restriction,
};
use crate::domain::HolderId;

/// A training that a person has.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Trained {
    /// Its name.
    pub name: String,
    /// Until when it counts; `None` for ever.
    pub valid_until: Option<Timestamp>,
}

impl Reader {
    /// What a person was trained in, by name.
    pub fn trainings(&self, holder: HolderId) -> Result<Vec<Trained>, StoreError> {
        let mut found = restriction::trainings(&self.connection, holder)?;
        found.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(found.into_iter().map(|it| Trained { name: it.name, valid_until: it.valid_until }).collect())
    }

    /// Whether a person has a PIN.
    pub fn has_pin(&self, holder: HolderId) -> Result<bool, StoreError> {
        self.connection
            .prepare_cached("SELECT pin IS NOT NULL FROM holder WHERE id = ?")
            .and_then(|mut it| it.query_row([holder.0], |row| row.get(0)).optional())
            .map(Option::unwrap_or_default)
            .map_err(sql("look for a PIN"))
    }
}
