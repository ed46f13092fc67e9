//! A purge: takes the words of old events away, and payload and answer of their scans; rows and hashes stay.
//!
//! It goes along the ledger piece by piece, so that scans pass in between. Each piece is a transaction of its own: the
//! words of some events go, and one event of kind `purged` for each class names these very events. So what ends the
//! program in between leaves a ledger that verifies, and the next purge takes the rest. In the end what SQLite keeps
//! of earlier contents is overwritten and the WAL is emptied: the words are in no file of the store any more.
//! Deliberately absent: which events, which is `purgeable`; copies made before, which are named and left.

mod trial;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension as _, ToSql, params};

use super::{
    Store, chain,
    error::{StoreError, sql},
    number::micros,
    purgeable::{self, Candidate, Fate, Orders},
    purged::Numbers,
    wal,
};
use crate::domain::{Body, EventClass, EventKind, EventSeq, HolderId, Moment, NewEvent};

/// Numbers of the ledger that one piece looks at (chosen: some 10 ms of the writer if all of them lose their words).
const PIECE_EVENTS: i64 = 200;
/// Pieces that fill the WAL as much as is copied at once (chosen: a piece writes some 120 pages, together some 12 MB).
const PIECES_A_COPY: u32 = 25;
/// The least age of what is purged: a day, also the one that summer time makes shorter. Undoing looks at the open session.
pub const AGE_MIN: Duration = Duration::from_secs(23 * 60 * 60);
/// How often an emptied WAL is asked for while others read it; with the caller's waits, some seconds.
const TRIES_MAX: u32 = 100;

/// One class to be purged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PurgeOrder {
    /// The class.
    pub class: EventClass,
    /// Events that were recorded before this moment.
    pub before: Timestamp,
}

/// What was purged of one class, or would be.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ClassPurge {
    /// The class.
    pub class: EventClass,
    /// Events that were recorded before this moment.
    pub before: Timestamp,
    /// Events that lose their words.
    pub events: u64,
    /// The last of them.
    pub up_to: Option<EventSeq>,
    /// Events that are old enough and keep them, because something still stands on them.
    pub needed: u64,
}

/// What a purge did, or would do.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PurgeReport {
    /// Whether it was done; false for a trial.
    pub done: bool,
    /// Class by class.
    pub classes: Vec<ClassPurge>,
    /// Scans that lose payload and answer.
    pub scans: u64,
    /// Somebody read the store for so long that the WAL could not be emptied: the words are in it until that is done.
    pub wal_is_left: bool,
    /// Copies of the store in its own folder, made before: they have the words still.
    pub copies: Vec<String>,
}

/// What is to be done after a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// There is another piece.
    Piece,
    /// There is another piece, after a moment in which others can finish reading.
    Wait,
    /// That was all.
    End,
}

/// A purge on its way along the ledger.
pub struct Purge {
    orders: Orders,
    by: Option<HolderId>,
    why: String,
    after: i64,
    last: Option<i64>,
    pieces: u32,
    is_alone: bool,
    is_swept: bool,
    tries: u32,
    report: PurgeReport,
}

impl Purge {
    /// Makes ready to purge these classes, under whoever orders it and with the reason why.
    ///
    /// # Errors
    /// [`StoreError::Unfit`] without a class or a reason, for a class twice, and for what is younger than [`AGE_MIN`].
    pub fn new(orders: &[PurgeOrder], by: Option<HolderId>, why: &str, now: Moment) -> Result<Self, StoreError> {
        let why = why.trim();
        if why.is_empty() {
            return Err(StoreError::Unfit("a purge needs a reason".to_owned()));
        }
        let (orders, report) = ordered(orders, now)?;
        let why = why.to_owned();
        Ok(Self {
            orders,
            by,
            why,
            after: 0,
            last: None,
            pieces: 0,
            is_alone: false,
            is_swept: false,
            tries: 0,
            report,
        })
    }

    /// The same where nobody scans meanwhile: the store itself waits, as long as it waits for anybody.
    #[must_use]
    pub fn alone(self) -> Self {
        Self { is_alone: true, ..self }
    }

    /// What was done so far.
    #[must_use]
    pub const fn report(&self) -> &PurgeReport {
        &self.report
    }

    /// Does the next piece, all of it or nothing. The caller waits, away from the station, where it is told to.
    pub fn piece(&mut self, store: &mut Store, now: Moment) -> Result<Next, StoreError> {
        if store.marks.is_none() {
            return Err(StoreError::ReadOnly { doing: "purge old events" });
        }
        let last = *self.last.get_or_insert(store.heads.seq);
        match purgeable::next(&store.connection, self.after)?.filter(|it| *it <= last) {
            Some(first) => {
                let end = first.saturating_add(PIECE_EVENTS - 1).min(last);
                self.stretch(store, first, end, now)?;
                self.after = end;
                Ok(Next::Piece)
            }
            None => self.finish(store, now),
        }
    }

