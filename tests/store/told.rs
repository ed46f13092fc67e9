//! What somebody changes in the file that decides what the station does: `verify` names each such row, and no other.
//!
//! The store is made by the program's own calls, with what keepers do in a year; then one statement of SQL changes it.
//! Deliberately absent: the ledger itself that is changed (`forged`, `damage`), and custody (`custody`).

use std::path::Path;

use rusqlite::Connection;
use scanstation::domain::{EventClass, IdentifierKind};
use scanstation::store::{NewIdentifier, NewUnit, Store};
use tempfile::TempDir;

use super::damage::{copy, memory_folder, proved};
use super::forged::forge;
use super::furnished::{carry, people, things};
use super::purge::{days, purge};
use super::{Bench, drill, moment, options};

/// A closed store in which all of it was done; nothing is found in it.
fn furnished() -> TempDir {
    let folder = memory_folder();
    let mut store = Store::open(&options(folder.path()), moment(0)).unwrap();
    store.within(people).unwrap();
    store.within(things).unwrap();
    let csv = "tag,maker,model,on_hold,calibration_due\nAT-000101,Hilti,TE 6,new,2027-01-01\nAT-000102,Hilti,TE 6,,\n";
    store.import_units(csv.as_bytes(), false, None, moment(40)).unwrap();
    let model =
        serde_json::json!({"do": "model", "maker": "Fein", "name": "FMM 350", "sku": "OSC-1", "gtin": "4006381333931"});
    let said = [
        model,
        serde_json::json!({"do": "location", "label": "LOC-Z", "name": "Shelf Z"}),
        serde_json::json!({"do": "home", "unit": "AT-000003", "location": "LOC-A"}),
        serde_json::json!({"do": "home", "unit": "AT-000003", "location": "Shelf Z"}),
        serde_json::json!({"do": "home", "unit": "AT-000101", "location": "LOC-Z"}),
        serde_json::json!({"do": "home", "unit": "AT-000101"}),
        serde_json::json!({"do": "note", "unit": "AT-000003", "note": " blade in the lid "}),
        serde_json::json!({"do": "note", "unit": "AT-000101", "note": "x"}),
        serde_json::json!({"do": "note", "unit": "AT-000101", "note": ""}),
        serde_json::json!({"do": "no-serial-number", "unit": "AT-000003", "why": "none on it"}),
        serde_json::json!({"do": "no-serial-number", "model": "OSC-1", "why": "none on them"}),
    ];
    store.within(|store| said.iter().try_for_each(|it| carry(store, 41, it))).unwrap();
    drop(store);
    assert_eq!(found(folder.path()), [""; 0]);
    folder
}

/// What is found to be wrong.
fn found(folder: &Path) -> Vec<String> {
    let report = proved(folder);
    assert_eq!(report.ok, report.sentences.is_empty(), "{report:?}");
    assert_eq!(report.first_bad, None, "the ledger itself holds: {report:?}");
    report.sentences
}

/// Each change alone is named by one sentence that begins so and has these words in it.
#[track_caller]
fn each(changes: &[(&str, &str, &str)]) {
    let whole = furnished();
    for (statement, begins, has) in changes {
        let folder = memory_folder();
        copy(whole.path(), folder.path());
        change(folder.path(), statement);
        let found = found(folder.path());
        assert!(found.len() == 1 && found[0].starts_with(begins) && found[0].contains(has), "{statement}: {found:#?}");
    }
}

