//! Keyboard frames: endings, silence, bodies with line ends, spoiled scans, and the round trip of every layout.
//!
//! Reports are typed by a small typist that holds a country setting, as a scanner does.

use std::time::Duration;

use proptest::prelude::*;

use super::dead_key;
use super::{Ending, KeyboardDecoder, KeyboardOptions, Layout};
use crate::decode::Decoded;
use crate::decode::Decoder;
use crate::domain::{Discard, Moment};

const ENTER: [u8; 8] = [0, 0, 0x28, 0, 0, 0, 0, 0];
const TAB: [u8; 8] = [0, 0, 0x2b, 0, 0, 0, 0, 0];
const UNKNOWN: [u8; 8] = [0, 0, 0x3a, 0, 0, 0, 0, 0];
const UP: [u8; 8] = [0; 8];

/// A time on both clocks.
pub(crate) fn at(ms: u64) -> Moment {
    Moment::new(jiff::Timestamp::UNIX_EPOCH, Duration::from_millis(ms))
}

/// The reports that a scanner with this setting sends for a text; a character without a key is `None`.
pub(crate) fn reports(layout: Layout, text: &str) -> Option<Vec<[u8; 8]>> {
    let mut out = Vec::new();
    let mut press = |modifiers, usage| out.extend([[modifiers, 0, usage, 0, 0, 0, 0, 0], UP]);
    for character in text.chars() {
        match character {
            '\r' => press(0, 0x28),
            '\t' => press(0, 0x2b),
            '\0'..='\u{1f}' => {
                // Ctrl with the key that has the character of column 4 on a US keyboard.
                let (usage, level) = Layout::Us.keys_of(char::from(u8::try_from(character).unwrap() + 0x40)).next()?;
                press(if level.shift && usage > 0x1d { 0x03 } else { 0x01 }, usage);
            }
            _ => {
                let dead = dead_key::combining(character).filter(|it| layout.keys_of(*it).next().is_some());
                let plain = layout.keys_of(character).next();
                let (usage, level) = plain.or_else(|| layout.keys_of(dead?).next())?;
                press(u8::from(level.shift) * 0x02 + u8::from(level.altgr) * 0x40, usage);
                if plain.is_none() {
                    press(0, 0x2c);
                }
            }
        }
    }
    Some(out)
}

/// Feeds reports at given times and writes what came out; `None` lets the time pass only.
fn run(options: KeyboardOptions, fed: &[(u64, Option<[u8; 8]>)]) -> Vec<String> {
    let (mut decoder, mut out) = (KeyboardDecoder::new(options), Vec::new());
    for (ms, report) in fed {
        match report {
            Some(report) => decoder.push(report, at(*ms), &mut out),
            None => decoder.expire(at(*ms), &mut out),
        }
    }
    shown(&out)
}

fn shown(out: &[Decoded]) -> Vec<String> {
    let show = |it: &Decoded| match it {
        Decoded::Frame(frame) => format!("{} @{}", frame.bytes.escape_ascii(), frame.at.uptime.as_millis()),
        Decoded::Discard(discard) => format!("{discard:?}"),
    };
    out.iter().map(show).collect()
}

/// Types text one report a millisecond, then waits 1,250 ms.
#[track_caller]
fn check(options: KeyboardOptions, text: &str, expected: &[&str]) {
    let typed = reports(options.layout, text).unwrap();
    let end = 250 + u64::try_from(typed.len()).unwrap();
    let mut fed: Vec<_> = (0..).zip(typed).map(|(ms, report)| (ms, Some(report))).collect();
    fed.push((end + 1000, None));
    let out = run(options, &fed);
    let bare: Vec<&str> = out.iter().map(|it| it.split(" @").next().unwrap()).collect();
    assert_eq!(bare, expected, "{text:?}");
}

fn ending(ending: Ending) -> KeyboardOptions {
    KeyboardOptions { ending, ..KeyboardOptions::default() }
}

#[test]
fn a_scan_ends_by_enter_tab_or_silence() {
    check(ending(Ending::Any), "AB1\rC2\t", &["AB1", "C2"]);
    check(ending(Ending::Any), "D3", &["D3"]);
    check(ending(Ending::Enter), "A\tB\rC", &["A\\tB", "Unfinished { bytes: 1 }"]);
    check(ending(Ending::Tab), "A\rB\tC", &["A\\rB", "Unfinished { bytes: 1 }"]);
    check(ending(Ending::Silence), "A\rB\tC\r\n", &["A\\rB\\tC"]);
    check(ending(Ending::Silence), "AB\r\r", &["AB\\r"]);
    check(ending(Ending::Any), "\r\r\n\t", &[]);
}

#[test]
fn silence_counts_from_the_last_key_whenever_the_clock_is_looked_at() {
    let [a, b] = [[0, 0, 4, 0, 0, 0, 0, 0], [0, 0, 5, 0, 0, 0, 0, 0]];
    let options = || ending(Ending::Silence);
    assert_eq!(run(options(), &[(0, Some(a)), (199, Some(b)), (398, None)]), Vec::<String>::new());
    assert_eq!(run(options(), &[(0, Some(a)), (199, Some(b)), (399, None)]), ["ab @199"]);
    // Nobody looked in time: the next key tells that the silence was long enough.
    assert_eq!(run(options(), &[(0, Some(a)), (200, Some(b)), (250, Some(ENTER)), (450, None)]), ["a @0", "b @250"]);
}

