//! A message spread over several QR symbols (structured append, ISO/IEC 18004 §8), put together.
//!
//! Parts belong together when they have one parity byte and one total; the parity proves the whole.
//! Invariant: a message is joined only if every part is there and the XOR of its bytes is the parity; until then each
//! part stays a symbol of its own, so that nothing seen is hidden.
//! Deliberately absent: waiting for parts over several pictures (`live.rs`).

use super::qr::segment::Append;
use super::still::Sighting;
use crate::domain::Symbol;

/// The symbols, with complete messages joined into the place of their first part.
pub(crate) fn joined(sightings: Vec<Sighting>) -> Vec<Symbol> {
    let mut left = sightings;
    let mut symbols = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let first = left.remove(0);
        let Some(append) = first.append else {
            symbols.push(first.symbol);
            continue;
        };
        let alike = |it: &Sighting| it.append.is_some_and(|other| together(append, other));
        let (mut parts, rest): (Vec<Sighting>, Vec<Sighting>) = std::iter::once(first).chain(left).partition(alike);
        left = rest;
        parts.sort_by_key(|it| it.append.map_or(0, |append| append.index));
        parts.dedup_by_key(|it| it.append.map_or(0, |append| append.index));
        match whole(&parts, append) {
            Some(symbol) => symbols.push(symbol),
            None => symbols.extend(parts.into_iter().map(|it| it.symbol)),
        }
    }
    symbols
}

fn together(a: Append, b: Append) -> bool {
    a.parity == b.parity && a.total == b.total
}

fn whole(parts: &[Sighting], append: Append) -> Option<Symbol> {
    let complete = parts.len() == usize::from(append.total)
        && parts.iter().zip(0u8..).all(|(it, place)| it.append.is_some_and(|part| part.index == place));
    let parity = parts.iter().flat_map(|it| &it.symbol.bytes).fold(0, |sum, it| sum ^ it);
    let first = parts.first().filter(|_| complete && parity == append.parity)?;
    let symbols = || parts.iter().map(|it| &it.symbol);
    Some(Symbol {
        bytes: symbols().flat_map(|it| it.bytes.clone()).collect(),
        text: symbols().map(|it| it.text.as_str()).collect(),
        attempts: symbols().map(|it| it.attempts).max().unwrap_or(1),
        confidence: symbols().map(|it| it.confidence).fold(1.0, f32::min),
        grade: symbols().map(|it| it.grade).min().unwrap_or(0),
        ..first.symbol.clone()
    })
}