#[test]
fn a_person_who_gives_himself_a_role_a_badge_or_a_pin_in_the_file_is_named() {
    each(&[
        (
            "UPDATE holder SET role = 'keeper' WHERE name = 'Ben'",
            "The role of person 2 (\"Ben\") is not what the ledger says: event 3 says \"operator\", the register says \
             \"keeper\"; it was changed in the file and not by the station; restore the last backup that verifies.",
            "",
        ),
        ("UPDATE holder SET name = 'Ada' WHERE id = 2", "The name of person 2 (\"Ada\")", "says \"Ben\""),
        ("UPDATE holder SET active = 1 WHERE id = 3", "The presence (1 here, 0 left) of person 3", "says \"0\""),
        (
            "UPDATE holder SET active = 0 WHERE id = 1",
            "The presence (1 here, 0 left) of person 1",
            "event 1 says \"1\"",
        ),
        ("UPDATE holder SET pin = replace(pin, 'a', 'b') WHERE id = 2", "The PIN of person 2 (\"Ben\") is not", ""),
        ("UPDATE holder SET pin = NULL WHERE id = 2", "The PIN of person 2", ""),
        ("UPDATE holder SET pin = (SELECT pin FROM holder WHERE id = 2) WHERE id = 1", "The PIN of person 1", ""),
        ("UPDATE holder SET licence = 'WBK-2' WHERE id = 2", "The licence of person 2", "says \"WBK-1\""),
        ("UPDATE holder SET licence_until = NULL WHERE id = 2", "The end of the licence of person 2", "says 2026-"),
        (
            "UPDATE holder SET held_max = 99 WHERE id = 2",
            "The limit of person 2",
            "says \"3\", the register says \"99\"",
        ),
        ("INSERT INTO holder (name, role) VALUES ('Eve', 'admin')", "The person 4 (\"Eve\") is in the register", ""),
        ("UPDATE badge SET holder = 1 WHERE key = '20'", "The badge \"20\" is not what", "says of person 2"),
        ("UPDATE badge SET key = '99' WHERE key = '3'", "The badge \"3\" is not what", "looked up as \"99\""),
        ("UPDATE badge SET ended_why = 'stolen' WHERE raw = '2' AND ended > 0", "The badge \"2\" is not what", ""),
        (
            "INSERT INTO badge (key, raw, holder, valid_from) VALUES ('66', '66', 1, 5)",
            "The badge \"66\" (of person 1, from 1970-01-01T00:00:00.000005Z, valid) is in the register",
            "",
        ),
        ("INSERT INTO training VALUES (3, 'laser', NULL)", "The training of person \"3 laser\" is in the register", ""),
        ("DELETE FROM training WHERE name = 'ladders'", "The training of person \"2 ladders\" is missing", "event"),
        (
            "UPDATE training SET valid_until = 5 WHERE name = 'laser'",
            "The end of training of person \"2 laser\"",
            "says nothing",
        ),
    ]);
}

#[test]
fn an_identifier_that_is_given_to_another_unit_or_made_valid_again_is_named() {
    each(&[
        (
            "UPDATE identifier SET unit = 3 WHERE raw = '490154203237518'; UPDATE identifier SET unit = 1 WHERE raw = \
             '490154203237518'; UPDATE identifier SET raw = 'AT-000009' WHERE raw = 'AT-000020'",
            "The tag \"AT-000020\" is not what",
            "the register says of unit 2",
        ),
        (
            "UPDATE identifier SET key = 'S9' WHERE raw = 'S1'",
            "The serial number \"S1\" is not what",
            "looked up as \"S9\"",
        ),
        ("UPDATE identifier SET scope = 'HILTI' WHERE raw = 'S1'", "The serial number \"S1\"", "within \"HILTI\""),
        ("UPDATE identifier SET valid_from = 7 WHERE raw = 'S2'", "The serial number \"S2\"", "from 1970-01-01"),
        (
            "UPDATE identifier SET ended = 0, ended_why = NULL, valid_until = NULL WHERE raw = 'AT-000002'",
            "The tag \"AT-000002\" is not what",
            "(lost); the register says of unit 2",
        ),
        ("UPDATE identifier SET ended_why = 2 WHERE raw = 'AT-000002'", "The tag \"AT-000002\"", "(corrected)"),
        ("UPDATE identifier SET valid_until = valid_until + 1 WHERE raw = 'AT-000002'", "The tag \"AT-000002\"", ""),
        ("DELETE FROM identifier WHERE raw = 'a, b'", "The foreign-tag \"a, b\" is not what", "nothing of it"),
        (
            "INSERT INTO identifier (unit, kind, scope, raw, key, rule_version, valid_from) VALUES (2, 3, '', '1', '1', 1, 5)",
            "The imei \"1\" (of unit 2",
            "is in the register, and no event says so",
        ),
        (
            "INSERT INTO identifier (unit, kind, scope, raw, key, rule_version, valid_from) VALUES (77, 3, '', '1', '1', 1, 5)",
            "The imei \"1\" (of unit 77",
            "is in the register, and no event says so",
        ),
    ]);
    let whole = furnished();
    change(whole.path(), "UPDATE identifier SET unit = 3 WHERE raw = 'S1'");
    let found = found(whole.path());
    assert_eq!(found.len(), 2, "where it was and where it is: {found:#?}");
    assert!(
        found[0].starts_with("The serial number \"S1\" is not what") && found[1].contains("(of unit 3"),
        "{found:#?}"
    );
}

