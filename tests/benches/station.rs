//! What one scan costs from the last byte into a real terminal to the message on a screen, beside one bare fdatasync.
//!
//! `cargo bench --bench station` runs all of it on 10,000 units; `-- units=1000000` on as many; `-- latency burst idle`
//! only those parts; `-- realtime` measures from a real-time thread. Every figure stands beside the floor of the same
//! run, because the machine is shared.
//! Deliberately absent: any assertion, and any switch in the program for being measured.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a bench reads the clock, prints, and ends where something is wrong"
)]

#[path = "station/crib.rs"]
mod crib;
#[path = "station/hops.rs"]
mod hops;
#[path = "station/least.rs"]
mod least;
#[path = "station/measure.rs"]
mod measure;
#[path = "station/posts.rs"]
mod posts;
#[allow(dead_code, reason = "the tests of the whole service use all of it")]
#[path = "station/service.rs"]
mod service;

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use scanstation::source::pretend::Terminal;
use scanstation::source::realtime;

use crib::tag;
use measure::{Floor, Times, micros, ratio};
use service::{Client, Screen, Service};

/// Scans of one latency figure.
const SCANS: u64 = 1_000;

/// One part of the bench and its name.
type Part = (&'static str, fn(&mut Bench));

struct Bench {
    folder: tempfile::TempDir,
    units: u64,
    next: u64,
    /// The bench's own measuring thread is real-time, as the service's are: for a machine that is not quiet.
    realtime: bool,
}

impl Bench {
    fn store(&self) -> PathBuf {
        self.folder.path().join("store")
    }

    /// A unit that was not scanned a moment ago.
    fn next_tag(&mut self) -> String {
        self.next = (self.next + 7) % self.units;
        tag(self.next)
    }
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|it| !it.starts_with('-')).collect();
    let units = words.iter().find_map(|it| it.strip_prefix("units=")?.parse().ok()).unwrap_or(10_000);
    let parts: Vec<&String> = words.iter().filter(|it| !it.contains('=') && *it != "realtime").collect();
    let folder = tempfile::Builder::new().prefix("scanstation-bench-").tempdir().unwrap();
    let realtime = words.iter().any(|it| it == "realtime");
    let mut bench = Bench { folder, units, next: 0, realtime };
    let begun = Instant::now();
    crib::fill(&bench.store(), units);
    println!("{units} units entered in {:.1} s", begun.elapsed().as_secs_f64());
    let table: [Part; 9] = [
        ("start", start),
        ("latency", latency),
        ("burst", burst),
        ("http", posts::http),
        ("eight", eight),
        ("syncs", syncs),
        ("idle", idle),
        ("disturbed", disturbed),
        ("saturated", saturated),
    ];
    for (name, run) in table {
        if parts.is_empty() || parts.iter().any(|it| *it == name) {
            println!("\n{name}");
            run(&mut bench);
        }
    }
}

/// Start to ready after a kill, and what is resident then.
fn start(bench: &mut Bench) {
    let mut times = Times::default();
    for _ in 0..7 {
        let service = Service::start(&bench.store(), &[]);
        let tag = bench.next_tag();
        Client::new(&service).scan(&tag, "web");
        times.push(service.ready);
        service.kill();
    }
    println!("  start to ready after kill -9: {}", times.line());
    let service = Service::start(&bench.store(), &[]);
    let mut client = Client::new(&service);
    (0..500).for_each(|_| drop(client.scan(&bench.next_tag(), "web")));
    println!("  resident after 500 scans: {:.1} MiB", kib(service.status("VmRSS")));
    println!("  most ever resident: {:.1} MiB", kib(service.status("VmHWM")));
    println!("  real-time threads: {}", service.realtime_threads().join(", "));
}

fn kib(number: u64) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX)) / 1024.0
}

/// One scan at a time, each after a bare fdatasync; in a thread that is real-time if that was asked for.
fn one_by_one(bench: &mut Bench, terminal: &Terminal, screen: &mut Screen, scans: u64) -> (Times, Times) {
    std::thread::scope(|scope| {
        let measured = scope.spawn(|| {
            if bench.realtime && !realtime("the bench") {
                println!("  real-time is not allowed here");
            }
            in_turns(bench, terminal, screen, scans)
        });
        measured.join().unwrap()
    })
}

fn in_turns(bench: &mut Bench, terminal: &Terminal, screen: &mut Screen, scans: u64) -> (Times, Times) {
    let mut floor = Floor::new(bench.folder.path());
    let (mut bare, mut whole) = (Times::default(), Times::default());
    for _ in 0..scans {
        bare.push(floor.once());
        let tag = bench.next_tag();
        let code = format!("{tag}\r");
        let begun = Instant::now();
        terminal.write(code.as_bytes()).unwrap();
        whole.push(screen.wait_for(&format!("\"payload\":\"{tag}\"")) - begun);
    }
    (bare, whole)
}

