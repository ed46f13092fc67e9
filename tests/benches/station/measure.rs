//! Times in order, and the floor that they are compared with: one append of 250 bytes made durable.
//!
//! A time says something only beside the floor of the same run, taken in turns with it.
//! Deliberately absent: judging, which the reader of the table does.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

/// Many times of one thing.
#[derive(Default)]
pub(crate) struct Times(Vec<Duration>);

impl Times {
    pub(crate) fn push(&mut self, time: Duration) {
        self.0.push(time);
    }

    /// The time below which so many thousandths lie.
    pub(crate) fn at(&mut self, thousandths: usize) -> Duration {
        self.0.sort_unstable();
        let place = self.0.len() * thousandths / 1_000;
        self.0.get(place.min(self.0.len().saturating_sub(1))).copied().unwrap_or_default()
    }

    pub(crate) fn line(&mut self) -> String {
        let (p50, p90, p99) = (self.at(500), self.at(900), self.at(990));
        format!("p50 {:>7} p90 {:>7} p99 {:>7} µs (n={})", micros(p50), micros(p90), micros(p99), self.0.len())
    }
}

pub(crate) fn micros(time: Duration) -> String {
    format!("{:.0}", time.as_secs_f64() * 1e6)
}

pub(crate) fn ratio(above: Duration, below: Duration) -> String {
    format!("{:.2}", above.as_secs_f64() / below.as_secs_f64())
}

/// A file beside the store, to which 250 bytes are appended and made durable.
pub(crate) struct Floor(File);

impl Floor {
    pub(crate) fn new(folder: &Path) -> Self {
        Self(File::create(folder.join("floor")).unwrap())
    }

    pub(crate) fn once(&mut self) -> Duration {
        let begun = Instant::now();
        self.0.write_all(&[b'x'; 250]).unwrap();
        self.0.sync_data().unwrap();
        begun.elapsed()
    }
}
