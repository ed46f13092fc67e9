//! What a label says besides the number it names, and where our records say otherwise.
//!
//! A code may carry product and batch beside the serial number; if they are not those on record, the label stands on
//! the wrong thing or the record is wrong, and nothing is booked. Only codes with named elements claim anything.
//! Deliberately absent: asking our records, which `store` does, and what follows, which `rules` decides.

use super::{Identifier, IdentifierKind, Kind};

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

/// Where in the key of a code with named elements the number of that kind stands: behind the element's name.
const NUMBERS: &[(IdentifierKind, &[&str])] = &[
    (IdentifierKind::SerialNumber, &["21=", "235=", "S=", "serial "]),
    (IdentifierKind::Uii, &["UII "]),
    (IdentifierKind::Giai, &["8004="]),
    (IdentifierKind::Grai, &["8003="]),
    (IdentifierKind::Sscc, &["00="]),
];

/// The number of that kind in the key of a code with named elements; `None` if the code carries none or names no elements.
#[must_use]
pub fn carried(read: Kind, key: &str, kind: IdentifierKind) -> Option<&str> {
    if !matches!(read, Kind::Gs1 | Kind::Gs1DigitalLink | Kind::Iso15434 | Kind::Hibc) {
        return None;
    }
    let mut names = NUMBERS.iter().filter(|it| it.0 == kind).flat_map(|it| it.1);
    names.find_map(|name| key.split(';').find_map(|part| part.strip_prefix(name)))
}

/// As which kind of number of a unit a code with such a key is taken where nobody says otherwise: what it was read as;
/// `None` if no unit bears such a code.
#[must_use]
pub fn taken_as(read: Kind, key: &str) -> Option<IdentifierKind> {
    use IdentifierKind as Is;
    match read {
        Kind::AssetTag => Some(Is::AssetTag),
        Kind::ForeignTag => Some(Is::ForeignTag),
        Kind::Imei => Some(Is::Imei),
        Kind::Vin => Some(Is::Vin),
        Kind::Iccid => Some(Is::Iccid),
        Kind::Mac => Some(if key.len() == EUI64_DIGITS { Is::Eui64 } else { Is::Mac }),
        Kind::Sscc => Some(Is::Sscc),
        Kind::SerialNumber | Kind::Text => Some(Is::SerialNumber),
        Kind::Gs1 | Kind::Gs1DigitalLink | Kind::Iso15434 | Kind::Hibc => {
            NUMBERS.iter().map(|it| it.0).find(|it| carried(read, key, *it).is_some())
        }
        Kind::Gtin
        | Kind::Isbn
        | Kind::Lot
        | Kind::Url
        | Kind::Command
        | Kind::Badge
        | Kind::Location
        | Kind::Quantity
        | Kind::Job
        | Kind::Refused
        | Kind::DeviceReply
        | Kind::NoRead
        | Kind::Empty
        | Kind::Invalid
        | Kind::Unknown => None,
    }
}

/// Hexadecimal digits of an EUI-64.
const EUI64_DIGITS: usize = 16;
