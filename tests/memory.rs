//! `scanstation import scans`: the dump of a scanner with a memory, with and without a running service.
//!
//! Deliberately absent: what the rules make of late scans (`counter`), dumps over a cable (`serial`).

use std::path::Path;
use std::process::{Command, Output};

use scanstation::domain::{EventKind, EventSeq};
use scanstation::store::Reader;
use serde_json::Value;

const PEOPLE: &str = "badge,name,role\n100,Ana,operator\n";
const UNITS: &str = "tag,maker,model\nAT-000001,Bosch,Drill\nAT-000002,Bosch,Drill\n";
const DUMP: &str = "2026-03-02 09:15:00,BDG-100\r\n2026-03-02 09:15:30,AT-000001\r\n2026-03-02 09:16:00,AT-000002\r\n";

fn run(folder: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_scanstation"));
    command.env("SCANSTATION_DATA", folder.join("store")).env("SCANSTATION_CONFIG", folder.join("scanstation.toml"));
    command.current_dir(folder).args(words).output().unwrap()
}

/// Status, standard output and error.
fn said(output: &Output) -> (Option<i32>, String) {
    let text = [String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)].concat();
    (output.status.code(), text)
}

/// Writes a dump and uploads it with these further words; status and report.
#[track_caller]
fn upload(folder: &Path, dump: &str, more: &[&str]) -> (Option<i32>, Value) {
    std::fs::write(folder.join("dump.txt"), dump).unwrap();
    let words = ["import", "scans", "dump.txt", "--profile", "memory-time-code", "--json"];
    let output = run(folder, &[&words[..], more].concat());
    let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{:?}", said(&output)));
    (output.status.code(), report)
}

/// A folder with a register in it, and a clock in coordinated universal time.
fn place() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in
        [("people.csv", PEOPLE), ("units.csv", UNITS), ("scanstation.toml", "[station]\nzone = \"UTC\"\n")]
    {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    for list in ["people", "units"] {
        let output = run(folder.path(), &["import", list, &format!("{list}.csv")]);
        assert!(output.status.success(), "{:?}", said(&output));
    }
    folder
}

/// When units went out, by the ledger, in its order.
fn taken(folder: &Path) -> Vec<String> {
    let reader = Reader::open(&folder.join("store")).unwrap();
    let events = reader.events(EventSeq(0), 1_000).unwrap().into_iter();
    events.filter(|it| it.kind == EventKind::CheckedOut).map(|it| it.event_time.to_string()).collect()
}

#[test]
fn a_dump_is_booked_at_its_times_in_its_order_and_reported() {
    let folder = place();
    let folder = folder.path();
    let (status, report) = upload(folder, DUMP, &["--dry-run"]);
    assert_eq!((status, &report["codes"], report["lines"].as_array().unwrap().len()), (Some(0), &3.into(), 0));
    assert_eq!(taken(folder), [""; 0]);
    let (status, report) = upload(folder, DUMP, &[]);
    assert_eq!((status, &report["answers"]), (Some(0), &serde_json::json!({ "good": 3 })));
    assert_eq!(report["lines"][1]["event_time"], "2026-03-02T09:15:30Z");
    assert_eq!(report["uploaded_before"], 0);
    let out = ["2026-03-02T09:15:30Z", "2026-03-02T09:16:00Z"];
    assert_eq!(taken(folder), out);
    // The same dump with two more codes: what came before is recognised, what is new is booked.
    let longer = format!("{DUMP}2026-03-02 09:20:00,AT-000001\r\n2026-03-02 09:20:10,NOBODY-KNOWS\r\n");
    let (status, report) = upload(folder, &longer, &[]);
    assert_eq!((status, &report["uploaded_before"], &report["codes"]), (Some(1), &3.into(), &5.into()));
    assert_eq!(report["lines"][2]["before"], true);
    assert_eq!(report["lines"][3]["before"], false);
    assert_eq!(taken(folder), out);
    let (status, text) = said(&run(folder, &["verify"]));
    assert_eq!(status, Some(0), "{text}");
}