#[test]
fn a_hold_an_owner_a_day_or_a_rule_that_is_changed_in_the_file_is_named() {
    each(&[
        (
            "UPDATE unit SET on_hold = NULL WHERE id = 1",
            "The hold of unit 1 is not what the ledger says: event",
            "says \"frayed\", the register says nothing",
        ),
        ("UPDATE unit SET on_hold = NULL WHERE id = 4", "The hold of unit 4", "says \"new\""),
        ("UPDATE unit SET on_hold = 'frayed' WHERE id = 2", "The hold of unit 2", "the register says \"frayed\""),
        ("UPDATE unit SET recalled = 'x' WHERE id = 2", "The recall of unit 2", "event"),
        ("UPDATE model SET recalled = NULL WHERE id = 1", "The recall of model 1", "says \"battery\""),
        ("UPDATE unit SET blocked = 'worn' WHERE id = 2", "The block of unit 2", "says nothing"),
        ("UPDATE unit SET conflict = 1 WHERE id = 2", "Unit 2 is marked as in conflict, and no case", ""),
        (
            "UPDATE unit SET owner = 'Eve' WHERE id = 1",
            "The owner of unit 1",
            "says \"Leaser\", the register says \"Eve\"",
        ),
        (
            "UPDATE unit SET calibration_due = calibration_due + 1 WHERE id = 1",
            "The calibration due of unit 1",
            "2027-",
        ),
        ("UPDATE unit SET warranty_until = NULL WHERE id = 1", "The warranty until of unit 1", "2027-03-31"),
        ("UPDATE unit SET kit = NULL WHERE id = 2", "The kit of unit 2", "says \"1\""),
        ("UPDATE unit SET kit = 1 WHERE id = 3", "The kit of unit 3", "the register says \"1\""),
        ("UPDATE unit SET model = 2 WHERE id = 4", "The model of unit 4", "says \"3\", the register says \"2\""),
        ("UPDATE unit SET lot = 'L25', lot_key = 'L25' WHERE id = 1", "The lot of unit 1", "\"L24\""),
        ("UPDATE unit SET lot_key = 'L25' WHERE id = 1", "The lot of unit 1 is looked up by another text", ""),
        ("UPDATE unit SET home = NULL WHERE id = 1", "The home of unit 1", "says \"1\""),
        ("UPDATE unit SET home = 1 WHERE id = 3", "The home of unit 3", "says \"2\", the register says \"1\""),
        ("UPDATE unit SET home = 2 WHERE id = 4", "The home of unit 4", "says nothing, the register says \"2\""),
        ("UPDATE unit SET note = 'x' WHERE id = 3", "The note of unit 3", "says \"blade in the lid\""),
        ("UPDATE unit SET no_serial_number = 'x' WHERE id = 2", "The no serial number of unit 2", "says nothing"),
        ("UPDATE unit SET no_serial_number = NULL WHERE id = 3", "The no serial number of unit 3", "\"none on it\""),
        (
            "UPDATE model SET no_serial_number = NULL WHERE id = 4",
            "The no serial number of model 4",
            "\"none on them\"",
        ),
        ("UPDATE unit SET registered = 9 WHERE id = 1", "The registered of unit 1", "1970-01-01"),
        ("UPDATE unit SET note = NULL WHERE id = 1", "The note of unit 1", ""),
        ("UPDATE unit SET purchased = '2020-01-01' WHERE id = 1", "The purchased of unit 1", ""),
        ("UPDATE unit SET picture = 'ff' WHERE id = 1", "The picture of unit 1", ""),
        ("UPDATE model SET category = '' WHERE id = 1", "The category of model 1", "\"power tool\""),
        ("UPDATE model SET name_key = 'X' WHERE id = 2", "The name of model 2 is looked up by another text", ""),
        ("UPDATE model SET sku = 'OSC-2', sku_key = 'OSC-2' WHERE id = 4", "The SKU of model 4", "says \"OSC-1\""),
        ("UPDATE model SET gtin = NULL WHERE id = 4", "The GTIN of model 4", "says \"04006381333931\""),
        ("UPDATE model SET tracking = 'quantity' WHERE id = 2", "The tracking of model 2", "\"serialised\""),
        (
            "INSERT INTO model (maker, maker_key, name, name_key, category) VALUES ('', '', 'x', 'X', '')",
            "The model 5 is in the register, and no event entered it",
            "",
        ),
        ("UPDATE category SET critical = 0", "The policy of category \"power tool\"", "training laser, held_max 2"),
        ("DELETE FROM category", "The category \"power tool\" is missing", ""),
        ("UPDATE stock SET minimum = 0", "The minimum of shelf \"SH-1\"", ""),
        ("UPDATE stock SET take_max = NULL", "The limit of shelf \"SH-1\"", "says \"5\""),
        ("UPDATE stock SET location = NULL", "The location of shelf \"SH-1\"", ""),
        ("UPDATE location SET quarantine = 0", "The mark as a quarantine bin of location 1 (\"LOC-A\")", ""),
        ("UPDATE location SET label_key = 'LOC-B' WHERE id = 1", "The look-up key of location 1", ""),
        ("DELETE FROM reservation", "The reservation 1 is missing in the register", ""),
        ("UPDATE reservation SET holder = 1", "The person of reservation 1", "says \"2\""),
    ]);
}

