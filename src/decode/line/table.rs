//! What the line decoder makes of bytes and silences, row by row, and what holds for any bytes.
//!
//! A row is a script of milliseconds and bytes and what must come of it; properties feed the same bytes cut anywhere.
//! Deliberately absent: ports, which `tests/serial` tries on real pseudo-terminals.

use std::time::Duration;

use jiff::Timestamp;
use proptest::prelude::*;
use serde::Deserialize as _;
use serde::de::value::{self, MapDeserializer};

use super::{Envelope, LineDecoder, Options, Stale, Terminator};
use crate::decode::{Decoded, Decoder};
use crate::domain::{Discard, Moment};

fn at(milliseconds: u64) -> Moment {
    Moment::new(Timestamp::UNIX_EPOCH, Duration::from_millis(milliseconds))
}

/// Feeds `(milliseconds, bytes)`; no bytes means that the station's deadline came. The port is opened at 0 ms.
fn decode(options: &Options, script: &[(u64, &[u8])]) -> Vec<Decoded> {
    let mut decoder = LineDecoder::new(options.clone(), at(0));
    let mut out = Vec::new();
    for (milliseconds, bytes) in script {
        if bytes.is_empty() {
            decoder.expire(at(*milliseconds), &mut out);
        } else {
            decoder.push(bytes, at(*milliseconds), &mut out);
        }
    }
    out
}

fn print(decoded: &Decoded) -> String {
    match decoded {
        Decoded::Frame(frame) => {
            format!("{}{}", if frame.stale { "stale " } else { "" }, frame.bytes.escape_ascii())
        }
        Decoded::Discard(discard) => format!("{discard:?}"),
    }
}

#[track_caller]
fn check(options: &Options, script: &[(u64, &[u8])], expected: &[&str]) {
    let found: Vec<String> = decode(options, script).iter().map(print).collect();
    assert_eq!(found, expected);
}

fn ending(terminator: Terminator) -> Options {
    Options { terminator, ..Options::default() }
}

fn enclosed(envelope: Envelope) -> Options {
    Options { envelope, ..Options::default() }
}

#[test]
fn a_line_ends_at_cr_or_lf_or_both_and_an_empty_line_is_nothing() {
    let line = Options::default();
    check(&line, &[(1, b"AT-1\rAT-2\nAT-3\r\nAT-4\r")], &["AT-1", "AT-2", "AT-3", "AT-4"]);
    check(&line, &[(1, b"\r\n\r\n\n\rAT-1\r\r\n")], &["AT-1"]);
    check(&line, &[(1, b"AT-1\r"), (2, b"\nAT-2\r")], &["AT-1", "AT-2"]);
    check(&line, &[(1, b"AT-1\r"), (90_000, b"\nAT-2\r")], &["AT-1", "AT-2"]);
}

#[test]
fn each_terminator_ends_a_code_and_leaves_the_others_alone() {
    check(&ending(Terminator::Cr), &[(1, b"a\nb\tc\rd\r")], &["a\\nb\\tc", "d"]);
    check(&ending(Terminator::Lf), &[(1, b"a\rb\nc\n")], &["a\\rb", "c"]);
    check(&ending(Terminator::CrLf), &[(1, b"a\rb\nc\r\n\r\nd\r"), (2, b"\n")], &["a\\rb\\nc", "d"]);
    check(&ending(Terminator::Etx), &[(1, b"a\rb\x03c\x03")], &["a\\rb", "c"]);
    check(&ending(Terminator::Tab), &[(1, b"a b\tc\r\t")], &["a b", "c\\r"]);
}

#[test]
fn without_a_terminator_a_silence_ends_the_code() {
    let none = ending(Terminator::None);
    check(&none, &[(1, b"AT-"), (150, b"1\r"), (350, b"")], &["AT-1\\r"]);
    check(&none, &[(1, b"AT-1"), (200, b"")], &[]);
    check(&none, &[(1, b"AT-1"), (201, b"AT-2"), (401, b"")], &["AT-1", "AT-2"]);
}

#[test]
fn half_a_code_then_silence_is_given_up_and_the_next_code_is_clean() {
    let line = Options::default();
    check(&line, &[(1, b"AT-00"), (2_001, b""), (2_002, b"AT-2\r")], &["Unfinished { bytes: 5 }", "AT-2"]);
    check(&line, &[(1, b"AT-00"), (2_001, b"AT-2\r")], &["Unfinished { bytes: 5 }", "AT-2"]);
    check(&line, &[(1, b"AT-00"), (2_000, b"0123\r")], &["AT-000123"]);
}

#[test]
fn one_prefix_and_one_suffix_are_taken_off_and_no_more() {
    let framed = Options { prefix: "<<".into(), suffix: "#".into(), ..Options::default() };
    check(&framed, &[(1, b"<<a#\r<<<<b##\rc\r<d\r")], &["a", "<<b#", "c", "<d"]);
    check(&framed, &[(1, b"<<#\re\r")], &["Unfinished { bytes: 4 }", "e"]);
}

