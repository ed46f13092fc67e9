//! What the store costs: a durable commit beside a bare write, bytes, verify, export, search, growth, start.
//!
//! `cargo bench --bench store [commit|group|verify|growth|start]`, one word or none for all. Every ratio is taken in one
//! run, pair by pair. `SCANSTATION_BENCH_UNITS=10000000` grows further; `chrt -r 10` in front where allowed.
//! Deliberately absent: any assertion.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "a bench reads the clock, prints, and ends where something is wrong"
)]

#[path = "store/life.rs"]
mod life;

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use scanstation::domain::{
    AimId, Answer, Body, Confidence, EventKind, HolderId, Identifier, IdentifierKind, Kind, LaneId, Moment, Movement,
    NewEvent, Question, Role, Scan, SourceId, StationId, Subject, Transport,
};
use scanstation::store::{Checks, Form, List, NewHolder, NewModel, NewUnit, Options, Reader, Store, verify};

/// Units of which each model has so many.
const UNITS_A_MODEL: i64 = 500;
/// Pairs of a bare write and a scan.
const PAIRS: usize = 3_000;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|it| !it.starts_with("--")).collect();
    if let [word, folder] = &words[..] {
        match word.as_str() {
            "child-scan" => return life::child_scan(Path::new(folder)),
            "child-life" => return life::child_life(Path::new(folder)),
            "child-open" => return life::child_open(Path::new(folder)),
            _ => {} // Two parts that are asked for.
        }
    }
    let asked = |word: &str| words.is_empty() || words.iter().any(|it| it == word);
    if asked("commit") {
        commit();
    }
    if asked("group") {
        group();
    }
    if asked("verify") {
        verify_and_export();
    }
    if asked("growth") {
        life::growth();
    }
    if asked("start") {
        life::start();
    }
}

fn options(folder: &Path) -> Options {
    Options::new(folder, StationId::parse("crib-1").unwrap())
}

fn now() -> Moment {
    Moment::new(jiff::Timestamp::now(), Duration::ZERO)
}

fn tag(number: i64) -> String {
    format!("AT-{number:06}")
}

/// A register of so many units, 100 people and a model for every 500 units.
fn fill(folder: &Path, units: i64) {
    let mut store = Store::open(&options(folder), now()).unwrap();
    store
        .within(|store| {
            for number in 0..100 {
                let new = NewHolder { name: format!("Person {number}"), role: Role::Operator, badge: None };
                store.add_holder(&new, None, now())?;
            }
            Ok(())
        })
        .unwrap();
    let mut number = 0;
    let begun = Instant::now();
    while number < units {
        store
            .within(|store| {
                let name = format!("GSR 18V-{number}");
                let new =
                    NewModel { maker: "Bosch".into(), name, category: "power tool".into(), ..NewModel::default() };
                let model = store.add_model(&new, None, now())?;
                for _ in 0..UNITS_A_MODEL.min(units - number) {
                    number += 1;
                    let unit = NewUnit::new(model)
                        .bearing(IdentifierKind::AssetTag, tag(number))
                        .bearing(IdentifierKind::SerialNumber, format!("C02X{number:08}"));
                    store.add_unit(&unit, None, now())?;
                }
                Ok(())
            })
            .unwrap();
        if store.unsigned_events() > 9_000 {
            store.checkpoint(now()).unwrap();
        }
    }
    let rate = units as f64 / begun.elapsed().as_secs_f64();
    println!("  filled with {units} units at {rate:.0} a second");
    store.checkpoint(now()).unwrap();
}

/// A generator of numbers, the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from(self.0 >> 33).unwrap() % end
    }
}

