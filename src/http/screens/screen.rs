//! One screen: its socket, what waits for it, and how far it has come.
//!
//! Writing never blocks: what the socket does not take at once waits, and what waits has a limit.
//! Deliberately absent: deciding what it gets, which the hub does.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::io::ErrorKind;
use std::pin::pin;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::sync::Notify;

use super::message;
use crate::domain::{EventSeq, Update, UpdateName};

/// How a screen gets its messages now.
pub(super) enum Mode {
    /// It reads the ledger; what happens meanwhile is kept here, in order.
    Returning(Kept),
    /// It gets everything as it happens.
    Live,
}

/// Updates kept for a screen that is reading the ledger, at most [`Kept::MAX`]; beyond that it reads on instead.
#[derive(Default)]
pub(super) struct Kept {
    /// In order.
    pub(super) updates: Vec<Update>,
    /// Some are missing that came after the page now being read: one more page is needed.
    broken: bool,
    /// A state may have been among the missing ones, and no ledger has it.
    pub(super) state_missed: bool,
}

impl Kept {
    const MAX: usize = 1024;

    /// Nothing kept, and something missing.
    pub(super) fn broken() -> Self {
        Self { updates: Vec::new(), broken: true, state_missed: true }
    }

    /// Keeps one more, or notes that it is missing.
    pub(super) fn keep(&mut self, update: &Update) {
        if self.updates.len() < Self::MAX {
            self.updates.push(update.clone());
        } else {
            *self = Self::broken();
        }
    }
}

/// One connected screen; all its parts belong to the screens' thread.
pub(super) struct Screen {
    stream: TcpStream,
    waiting: RefCell<VecDeque<u8>>,
    waiting_max: usize,
    /// How long bytes may wait before none of them does.
    stall_max: Duration,
    /// How often waiting began.
    stalls: Cell<u64>,
    more: Notify,
    /// The last ledger number it got.
    pub(super) sent: Cell<EventSeq>,
    /// The end of the ledger in the state that it began with.
    pub(super) told: EventSeq,
    /// How it gets its messages.
    pub(super) mode: RefCell<Mode>,
    heard: Cell<usize>,
    over: Cell<bool>,
    over_notify: Notify,
}

/// Bytes that a screen may send after its request; it has nothing to say, and listening costs the other screens.
const HEARD_MAX: usize = 64 * 1024;

impl Screen {
    pub(super) fn new(
        stream: TcpStream,
        after: EventSeq,
        told: EventSeq,
        waiting_max: usize,
        stall_max: Duration,
    ) -> Self {
        Self {
            stream,
            waiting: RefCell::default(),
            waiting_max,
            stall_max,
            stalls: Cell::new(0),
            more: Notify::new(),
            sent: Cell::new(after),
            told,
            mode: RefCell::new(Mode::Returning(Kept::default())),
            heard: Cell::new(0),
            over: Cell::new(false),
            over_notify: Notify::new(),
        }
    }

    /// Whether the connection is of no use any more.
    pub(super) fn is_over(&self) -> bool {
        self.over.get()
    }

    /// Gives the connection up.
    pub(super) fn end(&self) {
        self.over.set(true);
        self.over_notify.notify_waiters();
    }

    /// Writes at once what the socket takes; the rest waits. False if too much waits: the screen is too slow.
    pub(super) fn write(&self, bytes: &[u8]) -> bool {
        let mut waiting = self.waiting.borrow_mut();
        let mut rest = bytes;
        if waiting.is_empty() {
            match self.stream.try_write(bytes) {
                Ok(written) => rest = bytes.get(written..).unwrap_or_default(),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(_) => {
                    self.end();
                    return true;
                }
            }
        }
        if rest.is_empty() {
            return true;
        }
        if waiting.len().saturating_add(rest.len()) > self.waiting_max {
            return false;
        }
        if waiting.is_empty() {
            self.stalls.set(self.stalls.get().wrapping_add(1));
        }
        waiting.extend(rest);
        self.more.notify_one();
        true
    }