#[test]
fn a_line_that_cannot_be_read_is_named_and_the_others_are_booked() {
    let folder = place();
    let dump = format!("date,code\r\n{DUMP}2026-03-02 9 o'clock,AT-000002\r\n");
    let (status, report) = upload(folder.path(), &dump, &[]);
    assert_eq!(status, Some(1));
    let named = [
        "line 1: \"date\" is no time of the form %Y-%m-%d %H:%M:%S",
        "line 5: \"2026-03-02 9 o'clock\" is no time of the form %Y-%m-%d %H:%M:%S",
    ];
    assert_eq!(report["unreadable"], serde_json::json!(named));
    assert_eq!(taken(folder.path()).len(), 2);
}

#[test]
fn a_wrong_clock_is_said_and_what_it_shows_corrects_the_times() {
    let folder = place();
    let (_, report) = upload(folder.path(), "2000-01-01 00:10:00,BDG-100\n2000-01-01 00:09:00,AT-000001\n", &[]);
    let clock = report["clock"].as_array().unwrap();
    assert!(clock[0].as_str().unwrap().starts_with("the scanner's clock is wrong: 2 codes have a time that cannot be"));
    assert!(clock[1].as_str().unwrap().starts_with("the times go back in line 2"), "{clock:?}");
    let why = report["lines"][0]["why"].as_str().unwrap();
    assert!(why.contains("the scanner's clock is wrong, it said 2000-01-01T00:10:00Z: booked as of now"), "{why}");
    // Another scanner, whose clock was read off before the upload: it is an hour after its last scan.
    let dump = "2000-01-01 00:10:00,BDG-100\n2000-01-01 00:10:05,AT-000002\n";
    let (status, report) = upload(folder.path(), dump, &["--lane", "other", "--shown", "2000-01-01T01:10:05"]);
    assert_eq!((status, &report["clock"]), (Some(0), &serde_json::json!([])));
    let corrected: jiff::Timestamp = report["lines"][1]["event_time"].as_str().unwrap().parse().unwrap();
    let last: jiff::Timestamp = taken(folder.path()).last().unwrap().parse().unwrap();
    assert_eq!(corrected.as_microsecond(), last.as_microsecond());
    let reader = Reader::open(&folder.path().join("store")).unwrap();
    let recorded = reader.events(EventSeq(0), 1_000).unwrap().last().unwrap().record_time;
    let ago = recorded.duration_since(last).as_secs();
    assert!((3_600..7_200).contains(&ago), "{ago} s");
}

#[test]
fn a_running_service_takes_the_dump_into_its_queue() {
    let folder = place();
    let folder = folder.path();
    let mut command = Command::new(env!("CARGO_BIN_EXE_scanstation"));
    command.env("SCANSTATION_DATA", folder.join("store")).env("SCANSTATION_CONFIG", folder.join("scanstation.toml"));
    command.args(["serve", "--listen", "127.0.0.1:0"]).stdout(std::process::Stdio::piped());
    let mut service = command.stderr(std::process::Stdio::null()).spawn().unwrap();
    let mut ready = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(service.stdout.take().unwrap()), &mut ready).unwrap();
    assert!(ready.contains("ready"), "{ready}");
    let reports = [upload(folder, DUMP, &[]), upload(folder, DUMP, &[])];
    service.kill().unwrap();
    service.wait().unwrap();
    let [(first, report), (second, again)] = reports;
    assert_eq!(
        (first, &report["answers"], &report["uploaded_before"]),
        (Some(0), &serde_json::json!({ "good": 3 }), &0.into())
    );
    assert_eq!((second, &again["uploaded_before"]), (Some(0), &3.into()));
    assert_eq!(taken(folder), ["2026-03-02T09:15:30Z", "2026-03-02T09:16:00Z"]);
}

#[test]
fn a_profile_that_knows_no_memory_is_refused_with_those_that_do() {
    let folder = place();
    let output = run(folder.path(), &["import", "scans", "people.csv", "--profile", "zebra-cdc"]);
    let (_, text) = said(&output);
    assert!(text.contains("there are memory-time-code, memory-code-date-time"), "{text}");
    assert_eq!(run(folder.path(), &["import", "scans", "people.csv"]).status.code(), Some(2), "--profile is needed");
}
