//! Real-time priority for a thread whose lateness a person would notice, where the system allows it.
//!
//! On a saturated machine a normal thread waits up to a scheduler tick (4 ms at HZ=250) each time it wakes; one under
//! `SCHED_RR` does not: 3.03 ms became 0.27 ms from the last byte to the screen. Not being allowed is no fault.
//! Deliberately absent: choosing priorities, which each room's options do.

use thread_priority::{
    RealtimeThreadSchedulePolicy, ThreadPriority, ThreadPriorityValue, ThreadSchedulePolicy,
    set_thread_priority_and_policy, thread_native_id,
};

/// Puts the calling thread under `SCHED_RR` with a priority of 1 to 99, or says in the log that it may not.
pub(super) fn raise(priority: u8, thread: &'static str) {
    let policy = ThreadSchedulePolicy::Realtime(RealtimeThreadSchedulePolicy::RoundRobin);
    let raised = ThreadPriorityValue::try_from(priority).and_then(|value| {
        set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Crossplatform(value), policy)
            .map_err(|it| it.to_string())
    });
    match raised {
        Ok(()) => tracing::debug!(thread, priority, "thread runs real-time"),
        Err(cause) => tracing::info!(
            thread,
            cause,
            "thread runs at normal priority: on a busy machine screens may be a few milliseconds late \
             (allow it with LimitRTPRIO=10)"
        ),
    }
}
