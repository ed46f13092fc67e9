//! Keyboard reports to what was typed: one character, one control byte or one key nobody knows, at a time.
//!
//! A key is new if its usage is down now and was not in the report before; a roll-over error changes nothing. Caps Lock
//! is followed only when the scanner presses it itself, for letters only: the console's own state plays no part.
//! Deliberately absent: where a scan ends, which the decoder above says.

use super::alt_code::{AltCode, OemPage};
use super::dead_key;
use super::fields::KeyFields;
use super::layout::{Layout, Level, keypad_digit};

/// Most keys that one report can hold (the boot report holds six).
const SLOTS_MAX: usize = 32;

const CTRL: u8 = 0x11;
const SHIFT: u8 = 0x22;
const LEFT_ALT: u8 = 0x04;
const RIGHT_ALT: u8 = 0x40;
const GUI: u8 = 0x88;
const CAPS_LOCK: u8 = 0x39;
const NUM_LOCK: u8 = 0x53;
const SCROLL_LOCK: u8 = 0x47;

/// One thing that was typed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Typed {
    /// A character; control characters stand for themselves.
    Character(char),
    /// A byte that the device's profile gives to this key.
    Mapped(u8),
    /// A key, or a combination, that means nothing in this layout.
    Unknown(u8),
}

/// How a scanner types.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Habits {
    pub(super) layout: Layout,
    pub(super) oem_page: Option<OemPage>,
    pub(super) dead_keys_plain: bool,
    pub(super) keys: Vec<(u8, u8)>,
    pub(super) fields: KeyFields,
}

/// What is held and half typed between two reports.
#[derive(Clone, Debug, Default)]
pub(super) struct Keys {
    habits: Habits,
    held: Vec<u8>,
    caps: bool,
    alt_code: AltCode,
    dead: Option<char>,
}

impl Keys {
    pub(super) fn new(habits: Habits) -> Self {
        Self { habits, ..Self::default() }
    }

    /// Takes one report and says what it typed, in order.
    pub(super) fn report(&mut self, report: &[u8], out: &mut Vec<Typed>) {
        let mut now = Vec::new();
        let Some(modifiers) = self.habits.fields.read(report, &mut now) else { return };
        // HID 1.11 appendix C: an error (roll-over 1, self-test 2, undefined 3) fills every slot; which keys are down is
        // not known, so nothing changes: what seems released would be pressed twice.
        if matches!(now.as_slice(), [error @ 0x01..=0x03, rest @ ..] if rest.iter().all(|it| it == error)) {
            return;
        }
        if modifiers & (LEFT_ALT | RIGHT_ALT) == 0 {
            self.end_alt_code(out);
        }
        now.retain(|it| *it > 0x03);
        now.truncate(SLOTS_MAX);
        for (place, usage) in now.iter().copied().enumerate() {
            let repeated = now.iter().take(place).any(|it| *it == usage);
            if !repeated && !self.held.contains(&usage) {
                self.press(usage, modifiers, out);
            }
        }
        self.held = now;
    }

    /// Whether something typed still waits for another key: a dead key or an Alt number.
    pub(super) const fn waiting(&self) -> bool {
        self.dead.is_some() || !self.alt_code.is_empty()
    }

    /// Ends what waits for another key: the scan is over.
    pub(super) fn end(&mut self, out: &mut Vec<Typed>) {
        self.end_alt_code(out);
        self.end_dead_key(out);
    }

    fn press(&mut self, usage: u8, modifiers: u8, out: &mut Vec<Typed>) {
        match usage {
            CAPS_LOCK => return self.caps = !self.caps,
            NUM_LOCK | SCROLL_LOCK | 0xe0..=0xe7 => return,
            _ => {}
        }
        if let Some((_, byte)) = self.habits.keys.iter().copied().find(|(key, _)| *key == usage) {
            self.end(out);
            return out.push(Typed::Mapped(byte));
        }
        let ctrl = modifiers & CTRL != 0;
        let alt = modifiers & (LEFT_ALT | RIGHT_ALT) != 0;
        if alt
            && !ctrl
            && let Some(digit) = keypad_digit(usage)
        {
            return self.alt_code.push(digit);
        }
        let typed = self.character(usage, modifiers).map_or(Typed::Unknown(usage), Typed::Character);
        self.typed(typed, out);
    }

