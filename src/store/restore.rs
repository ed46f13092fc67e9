//! Puts a backup in the place of a store, in steps of which each leaves a store that starts, however it is cut short.
//!
//! The new database is made whole beside the old one, its `Restored` event included, behind the highest number that
//! backup, old database and mark know; one rename then puts it in place. The lock is held from the first step to the
//! last, and each step is on disk before the next begins. No number is used twice.
//! Deliberately absent: the station's key, which stays; keys that signed the backup are named in the `Restored` event.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use jiff::tz::TimeZone;
use rusqlite::Connection;

use super::{
    FILE, Heads, Options, Store,
    backup::{check, sync_folder},
    checkpoint, connect,
    error::{StoreError, file, sql},
    lock,
    mark::{self, Mark, MarkFile},
    opening, owned, replaced, still, trust,
};
use crate::domain::{Body, EventKind, EventSeq, HolderId, Moment, NewEvent};

/// The folder in the store's folder where the new database is made.
const ARRIVING: &str = "arriving";
/// Fewer bytes no event takes in the database (measured: 102 without words); bounds how many an unreadable one can hold.
const EVENT_BYTES_MIN: u64 = 64;

/// A restore that was done.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Restored {
    /// The last event of the backup.
    pub seq: EventSeq,
    /// The `Restored` event.
    pub restored: EventSeq,
    /// Where the replaced files are; `None` if there were none.
    pub kept_aside: Option<PathBuf>,
    /// Public keys that signed checkpoints of the backup and are not the station's; a person must know them.
    pub former_keys: Vec<String>,
    /// The highest number could not be read from the replaced files, so a stretch of numbers was left out to be sure.
    pub estimated: bool,
}

/// On what a person insists though a restore would be refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Insist {
    /// The backup is of another ledger than the store.
    pub another: bool,
    /// Pictures that the backup's events bind are missing or changed.
    pub without_stills: bool,
}

/// Puts a backup in the place of the store in `options.data`, which must be an earlier state of the same ledger.
///
/// # Errors
/// [`StoreError::SecondWriter`] while a station runs, [`StoreError::BadBackup`] if the backup does not verify,
/// [`StoreError::OtherLedger`] if it is not of this ledger. Until the new database is in place the store is as it was;
/// after any error the restore can be done again.
pub fn restore(
    options: &Options,
    from: &Path,
    person: Option<HolderId>,
    now: Moment,
    insist: Insist,
) -> Result<Restored, StoreError> {
    let made = !options.data.exists();
    if made {
        check(from)?; // For what does not verify no folder is made.
    }
    let done = Plan::new(options, from, person, now).and_then(|it| run(it, insist));
    if done.is_err() && made && !options.path().exists() {
        drop(fs::remove_dir_all(&options.data)); // Nothing but what this call made is in it.
    }
    done
}

fn run(mut plan: Plan, insist: Insist) -> Result<Restored, StoreError> {
    if !insist.without_stills {
        has_its_stills(&plan.stills, &plan.options.data, &plan.from)?;
    }
    if !insist.another {
        let last = opening::heads(&connect::reader(&plan.from, plan.options.busy_ms_max)?)?.seq;
        replaced::agrees(&plan.options.data, &plan.from, last)?;
    }
    for step in STEPS {
        step(&mut plan)?;
    }
    Ok(plan.done)
}

/// One restore under way; it holds the store's lock.
struct Plan {
    options: Options,
    from: PathBuf,
    person: Option<HolderId>,
    now: Moment,
    /// The hash of the backup's last event, hexadecimal.
    backup_head: String,
    /// Stills that are missing beside the backup or changed, each with its sentence.
    stills: Vec<(String, String)>,
    /// The mark that is replaced.
    mark: Option<Mark>,
    /// The highest numbers that were ever given, as far as anybody knows.
    highest: i64,
    scan: i64,
    done: Restored,
    _lock: lock::Lock,
}

type Step = fn(&mut Plan) -> Result<(), StoreError>;

/// The order is what makes it safe; the tests below stop after each.
const STEPS: [Step; 6] = [Plan::remember, Plan::prepare, Plan::keep_aside, Plan::fold, Plan::exchange, Plan::tidy];

impl Plan {
    fn new(options: &Options, from: &Path, person: Option<HolderId>, now: Moment) -> Result<Self, StoreError> {
        fs::create_dir_all(&options.data).map_err(file("make the folder", &options.data))?;
        let lock = lock::Lock::take(&options.data)?;
        let report = check(from)?;
        let none = EventSeq(0);
        let done = Restored { seq: none, restored: none, kept_aside: None, former_keys: Vec::new(), estimated: false };
        let (backup_head, stills) = (report.head, report.stills);
        let (options, from) = (options.clone(), from.to_owned());
        Ok(Self { options, from, person, now, backup_head, stills, mark: None, highest: 0, scan: 0, done, _lock: lock })
    }

