//! HID POS frames: every captured report, joined parts, time-outs, replies, hostile lengths.
//!
//! Reports captured from devices and constructed ones, row by row, then any bytes at all.
//! Deliberately absent: descriptors of devices we have not seen.

use std::time::Duration;

use super::{PosDecoder, PosFields, PosOptions};
use crate::decode::Decoded;
use crate::decode::Decoder;
use crate::decode::vectors;
use crate::domain::{Discard, Moment, Symbology};

fn at(ms: u64) -> Moment {
    Moment::new(jiff::Timestamp::UNIX_EPOCH, Duration::from_millis(ms))
}

/// A report of layout A: identifier, data, continued.
fn report(aim: &str, content: &[u8], continued: bool) -> Vec<u8> {
    let mut out = vec![0; 64];
    out[..2].copy_from_slice(&[2, u8::try_from(content.len()).unwrap()]);
    out[2..5].copy_from_slice(aim.as_bytes());
    out[5..5 + content.len()].copy_from_slice(content);
    out[63] = u8::from(continued);
    out
}

/// Feeds reports at given times and writes what came out.
#[track_caller]
fn check(options: PosOptions, fed: &[(u64, Vec<u8>)], expected: &[&str]) {
    let (mut decoder, mut out) = (PosDecoder::new(options), Vec::new());
    for (ms, report) in fed {
        decoder.push(report, at(*ms), &mut out);
    }
    assert_eq!(shown(&out), expected);
}

fn shown(out: &[Decoded]) -> Vec<String> {
    let show = |it: &Decoded| match it {
        Decoded::Frame(frame) => frame.bytes.escape_ascii().to_string(),
        Decoded::Discard(discard) => format!("{discard:?}"),
    };
    out.iter().map(show).collect()
}

#[test]
fn every_published_report_gives_its_identifier_and_data() {
    let rows = vectors::rows(include_str!("../../../tests/vectors/hidpos_reports.tsv"));
    assert_eq!(rows.len(), 34);
    for known in [false, true] {
        for message in rows.chunk_by(|a, b| a.text("message") == b.text("message")) {
            let fields = known.then(|| PosFields::named(message[0].text("layout")).unwrap());
            let (mut decoder, mut out) = (PosDecoder::new(PosOptions { fields, ..PosOptions::default() }), Vec::new());
            let aim = message[0].text("aim");
            let mut expected = aim.as_bytes().to_vec();
            for row in message {
                assert!(out.is_empty());
                decoder.push(&row.hex("report_hex"), at(0), &mut out);
                expected.extend(row.bytes("data"));
            }
            let [only] = out.as_slice() else { panic!("{}: {out:?}", message[0].text("message")) };
            match only {
                Decoded::Discard(discard) => {
                    assert_eq!(*discard, Discard::DeviceReply);
                    assert!(message[0].text("note").contains("not a scan"));
                }
                Decoded::Frame(frame) => {
                    assert_eq!(frame.bytes.escape_ascii().to_string(), expected.escape_ascii().to_string());
                    let note = message[0].text("note");
                    assert_eq!(frame.symbology == Some(Symbology::UPCA), note.contains("0x63"), "{note}");
                    assert!(!note.contains("not a scan"));
                }
            }
        }
    }
}

#[test]
fn parts_are_joined_with_one_identifier_in_front() {
    let parts = [(0, report("]d2", &[b'x'; 56], true)), (5, report("]d2", b"\x1d21\0", false))];
    check(PosOptions::default(), &parts, &[&format!("]d2{}\\x1d21\\x00", "x".repeat(56))]);
}

#[test]
fn half_a_message_is_dropped_after_a_second_and_named() {
    let (mut decoder, mut out) = (PosDecoder::new(PosOptions::default()), Vec::new());
    decoder.push(&report("]C0", b"half", true), at(100), &mut out);
    assert_eq!(decoder.deadline(), Some(Duration::from_millis(1100)));
    decoder.expire(at(1099), &mut out);
    assert!(out.is_empty());
    decoder.push(&report("]C0", b"whole", false), at(1100), &mut out);
    assert_eq!(shown(&out), ["Unfinished { bytes: 4 }", "]C0whole"]);
}

#[test]
fn an_identifier_that_changes_ends_what_it_does_not_belong_to() {
    let parts = [(0, report("]C0", b"one", true)), (1, report("]Q1", b"two", false))];
    check(PosOptions::default(), &parts, &["Unfinished { bytes: 3 }", "]Q1two"]);
}

#[test]
fn zebra_sends_its_own_identifier_for_scans_where_honeywell_answers_commands() {
    let mut zebra = vec![2, 2, 0, b']', b'X', b'0', b'O', b'K'];
    zebra.resize(64, 0);
    check(PosOptions::default(), &[(0, zebra)], &["]X0OK"]);
    check(PosOptions::default(), &[(0, report("]X0", b"OK", false))], &["DeviceReply"]);
    let scans_only = PosOptions { replies: false, ..PosOptions::default() };
    check(scans_only, &[(0, report("]X0", b"OK", false))], &["]X0OK"]);
}

#[test]
fn a_length_that_the_report_cannot_hold_spoils_the_message() {
    let mut hostile = report("]C0", b"AT-1", false);
    hostile[1] = 0xff;
    let fixed = PosOptions { fields: Some(PosFields::A), ..PosOptions::default() };
    check(fixed.clone(), &[(0, hostile), (1, report("]C0", b"AT-2", false))], &["Unfinished { bytes: 56 }", "]C0AT-2"]);
    // A report that broke off on the wire, the empty packet between full ones, and a report of another id.
    check(
        fixed,
        &[(0, vec![2, 4, b']', b'C', b'0', b'A']), (0, vec![]), (0, vec![9; 64])],
        &["Unfinished { bytes: 1 }"],
    );
}

#[test]
fn a_message_past_the_limit_is_dropped_whole() {
    let options = PosOptions { frame_max: 60, ..PosOptions::default() };
    let long = [(0, report("]Q1", &[b'x'; 56], true)), (0, report("]Q1", b"12345", false))];
    check(options, &long, &["TooLong { frame_max: 60 }"]);
}

#[test]
fn a_pulled_scanner_leaves_half_a_message_visibly() {
    let (mut decoder, mut out) = (PosDecoder::new(PosOptions::default()), Vec::new());
    decoder.push(&report("]C0", b"half", true), at(0), &mut out);
    decoder.pulled(&mut out);
    decoder.push(&report("]C0", b"whole", false), at(1), &mut out);
    assert_eq!(shown(&out), ["PulledMidway { bytes: 4 }", "]C0whole"]);
}

#[test]
fn simple_com_emulation_has_a_length_and_nothing_else() {
    let mut simple = b"\x04AT-1".to_vec();
    simple.resize(64, 0);
    check(PosOptions { fields: Some(PosFields::E), ..PosOptions::default() }, &[(0, simple)], &["AT-1"]);
}
