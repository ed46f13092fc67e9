//! `purge` as a person types it: a trial, by the configuration or by an age, only by an admin, with a service and without.
//!
//! Deliberately absent: what goes and what stays, which `store` tries.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use scanstation::domain::{Body, EventKind, EventSeq, NewEvent, Role};
use scanstation::store::{NewHolder, Reader};
use serde_json::Value;

use super::{Service, check, json, program, run};
use crate::store::{Bench, moment};

/// A store of a year ago: a unit that went out and came back, and so many look-ups.
fn old(lookups: usize) -> Bench {
    let mut bench = Bench::new();
    let (unit, kim) = (bench.unit("AT-000001", "S1"), bench.person("Kim", "1001"));
    let ada = NewHolder { name: "Ada".to_owned(), role: Role::Admin, badge: Some("1002".to_owned()) };
    let (back, now) = (bench.answer(unit, None, Some(kim)) + 1, moment(60));
    assert_eq!(bench.answer(unit, Some(kim), None), back);
    let looked = NewEvent { body: Body::new().with("scanned", "HUSH"), ..NewEvent::new(EventKind::Observed) };
    bench.store().within(|store| store.add_holder(&ada, None, now)).unwrap();
    for _ in 0..lookups {
        bench.store().within(|store| store.record_events(None, &vec![looked.clone(); 1_000], now)).unwrap();
    }
    bench.store = None;
    bench
}

fn head(data: &Path) -> i64 {
    Reader::open(data).unwrap().recent(1).unwrap()[0].id.seq.0
}

fn config(folder: &Path, retention: &str) -> String {
    let path: PathBuf = folder.join("kept.toml");
    std::fs::write(&path, format!("[retention]\n{retention}\n")).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_trial_says_what_would_go_and_changes_nothing() {
    let bench = old(1);
    let data = bench.path();
    let before = head(data);
    check(data, &["purge", "--dry-run"], 0, "[retention] keeps all words for ever");
    check(data, &["purge", "--why", "x", "--class", "scans"], 2, "give --older-than, or set retention.scans");
    check(data, &["purge", "--older-than", "30d"], 2, "--why");
    check(data, &["purge", "--older-than", "0d", "--dry-run"], 2, "is no age");
    check(data, &["purge", "--class", "units", "--dry-run"], 2, "a class is one of movements, sessions, scans, parked");
    check(data, &["purge", "--older-than", "30d", "--dry-run"], 0, "1000 events would lose the words, up to event");
    let kept = config(data, "movements = \"6 months\"\nscans = \"3 years\"");
    check(data, &["purge", "--config", &kept, "--dry-run"], 0, "2 events would lose the words");
    let report = json(&run(data, &["purge", "--config", &kept, "--dry-run", "--json"])).remove(0);
    let class = |at: usize| (report["classes"][at]["class"].clone(), report["classes"][at]["events"].clone());
    assert_eq!((class(0), class(1)), (("movements".into(), 2.into()), ("scans".into(), 0.into())), "{report}");
    assert_eq!((&report["done"], &report["scans"]), (&Value::Bool(false), &2.into()), "{report}");
    check(data, &["doctor", "--config", &config(data, "scans = \"2 weeks\"")], 3, "90 days");
    assert_eq!(head(data), before);
}

#[test]
fn only_an_admin_purges_with_a_service_and_without_and_the_ledger_says_who_and_why() {
    for is_running in [false, true] {
        let bench = old(1);
        let data = bench.path();
        let service = is_running.then(|| Service::start(data, &[]));
        let purge = |badge: &str, status, said: &str| {
            let order = ["purge", "--class", "scans", "--older-than", "30d", "--why", "works council", "--as", badge];
            check(data, &order, status, said);
        };
        purge("BDG-1001", 1, "this needs the role admin; ");
        purge("BDG-9999", 1, "");
        purge("BDG-1002", 0, "1000 events lost the words");
        let told = Reader::open(data).unwrap().events(EventSeq(0), 1_000).unwrap();
        let later = Reader::open(data).unwrap().events(EventSeq(1_000), 1_000).unwrap();
        let tombstones: Vec<_> = told.iter().chain(&later).filter(|it| it.kind == EventKind::Purged).collect();
        assert!(tombstones.len() > 1, "pieces of a thousand events");
        for it in tombstones {
            assert_eq!(it.body.as_ref().unwrap().get("reason"), Some("works council"));
            assert!(it.person.is_some());
        }
        check(data, &["verify"], 0, "Purged of scans: 1000 events have no words any more");
        let verified = json(&run(data, &["verify", "--json"])).remove(0);
        assert_eq!((&verified["ok"], &verified["purged"][0]["events"]), (&true.into(), &1_000.into()), "{verified}");
        let again = ["purge", "--older-than", "30d", "--why", "the rest", "--json"];
        let report = json(&run(data, &again)).remove(0);
        let taken: Vec<_> = report["classes"].as_array().unwrap().iter().map(|it| it["events"].as_u64()).collect();
        assert_eq!((&report["done"], taken), (&true.into(), [2, 0, 0, 0].map(Some).to_vec()), "{report}");
        let bytes =
            ["station.db", "station.db-wal"].map(|it| std::fs::read(data.join(it)).unwrap_or_default()).concat();
        assert!(!bytes.windows(4).any(|it| it == b"HUSH"), "with a service: {is_running}");
        if let Some(service) = service {
            check(data, &["scan", "AT-000001"], 0, "GOOD");
            assert_eq!(service.end(), Some(0));
        }
        check(data, &["verify"], 0, "The ledger holds");
    }
}

#[test]
fn a_purge_that_is_killed_leaves_a_ledger_that_verifies_and_the_next_one_takes_the_rest() {
    let bench = old(30);
    let data = bench.path();
    let before = head(data);
    let mut service = Service::start(data, &[]);
    let mut order = program(data);
    let order = order.args(["purge", "--older-than", "30d", "--why", "x"]).stdout(Stdio::null()).stderr(Stdio::null());
    let mut order = order.spawn().unwrap();
    while head(data) < before + 4 {
        assert!(order.try_wait().unwrap().is_none(), "the purge ended before it was killed");
    }
    service.child.kill().unwrap();
    service.child.wait().unwrap();
    assert_eq!(order.wait().unwrap().code(), Some(5));
    let purged = || json(&run(data, &["verify", "--json"])).remove(0);
    let of_scans = |report: &Value| {
        let found = report["purged"].as_array().unwrap().iter().find(|it| it["class"] == "scans").cloned();
        found.map_or(0, |it| it["events"].as_u64().unwrap())
    };
    let report = purged();
    assert_eq!(report["ok"], true, "{report}");
    assert!((1..30_000).contains(&of_scans(&report)), "not in the middle: {report}");
    check(data, &["purge", "--older-than", "30d", "--why", "the rest"], 0, "Purged.");
    let report = purged();
    assert_eq!((&report["ok"], of_scans(&report)), (&true.into(), 30_000), "{report}");
}
