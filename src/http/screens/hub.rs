//! Hands every update to every screen, in order, once.
//!
//! Order of a returning screen: it is known to the hub first, then reads the ledger page by page while the hub keeps
//! what happens, then gets what was kept after its last number, and is live. Because updates are sent only after they are
//! in the ledger, nothing falls between the two, and numbers already sent are skipped.
//! While nobody watches, the hub listens to nothing: the station wakes no thread for a screen that is not there.
//! Deliberately absent: reading the ledger (`backlog.rs`), the socket (`screen.rs`).

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::{broadcast, mpsc, oneshot, watch};

use super::backlog::{Ask, PAGE};
use super::door::{Inside, Joining};
use super::message;
use super::screen::{Kept, Mode, Screen};
use crate::domain::{EventSeq, StationView, Update, UpdateName};
use crate::http::meters::Meters;
use crate::http::options::Options;
use crate::station::Handle;

/// Updates in one write: a burst of scans is a few writes, and the first of them does not wait for the last.
const TOGETHER_MAX: usize = 64;
/// Looks for the state after an outcome; each is a turn of the runtime, under two microseconds (chosen).
const LOOKS: usize = 32;

/// What the screens' thread owns; made on it, because it is not `Send`.
pub(super) struct Hub {
    /// Open while somebody watches, and up to the first update after the last has left.
    updates: Option<broadcast::Receiver<Update>>,
    handle: Handle,
    shared: Shared,
    keep_alive: Duration,
}

#[derive(Clone)]
struct Shared {
    view: watch::Receiver<Arc<StationView>>,
    asking: mpsc::Sender<Ask>,
    meters: Arc<Meters>,
    waiting_max: usize,
    stall_max: Duration,
    screens: Rc<RefCell<Vec<Rc<Screen>>>>,
}

/// A [`Hub`] before it is on its thread, where it may hold what is not `Send`.
pub(super) struct Seed {
    handle: Handle,
    asking: mpsc::Sender<Ask>,
    meters: Arc<Meters>,
    waiting_max: usize,
    stall_max: Duration,
    keep_alive: Duration,
}

impl Seed {
    pub(super) fn new(options: &Options, handle: &Handle, asking: mpsc::Sender<Ask>, meters: &Arc<Meters>) -> Self {
        Self {
            handle: handle.clone(),
            asking,
            meters: meters.clone(),
            waiting_max: options.screen_buffer_max,
            stall_max: options.screen_stall_max,
            keep_alive: options.keep_alive,
        }
    }

    /// Makes the hub, on the thread it will stay on.
    pub(super) fn grow(self) -> Hub {
        let shared = Shared {
            view: self.handle.view(),
            asking: self.asking,
            meters: self.meters,
            waiting_max: self.waiting_max,
            stall_max: self.stall_max,
            screens: Rc::default(),
        };
        Hub { updates: None, handle: self.handle, shared, keep_alive: self.keep_alive }
    }
}

impl Hub {
    /// Serves screens until told to stop; must run on a `LocalRuntime`.
    pub(super) async fn run(mut self, inside: Inside, mut stop: watch::Receiver<bool>) {
        let mut silence = tokio::time::interval(self.keep_alive);
        silence.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            let watched = !self.shared.screens.borrow().is_empty();
            if !watched {
                self.updates = None;
            }
            tokio::select! {
                biased;
                update = next(&mut self.updates) => match update {
                    Ok(update) => self.tell(update).await,
                    Err(RecvError::Lagged(_)) => self.shared.send_all_back(),
                    Err(RecvError::Closed) => break,
                },
                joining = inside.next() => {
                    // Before the view is read, so that no update is in neither.
                    self.updates.get_or_insert_with(|| self.handle.updates());
                    self.shared.welcome(joining);
                }
                _ = silence.tick(), if watched => self.shared.break_silence(),
                _ = stop.wait_for(|it| *it) => break,
            }
        }
        for screen in self.shared.screens.borrow().iter() {
            screen.end();
        }
    }

    /// Tells what the thread was woken for, with all that came meanwhile in the same write.
    ///
    /// The state follows an outcome within microseconds: looking for it a few times is cheaper than a second wake-up.
    async fn tell(&mut self, first: Update) {
        self.shared.meters.screens_woken.fetch_add(1, Relaxed);
        let mut together = vec![first];
        self.take_more(&mut together);
        let state_is_due = together.last().is_some_and(|it| it.name == UpdateName::Scan);
        self.shared.tell_all(&together);
        if !state_is_due {
            return;
        }
        for _ in 0..LOOKS {
            tokio::task::yield_now().await;
            together.clear();
            self.take_more(&mut together);
            if !together.is_empty() {
                return self.shared.tell_all(&together);
            }
        }
    }

    /// Takes what is there; if some were lost, every screen goes back to the ledger.
    fn take_more(&mut self, together: &mut Vec<Update>) {
        let Some(updates) = &mut self.updates else { return };
        while together.len() < TOGETHER_MAX && !updates.is_empty() {
            match updates.try_recv() {
                Ok(update) => together.push(update),
                Err(TryRecvError::Lagged(_)) => return self.shared.send_all_back(),
                Err(TryRecvError::Empty | TryRecvError::Closed) => return,
            }
        }
    }
}

