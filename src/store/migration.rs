//! The schema, as steps forward: step N turns schema N-1 into N, each in one transaction.
//!
//! `PRAGMA user_version` holds the number; a newer schema is refused and never written to. Before an existing store
//! is migrated, its file is copied aside. The ledger and its checkpoints are append-only by trigger.
//! Deliberately absent: any way back; a downgrade restores the copy.

use rusqlite::{Connection, Error, ErrorCode};

use super::{
    error::{StoreError, sql},
    search,
};

/// `PRAGMA application_id` of our files: "scan" in ASCII.
pub(super) const APPLICATION_ID: i64 = 0x7363_616e;

/// The schema since which cases and the other folds of tables are there.
pub(super) const CASES: u32 = 5;
/// The schema since which starts, silences and the first event are signed in their own transaction.
pub(super) const SIGNED_STARTS: u32 = 11;
/// The schema since which the condition of a unit is a column.
pub(super) const CONDITION: u32 = 7;

/// The schema since which all columns of the register are there that events tell.
pub(super) const REGISTER: u32 = 12;

/// The schema since which owners and notes are searched.
const WORDS_OF_UNITS: u32 = 13;

/// The steps; the number of steps is the newest schema.
const STEPS: &[&str] = &[
    include_str!("schema/1.sql"),
    include_str!("schema/2.sql"),
    include_str!("schema/3.sql"),
    include_str!("schema/4.sql"),
    include_str!("schema/5.sql"),
    include_str!("schema/6.sql"),
    include_str!("schema/7.sql"),
    include_str!("schema/8.sql"),
    include_str!("schema/9.sql"),
    include_str!("schema/10.sql"),
    include_str!("schema/11.sql"),
    include_str!("schema/12.sql"),
    include_str!("schema/13.sql"),
    include_str!("schema/14.sql"),
];

/// The newest schema that this program knows.
#[must_use]
pub fn newest() -> u32 {
    u32::try_from(STEPS.len()).unwrap_or(u32::MAX)
}

/// The schema of an open database; 0 for an empty file.
///
/// # Errors
/// [`StoreError::WrongSchema`] if there is a number that no schema has.
pub(super) fn found(connection: &Connection) -> Result<u32, StoreError> {
    let number: i64 =
        connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(sql("read the schema number"))?;
    u32::try_from(number).map_err(|_| wrong(connection, number))
}

/// The number of the schema is not that of the tables.
fn wrong(connection: &Connection, found: i64) -> StoreError {
    StoreError::WrongSchema { path: connection.path().unwrap_or_default().into(), found }
}

/// Whether the file is one of ours, or empty.
pub(super) fn is_ours(connection: &Connection) -> Result<bool, StoreError> {
    let id: i64 = connection
        .pragma_query_value(None, "application_id", |row| row.get(0))
        .map_err(sql("read what program the store belongs to"))?;
    let tables: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(sql("read the store's tables"))?;
    Ok(id == APPLICATION_ID || tables == 0)
}

/// Whether there is any event; none where even its table is not there.
pub(super) fn holds_events(connection: &Connection) -> Result<bool, StoreError> {
    let made: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_schema WHERE name = 'event'", [], |row| row.get(0))
        .map_err(sql("look for the ledger"))?;
    let held = || connection.query_row("SELECT EXISTS (SELECT 1 FROM event)", [], |row| row.get(0));
    if made == 0 { Ok(false) } else { held().map_err(sql("look for the ledger")) }
}

/// Takes the steps that are missing.
///
/// # Errors
/// [`StoreError::WrongSchema`] if a step does not fit what is there.
pub(super) fn forward(connection: &Connection, from: u32) -> Result<(), StoreError> {
    if (1..WORDS_OF_UNITS).contains(&from) {
        connection.execute_batch("BEGIN IMMEDIATE").map_err(sql("migrate the store"))?;
        search::index_units(connection)?;
        connection.execute_batch("COMMIT").map_err(sql("migrate the store"))?;
    }
    let first = usize::try_from(from).unwrap_or(usize::MAX);
    for (step, statements) in STEPS.iter().enumerate().skip(first) {
        let number = step + 1;
        let script = format!(
            "BEGIN IMMEDIATE; {statements}; PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {number}; COMMIT;"
        );
        connection.execute_batch(&script).map_err(|said| {
            // A statement cannot be: there is such a table, column or setting already, or it is missing.
            let misfits = matches!(said, Error::SqlInputError { .. });
            let is_there =
                matches!(said.sqlite_error_code(), Some(ErrorCode::Unknown | ErrorCode::ConstraintViolation));
            if misfits || is_there {
                return wrong(connection, from.into());
            }
            sql("migrate the store")(said)
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::{APPLICATION_ID, Connection, STEPS};
    use crate::store::{Checks, verify};

    #[test]
    fn a_file_of_an_older_schema_is_verified_as_it_is() {
        for (schema, _) in (1_u32..).zip(STEPS) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("kept.backup");
            let connection = Connection::open(&path).unwrap();
            STEPS.iter().take(usize::try_from(schema).unwrap()).for_each(|it| connection.execute_batch(it).unwrap());
            connection.pragma_update(None, "user_version", schema).unwrap();
            connection.pragma_update(None, "application_id", APPLICATION_ID).unwrap();
            drop(connection);
            let report = verify(&path, Checks::ALL, |_| ControlFlow::Continue(())).unwrap();
            assert!(report.ok, "schema {schema}: {report:?}");
        }
    }
}
