//! How many seeded days, and how fast they went; nothing is asserted about time.

use std::io::Write as _;
use std::ops::RangeInclusive;
use std::time::Instant;

/// Days of an ordinary run.
const SEEDS: u64 = 200;
/// Days of the long mode, `SCANSTATION_LONG=1`.
const SEEDS_LONG: u64 = 10_000;

/// The seeds that were asked for: `300` is 1 to 300, `2001-4000` those.
fn asked(text: &str) -> Option<RangeInclusive<u64>> {
    let (first, last) = text.split_once('-').unwrap_or(("1", text));
    Some(first.parse().ok()?..=last.parse().ok()?)
}

/// Lives so many days on all cores and says how many a second; `SCANSTATION_SEEDS` sets other seeds.
#[allow(clippy::disallowed_methods, reason = "the rate is told to a person and decides nothing")]
pub(super) fn live(day: impl Fn(u64) + Sync) {
    let long = std::env::var_os("SCANSTATION_LONG").is_some();
    let wanted = std::env::var("SCANSTATION_SEEDS").ok().and_then(|it| asked(&it));
    let seeds = wanted.unwrap_or(1..=if long { SEEDS_LONG } else { SEEDS });
    let count = seeds.end().saturating_sub(*seeds.start()) + 1;
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let begun = Instant::now();
    std::thread::scope(|scope| {
        for first in 1..=threads {
            let days = (*seeds.start() + u64::try_from(first - 1).unwrap()..=*seeds.end()).step_by(threads);
            scope.spawn(|| days.for_each(&day));
        }
    });
    let rate = f64::from(u32::try_from(count).unwrap()) / begun.elapsed().as_secs_f64();
    let told = format!("{count} days at the counter, {rate:.1} seeds/s on {threads} threads\n");
    std::io::stderr().write_all(told.as_bytes()).unwrap();
}
