//! Waits for the end: a signal from outside, or a station loop that has ended by itself.
//!
//! One thread with a runtime of its own; a second signal does nothing, the end is under way.
//! Deliberately absent: doing the ending, which `serve` does in its order.

use std::io;
use std::thread::{Builder, JoinHandle};

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::station::Handle;

/// Why the service ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// It was told to.
    Told,
    /// The station's loop broke an invariant and ended.
    Broken,
}

/// Starts to wait; the second value becomes true when the service shall end.
pub(super) fn watch(handle: &Handle) -> io::Result<(JoinHandle<Ending>, watch::Receiver<bool>)> {
    let (end, ended) = watch::channel(false);
    let handle = handle.clone();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let (mut terminate, mut interrupt, mut hangup) = {
        let _entered = runtime.enter();
        (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?, signal(SignalKind::hangup())?)
    };
    let thread = Builder::new().name("signals".to_owned()).spawn(move || {
        let ending = runtime.block_on(async {
            tokio::select! {
                _ = terminate.recv() => Ending::Told,
                _ = interrupt.recv() => Ending::Told,
                _ = hangup.recv() => Ending::Told, // The terminal in which it ran has gone.
                () = handle.ended() => Ending::Broken,
            }
        });
        // The receiver may be gone already.
        end.send(true).ok();
        ending
    })?;
    Ok((thread, ended))
}
