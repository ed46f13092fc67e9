//! Opening the store: lock, migrate, then look whether all that was answered is still there.
//!
//! The chain is checked from the last signed checkpoint (at most 10,000 events) and against the mark outside. If
//! something is missing or changed, the files are copied aside before anything is written, a `GapDeclared` event says
//! what was lost, and its numbers are never used again; the operator gets a sentence.
//! Deliberately absent: the check of the whole ledger, which `verify` does beside the running station.

use std::{
    fs,
    path::{Path, PathBuf},
};

use jiff::tz::TimeZone;
use rusqlite::{Connection, OptionalExtension as _, config::DbConfig};

use super::{
    FILE, Heads, Options, Store, apart, chain, checkpoint, connect,
    error::{StoreError, file, sql},
    ledger, lock,
    looking::{self, Damage},
    mark, migration, owned, wal,
};
use crate::domain::{Body, EventKind, HolderId, Moment, NewEvent};

/// What start found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opening {
    /// The last event of the ledger when it was opened, before a gap was declared; 0 if there is none.
    pub head: i64,
    /// What the operator must know, each a whole sentence; empty if all is well.
    pub damage: Vec<String>,
    /// The schema it had before it was migrated, if it was.
    pub migrated_from: Option<u32>,
    /// The store was made now.
    pub created: bool,
    /// Events whose hashes were checked.
    pub checked: u64,
    /// Events before the last checkpoint, to be verified in the background.
    pub unverified: u64,
    /// Where damaged files were copied.
    pub kept_aside: Option<PathBuf>,
    /// Set if nothing can be recorded, with the cause; look-ups work.
    pub read_only: Option<String>,
}

impl Store {
    /// Opens the store as its only writer, or read-only if its folder cannot be written.
    ///
    /// # Errors
    /// [`StoreError::SecondWriter`], [`StoreError::NewerSchema`], [`StoreError::ForeignFile`], [`StoreError::Damaged`]
    /// and what the system says.
    pub fn open(options: &Options, now: Moment) -> Result<Self, StoreError> {
        fs::create_dir_all(&options.data).map_err(file("make the folder", &options.data))?;
        match lock::Lock::take(&options.data) {
            Ok(lock) => {
                apart::clear(&options.data);
                Self::open_locked(options, Some(lock), &options.data, now)
            }
            Err(found) => read_only(options, found),
        }
    }

    /// Opens a store whose lock is held, with the key in the folder `keys`.
    pub(super) fn open_locked(
        options: &Options,
        lock: Option<lock::Lock>,
        keys: &Path,
        now: Moment,
    ) -> Result<Self, StoreError> {
        let created = !options.path().exists();
        let is_left = wal::is_left(options);
        let mut connection = connect::writer(options)?;
        let migrated_from = migrate(options, &connection)?;
        let (mut marks, found) = mark::MarkFile::open(&options.data)?;
        let (key, key_is_new) = checkpoint::key(keys)?;
        let (mut opening, damage) = looking::look(&connection, found, migrated_from)?;
        opening.created = created;
        opening.migrated_from = migrated_from.filter(|_| !created);
        let unmarked = if found.is_none() { looking::unmarked(&connection)? } else { None };
        if damage.is_some() {
            connection = keep_aside(options, connection, now, &mut opening)?;
        }
        let last = checkpoint::last(&connection)?;
        opening.damage.extend(last.as_ref().and_then(|it| looking::foreign(it, &key, key_is_new)));
        wal::lengthen(options);
        let mut heads = heads(&connection)?;
        // Scans that were lost, or given up with a restore, keep their numbers: the mark remembers.
        heads.scan = heads.scan.max(found.map_or(0, |it| it.scan));
        // Where events have lost their mark, it comes behind the event that says so, which so cannot be started away.
        if found.is_none() && unmarked.is_none() {
            begin_mark(&mut marks, &heads, &options.data);
        }
        let mut store = Self {
            options: options.clone(),
            connection,
            keeper: Some(wal::Keeper::start(options, is_left, heads.seq)?),
            marks: Some(marks),
            lock,
            key: Some(key),
            heads,
            noted: Vec::new(),
            saved: Vec::new(),
            checkpointed: last.map_or(0, |it| it.seq),
            opening,
            random: ledger::Random::default(),
            buffer: Vec::with_capacity(256),
            suspect: false,
            carts_left: false,
        };
        if let Some(unmarked) = &unmarked {
            store.declare(unmarked, now)?;
            let heads = store.heads;
            store.marks.iter_mut().for_each(|it| begin_mark(it, &heads, &options.data));
        }
        match damage {
            Some(damage) => store.declare(&damage, now)?,
            None => store.opening.damage.extend(
                store.setting(GAP_SETTING)?.map(|it| format!("Found at an earlier start and not yet dealt with: {it}")),
            ),
        }
        Ok(store)
    }

    /// Writes what was lost into the ledger itself, behind the last number that was ever answered.
    fn declare(&mut self, damage: &Damage, now: Moment) -> Result<(), StoreError> {
        self.heads.scan = self.heads.scan.max(damage.scan);
        let survived = self.heads.seq;
        self.begin()?;
        self.heads.seq = self.heads.seq.max(damage.last);
        let mut event = NewEvent::new(EventKind::GapDeclared);
        let body = if damage.cause.is_empty() { Body::new() } else { Body::new().with(looking::CAUSE, damage.cause) };
        event.body = body
            .with("first_bad", damage.first_bad.to_string())
            .with("last", damage.last.to_string())
            .with("survived", survived.to_string())
            .with("why", &*damage.sentence);
        let written = self.record_events(None, &[event], now).and_then(|_| match damage.cause {
            looking::NO_MARK => Ok(()), // It is made anew, and nothing is left to be dealt with here.
            _ => self.set_setting(GAP_SETTING, &damage.sentence),
        });
        if let Err(found) = written {
            return Err(self.undo(found));
        }
        self.commit()?;
        self.checkpoint(now)?;
        self.opening.damage.push(damage.sentence.clone());
        Ok(())
    }
}

