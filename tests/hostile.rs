//! Random and mutated bytes through each HID decoder: no panic, no growth, and always an end.
//!
//! Runs for `SCANSTATION_FUZZ_SECONDS` a decoder (default 1); the seed is fixed and grows with the round, and a failure
//! prints the round. Deliberately absent: coverage guidance, which needs another compiler.

use std::time::Duration;

use proptest::prelude::Rng as _;
use proptest::test_runner::{RngAlgorithm, TestRng};

use scanstation::decode::Decoded;
use scanstation::decode::Decoder;
use scanstation::decode::descriptor::Descriptor;
use scanstation::decode::hid_keyboard::{KeyFields, KeyboardDecoder, KeyboardOptions, Layout};
use scanstation::decode::hid_pos::{PosDecoder, PosFields, PosOptions};
use scanstation::domain::Moment;

/// Bytes from their hexadecimal form; blanks are allowed.
fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|it| u8::from_str_radix(std::str::from_utf8(it).unwrap(), 16).unwrap()).collect()
}

/// One column of a vector file.
fn column(file: &'static str, name: &str) -> Vec<&'static str> {
    let mut lines = file.lines().map(|it| it.split('\t'));
    let at = lines.next().unwrap().position(|it| it == name).unwrap();
    lines.filter_map(|mut it| it.nth(at)).collect()
}

/// Bytes that a decoder may hold back at most, and so hand out at once: its limit and an identifier.
const HELD_MAX: usize = 8192 + 3;

#[allow(clippy::disallowed_methods, reason = "a fuzz run lasts as long as it is told to")]
fn rounds(name: &str, mut round: impl FnMut(&mut TestRng)) {
    let seconds = std::env::var("SCANSTATION_FUZZ_SECONDS").ok().and_then(|it| it.parse().ok()).unwrap_or(1);
    let end = std::time::Instant::now() + Duration::from_secs(seconds);
    let mut number = 0_u64;
    while std::time::Instant::now() < end {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&number.to_le_bytes());
        let mut random = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| round(&mut random)));
        assert!(outcome.is_ok(), "{name}: round {number} panicked");
        number += 1;
    }
    println!("{name}: {number} rounds in {seconds} s");
}

/// A random value below `below`.
fn below(random: &mut TestRng, below: usize) -> usize {
    usize::try_from(random.next_u32()).unwrap() % below
}

fn bytes(random: &mut TestRng, most: usize) -> Vec<u8> {
    let mut out = vec![0; below(random, most + 1)];
    random.fill_bytes(&mut out);
    out
}

/// Flips, cuts, doubles.
fn mutate(random: &mut TestRng, mut seed: Vec<u8>) -> Vec<u8> {
    for _ in 0..below(random, 8) {
        let place = below(random, seed.len().max(1));
        match below(random, 4) {
            0 => seed.truncate(place),
            1 => seed.extend_from_slice(&seed.clone()[place.min(seed.len())..]),
            _ => {
                let value = random.next_u32().to_le_bytes()[0];
                if let Some(it) = seed.get_mut(place) {
                    *it = value;
                }
            }
        }
        seed.truncate(5000);
    }
    seed
}

fn feed(random: &mut TestRng, decoder: &mut dyn Decoder, reports: &[Vec<u8>]) {
    let (mut out, mut now) = (Vec::new(), 0);
    for _ in 0..200 {
        now += u64::try_from(below(random, 80)).unwrap();
        let at = Moment::new(jiff::Timestamp::UNIX_EPOCH, Duration::from_millis(now));
        let choice = below(random, reports.len() + 1);
        let report = match reports.get(choice) {
            Some(report) => mutate(random, report.clone()),
            None => bytes(random, 80),
        };
        match below(random, 40) {
            0 => decoder.expire(at, &mut out),
            1 => decoder.pulled(&mut out),
            _ => decoder.push(&report, at, &mut out),
        }
        assert!(decoder.deadline().is_none_or(|it| it <= at.uptime + Duration::from_secs(1)));
        // One report is at most 5,000 bytes here and a byte types at most one character of three bytes.
        assert!(out.len() <= 64);
        for it in out.drain(..) {
            if let Decoded::Frame(frame) = it {
                assert!(!frame.bytes.is_empty() && frame.bytes.len() <= HELD_MAX);
            }
        }
    }
}

#[test]
fn hostile_reports_never_break_the_keyboard_decoder() {
    let rows = column(include_str!("vectors/hidkbd_reports.tsv"), "reports_hex");
    let reports: Vec<_> = rows.iter().flat_map(|it| it.split(' ').map(hex)).collect();
    rounds("keyboard", |random| {
        let layout = Layout::ALL[below(random, 4)];
        let fields = KeyFields::find(&Descriptor::parse(&bytes(random, 60)).unwrap_or_default()).unwrap_or_default();
        feed(
            random,
            &mut KeyboardDecoder::new(KeyboardOptions { layout, fields, ..KeyboardOptions::default() }),
            &reports,
        );
    });
}

#[test]
fn hostile_reports_never_break_the_pos_decoder() {
    let reports: Vec<_> =
        column(include_str!("vectors/hidpos_reports.tsv"), "report_hex").into_iter().map(hex).collect();
    rounds("pos", |random| {
        let fields = PosFields::named(["A", "B", "C", "D", "E", "none"][below(random, 6)]);
        feed(random, &mut PosDecoder::new(PosOptions { fields, ..PosOptions::default() }), &reports);
    });
}

#[test]
fn hostile_descriptors_never_break_the_parser() {
    let seeds = [
        "05010906a101050719e029e7150025017501950881029501750881039505750105081901290591029501750391039506750815\
        0026ff0005071900 2aff008100c0",
        "058c0902a1010912a1028502150026ff00750895010501093b81029503058c09fb09fc09fd8102953809fe82020195020666ff\
        090409058102058c09ff2501750195018102750795018103c0c0",
    ];
    rounds("descriptor", |random| {
        for seed in seeds {
            let descriptor = mutate(random, hex(seed));
            let Some(descriptor) = Descriptor::parse(&descriptor) else { continue };
            if let Some(fields) = PosFields::find(&descriptor) {
                let fields = Some(fields);
                let report = bytes(random, 70);
                feed(random, &mut PosDecoder::new(PosOptions { fields, ..PosOptions::default() }), &[report]);
            }
        }
    });
}