#[test]
fn a_change_in_the_file_that_was_taken_back_is_seen_in_what_the_next_event_says_was_before() {
    let folder = furnished();
    change(folder.path(), "UPDATE unit SET on_hold = NULL WHERE id = 1");
    let mut store = Store::open(&options(folder.path()), moment(60)).unwrap();
    let hold = serde_json::json!({"do": "hold", "unit": "AT-000001", "why": "frayed"});
    store.within(|store| carry(store, 61, &hold)).unwrap();
    drop(store);
    let found = found(folder.path());
    assert!(found.len() == 1 && found[0].contains("changes on_hold of unit 1, which was nothing then"), "{found:#?}");
}

/// What somebody printed on a label looks like the words of two.
#[test]
fn a_number_with_the_words_of_another_in_it_is_one_number() {
    let mut bench = Bench::new();
    let unit = bench.unit("AT-000001", "S1");
    let (odd, now) = ("7, imei 490154203237518", bench.now());
    let foreign = |raw: &str| NewIdentifier::new(IdentifierKind::ForeignTag, raw);
    bench.store().within(|store| store.bind(unit, &foreign(odd), None, now)).unwrap();
    let mut new = NewUnit::new(scanstation::domain::ModelId(1)).bearing(IdentifierKind::ForeignTag, "8");
    new = new.bearing(IdentifierKind::ForeignTag, "9, imei 1");
    bench.store().within(|store| store.add_unit(&new, None, now)).unwrap();
    bench.store = None;
    assert_eq!(found(bench.path()), [""; 0]);
    change(bench.path(), "UPDATE identifier SET unit = 2 WHERE unit = 1 AND kind = 16");
    assert!(found(bench.path())[0].starts_with("The foreign-tag \"7, imei 490154203237518\" is not what"));
}

