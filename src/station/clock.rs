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

/// Starts a clock whose uptime is zero now.
#[must_use]
#[allow(clippy::disallowed_methods, reason = "this is the one file that reads the clock")]
pub fn start() -> Clock {
    let begun = Instant::now();
    Arc::new(move || Moment::new(Timestamp::now(), begun.elapsed()))
}

/// Watches whether wall time steps against uptime.
#[derive(Clone, Copy, Debug)]
pub struct Steps {
    last: Moment,
}

impl Steps {
    /// Begins to watch.
    #[must_use]
    pub const fn new(now: Moment) -> Self {
        Self { last: now }
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
        let mut steps = Steps::new(at(1_000, 0));
        assert_eq!(steps.look(at(1_061, 60)), None);
        assert_eq!(steps.look(at(1_062 + 86_400, 61)), Some(SignedDuration::from_secs(86_400)));
        assert_eq!(steps.look(at(1_063 + 86_400, 62)), None);
        assert_eq!(steps.look(at(1_064, 63)), Some(SignedDuration::from_secs(-86_400)));
    }
}
