//! How many seeded days, and how fast they went; nothing is asserted about time.

use std::io::Write as _;
use std::time::Instant;

/// Days of an ordinary run.
const SEEDS: u64 = 200;
/// Days of the long mode, `SCANSTATION_LONG=1`.
const SEEDS_LONG: u64 = 10_000;

/// Lives so many days on all cores and says how many a second; `SCANSTATION_SEEDS` sets another number.
#[allow(clippy::disallowed_methods, reason = "the rate is told to a person and decides nothing")]
pub(super) fn live(day: impl Fn(u64) + Sync) {
    let long = std::env::var_os("SCANSTATION_LONG").is_some();
    let asked = std::env::var("SCANSTATION_SEEDS").ok().and_then(|it| it.parse().ok());
    let seeds: u64 = asked.unwrap_or(if long { SEEDS_LONG } else { SEEDS });
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let begun = Instant::now();
    std::thread::scope(|scope| {
        for first in 1..=threads {
            let days = (u64::try_from(first).unwrap()..=seeds).step_by(threads);
            scope.spawn(|| days.for_each(&day));
        }
    });
    let rate = f64::from(u32::try_from(seeds).unwrap()) / begun.elapsed().as_secs_f64();
    let told = format!("{seeds} days at the counter, {rate:.1} seeds/s on {threads} threads\n");
    std::io::stderr().write_all(told.as_bytes()).unwrap();
}