/// The eight steps but device and screen: resolve, decide as a check-out or check-in, record; without the commit.
fn scan(store: &mut Store, number: i64) {
    let at = now();
    let payload = tag(number);
    let mut identifier = Identifier::new(Kind::AssetTag, &*payload, Confidence::Certain, "It is one of our tags.");
    identifier.questions = vec![Question::Unit { kind: IdentifierKind::AssetTag, key: payload.clone(), rule: None }];
    store.savepoint().unwrap();
    let resolution = store.resolve(&identifier, at).unwrap();
    let Subject::Unit(unit) = resolution.subject else { panic!("{payload} is not known") };
    let former = unit.custody.as_ref().map(|it| it.holder);
    let person = HolderId(1 + number % 100);
    let holder = if former.is_none() { Some(person) } else { None };
    let mut event = NewEvent::new(if holder.is_some() { EventKind::CheckedOut } else { EventKind::CheckedIn });
    let due = holder.map(|_| at.wall + jiff::SignedDuration::from_hours(24));
    event.unit = Some(unit.id);
    event.person = Some(person);
    event.movement = Some(Movement { former, holder, due });
    event.body = Body::new().with("by", "tag").with("mapping", "whole");
    let seqs = store.record_events(Some(store.next_scan()), &[event], at).unwrap();
    let view = store.unit_view(unit.id, false).unwrap();
    let json = format!(
        "{{\"scan\":{},\"answer\":\"good\",\"why\":\"Out to you until tomorrow\",\"kind\":\"asset-tag\",\"key\":\"{payload}\",\
         \"because\":\"It is one of our tags.\",\"unit\":{},\"events\":[{}],\"lane\":\"main\",\"time\":\"{}\",\
         \"payload\":\"{payload}\",\"person\":\"Ann\"}}",
        store.next_scan().0,
        serde_json::to_string(&view).unwrap(),
        seqs[0].0,
        at.wall
    );
    let seen = Scan {
        source: SourceId::new("desk"),
        lane: LaneId::new("main"),
        transport: Transport::Serial,
        number: 1,
        reading: None,
        at,
        event_time: None,
        aim: AimId::parse("]C0"),
        symbology: None,
        payload: payload.into_bytes(),
        stale: false,
    };
    store.record_scan(&seen, &identifier, Answer::Good, Some(unit.id), Some(person), None, json.as_str()).unwrap();
    store.release().unwrap();
}

/// The floor: 250 bytes appended to a file, then on disk.
struct Floor(File);

impl Floor {
    fn new(folder: &Path) -> Self {
        Self(OpenOptions::new().create(true).append(true).open(folder.join("floor")).unwrap())
    }

    fn write(&mut self) -> Duration {
        let begun = Instant::now();
        self.0.write_all(&[7; 250]).unwrap();
        self.0.sync_data().unwrap();
        begun.elapsed()
    }
}

fn at(times: &mut [Duration], share: f64) -> f64 {
    times.sort_unstable();
    let place = ((times.len() - 1) as f64 * share).round();
    times.iter().enumerate().find(|it| it.0 as f64 >= place).map_or(0.0, |it| it.1.as_secs_f64() * 1e6)
}

/// Pairs of a bare write and one durable scan.
fn pairs(store: &mut Store, folder: &Path, units: i64, count: usize) -> [Vec<Duration>; 3] {
    let mut floor = Floor::new(folder);
    let mut dice = Dice(42);
    let [mut bare, mut commits, mut scans] = [Vec::new(), Vec::new(), Vec::new()];
    for _ in 0..count {
        bare.push(floor.write());
        let number = 1 + dice.below(units);
        let begun = Instant::now();
        store.begin().unwrap();
        scan(store, number);
        let ready = Instant::now();
        store.commit().unwrap();
        commits.push(ready.elapsed());
        scans.push(begun.elapsed());
        if store.unsigned_events() > 9_000 {
            store.checkpoint(now()).unwrap();
        }
    }
    [bare, commits, scans]
}

fn commit() {
    println!("durable commit, one scan at a time, 10,000 units");
    let folder = tempfile::tempdir_in(place()).unwrap();
    fill(folder.path(), 10_000);
    let mut store = Store::open(&options(folder.path()), now()).unwrap();
    for round in 1..=3 {
        let [mut bare, mut commits, mut scans] = pairs(&mut store, folder.path(), 10_000, PAIRS);
        let (floor, commit, scan) = (at(&mut bare, 0.5), at(&mut commits, 0.5), at(&mut scans, 0.5));
        println!(
            "  round {round}: bare write p50 {floor:.0} µs p99 {:.0}; commit p50 {commit:.0} p99 {:.0} = {:.2} ×; \
             whole scan p50 {scan:.0} p99 {:.0} = {:.2} ×",
            at(&mut bare, 0.99),
            at(&mut commits, 0.99),
            commit / floor,
            at(&mut scans, 0.99),
            scan / floor
        );
    }
}

