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
        let mut report = vec![2, 56, b']', b'Q', b'1'];
        report.extend([b'7'; 56]);
        report.extend([b's', 0, continued]);
        report
    };
    let options = PosOptions { fields: Some(PosFields::A), ..PosOptions::default() };
    measure("HID POS, one report", &mut PosDecoder::new(options.clone()), &[part(0)]);
    let parts = [part(1), part(1), part(1), part(1), part(1), part(0)];
    measure("HID POS, 336 bytes in six", &mut PosDecoder::new(options), &parts);
    reading_loop();
}

/// Reports of a vector file, one list for each row.
fn recorded(file: &'static str, column: &str) -> Vec<Vec<Vec<u8>>> {
    let mut lines = file.lines().map(|it| it.split('\t'));
    let at = lines.next().and_then(|mut it| it.position(|it| it == column)).unwrap_or_default();
    let byte = |it: &[u8]| std::str::from_utf8(it).ok().and_then(|it| u8::from_str_radix(it, 16).ok());
    let report = |it: &str| it.as_bytes().chunks(2).filter_map(byte).collect::<Vec<u8>>();
    lines.filter_map(|mut it| Some(it.nth(at)?.split(' ').map(report).collect())).collect()
}

/// What a scanner's thread and the station's do for each report, but for the system calls: hand over, decode, drop.
///
/// Processor time of the whole process, both threads, over the recorded reports of three makers and a wedge.
fn reading_loop() {
    const ROUNDS: u32 = 2_000;
    let rows = [
        recorded(include_str!("../vectors/hidpos_reports.tsv"), "report_hex"),
        recorded(include_str!("../vectors/hidkbd_reports.tsv"), "reports_hex"),
    ];
    let [pos, keyboard] = &rows;
    let reports = |rows: &[Vec<Vec<u8>>]| rows.iter().map(Vec::len).sum::<usize>();
    let many = u32::try_from(reports(pos) + reports(keyboard)).unwrap_or(1) * ROUNDS;
    let (queue, inputs) = std::sync::mpsc::sync_channel::<(bool, Vec<u8>, Moment)>(1024);
    let station = std::thread::spawn(move || {
        let mut decoders: [Box<dyn Decoder>; 2] = [
            Box::new(PosDecoder::new(PosOptions::default())),
            Box::new(KeyboardDecoder::new(KeyboardOptions::default())),
        ];
        let (mut out, mut frames) = (Vec::new(), 0_usize);
        for (typed, report, at) in inputs {
            if let Some(decoder) = decoders.get_mut(usize::from(typed)) {
                decoder.push(&report, at, &mut out);
            }
            frames += out.drain(..).count();
        }
        frames
    });
    let (begun, mut buffer) = (cpu_time(), vec![0; 64]);
    for round in 0..ROUNDS {
        for (typed, row) in pos.iter().map(|it| (false, it)).chain(keyboard.iter().map(|it| (true, it))) {
            let at = Moment::new(jiff::Timestamp::UNIX_EPOCH, Duration::from_secs(u64::from(round)));
            for report in row {
                buffer.clear();
                buffer.extend_from_slice(black_box(report));
                assert!(queue.send((typed, buffer.clone(), at)).is_ok(), "the station listens");
            }
        }
    }
    drop(queue);
    let frames = station.join().unwrap_or_default();
    let spent = cpu_time().saturating_sub(begun);
    let each = spent / many;
    println!("reading loop: {each:?} of processor time a report, {many} recorded reports, {frames} scans or discards");
}

/// Processor time of this process so far.
fn cpu_time() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::new(u64::try_from(now.tv_sec).unwrap_or_default(), u32::try_from(now.tv_nsec).unwrap_or_default())
}
