//! What is told of a stream: each symbol once while it stays in view, those of one label together.
//!
//! A camera sees a label thirty times a second; a scanner tells it once. So a symbol is told when it comes, and again
//! only after it was out of view for [`FORGET`]. Symbols that come into view together are one reading: it waits for one
//! picture that adds nothing, because the symbols of one label are rarely all read in the first.
//! Invariant: the symbols of a reading were in view together; every symbol seen is told.
//! Deliberately absent: what a reading names, and the guard against repeats at the desk.

use std::time::Duration;

use crate::domain::Symbol;

/// Out of view for so long, a symbol is told again (chosen: the longest time in which one label counts once, R8).
const FORGET: Duration = Duration::from_secs(2);
/// Pictures that a reading may grow (chosen: a sixth of a second at 30 a second).
const GROW_MAX: u32 = 5;
/// Symbols remembered; the longest unseen go first.
const SEEN_MAX: usize = 1_024;

/// What has been told and what waits to be.
#[derive(Debug, Default)]
pub struct Presence {
    seen: Vec<(Symbol, Duration)>,
    waiting: Vec<Symbol>,
    grown: u32,
}

impl Presence {
    /// Nothing has been seen.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in what one more picture shows, at this time of any clock that does not go back; returns the reading that
    /// is complete now, perhaps with no symbols.
    pub fn see(&mut self, symbols: &[Symbol], now: Duration) -> Vec<Symbol> {
        self.seen.retain(|(_, last)| now.saturating_sub(*last) <= FORGET);
        let mut new = Vec::new();
        let mut held = false;
        for symbol in symbols {
            if let Some((_, last)) = self.seen.iter_mut().find(|(it, _)| same(it, symbol)) {
                *last = now;
                held |= self.waiting.iter().any(|it| same(it, symbol));
            } else {
                self.seen.push((symbol.clone(), now));
                new.push(symbol.clone());
            }
        }
        if self.seen.len() > SEEN_MAX {
            self.seen.sort_by_key(|(_, last)| std::cmp::Reverse(*last));
            self.seen.truncate(SEEN_MAX);
        }
        if !held {
            self.grown = 0;
            return std::mem::replace(&mut self.waiting, new);
        }
        self.grown += 1;
        let complete = new.is_empty() || self.grown >= GROW_MAX;
        self.waiting.append(&mut new);
        if complete { self.end() } else { Vec::new() }
    }

    /// What still waits, when no more pictures come.
    pub fn end(&mut self) -> Vec<Symbol> {
        self.grown = 0;
        std::mem::take(&mut self.waiting)
    }
}

fn same(a: &Symbol, b: &Symbol) -> bool {
    a.symbology == b.symbology && a.bytes == b.bytes
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Presence;
    use crate::domain::{Engine, Symbol, Symbology};

    fn symbol(text: &str) -> Symbol {
        Symbol {
            symbology: Symbology::Code128,
            aim: None,
            bytes: text.as_bytes().to_vec(),
            text: text.to_owned(),
            corners: [(0.0, 0.0); 4],
            engine: Engine::ZxingCpp,
            attempts: 1,
            confidence: 1.0,
            grade: 4,
        }
    }

    /// Pictures 33 ms apart, each a list of texts; `-` lets a second go by. Expected are the readings.
    #[track_caller]
    fn check(pictures: &[&str], expected: &[&str]) {
        let mut presence = Presence::new();
        let mut now = Duration::ZERO;
        let mut told = Vec::new();
        let mut tell = |reading: Vec<Symbol>| {
            if !reading.is_empty() {
                told.push(reading.iter().map(|it| it.text.clone()).collect::<Vec<_>>().join(" "));
            }
        };
        for picture in pictures {
            now += Duration::from_millis(33);
            if *picture == "-" {
                now += Duration::from_secs(1);
                continue;
            }
            let symbols: Vec<Symbol> = picture.split_whitespace().map(symbol).collect();
            tell(presence.see(&symbols, now));
        }
        tell(presence.end());
        assert_eq!(told, expected, "{pictures:?}");
    }

    #[test]
    fn a_label_in_view_is_told_once_and_again_after_it_was_away() {
        check(&["A", "A", "A", "", "A"], &["A"]);
        check(&["A", "A", "-", "A", "-", "A"], &["A"]);
        check(&["A", "", "-", "-", "A"], &["A", "A"]);
    }

    #[test]
    fn the_symbols_of_one_label_are_one_reading_although_they_are_not_read_at_once() {
        check(&["SN IMEI"], &["SN IMEI"]);
        check(&["SN", "SN IMEI", "SN IMEI LOT", "IMEI LOT"], &["SN IMEI LOT"]);
        check(&["SN", "SN A", "SN B", "SN C", "SN D", "SN E", "SN F"], &["SN A B C D E", "F"]);
    }

    #[test]
    fn what_was_never_in_view_together_is_never_one_reading() {
        check(&["A", "B", "C"], &["A", "B", "C"]);
        check(&["A", "", "B"], &["A", "B"]);
        check(&["A", "A", "A B"], &["A", "B"]);
    }
}
