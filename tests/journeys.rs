//! Golden journeys: each tape walked through a real station on a real store, and what happened, line by line.
//!
//! `SCANSTATION_RENEW=1 cargo test journeys` writes the `journey.txt` beside each tape anew; a person reads the difference.
//! Every tape runs on the register in `tests/tapes/register` and the `units.csv` beside it, at eight in the morning, in UTC.
//! Deliberately absent: time that passes; the tape's clock is the station's.

use std::fs;
use std::path::Path;
use std::time::Duration;

use scanstation::domain::time::Zone;
use scanstation::domain::{Moment, StationId, StationKind};
use scanstation::rules::Policy;
use scanstation::source::tape::Tape;
use scanstation::station::{Options, journey};
use scanstation::store::{self, Instruction, Store};
use scanstation::{identify, station};

use crate::tapes;

fn begun() -> Moment {
    Moment::new("2026-11-20T08:00:00Z".parse().unwrap(), Duration::ZERO)
}

/// A store with the register of the tapes.
fn store(folder: &Path) -> Store {
    let options = store::Options::new(folder, StationId::parse("crib-1").unwrap());
    let mut store = Store::open(&options, begun()).unwrap();
    let register = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tapes/register");
    let units = store.import_units(fs::File::open(register.join("units.csv")).unwrap(), false, None, begun()).unwrap();
    let people =
        store.import_people(fs::File::open(register.join("people.csv")).unwrap(), false, None, begun()).unwrap();
    assert!(units.done && people.done, "{units:?} {people:?}");
    store
}

/// What a keeper has changed before a tape: the instructions beside it.
fn instruct(store: &mut Store, list: &Path) {
    let instructions = fs::read_to_string(list).unwrap_or_else(|_| "[]".to_owned());
    for instruction in serde_json::from_str::<Vec<Instruction>>(&instructions).unwrap() {
        store.within(|store| store.carry_out(&instruction, None, begun())).unwrap();
    }
}

/// What a tape needs besides: the list beside it.
fn add(store: &mut Store, list: &Path) {
    if let Ok(file) = fs::File::open(list) {
        let units = store.import_units(file, false, None, begun()).unwrap();
        assert!(units.done, "{units:?}");
    }
}

/// A tape whose folder is named after a step of the desk runs at a desk, one named "attended" at a crib with a cart, all
/// others at a self-service crib.
fn walk(path: &Path, tape: &Tape) -> String {
    let folder = tempfile::tempdir().unwrap();
    let name = path.file_name().unwrap().to_string_lossy();
    let (at_desk, attended) = (name.starts_with("5a-"), name.contains("attended"));
    let kind = if at_desk { StationKind::Desk } else { StationKind::Crib };
    let policy = Policy { zone: Zone::utc(), self_service: !at_desk && !attended, ..Policy::of(kind) };
    let options = Options::new(StationId::parse("crib-1").unwrap(), policy, identify::Options::default());
    let mut store = store(folder.path());
    add(&mut store, &path.join("units.csv"));
    instruct(&mut store, &path.join("register.json"));
    let told = journey(tape, options, store, begun()).unwrap_or_else(|it: station::JourneyError| panic!("{it}"));
    told.to_string()
}

#[test]
fn every_tape_leads_where_its_journey_says() {
    let renew = std::env::var_os("SCANSTATION_RENEW").is_some();
    let mut wrong = Vec::new();
    for (folder, tape) in tapes::all() {
        let path = folder.join("journey.txt");
        let found = walk(&folder, &tape);
        let expected = fs::read_to_string(&path).unwrap_or_default();
        if found != expected && renew {
            fs::write(&path, &found).unwrap();
        } else if found != expected {
            let place = expected.lines().zip(found.lines()).position(|(one, other)| one != other);
            let place = place.unwrap_or_else(|| expected.lines().count().min(found.lines().count()));
            let line = |text: &str| text.lines().nth(place).unwrap_or("(nothing)").to_owned();
            wrong.push(format!(
                "{}:{}\n  expected {}\n  found    {}",
                path.display(),
                place + 1,
                line(&expected),
                line(&found)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}\nSCANSTATION_RENEW=1 writes them anew; read the difference", wrong.join("\n"));
}

#[test]
fn the_same_tape_gives_the_same_journey() {
    for (folder, tape) in tapes::all().into_iter().take(3) {
        assert_eq!(walk(&folder, &tape), walk(&folder, &tape), "{}", folder.display());
    }
}

#[test]
fn a_silence_ends_when_it_is_over_wherever_the_next_step_lies() {
    for next in ["60s", "3h"] {
        let badge = r#"at 1s{n}bytes gun "BDG-0042\r"{n}at 2s{n}bytes gun "AT-00""#;
        let text = format!("source gun serial\n{badge}\nat {next}\nbytes gun \"AT-000123\\r\"\n").replace("{n}", "\n");
        let told = walk(Path::new("silence"), &text.parse().unwrap());
        for said in [
            "     4.000s lane main says no: Half a code: scan again", // Two seconds after its last byte.
            "    21.000s lane main says already: Kim, still there? 10 s, then the session ends",
            "    31.000s lane main says done: Kim: session ended", // Thirty seconds after the badge.
        ] {
            assert!(told.contains(said), "{next}: {said}\n{told}");
        }
    }
}
