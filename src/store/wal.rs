//! Keeps the WAL short and its file long: copies it into the database off the scan's path, and begins it anew in place.
//!
//! A commit that overwrites the WAL costs 1.2 × a bare write, one that makes the file longer 1.8 × (measured: the file
//! system must find room). So the file is given its length once, and is begun anew each time all of it is copied.
//! A thread copies the bulk when it is asked; the few pages that came meanwhile the writer copies before its next group.
//! What an earlier writer left is copied soon after the start: killed again and again, they would leave ever more. What
//! could not be copied is tried again by itself, before the WAL has taken the room that the copy needs.
//! Deliberately absent: durability, which the commit alone gives.

use std::{
    fs::File,
    io::{Read as _, Seek as _, SeekFrom, Write as _},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{Builder, JoinHandle},
    time::Duration,
};

use rusqlite::Connection;

use super::{
    Options, connect,
    error::{StoreError, file, sql},
    owned,
};
use crate::queue::{NotReceived, Receiver, Sender, queue};

/// The thread that copies the WAL, and the count of commits after which it is asked.
pub(super) struct Keeper {
    ask: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
    commits: u32,
    commits_max: u32,
    /// The last event when the thread was last asked; a large group fills the WAL as many small ones do.
    asked_at: i64,
    /// The thread has copied the bulk; what came meanwhile is to be copied by the writer.
    rest: Arc<AtomicBool>,
}

/// Events that fill the WAL about as much as one commit of a single scan does (measured: that one writes the same
/// pages alone which the events of a group share).
const EVENTS_A_COMMIT: i64 = 4;

/// How long after the start what was left behind is copied: the start is over by then, and does not wait for the disk.
const LEFT_BEHIND_AFTER: Duration = Duration::from_millis(100);

/// After this it is tried again what failed (chosen: on a disk that was full, the WAL takes the room that came free within
/// seconds, and then there is none to copy it).
const AGAIN: Duration = Duration::from_millis(500);

/// Whether a writer that did not end cleanly, or one that keeps the WAL's length, left something in it.
pub(super) fn is_left(options: &Options) -> bool {
    // The first bytes of a WAL; a new one that was only given its length begins with zeros.
    let mut begins = [0; 3];
    File::open(connect::wal_of(&options.path())).and_then(|mut it| it.read_exact(&mut begins)).is_ok()
        && begins == [0x37, 0x7f, 0x06]
}

impl Keeper {
    /// Starts the thread; it first copies what an earlier writer left, if there is something.
    pub(super) fn start(options: &Options, is_left: bool, last: i64) -> Result<Self, StoreError> {
        let (ask, mut asked) = queue(1);
        let (own, rest) = (options.clone(), Arc::new(AtomicBool::new(false)));
        let left = Arc::clone(&rest);
        let thread = Builder::new()
            .name("wal".to_owned())
            .spawn(move || keep(&own, &mut asked, &left, is_left))
            .map_err(file("start the thread that copies the WAL of", &options.path()))?;
        let commits_max = options.wal_commits_max.max(1);
        Ok(Self { ask: Some(ask), thread: Some(thread), commits: 0, commits_max, asked_at: last, rest })
    }

    /// Counts a commit, which ended with the event `last`.
    pub(super) fn committed(&mut self, last: i64) {
        self.commits += 1;
        let events = last.saturating_sub(self.asked_at) / EVENTS_A_COMMIT;
        if i64::from(self.commits).max(events) >= i64::from(self.commits_max)
            && let Some(ask) = &self.ask
            && ask.try_send(()).is_ok()
        {
            // While it is still at work the queue is full, and it is asked again at the next commit.
            self.commits = 0;
            self.asked_at = last;
        }
    }

    /// Asks the thread to copy now, unless it is at work already.
    pub(super) fn ask(&self) {
        if let Some(ask) = &self.ask {
            ask.try_send(()).ok();
        }
    }

    /// Copies the rest on the writer's own connection, so that its next group begins the WAL anew.
    pub(super) fn finish(&self, connection: &Connection) {
        if self.rest.swap(false, Ordering::AcqRel)
            && let Err(found) = copy(connection)
        {
            tracing::warn!(error = %found, "the rest of the WAL was not copied");
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.ask = None;
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn keep(options: &Options, asked: &mut Receiver<()>, rest: &AtomicBool, is_left: bool) {
    let mut next =
        if is_left { asked.recv_timeout(LEFT_BEHIND_AFTER) != Err(NotReceived::Ended) } else { asked.recv().is_some() };
    let mut behind = false;
    while next {
        match connect::writer(options).and_then(|it| copy(&it)) {
            Ok(()) => {
                if behind {
                    tracing::info!("the WAL is copied into the database again");
                }
                behind = false;
                // Even if it was all when the copy began, the writer has gone on since.
                rest.store(true, Ordering::Release);
            }
            Err(_) if behind => {} // Said once.
            Err(found) => {
                tracing::warn!(error = %found, "the WAL was not copied into the database and grows");
                behind = true;
            }
        }
        next = if behind { asked.recv_timeout(AGAIN) != Err(NotReceived::Ended) } else { asked.recv().is_some() };
    }
}

/// Copies what can be copied without waiting for anybody.
pub(super) fn copy(connection: &Connection) -> Result<(), StoreError> {
    connection
        .query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
        .map_err(sql("copy the WAL into the database"))
}

/// Copies all of it and makes the file empty, so that nothing old stands in it; false if somebody reads it, or copies it,
/// for longer than the connection waits.
pub(super) fn empty(connection: &Connection) -> Result<bool, StoreError> {
    let refused: Result<bool, _> = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0));
    match refused.map_err(sql("empty the WAL")) {
        Ok(refused) => Ok(!refused),
        Err(StoreError::Locked { .. }) => Ok(false),
        Err(found) => Err(found),
    }
}

/// At the end: copies all of it, and cuts a file that one bulk entry made long, which the next start would read whole.
pub(super) fn put_away(connection: &Connection, options: &Options) {
    let long = connect::wal_bytes_max(options).and_then(|it| u64::try_from(it).ok());
    let length = std::fs::metadata(connect::wal_of(&options.path())).map_or(0, |it| it.len());
    if let Err(found) = copy(connection) {
        return tracing::warn!(error = %found, "the WAL was not copied into the database; the next start does it");
    }
    if long.is_some_and(|it| length > it) {
        // Refused while somebody reads it: then it stays long until it is begun anew.
        if empty(connection).unwrap_or(false) {
            lengthen(options);
        }
    }
}

/// Gives the WAL file its length: zeros behind its end, which SQLite takes for the end.
///
/// Called before the first write. Room that is not there is no error; commits are only slower.
pub(super) fn lengthen(options: &Options) {
    let path = connect::wal_of(&options.path());
    let lengthened = owned::open(&path, 0o600).and_then(|mut it| {
        let length = it.seek(SeekFrom::End(0))?;
        if length >= options.wal_bytes_min {
            return Ok(());
        }
        let block = vec![0; 64 * 1024];
        let mut missing = options.wal_bytes_min - length;
        while missing > 0 {
            let part = block.get(..usize::try_from(missing).unwrap_or(usize::MAX).min(block.len())).unwrap_or(&block);
            if let Err(found) = it.write_all(part) {
                it.set_len(length)?;
                return Err(found);
            }
            missing -= u64::try_from(part.len()).unwrap_or(missing);
        }
        it.sync_all()
    });
    if let Err(found) = lengthened {
        tracing::warn!(error = %found, path = %path.display(), "the WAL was not given its length; commits are slower");
    }
}
