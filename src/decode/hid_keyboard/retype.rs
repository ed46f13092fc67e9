//! The same keys under another layout: what one setting shows as garbage, another shows as it was meant.
//!
//! Used to explain a wrong layout and to infer the right one from a calibration card.
//! Deliberately absent: dead keys that composed; a composed letter is one key or none.

use super::dead_key;
use super::fields::KeyFields;
use super::keys::{Habits, Keys, Typed};
use super::layout::Layout;
use crate::decode::calibration;

/// Reads recorded reports under a layout; a key that it does not have becomes a private character.
#[must_use]
pub fn read_keys(reports: &[Vec<u8>], layout: Layout, fields: &KeyFields) -> String {
    let mut keys = Keys::new(Habits { layout, fields: fields.clone(), ..Habits::default() });
    let mut typed = Vec::new();
    for report in reports {
        keys.report(report, &mut typed);
    }
    keys.end(&mut typed);
    let read = |it: &Typed| match it {
        Typed::Character(it) => *it,
        Typed::Mapped(it) => char::from(*it),
        Typed::Unknown(it) => calibration::unknown(*it),
    };
    typed.iter().map(read).collect()
}

/// Types the keys that make `text` under `seen_as`, and reads them under `typed_as`.
///
/// `None` if a character has no key under the one or no character under the other. Control characters stay.
#[must_use]
pub fn retype(text: &str, seen_as: Layout, typed_as: Layout) -> Option<String> {
    text.chars()
        .map(|character| {
            if character.is_ascii_control() {
                return Some(character);
            }
            let dead = dead_key::combining(character).into_iter().flat_map(|it| seen_as.keys_of(it));
            let mut keys = seen_as.keys_of(character).chain(dead);
            keys.find_map(|(usage, level)| typed_as.character(usage, level)).map(dead_key::spacing)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Layout, retype};
    use crate::decode::vectors;

    #[test]
    fn what_a_wrong_pair_of_layouts_shows_is_what_the_published_pairs_show() {
        let rows = vectors::rows(include_str!("../../../tests/vectors/keyboard_mismatch.tsv"));
        assert_eq!(rows.len(), 31);
        for row in rows {
            let (sent, seen) = (row.bytes("sent_text"), row.bytes("host_sees"));
            let (sent, seen) =
                (String::from_utf8(sent).unwrap(), String::from_utf8(seen).unwrap().replace("(dead)", ""));
            let (scanner, host) = (row.text("scanner_layout"), row.text("host_layout"));
            let (scanner, host) = (Layout::named(scanner).unwrap(), Layout::named(host).unwrap());
            assert_eq!(retype(&sent, scanner, host).as_deref(), Some(seen.as_str()), "{scanner:?} read as {host:?}");
            assert_eq!(retype(&seen, host, scanner).as_deref(), Some(sent.as_str()), "{host:?} back to {scanner:?}");
        }
    }
}
