//! The calibration card: one scan of a known text tells how a scanner types.
//!
//! Under the right layout the card reads as it was printed; what stands before and behind it is what the scanner adds,
//! and what stands where GS was printed is what it does with control characters. Nothing is guessed: no match, no finding.
//! Deliberately absent: storing the finding (`source::usb::binding`) and drawing the card (`labels`).

use crate::decode::hid_keyboard::{Ending, KeyFields, Layout, read_keys, retype};

/// The card's text before its GS: letters that move, both cases, and signs that tell US from UK.
const HEAD: &str = "SCANCAL ]C1-/ZYzyQqAaMm_@[\\";
/// The card's text behind its GS.
const TAIL: &str = "END";
/// Between the two halves.
const GS: char = '\u{1d}';
/// Most that is added in front or behind, characters; more is no setting of a scanner.
const ADDED_MAX: usize = 32;

/// The text that the card bears, GS included.
#[must_use]
pub fn card() -> String {
    format!("{HEAD}{GS}{TAIL}")
}

/// What the scanner does with GS, the separator of GS1 codes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Separator {
    /// It arrives as GS.
    Kept,
    /// A key stands for it (HID usage).
    Key(u8),
    /// A printable character stands for it.
    Replaced(char),
    /// It is lost: codes that need it cannot be read by this scanner in this setting.
    Dropped,
}

/// What one scan of the card tells.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// The country setting of the scanner.
    pub layout: Layout,
    /// It types lower case for upper and the reverse.
    pub case_inverted: bool,
    /// What it adds in front.
    pub prefix: String,
    /// What it adds behind, before the ending.
    pub suffix: String,
    /// What ends its scans.
    pub ending: Ending,
    /// What it does with GS.
    pub separator: Separator,
}

/// Infers from the reports of one scan of the card; `None` if they are no scan of it under any layout.
#[must_use]
pub fn infer(reports: &[Vec<u8>], fields: &KeyFields) -> Option<Finding> {
    Layout::ALL.into_iter().find_map(|layout| find(&read_keys(reports, layout, fields), layout))
}

/// Infers from text that was read under another layout, as a browser or a console shows it.
#[must_use]
pub fn infer_text(seen: &str, seen_as: Layout) -> Option<Finding> {
    Layout::ALL.into_iter().find_map(|layout| find(&retype(seen, seen_as, layout)?, layout))
}

/// Whether this is the card under some layout, right or wrong: its letters that stand in one place on all keyboards.
#[must_use]
pub fn is_card(bytes: &[u8]) -> bool {
    // "SCANCAL ", a bracket or what another layout has there, "C", and "END" at last.
    const FIRST: &[u8; 8] = b"SC?NC?L ";
    const BRACKET_MAX: usize = 3;
    let is = |it: &u8, wanted: u8| it.eq_ignore_ascii_case(&wanted);
    let begins = |it: &[u8]| it.iter().zip(FIRST).all(|(it, wanted)| *wanted == b'?' || is(it, *wanted));
    let Some(at) = bytes.windows(FIRST.len()).position(begins) else { return false };
    let rest = bytes.get(at + FIRST.len()..).unwrap_or_default();
    let goes_on = rest.iter().take(BRACKET_MAX + 1).any(|it| is(it, b'C'));
    goes_on && rest.windows(TAIL.len()).any(|it| it.eq_ignore_ascii_case(TAIL.as_bytes()))
}

/// Marks a key that nobody knows: a private character that holds its usage, so that it can be found again.
pub(crate) fn unknown(usage: u8) -> char {
    char::from_u32(UNKNOWN + u32::from(usage)).unwrap_or(char::REPLACEMENT_CHARACTER)
}

const UNKNOWN: u32 = 0xe000;