fn print(what: &str, bare: &mut Times, whole: &mut Times) {
    println!("  floor: append 250 B + fdatasync  {}", bare.line());
    println!("  {what:32} {}", whole.line());
    println!("  ratio of medians                 {}", ratio(whole.at(500), bare.at(500)));
}

/// Last byte into the terminal to the message on the screen.
fn latency(bench: &mut Bench) {
    let terminal = Terminal::open().unwrap();
    let service = Service::start(&bench.store(), &[terminal.path()]);
    let mut screen = service.screen();
    one_by_one(bench, &terminal, &mut screen, 50);
    let (mut bare, mut whole) = one_by_one(bench, &terminal, &mut screen, SCANS);
    print("terminal to screen", &mut bare, &mut whole);
    terminal.write(b"BDG-1\r").unwrap();
    screen.wait_for("\"payload\":\"BDG-1\"");
    let (mut bare, mut whole) = one_by_one(bench, &terminal, &mut screen, SCANS);
    print("the same, each a check-out", &mut bare, &mut whole);
}

/// One terminal as fast as it takes codes.
fn burst(bench: &mut Bench) {
    const CODES: u64 = 5_000;
    let terminal = Terminal::open().unwrap();
    let service = Service::start(&bench.store(), &[terminal.path()]);
    let mut screen = service.screen();
    let tags: Vec<String> = (0..CODES).map(|_| bench.next_tag()).collect();
    let begun = Instant::now();
    std::thread::scope(|scope| {
        scope.spawn(|| tags.iter().for_each(|it| terminal.write(format!("{it}\r").as_bytes()).unwrap()));
        for tag in &tags {
            screen.wait_for(&format!("\"payload\":\"{tag}\""));
        }
    });
    let took = begun.elapsed().as_secs_f64();
    println!("  {CODES} codes in one burst, each seen on the screen, in order: {:.0} scans/s", per(CODES, took));
}

fn per(count: u64, seconds: f64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / seconds
}

/// Eight terminals in burst, beside one client that waits for each answer.
fn eight(bench: &mut Bench) {
    const CODES: u64 = 1_000;
    let terminals: Vec<Terminal> = (0..8).map(|_| Terminal::open().unwrap()).collect();
    let ports: Vec<&Path> = terminals.iter().map(Terminal::path).collect();
    let service = Service::start(&bench.store(), &ports);
    let mut client = Client::new(&service);
    let begun = Instant::now();
    (0..CODES).for_each(|_| drop(client.scan(&bench.next_tag(), "web")));
    let alone = per(CODES, begun.elapsed().as_secs_f64());
    let mut screen = service.screen();
    let tags: Vec<Vec<String>> = terminals.iter().map(|_| (0..CODES).map(|_| bench.next_tag()).collect()).collect();
    let begun = Instant::now();
    let seen = std::thread::scope(|scope| {
        for (terminal, tags) in terminals.iter().zip(&tags) {
            scope.spawn(|| tags.iter().for_each(|it| terminal.write(format!("{it}\r").as_bytes()).unwrap()));
        }
        screen.payloads(tags.iter().map(Vec::len).sum())
    });
    let together = per(8 * CODES, begun.elapsed().as_secs_f64());
    println!("  one commit a scan (one client, one scan at a time): {alone:.0} scans/s");
    for tags in &tags {
        let own: Vec<&String> = seen.iter().filter(|it| tags.contains(it)).collect();
        let wrong = own.iter().zip(tags).position(|(one, other)| *one != other);
        assert!(own.iter().copied().eq(tags), "{} of {} codes, out of order at {wrong:?}", own.len(), tags.len());
    }
    println!("  8 terminals in burst, order kept, none lost: {together:.0} scans/s, {:.1} times", together / alone);
}

/// Syncs of the service while it scans, counted by strace.
fn syncs(bench: &mut Bench) {
    let terminals: Vec<Terminal> = (0..8).map(|_| Terminal::open().unwrap()).collect();
    let ports: Vec<&Path> = terminals.iter().map(Terminal::path).collect();
    let service = Service::start(&bench.store(), &ports);
    let mut screen = service.screen();
    let Some(trace) = Trace::start(&service) else { return println!("  not counted: strace is not here") };
    one_by_one(bench, &terminals[0], &mut screen, 500);
    println!("  one scan at a time: {:.2} syncs a scan", per(trace.stop(), 500.0));
    let Some(trace) = Trace::start(&service) else { return };
    let tags: Vec<Vec<String>> = terminals.iter().map(|_| (0..250).map(|_| bench.next_tag()).collect()).collect();
    std::thread::scope(|scope| {
        for (terminal, tags) in terminals.iter().zip(&tags) {
            scope.spawn(|| tags.iter().for_each(|it| terminal.write(format!("{it}\r").as_bytes()).unwrap()));
        }
        screen.payloads(2_000);
    });
    println!("  8 terminals in burst: {:.3} syncs a scan", per(trace.stop(), 2_000.0));
}

struct Trace {
    child: Child,
    out: PathBuf,
    _folder: tempfile::TempDir,
}