    /// Reads the highest numbers from the old database and its mark, and brings the mark up to them, on disk.
    fn remember(&mut self) -> Result<(), StoreError> {
        let path = self.options.path();
        let (mut marks, found) = MarkFile::open(&self.options.data)?;
        let nothing = (Heads::NONE, 0);
        let old = if path.exists() { self.old_heads() } else { Some(nothing) };
        self.mark = found;
        if let Some((old, signed)) = old {
            (self.highest, self.scan) = (old.seq.max(signed), old.scan);
            if found.is_none_or(|it| (it.seq, it.scan) < (old.seq, old.scan)) && old.seq > 0 {
                let mark = Mark { seq: old.seq, head: old.hash, scan: old.scan.max(found.map_or(0, |it| it.scan)) };
                marks.write(&mark)?;
                self.mark = Some(mark);
            }
        } else if found.is_none() {
            // Neither can be read: leave out as many numbers as there can have been.
            let length = |path: &Path| fs::metadata(path).map_or(0, |it| it.len());
            let events = (length(&path) + length(&connect::wal_of(&path))) / EVENT_BYTES_MIN;
            self.highest = i64::try_from(events).unwrap_or(i64::MAX / 2);
            self.scan = self.highest;
            self.done.estimated = true;
        }
        self.highest = self.highest.max(found.map_or(0, |it| it.seq));
        self.scan = self.scan.max(found.map_or(0, |it| it.scan));
        marks.sync()?;
        sync_folder(&self.options.data)
    }

    /// The last numbers in the old database and the last that it signed; nothing if it cannot be read.
    fn old_heads(&self) -> Option<(Heads, i64)> {
        let read = connect::reader(&self.options.path(), self.options.busy_ms_max)
            .and_then(|it| Ok((opening::heads(&it)?, checkpoint::last(&it)?.map_or(0, |it| it.seq))));
        read.inspect_err(|found| tracing::warn!(error = %found, "the replaced database cannot be read")).ok()
    }

    /// Makes the new database whole in a folder of its own.
    fn prepare(&mut self) -> Result<(), StoreError> {
        let (_, key_is_new) = checkpoint::key(&self.options.data)?;
        if key_is_new {
            sync_folder(&self.options.data)?;
        }
        let folder = self.arriving();
        remove_folder(&folder)?;
        owned::folder(&folder).map_err(file("make the folder", &folder))?;
        let options = Options { data: folder, wal_bytes_min: 0, ..self.options.clone() };
        owned::copy(&self.from, &options.path()).map_err(file("copy the backup to", &options.path()))?;
        // Named by what is in them, they only add to what is there.
        let stills = self.options.data.join(still::FOLDER);
        still::copy(&still::beside(&self.from), &stills, still::Whose::TheStores)?;
        // A backup has no mark; that it has none there is no loss.
        let heads = opening::heads(&connect::reader(&options.path(), self.options.busy_ms_max)?)?;
        MarkFile::open(&options.data)?.0.begin(&heads.mark(), &options.data)?;
        let mut store = Store::open_locked(&options, None, &self.options.data, self.now)?;
        self.done.seq = EventSeq(store.heads.seq);
        let own = checkpoint::public_key(&self.options.data)?;
        self.done.former_keys = checkpoint::keys(&store.connection)?;
        self.done.former_keys.retain(|it| Some(it) != own.as_ref());
        let event = self.event();
        store.begin()?;
        store.heads.seq = store.heads.seq.max(self.highest);
        store.heads.scan = store.heads.scan.max(self.scan);
        self.done.restored = EventSeq(store.heads.seq + 1);
        let written = store.record_events(None, &[event], self.now).and_then(|_| store.commit());
        if let Err(found) = written {
            return Err(store.undo(found));
        }
        store.checkpoint(self.now)?;
        drop(store);
        self.settle(&options)
    }

    /// The new database is one file, on disk.
    fn settle(&self, options: &Options) -> Result<(), StoreError> {
        let wal = connect::wal_of(&options.path());
        if fs::metadata(&wal).is_ok_and(|it| it.len() > 0) {
            return Err(StoreError::Unfit("the restored database could not be closed; try again".to_owned()));
        }
        fs::File::open(options.path()).and_then(|it| it.sync_all()).map_err(file("sync", &options.path()))?;
        sync_folder(&options.data)?;
        sync_folder(&self.options.data)
    }

