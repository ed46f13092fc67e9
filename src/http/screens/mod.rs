//! Live screens (Server-Sent Events): one thread writes to all of them, and nothing else happens on it.
//!
//! The id of a message is the ledger sequence, and whoever returns with `Last-Event-ID` is served from the ledger: there
//! is no second buffer, no gap and no message twice. A slow screen is dropped and resumes; it never holds anybody up.
//! Deliberately absent: parsing requests (`server.rs` hands over connections), and what a message says (`station`).

mod backlog;
mod hub;
mod message;
mod screen;

use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::thread::JoinHandle;

use tokio::sync::{mpsc, watch};

use super::error::HttpError;
use super::meters::Meters;
use super::options::Options;
use super::readers::Readers;
use crate::domain::{Clock, EventSeq};
use crate::station::{Handle, answering_at};

/// A connection on its way to the screens' thread.
pub(super) struct Joining {
    /// The connection, its request read.
    pub(super) stream: TcpStream,
    /// The last message the screen has; `None` for a screen that begins now.
    pub(super) after: Option<EventSeq>,
    /// Its place among the screens, free again when this is dropped.
    pub(super) place: Place,
}

/// One of the places that `screens_max` allows.
pub(super) struct Place(Arc<Meters>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.screens.fetch_sub(1, Relaxed);
    }
}

/// The door of the screens' thread.
#[derive(Clone)]
pub(super) struct Door {
    joining: mpsc::Sender<Joining>,
    meters: Arc<Meters>,
    screens_max: u64,
}

impl Door {
    /// Takes a place for one more screen; `None` if all are taken.
    pub(super) fn place(&self) -> Option<Place> {
        let taken = self.meters.screens.fetch_add(1, Relaxed);
        let place = Place(self.meters.clone());
        if taken < self.screens_max {
            return Some(place);
        }
        self.meters.screens_refused.fetch_add(1, Relaxed);
        None
    }

    /// Hands a connection over; it is closed if the thread has ended.
    pub(super) fn join(&self, joining: Joining) {
        if self.joining.try_send(joining).is_err() {
            self.meters.screens_refused.fetch_add(1, Relaxed);
        }
    }
}

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
    let (joining, joined) = mpsc::channel(options.screens_max.max(1));
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
            tokio::task::LocalSet::new().block_on(&runtime, seed.grow().run(joined, stop));
        })
        .map_err(|source| HttpError::Thread { thread: THREAD, source })?;
    let screens_max = u64::try_from(options.screens_max).unwrap_or(u64::MAX);
    Ok((Door { joining, meters: meters.clone(), screens_max }, [thread, backlog]))
}
