//! Backup beside a running station, and the proof that a file is one.
//!
//! A backup is one SQLite file, mode 0600, taken in one read transaction; it carries the ledger head it was taken at.
//! A sealed one is made in a folder apart first, so that nothing readable comes to the place that it is written to.
//! Deliberately absent: how it is encrypted, the station's key, which never leaves its folder, and putting one back (`restore`).

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
    FILE,
    apart::Apart,
    chain,
    checks::Checks,
    connect,
    error::{StoreError, file, sql},
    migration, opening, owned, references,
    report::Report,
    still,
    trust::Witness,
    verify::verify,
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
    /// Stills that events bind and that are missing in the store or were changed, a sentence each.
    pub wrong_stills: Vec<String>,
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
    Ok(Backup { path: to.to_owned(), bytes, seq, head, stills, wrong_stills: wrong_stills(to)? })
}

/// The name of the backup among what is sealed; its pictures are in the folder `backup.db.stills` beside it.
pub const SEALED: &str = "backup.db";

/// Makes a backup as [`backup`] does, and gives what is to be sealed to `seal`: a folder that holds nothing but the backup,
/// called [`SEALED`], and its pictures, and the file to write.
///
/// # Errors
/// As [`backup`], and [`StoreError::File`] with what `seal` says.
pub fn backup_sealed(
    data: &Path,
    to: &Path,
    now: Moment,
    seal: impl FnOnce(&Path, File) -> io::Result<()>,
) -> Result<Backup, StoreError> {
    if fs::symlink_metadata(to).is_ok() {
        return Err(file("make the backup", to)(there()));
    }
    clear(to, now);
    let part = Part::begin(to)?;
    let apart = Apart::begin(data)?;
    let made = backup(data, &apart.path().join(SEALED), now)?;
    let sealed = OpenOptions::new().write(true).open(&part.0);
    let sealed = sealed.and_then(|it| seal(apart.path(), it.try_clone()?).and_then(|()| it.sync_all()));
    sealed.map_err(file("encrypt the backup into", to))?;
    let bytes = fs::metadata(&part.0).map_err(file("read the size of the backup", &part.0))?.len();
    part.name(to)?;
    sync_folder(to.parent().unwrap_or(Path::new(".")))?;
    Ok(Backup { path: to.to_owned(), bytes, ..made })
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
    let carried = carried(&connection)?;
    drop(connection);
    let report = verify(from, Checks::ALL, |_| ControlFlow::Continue(()))?;
    // What the ledger declares of itself stays in it, also in a backup; it can be restored all the same.
    if let Some(sentence) = report.undeclared {
        return Err(bad(sentence));
    }
    match carried {
        Some(_) => Ok(report), // It was compared with the ledger.
        None => Err(bad("it carries no ledger head; it was not made by backup".to_owned())),
    }
}

/// The ledger head that a file carries if it is a backup, as `backup` wrote it.
fn carried(connection: &Connection) -> Result<Option<String>, StoreError> {
    connection
        .query_row("SELECT value FROM setting WHERE name = ?", [HEAD_SETTING], |row| row.get(0))
        .optional()
        .map_err(sql("read the ledger head of the backup"))
}

/// When a backup was made, as it carries it.
pub(super) fn taken(connection: &Connection) -> Result<String, StoreError> {
    Ok(carried(connection)?.and_then(|it| it.split(' ').nth(2).map(str::to_owned)).unwrap_or_default())
}

/// How many units a backup holds.
pub(super) fn units(connection: &Connection) -> Result<u64, StoreError> {
    let count = connection.query_row("SELECT count(*) FROM unit", [], |row| row.get::<_, i64>(0));
    count.map(i64::unsigned_abs).map_err(sql("count the units of the backup"))
}

/// Whether a file is a backup that ends where it ended when it was made.
pub(super) fn is_one(connection: &Connection) -> Result<bool, StoreError> {
    let (carried, heads) = (carried(connection)?, opening::heads(connection)?);
    let end = format!("{} {} ", heads.seq, chain::hex(&heads.hash));
    Ok(carried.is_some_and(|it| it.starts_with(&end)))
}

/// The stills that the events of a backup bind and that are not beside it as they were bound, a sentence each.
fn wrong_stills(backup: &Path) -> Result<Vec<String>, StoreError> {
    let (connection, folder) = (connect::reader(backup, 2_000)?, still::beside(backup));
    let mut wrong = Vec::new();
    let doing = "look for the stills of the backup";
    let mut statement = connection
        .prepare("SELECT seq, body FROM event WHERE instr(body, '\"still\":') > 0 ORDER BY seq")
        .map_err(sql(doing))?;
    let mut rows = statement.query([]).map_err(sql(doing))?;
    while let Some(row) = rows.next().map_err(sql(doing))? {
        let seq: i64 = row.get(0).map_err(sql(doing))?;
        if let Some(still) = chain::text(row, 1).and_then(references::named)
            && let Some(why) = still::wrong(&folder, &still)
        {
            wrong.push(format!("The still {still} of event {seq} {why} in the store, and so in the backup."));
        }
    }
    Ok(wrong)
}

/// Compares where the ledger in a file ends with the head that the file carries; a file that carries none is no backup.
///
/// A copy of a store that was restored carries the head of that backup still: then a `Restored` event behind it says so.
pub(super) fn compare(
    connection: &Connection,
    last: i64,
    witness: &Witness,
    report: &mut Report,
) -> Result<(), StoreError> {
    let Some(carried) = carried(connection)? else { return Ok(()) };
    let mut words = carried.split(' ');
    let (Some(seq), Some(head)) = (words.next().and_then(|it| it.parse::<i64>().ok()), words.next()) else {
        report.bad(None, "The ledger head that this backup carries cannot be read: it was changed.".to_owned());
        return Ok(());
    };
    if (last == seq && report.head == head) || witness.restored_from(head) {
        return Ok(());
    }
    let (at, why) = match last {
        _ if last < seq => (last + 1, format!("its ledger ends at event {last}")),
        _ if last > seq => (seq + 1, format!("its ledger ends at event {last}")),
        _ => (seq, format!("event {seq} has another hash")),
    };
    let sentence =
        format!("This backup was made at event {seq} with the head {head}, and {why}: it was changed since.");
    report.bad(Some(at), sentence);
    Ok(())
}