    fn character(&self, usage: u8, modifiers: u8) -> Option<char> {
        let layout = self.habits.layout;
        if let Some(control) = control_key(usage) {
            return (modifiers & (LEFT_ALT | RIGHT_ALT | GUI | CTRL) == 0).then_some(control);
        }
        if modifiers & GUI != 0 {
            return None;
        }
        let ctrl = modifiers & CTRL != 0;
        let left_alt = modifiers & LEFT_ALT != 0;
        // Ctrl+Alt is what Windows takes for AltGr, and scanners send it in its place.
        let altgr = modifiers & RIGHT_ALT != 0 || (ctrl && left_alt);
        if left_alt && !ctrl {
            return None;
        }
        if let Some(character) = layout.keypad(usage) {
            return (!ctrl && !altgr).then_some(character);
        }
        let level = Level { shift: modifiers & SHIFT != 0, altgr, caps: self.caps };
        if ctrl && !left_alt {
            // The control characters beyond letters are named by the US key in every vendor's table.
            return layout
                .character(usage, level)
                .and_then(control)
                .or_else(|| Layout::Us.character(usage, level).and_then(control))
                .or_else(|| control_by_key(usage));
        }
        layout.character(usage, level)
    }

    fn typed(&mut self, typed: Typed, out: &mut Vec<Typed>) {
        let Typed::Character(character) = typed else {
            self.end(out);
            return out.push(typed);
        };
        let dead = dead_key::is_dead(character);
        match (self.dead.take(), dead) {
            (None, true) if self.habits.dead_keys_plain => out.push(Typed::Character(dead_key::spacing(character))),
            (None, true) => self.dead = Some(character),
            (None, false) => out.push(typed),
            // Twice a dead key types both accents (Windows), or the second would vanish without a trace.
            (Some(accent), true) => {
                out.push(Typed::Character(dead_key::spacing(accent)));
                out.push(Typed::Character(dead_key::spacing(character)));
            }
            (Some(accent), false) => {
                let composed = dead_key::compose(accent, character);
                if composed.is_none() {
                    out.push(Typed::Character(dead_key::spacing(accent)));
                }
                out.push(Typed::Character(composed.unwrap_or(character)));
            }
        }
    }

    fn end_alt_code(&mut self, out: &mut Vec<Typed>) {
        let code = std::mem::take(&mut self.alt_code);
        if !code.is_empty() {
            let page = self.habits.oem_page.unwrap_or(match self.habits.layout {
                Layout::Us => OemPage::Page437,
                Layout::Gb | Layout::De | Layout::Fr => OemPage::Page850,
            });
            // Usage 0x62, keypad 0, stands for the whole number in the report of what was not understood.
            self.end_dead_key(out);
            out.push(code.character(page).map_or(Typed::Unknown(0x62), Typed::Character));
        }
    }

    fn end_dead_key(&mut self, out: &mut Vec<Typed>) {
        if let Some(accent) = self.dead.take() {
            out.push(Typed::Character(dead_key::spacing(accent)));
        }
    }
}

/// Keys that type a control character by themselves ("function key mapping" of Zebra scanners).
const fn control_key(usage: u8) -> Option<char> {
    Some(match usage {
        0x28 | 0x58 => '\r',
        0x29 => '\u{1b}',
        0x2a => '\u{8}',
        0x2b => '\t',
        _ => return None,
    })
}

/// The control character of Ctrl + character: columns 4 and 5 of ASCII less 0x40 (ECMA-48).
fn control(character: char) -> Option<char> {
    match character {
        '@'..='_' | 'a'..='z' => char::from_u32(u32::from(character) & 0x1f),
        _ => None,
    }
}