    fn stretch(&mut self, store: &mut Store, first: i64, last: i64, now: Moment) -> Result<(), StoreError> {
        let mut due: BTreeMap<EventClass, Vec<Candidate>> = BTreeMap::new();
        let mut needed: BTreeMap<EventClass, u64> = BTreeMap::new();
        for it in purgeable::candidates(&store.connection, first, last)? {
            match it.fate(&store.connection, &self.orders)? {
                Fate::Due => due.entry(it.class).or_default().push(it),
                Fate::Needed => *needed.entry(it.class).or_default() += 1,
                Fate::Gone | Fate::Kept => {}
            }
        }
        let mut scans = 0;
        if !due.is_empty() {
            scans = store.within(|store| self.take(store, &due, now))?;
            self.pieces += 1;
            if self.pieces.is_multiple_of(PIECES_A_COPY) {
                store.keeper.iter().for_each(wal::Keeper::ask);
            }
        }
        self.report.scans += scans;
        for it in &mut self.report.classes {
            it.needed += needed.get(&it.class).copied().unwrap_or(0);
            let taken = due.get(&it.class).map(Vec::as_slice).unwrap_or_default();
            it.events += u64::try_from(taken.len()).unwrap_or(u64::MAX);
            it.up_to = taken.last().map(|it| EventSeq(it.seq)).or(it.up_to);
        }
        Ok(())
    }

    /// Takes the words of these events and of the scans that have none left; says so in the ledger. Needs a transaction.
    fn take(
        &self,
        store: &mut Store,
        due: &BTreeMap<EventClass, Vec<Candidate>>,
        now: Moment,
    ) -> Result<u64, StoreError> {
        for it in due.values().flatten() {
            strip(store, it)?;
        }
        let (mut scans, mut seen, mut tombstones) = (0, BTreeSet::new(), Vec::new());
        for (class, events) in due {
            let mut freed = 0;
            for (scan, seq) in events.iter().filter_map(|it| Some((it.scan?, it.seq))) {
                if seen.insert(scan) && purgeable::is_free(&store.connection, scan, seq)? {
                    freed += 1;
                    empty_scan(store, scan)?;
                }
            }
            scans += freed;
            tombstones.push(self.tombstone(*class, events, freed));
        }
        store.record_events(None, &tombstones, now)?;
        Ok(scans)
    }

    fn tombstone(&self, class: EventClass, events: &[Candidate], scans: u64) -> NewEvent {
        let mut numbers = Numbers::default();
        for it in events {
            numbers.push(it.seq);
        }
        let before = self.orders.get(&class).and_then(|it| Timestamp::from_microsecond(*it).ok());
        let body = Body::new()
            .with("class", class.word())
            .with("before", before.map(|it| it.to_string()).unwrap_or_default())
            .with("events", events.len().to_string())
            .with("numbers", numbers.text())
            .with("scans", scans.to_string())
            .with("reason", &*self.why);
        NewEvent { person: self.by, body, ..NewEvent::new(EventKind::Purged) }
    }

    /// Overwrites what SQLite keeps of earlier contents, signs, and empties the WAL.
    fn finish(&mut self, store: &mut Store, now: Moment) -> Result<Next, StoreError> {
        if !self.is_swept {
            store.within(|store| sweep(store))?;
            store.checkpoint(now)?;
            self.is_swept = true;
            if !self.is_alone {
                // The bulk is copied off the scans' path, and only the rest by the writer.
                store.keeper.iter().for_each(wal::Keeper::ask);
                return Ok(Next::Wait);
            }
        }
        if !store.empty_wal(self.is_alone)? {
            self.tries += 1;
            if !self.is_alone && self.tries < TRIES_MAX {
                return Ok(Next::Wait);
            }
            self.report.wal_is_left = true;
        }
        self.report.copies = copies(&store.options.data);
        self.report.done = true;
        Ok(Next::End)
    }
}

