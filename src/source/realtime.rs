//! Real-time priority for the threads between a scanner and its answer, where the system allows it.
//!
//! On a busy machine a thread that wakes after its I/O waits up to one tick (4 ms at 250 Hz); under SCHED_RR it does not:
//! 0.27 ms instead of 3.0 ms from last byte to answer with both cores saturated. Niceness does not cure it.
//! These threads wake each other one after the other, never to work side by side, so they share one core: the system
//! moves a real-time thread that is woken by another one to an idle core, and waking that one takes 17 µs instead of 4.
//! Deliberately absent: insisting on it.

use std::sync::Once;

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use thread_priority::unix::{
    RealtimeThreadSchedulePolicy, ThreadSchedulePolicy, set_thread_priority_and_policy, thread_native_id,
};
use thread_priority::{ThreadPriority, ThreadPriorityValue};

/// Of the threads that read devices: within `LimitRTPRIO=10` of our unit; below the kernel's own threads (50), above
/// everything that is not real-time. The station has one less.
pub const PRIORITY: u8 = 10;

/// A thread between a scanner and its answer: real-time, and on the core that all such threads share, where the system
/// allows it. Says whether it is real-time.
///
/// Threads and programs that it starts afterwards are as it is: one that starts others which compute does not call this.
pub fn answering(what: &str) -> bool {
    answering_at(PRIORITY, what)
}

/// The same with a priority of the caller's choice.
pub fn answering_at(priority: u8, what: &str) -> bool {
    let allowed = realtime_at(priority, what);
    if allowed {
        share_core();
    }
    allowed
}

/// Keeps the calling thread on the last core that the program may use; the first ones serve most interrupts.
///
/// Where that is not allowed the thread stays as it was: it is only slower.
fn share_core() {
    let Ok(allowed) = sched_getaffinity(None) else { return };
    if let Some(last) = (0..CpuSet::MAX_CPU).rev().find(|it| allowed.is_set(*it)) {
        let mut one = CpuSet::new();
        one.set(last);
        if let Err(error) = sched_setaffinity(None, &one) {
            tracing::debug!(%error, "keep a thread on one core");
        }
    }
}

/// Asks for round-robin real-time priority for the calling thread and says whether it has it.
///
/// Where it is not allowed the thread stays as it was; that is said in the log once for the whole service.
pub fn realtime(what: &str) -> bool {
    realtime_at(PRIORITY, what)
}

/// The same with a priority of the caller's choice, 1 to 99; any other is not given.
pub fn realtime_at(priority: u8, what: &str) -> bool {
    static SAID: Once = Once::new();
    let Ok(value) = ThreadPriorityValue::try_from(priority) else {
        return false;
    };
    let policy = ThreadSchedulePolicy::Realtime(RealtimeThreadSchedulePolicy::RoundRobin);
    let asked = set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Crossplatform(value), policy);
    if let Err(error) = &asked {
        SAID.call_once(|| {
            tracing::info!(
                %what, ?error,
                "real-time priority is not allowed here, so answers can take some milliseconds longer while the machine \
                 is busy; allow it with LimitRTPRIO=10"
            );
        });
    }
    asked.is_ok()
}