fn find(text: &str, layout: Layout) -> Option<Finding> {
    let as_printed = |text: &str| text.split_once(HEAD).map(|(before, rest)| (before.to_owned(), rest.to_owned()));
    let swapped: String = text.chars().map(swap_case).collect();
    let (case_inverted, (prefix, rest)) = match as_printed(text) {
        Some(found) => (false, found),
        None => (true, as_printed(&swapped)?),
    };
    let (between, behind) = rest.split_once(TAIL)?;
    let mut characters = between.chars();
    let separator = match (characters.next(), characters.next()) {
        (None, _) => Separator::Dropped,
        (Some(GS), None) => Separator::Kept,
        (Some(it), None) => {
            u8::try_from(u32::from(it).wrapping_sub(UNKNOWN)).map_or(Separator::Replaced(it), Separator::Key)
        }
        // More than one character for one byte is a setting that cannot be undone.
        (Some(_), Some(_)) => return None,
    };
    let ends = [("\r\n", Ending::Enter), ("\r", Ending::Enter), ("\n", Ending::Enter), ("\t", Ending::Tab)];
    let ended = ends.into_iter().find_map(|(mark, ending)| Some((behind.strip_suffix(mark)?, ending)));
    let (suffix, ending) = ended.unwrap_or((behind, Ending::Silence));
    let added = [prefix.as_str(), suffix];
    if added.iter().any(|it| it.chars().count() > ADDED_MAX || it.contains(['\r', '\n'])) {
        return None;
    }
    Some(Finding { layout, case_inverted, prefix, suffix: suffix.to_owned(), ending, separator })
}

/// The other case of an ASCII letter, the only ones that stand on the card.
fn swap_case(character: char) -> char {
    if character.is_ascii_uppercase() { character.to_ascii_lowercase() } else { character.to_ascii_uppercase() }
}

#[cfg(test)]
mod tests {
    use super::{Finding, HEAD, Separator, TAIL, card, infer, infer_text, is_card};
    use crate::decode::hid_keyboard::tests::reports;
    use crate::decode::hid_keyboard::{Ending, KeyFields, Layout, retype};
    use crate::decode::vectors;

    fn typed(layout: Layout, text: &str) -> Vec<Vec<u8>> {
        reports(layout, text).unwrap().into_iter().map(|it| it.to_vec()).collect()
    }

    #[track_caller]
    fn check(layout: Layout, text: &str, expected: Option<(bool, &str, &str, Ending, Separator)>) {
        let expected = expected.map(|(case_inverted, prefix, suffix, ending, separator)| Finding {
            layout,
            case_inverted,
            prefix: prefix.to_owned(),
            suffix: suffix.to_owned(),
            ending,
            separator,
        });
        assert_eq!(infer(&typed(layout, text), &KeyFields::default()), expected, "{layout:?} {text:?}");
    }

    #[test]
    fn one_scan_of_the_card_tells_layout_ending_and_what_is_added() {
        for layout in Layout::ALL {
            let card = card();
            check(layout, &format!("{card}\r"), Some((false, "", "", Ending::Enter, Separator::Kept)));
            check(layout, &format!("]C0{card}#\t"), Some((false, "]C0", "#", Ending::Tab, Separator::Kept)));
            check(layout, &format!("{HEAD}{TAIL}"), Some((false, "", "", Ending::Silence, Separator::Dropped)));
            check(layout, &format!("{HEAD}|{TAIL}\r"), Some((false, "", "", Ending::Enter, Separator::Replaced('|'))));
            check(layout, &format!("{HEAD}||{TAIL}\r"), None);
            check(layout, "AT-000123\r", None);
        }
    }

    #[test]
    fn no_other_code_is_taken_for_the_card() {
        for text in ["", "SCANCAL ", "AT-000123", "SCANCAL ]C1 of something else", "https://inv.example/a/AT-000123"] {
            assert!(!is_card(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn an_inverted_case_and_a_function_key_are_found() {
        let inverted: String = card().chars().map(super::swap_case).collect();
        check(Layout::Us, &inverted, Some((true, "", "", Ending::Silence, Separator::Kept)));
        let mut down = typed(Layout::De, HEAD);
        down.extend([vec![0, 0, 0x51, 0, 0, 0, 0, 0], vec![0; 8]]);
        down.extend(typed(Layout::De, &format!("{TAIL}\r")));
        let found = infer(&down, &KeyFields::default()).unwrap();
        assert_eq!((found.layout, found.separator), (Layout::De, Separator::Key(0x51)));
    }

    #[test]
    fn every_published_pair_of_layouts_is_recognised_from_what_the_wrong_one_shows() {
        let rows = vectors::rows(include_str!("../../tests/vectors/keyboard_mismatch.tsv"));
        for row in rows {
            let named = |column| Layout::named(row.text(column)).unwrap();
            let (scanner, host) = (named("scanner_layout"), named("host_layout"));
            let seen = retype(&card(), scanner, host).unwrap();
            assert!(is_card(seen.as_bytes()), "{seen}");
            assert_eq!(
                infer_text(&seen, host).map(|it| it.layout),
                Some(scanner),
                "{scanner:?} seen as {host:?}: {seen}"
            );
        }
    }
}
