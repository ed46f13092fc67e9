//! The way of a connection from the thread that reads requests to the one that writes to screens.
//!
//! Both may be real-time, of different priority and on one core: what they share makes one sleep while the other is at it
//! (`queue` says why). That rules out the channel of `tokio`, whose receiver turns in a circle while it is being woken.
//! Deliberately absent: reading requests, writing to screens.

use std::collections::VecDeque;
use std::net::TcpStream;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::domain::EventSeq;
use crate::http::meters::Meters;

/// A connection on its way to the screens' thread.
pub(in crate::http) struct Joining {
    /// The connection, its request read.
    pub(in crate::http) stream: TcpStream,
    /// The last message the screen has; `None` for a screen that begins now.
    pub(in crate::http) after: Option<EventSeq>,
    /// Its place among the screens, free again when this is dropped.
    pub(in crate::http) place: Place,
}

/// One of the places that `screens_max` allows.
pub(in crate::http) struct Place(Arc<Meters>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.screens.fetch_sub(1, Relaxed);
    }
}

/// The outer side of the door.
#[derive(Clone)]
pub(in crate::http) struct Door {
    hall: Arc<Hall>,
    meters: Arc<Meters>,
    screens_max: u64,
}

/// The inner side; once it is dropped nobody is let in.
pub(super) struct Inside(Arc<Hall>);

/// Where those wait who have come in; each has a place, so there are no more than places.
struct Hall {
    /// `None` once the thread has ended.
    waiting: Mutex<Option<VecDeque<Joining>>>,
    came: Notify,
}

impl Hall {
    fn waiting(&self) -> MutexGuard<'_, Option<VecDeque<Joining>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes a door with so many places behind it.
pub(super) fn door(screens_max: usize, meters: &Arc<Meters>) -> (Door, Inside) {
    let hall = Arc::new(Hall { waiting: Mutex::new(Some(VecDeque::new())), came: Notify::new() });
    let screens_max = u64::try_from(screens_max).unwrap_or(u64::MAX);
    (Door { hall: Arc::clone(&hall), meters: Arc::clone(meters), screens_max }, Inside(hall))
}

impl Door {
    /// Takes a place for one more screen; `None` if all are taken.
    pub(in crate::http) fn place(&self) -> Option<Place> {
        let taken = self.meters.screens.fetch_add(1, Relaxed);
        let place = Place(self.meters.clone());
        if taken < self.screens_max {
            return Some(place);
        }
        self.meters.screens_refused.fetch_add(1, Relaxed);
        None
    }

    /// Hands a connection over; it is closed if the thread has ended.
    pub(in crate::http) fn join(&self, joining: Joining) {
        if let Some(waiting) = &mut *self.hall.waiting() {
            waiting.push_back(joining);
        } else {
            self.meters.screens_refused.fetch_add(1, Relaxed);
            return;
        }
        self.hall.came.notify_one();
    }
}

impl Inside {
    /// The next who came in; may be given up at any time, and nobody is lost.
    pub(super) async fn next(&self) -> Joining {
        loop {
            let came = self.0.waiting().as_mut().and_then(VecDeque::pop_front);
            match came {
                Some(joining) => return joining,
                None => self.0.came.notified().await,
            }
        }
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        let left = self.0.waiting().take();
        drop(left); // Their places are given back without the lock.
    }
}
