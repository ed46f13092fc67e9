//! How the station's loop ends where more waits than can be answered in time.
//!
//! Deliberately absent: what scans come to, which the integration tests look at.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::{Options, clock, start};
use crate::domain::StationId;
use crate::queue::queue;
use crate::rules::Policy;
use crate::{identify, store};

#[test]
fn what_cannot_be_answered_in_time_is_left_and_the_station_ends() {
    let folder = tempfile::tempdir().unwrap();
    let (id, clock) = (StationId::parse("crib-1").unwrap(), clock::start());
    let opened = store::Store::open(&store::Options::new(folder.path(), id.clone()), clock()).unwrap();
    let options = Options::new(id, Policy::default(), identify::Options::default());
    let queue_max = options.queue_max;
    let station = start(options, opened, clock).unwrap();
    let (let_go, mut held) = queue::<()>(1);
    let first = station.handle.work(move |_, _| while held.recv().is_some() {}).unwrap();
    let done = Arc::<AtomicUsize>::default();
    for _ in 1..queue_max {
        let done = Arc::clone(&done);
        drop(station.handle.work(move |_, _| done.fetch_add(1, Ordering::Release)));
    }
    let hurry = Arc::clone(&station.hurry);
    let ending = std::thread::spawn(move || station.end(Duration::ZERO));
    while !hurry.load(Ordering::Acquire) {
        std::thread::yield_now();
    }
    drop(let_go);
    ending.join().unwrap();
    first.blocking_recv().unwrap();
    assert_eq!(done.load(Ordering::Acquire), 0);
}
