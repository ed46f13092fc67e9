//! Where each known device is plugged in now: what the watcher sees and the device threads wait for.
//!
//! A thread whose device is gone sleeps here until it is back: it costs nothing meanwhile.
//! Deliberately absent: history; only the present plug counts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::look::Device;
use super::policy::Plan;
use super::selector::Selector;
use crate::domain::LaneId;

/// A device at its present plug, how to read it, and for which side of the station.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Present {
    pub(super) device: Device,
    /// Its stable name among those that are plugged in.
    pub(super) identity: Selector,
    pub(super) plan: Plan,
    pub(super) lane: LaneId,
}

#[derive(Default)]
struct State {
    present: BTreeMap<String, Present>,
    /// Plugs that their own threads found gone before the watcher did: port and address.
    left: BTreeMap<String, (String, u8)>,
    /// Sources whose threads shall end.
    retired: BTreeSet<String>,
    closed: bool,
}

/// The devices that are plugged in, by source name; clones share it.
#[derive(Clone, Default)]
pub(super) struct Presence(Arc<(Mutex<State>, Condvar)>);

impl Presence {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes what the watcher sees now.
    pub(super) fn see(&self, seen: BTreeMap<String, Present>) {
        let mut state = self.state();
        state.present = seen;
        self.0.1.notify_all();
    }

    /// Nobody will be seen any more: all waiting ends.
    pub(super) fn close(&self) {
        self.state().closed = true;
        self.0.1.notify_all();
    }

    /// The device as it is plugged in now, if it is.
    pub(super) fn now(&self, source: &str) -> Option<Present> {
        let state = self.state();
        state.present.get(source).filter(|it| state.left.get(source) != Some(&plug(it))).cloned()
    }

    /// Waits until the device is plugged in; `None` when all waiting ends.
    pub(super) fn wait(&self, source: &str) -> Option<Present> {
        let mut state = self.state();
        loop {
            if state.closed || state.retired.contains(source) {
                return None;
            }
            let found = state.present.get(source).filter(|it| state.left.get(source) != Some(&plug(it)));
            if let Some(found) = found {
                return Some(found.clone());
            }
            state = self.0.1.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The thread that waits for this source shall end.
    pub(super) fn retire(&self, source: &str) {
        self.state().retired.insert(source.to_owned());
        self.0.1.notify_all();
    }

    /// Nothing is known of this source any more; it may come again as a new one.
    pub(super) fn forget(&self, source: &str) {
        let mut state = self.state();
        state.retired.remove(source);
        state.left.remove(source);
    }

    /// The device's own thread found this plug gone.
    pub(super) fn left(&self, source: &str, gone: &Present) {
        self.state().left.insert(source.to_owned(), plug(gone));
    }
}

fn plug(present: &Present) -> (String, u8) {
    (present.device.port.clone(), present.device.address)
}
