//! The program as a person meets it: its words, its status, its ready line, and what it leaves behind.
//!
//! It is the built program on a real store; what it says is read from its standard output.
//! Deliberately absent: killing and flooding it, which is `service`, and timings.

mod entered;
mod exported;
mod given;
mod health;
mod kept;
mod logged;
mod manual;
mod named;
mod owned;
mod purged;
mod refused;
mod sealed;
mod settings;
mod sheets;
mod status;
mod tags;
mod watchdog;

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_scanstation"));
    command.env("SCANSTATION_DATA", folder).env_remove("SCANSTATION_CONFIG").env_remove("SCANSTATION_LISTEN");
    command
}

fn run(folder: &Path, words: &[&str]) -> Output {
    program(folder).args(words).output().unwrap()
}

#[track_caller]
fn json(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines().map(|it| serde_json::from_str(it).unwrap_or_else(|_| panic!("no JSON: {it}"))).collect()
}

/// What a word says and its status.
#[track_caller]
fn check(folder: &Path, words: &[&str], status: i32, said: &str) {
    let output = run(folder, words);
    let text = [String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)].concat();
    assert_eq!(output.status.code(), Some(status), "{words:?}: {text}");
    assert!(text.contains(said), "{words:?} says {text:?} and not {said:?}");
}

/// A running service.
struct Service {
    child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
    address: SocketAddr,
}

impl Service {
    fn start(folder: &Path, words: &[&str]) -> Self {
        Self::start_as(program(folder), words)
    }

    fn start_as(mut command: Command, words: &[&str]) -> Self {
        command.stderr(Stdio::null());
        Self::start_logged(command, words)
    }

    /// The same, with its log where the command puts it.
    fn start_logged(mut command: Command, words: &[&str]) -> Self {
        command.args(["serve", "--listen", "127.0.0.1:0"]).args(words).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let ready = lines.next().unwrap().unwrap();
        let address = ready.strip_prefix("scanstation is ready at http://").and_then(|it| it.strip_suffix('/'));
        let address = address.unwrap_or_else(|| panic!("the first line is {ready:?}")).parse().unwrap();
        Self { child, lines, address }
    }

