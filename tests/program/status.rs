//! The status of each word, where it is not what the word itself says: the table of `docs/command-line.md`.
//!
//! Deliberately absent: the statuses of scans, and of a configuration that is wrong.

use scanstation::store::lock::Lock;

use super::{Service, check, demo, json, run};

#[test]
fn what_is_typed_wrong_is_told_from_what_cannot_be_done() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let units = path("units.csv");
    std::fs::write(&units, "tag\nAT-000001\n").unwrap();
    check(&store, &["import", "units", &units], 0, "1 unit imported");
    let (copy, torn) = (path("copy.db"), path("torn.db"));
    check(&store, &["backup", &copy], 0, "up to event");
    check(&store, &["backup", "-"], 2, "backup writes a file and not standard output");
    check(&store, &["verify", &copy, "--key", "abcd"], 2, "64 hexadecimal digits");
    check(&store, &["verify", "/nonexist"], 4, "there is no file /nonexist; name a backup");
    check(&store, &["restore", "/nonexist"], 4, "there is no file /nonexist; name a backup");
    let mut bytes = std::fs::read(&copy).unwrap();
    // In the register and in the ledger: the one is told by the other.
    for at in 0..bytes.len() - 9 {
        if &bytes[at..at + 9] == b"AT-000001" {
            bytes[at + 8] = b'7';
        }
    }
    std::fs::write(&torn, bytes).unwrap();
    check(&store, &["restore", &torn], 1, "does not verify");
    check(&store, &["scan", "--data", "/proc/nope", "AT-000001"], 4, "there is no store at /proc/nope");
}

#[test]
fn of_a_dump_all_that_can_be_read_is_booked() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    let dump = folder.path().join("dump.txt");
    std::fs::write(&dump, "2026-03-10 08:15:00,BDG-0042\nnonsense\n").unwrap();
    let dump = dump.to_str().unwrap();
    let import = ["import", "scans", dump, "--profile"];
    check(&store, &[&import[..], &["nope"]].concat(), 2, "--profile \"nope\" is none that says");
    check(&store, &[&import[..], &["memory-time-code", "--shown", "now"]].concat(), 2, "--shown \"now\" is no time");
    let service = demo(&store);
    check(&store, &[&import[..], &["memory-time-code"]].concat(), 1, "1 codes: 1 good");
    assert_eq!(service.end(), Some(0));
}

#[test]
fn a_no_is_said_beside_the_facts_and_a_tape_of_one_ends_as_its_scan() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (units, tape) = (path("units.csv"), path("tape.txt"));
    std::fs::write(&units, "tag\nAT-000001\n").unwrap();
    check(&store, &["import", "units", &units], 0, "1 unit imported");
    let refused = run(&store, &["cases", "resolve", "5", "--why", "x"]);
    assert_eq!((refused.status.code(), refused.stdout.len()), (Some(1), 0));
    assert_eq!(String::from_utf8(refused.stderr).unwrap(), "not done: there is no open case 5\n");
    let live = ["replay", "--live", &tape];
    for (code, status, said) in [("AT-000001", 0, "GOOD"), ("AT-999999", 1, "Unknown code")] {
        std::fs::write(&tape, format!("source gun serial\nat 1s\nbytes gun \"{code}\\r\"\n")).unwrap();
        check(&store, &live, status, said);
        let service = Service::start(&store, &[]);
        check(&store, &live, status, said);
        assert_eq!(service.end(), Some(0));
    }
}

#[test]
fn a_list_is_asked_for_in_json_as_everywhere() {
    let folder = tempfile::tempdir().unwrap();
    let (store, units) = (folder.path().join("store"), folder.path().join("units.csv"));
    std::fs::write(&units, "tag\nAT-000001\n").unwrap();
    check(&store, &["import", "units", units.to_str().unwrap()], 0, "1 unit imported");
    let listed = |words: &[&str]| json(&run(&store, &[&["export", "units"], words].concat()));
    assert_eq!(listed(&["--json"])[0]["tag"], "AT-000001");
    assert_eq!(listed(&["--json"]), listed(&["--json", "--form", "jsonl"]));
    check(&store, &["export", "units", "--json", "--form", "csv"], 2, "--json is --form jsonl");
}

#[test]
fn another_command_that_holds_the_store_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let (store, units) = (folder.path().join("store"), folder.path().join("units.csv"));
    std::fs::write(&units, "tag\nAT-000001\n").unwrap();
    check(&store, &["import", "units", units.to_str().unwrap()], 0, "1 unit imported");
    let lock = Lock::take(&store).unwrap();
    let (waiting, ended) = std::sync::mpsc::channel::<()>();
    let command = std::thread::spawn({
        let store = store.clone();
        move || {
            let output = run(&store, &["scan", "AT-000001"]);
            drop(waiting);
            output.status.code()
        }
    });
    let still = ended.recv_timeout(std::time::Duration::from_millis(700));
    assert_eq!(still, Err(std::sync::mpsc::RecvTimeoutError::Timeout), "it waits");
    drop(lock);
    assert_eq!(command.join().unwrap(), Some(0));
    let _lock = Lock::take(&store).unwrap();
    check(&store, &["scan", "AT-000001"], 4, "is held by another scanstation command");
    check(&store, &["import", "units", units.to_str().unwrap()], 4, "for longer than 5 s; nothing was done");
}

#[test]
fn a_folder_without_a_picture_is_said() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("notes.txt"), "no picture").unwrap();
    let name = folder.path().to_str().unwrap();
    check(folder.path(), &["decode", name], 1, "holds no picture: no file *.png, *.jpg");
}

#[test]
fn the_sheet_of_cards_is_drawn_page_by_page() {
    let folder = tempfile::tempdir().unwrap();
    check(folder.path(), &["labels", "commands"], 0, "page 1 of 2; --page N draws another");
    check(folder.path(), &["labels", "commands", "--page", "2"], 0, "width=\"210mm\" height=\"297mm\"");
    check(folder.path(), &["labels", "commands", "--page", "3"], 2, "--page 3: there are pages 1 to 2");
    check(folder.path(), &["labels", "commands", "--page", "0"], 2, "--page 0: there are pages 1 to 2");
}