#[test]
fn a_purge_leaves_what_the_register_is_compared_with() {
    let folder = furnished();
    let mut store = Store::open(&options(folder.path()), moment(60)).unwrap();
    purge(&mut store, EventClass::ALL, days(1), days(2));
    drop(store);
    assert_eq!(found(folder.path()), [""; 0]);
    change(folder.path(), "UPDATE holder SET role = 'admin' WHERE id = 2");
    let found = found(folder.path());
    assert!(found.len() == 1 && found[0].starts_with("The role of person 2"), "{found:#?}");
}

/// The words that an earlier program did not write are not compared, and nothing is found for their lack.
#[test]
fn what_an_earlier_program_did_not_say_in_its_events_is_never_a_finding() {
    let whole = furnished();
    let lacking = "DELETE FROM checkpoint; UPDATE event SET body = json_remove(body, '$.pin_seal', '$.tracking') WHERE kind = 15; \
         UPDATE event SET body = json_remove(body, '$.location') WHERE kind = 15 AND body LIKE '%quantity%'; \
         UPDATE event SET body = json_remove(body, '$.before') WHERE kind = 12 AND body LIKE '%kit%'";
    forge(&whole.path().join("station.db"), lacking);
    let told = |folder: &Path| {
        let found = proved(folder).sentences.into_iter();
        found.filter(|it| it.contains("changed in the file and not by the station")).collect::<Vec<_>>()
    };
    assert_eq!(told(whole.path()), [""; 0]);
    change(
        whole.path(),
        "UPDATE holder SET pin = NULL; UPDATE model SET tracking = 'lot'; UPDATE stock SET location = NULL",
    );
    assert_eq!(told(whole.path()), [""; 0], "nobody can know");
    change(
        whole.path(),
        "UPDATE unit SET kit = NULL WHERE id = 2; UPDATE model SET name = 'x', name_key = 'X' WHERE id = 2",
    );
    let found = told(whole.path());
    assert!(found.len() == 2 && found[0].starts_with("The name of model 2"), "{found:#?}");
    assert!(found[1].starts_with("The kit of unit 2"), "{found:#?}");
}

fn change(folder: &Path, statement: &str) {
    let statement = format!("PRAGMA foreign_keys = OFF; {statement}");
    Connection::open(folder.join("station.db")).and_then(|it| it.execute_batch(&statement)).unwrap();
}

/// In a bucket with others a unit is found as well: sums of many thousand units, and the one whose row was changed.
#[test]
fn one_unit_among_many_thousand_is_found_and_its_neighbours_are_not_blamed() {
    let mut bench = Bench::new();
    let now = bench.now();
    let enter = |store: &mut Store| {
        let model = store.add_model(&drill(), None, now)?;
        for number in 1..=66_000 {
            let tag = format!("AT-{number:06}");
            store.add_unit(&NewUnit::new(model).bearing(IdentifierKind::AssetTag, tag), None, now)?;
        }
        Ok(())
    };
    bench.store().within(enter).unwrap();
    bench.store = None;
    assert!(bench.verify().ok);
    change(bench.path(), "UPDATE unit SET owner = 'Eve' WHERE id = 65540; DELETE FROM unit WHERE id = 5");
    let found = bench.verify().sentences;
    let said = [
        "The unit 5 is missing in the register, and an event entered it",
        "The owner of unit 65540 is not what the ledger says: event 65541 says nothing",
    ];
    assert!(said.iter().all(|it| found.iter().any(|has| has.starts_with(it))), "{found:#?}");
    let others = found.iter().filter(|it| !it.contains("unit 5") && !it.contains("65540"));
    assert_eq!(others.count(), 0, "{found:#?}");
}
