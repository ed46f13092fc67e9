//! Time to identify one payload, median: own tag, plain serial number, GS1 with five elements, and others beside them.
//!
//! Goals: 2 µs for tags and serial numbers, 10 µs for GS1 with five elements; 64 KiB stays bounded. Linear: a message
//! of twice the elements should take about twice the time, both taken in this run.
//! Deliberately absent: the register; this room asks nothing.
#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use std::hint::black_box;
use std::time::Duration;

use scanstation::domain::{LaneId, Moment, Scan, SourceId, Transport};
use scanstation::identify::{Options, identify};

/// Payloads a sample: one clock reading costs some 30 ns.
const BATCH: u32 = 200;

const SAMPLES: usize = 501;

fn now() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    Duration::new(now.tv_sec.unsigned_abs(), u32::try_from(now.tv_nsec).unwrap_or(0))
}

fn scan(payload: &[u8]) -> Scan {
    Scan {
        source: SourceId::new("bench"),
        lane: LaneId::new("bench"),
        transport: Transport::Serial,
        number: 1,
        reading: None,
        at: Moment::new(jiff::Timestamp::UNIX_EPOCH, Duration::ZERO),
        event_time: None,
        aim: None,
        symbology: None,
        payload: payload.to_vec(),
        stale: false,
    }
}

/// Median time of one payload in nanoseconds.
fn median(payload: &[u8]) -> f64 {
    let (scan, options) = (scan(payload), Options::default());
    let batch = if payload.len() > 1_000 { BATCH / 20 } else { BATCH };
    let mut samples: Vec<f64> = (0..SAMPLES)
        .map(|_| {
            let start = now();
            for _ in 0..batch {
                black_box(identify(black_box(&scan), &options));
            }
            now().saturating_sub(start).as_secs_f64() * 1e9 / f64::from(batch)
        })
        .collect();
    samples.sort_by(f64::total_cmp);
    samples.get(SAMPLES / 2).copied().unwrap_or_default()
}

fn main() {
    let five = b"]d2010952012345678821A1B2C3\x1d10LOT42\x1d172912313103000195".as_slice();
    let ten: Vec<u8> = [five, b"\x1d91A\x1d92B\x1d93C\x1d94D\x1d95E"].concat();
    let long = vec![b'A'; 65_536];
    let brackets = vec![b'('; 8_191];
    let separators = vec![0x1d; 8_191];
    let rows: &[(&str, &[u8])] = &[
        ("tag", b"]C0AT-000123"),
        ("serial", b"HX204711A"),
        ("serial with a rule", b"C02XK1ABJG5H"),
        ("serial with dashes", b"abc-123-456"),
        ("badge", b"BDG-0042"),
        ("GTIN in EAN-13", b"]E02112345678900"),
        ("IMEI", b"490154203237518"),
        ("GS1, five elements", five),
        ("GS1, ten elements", &ten),
        ("GS1 in brackets", b"(01)09520123456788(21)A1B2C3(10)LOT42"),
        ("Digital Link", b"https://id.gs1.org/01/09520123456788/10/ABC/21/12345?17=291231"),
        ("15434 with UII", b"[)>\x1e06\x1d17V1VPX7\x1d1P4Q7-95\x1dSS0786950\x1e\x04"),
        ("64 KiB of A", &long),
        ("8 KiB of brackets", &brackets),
        ("8 KiB of GS", &separators),
    ];
    for (name, payload) in rows {
        println!("{name:<22}{:>10.0} ns p50", median(payload));
    }
}