    /// Sends SIGTERM and returns the status.
    fn end(mut self) -> Option<i32> {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        self.child.wait().unwrap().code()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A demo whose sessions outlast a busy machine, for what is typed in several commands.
fn patient_demo(folder: &Path) -> Service {
    let config = folder.join("patient.toml");
    std::fs::write(&config, "[rules]\nsession_idle_s = 3600\n").unwrap();
    Service::start(folder, &["--demo", "--config", config.to_str().unwrap()])
}

fn demo(folder: &Path) -> Service {
    Service::start(folder, &["--demo"])
}

#[test]
fn without_a_service_words_work_on_the_store_itself() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    let units = folder.path().join("units.csv");
    std::fs::write(&units, "tag,serial_number,maker,model\nAT-000001,S1,Makita,Drill\nAT-000002,S1,Makita,Drill\n")
        .unwrap();
    let units = units.to_str().unwrap();
    check(&store, &["import", "units", units], 1, "line 3, column serial_number");
    std::fs::write(units, "tag,serial_number,maker,model\nAT-000001,S1,Makita,Drill\n").unwrap();
    check(&store, &["import", "units", units, "--dry-run"], 0, "1 unit would be imported");
    check(&store, &["import", "units", units], 0, "1 unit imported");
    check(&store, &["scan", "AT-000001"], 0, "GOOD");
    check(&store, &["scan", "AT-000777", "--json"], 1, "\"answer\":\"no\"");
    check(&store, &["scan", "--hex", "41542d303030303031"], 0, "AT-000001");
    check(&store, &["verify"], 0, "The ledger holds");
    check(&store, &["doctor", "--json"], 0, "\"subject\":\"ledger\",\"health\":\"well\"");
    let copy = folder.path().join("copy.db");
    let copy = copy.to_str().unwrap();
    check(&store, &["backup", copy], 0, "up to event");
    check(&store, &["backup", copy], 4, "copy.db");
    check(&store, &["verify", copy], 0, "The ledger holds");
    check(&store, &["restore", copy], 0, "Restored up to event");
    check(&store, &["scan", "AT-000001"], 0, "GOOD");
}

#[test]
fn a_running_service_takes_the_words_into_its_queue() {
    let folder = tempfile::tempdir().unwrap();
    let service = demo(folder.path());
    let answers = json(&run(folder.path(), &["scan", "--json", "BDG-0042", "AT-000124", "AT-000123"]));
    let words: Vec<_> = answers.iter().map(|it| it["answer"].as_str().unwrap()).collect();
    assert_eq!(words, ["good", "good", "good"], "{answers:?}");
    assert_eq!(answers[2]["unit"]["holder"], "Kim Sorensen");
    let people = folder.path().join("more.csv");
    std::fs::write(&people, "badge,name,role\nBDG-0077,Ida Berg,operator\n").unwrap();
    check(folder.path(), &["import", "people", people.to_str().unwrap()], 0, "1 person imported");
    check(folder.path(), &["scan", "BDG-0077", "--lane", "other"], 0, "Ida Berg");
    check(folder.path(), &["serve", "--listen", "127.0.0.1:0"], 4, &service.child.id().to_string());
    check(folder.path(), &["restore", people.to_str().unwrap()], 4, "");
    let verified = json(&run(folder.path(), &["verify", "--json"]));
    assert_eq!((&verified[0]["ok"], &verified[0]["first_bad"]), (&Value::Bool(true), &Value::Null));
    check(folder.path(), &["doctor"], 0, &service.address.to_string());
    assert_eq!(service.end(), Some(0));
    check(folder.path(), &["verify"], 0, "The ledger holds");
}

#[test]
fn the_demo_is_read_through_a_real_terminal_and_stays_after_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let mut service = demo(folder.path());
    let told: Vec<String> =
        service.lines.by_ref().map_while(Result::ok).take_while(|it| !it.contains("Ctrl+C")).collect();
    let told = told.join("\n");
    for wanted in ["scanner", "BDG-0042", "AT-000123", "verify"] {
        assert!(told.contains(wanted), "{told}");
    }
    let mut scanner = std::fs::OpenOptions::new().write(true).open(folder.path().join("scanner")).unwrap();
    scanner.write_all(b"BDG-0042\rAT-000123\r").unwrap();
    drop(scanner);
    // The same lane is asked until the scans before have been answered: one queue, in order.
    let held = (0..200).any(|_| {
        let answer = &json(&run(folder.path(), &["scan", "--json", "--lane", "look", "AT-000123"]))[0];
        answer["unit"]["holder"] == "Kim Sorensen"
    });
    assert!(held, "the drill never went out");
    assert_eq!(service.end(), Some(0));
    let again = demo(folder.path());
    check(folder.path(), &["scan", "AT-000123"], 0, "Kim Sorensen");
    check(folder.path(), &["scan", "40213377"], 1, "2 units");
    check(folder.path(), &["scan", "210734501"], 0, "AT-000121");
    check(folder.path(), &["scan", "AT-000109"], 1, "AT-000159");
    check(folder.path(), &["scan", "352919470012340"], 0, "AT-000149");
    assert_eq!(again.end(), Some(0));
}

#[test]
fn the_service_manager_is_told_of_beginning_and_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notify");
    let manager = std::os::unix::net::UnixDatagram::bind(&path).unwrap();
    manager.set_read_timeout(Some(std::time::Duration::from_secs(60))).unwrap();
    let told = || {
        let mut buffer = [0; 256];
        let length = manager.recv(&mut buffer).unwrap();
        String::from_utf8_lossy(&buffer[..length]).trim().to_owned()
    };
    let mut command = program(&folder.path().join("store"));
    command.env("NOTIFY_SOCKET", &path);
    let service = Service::start_as(command, &[]);
    assert_eq!(told(), "READY=1");
    assert_eq!(service.end(), Some(0));
    assert_eq!(told(), "STOPPING=1");
}

#[test]
fn the_configuration_is_explained_without_opening_anything() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("my.toml");
    std::fs::write(&path, "[rules]\nrepeat_ms = 5\n").unwrap();
    let path = path.to_str().unwrap();
    let store = folder.path().join("store");
    check(&store, &["doctor", "--config", path], 0, "repeat_ms = 5");
    check(&store, &["doctor", "--config"], 0, "repeat_ms = 1000");
    std::fs::write(path, "[rules]\nrepaet_ms = 5\n").unwrap();
    check(&store, &["doctor", "--config", path], 3, "did you mean \"rules.repeat_ms\"?");
    check(&store, &["serve", "--config", path], 3, "my.toml:2");
    check(&store, &["serve", "--listen", "nowhere"], 2, "--listen");
    assert!(!store.exists());
}

