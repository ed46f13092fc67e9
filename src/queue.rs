//! A queue between threads of different priority: whoever finds it in use sleeps, so that the other can go on.
//!
//! The channels of `std` (and of crossbeam) count on the other thread to finish what it began: they turn in a circle until
//! it has. A real-time thread that turns on the core of the thread it waits for keeps it from ever finishing (measured: on
//! one core, a sender of priority 4 and a receiver of priority 9 stand still for good within a second). A `Mutex` and a
//! `Condvar` sleep in the kernel instead.
//! Deliberately absent: several receivers, and waiting in async code.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Makes a queue in which at most `max` things wait, at least one.
#[must_use]
pub fn queue<T>(max: usize) -> (Sender<T>, Receiver<T>) {
    let state = State {
        waiting: VecDeque::with_capacity(max.clamp(1, ROOM_AT_ONCE)),
        max: max.max(1),
        senders: 1,
        has_receiver: true,
        receiver_sleeps: false,
        senders_asleep: 0,
    };
    let shared = Arc::new(Shared { state: Mutex::new(state), filled: Condvar::new(), emptied: Condvar::new() });
    (Sender(Arc::clone(&shared)), Receiver(shared))
}

/// Places that are made at once; a longer queue grows when it is needed.
const ROOM_AT_ONCE: usize = 1024;

struct Shared<T> {
    state: Mutex<State<T>>,
    filled: Condvar,
    emptied: Condvar,
}

struct State<T> {
    waiting: VecDeque<T>,
    max: usize,
    senders: usize,
    has_receiver: bool,
    /// It has not gone on yet; nobody calls the kernel for one who is awake.
    receiver_sleeps: bool,
    senders_asleep: usize,
}

impl<T> Shared<T> {
    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes the receiver, if it sleeps, after the lock is free: woken before, it would at once sleep again for it.
    ///
    /// Each sender does so until the receiver goes on: the first one may be kept from its core before it comes to that.
    fn filled(&self, state: MutexGuard<'_, State<T>>) {
        let sleeps = state.receiver_sleeps;
        drop(state);
        if sleeps {
            self.filled.notify_one();
        }
    }

    fn emptied(&self, state: MutexGuard<'_, State<T>>) {
        let asleep = state.senders_asleep;
        drop(state);
        if asleep > 0 {
            self.emptied.notify_one();
        }
    }
}

/// The way in; clones share it.
pub struct Sender<T>(Arc<Shared<T>>);

/// Why a thing was not taken; it comes back.
#[derive(Debug, PartialEq, Eq)]
pub enum NotSent<T> {
    /// As many wait as may.
    Full(T),
    /// The receiver is gone.
    Ended(T),
}

impl<T> Sender<T> {
    /// Puts a thing in, after all that wait; sleeps while the queue is full.
    ///
    /// # Errors
    /// The receiver is gone: the thing comes back.
    pub fn send(&self, thing: T) -> Result<(), T> {
        let mut state = self.0.state();
        while state.has_receiver && state.waiting.len() >= state.max {
            state.senders_asleep += 1;
            state = self.0.emptied.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.senders_asleep -= 1;
        }
        if !state.has_receiver {
            return Err(thing);
        }
        state.waiting.push_back(thing);
        self.0.filled(state);
        Ok(())
    }

    /// Puts a thing in if there is room now.
    ///
    /// # Errors
    /// The queue is full or the receiver is gone: the thing comes back.
    pub fn try_send(&self, thing: T) -> Result<(), NotSent<T>> {
        let mut state = self.0.state();
        if !state.has_receiver {
            return Err(NotSent::Ended(thing));
        }
        if state.waiting.len() >= state.max {
            return Err(NotSent::Full(thing));
        }
        state.waiting.push_back(thing);
        self.0.filled(state);
        Ok(())
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        self.0.state().senders += 1;
        Self(Arc::clone(&self.0))
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.senders -= 1;
        if state.senders == 0 {
            self.0.filled(state);
        }
    }
}

/// The way out; there is one.
pub struct Receiver<T>(Arc<Shared<T>>);

/// Why nothing was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotReceived {
    /// Nothing came in time.
    TimedOut,
    /// Nothing waits and all senders are gone.
    Ended,
}