/// The next update; never, while nothing is listened to.
async fn next(updates: &mut Option<broadcast::Receiver<Update>>) -> Result<Update, RecvError> {
    match updates {
        Some(updates) => updates.recv().await,
        None => std::future::pending().await,
    }
}

impl Shared {
    /// Takes a connection in: head, state, then what it missed, then everything.
    fn welcome(&self, joining: Joining) {
        let stream = joining.stream;
        // A message is small and must leave at once.
        let ready = stream.set_nodelay(true).and_then(|()| stream.set_nonblocking(true));
        let Ok(stream) = ready.and_then(|()| tokio::net::TcpStream::from_std(stream)) else { return };
        let view = self.view.borrow().clone();
        // Who asks for nothing older begins where the state ends, and that is read from the ledger too: what was
        // recorded while the connection was on its way is not lost.
        let told = EventSeq(view.head);
        let screen =
            Rc::new(Screen::new(stream, joining.after.unwrap_or(told), told, self.waiting_max, self.stall_max));
        let mut first = message::HEAD.to_vec();
        first.extend_from_slice(&state(&view));
        if !screen.write(&first) {
            return;
        }
        self.screens.borrow_mut().push(screen.clone());
        let (shared, place) = (self.clone(), joining.place);
        tokio::task::spawn_local(async move {
            // Whatever the screen is in the middle of ends with its connection.
            let too_slow = tokio::select! {
                too_slow = screen.attend() => too_slow,
                never = async { shared.bring_up(&screen).await; std::future::pending().await } => never,
            };
            if too_slow {
                shared.drop_slow(&screen);
            }
            shared.forget(&screen);
            drop(place);
        });
    }

    fn tell_all(&self, updates: &[Update]) {
        let mut bytes = Vec::new();
        for update in updates {
            message::write(&mut bytes, update);
        }
        for screen in self.screens.borrow().iter() {
            let in_time = match &mut *screen.mode.borrow_mut() {
                Mode::Live => screen.write_updates(updates, &bytes),
                Mode::Returning(kept) => {
                    for update in updates {
                        kept.keep(update);
                    }
                    true
                }
            };
            if !in_time {
                self.drop_slow(screen);
            }
        }
    }

    fn break_silence(&self) {
        for screen in self.screens.borrow().iter() {
            if matches!(&*screen.mode.borrow(), Mode::Live) && !screen.write(message::KEEP_ALIVE) {
                self.drop_slow(screen);
            }
        }
    }

    fn drop_slow(&self, screen: &Screen) {
        self.meters.screens_dropped.fetch_add(1, Relaxed);
        tracing::info!("a screen reads too slowly and was dropped; it resumes by itself");
        screen.end();
    }

    /// Updates were lost between the station and this thread: the ledger has them all.
    fn send_all_back(&self) {
        self.meters.screens_lagged.fetch_add(1, Relaxed);
        for screen in self.screens.borrow().iter() {
            let mut mode = screen.mode.borrow_mut();
            let was_live = matches!(&*mode, Mode::Live);
            *mode = Mode::Returning(Kept::broken());
            if was_live {
                let (shared, screen) = (self.clone(), screen.clone());
                tokio::task::spawn_local(async move { shared.bring_up(&screen).await });
            }
        }
    }

    /// Reads the ledger for a screen until it has caught up, and makes it live.
    async fn bring_up(&self, screen: &Screen) {
        while screen.mend_kept() {
            let Some(page) = self.page(screen).await else {
                screen.end();
                return;
            };
            screen.sent.set(page.after);
            let mut bytes = Vec::new();
            for (seq, json) in &page.outcomes {
                message::message(&mut bytes, Some(*seq), UpdateName::Scan, json);
                screen.sent.set(*seq);
            }
            if !screen.write(&bytes) {
                self.drop_slow(screen);
                return;
            }
            screen.drained().await;
            if page.outcomes.len() < PAGE {
                self.make_live(screen);
            }
        }
    }

    /// Gives a screen what was kept for it, if that is all; no await, so that nothing can come between.
    fn make_live(&self, screen: &Screen) {
        let Some(kept) = screen.take_kept() else { return };
        let in_time = kept.updates.iter().all(|it| screen.write_update(it));
        let view = self.view.borrow().clone();
        let state_is_due = kept.state_missed && EventSeq(view.head) >= screen.sent.get();
        if !in_time || (state_is_due && !screen.write(&state(&view))) {
            self.drop_slow(screen);
        }
    }

    async fn page(&self, screen: &Screen) -> Option<super::backlog::Page> {
        let (reply, page) = oneshot::channel();
        // What a screen that left meanwhile asked for may still stand before it.
        self.asking.send(Ask { after: screen.sent.get(), told: screen.told, reply }).await.ok()?;
        match page.await.ok()? {
            Ok(page) => Some(page),
            Err(cause) => {
                tracing::warn!(%cause, "read the ledger for a screen that returned; it will try again");
                None
            }
        }
    }

    fn forget(&self, screen: &Rc<Screen>) {
        self.screens.borrow_mut().retain(|it| !Rc::ptr_eq(it, screen));
    }
}

/// The state as a message.
fn state(view: &StationView) -> Vec<u8> {
    let mut bytes = Vec::new();
    match serde_json::to_string(view) {
        Ok(json) => message::message(&mut bytes, None, UpdateName::State, &json),
        Err(error) => tracing::error!(%error, "write the state as JSON"),
    }
    bytes
}