/// Control characters that vendors' tables name by the key without Shift: Ctrl+2 NUL, Ctrl+6 RS, Ctrl+- US.
const fn control_by_key(usage: u8) -> Option<char> {
    Some(match usage {
        0x1f => '\0',
        0x23 => '\u{1e}',
        0x2d => '\u{1f}',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{Habits, Keys, Typed};
    use crate::decode::hid_keyboard::layout::Layout;
    use crate::decode::vectors;

    /// Types reports in hexadecimal and writes what came out; an unknown key is `<usage>`.
    fn typed(habits: Habits, reports: &str) -> String {
        let (mut keys, mut out) = (Keys::new(habits), Vec::new());
        reports.split(' ').for_each(|it| keys.report(&vectors::hex(it), &mut out));
        keys.end(&mut out);
        out.iter()
            .map(|it| match it {
                Typed::Character(it) => it.to_string(),
                Typed::Mapped(it) => char::from(*it).to_string(),
                Typed::Unknown(it) => format!("<{it:02x}>"),
            })
            .collect()
    }

    #[track_caller]
    fn check(layout: Layout, reports: &str, expected: &str) {
        assert_eq!(typed(Habits { layout, ..Habits::default() }, reports), expected, "{reports}");
    }

    #[test]
    fn published_report_sequences_type_their_text() {
        let rows = vectors::rows(include_str!("../../../tests/vectors/hidkbd_reports.tsv"));
        assert_eq!(rows.len(), 15);
        for row in rows {
            let expected = String::from_utf8(row.bytes("text")).unwrap();
            check(Layout::named(row.text("layout")).unwrap(), row.text("reports_hex"), &expected);
        }
    }

    #[test]
    fn roll_over_and_missing_releases_lose_and_double_nothing() {
        // a, then a roll-over error, then a still held, then b without a release in between.
        check(Layout::Us, "0000040000000000 0000010101010101 0000040000000000 0000050000000000", "ab");
        // The order of keys that are down together is the order of the slots; a held key may change its slot.
        check(Layout::Us, "0000040500000000 0000050406000000 0000000000000000 0000040000000000", "abca");
        check(Layout::Us, "0000040400000000", "a");
        // A self-test error and an undefined one say as little as a roll-over; the key that is held is not typed again.
        check(Layout::Us, "0000040000000000 0000020202020202 0000040000000000 0000030303030303 0000040500000000", "ab");
        // Modifiers in reports of their own, before and after the key.
        check(Layout::Us, "0200000000000000 0200040000000000 0200000000000000 0000000000000000 0000040000000000", "Aa");
        check(Layout::De, "4000000000000000 4000140000000000 4000000000000000 0000000000000000 0000140000000000", "@q");
    }

    #[test]
    fn a_key_that_the_layout_does_not_have_is_named_and_never_skipped() {
        check(Layout::Us, "0000640000000000", "<64>");
        check(Layout::Us, "0400040000000000", "<04>");
        check(Layout::Us, "0800040000000000", "<04>");
        check(Layout::De, "4000040000000000", "<04>");
        check(Layout::Us, "0100270000000000", "<27>");
        check(Layout::Us, "00003a0000000000", "<3a>");
        check(
            Layout::Us,
            "04005a0000000000 0400000000000000 04005a0000000000 0400000000000000 04005a0000000000 0000000000000000",
            "▐",
        );
        check(
            Layout::Us,
            "0400610000000000 0400000000000000 0400610000000000 0400000000000000 0400610000000000 0000000000000000",
            "<62>",
        );
    }

    #[test]
    fn control_characters_come_by_ctrl_and_a_letter_under_every_layout() {
        check(Layout::Us, "0100300000000000", "\u{1d}");
        check(Layout::Us, "0300230000000000", "\u{1e}");
        check(Layout::Us, "0100100000000000", "\r");
        // The tables of several makers name RS and US by the key alone.
        check(
            Layout::Us,
            "0100230000000000 0000000000000000 01002d0000000000 0000000000000000 01001f0000000000",
            "\u{1e}\u{1f}\0",
        );
        check(Layout::De, "0100230000000000", "\u{1e}");
        check(Layout::Us, "0100070000000000 0000000000000000 0200060000000000", "\u{4}C");
        // German: Ctrl with the key that is `]` on a US keyboard, and Ctrl+Alt as AltGr for a `]`.
        check(Layout::De, "0100300000000000", "\u{1d}");
        check(Layout::De, "0500260000000000", "]");
        check(Layout::Fr, "0100140000000000", "\u{1}");
    }

    #[test]
    fn dead_keys_compose_as_windows_does_and_are_never_swallowed() {
        let (circumflex, space, a, one) =
            ("0000350000000000 0000000000000000", "00002c0000000000", "0000040000000000", "00001e0000000000");
        check(Layout::De, &format!("{circumflex} {space}"), "^");
        check(Layout::De, &format!("{circumflex} {a}"), "â");
        check(Layout::De, &format!("{circumflex} {one}"), "^1");
        check(Layout::De, &format!("{circumflex} {circumflex} {one}"), "^^1");
        check(Layout::De, circumflex, "^");
        let plain = Habits { layout: Layout::De, dead_keys_plain: true, ..Habits::default() };
        assert_eq!(typed(plain, &format!("{circumflex} {a}")), "^a");
    }

    #[test]
    fn the_keypad_types_digits_and_enter_and_a_profile_gives_meaning_to_a_function_key() {
        check(
            Layout::Us,
            "0000590000000000 0000620000000000 0000630000000000 0000540000000000 0000580000000000",
            "10./\r",
        );
        check(Layout::De, "0000630000000000", ",");
        // Hand Held Products sends Down for GS.
        let habits = Habits { keys: vec![(0x51, 0x1d)], ..Habits::default() };
        assert_eq!(typed(habits, "0000040000000000 0000510000000000 0000050000000000"), "a\u{1d}b");
    }
}
