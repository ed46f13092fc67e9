//! What it costs to turn reports into a scan: processor time from the last report in to the frame out, and per report.
//!
//! Run with `cargo bench --bench decode`; prints medians over many scans of one process. The goal for a scan is 50 µs.
//! Deliberately absent: any assertion: a timing says something only beside another of the same run.

#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a bench reads the clock and prints")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use scanstation::decode::Decoder;
use scanstation::decode::hid_keyboard::{KeyboardDecoder, KeyboardOptions};
use scanstation::decode::hid_pos::{PosDecoder, PosFields, PosOptions};
use scanstation::domain::Moment;

const SCANS: u64 = 20_000;

/// Feeds one scan's reports again and again, and prints the medians.
fn measure(name: &str, decoder: &mut dyn Decoder, reports: &[Vec<u8>]) {
    let (mut whole, mut last) = (Vec::new(), Vec::new());
    let mut out = Vec::new();
    for scan in 0..SCANS {
        let at = Moment::new(jiff::Timestamp::UNIX_EPOCH, Duration::from_millis(scan));
        let begun = Instant::now();
        let mut before_last = begun;
        for report in reports {
            before_last = Instant::now();
            decoder.push(black_box(report), at, &mut out);
        }
        let end = Instant::now();
        assert_eq!(out.len(), 1, "{name}: one scan in, one frame out");
        out.clear();
        whole.push(end - begun);
        last.push(end - before_last);
    }
    for times in [&mut whole, &mut last] {
        times.sort_unstable();
    }
    let middle = |times: &[Duration]| times.get(times.len() / 2).copied().unwrap_or_default();
    println!(
        "{name}: {:?} a scan of {} reports, {:?} from its last report",
        middle(&whole),
        reports.len(),
        middle(&last)
    );
}

fn main() {
    let mut typed: Vec<Vec<u8>> = Vec::new();
    for usage in (0x04..=0x27).chain([0x28]) {
        typed.push(vec![2, 0, usage, 0, 0, 0, 0, 0]);
        typed.push(vec![0; 8]);
    }
    typed.pop(); // The last report in is Enter going down.
    measure("keyboard, 36 characters and Enter", &mut KeyboardDecoder::new(KeyboardOptions::default()), &typed);

    let part = |continued| {
        let mut report = vec![b'7'; 64];
        for (place, byte) in [2, 56, b']', b'Q', b'1'].into_iter().enumerate() {
            report[place] = byte;
        }
        report[61..].copy_from_slice(&[b's', 0, continued]);
        report
    };
    let options = PosOptions { fields: Some(PosFields::A), ..PosOptions::default() };
    measure("HID POS, one report", &mut PosDecoder::new(options.clone()), &[part(0)]);
    let parts = [part(1), part(1), part(1), part(1), part(1), part(0)];
    measure("HID POS, 336 bytes in six", &mut PosDecoder::new(options), &parts);
}
