//! What the person sees and hears, and what programs get: the same answer in one shape.
//!
//! Its JSON is the answer of `POST /api/v1/scans`; with lane, time and payload it is one message to the screens.
//! It is stored with the scan, so that a repeated request gets the first answer byte for byte.
//! Deliberately absent: deciding, and choosing words, which `rules` does.

use jiff::{Timestamp, civil};

use super::{Answer, CartLine, Condition, EventSeq, Kind, LaneId, ScanId, UnitId, UnitState};

/// The answer to one scan.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Feedback {
    /// The scan's number in the journal; `null` if nothing could be recorded.
    pub scan: Option<ScanId>,
    /// One of four.
    pub answer: Answer,
    /// The answer is a question: nothing of the scan is booked until it is answered. Left out where it is none.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub asks: bool,
    /// Cause or result in a few words.
    pub why: String,
    /// What the scan is.
    pub kind: Kind,
    /// What it names.
    pub key: String,
    /// Why we think so, in one sentence.
    pub because: String,
    /// The unit it is about.
    pub unit: Option<UnitView>,
    /// Numbers of the events it left in the ledger, in order.
    pub events: Vec<EventSeq>,
    /// What a cart booked, a line each; left out where none was.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub receipt: Vec<CartLine>,
}

/// A [`Feedback`] as screens get it.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Outcome {
    /// The answer.
    #[serde(flatten)]
    pub feedback: Feedback,
    /// The side of the station.
    pub lane: LaneId,
    /// When it was scanned.
    pub time: Timestamp,
    /// What was read, escaped for showing; empty for a secret.
    pub payload: String,
    /// Who was at the desk, by name.
    pub person: Option<String>,
}

impl Outcome {
    /// The part of an outcome's JSON that is the answer of `POST /api/v1/scans`: all up to the lane.
    ///
    /// The cut is unambiguous: inside a JSON string every quotation mark is escaped.
    #[must_use]
    pub fn answer_json(outcome_json: &str) -> String {
        match outcome_json.split_once(r#","lane":""#) {
            Some((answer, _)) => format!("{answer}}}"),
            None => outcome_json.to_owned(),
        }
    }
}

/// A unit as shown to people and programs.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct UnitView {
    /// Its number.
    pub id: UnitId,
    /// Its live tag.
    pub tag: Option<String>,
    /// Its serial number; all but the last characters are dots for those without the role.
    pub serial_number: Option<String>,
    /// Its batch.
    pub lot: Option<String>,
    /// Whose it is; left out where nobody said it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Its model, with the maker.
    pub model: String,
    /// Our stock code.
    pub sku: Option<String>,
    /// Where it was last put or seen.
    pub location: Option<String>,
    /// Where it is in its life; `out` while somebody has it.
    pub state: UnitState,
    /// Who has it.
    pub holder: Option<String>,
    /// Until when.
    pub due: Option<Timestamp>,
    /// In what condition it last came back; left out where it is in order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<Condition>,
    /// When it was bought; left out where nobody said it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purchased: Option<civil::Date>,
    /// The last day of its warranty; left out where nobody said it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warranty_until: Option<civil::Date>,
    /// The hash of the picture by which people know it, its own or its model's; left out where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
}

/// Characters of a masked number that stay readable.
pub const MASK_READABLE: usize = 2;

/// Masks a number for those without the role: its last characters stay, so that a person can compare.
#[must_use]
pub fn mask(number: &str) -> String {
    masked(number).collect()
}

/// The letters of a number that is masked.
pub(super) fn masked(number: &str) -> impl Iterator<Item = char> {
    let length = number.chars().count();
    let hidden = length.saturating_sub(MASK_READABLE).max(length.min(4));
    number.chars().enumerate().map(move |(place, it)| if place < hidden { '•' } else { it })
}

#[cfg(test)]
mod tests {
    use super::mask;

    #[test]
    fn a_masked_number_shows_its_end_only_if_it_is_long_enough_to_hide_the_rest() {
        assert_eq!(mask("C02XK1ABJG5H"), "••••••••••5H");
        assert_eq!(mask("12345"), "••••5");
        assert_eq!(mask("123"), "•••");
    }
}
