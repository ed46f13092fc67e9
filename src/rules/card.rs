//! Command cards: what can be said to the station with a scanner.
//!
//! A card is the reserved prefix and a word, some with a number: `OUT`, `DUE 3`. `identify` takes the prefix off.
//! Deliberately absent: what a card does, which is in `desk`.

/// A command card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Card {
    /// What is scanned goes out to the person of the session.
    Out,
    /// What is scanned comes back.
    In,
    /// Each unit's direction follows from who has it.
    Auto,
    /// Book the cart, end the session.
    Done,
    /// Empty the cart and leave the mode; a session without a cart ends.
    Cancel,
    /// Take back the last own action.
    Undo,
    /// What goes out from now on is due in so many days.
    Due(u16),
    /// Say what can be done.
    Help,
}

impl Card {
    /// Days a DUE card may name.
    pub const DUE_DAYS_MAX: u16 = 366;

    /// Reads a card without its prefix; words are read without regard to case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_ascii_whitespace();
        let (word, number, more) = (words.next()?, words.next(), words.next());
        if more.is_some() {
            return None;
        }
        let word = word.to_ascii_uppercase();
        match (word.as_str(), number) {
            ("OUT" | "CHECKOUT", None) => Some(Self::Out),
            ("IN" | "CHECKIN", None) => Some(Self::In),
            ("AUTO", None) => Some(Self::Auto),
            ("DONE", None) => Some(Self::Done),
            ("CANCEL", None) => Some(Self::Cancel),
            ("UNDO", None) => Some(Self::Undo),
            ("HELP", None) => Some(Self::Help),
            ("DUE", Some(days)) => days.parse().ok().filter(|it| (1..=Self::DUE_DAYS_MAX).contains(it)).map(Self::Due),
            _ => None,
        }
    }

    /// The word on the card.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Out => "OUT",
            Self::In => "IN",
            Self::Auto => "AUTO",
            Self::Done => "DONE",
            Self::Cancel => "CANCEL",
            Self::Undo => "UNDO",
            Self::Due(_) => "DUE",
            Self::Help => "HELP",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Card;

    #[track_caller]
    fn check(text: &str, expected: Option<Card>) {
        assert_eq!(Card::parse(text), expected);
    }

    #[test]
    fn a_card_is_a_word_and_perhaps_a_number() {
        check("OUT", Some(Card::Out));
        check("out", Some(Card::Out));
        check("DUE 3", Some(Card::Due(3)));
        check("DUE 0", None);
        check("DUE", None);
        check("OUT 3", None);
        check("DUE 3 4", None);
        check("", None);
        check("LAUNCH", None);
    }
}
