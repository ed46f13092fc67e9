//! That a list left the store is in its ledger: through a running service, without one, and on a store of before.
//!
//! Deliberately absent: what the lists show to whom, which `store` tests.

use rusqlite::Connection;
use serde_json::{Value, json};

use super::{check, json, patient_demo, run};

/// What the ledger says of its exports: who, which list, masked or not, how many rows.
fn noted(events: &[Value]) -> Vec<Value> {
    let exports = events.iter().filter(|it| it["kind"] == "exported");
    exports.map(|it| json!([it["person"], it["body"]["export"], it["body"]["masked"], it["body"]["rows"]])).collect()
}

#[test]
fn an_export_is_an_event_before_it_is_written_and_has_all_that_was_there_before_that() {
    let folder = tempfile::tempdir().unwrap();
    let service = patient_demo(folder.path());
    let (store, out) = (folder.path(), folder.path().join("units.csv"));
    let units = ["export", "units", "--unmasked", "--as", "BDG-0017", "--out", out.to_str().unwrap()];
    check(store, &units, 0, " rows (event ");
    let rows = std::fs::read_to_string(&out).unwrap().lines().count() - 1;
    check(store, &units, 7, "which must not be there yet");
    check(store, &["export", "people", "--as", "BDG-0042"], 1, "needs the role keeper");
    check(store, &["export", "people", "--as", "BDG-7777"], 1, "nobody here has this badge");
    let written = run(store, &["export", "events", "--json"]);
    let events = json(&written);
    let amara = json!([2, "units", "no", rows.to_string()]);
    assert_eq!(noted(&events), std::slice::from_ref(&amara), "the others left nothing, and wrote nothing");
    assert_eq!(service.end(), Some(0));
    let later = json(&run(store, &["export", "events", "--json"]));
    let own = later.iter().filter(|it| it["kind"] == "exported").nth(1).unwrap();
    assert_eq!(own["seq"], events.last().unwrap()["seq"].as_i64().unwrap() + 1, "everything before that event");
    assert!(String::from_utf8(written.stderr).unwrap().contains(&format!("(event {})", own["seq"])));
    let nobody = json!([null, "events", "yes", events.len().to_string()]);
    assert_eq!(noted(&later), [amara, nobody]);
    check(store, &["verify"], 0, "The ledger holds");
}

#[test]
fn a_store_of_an_earlier_program_holds_before_and_after_its_first_export() {
    let folder = tempfile::tempdir().unwrap();
    let (store, list) = (folder.path().join("store"), folder.path().join("people.csv"));
    std::fs::write(&list, "badge,name\n100,Ann\n").unwrap();
    check(&store, &["import", "people", list.to_str().unwrap()], 0, "1 person imported");
    let database = Connection::open(store.join("station.db")).unwrap();
    // The last schema without exports: its tables are the same.
    database.execute("DELETE FROM setting WHERE name = 'exports_noted_from'", []).unwrap();
    database.pragma_update(None, "user_version", 13).unwrap();
    drop(database);
    check(&store, &["verify"], 0, "The ledger holds");
    check(&store, &["export", "people"], 0, "Ann,operator");
    check(&store, &["verify"], 0, "The ledger holds");
    let database = Connection::open(store.join("station.db")).unwrap();
    let read = "SELECT CAST(value AS INTEGER) = (SELECT seq FROM event WHERE kind = 32) FROM setting WHERE name = 'exports_noted_from'";
    assert!(
        database.query_row(read, [], |row| row.get::<_, bool>(0)).unwrap(),
        "the ledger says since when they are noted"
    );
    assert_eq!(noted(&json(&run(&store, &["export", "events", "--json"]))), [json!([null, "people", "yes", "1"])]);
}
