//! Threads of different real-time priority on one core hand things over and never stand still.
//!
//! With the channel of `std` in place of our queue this stands still within a second: the receiver turns in a circle until
//! a sender that it keeps from its core has finished. `docs/decisions/queue-that-sleeps.md` tells it whole.
//! Deliberately absent: how fast it is, which `cargo bench --bench station` measures.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use scanstation::queue::{NotReceived, Receiver, Sender, queue};
use scanstation::source::{PRIORITY, answering_at};
use tokio::runtime::{Builder, LocalOptions};
use tokio::sync::Notify;

use crate::skip::skipped;

const THINGS: usize = 100_000;
/// Times that a thread is interrupted in the middle of what it does.
const TIMES: usize = 20_000;
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

/// The core that these threads share, one test at a time; `None`, said, where they may not have their priorities.
fn the_core() -> Option<MutexGuard<'static, ()>> {
    static CORE: Mutex<()> = Mutex::new(());
    if !std::thread::spawn(|| answering_at(PRIORITY, "the test")).join().unwrap() {
        skipped("this user may have no real-time priority");
        return None;
    }
    Some(CORE.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Waits until the last who tells has ended; fails if nobody says anything for long.
fn hear_to_the_end(mut hears: Receiver<()>) {
    loop {
        match hears.recv_timeout(SILENCE_MAX) {
            Ok(()) => {}
            Err(NotReceived::Ended) => return,
            Err(NotReceived::TimedOut) => panic!("nothing was handed over for {SILENCE_MAX:?}"),
        }
    }
}

/// Does something again and again, after pauses in which others have the core, until it says that it is over.
fn again_and_again(mut work: impl FnMut() -> bool) {
    let (_never, mut pause) = queue::<()>(1);
    while work() {
        assert_eq!(pause.recv_timeout(Duration::from_micros(20)), Err(NotReceived::TimedOut));
    }
}

#[test]
fn a_thread_that_is_interrupted_while_it_hands_over_holds_up_nobody() {
    let Some(_core) = the_core() else { return };
    let (sender, mut receiver) = queue(1_024);
    let (told, hears) = queue(1);
    let taking = std::thread::spawn(move || {
        answering_at(PRIORITY - 1, "the test");
        take_all(&mut receiver, &told);
    });
    let putting = std::thread::spawn(move || {
        answering_at(REQUESTS, "the test");
        (0..THINGS).all(|it| sender.send(it).is_ok())
    });
    hear_to_the_end(hears);
    taking.join().unwrap();
    assert!(putting.join().unwrap());
}

/// A lower thread that has put something in is interrupted before it wakes the receiver, and then kept from its core by
/// whatever is busy between the two: what a higher one puts in meanwhile is taken all the same.
#[test]
fn a_thread_that_is_interrupted_before_it_wakes_the_receiver_holds_up_nobody() {
    let Some(_core) = the_core() else { return };
    let (sender, mut receiver) = queue(1_024);
    let (told, hears) = queue(1);
    let (put, taken, over) =
        (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default(), Arc::<AtomicBool>::default());
    let taking = Arc::clone(&taken);
    let receiving = std::thread::spawn(move || {
        answering_at(PRIORITY - 1, "the test");
        while let Some(from_above) = receiver.recv() {
            if from_above {
                taking.fetch_add(1, Ordering::Release);
                told.try_send(()).ok(); // Full if the last is still to be heard.
            }
        }
    });
    let (from_below, is_over) = (sender.clone(), Arc::clone(&over));
    let below = std::thread::spawn(move || {
        answering_at(REQUESTS, "the test");
        while !is_over.load(Ordering::Acquire) && from_below.send(false).is_ok() {}
    });
    let (work, mut works) = queue(1);
    let (has_put, has_taken) = (Arc::clone(&put), Arc::clone(&taken));
    let between = std::thread::spawn(move || {
        answering_at(REQUESTS + 1, "the test");
        while works.recv().is_some() {
            while has_taken.load(Ordering::Acquire) < has_put.load(Ordering::Acquire) {}
        }
    });
    let above = std::thread::spawn(move || {
        answering_at(PRIORITY, "the test");
        again_and_again(|| {
            sender.send(true).unwrap();
            let times = put.fetch_add(1, Ordering::Release) + 1;
            work.try_send(()).ok(); // Full if it is still busy.
            times < TIMES
        });
        over.store(true, Ordering::Release);
    });
    hear_to_the_end(hears);
    for thread in [above, below, between, receiving] {
        thread.join().unwrap();
    }
    assert_eq!(taken.load(Ordering::Acquire), TIMES);
}

/// The threads that serve requests and screens have tasks that stay on them: one below wakes such a task, and in the middle
/// of that the thread is woken from above. With a `LocalSet` in place of the runtime it turns in a circle from then on.
#[test]
fn a_thread_that_is_interrupted_while_it_wakes_a_task_holds_up_nobody() {
    let Some(_core) = the_core() else { return };
    let (task, thread, over) = (Arc::<Notify>::default(), Arc::<Notify>::default(), Arc::<AtomicBool>::default());
    let (told, hears) = queue(1);
    let (wakes, wakes_all, is_over) = (Arc::clone(&task), Arc::clone(&thread), Arc::clone(&over));
    let woken = std::thread::spawn(move || {
        answering_at(REQUESTS + 1, "the test");
        let runtime = Builder::new_current_thread().enable_all().build_local(LocalOptions::default()).unwrap();
        let mut local = runtime.spawn_local(async move {
            while !is_over.load(Ordering::Acquire) {
                wakes.notified().await;
                told.try_send(()).ok(); // Full if the last is still to be heard.
            }
        });
        runtime.block_on(async {
            loop {
                tokio::select! {
                    ended = &mut local => return ended.unwrap(),
                    () = wakes_all.notified() => {}
                }
            }
        });
    });
    let is_over = Arc::clone(&over);
    let below = std::thread::spawn(move || {
        answering_at(REQUESTS, "the test");
        while !is_over.load(Ordering::Acquire) {
            task.notify_one();
        }
        task.notify_one();
    });
    let above = std::thread::spawn(move || {
        answering_at(PRIORITY - 1, "the test");
        let mut times = 0;
        again_and_again(|| {
            thread.notify_one();
            times += 1;
            times < TIMES
        });
        over.store(true, Ordering::Release);
    });
    hear_to_the_end(hears);
    for thread in [above, below, woken] {
        thread.join().unwrap();
    }
}
