//! `cases`, `stock` and `labels queue` on the command line, and lists that bring kits and shelves.
//!
//! It is the built program on a real store. Deliberately absent: what the lists mean, which `counter` tests.

use std::path::Path;
use std::process::Command;

const UNITS: &str = "tag,serial_number,maker,model,kit,shelf,quantity,minimum\n\
    AT-000310,,Rothenberger,Romax case,,,,\n\
    AT-000311,SN-1,Rothenberger,Romax press,AT-000310,,,\n\
    AT-000312,SN-2,Rothenberger,Romax press,,,,\n\
    ,,Wurth,M4 screw,,SH-7,5,20\n";

/// What a word says and its status.
fn run(folder: &Path, words: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_scanstation"));
    command.env("SCANSTATION_DATA", folder.join("store")).env_remove("SCANSTATION_CONFIG");
    let output = command.args(words).output().unwrap();
    (output.status.code(), [output.stdout, output.stderr].iter().map(|it| String::from_utf8_lossy(it)).collect())
}

#[track_caller]
fn check(folder: &Path, words: &[&str], status: i32, said: &str) {
    let (found, text) = run(folder, words);
    assert_eq!(found, Some(status), "{words:?}: {text}");
    assert!(text.contains(said), "{words:?} says {text:?} and not {said:?}");
}

#[test]
fn cases_labels_and_shelves_are_listed_on_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("units.csv"), UNITS).unwrap();
    std::fs::write(folder.join("people.csv"), "badge,name,role\n0099,Max,keeper\n").unwrap();
    let file = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    check(folder, &["import", "units", &file("units.csv")], 0, "4 units imported");
    check(folder, &["import", "people", &file("people.csv")], 0, "1 person imported");
    check(folder, &["cases"], 0, "");
    check(folder, &["stock"], 0, "SH-7  Wurth M4 screw  5 (at least 20)");
    let scans = ["scan", "BDG-0099", "!CMD:BADLABEL", "AT-000312", "!CMD:REPAIR", "AT-000311", "SN-2"];
    check(folder, &scans, 1, "Tag and plate are of two units: nothing booked");
    check(folder, &["cases"], 1, "mapping-conflict  AT-000311, and AT-000312");
    check(folder, &["cases", "resolve", "1", "--why", "x"], 1, "there is no open case 1");
    let (_, listed) = run(folder, &["cases", "--json"]);
    let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
    let case = listed[0]["id"].to_string();
    let no = ["cases", "resolve", "1", "--why", "x", "--json"];
    check(folder, &no, 1, r#"{"answer":"no","event":null,"why":"there is no open case 1"}"#);
    check(
        folder,
        &["cases", "resolve", &case, "--why", "labels were swapped", "--json"],
        0,
        r#"{"answer":"done","event":"#,
    );
    check(folder, &["cases"], 0, "");
    let sale = ["owner", "AT-000311", "--to", "Ada", "--how", "sale", "--date", "2026-02-03", "--proof", "receipt 9"];
    check(folder, &sale, 0, "Owner noted");
    check(folder, &["owner", "AT-000311"], 0, "2026-02-03  sale from nobody known to Ada, receipt 9");
    check(folder, &["labels", "queue"], 0, "AT-000312 again (badlabel), asked");
    let (_, listed) = run(folder, &["labels", "queue"]);
    assert!(!listed.contains("labels tags"), "{listed}");
    check(folder, &["scan", "BDG-0099", "!CMD:TAGLOST", "SN-1", "SN-1"], 0, "Tag withdrawn");
    check(folder, &["labels", "queue"], 0, "a new tag (taglost), asked");
    check(folder, &["labels", "queue"], 0, "A new tag: `scanstation labels tags` prints a free number");
    check(folder, &["verify"], 0, "The ledger holds");
}

#[test]
fn a_wrong_kit_or_shelf_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let wrong = "tag,kit,shelf,quantity\nAT-000310,AT-000399,,\nAT-000311,,SH-1,1\n,,SH-2,many\n";
    std::fs::write(folder.join("units.csv"), wrong).unwrap();
    let list = folder.join("units.csv");
    let (status, text) = run(folder, &["import", "units", list.to_str().unwrap()]);
    assert_eq!(status, Some(1), "{text}");
    for said in [
        "line 2, column kit: no unit bears the tag AT-000399",
        "line 3, column tag: what lies on a shelf is counted",
        "line 4, column quantity: many is no whole number",
    ] {
        assert!(text.contains(said), "{text}");
    }
}
