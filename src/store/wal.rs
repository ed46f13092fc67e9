//! Copies the WAL into the database off the scan's path: a thread with a connection of its own.
//!
//! It sleeps until it is asked, so an idle station has no wake-up for it, and copies passively, so it never waits
//! for a reader and no writer waits for it.
//! Deliberately absent: durability, which the commit alone gives.

use std::{
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread::{Builder, JoinHandle},
};

use super::{
    Options, connect,
    error::{StoreError, file, sql},
};

/// The thread that copies the WAL, and the count of commits after which it is asked.
pub(super) struct Keeper {
    ask: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
    commits: u32,
    commits_max: u32,
}

impl Keeper {
    /// Starts the thread.
    pub(super) fn start(options: &Options) -> Result<Self, StoreError> {
        let (ask, asked) = sync_channel(1);
        let own = options.clone();
        let thread = Builder::new()
            .name("wal".to_owned())
            .spawn(move || keep(&own, &asked))
            .map_err(file("start the thread that copies the WAL of", &options.path()))?;
        Ok(Self { ask: Some(ask), thread: Some(thread), commits: 0, commits_max: options.wal_commits_max.max(1) })
    }

    /// Counts a commit.
    pub(super) fn committed(&mut self) {
        self.commits += 1;
        if self.commits >= self.commits_max
            && let Some(ask) = &self.ask
            && ask.try_send(()).is_ok()
        {
            // While it is still at work the queue is full, and it is asked again at the next commit.
            self.commits = 0;
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

/// Copies in a row: the writer goes on meanwhile, and only a whole copy lets it begin the WAL anew.
const COPIES_MAX: u32 = 3;

fn keep(options: &Options, asked: &Receiver<()>) {
    while asked.recv().is_ok() {
        if let Err(found) = copy(options) {
            tracing::warn!(error = %found, "the WAL was not copied into the database and grows");
        }
    }
}

fn copy(options: &Options) -> Result<(), StoreError> {
    let connection = connect::writer(options)?;
    for _ in 0..COPIES_MAX {
        let (frames, copied): (i64, i64) = connection
            .query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| Ok((row.get(1)?, row.get(2)?)))
            .map_err(sql("copy the WAL into the database"))?;
        if frames == copied {
            break;
        }
    }
    Ok(())
}
