//! Command cards: what can be said to the station with a scanner, and who may say it.
//!
//! A card is the reserved prefix and a word, some with a number: `OUT`, `DUE 3`. `identify` takes the prefix off.
//! A card that exists and is not for this counter is known by its name, so that the answer can say so.
//! Deliberately absent: what a card does, which is in `desk`.

use crate::domain::{Condition, Role};

use super::{LabelMode, Mark};

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
    /// Take back an own action: the last one, or the one so many back.
    Undo(u8),
    /// What goes out from now on is due in so many days.
    Due(u16),
    /// What goes out from now on is due when the job is done.
    DueWithJob,
    /// The job that follows the word: all lines from now on are for it.
    Job,
    /// In what condition a thing comes back.
    Condition(Condition),
    /// What another has goes over to whom the session serves, with the reason that follows the word.
    Take,
    /// The label of the last unit is to be printed again.
    Print,
    /// Say what can be done.
    Help,
    /// From person to person, with both badges.
    HandOver,
    /// Put away: the bin, then what goes into it.
    Move,
    /// What is scanned changes its state.
    Mark(Mark),
    /// What is scanned bears this label or plate.
    Label(LabelMode),
    /// What is scanned lacks from the kit that comes back.
    Missing,
    /// So many of what lies on the shelf.
    Quantity(u32),
    /// Release what was refused, with the reason that follows the word: `OVERRIDE urgent job`.
    Override,
    /// How the shift stands; a keeper's badge closes it.
    Shift,
    /// A still that was uploaded, by the hash that follows the word.
    Still,
    /// A card of another station, by its word.
    Elsewhere(&'static str),
}

/// All cards without a number: word, meaning, and the least role; `None` where no badge is needed.
const CARDS: &[(&str, Card, Option<Role>)] = &[
    ("OUT", Card::Out, None),
    ("CHECKOUT", Card::Out, None),
    ("IN", Card::In, None),
    ("CHECKIN", Card::In, None),
    ("AUTO", Card::Auto, None),
    ("DONE", Card::Done, None),
    ("CANCEL", Card::Cancel, None),
    ("UNDO", Card::Undo(1), None),
    ("HELP", Card::Help, None),
    ("HANDOVER", Card::HandOver, Some(Role::Operator)),
    ("MOVE", Card::Move, Some(Role::Operator)),
    ("FOUND", Card::Mark(Mark::Found), None),
    ("LOST", Card::Mark(Mark::Lost), Some(Role::Operator)),
    ("STOLEN", Card::Mark(Mark::Stolen), Some(Role::Keeper)),
    ("DAMAGED", Card::Mark(Mark::Damaged), Some(Role::Operator)),
    ("DIRTY", Card::Condition(Condition::Dirty), Some(Role::Operator)),
    ("WORN", Card::Condition(Condition::Worn), Some(Role::Operator)),
    ("OK", Card::Mark(Mark::Checked), Some(Role::Operator)),
    ("REPAIR", Card::Mark(Mark::Repair), Some(Role::Keeper)),
    ("TRANSIT", Card::Mark(Mark::Transit), Some(Role::Keeper)),
    ("DECOMMISSION", Card::Mark(Mark::Decommission), Some(Role::Keeper)),
    ("DISPOSE", Card::Mark(Mark::Dispose), Some(Role::Keeper)),
    ("TAGLOST", Card::Mark(Mark::TagLost), Some(Role::Operator)),
    ("BADLABEL", Card::Mark(Mark::BadLabel), Some(Role::Operator)),
    ("PAIR", Card::Label(LabelMode::Pair), Some(Role::Tagger)),
    ("RELABEL", Card::Label(LabelMode::Relabel), Some(Role::Tagger)),
    ("NOTAG", Card::Label(LabelMode::NoTag), Some(Role::Tagger)),
    ("MISSING", Card::Missing, Some(Role::Operator)),
    ("PRINT", Card::Print, Some(Role::Tagger)),
    ("JOB", Card::Job, None),
    ("OVERRIDE", Card::Override, Some(Role::Operator)),
    ("TAKE", Card::Take, Some(Role::Operator)),
    ("SHIFT", Card::Shift, Some(Role::Operator)),
    ("STILL", Card::Still, Some(Role::Operator)),
    ("AUDIT", Card::Elsewhere("AUDIT"), None),
    ("BLIND", Card::Elsewhere("BLIND"), None),
    ("EXTRA", Card::Elsewhere("EXTRA"), None),
    ("SHORT", Card::Elsewhere("SHORT"), None),
    ("WRONG", Card::Elsewhere("WRONG"), None),
    ("CLOSE", Card::Elsewhere("CLOSE"), None),
    ("CHAIN", Card::Elsewhere("CHAIN"), None),
    ("TAKEOVER", Card::Elsewhere("TAKEOVER"), None),
];

impl Card {
    /// Days a DUE card may name.
    pub const DUE_DAYS_MAX: u16 = 366;

