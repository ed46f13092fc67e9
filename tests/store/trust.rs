//! Signatures: only the station's key counts, a named one, or an earlier one that a signed restore vouches for.
//!
//! Deliberately absent: the chain, which `damage` and `ledger` try.

use std::{fs, ops::ControlFlow};

use scanstation::domain::{EventClass, EventSeq};
use scanstation::store::{Checks, Insist, Reader, Report, StoreError, backup, public_key, restore, verify_signed};

use super::purge::{days, purge};
use super::{Bench, moment, options};

fn signed() -> Bench {
    let mut bench = Bench::new();
    bench.unit("AT-000001", "S1");
    bench.store().checkpoint(moment(60)).unwrap();
    bench
}

fn key(bench: &Bench) -> String {
    public_key(bench.path()).unwrap().unwrap()
}

fn named(bench: &Bench, keys: &[String]) -> Report {
    verify_signed(bench.path(), keys, &[], Checks::ALL, |_| ControlFlow::Continue(())).unwrap()
}

/// A ledger that somebody else wrote and signed, put into the folder with its mark, but without its key.
fn replaced() -> (Bench, Bench) {
    let [mut ours, mut other] = [signed(), signed()];
    other.unit("AT-000002", "");
    other.store().checkpoint(moment(61)).unwrap();
    (ours.store, other.store) = (None, None);
    for name in ["station.db", "station.mark"] {
        fs::copy(other.path().join(name), ours.path().join(name)).unwrap();
    }
    (ours, other)
}

#[test]
fn a_ledger_signed_with_another_key_is_a_finding_in_verify_and_at_start() {
    let (mut ours, other) = replaced();
    let (own, foreign) = (key(&ours), key(&other));
    let report = ours.verify();
    let first = Reader::open(ours.path()).unwrap().head().unwrap().0.0 - 1;
    assert_eq!((report.ok, report.first_bad.map(|it| it.0)), (false, Some(first)), "{report:?}");
    assert_eq!(
        report.sentences,
        [format!(
            "The checkpoint at event {first} and 1 later are signed with the key {foreign}, and the station's key is \
             {own}: somebody else signed, or the key file was lost. Compare both with what scanstation doctor printed \
             on the first day; an earlier key of this station is named with --key."
        )]
    );
    ours.open();
    let damage = &ours.store().opening().damage;
    assert!(damage[0].contains(&format!("is signed with the key {foreign}")), "{damage:?}");
}

#[test]
fn named_keys_count_in_place_of_the_one_in_the_folder() {
    let (ours, other) = replaced();
    assert!(named(&ours, &[key(&other)]).ok);
    assert!(!named(&ours, &[key(&ours)]).ok);
    assert!(named(&ours, &[key(&ours), key(&other).to_ascii_uppercase()]).ok);
    let refused = verify_signed(ours.path(), &["3f".to_owned()], &[], Checks::ALL, |_| ControlFlow::Continue(()));
    assert!(matches!(refused, Err(StoreError::Key(_))));
}

#[test]
fn without_a_key_to_compare_with_the_report_says_so() {
    let mut bench = signed();
    let own = key(&bench);
    bench.store = None;
    fs::remove_file(bench.path().join("station.key")).unwrap();
    let report = bench.verify();
    assert!(report.ok, "{report:?}");
    assert_eq!(
        report.sentences,
        [format!(
            "There is no key file here and no key was named: signatures were checked only against the key in the \
             ledger itself, {own}. Compare it with the one that scanstation doctor printed, or name that one: \
             scanstation verify --key."
        )]
    );
    assert!(named(&bench, &[own]).sentences.is_empty());
}

#[test]
fn a_key_file_that_was_cut_is_a_finding_whatever_key_is_named() {
    let mut bench = signed();
    let own = key(&bench);
    bench.store = None;
    let file = bench.path().join("station.key");
    fs::write(&file, &fs::read(&file).unwrap()[..20]).unwrap();
    for report in [bench.verify(), named(&bench, &[own])] {
        let said = format!("The key cannot be used: the station's key {} is not 32 bytes long", file.display());
        assert!(!report.ok && report.sentences[0].starts_with(&said), "{report:?}");
        assert!(report.signed.is_some(), "the ledger itself holds");
    }
}

#[test]
fn a_lost_key_is_told_at_start_and_in_verify() {
    let mut bench = signed();
    let former = key(&bench);
    bench.store = None;
    fs::remove_file(bench.path().join("station.key")).unwrap();
    bench.open();
    assert!(bench.store().opening().damage[0].starts_with("The station's key was missing"));
    bench.unit("AT-000002", "");
    bench.store().checkpoint(moment(90)).unwrap();
    assert!(!bench.verify().ok);
    let own = key(&bench);
    assert!(named(&bench, &[own, former]).ok, "both are known, so all is well");
}

#[test]
fn a_backup_of_another_station_is_vouched_for_by_its_restore_and_by_nothing_else() {
    let other = signed();
    let to = other.path().join("copy.backup");
    backup(other.path(), &to, moment(70)).unwrap();
    let mut bench = Bench::new();
    bench.store = None;
    let done = restore(&options(bench.path()), &to, None, moment(71), Insist::default()).unwrap();
    assert_eq!(done.former_keys, [key(&other)]);
    assert_ne!(key(&bench), key(&other), "the station keeps its key");
    assert!(bench.verify().ok, "{:?}", bench.verify());
    bench.open();
    assert!(bench.store().opening().damage.is_empty());
    purge(bench.store(), EventClass::ALL, days(1), days(2));
    assert!(bench.verify().ok, "a purge leaves the word for the earlier key");
    // What the earlier key signs afterwards counts no more.
    bench.store = None;
    let file = bench.path().join("station.key");
    let own = fs::read(&file).unwrap();
    fs::copy(other.path().join("station.key"), &file).unwrap();
    bench.open();
    bench.unit("AT-000003", "");
    bench.store().checkpoint(moment(73)).unwrap();
    bench.store = None;
    fs::write(&file, own).unwrap();
    let report = bench.verify();
    assert!(!report.ok && report.first_bad > Some(EventSeq(done.restored.0)), "{report:?}");
}