#[test]
fn stx_and_etx_enclose_a_code_and_what_is_outside_is_counted() {
    let stx = enclosed(Envelope::StxEtx);
    check(&stx, &[(1, b"\x02a\rb\x03\r\n\x02c\x03")], &["a\\rb", "c"]);
    check(&stx, &[(1, b"xyz\x02a\x03")], &["OutsideFrame { bytes: 3 }", "a"]);
    check(&stx, &[(1, b"xyz"), (2_001, b"")], &["OutsideFrame { bytes: 3 }"]);
    check(&stx, &[(1, b"\x02ab\x02c\x03")], &["Unfinished { bytes: 2 }", "c"]);
    check(&stx, &[(1, b"\x02ab"), (2_001, b"")], &["Unfinished { bytes: 3 }"]);
    check(&stx, &[(1, b"\x02\x03")], &[]);
}

#[test]
fn a_check_byte_is_the_xor_of_the_code_and_may_be_any_byte() {
    // 'A' ^ 'B' = 0x03, which looks like ETX; "AA" gives 0x00; '1' ^ '3' = 0x02, which looks like STX.
    let bcc = enclosed(Envelope::StxEtxBcc);
    check(&bcc, &[(1, b"\x02AB\x03\x03\x02AA\x03\x00\x0213\x03\x02")], &["AB", "AA", "13"]);
    check(&bcc, &[(1, b"\x02AB\x03\x04\x02AA\x03\x00")], &["CheckByte { sent: 4, computed: 3 }", "AA"]);
    check(&bcc, &[(1, b"\x02AB\x03"), (2_001, b"")], &["Unfinished { bytes: 3 }"]);
    check(&enclosed(Envelope::StxEtxBccOverEtx), &[(1, b"\x02AB\x03\x00")], &["AB"]);
}

#[test]
fn a_code_without_end_is_thrown_away_once_and_the_next_one_is_clean() {
    let short = Options { frame_max: 8, ..Options::default() };
    check(
        &short,
        &[(1, b"12345678\r123456789\r12345678901234567890\rok\r")],
        &["12345678", "TooLong { frame_max: 8 }", "TooLong { frame_max: 8 }", "ok"],
    );
    let megabyte = vec![b'7'; 1_000_000];
    check(&Options::default(), &[(1, &megabyte), (2, b"tail\rAT-1\r")], &["TooLong { frame_max: 4096 }", "AT-1"]);
    check(&Options::default(), &[(1, &megabyte), (2_001, b"AT-1\r")], &["TooLong { frame_max: 4096 }", "AT-1"]);
    let stx = Options { frame_max: 4, ..enclosed(Envelope::StxEtxBcc) };
    check(&stx, &[(1, b"\x02123456789\x03\x07\x02AA\x03\x00")], &["TooLong { frame_max: 4 }", "AA"]);
    let none = Options { frame_max: 4, ..ending(Terminator::None) };
    check(&none, &[(1, b"123456789"), (201, b"abcd"), (401, b"")], &["TooLong { frame_max: 4 }", "abcd"]);
}

#[test]
fn with_line_ends_inside_only_the_last_before_a_silence_counts() {
    let card = Options { last_terminator_only: true, ..Options::default() };
    let body: &[u8] = b"BEGIN:VCARD\r\nFN:Kim\r\nEND:VCARD\r\n";
    let whole = "BEGIN:VCARD\\r\\nFN:Kim\\r\\nEND:VCARD";
    check(&card, &[(1, body), (201, b"")], &[whole]);
    check(&card, &[(1, body), (200, b"")], &[]);
    check(&card, &[(1, body), (201, b"AT-1\r"), (401, b"")], &[whole, "AT-1"]);
    check(&card, &[(1, b"a\rb"), (201, b""), (1_000, b"c\r"), (1_200, b"")], &["a\\rbc"]);
    check(&card, &[(1, b"a\rb"), (2_001, b"")], &["Unfinished { bytes: 3 }"]);
}

#[test]
fn what_waited_before_anybody_listened_is_thrown_away_marked_or_taken() {
    let script: &[(u64, &[u8])] = &[(0, b"old\rhal"), (5, b"f\rnew\r")];
    let with = |stale| Options { stale, ..Options::default() };
    check(&with(Stale::Discard), script, &["Stale { bytes: 4 }", "Stale { bytes: 5 }", "new"]);
    check(&with(Stale::Mark), script, &["stale old", "stale half", "new"]);
    check(&with(Stale::Accept), script, &["old", "half", "new"]);
    let slow = Options { stale_ms: 50, ..Options::default() };
    check(&slow, &[(50, b"old\r"), (51, b"new\r")], &["Stale { bytes: 4 }", "new"]);
}

#[test]
fn hostile_bytes_are_kept_as_they_are() {
    check(&Options::default(), &[(1, b"\x00\xFF\xFE<b>\x1B[2J'; --\r")], &["\\x00\\xff\\xfe<b>\\x1b[2J\\\'; --"]);
}

#[test]
fn a_device_that_is_pulled_midway_leaves_a_trace() {
    let mut out = Vec::new();
    let mut decoder = LineDecoder::new(Options::default(), at(0));
    decoder.push(b"AT-1\rAT-0", at(1), &mut out);
    decoder.pulled(&mut out);
    decoder.pulled(&mut out);
    let found: Vec<String> = out.iter().map(print).collect();
    assert_eq!(found, ["AT-1", "PulledMidway { bytes: 4 }"]);
    assert_eq!(decoder.deadline(), None);
}

