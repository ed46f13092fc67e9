//! `kill -9` under load, again and again: every answered scan is there, none is half done, a repeat gets the first answer.
//!
//! Three clients and a scanner scan as fast as they are answered; the program is killed in the middle of it.
//! Deliberately absent: power cuts, which the store's own tests make of its files.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::mpsc::{Sender, channel};
use std::thread::scope;

use scanstation::domain::EventSeq;
use scanstation::source::pretend::Terminal;
use scanstation::store::Reader;
use serde_json::Value;

use super::program::{Client, Service};
use super::{crib, tag};

/// Kills of one run; `SCANSTATION_KILLS` asks for more.
const KILLS: u64 = 5;

/// Answers after which the next kill comes.
const ANSWERS: u64 = 60;

/// What was answered: key of the request and the answer.
type Answered = BTreeMap<String, String>;

/// Scans until the connection breaks; every answer that came is kept and told.
fn scan_until_broken(service: &Service, name: &str, told: &Sender<()>) -> Answered {
    let mut answered = Answered::new();
    let Some(mut client) = Client::try_new(service) else { return answered };
    for number in 0.. {
        let key = format!("{name}-{number}");
        let Some(answer) = client.try_scan(&tag(number), name, Some(&key)) else { break };
        assert!(answer.starts_with("{\"scan\":"), "{answer}");
        answered.insert(key, answer);
        told.send(()).ok();
    }
    answered
}

/// One life of the program under load, ended by a kill: for each answer the scanner scans once too.
fn life(store: &Path, round: u64) -> Answered {
    let terminal = Terminal::open().unwrap();
    let service = Service::start(store, &[terminal.path()]);
    let (told, answers) = channel();
    scope(|scope| {
        let clients: Vec<_> = (0..3)
            .map(|client| {
                let (service, told) = (&service, told.clone());
                scope.spawn(move || scan_until_broken(service, &format!("r{round}c{client}"), &told))
            })
            .collect();
        drop(told);
        for (number, ()) in (0..ANSWERS).zip(answers) {
            terminal.write(format!("{}\r", tag(number)).as_bytes()).unwrap();
        }
        service.kill_now();
        clients.into_iter().flat_map(|it| it.join().unwrap()).collect()
    })
}

/// The events of an answer are in the ledger, and tell of the same tag.
fn is_kept(reader: &Reader, answer: &str) -> bool {
    let answer: Value = serde_json::from_str(answer).unwrap();
    let key = answer["key"].as_str().unwrap();
    let events = answer["events"].as_array().unwrap();
    !events.is_empty()
        && events.iter().all(|seq| {
            let after = EventSeq(seq.as_i64().unwrap() - 1);
            let event = reader.events(after, 1).unwrap().pop().unwrap();
            event.body.unwrap().get("scanned") == Some(key) && event.scan.unwrap().0 == answer["scan"].as_i64().unwrap()
        })
}

#[test]
fn every_answered_scan_survives_a_kill_and_a_repeat_gets_the_first_answer() {
    let kills = std::env::var("SCANSTATION_KILLS").ok().and_then(|it| it.parse().ok()).unwrap_or(KILLS);
    let folder = tempfile::tempdir().unwrap();
    crib(folder.path());
    let mut answered = Answered::new();
    for round in 0..kills {
        answered.extend(life(folder.path(), round));
        let reader = Reader::open(folder.path()).unwrap();
        for (key, answer) in &answered {
            assert!(is_kept(&reader, answer), "round {round}: {key} was answered and is not there: {answer}");
        }
    }
    let verified = Command::new(env!("CARGO_BIN_EXE_scanstation"))
        .args(["verify", "--json", "--data"])
        .arg(folder.path())
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&verified.stdout).unwrap();
    assert_eq!(report["ok"], true, "{report}");
    let service = Service::start(folder.path(), &[]);
    let mut client = Client::try_new(&service).unwrap();
    for (key, first) in answered.iter().step_by(7) {
        let lane = key.split('-').next().unwrap();
        let number: u64 = key.rsplit('-').next().unwrap().parse().unwrap();
        assert_eq!(client.try_scan(&tag(number), lane, Some(key)).as_ref(), Some(first), "{key}");
    }
}
