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

use tokio::sync::{mpsc, watch};

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
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|source| HttpError::Runtime { thread: THREAD, source })?;
    let (door, inside) = door::door(options.screens_max, meters);
    let (asking, asked) = mpsc::channel(options.screens_max.max(1));
    let backlog = backlog::start(readers.clone(), clock, asked)?;
    let seed = hub::Seed::new(options, handle, asking, meters);
    let priority = options.screens_priority;
    let thread = std::thread::Builder::new()
        .name(THREAD.to_owned())
        .spawn(move || {
            if let Some(priority) = priority {
                answering_at(priority, THREAD);
            }
            tokio::task::LocalSet::new().block_on(&runtime, seed.grow().run(inside, stop));
        })
        .map_err(|source| HttpError::Thread { thread: THREAD, source })?;
    Ok((door, [thread, backlog]))
}
