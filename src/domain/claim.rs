//! What a label says besides the number it names, and where our records say otherwise.
//!
//! A code may carry product and batch beside the serial number; if they are not those on record, the label stands on
//! the wrong thing or the record is wrong, and nothing is booked. Only codes with named elements claim anything.
//! Deliberately absent: asking our records, which `store` does, and what follows, which `rules` decides.

use super::{Identifier, Kind};

/// What the named elements of a code say about the thing it is on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Claims<'i> {
    /// The maker's number of this piece.
    pub serial_number: Option<&'i str>,
    /// The trade item number, 14 digits.
    pub gtin: Option<&'i str>,
    /// The batch.
    pub lot: Option<&'i str>,
    /// The part or model number.
    pub part: Option<&'i str>,
}

/// A point in which label and record differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contradiction {
    /// What the label says, as people say it: `lot L2402`.
    pub label: String,
    /// What our records say.
    pub record: String,
}

/// Elements of a serial number: AIs, data identifiers of MH10.8.2, text element identifiers, parts of HIBC.
const SERIAL_NUMBERS: &[&str] = &["21", "235", "S", "SER", "SEQ", "serial"];
/// Elements of a trade item number.
const GTINS: &[&str] = &["01"];
/// Elements of a batch.
const LOTS: &[&str] = &["10", "1T", "T", "LOT", "LTN", "lot"];
/// Elements of a part number.
const PARTS: &[&str] = &["1P", "P", "30P", "PNO", "PNR", "product"];

impl Identifier {
    /// What its named elements say; nothing for a text without any.
    #[must_use]
    pub fn claims(&self) -> Claims<'_> {
        if !matches!(self.kind, Kind::Gs1 | Kind::Gs1DigitalLink | Kind::Gtin | Kind::Iso15434 | Kind::Hibc) {
            return Claims::default();
        }
        let first = |names: &[&str]| names.iter().find_map(|name| self.field(name)).filter(|it| !it.is_empty());
        let own_key = (self.kind == Kind::Gtin && self.key.len() == 14).then_some(self.key.as_str());
        Claims {
            serial_number: first(SERIAL_NUMBERS),
            gtin: first(GTINS).or(own_key),
            lot: first(LOTS),
            part: first(PARTS),
        }
    }
}