impl Store {
    /// Empties the WAL; false if others use it, for whom it waits only where nobody scans.
    fn empty_wal(&mut self, may_wait: bool) -> Result<bool, StoreError> {
        if may_wait {
            self.keeper = None; // It is waited for: while it copies, nobody else may.
            let emptied = wal::empty(&self.connection);
            self.keeper = Some(wal::Keeper::start(&self.options, false, self.heads.seq)?);
            return emptied;
        }
        let patience = |time| self.connection.busy_timeout(time).map_err(sql("empty the WAL"));
        patience(Duration::ZERO)?;
        let emptied = wal::empty(&self.connection);
        patience(Duration::from_millis(self.options.busy_ms_max))?;
        emptied
    }
}

/// Looks the orders over, and begins their report.
fn ordered(orders: &[PurgeOrder], now: Moment) -> Result<(Orders, PurgeReport), StoreError> {
    let unfit = |why: String| Err(StoreError::Unfit(why));
    let (mut known, mut report) = (Orders::new(), PurgeReport::default());
    let youngest = now.wall.checked_sub(SignedDuration::try_from(AGE_MIN).unwrap_or_default());
    let youngest = youngest.map_err(|_| StoreError::Unfit("the clock shows a time that cannot be".to_owned()))?;
    for PurgeOrder { class, before } in orders {
        if *before > youngest {
            return unfit(format!("{class} are purged from an age of one day on; {before} is younger"));
        }
        if known.insert(*class, micros(*before)).is_some() {
            return unfit(format!("{class} are ordered twice; name each class once"));
        }
        let (class, before) = (*class, *before);
        report.classes.push(ClassPurge { class, before, events: 0, up_to: None, needed: 0 });
    }
    if orders.is_empty() {
        return unfit("a purge needs a class".to_owned());
    }
    Ok((known, report))
}

/// Puts the hash of the words in their place.
fn strip(store: &Store, event: &Candidate) -> Result<(), StoreError> {
    let Some((salt, body)) = &event.words else { return Ok(()) };
    let connection = &store.connection;
    let doing = "purge old events";
    connection
        .prepare_cached("UPDATE event SET salt = NULL, body = NULL, body_hash = ? WHERE seq = ?")
        .and_then(|mut it| it.execute(params![chain::body_hash(salt, body), event.seq]))
        .and_then(|_| connection.prepare_cached("UPDATE parked SET text = '' WHERE event = ?"))
        .and_then(|mut it| it.execute([event.seq]))
        .map(drop)
        .map_err(sql(doing))
}

/// Takes payload, key and answer of a scan, and of the other symbols of its picture, whose rows stand together.
fn empty_scan(store: &Store, scan: i64) -> Result<(), StoreError> {
    let number = |statement: &str, values: &[&dyn ToSql]| -> Result<Option<i64>, StoreError> {
        let asked = store.connection.prepare_cached(statement);
        let found = asked.and_then(|mut it| it.query_row(values, |row| row.get(0)).optional());
        found.map(Option::flatten).map_err(sql("look for the symbols of a picture"))
    };
    let reading = number("SELECT reading FROM scan WHERE id = ?", &[&scan])?;
    let behind = "SELECT id FROM scan WHERE id > ?1 AND reading IS NOT ?1 ORDER BY id LIMIT 1";
    let (first, end) = match reading {
        Some(first) => (first, number(behind, &[&first])?.unwrap_or(i64::MAX)),
        None => (scan, scan.saturating_add(1)),
    };
    store
        .connection
        .prepare_cached("UPDATE scan SET payload = NULL, key = NULL, outcome = NULL WHERE id >= ? AND id < ?")
        .and_then(|mut it| it.execute([first, end]))
        .map(drop)
        .map_err(sql("purge a scan"))
}

/// Writes the small tables anew whose rows were moved between pages: what is free in those pages had earlier copies of
/// them. Ledger and journal only grow, and their rows never move.
fn sweep(store: &Store) -> Result<(), StoreError> {
    for table in ["parked", "cart"] {
        let statements = format!(
            "CREATE TABLE swept AS SELECT * FROM {table} ORDER BY rowid; DELETE FROM {table}; \
             INSERT INTO {table} SELECT * FROM swept; DROP TABLE swept"
        );
        store.connection.execute_batch(&statements).map_err(sql("overwrite what was purged"))?;
    }
    Ok(())
}

/// What lies in the store's folder and is a copy of the store, made by a start, a migration or a restore.
fn copies(data: &Path) -> Vec<String> {
    let begins = ["damaged", "replaced-", "arriving", "station.db.schema-"];
    let names = std::fs::read_dir(data).into_iter().flatten().flatten().map(|it| it.file_name());
    let mut copies: Vec<String> = names
        .map(|it| it.to_string_lossy().into_owned())
        .filter(|name| begins.iter().any(|it| name.starts_with(it)))
        .collect();
    copies.sort();
    copies
}
