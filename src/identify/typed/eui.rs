//! EUI-48 and EUI-64: network interfaces (IEEE 802), with colons, hyphens or dots between, or without.
//!
//! Separators make it nearly certain; twelve bare hexadecimal digits are a serial number first. Broadcast and zero
//! are well formed and never an identity.
//! Deliberately absent: the vendor of a prefix.

use crate::domain::{Confidence, Identifier, IdentifierKind, Kind, Question};

use super::Reason;
use crate::identify::payload::{Payload, ask_text, ask_unit};

/// An interface's address, and whether an octet was written with one digit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Hexadecimal digits in capitals, no separators.
    pub hex: String,
    /// Octets of one digit were read with a zero in front.
    pub padded: bool,
    /// It was written with separators.
    pub separated: bool,
}

/// Reads an address of so many octets, 6 or 8.
pub fn parse(text: &str, octets: usize) -> Result<Address, Reason> {
    let mut kinds: Vec<char> = text.chars().filter(|it| matches!(it, ':' | '-' | '.')).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let address = match *kinds {
        [] => Address { hex: text.to_owned(), padded: false, separated: false },
        [dot @ '.'] => grouped(text, dot, 4)?,
        [separator] => grouped(text, separator, 2)?,
        _ => return Err("it mixes separators".to_owned()),
    };
    let hex = address.hex.to_ascii_uppercase();
    if let Some(found) = hex.chars().find(|it| !it.is_ascii_hexdigit()) {
        return Err(format!("the character {found:?} is not a hexadecimal digit"));
    }
    if hex.len() != octets * 2 {
        return Err(format!("{} hexadecimal digits; expected {}", hex.len(), octets * 2));
    }
    if hex.bytes().all(|it| it == b'F') {
        return Err("the broadcast address is nobody's".to_owned());
    }
    if hex.bytes().all(|it| it == b'0') {
        return Err("the zero address is nobody's".to_owned());
    }
    Ok(Address { hex, ..address })
}

fn grouped(text: &str, separator: char, digits: usize) -> Result<Address, Reason> {
    let mut address = Address { hex: String::with_capacity(16), padded: false, separated: true };
    for group in text.split(separator) {
        match digits.checked_sub(group.len()) {
            Some(0) => {}
            Some(1) if digits == 2 => {
                address.padded = true;
                address.hex.push('0');
            }
            _ => return Err(format!("the group {group:?} has not {digits} digits")),
        }
        address.hex.push_str(group);
    }
    Ok(address)
}

/// Finds an address with separators, behind `23S`, or behind the word MAC.
pub(crate) fn read(payload: &Payload<'_>) -> Option<Identifier> {
    let text = payload.text.as_ref();
    let labelled = labelled(text, payload);
    let address = labelled.unwrap_or(text);
    if !(12..=23).contains(&address.len()) {
        return None;
    }
    let found = parse(address, 6).or_else(|_| parse(address, 8)).ok()?;
    if found.padded || !(found.separated || labelled.is_some()) {
        return None;
    }
    Some(named(payload, &found.hex, Confidence::High, "It is written as network addresses are."))
}

fn labelled<'t>(text: &'t str, payload: &Payload<'_>) -> Option<&'t str> {
    if let Some(rest) = text.strip_prefix("23S").filter(|_| payload.options.believes("23S")) {
        return Some(rest);
    }
    let (word, rest) = text.split_at_checked(4)?;
    (word.eq_ignore_ascii_case("MAC:") || word.eq_ignore_ascii_case("MAC ")).then(|| rest.trim_start())
}

/// Why a text written as an address with separators is nobody's: broadcast and zero.
pub(crate) fn nobody(text: &str) -> Option<Reason> {
    let form = matches!(text.len(), 14 | 17 | 19 | 23) && text.contains([':', '-', '.']);
    let nobody = |it: &char| matches!(it, 'F' | 'f' | '0' | ':' | '-' | '.');
    let octets = if matches!(text.len(), 14 | 17) { 6 } else { 8 };
    (form && text.chars().all(|it| nobody(&it))).then(|| parse(text, octets).err()).flatten()
}

/// Finds twelve bare hexadecimal digits; only ever a second candidate.
pub(crate) fn shape_alone(payload: &Payload<'_>) -> Option<Identifier> {
    let found = (payload.text.len() == 12).then(|| parse(&payload.text, 6).ok()).flatten()?;
    Some(named(payload, &found.hex, Confidence::Low, "Twelve hexadecimal digits."))
}

/// The questions for an address: on record without separators, or in one of the forms of IEEE 802.
pub(crate) fn ask(hex: &str) -> impl Iterator<Item = Question> {
    let kind = if hex.len() == 12 { IdentifierKind::Mac } else { IdentifierKind::Eui64 };
    let forms = [(":", 2), ("-", 2), (".", 4)].map(|(separator, digits)| spelled(hex, separator, digits));
    std::iter::once(hex.to_owned()).chain(forms).map(move |it| ask_unit(kind, it))
}

/// The digits in groups.
fn spelled(hex: &str, separator: &str, digits: usize) -> String {
    let groups: Vec<&str> = (0..hex.len()).step_by(digits).filter_map(|at| hex.get(at..at + digits)).collect();
    groups.join(separator)
}

fn named(payload: &Payload<'_>, hex: &str, confidence: Confidence, why: &str) -> Identifier {
    let mut answer = Identifier::new(Kind::Mac, hex, confidence, why);
    answer.questions.push(ask_text(&payload.text));
    answer.questions.extend(ask(hex));
    answer
}
