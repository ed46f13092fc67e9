//! Random and mutated bytes through each decoder: no panic, no growth, and always an end.
//!
//! Each decoder has a thread of its own for `SCANSTATION_FUZZ_DECODERS_S` or else `SCANSTATION_FUZZ_SECONDS` (default 1,
//! 20 in `./station test`); the seed is fixed and grows with the round, and a failure prints the round. Deliberately absent: coverage guidance, which needs another compiler.

use std::time::Duration;

use proptest::prelude::Rng as _;
use proptest::test_runner::{RngAlgorithm, TestRng};

use scanstation::decode::batch::{self, BatchDecoder};
use scanstation::decode::calibration;
use scanstation::decode::descriptor::Descriptor;
use scanstation::decode::hid_keyboard::{KeyFields, KeyboardDecoder, KeyboardOptions, Layout};
use scanstation::decode::hid_pos::{PosDecoder, PosFields, PosOptions};
use scanstation::decode::line::{self, LineDecoder};
use scanstation::decode::{Decoded, Decoder};
use scanstation::domain::Moment;
use scanstation::domain::time::Zone;

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

/// Bytes of a frame at most: the largest limit of a decoder and an identifier.
const FRAME_MAX: usize = 8192 + 3;

/// Bytes that a decoder may hold back at most, its vector's room included: twice the frame at worst.
const HELD_MAX: usize = 2 * FRAME_MAX;

/// How long a decoder may wait for the rest of a message at most.
const WAIT_MAX: Duration = Duration::from_secs(2);

/// What a thread does again and again with random numbers; the second number counts the rounds.
type Round = Box<dyn FnMut(&mut TestRng, u64) + Send>;

/// Makes one, in its own thread.
type Make = fn() -> Round;

#[allow(clippy::disallowed_methods, reason = "a fuzz run lasts as long as it is told to")]
fn rounds(name: &str, mut round: Round) {
    // Beside the other tests, never before them.
    rustix::process::setpriority_process(None, 15).ok();
    let given = |name| std::env::var(name).ok().and_then(|it| it.parse().ok());
    let seconds = given("SCANSTATION_FUZZ_DECODERS_S").or_else(|| given("SCANSTATION_FUZZ_SECONDS")).unwrap_or(1);
    let end = std::time::Instant::now() + Duration::from_secs(seconds);
    let mut number = 0_u64;
    while std::time::Instant::now() < end {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&number.to_le_bytes());
        let mut random = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| round(&mut random, number)));
        assert!(outcome.is_ok(), "{name}: round {number} panicked");
        number += 1;
    }
    println!("{name}: {number} rounds in {seconds} s");
}

/// Kilobytes of this process in memory.
fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let row = status.lines().find_map(|it| it.strip_prefix("VmRSS:"));
    row.and_then(|it| it.trim().split(' ').next()?.parse().ok()).unwrap_or_default()
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

/// Feeds a decoder that has lived for some rounds already; time goes on from round to round.
fn feed(random: &mut TestRng, round: u64, decoder: &mut dyn Decoder, reports: &[Vec<u8>]) {
    let (mut out, mut now) = (Vec::new(), round * 20_000);
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
        assert!(decoder.deadline().is_none_or(|it| it <= at.uptime + WAIT_MAX));
        assert!(decoder.held() <= HELD_MAX, "{} bytes are held back", decoder.held());
        // A byte ends at most one message, and what was pending before it another.
        assert!(out.len() <= report.len() + 2);
        for it in out.drain(..) {
            if let Decoded::Frame(frame) = it {
                assert!(!frame.bytes.is_empty() && frame.bytes.len() <= FRAME_MAX);
            }
        }
    }
}

/// One decoder that lives through all rounds, and a fresh one of other options each round.
fn both(
    reports: Vec<Vec<u8>>,
    mut old: Box<dyn Decoder>,
    fresh: impl Fn(&mut TestRng) -> Box<dyn Decoder> + Send + 'static,
) -> Round {
    Box::new(move |random, round| {
        feed(random, round, old.as_mut(), &reports);
        let mut fresh = fresh(random);
        feed(random, round, fresh.as_mut(), &reports);
    })
}

fn keyboard() -> Round {
    let rows = column(include_str!("vectors/hidkbd_reports.tsv"), "reports_hex");
    let reports = rows.iter().flat_map(|it| it.split(' ').map(hex)).collect();
    both(reports, Box::new(KeyboardDecoder::new(KeyboardOptions::default())), |random| {
        let layout = Layout::ALL[below(random, 4)];
        let fields = KeyFields::find(&Descriptor::parse(&bytes(random, 60)).unwrap_or_default()).unwrap_or_default();
        Box::new(KeyboardDecoder::new(KeyboardOptions { layout, fields, ..KeyboardOptions::default() }))
    })
}

