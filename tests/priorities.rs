//! Threads of different real-time priority on one core hand things over and never stand still.
//!
//! With the channel of `std` in place of our queue this stands still within a second: the receiver turns in a circle until
//! a sender that it keeps from its core has finished. `docs/decisions/queue-that-sleeps.md` tells it whole.
//! Deliberately absent: how fast it is, which `cargo bench --bench station` measures.

use std::time::Duration;

use scanstation::queue::{NotReceived, Receiver, Sender, queue};
use scanstation::source::{PRIORITY, answering_at};

use crate::skip::skipped;

const THINGS: usize = 100_000;
/// Of the thread that serves requests, the lowest of those that share a core.
const REQUESTS: u8 = 4;
/// A silence that is long for threads that only hand numbers over.
const SILENCE_MAX: Duration = Duration::from_secs(30);

/// As the station: it wakes by itself, in the middle of whatever the sender does, and takes all that waits.
fn take_all(receiver: &mut Receiver<usize>, told: &Sender<()>) {
    let (_never, mut pause) = queue::<()>(1);
    let mut next = 0;
    while next < THINGS {
        while let Some(it) = receiver.try_recv() {
            assert_eq!(it, next);
            next += 1;
            told.try_send(()).ok(); // Full if the last is still to be heard.
        }
        assert_eq!(pause.recv_timeout(Duration::from_micros(20)), Err(NotReceived::TimedOut));
    }
}

#[test]
fn a_thread_that_is_interrupted_while_it_hands_over_holds_up_nobody() {
    if !std::thread::spawn(|| answering_at(PRIORITY - 1, "the test")).join().unwrap() {
        return skipped("this user may have no real-time priority");
    }
    let (sender, mut receiver) = queue(1_024);
    let (told, mut hears) = queue(1);
    let taking = std::thread::spawn(move || {
        answering_at(PRIORITY - 1, "the test");
        take_all(&mut receiver, &told);
    });
    let putting = std::thread::spawn(move || {
        answering_at(REQUESTS, "the test");
        (0..THINGS).all(|it| sender.send(it).is_ok())
    });
    let end = loop {
        if let Err(end) = hears.recv_timeout(SILENCE_MAX) {
            break end;
        }
    };
    assert_eq!(end, NotReceived::Ended, "nothing was handed over for {SILENCE_MAX:?}");
    taking.join().unwrap();
    assert!(putting.join().unwrap());
}
