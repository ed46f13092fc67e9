//! What a decision costs with every policy on, how many queries it asks, and what a cart of forty lines costs at DONE.
//!
//! `cargo bench --bench counter` on 10,000 units; `-- units=1000000` on as many. Each ratio is taken in one run.
//! Deliberately absent: any assertion; devices and screens, which the bench `station` has.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench reads the clock, prints, and ends where something is wrong"
)]
#![allow(unsafe_code, reason = "SQLite's own trace counts the statements of connections that the store opens")]

#[path = "station/measure.rs"]
mod measure;

use std::ffi::{c_char, c_int, c_uint, c_void};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rusqlite::ffi;
use scanstation::domain::{
    CategoryPolicy, IdentifierKind, LaneId, Message, Moment, Reservation, Role, Scan, SourceId, StationId, StationKind,
    Subject, Training, Transport,
};
use scanstation::identify::{self, identify};
use scanstation::rules::{Case, Lane, Policy, decide, respond, together, wants};
use scanstation::station;
use scanstation::store::{NewHolder, NewModel, NewUnit, Options, Reserved, Store};

use measure::{Times, micros, ratio};

static STATEMENTS: AtomicU64 = AtomicU64::new(0);

unsafe extern "C" fn count(_: c_uint, _: *mut c_void, _: *mut c_void, _: *mut c_void) -> c_int {
    STATEMENTS.fetch_add(1, Ordering::Relaxed);
    0
}

unsafe extern "C" fn watch(db: *mut ffi::sqlite3, _: *mut *mut c_char, _: *const ffi::sqlite3_api_routines) -> c_int {
    // SAFETY: SQLite calls this with a connection that it has just opened.
    unsafe { ffi::sqlite3_trace_v2(db, 1, Some(count), std::ptr::null_mut()) }
}

fn now() -> Moment {
    Moment::new(jiff::Timestamp::now(), Duration::from_secs(100))
}

/// Models, each with as many units as are looked at for a free equal.
const UNITS_A_MODEL: u64 = 200;

fn tag(unit: u64) -> String {
    format!("AT-{unit:06}")
}

fn fill(folder: &Path, units: u64) -> Store {
    let mut store = Store::open(&Options::new(folder, StationId::parse("bench").unwrap()), now()).unwrap();
    store
        .within(|store| {
            let badge = |it: &str| Some(it.to_owned());
            let kim = NewHolder { name: "Kim".into(), role: Role::Operator, badge: badge("1") };
            let kim = store.add_holder(&kim, None, now())?;
            let ana = NewHolder { name: "Ana".into(), role: Role::Operator, badge: badge("2") };
            let ana = store.add_holder(&ana, None, now())?;
            store.set_limit(kim, Some(1_000_000), None, now())?;
            let training = Training { name: "drills".into(), valid_until: None };
            store.add_training(kim, &training, None, now())?;
            let asks = CategoryPolicy {
                training: Some("drills".into()),
                held_max: Some(1_000_000),
                ..CategoryPolicy::default()
            };
            store.set_category("power tool", &asks, None, now())?;
            for unit in 0..units {
                if unit % UNITS_A_MODEL == 0 {
                    let name = format!("Model {}", unit / UNITS_A_MODEL);
                    let model =
                        NewModel { maker: "Bosch".into(), name, category: "power tool".into(), ..NewModel::default() };
                    let model = store.add_model(&model, None, now())?;
                    let later =
                        |days: i64| now().wall.checked_add(jiff::SignedDuration::from_hours(24 * days)).unwrap();
                    let reserved = Reservation { holder: ana, name: String::new(), begins: later(30), ends: later(31) };
                    store.reserve(Reserved::Model(model), &reserved, None, now())?;
                }
                let model = scanstation::domain::ModelId(i64::try_from(unit / UNITS_A_MODEL + 1).unwrap());
                let new = NewUnit::new(model)
                    .bearing(IdentifierKind::AssetTag, tag(unit))
                    .bearing(IdentifierKind::SerialNumber, format!("SN{unit:09}"));
                store.add_unit(&new, None, now())?;
            }
            Ok(())
        })
        .unwrap();
    store
}

fn scan(text: &str) -> Scan {
    Scan {
        source: SourceId::new("bench"),
        lane: LaneId::new("left"),
        transport: Transport::Serial,
        number: 1,
        reading: None,
        at: now(),
        event_time: None,
        aim: None,
        symbology: None,
        payload: text.as_bytes().to_vec(),
        stale: false,
    }
}