#[test]
fn a_tape_is_replayed_on_a_store_that_is_thrown_away() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    let tape = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tapes/first-check-out");
    check(&store, &["replay", tape], 0, "Out to Kim Sorensen");
    let tape = concat!(env!("CARGO_MANIFEST_DIR"), "/config/demo/tape.txt");
    check(&store, &["replay", tape], 0, "Back in");
    assert!(!store.exists());
}

#[test]
fn a_replay_is_told_as_json_too_with_the_same_steps() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    let tape = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tapes/first-check-out");
    let lines = json(&run(&store, &["replay", tape, "--json"]));
    let [steps] = lines.as_slice() else { panic!("one list on one line: {lines:?}") };
    let steps = steps.as_array().unwrap();
    let words: Vec<&str> = steps.iter().map(|it| it["step"].as_str().unwrap()).collect();
    assert_eq!(words[..7], ["silence", "event", "attached", "read", "frame", "scan", "event"]);
    let of = |word: &str| steps.iter().filter(|it| it["step"] == word).collect::<Vec<_>>();
    assert_eq!(
        (of("read")[0]["bytes_hex"].as_str(), of("read")[0]["source"].as_str()),
        (Some("4244472d303034320d"), Some("gun"))
    );
    let out = of("scan")[1];
    assert_eq!((out["at_s"].as_f64(), out["outcome"]["answer"].as_str()), (Some(3.0), Some("good")));
    assert_eq!(
        (out["outcome"]["lane"].as_str(), out["outcome"]["unit"]["tag"].as_str()),
        (Some("main"), Some("AT-000123"))
    );
    let booked = of("event").into_iter().find(|it| it["seq"] == out["outcome"]["events"][0]).unwrap();
    assert_eq!(
        (booked["kind"].as_str(), booked["scan"].clone()),
        (Some("checked-out"), out["outcome"]["scan"].clone())
    );
    let text = String::from_utf8(run(&store, &["replay", tape]).stdout).unwrap();
    assert_eq!(text.matches(" answer ").count(), of("scan").len());
    assert_eq!(text.matches(" event ").count(), of("event").len());
    // Live, it is what `scan --json` prints, on a store that is there.
    assert_eq!(demo(&store).end(), Some(0));
    let answers = json(&run(&store, &["replay", tape, "--live", "--json"]));
    assert_eq!(answers.len(), of("scan").len());
    assert!(answers.iter().all(|it| it["scan"].is_i64() && it["answer"].is_string()), "{answers:?}");
}

#[test]
fn a_code_is_identified_without_a_store() {
    let folder = tempfile::tempdir().unwrap();
    check(&folder.path().join("store"), &["identify", "AT-000123"], 0, "AT-000123");
}

#[test]
fn a_keeper_changes_the_record_by_words_with_and_without_a_service() {
    let folder = tempfile::tempdir().unwrap();
    let service = demo(folder.path());
    let through = |words: &[&str], status: i32, said: &str| check(folder.path(), words, status, said);
    through(&["set", "hold", "AT-000124", "--why", "for the lab"], 0, "Held back (event");
    through(&["set", "hold", "AT-999999", "--why", "for the lab"], 1, "no unit bears the tag AT-999999");
    through(&["set", "hold", "AT-000124", "--why", "x", "--as", "BDG-0042"], 1, "needs the role keeper");
    through(
        &["reserve", "AT-000123", "--for", "BDG-0042", "--from", "2090-01-01", "--until", "2090-01-02"],
        0,
        "Reserved",
    );
    through(&["reservations"], 0, "for Kim Sorensen");
    through(&["scan", "WHO-KNOWS-77"], 1, "parked");
    through(&["people", "limit", "BDG-0042", "3"], 0, "Limit set");
    through(&["people", "training", "BDG-0042", "laser", "--until", "2090-01-01"], 0, "Training noted");
    through(&["set", "category", "laser", "--critical", "--training", "laser"], 0, "Category set");
    assert_eq!(service.end(), Some(0));
    let parked = json(&run(folder.path(), &["parked", "--json"]));
    let id = parked[0][0]["id"].to_string();
    through(
        &["parked", "resolve", &id, "--unit", "AT-000124", "--kind", "imei"],
        1,
        "not done: that is no imei: an IMEI has",
    );
    through(&["parked", "resolve", &id, "--unit", "AT-000124", "--kind", "rfid-uid"], 0, "Resolved");
    through(&["parked"], 0, "0 parked.");
    let weak = ["set", "hold", "AT-000123", "--why", "x", "--as", "BDG-0042"];
    through(&weak, 1, "this needs the role keeper; Kim Sorensen has the role operator");
    through(&["overdue"], 0, "overdue.");
    through(&["reservations"], 0, "2090-01-01 00:00 to 2090-01-0");
    through(&["cases"], 0, "0 cases.");
    through(&["labels", "queue"], 0, "0 labels to print.");
    through(&["stock", "--low"], 0, "SHELF-03");
    through(&["owner", "AT-000123"], 0, "No change of owner is on record.");
    through(&["shift", "--close"], 0, "Shift closed and signed");
    through(&["shift", "--json"], 0, "\"units_out\"");
    through(&["set", "calibration", "AT-000124", "--due", "yesterday"], 2, "is no day like");
    through(&["verify"], 0, "The ledger holds");
}

