//! Real-time priority for the threads between a scanner and its answer, where the system allows it.
//!
//! On a busy machine a thread that wakes after its I/O waits up to one tick (4 ms at 250 Hz); under SCHED_RR it does not:
//! 0.27 ms instead of 3.0 ms from last byte to answer with both cores saturated. Niceness does not cure it.
//! Deliberately absent: insisting on it.

use std::sync::Once;

use thread_priority::unix::{
    RealtimeThreadSchedulePolicy, ThreadSchedulePolicy, set_thread_priority_and_policy, thread_native_id,
};
use thread_priority::{ThreadPriority, ThreadPriorityValue};

/// Within `LimitRTPRIO=10` of our unit; below the kernel's own threads (50), above everything that is not real-time.
const PRIORITY: u8 = 10;

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
