//! Hands every update to every screen, in order, once.
//!
//! Order of a returning screen: it is known to the hub first, then reads the ledger page by page while the hub keeps
//! what happens, then gets what was kept after its last number, and is live. Because updates are sent only after they are
//! in the ledger, nothing falls between the two, and numbers already sent are skipped.
//! Deliberately absent: reading the ledger (`backlog.rs`), the socket (`screen.rs`).

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::SyncSender;
use std::time::Duration;

use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, mpsc, oneshot, watch};

use super::Joining;
use super::backlog::{Ask, PAGE};
use super::message;
use super::screen::{Kept, Mode, Screen};
use crate::domain::{EventSeq, StationView, Update, UpdateName};
use crate::http::meters::Meters;
use crate::http::options::Options;
use crate::station::Handle;

/// What the screens' thread owns; made on it, because it is not `Send`.
pub(super) struct Hub {
    updates: broadcast::Receiver<Update>,
    shared: Shared,
    keep_alive: Duration,
}

#[derive(Clone)]
struct Shared {
    view: watch::Receiver<Arc<StationView>>,
    asking: SyncSender<Ask>,
    meters: Arc<Meters>,
    waiting_max: usize,
    screens: Rc<RefCell<Vec<Rc<Screen>>>>,
}

/// A [`Hub`] before it is on its thread, where it may hold what is not `Send`.
pub(super) struct Seed {
    updates: broadcast::Receiver<Update>,
    view: watch::Receiver<Arc<StationView>>,
    asking: SyncSender<Ask>,
    meters: Arc<Meters>,
    waiting_max: usize,
    keep_alive: Duration,
}

impl Seed {
    pub(super) fn new(options: &Options, handle: &Handle, asking: SyncSender<Ask>, meters: &Arc<Meters>) -> Self {
        Self {
            updates: handle.updates(), // before the view, so that no update is in neither
            view: handle.view(),
            asking,
            meters: meters.clone(),
            waiting_max: options.screen_buffer_max,
            keep_alive: options.keep_alive,
        }
    }

    /// Makes the hub, on the thread it will stay on.
    pub(super) fn grow(self) -> Hub {
        let shared = Shared {
            view: self.view,
            asking: self.asking,
            meters: self.meters,
            waiting_max: self.waiting_max,
            screens: Rc::default(),
        };
        Hub { updates: self.updates, shared, keep_alive: self.keep_alive }
    }
}

impl Hub {
    /// Serves screens until told to stop or nobody can join any more; must run inside a `LocalSet`.
    pub(super) async fn run(mut self, mut joined: mpsc::Receiver<Joining>, mut stop: watch::Receiver<bool>) {
        let mut silence = tokio::time::interval(self.keep_alive);
        silence.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                update = self.updates.recv() => match update {
                    Ok(update) => self.shared.tell_all(&update),
                    Err(RecvError::Lagged(_)) => self.shared.send_all_back(),
                    Err(RecvError::Closed) => break,
                },
                joining = joined.recv() => match joining {
                    Some(joining) => self.shared.welcome(joining),
                    None => break,
                },
                _ = silence.tick() => self.shared.break_silence(),
                _ = stop.wait_for(|it| *it) => break,
            }
        }
        for screen in self.shared.screens.borrow().iter() {
            screen.end();
        }
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
        let screen = Rc::new(Screen::new(stream, joining.after.unwrap_or(told), told, self.waiting_max));
        let mut first = message::HEAD.to_vec();
        first.extend_from_slice(&state(&view));
        if !screen.write(&first) {
            return;
        }
        self.screens.borrow_mut().push(screen.clone());
        let (shared, place) = (self.clone(), joining.place);
        tokio::task::spawn_local(async move {
            tokio::join!(shared.bring_up(&screen), screen.attend());
            shared.forget(&screen);
            drop(place);
        });
    }

    fn tell_all(&self, update: &Update) {
        let mut bytes = Vec::new();
        message::write(&mut bytes, update);
        for screen in self.screens.borrow().iter() {
            let in_time = match &mut *screen.mode.borrow_mut() {
                Mode::Live => screen.write_update(update, &bytes),
                Mode::Returning(kept) => {
                    kept.keep(update);
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
        let in_time = kept.updates.iter().all(|it| screen.write_kept(it));
        if !in_time || (kept.state_missed && !screen.write(&state(&self.view.borrow().clone()))) {
            self.drop_slow(screen);
        }
    }

    async fn page(&self, screen: &Screen) -> Option<super::backlog::Page> {
        let (reply, page) = oneshot::channel();
        self.asking.try_send(Ask { after: screen.sent.get(), told: screen.told, reply }).ok()?;
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
