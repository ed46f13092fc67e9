//! Live screens (Server-Sent Events): one thread writes to all of them, and nothing else happens on it.
//!
//! The id of a message is the ledger sequence, and whoever returns with `Last-Event-ID` is served from the ledger: there
//! is no second buffer, no gap and no message twice. A slow screen is dropped and resumes; it never holds anybody up.
//! Deliberately absent: parsing requests (`server.rs` hands over connections), and what a message says (`station`).

mod backlog;
mod door;
mod hub;
mod message;
mod screen;

use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::runtime::{Builder, LocalOptions};
use tokio::sync::{mpsc, oneshot, watch};

use super::error::HttpError;
use super::meters::Meters;
use super::options::Options;
use super::readers::Readers;
use crate::domain::Clock;
use crate::station::{Handle, answering_at};

pub(super) use door::{Door, Joining, Place};

/// Starts the threads: one that writes, one that reads the ledger for those who return.
pub(super) fn start(
    options: &Options,
    handle: &Handle,
    readers: &Readers,
    meters: &Arc<Meters>,
    clock: Clock,
    stop: watch::Receiver<bool>,
) -> Result<(Door, [JoinHandle<()>; 2]), HttpError> {
    const THREAD: &str = "screens";
    let (door, inside) = door::door(options.screens_max, meters);
    let (asking, asked) = mpsc::channel(options.screens_max.max(1));
    let backlog = backlog::start(readers.clone(), clock, asked)?;
    let seed = hub::Seed::new(options, handle, asking, meters);
    let priority = options.screens_priority;
    let (failed, failure) = oneshot::channel();
    let thread = std::thread::Builder::new()
        .name(THREAD.to_owned())
        .spawn(move || {
            // Made here, because its tasks stay on the thread that made it.
            let runtime = match Builder::new_current_thread().enable_all().build_local(LocalOptions::default()) {
                Ok(runtime) => runtime,
                Err(source) => return drop(failed.send(source)),
            };
            drop(failed);
            if let Some(priority) = priority {
                answering_at(priority, THREAD);
            }
            runtime.block_on(seed.grow().run(inside, stop));
        })
        .map_err(|source| HttpError::Thread { thread: THREAD, source })?;
    match failure.blocking_recv() {
        Ok(source) => Err(HttpError::Runtime { thread: THREAD, source }),
        Err(_) => Ok((door, [thread, backlog])), // It runs.
    }
}
