//! Time from a payload to what our records say of it: identify, look up, and ask for near twins; medians.
//!
//! One register of 100,000 units (`SCANSTATION_BENCH_UNITS`), serial numbers of one maker following each other, which is
//! the worst for near twins. Figures stand beside the plain tag of the same run.
//! Deliberately absent: recording and the commit, which the benches `store` and `station` measure.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench reads the clock, prints, and ends where something is wrong"
)]

use std::time::{Duration, Instant};

use scanstation::domain::{IdentifierKind, LaneId, Moment, Scan, SourceId, StationId, Transport};
use scanstation::identify::{self, identify};
use scanstation::store::{self, NewModel, NewUnit, Store};

const GTIN: &str = "04059952533643";
const SAMPLES: usize = 301;

fn now() -> Moment {
    Moment::new(jiff::Timestamp::now(), Duration::ZERO)
}

fn scan(payload: &str) -> Scan {
    Scan {
        source: SourceId::new("bench"),
        lane: LaneId::new("bench"),
        transport: Transport::Serial,
        number: 1,
        reading: None,
        at: now(),
        event_time: None,
        aim: None,
        symbology: None,
        payload: payload.as_bytes().to_vec(),
        stale: false,
    }
}

fn filled(folder: &std::path::Path, units: i64) -> Store {
    let mut store = Store::open(&store::Options::new(folder, StationId::parse("bench").unwrap()), now()).unwrap();
    let mut number = 0;
    let mut model = None;
    while number < units {
        store
            .within(|store| {
                let gtin = Some(GTIN.to_owned());
                let new = NewModel { maker: "Bosch".into(), name: "GSR".into(), gtin, ..NewModel::default() };
                let model = match model {
                    Some(known) => known,
                    None => *model.insert(store.add_model(&new, None, now())?),
                };
                for _ in 0..5_000.min(units - number) {
                    number += 1;
                    let unit = NewUnit::new(model)
                        .bearing(IdentifierKind::AssetTag, format!("AT-{number:06}"))
                        .bearing(IdentifierKind::SerialNumber, format!("HX{number:08}"));
                    store.add_unit(&unit, None, now())?;
                }
                Ok(())
            })
            .unwrap();
        store.checkpoint(now()).unwrap();
    }
    store
}

/// Median in microseconds.
fn median(store: &Store, payload: &str, typed: bool) -> f64 {
    let (scan, options) = (scan(payload), identify::Options::default());
    let mut samples: Vec<f64> = (0..SAMPLES)
        .map(|_| {
            let begun = Instant::now();
            let identifier = identify(&scan, &options);
            let mut resolution = store.resolve(&identifier, scan.at).unwrap();
            store.note_twins(&identifier, typed, &mut resolution).unwrap();
            std::hint::black_box(resolution);
            begun.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    samples.sort_by(f64::total_cmp);
    samples.get(SAMPLES / 2).copied().unwrap()
}

fn main() {
    let units: i64 = std::env::var("SCANSTATION_BENCH_UNITS").ok().and_then(|it| it.parse().ok()).unwrap_or(100_000);
    let folder = tempfile::tempdir().unwrap();
    let store = filled(folder.path(), units);
    let tag = median(&store, "AT-000123", false);
    println!("{units} units of one model; a tag: {tag:.1} µs");
    for (name, payload, typed) in [
        ("a serial number", "HX00000123", false),
        ("GTIN and serial number", "]d2010405995253364321HX00000123", false),
        ("the same with its batch", "]d2010405995253364310L1\u{1d}21HX00000123", false),
        ("a product", "]E04059952533643", false),
        ("a serial number stored weaker", "HX-000-00123", false),
        ("unknown, 9 digits", "990000017", false),
        ("unknown, 10 characters, twins", "HX9000012O", false),
        ("unknown, 12 characters", "QQ4711XY0815", false),
        ("unknown, 24 characters", "QQ4711XY0815QQ4711XY0815", false),
        ("unknown, 60 characters", "QQ4711XY0815QQ4711XY0815QQ4711XY0815QQ4711XY0815QQ4711XY0815", false),
        ("a serial number, typed", "HX00000123", true),
    ] {
        let found = median(&store, payload, typed);
        println!("{name:<32} {found:>9.1} µs {:>7.1} × the tag", found / tag);
    }
}