/// Resolve, decide, respond, with all that the station asks between; nothing is written.
fn walk(store: &Store, lane: &Lane, policy: &Policy, codes: &identify::Options, text: &str) -> (Lane, String) {
    let scan = scan(text);
    let identifier = identify(&scan, codes);
    let mut resolution = store.resolve(&identifier, scan.at).unwrap();
    if let (Subject::Unit(facts), Some(session)) = (&mut resolution.subject, &lane.session) {
        let taker = session.taker().0;
        facts.restrictions.held_of_category = store.held_of_category(taker, &facts.model.category).unwrap();
        let in_cart = session.cart.len();
        let (of_model, free) = store.reservations_of_model(facts.model.id, in_cart, scan.at).unwrap();
        (facts.restrictions.of_model, facts.restrictions.free_of_model) = (of_model, free);
    }
    let wanted = wants(lane, &identifier, &resolution, policy, scan.at);
    let facts: Vec<_> = wanted.units.iter().filter_map(|it| store.unit(*it).unwrap()).collect();
    let parts = [(identifier, resolution)];
    let (_, beside) = together(&parts);
    let [(identifier, resolution)] = &parts;
    let case = Case {
        lane,
        scan: &scan,
        identifier,
        resolution,
        beside: &beside,
        torn: None,
        facts: &facts,
        stock: None,
        unbindable: None,
        policy,
    };
    let decision = decide(&case);
    let unit = decision.unit.and_then(|it| store.unit_view(it, decision.unmasked).unwrap());
    let free = decision.substitute_for.and_then(|it| store.substitute(it, scan.at).unwrap());
    let feedback = respond(&decision, identifier, resolution, store.next_scan(), Vec::new(), unit, free.as_ref());
    (decision.lane, feedback.why)
}

fn decisions(store: &Store, units: u64) {
    let policy = Policy::of(StationKind::Crib);
    let codes = identify::Options::default();
    let (lane, hello) = walk(store, &Lane::default(), &policy, &codes, "BDG-1");
    assert!(hello.starts_with("Hello Kim"), "{hello}");
    for (what, refused) in [("lent, all policies asked", false), ("refused, with the nearest free equal", true)] {
        let mut lane = lane.clone();
        if refused && let Some(session) = &mut lane.session {
            session.held_max = Some(0);
        }
        let (mut times, mut worst) = (Times::default(), 0);
        for round in 0..6_000_u64 {
            let text = tag(round.wrapping_mul(7_919) % units);
            let before = STATEMENTS.load(Ordering::Relaxed);
            let begun = Instant::now();
            let (_, why) = walk(store, &lane, &policy, &codes, &text);
            let took = begun.elapsed();
            assert_eq!(why.starts_with("Out to Kim"), !refused, "{why}");
            if round >= 1_000 {
                times.push(took);
                worst = worst.max(STATEMENTS.load(Ordering::Relaxed) - before);
            }
        }
        println!("  {what}: {}, at most {worst} queries", times.line());
    }
}

/// DONE of a cart of forty lines beside DONE of a cart of one, in turns, each to its durable answer.
fn carts(folder: &Path, store: Store) {
    let policy = Policy { self_service: false, ..Policy::of(StationKind::Crib) };
    let options = station::Options::new(StationId::parse("bench").unwrap(), policy, identify::Options::default());
    let station = station::start(options, store, station::clock::start()).unwrap();
    let send = |text: &str| {
        let message = Message { bytes: text.as_bytes().to_vec(), ..Message::default() };
        let waiting = station.handle.scan(message, Transport::Http, LaneId::new("left"), None).unwrap();
        waiting.blocking_recv().unwrap().json
    };
    let (mut one, mut forty, mut bare) = (Times::default(), Times::default(), Times::default());
    let mut floor = measure::Floor::new(folder);
    let mut next = 0;
    for _ in 0..150 {
        for (lines, times) in [(1, &mut one), (40, &mut forty)] {
            bare.push(floor.once());
            send("BDG-1");
            for _ in 0..lines {
                let answer = send(&tag(next));
                assert!(answer.contains("In the cart"), "{answer}");
                next += 1;
            }
            let begun = Instant::now();
            let answer = send("!CMD:DONE");
            times.push(begun.elapsed());
            assert!(answer.contains(&format!("Done: {lines} out")), "{answer}");
        }
    }
    println!("  floor: append 250 B + fdatasync  {}", bare.line());
    println!("  DONE of 1 line                   {}", one.line());
    println!("  DONE of 40 lines                 {}", forty.line());
    println!("  ratio of medians                 {}", ratio(forty.at(500), one.at(500)));
    station.handle.stop();
    station.join();
}

fn main() {
    // SAFETY: the function is called with each connection that is opened from now on, as SQLite says.
    unsafe { ffi::sqlite3_auto_extension(Some(watch)) };
    let units = std::env::args().find_map(|it| it.strip_prefix("units=")?.parse().ok()).unwrap_or(10_000);
    let folder = tempfile::Builder::new().prefix("scanstation-bench-").tempdir().unwrap();
    let begun = Instant::now();
    let store = fill(folder.path(), units);
    println!("{units} units entered in {} ms", micros(begun.elapsed() / 1_000));
    println!("decision");
    decisions(&store, units);
    println!("cart");
    carts(folder.path(), store);
}
