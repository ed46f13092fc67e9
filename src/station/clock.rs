//! The only place where the clock is read.
//!
//! Uptime comes from the monotonic clock and never goes backwards; wall time is what the system says. When the two
//! drift apart by more than [`STEP_MAX`] somebody has set the clock, and the station writes that down as an event.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use crate::domain::Moment;
use crate::domain::time::Clock;

/// Wall time may step by this much against uptime before it counts as having been set (chosen: NTP slews less).
pub const STEP_MAX: Duration = Duration::from_secs(2);

/// Wall time may be behind the newest entry by this much before the screens say so (chosen: two stations may differ by it).
const BEHIND_MAX: SignedDuration = SignedDuration::from_secs(60);

/// The screens say it for this long at most (chosen: a wrong date that was put right again must not be told for a year).
const TOLD_MAX: Duration = Duration::from_secs(3_600);

/// Starts a clock whose uptime is zero now.
#[must_use]
#[allow(clippy::disallowed_methods, reason = "this is the one file that reads the clock")]
pub fn start() -> Clock {
    let begun = Instant::now();
    Arc::new(move || Moment::new(Timestamp::now(), begun.elapsed()))
}

/// Watches whether wall time steps against uptime, and whether it is behind what was recorded.
#[derive(Clone, Copy, Debug)]
pub struct Steps {
    last: Moment,
    /// The latest wall time at which something may have been recorded.
    newest: Timestamp,
    /// Since when wall time has been behind it, by uptime.
    behind_since: Option<Duration>,
}

impl Steps {
    /// Begins to watch; `newest` is when the last entry was made.
    #[must_use]
    pub fn new(now: Moment, newest: Option<Timestamp>) -> Self {
        Self { last: now, newest: newest.unwrap_or(now.wall), behind_since: None }
    }

    /// By how much wall time is behind the newest entry, if that is more than the clocks of a place differ and the
    /// screens have not said it for long enough.
    pub fn behind(&mut self, now: Moment) -> Option<SignedDuration> {
        let by = self.newest.duration_since(now.wall);
        let since = self.behind_since.unwrap_or(now.uptime);
        if by <= BEHIND_MAX || now.uptime.saturating_sub(since) >= TOLD_MAX {
            (self.newest, self.behind_since) = (now.wall, None);
            return None;
        }
        self.behind_since = Some(since);
        Some(by)
    }

    /// The step since the last look, if it is more than [`STEP_MAX`]; positive if the clock was set forward.
    pub fn look(&mut self, now: Moment) -> Option<SignedDuration> {
        let walked = now.wall.duration_since(self.last.wall);
        let lived = SignedDuration::try_from(now.since(self.last)).unwrap_or(SignedDuration::MAX);
        self.last = now;
        let step = walked.checked_sub(lived)?;
        (step.unsigned_abs() > STEP_MAX).then_some(step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_is_noticed_once_and_a_slow_one_is_not() {
        let at =
            |wall: i64, uptime: u64| Moment::new(Timestamp::from_second(wall).unwrap(), Duration::from_secs(uptime));
        let mut steps = Steps::new(at(1_000, 0), None);
        assert_eq!(steps.look(at(1_061, 60)), None);
        assert_eq!(steps.look(at(1_062 + 86_400, 61)), Some(SignedDuration::from_secs(86_400)));
        assert_eq!(steps.look(at(1_063 + 86_400, 62)), None);
        assert_eq!(steps.look(at(1_064, 63)), Some(SignedDuration::from_secs(-86_400)));
    }

    #[test]
    fn a_clock_behind_the_newest_entry_is_told_until_it_is_right_and_for_an_hour_at_most() {
        let at =
            |wall: i64, uptime: u64| Moment::new(Timestamp::from_second(wall).unwrap(), Duration::from_secs(uptime));
        let newest = Some(Timestamp::from_second(100_000).unwrap());
        let mut steps = Steps::new(at(10_000, 0), newest);
        assert_eq!(steps.behind(at(10_000, 0)), Some(SignedDuration::from_secs(90_000)));
        assert_eq!(steps.behind(at(99_950, 10)), None, "somebody put it right, nearly");
        let mut steps = Steps::new(at(10_000, 0), newest);
        assert!(steps.behind(at(10_000, 0)).is_some());
        assert!(steps.behind(at(13_599, 3_599)).is_some());
        assert_eq!(steps.behind(at(13_600, 3_600)), None);
        assert_eq!(steps.behind(at(13_601, 3_601)), None, "said for long enough");
    }
}