impl Trace {
    fn start(service: &Service) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("trace");
        let child = Command::new("strace")
            .args(["-f", "-q", "-e", "trace=fsync,fdatasync,sync_file_range", "-o"])
            .arg(&out)
            .args(["-p", &service.pid().to_string()])
            .stderr(Stdio::piped())
            .spawn()
            .ok()?;
        std::thread::park_timeout(Duration::from_millis(500)); // Until it has attached.
        Some(Self { child, out, _folder: folder })
    }

    fn stop(mut self) -> u64 {
        Command::new("kill").args(["-INT", &self.child.id().to_string()]).status().ok();
        self.child.wait().ok();
        let text = std::fs::read_to_string(&self.out).unwrap_or_default();
        let counted = text.lines().filter(|it| it.contains("sync(") && !it.contains("resumed")).count();
        u64::try_from(counted).unwrap_or_default()
    }
}

/// Wake-ups while nothing happens.
fn idle(bench: &mut Bench) {
    for with_port in [false, true] {
        let terminal = Terminal::open().unwrap();
        let ports: Vec<&Path> = if with_port { vec![terminal.path()] } else { Vec::new() };
        let service = Service::start(&bench.store(), &ports);
        std::thread::park_timeout(Duration::from_secs(8)); // What follows a start is over: the check of the chain, a checkpoint.
        let (before, _) = service.wake_ups();
        let begun = Instant::now();
        std::thread::park_timeout(Duration::from_secs(10));
        let (after, _) = service.wake_ups();
        let rate = per(after - before, begun.elapsed().as_secs_f64());
        println!("  {}: {rate:.2} wake-ups/s", if with_port { "one idle port" } else { "no device" });
    }
}

/// The same latency while others get in the way.
fn disturbed(bench: &mut Bench) {
    let terminal = Terminal::open().unwrap();
    let service = Service::start(&bench.store(), &[terminal.path()]);
    let mut screen = service.screen();
    one_by_one(bench, &terminal, &mut screen, 50);
    let mut line = |bench: &mut Bench, what: &str| {
        let (mut bare, mut whole) = one_by_one(bench, &terminal, &mut screen, SCANS);
        println!("  {what:24} {}  floor {}", whole.line(), micros(bare.at(500)));
        println!("  {:24} {}", "  read to durable", durable(&service));
    };
    line(bench, "nobody else");
    let slow: Vec<_> = (0..20).map(|_| service.screen()).collect();
    line(bench, "20 screens never read");
    drop(slow);
    let end = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut client = Client::new(&service);
                while !end.load(Ordering::Relaxed) {
                    client.look("/api/v1/units?query=AT-00012");
                }
            });
        }
        line(bench, "4 clients ask all the time");
        end.store(true, Ordering::Relaxed);
    });
    let mut export = endless(&format!(
        "while :; do {} export --data {} > /dev/null 2>&1; done",
        env!("CARGO_BIN_EXE_scanstation"),
        bench.store().display()
    ));
    line(bench, "an export all the time");
    stop(&mut export);
    line(bench, "nobody else, again");
}

/// From the read to durable, of the last thousand scans, as the service itself says it.
fn durable(service: &Service) -> String {
    let page = Client::new(service).look("/metrics");
    let micros = |part: &str| {
        let line = format!("scanstation_durable_seconds{{quantile=\"{part}\"}} ");
        let seconds: f64 = page.lines().find_map(|it| it.strip_prefix(&line)?.parse().ok()).unwrap_or(f64::NAN);
        seconds * 1e6
    };
    format!("p50 {:>7.0} p90 {:>7.0} p99 {:>7.0} µs", micros("0.5"), micros("0.9"), micros("0.99"))
}

/// The same latency while both cores are taken by others; the bench itself is real-time, as the service is.
fn saturated(bench: &mut Bench) {
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let terminal = Terminal::open().unwrap();
    let service = Service::start(&bench.store(), &[terminal.path()]);
    let mut screen = service.screen();
    let mut others: Vec<Child> = (0..cores * 2).map(|_| endless("while :; do :; done")).collect();
    one_by_one(bench, &terminal, &mut screen, 50);
    let asked = std::mem::replace(&mut bench.realtime, false);
    let (mut bare, mut whole) = one_by_one(bench, &terminal, &mut screen, 300);
    print("bench at normal priority", &mut bare, &mut whole);
    bench.realtime = true;
    let (mut bare, mut whole) = one_by_one(bench, &terminal, &mut screen, SCANS);
    print("bench real-time too", &mut bare, &mut whole);
    bench.realtime = asked;
    others.iter_mut().for_each(stop);
}

fn endless(script: &str) -> Child {
    use std::os::unix::process::CommandExt as _;
    Command::new("sh").args(["-c", script]).process_group(0).stdout(Stdio::null()).spawn().unwrap()
}

fn stop(child: &mut Child) {
    Command::new("kill").args(["-KILL", "--", &format!("-{}", child.id())]).status().ok();
    let mut rest = Vec::new();
    child.stdout.take().map(|mut it| it.read_to_end(&mut rest));
    child.wait().ok();
}
