//! Reads the ledger for screens that return, on a thread of its own at normal priority.
//!
//! What was there before the screen was is masked, since anybody may ask for it at any time; but not what was read a moment
//! ago by a screen that has lost its line.
//! The thread that writes to screens may be real-time and must not wait for a disk.
//! Deliberately absent: deciding when a screen has caught up, which the hub does.

use std::thread::JoinHandle;

use tokio::sync::{mpsc, oneshot};

use crate::domain::{Clock, EventSeq};
use crate::http::error::HttpError;
use crate::http::readers::Readers;
use crate::http::sight::for_return;
use crate::store::StoreError;

/// Messages read in one go: some 40 KiB, under a millisecond.
pub(super) const PAGE: usize = 64;

/// One page of the ledger, wanted by a screen.
pub(super) struct Ask {
    /// The last number the screen has.
    pub(super) after: EventSeq,
    /// The end of the ledger as the screen was told: where it begins if its number is from a longer ledger.
    pub(super) told: EventSeq,
    /// Where the page goes.
    pub(super) reply: oneshot::Sender<Result<Page, StoreError>>,
}

/// What follows in the ledger.
pub(super) struct Page {
    /// Where the screen really is: its own number, or the end it was told.
    pub(super) after: EventSeq,
    /// Numbers and messages in order; fewer than [`PAGE`] mean that the end was reached.
    pub(super) outcomes: Vec<(EventSeq, String)>,
}

/// Starts the thread; it ends when nobody can ask any more.
pub(super) fn start(
    readers: Readers,
    clock: Clock,
    mut asked: mpsc::Receiver<Ask>,
) -> Result<JoinHandle<()>, HttpError> {
    const THREAD: &str = "backlog";
    std::thread::Builder::new()
        .name(THREAD.to_owned())
        .spawn(move || {
            while let Some(ask) = asked.blocking_recv() {
                let page = readers.ask_here(|store| {
                    let is_ours = ask.after <= store.head()?.0;
                    let after = if is_ours { ask.after } else { ask.told };
                    let outcomes = store.outcomes(after, PAGE)?.into_iter();
                    // What came after the screen did is told as what was just read, though it is read from here.
                    let shown = |seq, json: &str| {
                        if seq <= ask.told { for_return(json, clock().wall) } else { json.to_owned() }
                    };
                    Ok(Page { after, outcomes: outcomes.map(|(seq, json)| (seq, shown(seq, &json))).collect() })
                });
                drop(ask.reply.send(page));
            }
        })
        .map_err(|source| HttpError::Thread { thread: THREAD, source })
}
