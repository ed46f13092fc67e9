//! Which character a key types under which country's layout, and back.
//!
//! A scanner holds a country setting and sends the keys that a keyboard of that country would use; the layout of this
//! machine plays no part. Letters follow Caps Lock where the two levels are one letter's two cases.
//! Deliberately absent: guessing the layout, which a calibration card settles (`decode::calibration`).

use super::table;
use super::table::{Key, NONE};

/// A country setting of a scanner.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// United States: what almost every scanner is shipped with.
    #[default]
    Us,
    /// United Kingdom.
    Gb,
    /// German.
    De,
    /// French (AZERTY).
    Fr,
}

/// Which keys are held beside the one that types.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Level {
    pub(super) shift: bool,
    pub(super) altgr: bool,
    pub(super) caps: bool,
}

impl Layout {
    /// All layouts, the most common first.
    pub const ALL: [Self; 4] = [Self::Us, Self::Gb, Self::De, Self::Fr];

    /// The layout's name in configuration and profiles: `us`, `gb`, `de`, `fr`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Us => "us",
            Self::Gb => "gb",
            Self::De => "de",
            Self::Fr => "fr",
        }
    }

    /// The layout with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    const fn keys(self) -> &'static [Key] {
        match self {
            Self::Us => table::US,
            Self::Gb => table::GB,
            Self::De => table::DE,
            Self::Fr => table::FR,
        }
    }

    /// The character a key types; a combining character means a dead key, `None` that the layout has nothing there.
    pub(super) fn character(self, usage: u8, level: Level) -> Option<char> {
        let (_, [plain, shift, altgr, shift_altgr]) = self.keys().iter().find(|(key, _)| *key == usage)?;
        let lettered = !level.altgr && plain.is_alphabetic() && plain.to_uppercase().eq([*shift]);
        let found = match (level.altgr, level.shift ^ (level.caps && lettered)) {
            (false, false) => plain,
            (false, true) => shift,
            (true, false) => altgr,
            (true, true) => shift_altgr,
        };
        (*found != NONE).then_some(*found)
    }

    /// The keys and levels that type a character; a dead key is found by its combining character.
    pub(super) fn keys_of(self, character: char) -> impl Iterator<Item = (u8, Level)> {
        const LEVELS: [(bool, bool); 4] = [(false, false), (true, false), (false, true), (true, true)];
        self.keys().iter().filter_map(move |(usage, characters)| {
            let (_, (shift, altgr)) = characters.iter().zip(LEVELS).find(|(it, _)| **it == character)?;
            Some((*usage, Level { shift, altgr, caps: false }))
        })
    }

    /// The character of a keypad key (usages 0x54 to 0x63, 0x67 and 0x85), Num Lock taken as on.
    ///
    /// The decimal key types a comma on a German keyboard (`kpdl(comma)` in xkeyboard-config).
    pub(super) fn keypad(self, usage: u8) -> Option<char> {
        Some(match usage {
            0x54 => '/',
            0x55 => '*',
            0x56 => '-',
            0x57 => '+',
            0x63 if self != Self::De => '.',
            0x63 | 0x85 => ',',
            0x67 => '=',
            _ => char::from(b'0' + keypad_digit(usage)?),
        })
    }
}

/// The digit of a keypad key.
pub(super) const fn keypad_digit(usage: u8) -> Option<u8> {
    match usage {
        0x59..=0x61 => Some(usage - 0x58),
        0x62 => Some(0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Layout, Level};
    use crate::decode::hid_keyboard::table::{ACUTE, CIRCUMFLEX, DIAERESIS, GRAVE, TILDE};
    use crate::decode::vectors;

    fn dead(shown: &str) -> Option<char> {
        Some(match shown.strip_suffix("(dead)")? {
            "^" => CIRCUMFLEX,
            "`" => GRAVE,
            "´" => ACUTE,
            "¨" => DIAERESIS,
            "~" => TILDE,
            other => panic!("dead key {other}"),
        })
    }

    #[test]
    fn every_key_of_the_published_tables_types_its_character_and_is_found_by_it() {
        let rows = vectors::rows(include_str!("../../../tests/vectors/keyboard_layouts.tsv"));
        assert_eq!(rows.len(), 453);
        for row in rows {
            let layout = Layout::named(row.text("layout")).unwrap();
            let usage = u8::from_str_radix(row.text("hid_usage").trim_start_matches("0x"), 16).unwrap();
            let level = row.text("level");
            let level = Level { shift: level.contains("shift"), altgr: level.contains("altgr"), caps: false };
            let shown = String::from_utf8(row.bytes("character")).unwrap();
            let expected = dead(&shown).unwrap_or_else(|| shown.chars().next().unwrap());
            assert_eq!(layout.character(usage, level), Some(expected), "{layout:?} {usage:#x} {level:?}");
            let (usage, level) = layout.keys_of(expected).next().unwrap();
            assert_eq!(layout.character(usage, level), Some(expected));
        }
    }

    #[test]
    fn caps_lock_turns_letters_only() {
        let caps = |layout: Layout, usage| layout.character(usage, Level { caps: true, ..Level::default() }).unwrap();
        assert_eq!(caps(Layout::Us, 0x04), 'A');
        assert_eq!(caps(Layout::De, 0x2f), 'Ü');
        assert_eq!(caps(Layout::De, 0x2d), 'ß');
        assert_eq!(caps(Layout::Us, 0x1e), '1');
        assert_eq!(caps(Layout::Fr, 0x1e), '&');
    }
}