    fn event(&self) -> NewEvent {
        let mut body = Body::new()
            .with("backup_seq", self.done.seq.0.to_string())
            .with(trust::BACKUP_HEAD, &*self.backup_head)
            .with("last", self.highest.max(self.done.seq.0).to_string());
        if let Some(mark) = &self.mark {
            body = body.with(trust::MARK, trust::words(mark));
        }
        if !self.done.former_keys.is_empty() {
            body = body.with(trust::FORMER_KEYS, self.done.former_keys.join(" "));
        }
        let mut event = NewEvent::new(EventKind::Restored);
        event.person = self.person;
        event.body = body;
        event
    }

    /// Puts the old files, database, WAL and mark, into a folder of their own; the store stays as it is.
    fn keep_aside(&mut self) -> Result<(), StoreError> {
        let path = self.options.path();
        if !path.exists() {
            return Ok(());
        }
        let stamp = self.now.wall.to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string();
        let name = |it: u32| if it == 0 { format!("replaced-{stamp}") } else { format!("replaced-{stamp}-{it}") };
        let mut folders = (0..).map(|it| self.options.data.join(name(it)));
        let folder = folders.find(|it| !it.exists()).unwrap_or_else(|| self.options.data.join("replaced"));
        owned::folder(&folder).map_err(file("make the folder", &folder))?;
        // What is in place is changed in place no more but for the WAL, so a second name is enough for the database.
        let to = folder.join(FILE);
        fs::hard_link(&path, &to).or_else(|_| copied(&path, &to)).map_err(file("keep aside", &path))?;
        for from in [connect::wal_of(&path), self.options.data.join(mark::FILE)] {
            if let (true, Some(name)) = (from.exists(), from.file_name()) {
                copied(&from, &folder.join(name)).map_err(file("keep aside", &from))?;
            }
        }
        sync_folder(&folder)?;
        sync_folder(&self.options.data)?;
        self.done.kept_aside = Some(folder);
        Ok(())
    }

    /// Takes the old WAL out of the way: SQLite would apply it to the new database.
    ///
    /// What it holds is copied into the old database first, which so stays whole until it is replaced. Where that
    /// cannot be done, the mark remembers what the WAL held, and the WAL is kept aside.
    fn fold(&mut self) -> Result<(), StoreError> {
        let path = self.options.path();
        if path.exists() {
            let folded = Connection::open(&path)
                .and_then(|it| it.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0)))
                .map_err(sql("copy the WAL into the replaced database"));
            if let Err(found) = folded {
                tracing::warn!(error = %found, "the replaced database stays without its last events; they are kept aside");
            }
        }
        let mut shared = path.clone().into_os_string();
        shared.push("-shm");
        for name in [connect::wal_of(&path), shared.into()] {
            remove(&name)?;
        }
        sync_folder(&self.options.data)
    }

    /// The one step that changes which store this is.
    fn exchange(&mut self) -> Result<(), StoreError> {
        let (from, to) = (self.arriving().join(FILE), self.options.path());
        fs::rename(&from, &to).map_err(file("put the backup in place as", &to))?;
        sync_folder(&self.options.data)
    }

    /// The mark of the new database comes last: until then its `Restored` event says which mark it replaces.
    fn tidy(&mut self) -> Result<(), StoreError> {
        let (from, to) = (self.arriving().join(mark::FILE), self.options.data.join(mark::FILE));
        fs::rename(&from, &to).map_err(file("put in place", &to))?;
        sync_folder(&self.options.data)?;
        remove_folder(&self.arriving())
    }

    fn arriving(&self) -> PathBuf {
        self.options.data.join(ARRIVING)
    }
}

/// A bound still must come with the backup, or be in the store already: `stills` are those that do not come with it, each
/// with its sentence.
pub(super) fn has_its_stills(stills: &[(String, String)], data: &Path, from: &Path) -> Result<(), StoreError> {
    let ours = data.join(still::FOLDER);
    match stills.iter().find(|(still, _)| still::wrong(&ours, still).is_some()) {
        None => Ok(()),
        Some((_, sentence)) => Err(StoreError::BadBackup {
            path: from.to_owned(),
            why: format!(
                "{sentence} The pictures belong into {} beside it; where they are lost, it is restored without them: \
                 scanstation restore --without-pictures",
                still::beside(from).display()
            ),
        }),
    }
}

/// Copies a file and waits until it is on disk.
fn copied(from: &Path, to: &Path) -> std::io::Result<()> {
    owned::copy(from, to)?.sync_all()
}

fn remove(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(found) if found.kind() != ErrorKind::NotFound => Err(file("remove", path)(found)),
        _ => Ok(()),
    }
}

fn remove_folder(folder: &Path) -> Result<(), StoreError> {
    match fs::remove_dir_all(folder) {
        Err(found) if found.kind() != ErrorKind::NotFound => Err(file("remove the folder", folder)(found)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