fn pos() -> Round {
    let reports = column(include_str!("vectors/hidpos_reports.tsv"), "report_hex").into_iter().map(hex).collect();
    both(reports, Box::new(PosDecoder::new(PosOptions::default())), |random| {
        let fields = PosFields::named(["A", "B", "C", "D", "E", "none"][below(random, 6)]);
        Box::new(PosDecoder::new(PosOptions { fields, ..PosOptions::default() }))
    })
}

fn descriptor() -> Round {
    let seeds = [
        "05010906a101050719e029e7150025017501950881029501750881039505750105081901290591029501750391039506750815\
        0026ff0005071900 2aff008100c0",
        "058c0902a1010912a1028502150026ff00750895010501093b81029503058c09fb09fc09fd8102953809fe82020195020666ff\
        090409058102058c09ff2501750195018102750795018103c0c0",
        // A keyboard with a bit for each key.
        "05010906a1018505050719e029e7150025017501950881021904297315002501750195708102c0",
    ];
    Box::new(move |random, round| {
        for seed in seeds {
            let descriptor = mutate(random, hex(seed));
            let Some(descriptor) = Descriptor::parse(&descriptor) else { continue };
            if let Some(fields) = PosFields::find(&descriptor) {
                let report = bytes(random, 70);
                let options = PosOptions { fields: Some(fields), ..PosOptions::default() };
                feed(random, round, &mut PosDecoder::new(options), &[report]);
            }
            if let Some(fields) = KeyFields::find(&descriptor) {
                let report = bytes(random, 20);
                let options = KeyboardOptions { fields, ..KeyboardOptions::default() };
                feed(random, round, &mut KeyboardDecoder::new(options), &[report]);
            }
        }
    })
}

/// Lines of a serial scanner, with framing of every kind.
fn lines() -> Vec<Vec<u8>> {
    let texts =
        ["AT-000123\r\n", "\u{2}0109521234543213\u{1d}21X\u{3}a", "2026-03-10 08:15:00,AT-1\r", "]C1\t", "\u{0}\u{ff}"];
    texts.iter().map(|it| it.as_bytes().to_vec()).collect()
}

fn framing(random: &mut TestRng) -> line::Options {
    use line::{Envelope, Terminator};
    let ends = [Terminator::Line, Terminator::CrLf, Terminator::Etx, Terminator::Tab, Terminator::None];
    let envelopes = [Envelope::None, Envelope::None, Envelope::StxEtx, Envelope::StxEtxBcc, Envelope::StxEtxBccOverEtx];
    line::Options {
        terminator: ends[below(random, ends.len())],
        envelope: envelopes[below(random, envelopes.len())],
        frame_max: 1 + below(random, 4096),
        last_terminator_only: below(random, 4) == 0,
        ..line::Options::default()
    }
}

fn serial() -> Round {
    let old = LineDecoder::listening(line::Options::default());
    both(lines(), Box::new(old), |random| Box::new(LineDecoder::listening(framing(random))))
}

fn memory() -> Round {
    use batch::Column::{Code, Date, Skip, Time};
    fn made(random: &mut TestRng, framing: line::Options) -> Box<dyn Decoder> {
        let columns = [vec![Time, Code], vec![Code, Time], vec![Skip, Date, Time, Code, Skip], vec![Skip]];
        let columns = columns[below(random, 4)].clone();
        let time = ["%Y-%m-%d %H:%M:%S", "%d/%m/%y %H:%M", "%s", "%z%Z%Q", "%"][below(random, 5)].to_owned();
        let options = batch::Options { columns, separator: [',', 'ß', '\t'][below(random, 3)], time };
        Box::new(BatchDecoder::new(LineDecoder::listening(framing), options, Zone::utc()))
    }
    let mut first = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    both(lines(), made(&mut first, line::Options::default()), |random| {
        let framing = framing(random);
        made(random, framing)
    })
}

/// Reports of a calibration card that was scanned by something else.
fn card() -> Round {
    let rows = column(include_str!("vectors/hidkbd_reports.tsv"), "reports_hex");
    let scans: Vec<Vec<Vec<u8>>> = rows.iter().map(|it| it.split(' ').map(hex).collect()).collect();
    Box::new(move |random, _| {
        let scan = &scans[below(random, scans.len())];
        let reports: Vec<Vec<u8>> = scan.iter().map(|it| mutate(random, it.clone())).collect();
        drop(calibration::infer(&reports, &KeyFields::default()));
    })
}

#[test]
fn hostile_bytes_break_no_decoder_and_make_none_grow() {
    let before = resident_kib();
    let every: [(&str, Make); 6] = [
        ("keyboard", keyboard),
        ("pos", pos),
        ("descriptor", descriptor),
        ("serial line", serial),
        ("memory scanner", memory),
        ("calibration card", card),
    ];
    let threads = every.map(|(name, round)| (name, std::thread::spawn(move || rounds(name, round()))));
    for (name, thread) in threads {
        assert!(thread.join().is_ok(), "{name} failed; its round stands above");
    }
    println!("memory of this process: {before} KiB before, {} KiB after", resident_kib());
}