    /// Writes updates whose messages are `bytes`, in one go unless the screen has some of them already.
    pub(super) fn write_updates(&self, updates: &[Update], bytes: &[u8]) -> bool {
        let is_over = |it: &Update| it.seq.is_some_and(|seq| seq <= self.sent.get()) || self.is_before(it);
        if updates.iter().any(is_over) {
            return updates.iter().all(|it| self.write_update(it));
        }
        if let Some(seq) = updates.iter().rev().find_map(|it| it.seq) {
            self.sent.set(seq);
        }
        self.write(bytes)
    }

    /// Whether it is a state from before what the screen was told; a newer one follows, since that changed the state.
    fn is_before(&self, update: &Update) -> bool {
        update.name == UpdateName::State && update.head < self.sent.get()
    }

    /// Writes an update unless the screen has it already.
    pub(super) fn write_update(&self, update: &Update) -> bool {
        if self.is_before(update) {
            return true;
        }
        if let Some(seq) = update.seq {
            if seq <= self.sent.get() {
                return true;
            }
            self.sent.set(seq);
        }
        let mut bytes = Vec::new();
        message::write(&mut bytes, update);
        self.write(&bytes)
    }

    /// Before a page is read: whatever comes from now on is kept or in that page. False if none is to be read.
    pub(super) fn mend_kept(&self) -> bool {
        match &mut *self.mode.borrow_mut() {
            Mode::Returning(kept) if !self.is_over() => {
                kept.broken = false;
                true
            }
            Mode::Returning(_) | Mode::Live => false,
        }
    }

    /// Makes the screen live and returns what was kept for it; `None` if some of that is missing.
    pub(super) fn take_kept(&self) -> Option<Kept> {
        let mut mode = self.mode.borrow_mut();
        match &mut *mode {
            Mode::Returning(kept) if !kept.broken => {
                let kept = std::mem::take(kept);
                *mode = Mode::Live;
                Some(kept)
            }
            Mode::Returning(_) | Mode::Live => None,
        }
    }

    /// Waits until nothing waits for the socket any more, or the connection is over.
    pub(super) async fn drained(&self) {
        while !self.waiting.borrow().is_empty() && !self.is_over() {
            tokio::select! {
                ready = self.stream.writable() => if ready.is_ok() { self.flush() } else { self.end() },
                () = self.over_notify.notified() => {}
            }
        }
    }

    /// Looks after the socket until the connection is over: writes what waits, notices that the other side left.
    ///
    /// True if it is over because bytes waited all the time for longer than `stall_max`.
    pub(super) async fn attend(&self) -> bool {
        let mut stalled = pin!(tokio::time::sleep(self.stall_max));
        let mut stall = self.stalls.get();
        while !self.is_over() {
            let waits = !self.waiting.borrow().is_empty();
            if stall != self.stalls.get() {
                stall = self.stalls.get();
                stalled.set(tokio::time::sleep(self.stall_max));
            }
            tokio::select! {
                ready = self.stream.readable() => if ready.is_err() || self.has_left() { self.end() },
                ready = self.stream.writable(), if waits => if ready.is_ok() { self.flush() } else { self.end() },
                () = self.more.notified() => {}
                () = self.over_notify.notified() => {}
                () = &mut stalled, if waits => if stall == self.stalls.get() { return true },
            }
        }
        false
    }

    fn flush(&self) {
        let mut waiting = self.waiting.borrow_mut();
        loop {
            let (front, _) = waiting.as_slices();
            if front.is_empty() {
                return;
            }
            match self.stream.try_write(front) {
                Ok(written) => drop(waiting.drain(..written)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(_) => {
                    self.over.set(true);
                    return;
                }
            }
        }
    }

    /// What a screen sends is thrown away; the end of it means that it left.
    fn has_left(&self) -> bool {
        let mut bin = [0; 512];
        match self.stream.try_read(&mut bin) {
            Ok(0) => true,
            Ok(count) => {
                self.heard.set(self.heard.get().saturating_add(count));
                self.heard.get() > HEARD_MAX
            }
            Err(error) => error.kind() != ErrorKind::WouldBlock,
        }
    }
}
