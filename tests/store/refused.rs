//! What a list of people or a keeper's instruction says that cannot be: badges, trainings, days, reservations.
//!
//! Deliberately absent: the forms of the sentences at each door, which are those of the store.

use jiff::civil::{Date, date};
use scanstation::domain::time::Zone;
use scanstation::domain::{EventKind, EventSeq, UnitId};
use scanstation::store::{Instruction, NewOwner, Options, Reader, Store};
use serde_json::{Value, json};

use super::{Bench, import, moment};

#[test]
fn a_badge_that_nobody_could_scan_and_a_training_with_its_day_in_its_name_are_refused() {
    let mut bench = Bench::new();
    let csv = "badge,name,trainings\nbdg-0045,Ann,\nBDG0047,Ben,\nAT-000123,Cid,\nBDG-0048,Dan,\n\
        1,Eva,laser untill 2027-01-01\n2,Fay,a until until 2027-01-01\n3,Gil,laser Until 2027-01-01\n";
    let report = bench.store().import_people(csv.as_bytes(), false, None, moment(5)).unwrap();
    let found: Vec<String> = report.problems.iter().map(ToString::to_string).collect();
    let until = "in the name of the training; write the name, until once, and the day, like laser until 2027-03-31";
    assert_eq!(
        found,
        [
            "line 2, column badge: bdg-0045 is not read as a badge: badges begin with BDG-; write BDG-0045".to_owned(),
            "line 3, column badge: BDG0047 is not read as a badge: badges begin with BDG-; write BDG-0047".to_owned(),
            "line 4, column badge: AT-000123 is read as a tag of a unit, because it begins with AT-; a badge is BDG- and \
             a number"
                .to_owned(),
            format!("line 6, column trainings: \"laser untill 2027-01-01\" has the word \"untill\" {until}"),
            format!("line 7, column trainings: \"a until\" has the word \"until\" {until}"),
        ]
    );
}

/// A bench with a unit, Ann who is here and Ben who has left, by the calendar of Greenwich.
fn furnished() -> Bench {
    let mut bench = Bench::new();
    let options = Options { zone: Zone::named("UTC").unwrap(), ..super::options(bench.path()) };
    bench.store = None;
    bench.store = Some(Store::open(&options, moment(1)).unwrap());
    bench.unit("AT-000123", "");
    bench.person("Ann", "1001");
    let ben = bench.person("Ben", "1002");
    bench.store().within(|store| store.set_holder_active(ben, false, None, moment(5))).unwrap();
    bench
}

#[track_caller]
fn check(bench: &mut Bench, instruction: &Value, expected: Result<(), &str>) {
    let wanted: Instruction = serde_json::from_value(instruction.clone()).unwrap();
    let found = bench.store().within(|store| store.carry_out(&wanted, None, moment(9))).map(drop);
    assert_eq!(found.map_err(|it| it.to_string()), expected.map_err(str::to_owned), "{instruction}");
}

#[test]
fn a_training_needs_a_name_of_one_line() {
    let mut bench = furnished();
    let train = |name: &str| json!({"do": "training", "person": "Ann", "name": name});
    check(&mut bench, &train(""), Err("a training needs a name"));
    check(&mut bench, &train("  "), Err("a training needs a name"));
    check(&mut bench, &train("a\nb"), Err("the name of a training is one line, and \"a\\nb\" is not"));
    check(&mut bench, &train(" laser "), Ok(()));
    check(&mut bench, &json!({"do": "category", "name": "saw", "training": " "}), Err("a training needs a name"));
    check(
        &mut bench,
        &json!({"do": "category", "name": "saw", "training": "laser", "held_max": 2, "critical": true}),
        Ok(()),
    );
    check(&mut bench, &json!({"do": "category", "name": "saw"}), Ok(()));
    let reader = Reader::open(bench.path()).unwrap();
    let events = reader.events(EventSeq(0), 100).unwrap();
    let words = |name: &str| -> Vec<String> {
        let changes = events.iter().filter(|it| it.kind == EventKind::RecordChanged);
        changes.filter_map(|it| it.body.as_ref()?.get(name).map(str::to_owned)).collect()
    };
    assert_eq!(words("training"), ["laser"]);
    assert_eq!(words("policy"), ["training laser, held_max 2, critical", "nothing"]);
}

#[test]
fn a_day_that_cannot_be_is_refused_for_what_falls_due_and_for_a_change_of_owner() {
    let mut bench = furnished();
    for kind in ["calibration", "inspection"] {
        let due = |day: &str| json!({"do": kind, "unit": "AT-000123", "due": day});
        let why = "0001-01-01 is not between 1950 and 2200; check the year; AT-000123 stays as it was";
        check(&mut bench, &due("0001-01-01"), Err(why));
        check(&mut bench, &due("2001-01-01"), Ok(()));
    }
    let csv = "tag,calibration_due,inspection_due\nT1,0001-01-01,2999-01-01\n";
    let found: Vec<String> = import::units(&mut bench, csv, false).problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "line 2, column calibration_due: 0001-01-01 is not between 1950 and 2200; check the year",
            "line 2, column inspection_due: 2999-01-01 is not between 1950 and 2200; check the year",
        ]
    );
    let mut change = |day: Date| {
        let new = NewOwner { to: "Ada".into(), how: "sale".into(), date: day, proof: "receipt 9".into() };
        let changed = bench.store().within(|store| store.change_owner(UnitId(1), &new, None, moment(9)));
        changed.map_err(|it| it.to_string())
    };
    assert_eq!(change(date(1, 1, 1)), Err("0001-01-01 is not between 1950 and 2200; check the year".to_owned()));
    let to_come = "2036-01-01 is yet to come; a change of owner is noted once it is made";
    assert_eq!(change(date(2036, 1, 1)), Err(to_come.to_owned()));
    assert_eq!(change(date(2025, 11, 21)), Ok(()));
}

#[test]
fn nothing_is_reserved_for_a_time_that_is_over_or_for_somebody_who_has_left() {
    let mut bench = furnished();
    let reserve = |person: &str, from: &str, until: &str| json!({"do": "reserve", "unit": "AT-000123", "person": person, "from": from, "until": until});
    let over = "a reservation until 2025-11-20T23:59:59Z is over already; check the days";
    check(&mut bench, &reserve("Ann", "2025-11-19", "2025-11-20"), Err(over));
    let left = "Ben has left; reserve for somebody who is here";
    check(&mut bench, &reserve("Ben", "2025-11-21", "2025-11-22"), Err(left));
    check(&mut bench, &reserve("Ann", "2025-11-20", "2025-11-22"), Ok(()));
}