#[test]
fn a_device_that_ends_its_scans_is_given_more_time_and_half_a_code_is_never_taken_for_a_whole_one() {
    let a = [0, 0, 4, 0, 0, 0, 0, 0];
    // The machine stalls for 900 ms in the middle of the second code.
    let fed = [
        (0, Some(a)),
        (1, Some(ENTER)),
        (2, Some(UP)),
        (2, Some(a)),
        (3, Some(UP)),
        (902, Some(a)),
        (903, Some(ENTER)),
    ];
    assert_eq!(run(KeyboardOptions::default(), &fed), ["a @1", "aa @903"]);
    // Silence for longer is half a code; what was learnt is forgotten, for the suffix may have been switched off.
    let fed =
        [(0, Some(a)), (1, Some(ENTER)), (2, Some(a)), (1002, None), (1003, Some(UP)), (1004, Some(a)), (2004, None)];
    assert_eq!(run(KeyboardOptions::default(), &fed), ["a @1", "Unfinished { bytes: 1 }", "a @1004"]);
}

#[test]
fn the_first_code_of_an_unknown_device_is_not_cut_by_a_stall_and_teaches_how_the_next_ones_end() {
    let a = [0, 0, 4, 0, 0, 0, 0, 0];
    let fed = [(0, Some(a)), (1, Some(UP)), (900, Some(a)), (901, Some(ENTER))];
    assert_eq!(run(KeyboardOptions::default(), &fed), ["aa @901"]);
    // Without any suffix the first code waits a second, the next ones the short silence.
    let silent = [(0, Some(a)), (1, Some(UP)), (999, None), (1000, None), (1100, Some(a)), (1101, Some(UP))];
    let fed = [&silent[..], &[(1299, None), (1300, None)]].concat();
    assert_eq!(run(KeyboardOptions::default(), &fed[..3]), Vec::<String>::new());
    assert_eq!(run(KeyboardOptions::default(), &fed[..4]), ["a @0"]);
    assert_eq!(run(KeyboardOptions::default(), &fed), ["a @0", "a @1100"]);
    // A body whose control characters were lost is closed by silence and teaches nothing.
    let mut decoder = KeyboardDecoder::new(KeyboardOptions::default());
    let mut out = Vec::new();
    for (ms, text) in [(0, "A\r"), (10, "[)>06S1\r"), (2000, "B")] {
        for report in reports(Layout::Us, text).unwrap() {
            decoder.push(&report, at(ms), &mut out);
        }
    }
    decoder.expire(at(2900), &mut out);
    assert_eq!(shown(&out), ["A @0", "[)>06S1 @10"]);
    decoder.expire(at(3000), &mut out);
    assert_eq!(shown(&out)[2..], ["Unfinished { bytes: 1 }"]);
}

#[test]
fn line_ends_inside_a_15434_message_or_a_card_are_content() {
    let card = "BEGIN:VCARD\rN:Kim\rEND:VCARD\r";
    check(ending(Ending::Any), &format!("{card}NEXT\r"), &["BEGIN:VCARD\\rN:Kim\\rEND:VCARD", "NEXT"]);
    let body = "[)>\u{1e}06\u{1d}S1\r2\u{1e}\u{4}\r";
    check(ending(Ending::Enter), &format!("{body}NEXT\r"), &["[)>\\x1e06\\x1dS1\\r2\\x1e\\x04", "NEXT"]);
    // The control characters were lost on the way: silence closes what no EOT will.
    check(ending(Ending::Enter), "[)>06S1\r", &["[)>06S1"]);
    check(ending(Ending::Any), &format!("]d1{body}"), &["]d1[)>\\x1e06\\x1dS1\\r2\\x1e\\x04"]);
}

#[test]
fn an_unknown_key_spoils_the_whole_scan_and_no_other() {
    let a = [0, 0, 4, 0, 0, 0, 0, 0];
    let fed: Vec<_> = [a, UP, UNKNOWN, UP, a, ENTER, UP, a, TAB].map(|it| (0, Some(it))).to_vec();
    assert_eq!(run(KeyboardOptions::default(), &fed), ["UnknownKey { usage: 58 }", "a @0"]);
    let fed = [(0, Some(UNKNOWN)), (1000, None)];
    assert_eq!(run(KeyboardOptions::default(), &fed), ["UnknownKey { usage: 58 }"]);
}