impl<T> Receiver<T> {
    /// The oldest thing; sleeps until there is one. `None` if nothing waits and all senders are gone.
    #[must_use]
    pub fn recv(&mut self) -> Option<T> {
        let mut state = self.0.state();
        while state.waiting.is_empty() && state.senders > 0 {
            state.receiver_sleeps = true;
            state = self.0.filled.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.receiver_sleeps = false;
        self.take(state)
    }

    /// The oldest thing; sleeps until there is one, at most so long.
    ///
    /// # Errors
    /// The time is over, or nothing waits and all senders are gone.
    pub fn recv_timeout(&mut self, at_most: Duration) -> Result<T, NotReceived> {
        let state = self.0.state();
        let is_to_wait = |state: &mut State<T>| {
            let is_to_wait = state.waiting.is_empty() && state.senders > 0;
            state.receiver_sleeps = is_to_wait;
            is_to_wait
        };
        let waited = self.0.filled.wait_timeout_while(state, at_most, is_to_wait);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.receiver_sleeps = false;
        let missing = if state.senders > 0 { NotReceived::TimedOut } else { NotReceived::Ended };
        self.take(state).ok_or(missing)
    }

    /// The oldest thing, if one waits now.
    #[must_use]
    pub fn try_recv(&mut self) -> Option<T> {
        self.take(self.0.state())
    }

    fn take(&self, mut state: MutexGuard<'_, State<T>>) -> Option<T> {
        let thing = state.waiting.pop_front()?;
        self.0.emptied(state);
        Some(thing)
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.has_receiver = false;
        let left = std::mem::take(&mut state.waiting);
        drop(state);
        self.0.emptied.notify_all();
        drop(left); // May hold senders of this queue.
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_come_out_as_they_went_in_and_no_more_wait_than_may() {
        let (sender, mut receiver) = queue(2);
        assert_eq!(receiver.try_recv(), None);
        assert_eq!((sender.try_send(1), sender.try_send(2)), (Ok(()), Ok(())));
        assert_eq!(sender.try_send(3), Err(NotSent::Full(3)));
        assert_eq!((receiver.try_recv(), receiver.recv()), (Some(1), Some(2)));
        assert_eq!(receiver.recv_timeout(Duration::ZERO), Err(NotReceived::TimedOut));
        assert_eq!((sender.try_send(4), receiver.recv_timeout(Duration::ZERO)), (Ok(()), Ok(4)));
    }

    #[test]
    fn a_queue_of_none_holds_one() {
        let (sender, mut receiver) = queue(0);
        assert_eq!((sender.try_send('a'), sender.try_send('b')), (Ok(()), Err(NotSent::Full('b'))));
        assert_eq!(receiver.recv(), Some('a'));
    }

    #[test]
    fn what_waits_is_received_after_the_last_sender_has_gone() {
        let (sender, mut receiver) = queue(2);
        let other = sender.clone();
        assert_eq!(sender.send(1), Ok(()));
        drop(sender);
        assert_eq!(other.send(2), Ok(()));
        drop(other);
        assert_eq!((receiver.recv(), receiver.recv_timeout(Duration::MAX)), (Some(1), Ok(2)));
        assert_eq!((receiver.recv(), receiver.recv_timeout(Duration::MAX)), (None, Err(NotReceived::Ended)));
    }

    #[test]
    fn without_a_receiver_a_thing_comes_back_and_what_waited_is_dropped() {
        let (sender, receiver) = queue(2);
        let kept = Arc::new(());
        assert_eq!(sender.send(Arc::clone(&kept)), Ok(()));
        drop(receiver);
        assert_eq!(Arc::strong_count(&kept), 1);
        assert!(matches!(sender.send(Arc::clone(&kept)), Err(it) if Arc::ptr_eq(&it, &kept)));
        assert!(matches!(sender.try_send(kept), Err(NotSent::Ended(_))));
    }

    #[test]
    fn who_sleeps_is_woken_by_a_thing_by_room_and_by_the_end() {
        let (sender, mut receiver) = queue(1);
        let (back, mut backs) = queue(1);
        let thread = std::thread::spawn(move || {
            while let Some(it) = receiver.recv() {
                if back.send(it).is_err() {
                    return it;
                }
            }
            -1
        });
        for it in (0..3_000).step_by(3) {
            assert!((it..it + 3).all(|it| sender.send(it).is_ok()));
            assert!((it..it + 3).all(|it| backs.recv_timeout(Duration::MAX) == Ok(it)));
        }
        // There is room for the third once the second is out, which then waits behind the first until the receiver goes.
        assert!((0..3).all(|it| sender.send(it).is_ok()));
        drop(backs);
        assert_eq!(thread.join().unwrap(), 1);
        assert_eq!(sender.send(3), Err(3));
    }

    #[test]
    fn many_senders_lose_nothing_and_each_keeps_its_order() {
        const SENDERS: usize = 4;
        const EACH: usize = 5_000;
        let (sender, mut receiver) = queue(3);
        let threads: Vec<_> = (0..SENDERS)
            .map(|own| {
                let sender = sender.clone();
                std::thread::spawn(move || (0..EACH).for_each(|it| sender.send((own, it)).unwrap()))
            })
            .collect();
        drop(sender);
        let mut next = [0; SENDERS];
        while let Some((own, it)) = receiver.recv() {
            assert_eq!(next[own], it);
            next[own] += 1;
        }
        assert_eq!(next, [EACH; SENDERS]);
        for thread in threads {
            thread.join().unwrap();
        }
    }
}