#[test]
fn options_are_read_by_name_and_an_unknown_key_is_refused() {
    let read = |keys: &[(&str, &str)]| {
        let keys = MapDeserializer::<_, value::Error>::new(keys.iter().copied());
        Options::deserialize(keys).map_err(|it| it.to_string())
    };
    assert_eq!(read(&[]), Ok(Options::default()));
    let crlf = Options { terminator: Terminator::CrLf, envelope: Envelope::StxEtxBcc, ..Options::default() };
    assert_eq!(read(&[("terminator", "crlf"), ("envelope", "stx-etx-bcc")]), Ok(crlf));
    assert!(read(&[("terminater", "cr")]).is_err_and(|it| it.contains("unknown field `terminater`")));
}

fn any_options() -> impl Strategy<Value = Options> {
    let terminator = prop::sample::select(vec![
        Terminator::Line,
        Terminator::Cr,
        Terminator::Lf,
        Terminator::CrLf,
        Terminator::Etx,
        Terminator::Tab,
        Terminator::None,
    ]);
    let envelope =
        prop::sample::select(vec![Envelope::None, Envelope::StxEtx, Envelope::StxEtxBcc, Envelope::StxEtxBccOverEtx]);
    let affix = prop::sample::select(vec!["", "A", "\r", "\u{2}"]);
    (terminator, envelope, affix.clone(), affix, 1_usize..24, any::<bool>()).prop_map(
        |(terminator, envelope, prefix, suffix, frame_max, last_terminator_only)| Options {
            terminator,
            envelope,
            prefix: prefix.to_owned(),
            suffix: suffix.to_owned(),
            frame_max,
            last_terminator_only,
            ..Options::default()
        },
    )
}

fn any_line() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop::sample::select(vec![2_u8, 3, 9, 10, 13, b'A', b'B', 0, 0xFF]);
    prop::collection::vec(byte, 0..80)
}

/// Feeds the same bytes at one time, cut as told, then lets silence pass.
fn cut(options: &Options, line: &[u8], cuts: &[usize]) -> Vec<Decoded> {
    let mut decoder = LineDecoder::new(options.clone(), at(0));
    let mut out = Vec::new();
    let mut rest = line;
    for length in cuts {
        let (now, later) = rest.split_at((*length).min(rest.len()));
        decoder.push(now, at(1), &mut out);
        rest = later;
    }
    decoder.push(rest, at(1), &mut out);
    decoder.expire(at(10_000), &mut out);
    assert_eq!(decoder.deadline(), None, "nothing is pending after a long silence");
    out
}

proptest! {
    #[test]
    fn frames_do_not_depend_on_where_reads_are_cut(
        options in any_options(), line in any_line(), cuts in prop::collection::vec(0_usize..9, 0..20),
    ) {
        prop_assert_eq!(cut(&options, &line, &[]), cut(&options, &line, &cuts));
    }

    #[test]
    fn no_code_is_longer_than_its_limit_and_no_byte_is_counted_twice(options in any_options(), line in any_line()) {
        let mut counted = 0;
        for decoded in cut(&options, &line, &[]) {
            match decoded {
                Decoded::Frame(frame) => {
                    prop_assert!(!frame.bytes.is_empty() && frame.bytes.len() <= options.frame_max);
                    counted += frame.bytes.len();
                }
                Decoded::Discard(
                    Discard::Unfinished { bytes } | Discard::OutsideFrame { bytes } | Discard::PulledMidway { bytes },
                ) => counted += bytes,
                Decoded::Discard(_) => {}
            }
        }
        prop_assert!(counted <= line.len());
    }

    #[test]
    fn a_clean_code_follows_any_noise_after_a_silence(noise in any_line(), options in any_options()) {
        let mut decoder = LineDecoder::new(Options { frame_max: 24, ..options.clone() }, at(0));
        let mut out = Vec::new();
        decoder.push(&noise, at(1), &mut out);
        out.clear();
        let wire: &[u8] = match (options.envelope, options.terminator) {
            (Envelope::StxEtx, _) => b"\x02XY\x03",
            (Envelope::StxEtxBcc, _) => b"\x02XY\x03\x01",
            (Envelope::StxEtxBccOverEtx, _) => b"\x02XY\x03\x02",
            (Envelope::None, Terminator::Line | Terminator::Cr) => b"XY\r",
            (Envelope::None, Terminator::Lf) => b"XY\n",
            (Envelope::None, Terminator::CrLf) => b"XY\r\n",
            (Envelope::None, Terminator::Etx) => b"XY\x03",
            (Envelope::None, Terminator::Tab) => b"XY\t",
            (Envelope::None, Terminator::None) => b"XY",
        };
        decoder.push(wire, at(5_000), &mut out);
        decoder.expire(at(9_999), &mut out);
        prop_assert_eq!(out.last().map(print), Some("XY".to_owned()));
    }
}
