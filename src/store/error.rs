//! What can go wrong in the store, each with what was being done and what to do about it.
//!
//! A variant is a situation an operator can tell apart: full, read-only, locked, damaged, newer, somebody else writes.
//! Deliberately absent: refusals of the rules, which are answers and no errors.

use std::path::PathBuf;

use rusqlite::ErrorCode;

use crate::domain::{HolderId, UnitId};

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process is this store's writer.
    #[error("the store at {} is in use by another scanstation (process {pid}); stop it, or give another --data", .data.display())]
    SecondWriter {
        /// The folder of the store.
        data: PathBuf,
        /// The other's process id; 0 if it has not written it yet.
        pid: u32,
    },
    /// Another command, or a station that is starting, is this store's writer and did not end in time.
    #[error("the store at {} is held by another scanstation command (process {pid}), or by a station that is starting, for longer than {waited_s} s; nothing was done, try again when it has ended", .data.display())]
    Held {
        /// The folder of the store.
        data: PathBuf,
        /// The other's process id; 0 if it has not written it yet.
        pid: u32,
        /// How long it was waited for, in seconds.
        waited_s: u64,
    },
    /// A newer program wrote this store.
    #[error("the store at {} has schema {found}, this program knows up to {known}; install the newer scanstation again, or restore a backup", .path.display())]
    NewerSchema {
        /// The database file.
        path: PathBuf,
        /// Its schema.
        found: u32,
        /// The newest schema of this program.
        known: u32,
    },
    /// The number of the schema was changed from outside.
    #[error("the store at {} says that its schema is {found}, and its tables are of another one: the number (PRAGMA user_version) was changed, and nothing is done with such a file; put the last backup in its place (scanstation restore)", .path.display())]
    WrongSchema {
        /// The database file.
        path: PathBuf,
        /// The number that it has.
        found: i64,
    },
    /// The file is a database of some other program.
    #[error("{} is not a scanstation store; give the folder of one, or an empty folder", .path.display())]
    ForeignFile {
        /// The database file.
        path: PathBuf,
    },
    /// There is no store.
    #[error("there is no store at {}; give its folder with --data", .path.display())]
    Missing {
        /// The database file that was looked for.
        path: PathBuf,
    },
    /// Whether there is a store cannot be seen.
    #[error("{} may not be read by this user; do this as root, or as the user to whom the folder belongs (sudo -u scanstation)", .path.display())]
    NotAllowed {
        /// The database file that was looked for.
        path: PathBuf,
    },
    /// A copy or a backup that was named is not there.
    #[error("there is no file {}; name a backup, or a copy of the file {}", .path.display(), super::FILE)]
    NoFile {
        /// The file that was looked for.
        path: PathBuf,
    },
    /// The disk is full.
    #[error("{doing}: the disk is full; nothing was recorded, free some space and scan again")]
    Full {
        /// What was being done.
        doing: &'static str,
    },
    /// The file or its folder cannot be written.
    #[error("{doing}: the store is read-only; nothing was recorded; the page still looks units up")]
    ReadOnly {
        /// What was being done.
        doing: &'static str,
    },
    /// Another program holds the database for longer than the bounded wait.
    #[error("{doing}: another program holds the store's file; nothing was recorded, close it and scan again")]
    Locked {
        /// What was being done.
        doing: &'static str,
    },
    /// The file is damaged.
    #[error("{doing}: the store's file is damaged; keep a copy, then restore the last backup (scanstation restore)")]
    Damaged {
        /// What was being done.
        doing: &'static str,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// The device under the file does not do its work.
    #[error("{doing}: the disk reports an input/output error; nothing was recorded, check the disk")]
    Device {
        /// What was being done.
        doing: &'static str,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// Anything else that SQLite said.
    #[error("{doing}: {source}")]
    Sql {
        /// What was being done.
        doing: &'static str,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// A file beside the database: lock, mark, key, backup, export.
    #[error("{doing} {}: {source}", .path.display())]
    File {
        /// What was being done.
        doing: &'static str,
        /// To which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Somebody else was quicker: the unit is not with the expected former holder.
    #[error("unit {} was moved by somebody else in the meantime; scan it again", .unit.0)]
    Conflict {
        /// The unit.
        unit: UnitId,
        /// Who was expected to have it.
        expected: Option<HolderId>,
    },
    /// An identifier, stock code or badge is already borne by another record.
    #[error("{what} {key} already belongs to {owner}")]
    Taken {
        /// What it is: "tag", "serial number of Bosch" …
        what: String,
        /// The text.
        key: String,
        /// Who bears it, for people.
        owner: String,
    },
    /// The record contradicts itself or the rules of the register.
    #[error("{0}")]
    Unfit(String),
    /// No row of that number.
    #[error("there is no {what} {id} in the register")]
    NotFound {
        /// What was looked for.
        what: &'static str,
        /// Its number.
        id: i64,
    },
    /// A call that needs an open transaction was made without one, or the other way round.
    #[error("{0}: the order of begin, savepoint and commit is broken")]
    Order(&'static str),
    /// A row that SQLite gives and that is not what was written.
    #[error(
        "{doing}: {what} {id} was changed and cannot be read; run scanstation verify, and compare with the last backup"
    )]
    Unreadable {
        /// What was being done.
        doing: &'static str,
        /// What the row is: "event", "unit" …
        what: &'static str,
        /// Its number.
        id: i64,
    },
    /// A signature or key file is not what it should be.
    #[error("{0}")]
    Key(String),
    /// A CSV file that cannot be read at all.
    #[error("read {what}: {source}")]
    Csv {
        /// Which list.
        what: &'static str,
        /// What the CSV reader said.
        source: csv::Error,
    },
    /// An answer that cannot be written as JSON.
    #[error("write the answer as JSON: {0}")]
    Feedback(serde_json::Error),
    /// A backup does not verify.
    #[error("the backup {} does not verify: {why}", .path.display())]
    BadBackup {
        /// The backup file.
        path: PathBuf,
        /// The first sentence of the report.
        why: String,
    },
    /// A backup has another event than the store that it would replace.
    #[error("the backup {} is not of the ledger in {}: there event {seq} is another one than in the backup, which was rewritten since or is of another store; nothing was changed. If the ledger there is to be given up for this one, say so: scanstation restore --another", .path.display(), .data.display())]
    OtherLedger {
        /// The backup file.
        path: PathBuf,
        /// The folder of the store.
        data: PathBuf,
        /// The event that differs or is missing.
        seq: i64,
    },
}

impl StoreError {
    /// Whether nothing can be written at the moment: what was asked can be asked again once that is mended.
    #[must_use]
    pub const fn is_not_recorded(&self) -> bool {
        matches!(self, Self::Full { .. } | Self::ReadOnly { .. } | Self::Locked { .. } | Self::Device { .. })
    }

    /// Whether it is about what was asked, which contradicts the record; everything else is about the store.
    #[must_use]
    pub const fn is_refusal(&self) -> bool {
        matches!(self, Self::Unfit(_) | Self::Taken { .. } | Self::NotFound { .. } | Self::Conflict { .. })
    }
}

/// `SQLITE_IOERR_SHMSIZE`: the index of the WAL could not grow, which a full disk alone brings about.
const SHARED_MEMORY_FULL: i32 = 0x130a;

/// Makes the error of a statement from what SQLite said.
pub(super) fn sql(doing: &'static str) -> impl Fn(rusqlite::Error) -> StoreError {
    move |source| match source.sqlite_error_code() {
        _ if source.sqlite_error().is_some_and(|it| it.extended_code == SHARED_MEMORY_FULL) => {
            StoreError::Full { doing }
        }
        Some(ErrorCode::DiskFull) => StoreError::Full { doing },
        Some(ErrorCode::ReadOnly) => StoreError::ReadOnly { doing },
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Locked { doing },
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreError::Damaged { doing, source },
        Some(ErrorCode::SystemIoFailure) => StoreError::Device { doing, source },
        _ => StoreError::Sql { doing, source },
    }
}

/// Makes the error of a file operation from what the system said.
pub(super) fn file(doing: &'static str, path: &std::path::Path) -> impl Fn(std::io::Error) -> StoreError {
    let path = path.to_owned();
    move |source| {
        let kind = source.kind();
        if kind == std::io::ErrorKind::StorageFull {
            StoreError::Full { doing }
        } else if kind == std::io::ErrorKind::ReadOnlyFilesystem {
            StoreError::ReadOnly { doing }
        } else {
            StoreError::File { doing, path: path.clone(), source }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(extended_code: i32, expected: &str) {
        let said = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(extended_code), None);
        assert_eq!(sql("make the scans durable")(said).to_string(), expected);
    }

    #[test]
    fn a_disk_that_is_full_is_told_from_one_that_is_broken() {
        let full = "make the scans durable: the disk is full; nothing was recorded, free some space and scan again";
        check(13, full); // SQLITE_FULL
        check(SHARED_MEMORY_FULL, full);
        let broken =
            "make the scans durable: the disk reports an input/output error; nothing was recorded, check the disk";
        check(0x30a, broken); // SQLITE_IOERR_WRITE
    }
}
