//! Backup beside a running station, and the proof that a file is one.
//!
//! A backup is one SQLite file, mode 0600, taken in one read transaction; it carries the ledger head it was taken at.
//! Deliberately absent: encryption, the station's key, which never leaves its folder, and putting one back (`restore`).

use std::{
    fs::{self, File, OpenOptions},
    io,
    ops::ControlFlow,
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use rusqlite::{Connection, OptionalExtension as _, params};
use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

use super::{
    FILE, chain, connect,
    error::{StoreError, file, sql},
    migration, opening, owned,
    report::Report,
    still,
    verify::{Checks, verify},
};
use crate::domain::{EventSeq, Moment};

/// The setting in a backup that carries its ledger head: number, hash and time, in this order.
const HEAD_SETTING: &str = "backup.head";
/// After so many seconds without a write a backup was cut short (chosen: a day; the longest one takes minutes).
const LEFT_OVER_S: i64 = 86_400;
/// Random bytes in the name of a file that is not yet a backup.
const PART_BYTES: usize = 4;

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
    /// Stills that were copied into the folder `FILE.stills` beside it.
    pub stills: u64,
}

/// Makes a backup of the store in `data`, also while a station runs or another backup is made.
///
/// # Errors
/// Never overwrites a file, whoever made it and whenever it came.
pub fn backup(data: &Path, to: &Path, now: Moment) -> Result<Backup, StoreError> {
    if fs::symlink_metadata(to).is_ok() {
        return Err(file("make the backup", to)(there()));
    }
    clear(to, now);
    // Whoever finds the name finds all of it: what is cut short is under another, which nobody else has.
    let part = Part::begin(to)?;
    let (seq, head) = write(data, &part.0, now)?;
    // After the ledger: a still is kept before an event binds it, so none that is bound is left out.
    let stills = still::copy(&data.join(still::FOLDER), &still::beside(to), still::Whose::Ours)?;
    let bytes = fs::metadata(&part.0).map_err(file("read the size of the backup", &part.0))?.len();
    part.name(to)?;
    sync_folder(to.parent().unwrap_or(Path::new(".")))?;
    Ok(Backup { path: to.to_owned(), bytes, seq, head, stills })
}

fn there() -> io::Error {
    io::Error::new(io::ErrorKind::AlreadyExists, "it is there already; give another name")
}

/// A backup while it is written; dropped, it is gone.
struct Part(PathBuf);

impl Part {
    /// Makes the file `NAME.0f3a9c21.part`, mode 0600. It is not locked: shares refuse SQLite what is locked beside it.
    fn begin(to: &Path) -> Result<Self, StoreError> {
        let mut random = [0; PART_BYTES];
        getrandom::fill(&mut random)
            .map_err(|it| StoreError::Key(format!("the kernel gives no random bytes: {it}")))?;
        let mut path = to.as_os_str().to_owned();
        path.push(format!(".{}.part", chain::hex(&random)));
        let path = PathBuf::from(path);
        let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        made.map_err(file("make the backup", &path))?;
        Ok(Self(path))
    }

    /// Gives it its name, if nothing has taken that meanwhile.
    fn name(&self, to: &Path) -> Result<(), StoreError> {
        let named = match renameat_with(CWD, &self.0, CWD, to, RenameFlags::NOREPLACE) {
            // A file system that cannot do both in one: a network share, mostly.
            Err(Errno::INVAL | Errno::NOSYS) if fs::symlink_metadata(to).is_err() => fs::rename(&self.0, to),
            Err(Errno::INVAL | Errno::NOSYS | Errno::EXIST) => Err(there()),
            other => other.map_err(io::Error::from),
        };
        named.map_err(file("name the backup", to))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        fs::remove_file(&self.0).ok(); // It may have its name already.
    }
}

/// Removes what backups to this name left that were cut short: files named as [`Part`] names them, last written so long
/// ago that nobody writes them any more.
fn clear(to: &Path, now: Moment) {
    let (Some(folder), Some(name)) = (to.parent(), to.file_name().and_then(|it| it.to_str())) else { return };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let is_part = |found: &str| {
        let middle = found.strip_prefix(name).and_then(|it| it.strip_prefix('.')?.strip_suffix(".part"));
        middle.is_some_and(|it| it.len() == PART_BYTES * 2 && chain::unhex(it).is_some())
    };
    let is_old = |left: &fs::DirEntry| {
        let written = left.metadata().map_or(i64::MAX, |it| it.mtime());
        now.wall.as_second().saturating_sub(written) > LEFT_OVER_S
    };
    for found in fs::read_dir(folder).into_iter().flatten().flatten() {
        if found.file_name().to_str().is_some_and(is_part)
            && is_old(&found)
            && let Err(error) = fs::remove_file(found.path())
        {
            tracing::warn!(%error, path = %found.path().display(), "remove what is left of a backup that was cut short");
        }
    }
}

/// Writes the backup to disk; returns its last event and the ledger's head.
fn write(data: &Path, to: &Path, now: Moment) -> Result<(EventSeq, String), StoreError> {
    let connection = connect::reader(&data.join(FILE), 2_000)?;
    fill(&connection, to)?;
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
    File::open(folder).and_then(|it| it.sync_all()).map_err(file("sync the folder", folder))
}

/// Copies an open database into a new file in the store's folder, mode 0600.
pub(super) fn copy(connection: &Connection, to: &Path) -> Result<(), StoreError> {
    owned::make(to, 0o600).map_err(file("make the backup", to))?;
    fill(connection, to)
}

/// Copies an open database into an empty file.
fn fill(connection: &Connection, to: &Path) -> Result<(), StoreError> {
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
    // What the ledger declares of itself stays in it, also in a backup; it can be restored all the same.
    if let Some(sentence) = report.undeclared {
        return Err(bad(sentence));
    }
    let carried = carried.ok_or_else(|| bad("it carries no ledger head; it was not made by backup".to_owned()))?;
    match carried.split(' ').nth(1) {
        Some(head) if head == report.head => Ok(report),
        _ => Err(bad("its ledger does not end where it ended when it was made".to_owned())),
    }
}
