//! Rows that SQLite gives and that are not what was written: no text any more, another type, a number of nothing.
//!
//! One flipped bit does that. Such an event is a broken one like any other: it is named, and nothing else ends.
//! Deliberately absent: pages that SQLite itself finds damaged, which `damage` has.

use std::{fs, ops::ControlFlow, path::Path};

use rusqlite::Connection;
use scanstation::domain::{EventKind, EventSeq};
use scanstation::store::{Checks, Form, List, Reader, Report, Store, backup, verify};

use super::damage::{copy, memory_folder, proved};
use super::{Bench, moment, options};

/// A closed store with some answered scans, of which the last is not signed; its file, and the number of that event.
fn closed() -> (Bench, Vec<u8>, i64) {
    let mut bench = Bench::new();
    let unit = bench.unit("AT-000001", "S1");
    let ann = bench.person("Ann", "1");
    bench.answer(unit, None, Some(ann));
    bench.store().checkpoint(moment(30)).unwrap();
    let last = bench.answer(unit, Some(ann), None);
    bench.store = None;
    let bytes = fs::read(bench.path().join("station.db")).unwrap();
    (bench, bytes, last)
}

/// Where the words and the hash of an event are in the file.
fn place(bench: &Bench, bytes: &[u8], seq: i64) -> (usize, usize) {
    let (body, hash): (String, Vec<u8>) = Connection::open(bench.path().join("station.db"))
        .and_then(|it| {
            it.query_row("SELECT body, hash FROM event WHERE seq = ?", [seq], |row| Ok((row.get(0)?, row.get(1)?)))
        })
        .unwrap();
    let hash = bytes.windows(32).position(|it| it == hash).unwrap();
    assert_eq!(&bytes[hash - body.len()..hash], body.as_bytes());
    (hash - body.len(), hash)
}

fn write(folder: &Path, bytes: &[u8], place: usize, mask: u8) {
    let mut flipped = bytes.to_vec();
    flipped[place] ^= mask;
    fs::write(folder.join("station.db"), flipped).unwrap();
}

fn chained(folder: &Path) -> Report {
    verify(folder, Checks { custody: false, register: false, file: false }, |_| ControlFlow::Continue(())).unwrap()
}

#[test]
fn every_bit_of_an_event_that_flips_is_a_finding_with_a_number() {
    let (bench, bytes, last) = closed();
    let (_, hash) = place(&bench, &bytes, last - 1);
    let uuid: Vec<u8> = Connection::open(bench.path().join("station.db"))
        .and_then(|it| it.query_row("SELECT uuid FROM event WHERE seq = ?", [last - 1], |row| row.get(0)))
        .unwrap();
    let begins = bytes.windows(16).position(|it| it == uuid).unwrap();
    // The types of the columns stand right before the first of them that has bytes of its own; of the number SQLite reads none.
    for place in begins - 17..hash + 32 {
        for bit in 0..8 {
            write(bench.path(), &bytes, place, 1 << bit);
            let report = chained(bench.path());
            assert!(!report.ok && report.first_bad.is_some(), "byte {place}, bit {bit}: {report:?}");
        }
    }
}

#[test]
fn words_that_are_no_text_are_a_broken_event_in_verify_and_an_error_with_its_number_in_an_export() {
    let (bench, bytes, last) = closed();
    let seq = last - 1;
    let (body, _) = place(&bench, &bytes, seq);
    for (at, mask) in [(body + 5, 0x80), (body, 0x01), (body + 1, 0x20)] {
        write(bench.path(), &bytes, at, mask);
        let report = proved(bench.path());
        assert_eq!((report.ok, report.first_bad), (false, Some(EventSeq(seq))), "{report:?}");
        let reader = Reader::open(bench.path()).unwrap();
        for form in [Form::JsonLines, Form::Csv] {
            let mut out = Vec::new();
            let found = reader.export(List::Events, form, true, &mut out).unwrap_err().to_string();
            assert!(found.starts_with(&format!("export: event {seq} was changed and cannot be read")), "{found}");
            let written = String::from_utf8(out).unwrap();
            for line in written.lines().filter(|_| form == Form::JsonLines) {
                serde_json::from_str::<serde_json::Value>(line).unwrap();
            }
        }
        let events = reader.events(EventSeq(0), 100).unwrap();
        assert_eq!(events.len(), usize::try_from(last).unwrap(), "lists still answer");
        let marked = events.iter().filter(|it| it.body.as_ref().is_some_and(|it| it.get("unreadable").is_some()));
        assert_eq!(marked.map(|it| it.id.seq.0).collect::<Vec<_>>(), [seq]);
        assert_eq!(reader.recent(100).unwrap().len(), events.len());
        let made = bench.path().join(format!("copy-{at}-{mask}.db"));
        backup(bench.path(), &made, moment(60)).unwrap();
        assert_eq!(proved(&made).first_bad, Some(EventSeq(seq)), "a backup is found out as well");
    }
}

#[test]
fn a_start_on_an_event_that_cannot_be_read_sets_the_files_aside_and_declares_it() {
    let (bench, bytes, last) = closed();
    let (body, hash) = place(&bench, &bytes, last);
    let mut declared = 0;
    for place in body - 60..hash + 32 {
        let folder = memory_folder();
        copy(bench.path(), folder.path());
        write(folder.path(), &bytes, place, 0x80);
        // Where SQLite itself finds no row any more there is no start, and the sentence says what to do.
        let store = match Store::open(&options(folder.path()), moment(90)) {
            Ok(store) => store,
            Err(found) => {
                assert!(found.to_string().contains("damaged"), "byte {place}: {found}");
                continue;
            }
        };
        let opening = store.opening().clone();
        assert!(!opening.damage.is_empty() && opening.kept_aside.is_some(), "byte {place}: {opening:?}");
        drop(store);
        let report = proved(folder.path());
        assert!(!report.ok && report.first_bad.is_some(), "byte {place}: {report:?}");
        let events = Reader::open(folder.path()).unwrap().recent(1).unwrap();
        assert_eq!(events[0].kind, EventKind::GapDeclared, "byte {place}");
        declared += 1;
    }
    assert!(declared > hash - body, "nearly all of them: {declared}");
}
