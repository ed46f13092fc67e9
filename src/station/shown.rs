//! What was read, as screens may show it: no control character, no mark that turns text, nothing of a secret.
//!
//! Deliberately absent: the journal, which keeps every byte.

use crate::domain::{Identifier, Kind, Scan};

/// Bytes of a payload that screens show; the journal has all of it.
pub(super) const SHOWN_MAX: usize = 256;

/// What was just read, escaped so that no control character reaches a screen; nothing of a secret.
pub(super) fn shown(scan: &Scan, identifier: &Identifier) -> String {
    if identifier.kind == Kind::Refused {
        return String::new();
    }
    let clipped = scan.payload.get(..SHOWN_MAX).unwrap_or(&scan.payload);
    let mut shown = String::with_capacity(clipped.len());
    for chunk in clipped.utf8_chunks() {
        for found in chunk.valid().chars() {
            if is_shown(found) { shown.push(found) } else { shown.extend(found.escape_unicode()) }
        }
        for byte in chunk.invalid() {
            shown.push_str("\\x");
            shown.extend([byte >> 4, byte & 0xF].into_iter().filter_map(|it| char::from_digit(it.into(), 16)));
        }
    }
    if scan.payload.len() > SHOWN_MAX {
        shown.push('…');
    }
    shown
}

/// Everything but controls and the marks that turn the direction of text.
fn is_shown(found: char) -> bool {
    !found.is_control()
        && !matches!(found, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}
