//! How long scans take from their read to durable: the last thousand of devices, for whoever watches the service.
//!
//! It says whether something holds the station up before anybody at the counter does. Reading it waits for nobody and
//! holds nobody up: each number is an atomic by itself.
//! Deliberately absent: history, which whoever asks keeps.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// Scans that the quantiles are taken of (chosen: a busy morning; the hundredth of them are ten scans).
const LAST: usize = 1_000;

/// The quantiles that are told.
const QUANTILES: [f64; 3] = [0.5, 0.9, 0.99];

/// Times from read to durable, written by the station's thread alone.
pub(super) struct Pace {
    /// Microseconds, in a ring.
    last: Box<[AtomicU32]>,
    count: AtomicU64,
    sum_micros: AtomicU64,
}

/// What the times were.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PaceView {
    /// Scans of devices since the start.
    pub count: u64,
    /// Their times together.
    pub sum: Duration,
    /// Quantiles of the last thousand, each with the time below which that part of them lies; empty before the first.
    pub quantiles: Vec<(f64, Duration)>,
}

impl Default for Pace {
    fn default() -> Self {
        let last = (0..LAST).map(|_| AtomicU32::new(0)).collect();
        Self { last, count: AtomicU64::new(0), sum_micros: AtomicU64::new(0) }
    }
}

impl Pace {
    /// Notes one scan.
    pub(super) fn note(&self, took: Duration) {
        let micros = u32::try_from(took.as_micros()).unwrap_or(u32::MAX);
        let count = self.count.load(Relaxed);
        let place = usize::try_from(count).unwrap_or(0) % LAST;
        if let Some(slot) = self.last.get(place) {
            slot.store(micros, Relaxed);
        }
        self.sum_micros.fetch_add(micros.into(), Relaxed);
        self.count.store(count.wrapping_add(1), Relaxed);
    }

    /// What has been noted so far.
    pub(super) fn view(&self) -> PaceView {
        let count = self.count.load(Relaxed);
        let filled = usize::try_from(count).unwrap_or(LAST).min(LAST);
        let mut times: Vec<u32> = self.last.iter().take(filled).map(|it| it.load(Relaxed)).collect();
        times.sort_unstable();
        let below = |part: f64| Some((part, Duration::from_micros(times.get(place(part, filled))?.to_owned().into())));
        PaceView {
            count,
            sum: Duration::from_micros(self.sum_micros.load(Relaxed)),
            quantiles: QUANTILES.into_iter().filter_map(below).collect(),
        }
    }
}

/// The place of a quantile among so many sorted values.
#[expect(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a part, from 0 to 1, of at most a thousand"
)]
fn place(part: f64, many: usize) -> usize {
    ((many as f64 * part) as usize).min(many.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_last_thousand() {
        let pace = Pace::default();
        assert_eq!(pace.view(), PaceView::default());
        pace.note(Duration::from_micros(7));
        assert_eq!(pace.view().quantiles, QUANTILES.map(|it| (it, Duration::from_micros(7))));
        (0..1_500).for_each(|it| pace.note(Duration::from_micros(it)));
        let view = pace.view();
        assert_eq!((view.count, view.sum), (1_501, Duration::from_micros(7 + 1_499 * 1_500 / 2)));
        let micros: Vec<_> = view.quantiles.iter().map(|it| it.1.as_micros()).collect();
        assert_eq!(micros, [1_000, 1_400, 1_490]);
    }
}
