//! Checkpoints that were taken away and are brought back: what they prove of a ledger, and of which they prove nothing.
//!
//! Deliberately absent: the words of the command line, which `program` has.

use std::{fs, ops::ControlFlow, path::Path, process::Command};

use scanstation::store::{Checkpoint, Checks, Reader, Report, Signed, backup, public_key, verify_signed};

use super::{Bench, moment};
use crate::skip::skipped;

/// A signed ledger, and what was taken away of it; three further events are behind it.
fn taken() -> (Bench, Signed) {
    let mut bench = Bench::new();
    let unit = bench.unit("AT-000001", "S1");
    bench.store().checkpoint(moment(60)).unwrap();
    let taken = signed(&bench);
    let ann = bench.person("Ann", "1");
    bench.answer(unit, None, Some(ann));
    (bench, taken)
}

fn signed(bench: &Bench) -> Signed {
    Reader::open(bench.path()).unwrap().signed().unwrap().unwrap()
}

fn against(path: &Path, keys: &[String], kept: &[&Signed]) -> Report {
    let kept: Vec<Checkpoint> = kept.iter().map(|it| Checkpoint::read_kept(&it.text()).unwrap()).collect();
    verify_signed(path, keys, &kept, Checks::ALL, |_| ControlFlow::Continue(())).unwrap()
}

/// Another ledger at the same place, signed with the same key: what somebody makes who has the box.
fn rewritten(bench: &mut Bench, tags: &[&str]) -> Bench {
    bench.store = None;
    let mut other = Bench { folder: tempfile::tempdir().unwrap(), store: None, clock: 0 };
    fs::copy(bench.path().join("station.key"), other.path().join("station.key")).unwrap();
    other.open();
    for tag in tags {
        other.unit(tag, "");
    }
    other.store().checkpoint(moment(90)).unwrap();
    other
}

#[test]
fn what_is_signed_says_what_is_not() {
    let (mut bench, taken) = taken();
    assert_eq!(taken.unsigned, 0);
    let behind = bench.store().unsigned_events();
    assert_eq!(signed(&bench), Signed { unsigned: behind, ..taken.clone() });
    assert!(
        signed(&bench).text().ends_with("note 3 events behind it are not signed yet\n"),
        "{}",
        signed(&bench).text()
    );
    assert_eq!(taken.signed, taken.text().split_inclusive('\n').take(5).collect::<String>());
    assert_eq!(Reader::open(Bench::new().path()).unwrap().signed().unwrap(), None);
}

#[test]
fn a_ledger_that_went_on_is_the_one_of_every_checkpoint_that_was_kept() {
    let (mut bench, first) = taken();
    bench.store().checkpoint(moment(80)).unwrap();
    let second = signed(&bench);
    let report = against(bench.path(), &[], &[&second, &first]);
    let said = |it: &Signed| format!("The ledger up to event {} is the one of the kept checkpoint.", it.checkpoint.seq);
    assert!(report.ok, "{report:?}");
    assert_eq!(report.sentences, [said(&first), said(&second)]);
    // A copy has no key file: then the key is named, or the report says that none was compared.
    let copy = bench.path().join("copy.db");
    backup(bench.path(), &copy, moment(81)).unwrap();
    let key = public_key(bench.path()).unwrap().unwrap();
    let report = against(&copy, std::slice::from_ref(&key), &[&first]);
    assert_eq!((report.ok, report.sentences), (true, vec![said(&first)]));
    let report = against(&copy, &["0f".repeat(32)], &[&first]);
    assert!(!report.ok && report.sentences[1].contains(&format!("signed with the key {key}")), "{report:?}");
}

#[test]
fn a_ledger_that_was_rewritten_since_is_refused_though_all_else_holds() {
    let (mut bench, kept) = taken();
    let other = rewritten(&mut bench, &["AT-000002", "AT-000003", "AT-000004"]);
    assert!(other.verify().ok, "the same key has signed it");
    let report = against(other.path(), &[], &[&kept]);
    let seq = kept.checkpoint.seq;
    assert_eq!((report.ok, report.first_bad.map(|it| it.0)), (false, Some(seq)));
    assert_eq!(
        report.sentences,
        [format!(
            "Event {seq} is not the one in the kept checkpoint, which is signed with {}: the ledger was rewritten since, \
             or it is another one.",
            kept.checkpoint.public_key
        )]
    );
}

#[test]
fn a_ledger_that_ends_before_what_was_kept_is_refused() {
    let (mut bench, _) = taken();
    bench.store().checkpoint(moment(80)).unwrap();
    let kept = signed(&bench);
    let other = rewritten(&mut bench, &[]);
    let report = against(other.path(), &[], &[&kept]);
    assert_eq!((report.ok, report.first_bad.map(|it| it.0)), (false, Some(1)));
    let expected =
        format!("Event {} was signed in the kept checkpoint, but the ledger ends at 0.", kept.checkpoint.seq);
    assert_eq!(report.sentences, [expected]);
}

#[test]
fn a_kept_checkpoint_whose_text_was_changed_proves_nothing() {
    let (bench, kept) = taken();
    let forged = Checkpoint { time: kept.checkpoint.time + 1, ..kept.checkpoint.clone() };
    let report = verify_signed(bench.path(), &[], &[forged], Checks::ALL, |_| ControlFlow::Continue(())).unwrap();
    let seq = kept.checkpoint.seq;
    let expected = format!("The signature of the kept checkpoint of event {seq} does not hold: its text was changed.");
    assert_eq!((report.ok, report.sentences), (false, vec![expected]));
}

/// The page tells everybody how to check one; this runs the program that stands on it.
#[test]
fn the_program_in_the_documentation_checks_a_kept_checkpoint() {
    let (mut bench, kept) = taken();
    bench.store = None;
    let file = bench.path().join("kept.txt");
    let page = include_str!("../../docs/ledger.md");
    let program = page.split("```python\n").nth(2).and_then(|it| it.split("```").next()).unwrap();
    let python = |program: &str, folder: &Path| {
        Command::new("python3").args(["-c", program]).arg(&file).arg(folder.join("station.db")).output()
    };
    if !python("import cryptography", bench.path()).is_ok_and(|it| it.status.success()) {
        return skipped("there is no python3 with its module cryptography here");
    }
    let ran = |text: &str, folder: &Path| {
        fs::write(&file, text).unwrap();
        let ran = python(program, folder).unwrap();
        [String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr)].concat()
    };
    let (text, seq) = (kept.text(), kept.checkpoint.seq);
    let said = ran(&text, bench.path());
    assert_eq!(said.trim(), format!("event {seq} is the one that {} signed", kept.checkpoint.public_key));
    let said = ran(&text.replace("crib-1", "crib-2"), bench.path());
    assert!(said.contains("InvalidSignature"), "{said}");
    let mut other = rewritten(&mut bench, &["AT-000002", "AT-000003"]);
    other.store = None;
    assert_eq!(ran(&text, other.path()).trim(), format!("event {seq} is missing or another one"));
}
