//! `doctor` beside a running station, and what the station itself says of its store: what is read is what is said.
//!
//! Deliberately absent: each check of the machine, which stands beside its function.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use super::{Service, check, demo, json, run};

#[test]
fn the_doctor_knows_the_scanners_of_the_running_station() {
    let folder = tempfile::tempdir().unwrap();
    let service = demo(folder.path());
    check(folder.path(), &["scan", "AT-000123"], 0, "");
    check(folder.path(), &["doctor"], 0, "scanner: ");
    check(folder.path(), &["doctor"], 0, "is read, lane counter, 0 scans since the start");
    assert_eq!(service.end(), Some(0));
    let gone = folder.path().join("gone");
    let service = Service::start(folder.path(), &["--serial", gone.to_str().unwrap()]);
    check(folder.path(), &["doctor"], 1, "serial-1: ");
    assert_eq!(service.end(), Some(0));
    check(folder.path(), &["doctor"], 0, "scanstation serve --serial PATH");
}

#[test]
fn the_doctor_knows_a_key_that_is_not_yet_made_from_one_that_was_lost() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    std::fs::create_dir(&store).unwrap();
    check(&store, &["doctor"], 0, "there is none yet");
    assert_eq!(Service::start(&store, &["--demo"]).end(), Some(0));
    let key = store.join("station.key");
    let bytes = std::fs::read(&key).unwrap();
    std::fs::remove_file(&key).unwrap();
    check(&store, &["doctor"], 1, "station.key is gone: the ledger is signed up to event ");
    check(
        &store,
        &["doctor"],
        1,
        "put the file back before the next start; if it is lost, the old entries are proved by",
    );
    std::fs::write(&key, &bytes[..20]).unwrap();
    check(
        &store,
        &["doctor"],
        1,
        "put station.key back from where you keep it".replace("station.key", key.to_str().unwrap()).as_str(),
    );
    check(&store, &["verify"], 1, "The key cannot be used");
}

/// What a GET of a running station answers, status line and all.
fn got(service: &Service, path: &str) -> String {
    let mut stream = TcpStream::connect(service.address).unwrap();
    let asked = format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", service.address);
    stream.write_all(asked.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn an_event_before_the_last_checkpoint_that_cannot_be_read_is_an_alarm_beside_the_station() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("station.db");
    assert_eq!(Service::start(folder.path(), &["--demo"]).end(), Some(0));
    let database = rusqlite::Connection::open(&file).unwrap();
    database.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    let hash: Vec<u8> = database.query_row("SELECT hash FROM event WHERE seq = 60", [], |row| row.get(0)).unwrap();
    drop(database);
    let mut bytes = std::fs::read(&file).unwrap();
    let place = bytes.windows(32).position(|it| it == hash).unwrap();
    bytes[place - 5] ^= 0x80; // The words stand right before the hash.
    std::fs::write(&file, bytes).unwrap();
    let service = Service::start(folder.path(), &[]);
    let said = "The ledger does not hold: run scanstation verify. The first bad number is 60.";
    let asked = (0..5_000).map(|_| got(&service, "/api/v1/state")).find(|it| it.contains(said));
    assert!(asked.is_some(), "the check beside the station is done by now");
    for path in ["/api/v1/events?after=0", "/api/v1/units", "/"] {
        let answer = got(&service, path);
        assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
    }
    assert_eq!(service.end(), Some(0));
}

#[test]
fn a_role_that_somebody_gave_himself_in_the_file_is_named_by_verify_and_doctor_and_an_alarm_beside_the_station() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(Service::start(folder.path(), &["--demo"]).end(), Some(0));
    check(folder.path(), &["verify"], 0, "");
    let database = rusqlite::Connection::open(folder.path().join("station.db")).unwrap();
    let name: String =
        database.query_row("SELECT name FROM holder WHERE role = 'operator' LIMIT 1", [], |row| row.get(0)).unwrap();
    assert_eq!(database.execute("UPDATE holder SET role = 'keeper' WHERE name = ?", [&name]).unwrap(), 1);
    drop(database);
    let output = run(folder.path(), &["verify", "--json"]);
    let (status, report) = (output.status.code(), json(&output).remove(0));
    let sentence = report["sentences"][0].as_str().unwrap();
    assert_eq!((status, &report["ok"]), (Some(1), &false.into()), "{report}");
    for part in [&*name, "The role of person", "says \"operator\", the register says \"keeper\""] {
        assert!(sentence.contains(part), "{report}");
    }
    check(folder.path(), &["doctor"], 1, "The role of person");
    let service = Service::start(folder.path(), &[]);
    let said = "The ledger does not hold: run scanstation verify.";
    let asked = (0..5_000).map(|_| got(&service, "/api/v1/state")).find(|it| it.contains(said));
    assert!(asked.is_some(), "the check beside the station is done by now");
    assert_eq!(service.end(), Some(0));
}
