//! Growth and start: what more units cost, and what a store costs that was killed, again and again.
//!
//! Each life is a process of its own, which ends as `kill -9` would end it, and measures itself.
//! Deliberately absent: filling a store, which the other parts share.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use scanstation::domain::{EventKind, NewEvent, Role, Sight};
use scanstation::store::{Reader, Store};

use super::{Dice, at, fill, now, options, pairs, place, tag};

fn units_max() -> i64 {
    std::env::var("SCANSTATION_BENCH_UNITS").ok().and_then(|it| it.parse().ok()).unwrap_or(1_000_000)
}

/// Starts and kills on what the one before left, from the WAL of a bulk entry on.
pub(crate) fn start() {
    let units = units_max();
    println!("start after a kill, again and again, {units} units and as many events");
    let folder = tempfile::tempdir_in(place()).unwrap();
    fill(folder.path(), units);
    fs::write(folder.path().join("units"), units.to_string()).unwrap();
    for _ in 0..12 {
        print!("{}", child("child-life", folder.path()));
    }
}

/// One life: start, 300 scans, killed.
pub(crate) fn child_life(folder: &Path) {
    let left = fs::metadata(folder.join("station.db-wal")).map_or(0, |it| it.len());
    let units: i64 = fs::read_to_string(folder.join("units")).unwrap().parse().unwrap();
    let begun = Instant::now();
    let mut store = Store::open(&options(folder), now()).unwrap();
    let opened = begun.elapsed();
    store.within(|store| store.record_events(None, &[NewEvent::new(EventKind::StationStarted)], now())).unwrap();
    let ready = begun.elapsed();
    let checked = store.opening().checked;
    let [_, _, mut scans] = pairs(&mut store, folder, units, 300);
    println!(
        "  WAL file {:.1} MiB: opened in {:.1} ms, ready in {:.1} ms, {checked} events checked; scans p50 {:.0} p99 {:.0} µs",
        left as f64 / f64::from(1 << 20),
        opened.as_secs_f64() * 1e3,
        ready.as_secs_f64() * 1e3,
        at(&mut scans, 0.5),
        at(&mut scans, 0.99),
    );
    std::io::stdout().flush().unwrap();
    std::process::abort();
}

/// What ten times the units cost, from 10,000 on.
pub(crate) fn growth() {
    let most = units_max();
    println!("growth");
    for units in [10_000, 100_000, 1_000_000, 10_000_000].into_iter().filter(|it| *it <= most) {
        let folder = tempfile::tempdir_in(place()).unwrap();
        fill(folder.path(), units);
        fs::write(folder.path().join("units"), units.to_string()).unwrap();
        for _ in 0..2 {
            print!("{}", child("child-scan", folder.path()));
            print!("{}", child("child-open", folder.path()));
        }
        search(folder.path(), units);
    }
}

fn search(folder: &Path, units: i64) {
    let reader = Reader::open(folder).unwrap();
    let mut dice = Dice(3);
    let whole = tag(1 + dice.below(units));
    for (name, query) in [
        ("one letter", "a"),
        ("begin of a tag", "AT-00"),
        ("a whole tag", whole.as_str()),
        ("begin of a serial number", "C02X"),
        ("a maker", "bosch"),
        ("two words", "bosch gsr"),
        ("a state", "in-repair"),
        ("the state of most", "in-service"),
        ("what is out", "out"),
        ("nothing", "zzz"),
    ] {
        let mut times: Vec<Duration> = (0..20)
            .map(|_| {
                let begun = Instant::now();
                reader.search(query, 20, Sight::of(Some(Role::Operator))).unwrap();
                begun.elapsed()
            })
            .collect();
        println!("  search, {name}: p50 {:.2} ms, worst {:.2}", at(&mut times, 0.5) / 1e3, at(&mut times, 1.0) / 1e3);
    }
}

fn child(word: &str, folder: &Path) -> String {
    let ran = Command::new(std::env::current_exe().unwrap()).arg(word).arg(folder).output().unwrap();
    String::from_utf8(ran.stdout).unwrap()
}

/// Scans durably, prints, and ends as `kill -9` would.
pub(crate) fn child_scan(folder: &Path) {
    let units: i64 = fs::read_to_string(folder.join("units")).unwrap().parse().unwrap();
    let mut store = Store::open(&options(folder), now()).unwrap();
    drop(pairs(&mut store, folder, units, 500));
    let [mut bare, _, mut scans] = pairs(&mut store, folder, units, 2_000);
    let (floor, scan) = (at(&mut bare, 0.5), at(&mut scans, 0.5));
    println!(
        "  {units} units: scan p50 {scan:.0} µs p99 {:.0} at a floor of {floor:.0} = {:.2} ×; {:.1} MiB resident",
        at(&mut scans, 0.99),
        scan / floor,
        resident()
    );
    std::io::stdout().flush().unwrap();
    std::process::abort();
}

/// Starts after a kill, and ends cleanly.
pub(crate) fn child_open(folder: &Path) {
    let begun = Instant::now();
    let store = Store::open(&options(folder), now()).unwrap();
    let took = begun.elapsed();
    let opening = store.opening();
    assert!(opening.damage.is_empty(), "{opening:?}");
    println!(
        "    start after a kill: {:.1} ms, {} events checked; {:.1} MiB resident",
        took.as_secs_f64() * 1e3,
        opening.checked,
        resident()
    );
}

/// Resident memory, MiB.
fn resident() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|it| it.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
}
