//! What a list for other programs shows to whom: the same words of an event, and the same scans, as on the page.
//!
//! Deliberately absent: what each role sees, which is a table beside `Sight`, and the lists that can be imported again.

use scanstation::domain::{Answer, Body, Confidence, EventKind, Identifier, Kind, NewEvent};
use scanstation::store::{Form, List};

use super::import::exported;
use super::{Bench, seen};

/// What was scanned, as what, and whether an export without the role shows it, and one with it.
const SCANNED: [(&str, Kind, bool, bool); 8] = [
    ("AT-000123", Kind::AssetTag, true, true),
    ("!CMD:DONE", Kind::Command, true, true),
    ("LOC-A", Kind::Location, true, true),
    ("4006381333931", Kind::Gtin, true, true),
    ("C02XK1\"ABJG5H", Kind::SerialNumber, false, true),
    ("490154203237518", Kind::Imei, false, true),
    ("some words \\", Kind::Text, false, true),
    ("BDG-4711", Kind::Badge, false, false),
];

fn filled() -> Bench {
    let mut bench = Bench::new();
    for (payload, kind, ..) in SCANNED {
        let now = bench.now();
        let identifier = Identifier::new(kind, payload, Confidence::Certain, "A reason.");
        let body = Body::new().with("scanned", payload).with("as", kind.word()).with("note", "a \"word\", as it is");
        let event = NewEvent { body, ..NewEvent::new(EventKind::Observed) };
        bench
            .store()
            .within(|store| {
                let scan = store.next_scan();
                store.record_events(Some(scan), &[event], now)?;
                store.record_scan(&seen(payload.as_bytes(), now), &identifier, Answer::No, None, None, None, "{}")
            })
            .unwrap();
    }
    bench
}

#[test]
fn what_was_scanned_is_shown_in_lists_to_those_who_see_it_on_the_page() {
    let bench = filled();
    for unmasked in [false, true] {
        let rows = |list: List| -> Vec<serde_json::Value> {
            let lines = exported(&bench, list, Form::JsonLines, unmasked);
            lines.lines().map(|it| serde_json::from_str(it).unwrap()).collect()
        };
        let events: Vec<_> = rows(List::Events).into_iter().filter(|it| it["kind"] == "observed").collect();
        let scans = rows(List::Scans);
        assert_eq!((events.len(), scans.len()), (SCANNED.len(), SCANNED.len()));
        for (((payload, kind, without, with), event), scan) in SCANNED.iter().zip(&events).zip(&scans) {
            let shown = if unmasked { *with } else { *without };
            for found in [&event["body"]["scanned"], &scan["payload"], &scan["key"]] {
                assert_eq!(found == payload, shown, "{found}, unmasked: {unmasked}");
                assert_eq!(found.as_str().unwrap().contains('•'), !shown, "{found}");
            }
            assert_eq!(event["body"]["as"], kind.word());
            assert_eq!(event["body"]["note"], "a \"word\", as it is");
        }
        let sheet = exported(&bench, List::Scans, Form::Csv, unmasked);
        assert_eq!(sheet.contains("490154203237518"), unmasked, "{sheet}");
    }
}

#[test]
fn an_identifier_that_ended_is_masked_by_its_kind() {
    let mut bench = Bench::new();
    let now = bench.now();
    let body = Body::new().with("serial", "C02XK1ABJG5H").with("why", "corrected");
    let events = [NewEvent { body, ..NewEvent::new(EventKind::IdentifierEnded) }];
    bench.store().within(|store| store.record_events(None, &events, now)).unwrap();
    assert!(!exported(&bench, List::Events, Form::Csv, false).contains("C02XK1ABJG5H"));
    assert!(exported(&bench, List::Events, Form::Csv, true).contains("C02XK1ABJG5H"));
}

#[test]
fn what_was_scanned_turns_no_reading_direction_in_a_list_and_is_the_same_in_json() {
    let mut bench = Bench::new();
    let (now, payload) = (bench.now(), "AB\u{202e}CD\u{1b}[2J");
    let identifier = Identifier::new(Kind::Text, payload, Confidence::Certain, "A reason.");
    let body = Body::new().with("scanned", payload);
    let events = [NewEvent { body, ..NewEvent::new(EventKind::Observed) }];
    bench
        .store()
        .within(|store| {
            store.record_events(None, &events, now)?;
            store.record_scan(&seen(payload.as_bytes(), now), &identifier, Answer::No, None, None, None, "{}")
        })
        .unwrap();
    for list in [List::Events, List::Scans] {
        let (sheet, lines) = (exported(&bench, list, Form::Csv, true), exported(&bench, list, Form::JsonLines, true));
        assert!(!sheet.contains(['\u{202e}', '\u{1b}']) && !lines.contains(['\u{202e}', '\u{1b}']), "{sheet}{lines}");
        let last: serde_json::Value = serde_json::from_str(lines.lines().last().unwrap()).unwrap();
        let (found, expected) = if list == List::Events {
            (&last["body"]["scanned"], payload)
        } else {
            (&last["payload"], "AB\u{202e}CD\\x1b[2J")
        };
        assert_eq!(found, expected);
    }
    assert!(exported(&bench, List::Scans, Form::Csv, true).contains("AB\\xe2\\x80\\xaeCD\\x1b[2J"));
}
