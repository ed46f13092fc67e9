//! Backup beside a running station, and the proof that a file is one.
//!
//! A backup is one SQLite file, mode 0600, taken in one read transaction; it carries the ledger head it was taken at.
//! Deliberately absent: encryption, the station's key, which never leaves its folder, and putting one back (`restore`).

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    ops::ControlFlow,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, OptionalExtension as _, params};

use super::{
    FILE, chain, connect,
    error::{StoreError, file, sql},
    migration, opening,
    report::Report,
    verify::{Checks, verify},
};
use crate::domain::{EventSeq, Moment};

/// The setting in a backup that carries its ledger head: number, hash and time, in this order.
const HEAD_SETTING: &str = "backup.head";

/// A backup that was made.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Backup {
    /// The file.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// The last event in it.
    pub seq: EventSeq,
    /// The hash of that event, hexadecimal.
    pub head: String,
}

/// Makes a backup of the store in `data`, also while a station runs.
///
/// # Errors
/// Never overwrites a file.
pub fn backup(data: &Path, to: &Path, now: Moment) -> Result<Backup, StoreError> {
    if fs::symlink_metadata(to).is_ok() {
        let there = io::Error::new(io::ErrorKind::AlreadyExists, "it is there already; give another name");
        return Err(file("make the backup", to)(there));
    }
    // Whoever finds the name finds all of it: what is cut short is under another.
    let mut part = to.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    if fs::symlink_metadata(&part).is_ok() {
        fs::remove_file(&part).map_err(file("remove what is left of a backup that was cut short", &part))?;
    }
    let made = write(data, &part, now).and_then(|(seq, head)| {
        let bytes = fs::metadata(&part).map_err(file("read the size of the backup", &part))?.len();
        fs::rename(&part, to).map_err(file("name the backup", to))?;
        sync_folder(to.parent().unwrap_or(Path::new(".")))?;
        Ok(Backup { path: to.to_owned(), bytes, seq, head })
    });
    if made.is_err() {
        fs::remove_file(&part).ok(); // It may not even have been begun.
    }
    made
}

/// Writes the backup to disk; returns its last event and the ledger's head.
fn write(data: &Path, to: &Path, now: Moment) -> Result<(EventSeq, String), StoreError> {
    let connection = connect::reader(&data.join(FILE), 2_000)?;
    copy(&connection, to)?;
    let copied = Connection::open(to).map_err(sql("open the backup"))?;
    let heads = opening::heads(&copied)?;
    let head = format!("{} {} {}", heads.seq, chain::hex(&heads.hash), now.wall);
    copied
        .execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", params![HEAD_SETTING, head])
        .and_then(|_| copied.pragma_update_and_check(None, "journal_mode", "delete", |_| Ok(())))
        .map_err(sql("write the ledger head into the backup"))?;
    drop(copied);
    let open = OpenOptions::new().read(true).open(to).map_err(file("open the backup", to))?;
    open.sync_all().map_err(file("sync the backup", to))?;
    Ok((EventSeq(heads.seq), chain::hex(&heads.hash)))
}

/// Waits until the names in a folder are on disk: a synced file without its name is lost in a power cut.
pub(super) fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    fs::File::open(folder).and_then(|it| it.sync_all()).map_err(file("sync the folder", folder))
}

/// Copies an open database into a new file, mode 0600.
pub(super) fn copy(connection: &Connection, to: &Path) -> Result<(), StoreError> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(to)
        .map_err(file("make the backup", to))?
        .flush()
        .map_err(file("make the backup", to))?;
    connection
        .execute("VACUUM INTO ?", [to.as_os_str().to_string_lossy()])
        .map(|_| ())
        .map_err(sql("copy the store into the backup"))
}

/// Proves that a file is a backup, whole and as it was made.
///
/// # Errors
/// [`StoreError::BadBackup`], [`StoreError::ForeignFile`], [`StoreError::NewerSchema`].
pub(super) fn check(from: &Path) -> Result<Report, StoreError> {
    let bad = |why: String| StoreError::BadBackup { path: from.to_owned(), why };
    let connection = connect::reader(from, 2_000)?;
    if !migration::is_ours(&connection)? {
        return Err(StoreError::ForeignFile { path: from.to_owned() });
    }
    let (found, known) = (migration::found(&connection)?, migration::newest());
    if found > known {
        return Err(StoreError::NewerSchema { path: from.to_owned(), found, known });
    }
    let carried: Option<String> = connection
        .query_row("SELECT value FROM setting WHERE name = ?", [HEAD_SETTING], |row| row.get(0))
        .optional()
        .map_err(sql("read the ledger head of the backup"))?;
    drop(connection);
    let report = verify(from, Checks::ALL, |_| ControlFlow::Continue(()))?;
    if !report.ok {
        return Err(bad(report.sentences.first().cloned().unwrap_or_default()));
    }
    let carried = carried.ok_or_else(|| bad("it carries no ledger head; it was not made by backup".to_owned()))?;
    match carried.split(' ').nth(1) {
        Some(head) if head == report.head => Ok(report),
        _ => Err(bad("its ledger does not end where it ended when it was made".to_owned())),
    }
}