#[test]
fn what_a_person_does_on_the_command_line_is_noted_under_the_person() {
    let folder = tempfile::tempdir().unwrap();
    let service = patient_demo(folder.path());
    let through = |words: &[&str], status: i32, said: &str| check(folder.path(), words, status, said);
    let sale = ["owner", "AT-000123", "--to", "Ada", "--how", "sale", "--date", "2026-02-03", "--proof", "receipt 9"];
    let sale_as = |badge: &'static str| [&sale[..], &["--as", badge]].concat();
    through(&sale_as("BDG-0042"), 1, "needs the role keeper");
    through(&sale, 0, "Owner noted"); // Nobody's badge: whoever owns the store.
    through(&["scan", "BDG-0017"], 0, "Amara Okafor");
    through(&sale, 0, "Owner noted");
    through(&["scan", "BDG-0042", "--lane", "other"], 0, "Kim Sorensen");
    through(&[&sale[..], &["--lane", "other"]].concat(), 1, "the session has the role operator");
    assert_eq!(service.end(), Some(0));
    through(&sale_as("BDG-0042"), 1, "needs the role keeper");
    through(&sale_as("BDG-0017"), 0, "Owner noted");
    let events = json(&run(folder.path(), &["export", "events", "--form", "jsonl"]));
    let changed = events.iter().filter(|it| it["kind"] == "owner-changed");
    let people: Vec<_> = changed.map(|it| it["person"].as_i64()).collect();
    let amara = Some(2);
    assert_eq!(people, [None, amara, amara]);
}

#[test]
fn what_is_typed_on_the_command_line_is_typed_also_for_a_running_service() {
    let folder = tempfile::tempdir().unwrap();
    let service = patient_demo(folder.path());
    let through = |words: &[&str], status: i32, said: &str| check(folder.path(), words, status, said);
    through(&["scan", "BDG-0034", "!CMD:PAIR", "AT-000130", "AT-000130"], 0, "AT-000130");
    through(&["scan", "ZS-9041177"], 0, "ASKS");
    through(&["scan", "ZS-9041177"], 0, "GOOD");
    assert_eq!(service.end(), Some(0));
    let scans = json(&run(folder.path(), &["export", "scans", "--form", "jsonl"]));
    assert!(scans.iter().all(|it| it["transport"] == "command-line"), "{scans:?}");
}

#[test]
fn what_is_no_scan_is_a_mistake_of_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    check(folder.path(), &["scan", "--hex", "4"], 2, "not hexadecimal");
    check(folder.path(), &["scan", "--aim", "C1", "X"], 2, "no symbology identifier");
    check(folder.path(), &["scan", "--lane", "a b", "X"], 2, "a lane's name has");
    assert!(!folder.path().join("station.db").exists(), "nothing was opened");
}

#[test]
fn a_pin_is_read_from_standard_input_and_a_still_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let service = demo(folder.path());
    let mut child = program(folder.path())
        .args(["people", "pin", "BDG-0042"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"90718253\n").unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("PIN set"), "{output:?}");
    let picture = folder.path().join("chuck.png");
    std::fs::write(&picture, crate::bench::PICTURE).unwrap();
    let kept = json(&run(folder.path(), &["still", picture.to_str().unwrap(), "--json"]));
    assert_eq!(kept[0]["kind"], "image/png");
    assert_eq!(service.end(), Some(0));
    let store = std::fs::read(folder.path().join("station.db")).unwrap();
    assert!(!store.windows(8).any(|it| it == b"90718253"), "the PIN is in the store");
}