/// Bytes that the ledger, its index and the journal take in the file, and their rows.
fn taken(folder: &Path) -> [(f64, f64); 3] {
    let connection = rusqlite::Connection::open(folder.join("station.db")).unwrap();
    [("event", "event"), ("event_unit", "event"), ("scan", "scan")].map(|(pages, rows)| {
        let bytes = "SELECT sum(pgsize) FROM dbstat WHERE name = ?";
        let bytes: i64 = connection.query_row(bytes, [pages], |row| row.get(0)).unwrap();
        let rows: i64 = connection.query_row(&format!("SELECT count(*) FROM {rows}"), [], |row| row.get(0)).unwrap();
        (bytes as f64, rows as f64)
    })
}

/// What one scan more takes.
fn bytes(before: [(f64, f64); 3], after: [(f64, f64); 3]) {
    let [table, index, journal] = [0, 1, 2].map(|it| {
        let (before, after): ((f64, f64), (f64, f64)) = (before[it], after[it]);
        (after.0 - before.0) / (after.1 - before.1)
    });
    println!(
        "  a movement takes {table:.0} bytes in the ledger and {index:.0} in its index = {:.0}; its scan {journal:.0}",
        table + index
    );
}

fn group() {
    println!("group commit");
    let folder = tempfile::tempdir_in(place()).unwrap();
    fill(folder.path(), 10_000);
    let mut store = Store::open(&options(folder.path()), now()).unwrap();
    let mut dice = Dice(7);
    let mut alone = 0.0;
    for size in [1, 8, 32, 64] {
        let groups = (4_000 / size).clamp(100, 1_500);
        let begun = Instant::now();
        for _ in 0..groups {
            store.begin().unwrap();
            for _ in 0..size {
                scan(&mut store, 1 + dice.below(10_000));
            }
            store.commit().unwrap();
        }
        let rate = f64::from(groups * size) / begun.elapsed().as_secs_f64();
        if size == 1 {
            alone = rate;
        }
        println!("  {size} a commit: {rate:.0} scans a second, {:.1} × one a commit", rate / alone);
        store.checkpoint(now()).unwrap();
    }
}

fn verify_and_export() {
    println!("verify and export");
    let folder = tempfile::tempdir_in(place()).unwrap();
    let units = 200_000;
    fill(folder.path(), units);
    let before = taken(folder.path());
    let mut store = Store::open(&options(folder.path()), now()).unwrap();
    let mut dice = Dice(9);
    for _ in 0..200 {
        store.begin().unwrap();
        for _ in 0..500 {
            scan(&mut store, 1 + dice.below(units));
        }
        store.commit().unwrap();
        store.checkpoint(now()).unwrap();
    }
    let checks = |custody, register, file| Checks { custody, register, file };
    let everything = [
        ("chain", checks(false, false, false)),
        ("chain and custody", checks(true, false, false)),
        ("chain and register", Checks::BESIDE),
        ("chain, custody and register", checks(true, true, false)),
        ("chain, custody and SQLite's check", checks(true, false, true)),
        ("all", Checks::ALL),
    ];
    for (name, checks) in everything {
        let begun = Instant::now();
        let report = verify(folder.path(), checks, |_| ControlFlow::Continue(())).unwrap();
        assert!(report.ok, "{report:?}");
        let rate = report.events as f64 / begun.elapsed().as_secs_f64();
        println!("  verify, {name}: {rate:.0} events a second of {}", report.events);
    }
    let reader = Reader::open(folder.path()).unwrap();
    for (name, form) in [("CSV", Form::Csv), ("JSON lines", Form::JsonLines)] {
        let begun = Instant::now();
        let rows = reader.export(List::Events, form, true, &mut std::io::sink()).unwrap();
        println!("  export, {name}: {:.0} events a second", rows as f64 / begun.elapsed().as_secs_f64());
    }
    drop(store);
    bytes(before, taken(folder.path()));
}

/// A folder on a real disk: what is measured is waiting for it.
fn place() -> PathBuf {
    std::env::current_exe().unwrap().parent().unwrap().to_owned()
}