/// The setting that holds what is to be said at every start until somebody has dealt with it.
const GAP_SETTING: &str = "ledger.gap";

impl Store {
    /// A person has dealt with a damage that was found: it is not said at the next start. `verify` still names it.
    ///
    /// Begins and ends its own transaction.
    pub fn acknowledge_damage(&mut self, person: Option<HolderId>, now: Moment) -> Result<(), StoreError> {
        let mut event = NewEvent::new(EventKind::RecordChanged);
        event.person = person;
        event.body = Body::new().with("damage", "acknowledged");
        self.within(|store| {
            store.remove_setting(GAP_SETTING)?;
            store.record_events(None, &[event], now).map(|_| ())
        })
    }
}

/// Writes the first mark of a store that has none.
fn begin_mark(marks: &mut mark::MarkFile, heads: &Heads, data: &Path) {
    if let Err(error) = marks.begin(&heads.mark(), data) {
        tracing::warn!(%error, "there is no mark outside the ledger yet");
    }
}

/// The last numbers in the file.
pub(super) fn heads(connection: &Connection) -> Result<Heads, StoreError> {
    let doing = "read the end of the ledger";
    let last: Option<(i64, chain::Hash, i64)> = connection
        .query_row("SELECT seq, hash, record_time FROM event ORDER BY seq DESC LIMIT 1", [], |row| {
            Ok((row.get(0)?, chain::hash(row, 1), row.get(2).unwrap_or_default())) // It may be damaged.
        })
        .optional()
        .map_err(sql(doing))?;
    let scan: Option<i64> =
        connection.query_row("SELECT max(id) FROM scan", [], |row| row.get(0)).map_err(sql(doing))?;
    let (seq, hash, time) = last.unwrap_or((0, chain::GENESIS, 0));
    Ok(Heads { seq, hash, scan: scan.unwrap_or(0), time, sign: None })
}

fn migrate(options: &Options, connection: &Connection) -> Result<Option<u32>, StoreError> {
    let path = options.path();
    if !migration::is_ours(connection)? {
        return Err(StoreError::ForeignFile { path });
    }
    let (found, known) = (migration::found(connection)?, migration::newest());
    if found > known {
        return Err(StoreError::NewerSchema { path, found, known });
    }
    if found == known {
        return Ok(None);
    }
    let copy = options.data.join(format!("{FILE}.schema-{found}"));
    let copies = found > 0 && !copy.exists();
    if copies {
        super::backup::copy(connection, &copy)?;
    }
    match migration::forward(connection, found) {
        // Nothing was changed, and the copy is of no schema.
        Err(wrong @ StoreError::WrongSchema { .. }) if copies => {
            fs::remove_file(&copy).map_err(file("remove", &copy))?;
            Err(wrong)
        }
        done => done.map(|()| Some(found)),
    }
}

/// Copies database, WAL and mark into a folder of their own, before anything is written.
fn keep_aside(
    options: &Options,
    connection: Connection,
    now: Moment,
    opening: &mut Opening,
) -> Result<Connection, StoreError> {
    // Closing must leave the WAL as it is, and SQLite must not have the files open while they are read: closing a
    // second descriptor would drop its locks.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(sql("keep the files aside"))?;
    drop(connection);
    let stamp = now.wall.to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string();
    let folder = (0..100)
        .map(|it| options.data.join(if it == 0 { format!("damaged-{stamp}") } else { format!("damaged-{stamp}-{it}") }))
        .find(|it| !it.exists())
        .unwrap_or_else(|| options.data.join("damaged"));
    owned::folder(&folder).map_err(file("make the folder", &folder))?;
    let wal = connect::wal_of(&options.path());
    for from in [options.path(), wal, options.data.join(mark::FILE)] {
        if let (true, Some(name)) = (from.exists(), from.file_name()) {
            let to = folder.join(name);
            owned::copy(&from, &to).map_err(file("copy aside", &from))?;
        }
    }
    opening.kept_aside = Some(folder);
    connect::writer(options)
}

fn read_only(options: &Options, cause: StoreError) -> Result<Store, StoreError> {
    let denied = matches!(cause, StoreError::ReadOnly { .. })
        || matches!(&cause, StoreError::File { source, .. } if source.kind() == std::io::ErrorKind::PermissionDenied);
    if !denied {
        return Err(cause);
    }
    let connection = connect::reader(&options.path(), options.busy_ms_max)?;
    let found = migration::found(&connection)?;
    if found != migration::newest() {
        return Err(StoreError::NewerSchema { path: options.path(), found, known: migration::newest() });
    }
    let heads = heads(&connection)?;
    let sentence =
        "The store is read-only: look-ups work, nothing is recorded. Make its folder writable and start again.";
    let opening = Opening {
        head: heads.seq,
        damage: vec![sentence.to_owned()],
        read_only: Some(cause.to_string()),
        ..Opening::default()
    };
    Ok(Store {
        options: options.clone(),
        connection,
        keeper: None,
        marks: None,
        lock: None,
        key: None,
        heads,
        noted: Vec::new(),
        saved: Vec::new(),
        checkpointed: heads.seq,
        opening,
        random: ledger::Random::default(),
        buffer: Vec::new(),
        suspect: false,
        carts_left: false,
    })
}