#[test]
fn the_calibration_card_is_no_scan_under_any_layout() {
    const TAUGHT: &str = "CalibrationCard { taught: None }";
    for scanner in Layout::ALL {
        let typed = reports(scanner, &format!("{}\r", crate::decode::calibration::card())).unwrap();
        for layout in Layout::ALL {
            let mut decoder = KeyboardDecoder::new(KeyboardOptions { layout, ..KeyboardOptions::default() });
            let mut out = Vec::new();
            for it in &typed {
                decoder.push(it, at(0), &mut out);
            }
            assert_eq!(shown(&out), [TAUGHT], "{scanner:?} read as {layout:?}");
        }
    }
    // Its suffix is gone: what would be half a code is still the card.
    check(ending(Ending::Enter), &crate::decode::calibration::card(), &[TAUGHT]);
}

#[test]
fn a_scan_past_the_limit_is_one_discard_and_the_next_one_is_whole() {
    let options = KeyboardOptions { frame_max: 4, ..KeyboardOptions::default() };
    check(options, "ABCDEFGH\rABCD\r", &["TooLong { frame_max: 4 }", "ABCD"]);
}

#[test]
fn a_pulled_device_leaves_half_a_scan_visibly_and_starts_clean() {
    let (mut decoder, mut out) = (KeyboardDecoder::new(KeyboardOptions::default()), Vec::new());
    decoder.push(&[0, 0, 0x39, 4, 0, 0, 0, 0], at(0), &mut out);
    decoder.pulled(&mut out);
    decoder.pulled(&mut out);
    decoder.push(&[0, 0, 4, 0x28, 0, 0, 0, 0], at(1), &mut out);
    assert_eq!(shown(&out), ["PulledMidway { bytes: 1 }", "a @1"]);
    assert_eq!(decoder.deadline(), None);
}

#[test]
fn a_profile_undoes_what_the_scanner_adds_and_nothing_else() {
    let options = KeyboardOptions {
        prefix: b"~".to_vec(),
        suffix: b"#".to_vec(),
        case_inverted: true,
        replaced: vec![('|', 0x1d)],
        ..KeyboardOptions::default()
    };
    check(options, "~~aT-00 1|Z##\r", &["~At-00 1\\x1dz#"]);
}

#[test]
fn every_printable_ascii_character_survives_under_every_layout() {
    let ascii: String = (' '..='~').collect();
    for layout in Layout::ALL {
        let text: String = ascii.chars().filter(|it| reports(layout, &it.to_string()).is_some()).collect();
        assert_eq!(text, ascii, "{layout:?} lacks a key");
        let options = KeyboardOptions { layout, ..KeyboardOptions::default() };
        check(options, &text, &[text.as_bytes().escape_ascii().to_string().as_str()]);
    }
}

proptest! {
    #[test]
    fn what_is_typed_is_what_is_read(layout in 0..4_usize, texts in prop::collection::vec("[ -~]{1,40}", 1..6)) {
        let layout = Layout::ALL[layout];
        let mut decoder = KeyboardDecoder::new(KeyboardOptions { layout, ..KeyboardOptions::default() });
        let mut out = Vec::new();
        for text in &texts {
            // A body that opens here would rightly swallow the Enter that follows.
            prop_assume!(!text.contains("[)>") && !text.contains("BEGIN:V"));
            for report in reports(layout, &format!("{text}\r")).unwrap() {
                decoder.push(&report, at(0), &mut out);
            }
        }
        let read: Vec<_> = out.into_iter().map(|it| match it {
            Decoded::Frame(frame) => String::from_utf8(frame.bytes).unwrap(),
            Decoded::Discard(discard) => format!("{discard:?}"),
        }).collect();
        prop_assert_eq!(read, texts);
    }

    #[test]
    fn frames_do_not_depend_on_when_the_clock_is_looked_at(
        fed in prop::collection::vec((0..300_u64, prop::sample::select(vec![ENTER, TAB, UP, UNKNOWN,
            [0, 0, 4, 0, 0, 0, 0, 0], [2, 0, 5, 0, 0, 0, 0, 0], [4, 0, 0x5a, 0, 0, 0, 0, 0]])), 0..60),
        looks in prop::collection::vec(0..300_u64, 60),
        stall in prop::sample::select(vec![100_u64, 1000]),
    ) {
        let mut now = 0;
        let (mut seldom, mut often) = (Vec::new(), Vec::new());
        for ((wait, report), look) in fed.into_iter().zip(looks) {
            often.push((now + look.min(wait), None));
            now += wait;
            often.push((now, Some(report)));
            seldom.push((now, Some(report)));
        }
        seldom.push((now + 1000, None));
        often.push((now + 1000, None));
        let options = || KeyboardOptions { stall: Duration::from_millis(stall), ..KeyboardOptions::default() };
        prop_assert_eq!(run(options(), &seldom), run(options(), &often));
    }
}

#[test]
fn a_discard_names_what_was_lost() {
    let (mut decoder, mut out) = (KeyboardDecoder::new(ending(Ending::Enter)), Vec::new());
    for report in reports(Layout::Us, "AT-1").unwrap() {
        decoder.push(&report, at(0), &mut out);
    }
    assert_eq!(decoder.deadline(), Some(Duration::from_secs(1)));
    decoder.expire(at(1000), &mut out);
    assert_eq!(out, [Decoded::Discard(Discard::Unfinished { bytes: 4 })]);
}
