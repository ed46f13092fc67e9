//! Backup beside a running station, and restore of one.
//!
//! A backup is one SQLite file, mode 0600, taken in one read transaction; it carries the ledger head it was taken at.
//! A restore refuses while a station runs, verifies first, keeps the replaced files aside, and leaves a `Restored` event
//! behind the last number that was ever answered, so that no number is used twice.
//! Deliberately absent: encryption, and the station's key, which never leaves its folder.

use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    ops::ControlFlow,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use jiff::tz::TimeZone;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::{
    FILE, Options, Store, chain, connect,
    error::{StoreError, file, sql},
    lock, mark, migration, opening,
    verify::{Checks, Report, verify},
};
use crate::domain::{Body, EventKind, EventSeq, HolderId, Moment, NewEvent};

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

/// A restore that was done.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Restored {
    /// The last event of the backup.
    pub seq: EventSeq,
    /// The `Restored` event.
    pub restored: EventSeq,
    /// Where the replaced files are; `None` if there were none.
    pub kept_aside: Option<PathBuf>,
}

/// Makes a backup of the store in `data`, also while a station runs.
///
/// # Errors
/// Never overwrites a file.
pub fn backup(data: &Path, to: &Path, now: Moment) -> Result<Backup, StoreError> {
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
    let bytes = open.metadata().map_err(file("read the size of the backup", to))?.len();
    Ok(Backup { path: to.to_owned(), bytes, seq: EventSeq(heads.seq), head: chain::hex(&heads.hash) })
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

/// Puts a backup in the place of the store in `options.data`.
///
/// # Errors
/// [`StoreError::SecondWriter`] while a station runs, [`StoreError::BadBackup`] if the backup does not verify.
pub fn restore(options: &Options, from: &Path, person: Option<HolderId>, now: Moment) -> Result<Restored, StoreError> {
    fs::create_dir_all(&options.data).map_err(file("make the folder", &options.data))?;
    let lock = lock::Lock::take(&options.data)?;
    let report = check(from)?;
    let old = mark::read(&options.data)?;
    let highest = old.map_or(0, |it| it.seq);
    let kept_aside = put_aside(options, now)?;
    let path = options.path();
    let arriving = options.data.join(format!("{FILE}.arriving"));
    install(from, &arriving, &path)?;
    drop(lock);
    let mut store = Store::open(options, now)?;
    let seq = store.heads.seq;
    store.begin()?;
    store.heads.seq = seq.max(highest);
    store.heads.scan = store.heads.scan.max(old.map_or(0, |it| it.scan));
    let mut event = NewEvent::new(EventKind::Restored);
    event.person = person;
    event.body = Body::new()
        .with("backup_seq", seq.to_string())
        .with("backup_head", &*report.head)
        .with("last", highest.to_string());
    let written = store.record_events(None, &[event], now).and_then(|it| store.commit().map(|()| it));
    if let Err(found) = written {
        store.rollback()?;
        return Err(found);
    }
    store.checkpoint(now)?;
    Ok(Restored { seq: EventSeq(seq), restored: EventSeq(store.heads.seq), kept_aside })
}

fn check(from: &Path) -> Result<Report, StoreError> {
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

fn put_aside(options: &Options, now: Moment) -> Result<Option<PathBuf>, StoreError> {
    let path = options.path();
    if !path.exists() {
        return Ok(None);
    }
    let stamp = now.wall.to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string();
    let folder = options.data.join(format!("replaced-{stamp}"));
    fs::create_dir_all(&folder).map_err(file("make the folder", &folder))?;
    let mut shared = path.clone().into_os_string();
    shared.push("-shm");
    // The database last: if this is cut short, the store is still there for the next try.
    for from in [PathBuf::from(shared), options.data.join(mark::FILE), connect::wal_of(&path), path] {
        if let (true, Some(name)) = (from.exists(), from.file_name()) {
            fs::rename(&from, folder.join(name)).map_err(file("put aside", &from))?;
        }
    }
    Ok(Some(folder))
}

fn install(from: &Path, arriving: &Path, path: &Path) -> Result<(), StoreError> {
    let doing = "put the backup in place as";
    if arriving.exists() {
        fs::remove_file(arriving).map_err(file(doing, arriving))?;
    }
    let mut source = fs::File::open(from).map_err(file("open the backup", from))?;
    let mut to =
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(arriving).map_err(file(doing, arriving))?;
    std::io::copy(&mut source, &mut to).and_then(|_| to.sync_all()).map_err(file(doing, arriving))?;
    drop(to);
    fs::rename(arriving, path).map_err(file(doing, path))
}