    /// Own actions that UNDO reaches back.
    pub const UNDO_MAX: u8 = 10;

    /// Number that a QTY card may name; what is plausible is said by the shelf.
    pub const QUANTITY_MAX: u32 = 999_999;

    /// Whether it is the card QTY, whatever stands behind the word.
    pub(super) fn is_quantity(text: &str) -> bool {
        text.split_ascii_whitespace().next().is_some_and(|it| it.eq_ignore_ascii_case("QTY"))
    }

    /// Reads a card without its prefix; words are read without regard to case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_ascii_whitespace();
        let (word, number, more) = (words.next()?, words.next(), words.next());
        let known = CARDS.iter().find(|(it, ..)| it.eq_ignore_ascii_case(word)).map(|(_, card, _)| *card);
        match (known, number, more) {
            (Some(Self::Undo(_)), Some(back), None) => {
                back.parse().ok().filter(|it| (1..=Self::UNDO_MAX).contains(it)).map(Self::Undo)
            }
            (Some(card), number, _) if number.is_none() || card.takes_words() => Some(card),
            (None, Some(number), None) if word.eq_ignore_ascii_case("QTY") => {
                number.parse().ok().filter(|it| (1..=Self::QUANTITY_MAX).contains(it)).map(Self::Quantity)
            }
            (None, Some(job), None) if word.eq_ignore_ascii_case("DUE") && job.eq_ignore_ascii_case("JOB") => {
                Some(Self::DueWithJob)
            }
            (None, Some(days), None) if word.eq_ignore_ascii_case("DUE") => {
                days.parse().ok().filter(|it| (1..=Self::DUE_DAYS_MAX).contains(it)).map(Self::Due)
            }
            _ => None,
        }
    }

    const fn takes_words(self) -> bool {
        matches!(self, Self::Elsewhere(_) | Self::Override | Self::Still | Self::Take | Self::Job)
    }

    /// What follows the word of a card, `urgent job` of `OVERRIDE urgent job`.
    #[must_use]
    pub fn rest(text: &str) -> &str {
        text.trim().split_once(|it: char| it.is_ascii_whitespace()).map_or("", |(_, rest)| rest.trim())
    }

    /// The word on the card.
    #[must_use]
    pub fn word(self) -> &'static str {
        let numbered = if matches!(self, Self::Quantity(_)) { "QTY" } else { "DUE" };
        let card = if matches!(self, Self::Undo(_)) { Self::Undo(1) } else { self };
        if card == Self::DueWithJob {
            return "DUE JOB";
        }
        CARDS.iter().find(|(_, it, _)| *it == card).map_or(numbered, |(word, ..)| word)
    }

    /// The least role that may use it; `None` where no badge is needed.
    #[must_use]
    pub fn role(self) -> Option<Role> {
        CARDS.iter().find(|(_, card, _)| *card == self).and_then(|(.., role)| *role)
    }

    /// The words of all cards that do something here, for the printed sheet; those with a number end in `n`.
    pub fn words() -> impl Iterator<Item = &'static str> {
        let here = CARDS
            .iter()
            .filter(|(word, card, _)| !matches!(card, Self::Elsewhere(_) | Self::Still) && card.word() == *word);
        here.map(|(word, ..)| *word).chain(["DUE n", "DUE JOB", "QTY n"])
    }
}

#[cfg(test)]
mod tests {
    use super::{CARDS, Card};
    use crate::domain::Condition;
    use crate::rules::{LabelMode, Mark};

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
        check("DUE JOB", Some(Card::DueWithJob));
        check("UNDO", Some(Card::Undo(1)));
        check("UNDO 10", Some(Card::Undo(10)));
        check("UNDO 0", None);
        check("UNDO 11", None);
        check("JOB 4711", Some(Card::Job));
        check("TAKE left it with me", Some(Card::Take));
        check("dirty", Some(Card::Condition(Condition::Dirty)));
        check("DUE", None);
        check("OUT 3", None);
        check("DUE 3 4", None);
        check("", None);
        check("LAUNCH", None);
        check("LOST", Some(Card::Mark(Mark::Lost)));
        check("taglost", Some(Card::Mark(Mark::TagLost)));
        check("QTY 5", Some(Card::Quantity(5)));
        check("QTY 0", None);
        check("QTY 1000000", None);
        check("PAIR", Some(Card::Label(LabelMode::Pair)));
        check("OVERRIDE urgent job", Some(Card::Override));
        check("CLOSE BOX", Some(Card::Elsewhere("CLOSE")));
    }

    #[test]
    fn every_word_is_read_and_said_by_its_card() {
        for (word, card, role) in CARDS {
            assert_eq!(Card::parse(word), Some(*card));
            assert_eq!((Card::parse(card.word()), card.role()), (Some(*card), *role));
        }
        assert!(Card::words().any(|it| it == "HANDOVER") && Card::words().all(|it| it != "CHECKOUT" && it != "AUDIT"));
    }
}
