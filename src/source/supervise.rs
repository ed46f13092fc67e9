//! Keeps one device alive: open, read, fault, back off, again, in a named thread that no panic can end.
//!
//! A fault is told once, not at each attempt. Waiting is interruptible, so stopping is quick; nothing here polls.
//! Deliberately absent: what a device is, which its own file knows.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::domain::{Clock, Delivery, Discard, Fault, LaneId, Moment, Read, SourceId};
use crate::queue::{NotReceived, Receiver, Sender, queue};
use crate::source::{Attachment, Closed, Sink, SourceError, SourceInput};

/// Tells threads to end; clones share it.
#[derive(Clone, Default)]
pub struct Stop(Arc<Signal>);

/// Wakes somebody who waits for something else than the signal.
type Waker = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct Signal {
    given: Mutex<bool>,
    changed: Condvar,
    wakers: Mutex<Vec<Waker>>,
}

impl Stop {
    /// A signal that has not been given yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives the signal.
    pub fn stop(&self) {
        *self.0.given.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.changed.notify_all();
        let wakers = std::mem::take(&mut *self.0.wakers.lock().unwrap_or_else(PoisonError::into_inner));
        for wake in wakers {
            wake();
        }
    }

    /// Calls `wake` when the signal is given, at once if it has been: for who waits in a driver. It is kept until then.
    pub fn on_given(&self, wake: impl FnOnce() + Send + 'static) {
        let given = self.0.given.lock().unwrap_or_else(PoisonError::into_inner);
        if *given {
            drop(given);
            wake();
        } else {
            self.0.wakers.lock().unwrap_or_else(PoisonError::into_inner).push(Box::new(wake));
        }
    }

    /// It has been given.
    #[must_use]
    pub fn is_given(&self) -> bool {
        *self.0.given.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for it, at most so long; true if it was given.
    #[must_use]
    pub fn wait(&self, at_most: Duration) -> bool {
        let given = self.0.given.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.0.changed.wait_timeout_while(given, at_most, |given| !*given);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

/// How long to wait before a device is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// The first wait. Default 100 ms: a device that comes back after a replug is read at once.
    pub first: Duration,
    /// Each wait is twice the one before, up to this. Default 900 ms: plugged in, it is read within a second.
    pub max: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { first: Duration::from_millis(100), max: Duration::from_millis(900) }
    }
}

/// What a device thread is given: where its deliveries go, the clock, and the signal to end.
pub struct Link {
    /// The source's stable name.
    pub source: SourceId,
    /// The side of the station it belongs to.
    pub lane: LaneId,
    /// The signal to end; a driver that blocks must look at it at least every second.
    pub stop: Stop,
    sink: Sink,
    clock: Clock,
    attached: Cell<bool>,
    told: RefCell<Option<Fault>>,
    first_attempt: Cell<Option<Sender<()>>>,
}

impl Link {
    /// The time now.
    #[must_use]
    pub fn now(&self) -> Moment {
        (self.clock)()
    }

    /// Tells that the device is open and is being read from now on.
    pub fn attach(&self, attachment: Attachment) -> Result<(), Closed> {
        self.attached.set(true);
        self.told.replace(None);
        let told = (self.sink)(SourceInput::Attached(attachment));
        self.first_attempt.set(None);
        told
    }

    /// Hands over what the device delivered.
    pub fn deliver(&self, delivery: Delivery, at: Moment) -> Result<(), Closed> {
        (self.sink)(SourceInput::Read(Read { source: self.source.clone(), at, delivery }))
    }

    /// Tells of something thrown away before it could be delivered.
    pub fn discard(&self, discard: Discard) -> Result<(), Closed> {
        (self.sink)(SourceInput::Discarded(self.source.clone(), discard))
    }

    /// Tells of a fault, unless the same one was told last.
    fn fault(&self, fault: Fault) -> Result<(), Closed> {
        let told = if self.told.borrow().as_ref() == Some(&fault) {
            Ok(())
        } else {
            self.told.replace(Some(fault.clone()));
            (self.sink)(SourceInput::Faulted(self.source.clone(), fault))
        };
        self.first_attempt.set(None);
        told
    }
}

/// A supervised device thread.
pub struct Supervised {
    thread: JoinHandle<()>,
    first_attempt: Receiver<()>,
}

impl Supervised {
    /// Waits until the device was opened or could not be, so that "ready" means read; true if that happened in time.
    pub fn wait_for_first_attempt(&mut self, at_most: Duration) -> bool {
        self.first_attempt.recv_timeout(at_most) == Err(NotReceived::Ended)
    }

    /// Waits for the thread's end; give its [`Stop`] first.
    pub fn join(self) {
        // The thread catches every panic of its device; one of its own ends here, and the thread with it.
        drop(self.thread.join());
    }
}

/// Where a source puts what it has, and under which name.
pub struct Place {
    /// The source's stable name; it also names the thread.
    pub source: SourceId,
    /// The side of the station it belongs to.
    pub lane: LaneId,
    /// Where its deliveries go.
    pub sink: Sink,
    /// Stamps them.
    pub clock: Clock,
    /// Ends it.
    pub stop: Stop,
}

/// Runs a device in a thread of its own until the signal is given or the station ends.
///
/// `run` opens the device, calls [`Link::attach`], reads until the device fails, and returns why; `Ok` ends the source
/// for good. A panic in it becomes a fault like any other.
pub fn supervise(
    place: Place,
    backoff: Backoff,
    mut run: impl FnMut(&Link) -> Result<(), SourceError> + Send + 'static,
) -> Result<Supervised, SourceError> {
    let (tried, first_attempt) = queue(1);
    let name = place.source.to_string();
    let body = move || {
        let link = Link {
            source: place.source,
            lane: place.lane,
            stop: place.stop,
            sink: place.sink,
            clock: place.clock,
            attached: Cell::new(false),
            told: RefCell::new(None),
            first_attempt: Cell::new(Some(tried)),
        };
        keep_alive(&link, backoff, &mut run);
        // A station that has ended does not need to be told.
        (link.sink)(SourceInput::Ended(link.source.clone())).ok();
    };
    let thread = std::thread::Builder::new()
        .name(name.clone())
        .spawn(body)
        .map_err(|it| SourceError::from_io("start the thread of", &name, &it))?;
    Ok(Supervised { thread, first_attempt })
}

fn keep_alive(link: &Link, backoff: Backoff, run: &mut impl FnMut(&Link) -> Result<(), SourceError>) {
    let mut wait = backoff.first;
    while !link.stop.is_given() {
        link.attached.set(false);
        let fault = match catch_unwind(AssertUnwindSafe(|| run(link))) {
            Ok(Ok(()) | Err(SourceError::Closed(_))) => return,
            Ok(Err(error)) => error.fault(),
            Err(panic) => {
                let said = panic.downcast_ref::<&str>().copied();
                let said = said.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("a panic");
                let (doing, device) = ("drive", link.source.to_string());
                SourceError::Other { doing, device, cause: format!("its driver broke down: {said}") }.fault()
            }
        };
        if link.stop.is_given() || link.fault(fault).is_err() {
            return;
        }
        if link.attached.get() {
            wait = backoff.first;
        }
        if link.stop.wait(wait) {
            return;
        }
        wait = wait.saturating_mul(2).min(backoff.max);
    }
}
