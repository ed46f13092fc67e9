//! A bell that wakes a thread which waits for a device's file: rung at the end, or when something else has happened.
//!
//! It is an eventfd, so that a thread waits for it and for its device in one `poll` and is woken by nothing else.
//! Deliberately absent: saying what happened; whoever is woken looks.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::time::Duration;

use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};
use rustix::io::{Errno, read, write};

use crate::source::Stop;

/// A bell; clones ring the same.
#[derive(Clone, Debug)]
pub(super) struct Bell(Arc<OwnedFd>);

impl Bell {
    /// A bell that also rings when the signal is given.
    pub(super) fn new(stop: &Stop) -> Result<Self, Errno> {
        let bell = Self(Arc::new(eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?));
        let rung = bell.clone();
        stop.on_given(move || rung.ring());
        Ok(bell)
    }

    /// Rings it.
    pub(super) fn ring(&self) {
        // A bell that is ringing already is loud enough.
        write(&*self.0, &1_u64.to_ne_bytes()).ok();
    }

    /// Silences it; whether it was ringing.
    pub(super) fn silence(&self) -> bool {
        let mut count = [0; 8];
        read(&*self.0, &mut count).is_ok()
    }

    /// Waits until it rings or a file can be read, as long as given at most.
    pub(super) fn wait_beside(&self, files: &[BorrowedFd<'_>], at_most: Option<Duration>) -> Result<(), Errno> {
        let mut waited: Vec<PollFd<'_>> = std::iter::once(self.0.as_fd())
            .chain(files.iter().copied())
            .map(|it| PollFd::from_borrowed_fd(it, PollFlags::IN))
            .collect();
        let at_most = at_most.and_then(|it| Timespec::try_from(it).ok());
        match poll(&mut waited, at_most.as_ref()) {
            Ok(_) | Err(Errno::INTR) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Bell;
    use crate::source::Stop;

    #[test]
    fn a_bell_rings_for_whoever_waits_and_at_the_end() {
        let stop = Stop::new();
        let bell = Bell::new(&stop).unwrap();
        assert!(!bell.silence());
        let (ringing, waiting) = (bell.clone(), bell.clone());
        let waiter = std::thread::spawn(move || waiting.wait_beside(&[], None));
        ringing.ring();
        waiter.join().unwrap().unwrap();
        assert!(bell.silence() && !bell.silence());
        stop.stop();
        assert!(bell.silence());
        assert!(Bell::new(&stop).unwrap().silence(), "it is over already");
    }
}
