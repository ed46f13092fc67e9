//! Scans that come later than they were made: from a scanner with a memory, which keeps the time itself.
//!
//! Such a scan is booked at its own time and marked as late; between two of them the scanner's clock counts, not ours. A
//! time that cannot be is not booked: the moment of the upload is, and the answer says that the clock was wrong.
//! Deliberately absent: guessing what a wrong clock meant.

use std::time::Duration;

use jiff::Timestamp;

use super::{Lane, Policy, session};
use crate::domain::{Decision, Moment, Scan};

/// How far a scanner's clock may be ahead of ours: two people set them by hand (chosen).
const AHEAD_MAX: Duration = Duration::from_secs(120);
/// 2024-01-01: a clock before it was never set; scanners start at 1970 or 2000 when their battery was empty.
const EARLIEST: Timestamp = Timestamp::constant(1_704_067_200, 0);
/// A person who walks from shelf to shelf is still there after this silence between two scans of an upload (chosen).
const AWAY: Duration = Duration::from_secs(600);

/// What the time is worth that a device kept with a scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Original {
    /// It kept none: the scan is of now.
    Now,
    /// The scan is of then.
    Kept(Timestamp),
    /// That cannot be: the device's clock is wrong.
    Impossible(Timestamp),
}

/// Judges the time that came with a scan.
#[must_use]
pub fn original(event_time: Option<Timestamp>, now: Timestamp) -> Original {
    let Some(told) = event_time else { return Original::Now };
    let latest = now.checked_add(AHEAD_MAX).unwrap_or(now);
    if (EARLIEST..=latest).contains(&told) { Original::Kept(told) } else { Original::Impossible(told) }
}

/// The time at which a scan was made, as far as it can be believed.
#[must_use]
pub fn made_at(scan: &Scan) -> Timestamp {
    kept(scan).unwrap_or(scan.at.wall)
}

/// The time that a device kept and that can be.
pub(super) fn kept(scan: &Scan) -> Option<Timestamp> {
    match original(scan.event_time, scan.at.wall) {
        Original::Kept(told) => Some(told),
        Original::Now | Original::Impossible(_) => None,
    }
}

/// Time between the scan before and this one: by the device's clock if it kept both times; `None` if only one.
pub(super) fn between(before: (Duration, Option<Timestamp>), scan: &Scan) -> Option<Duration> {
    match (before.1, kept(scan)) {
        (None, None) => Some(scan.at.uptime.saturating_sub(before.0)),
        (Some(before), Some(now)) => Some(now.duration_since(before).unsigned_abs()),
        (None, Some(_)) | (Some(_), None) => None,
    }
}

/// Ends the turn of a person who, by the device's clock, had long left when this scan was made.
#[must_use]
pub fn had_left(lane: &Lane, policy: &Policy, scan: &Scan) -> Option<Decision<Lane>> {
    let (renewed, told) = (lane.renewed?, lane.told?);
    let silence = kept(scan)?.duration_since(told).unsigned_abs();
    if silence < AWAY.max(policy.session_idle) {
        return None;
    }
    let then = Moment::new(scan.at.wall, renewed.uptime.saturating_add(silence));
    let mut ended = session::expire(lane, policy, then)?;
    for event in &mut ended.events {
        event.event_time = Some(told);
    }
    Some(ended)
}

#[cfg(test)]
mod tests {
    use super::{Original, original};

    #[track_caller]
    fn check(told: &str, expected: fn(jiff::Timestamp) -> Original) {
        let told = told.parse().unwrap();
        assert_eq!(original(Some(told), "2026-03-10T08:00:00Z".parse().unwrap()), expected(told));
    }

    #[test]
    fn a_time_that_cannot_be_is_told_from_one_that_is_only_old() {
        check("2026-03-09T17:00:00Z", Original::Kept);
        check("2024-01-01T00:00:00Z", Original::Kept);
        check("2026-03-10T08:01:59Z", Original::Kept);
        check("2026-03-10T08:02:01Z", Original::Impossible);
        check("2000-01-01T00:12:00Z", Original::Impossible);
        check("2031-01-01T00:00:00Z", Original::Impossible);
    }
}
