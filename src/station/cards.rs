//! The command cards that do something at this station, for whoever shows or prints them.
//!
//! The list is the rules' own, so that a button, a printed card and the rules cannot drift apart.
//! Deliberately absent: what a card does when it is scanned.

use crate::domain::Role;
use crate::rules::Card;
use crate::rules::words::about;

/// A command card as it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct CardBrief {
    /// The word on it, without a number.
    pub word: &'static str,
    /// Whether a number follows the word: `DUE 7`.
    pub number: bool,
    /// The least role that may use it; `None` where no badge is needed.
    pub role: Option<Role>,
    /// What it does, in a sentence.
    pub about: &'static str,
}

/// All cards that a person may lay on the counter, in the order of the rules.
pub fn cards() -> impl Iterator<Item = CardBrief> {
    Card::words().filter_map(|listed| {
        let word = listed.strip_suffix(" n").unwrap_or(listed);
        let number = word != listed;
        let read = if number { Card::parse(&format!("{word} 1")) } else { Card::parse(word) };
        Some(CardBrief { word, number, role: read?.role(), about: about(word)? })
    })
}

/// Whether the text is a card of this station: a word of [`cards`], and a number where it takes one.
#[must_use]
pub fn is_card(text: &str) -> bool {
    let mut words = text.split(' ');
    let (word, number) = (words.next().unwrap_or(""), words.next());
    Card::parse(text).is_some() && cards().any(|it| it.word == word && it.number == number.is_some())
}

#[cfg(test)]
mod tests {
    use super::{Role, cards, is_card};

    #[test]
    fn cards_of_other_stations_are_not_listed_and_numbers_are() {
        let words: Vec<_> = cards().map(|it| (it.word, it.number)).collect();
        assert!(words.contains(&("OUT", false)) && words.contains(&("DUE", true)), "{words:?}");
        assert!(words.iter().all(|(it, _)| *it != "AUDIT" && *it != "CHECKOUT"), "{words:?}");
        let repair = cards().find(|it| it.word == "REPAIR").unwrap();
        assert_eq!(repair.role, Some(Role::Keeper));
    }

    #[test]
    fn a_card_is_known_by_its_whole_text() {
        assert!(is_card("OUT") && is_card("DUE 7"));
        assert!(!is_card("DUE") && !is_card("OUT 7") && !is_card("LAUNCH") && !is_card("DUE 7 8") && !is_card(""));
    }
}
