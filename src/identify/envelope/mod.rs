//! ISO/IEC 15434 messages: `[)>` RS, envelopes of one format each, EOT; strict, and lenient where the field is.
//!
//! Accepted with a flag: no RS EOT at the end, EOT without RS, RS lost behind `[)>`, a `>` in front, empty segments.
//! Not accepted: no envelope, control characters inside a value. Nothing is joined again that arrived apart.
//! Deliberately absent: the meaning of EDI formats (02, 03, 04), kept as they stand.

pub mod di;
pub mod meaning;
pub mod uii;

use crate::domain::{Confidence, Identifier, IdentifierKind, Kind, Question};

use super::check::mod10;
use super::epc;
use super::gs1::element;
use super::gs1::key;
use super::payload::{Payload, ask_serial_number, ask_text, ask_unit, invalid};
use super::typed::{eui, imei};

const RS: char = '\u{1e}';
const GS: char = '\u{1d}';
const EOT: char = '\u{4}';

/// Segments in one message; beyond that it is no label.
const SEGMENTS_MAX: usize = 256;

/// A message, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// The format indicators of its envelopes, in order.
    pub formats: Vec<String>,
    /// Field and value in order of appearance; `?` is a segment that no identifier begins.
    pub fields: Vec<(String, String)>,
    /// In which respects it was not strict.
    pub leniencies: Vec<&'static str>,
    /// The unique item identifier that its fields make.
    pub uii: Option<String>,
}

/// Why a text is not a message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// It does not begin with the compliance indicator.
    #[error("it does not begin with [)>")]
    Indicator,
    /// No format of two characters and a separator behind it.
    #[error("it has no format envelope")]
    Envelope,
    /// A control character inside a value.
    #[error("a control character (U+{found:04X}) stands inside a value; check the scanner's suffix setting")]
    Control {
        /// Its number.
        found: u32,
    },
    /// A segment of format 06 without a letter.
    #[error("the segment {segment:?} has no data identifier")]
    NoIdentifier {
        /// The segment.
        segment: String,
    },
    /// Something stands behind its end.
    #[error("something stands behind the end of the message")]
    Excess,
    /// Far more segments than a label has.
    #[error("more than {SEGMENTS_MAX} segments")]
    TooMany,
    /// A field's own check does not hold.
    #[error("{field}: its check digits do not hold")]
    Check {
        /// The field.
        field: &'static str,
    },
}

/// Reads a message; a payload that begins like one and is none is damaged.
pub(crate) fn read(payload: &Payload<'_>) -> Option<Identifier> {
    let text = payload.text.as_ref();
    if !text.starts_with("[)>") && !text.starts_with(">[)>") {
        return None;
    }
    Some(match parse(text, payload.year) {
        Ok(message) => named(&message, payload.year),
        Err(error) => {
            invalid(Kind::Invalid, text, "It begins as an ISO/IEC 15434 message and is damaged.", error.to_string())
        }
    })
}

/// Takes a message apart.
pub fn parse(text: &str, year: i16) -> Result<Message, MessageError> {
    let mut message = Message::default();
    parse_into(&mut message, text, year)?;
    Ok(message)
}

/// Prints fields as one strict message of format 06 (data identifiers) or 12 (text elements): the inverse of [`parse`].
#[must_use]
pub fn print(format: &str, fields: &[(String, String)]) -> String {
    let between = if format == "06" { "" } else { " " };
    let segments: Vec<String> = fields.iter().map(|(name, value)| format!("{name}{between}{value}")).collect();
    format!("[)>{RS}{format}{GS}{}{RS}{EOT}", segments.join("\u{1d}"))
}

/// Takes a message apart as far as it can be read; what was read before a mistake stays.
pub(crate) fn parse_into(message: &mut Message, text: &str, year: i16) -> Result<(), MessageError> {
    let trimmed = text.trim_end_matches(['\r', '\n']);
    let inner = if let Some(inner) = trimmed.strip_prefix("[)>") {
        inner
    } else {
        message.leniencies.push("a > in front");
        trimmed.strip_prefix(">[)>").ok_or(MessageError::Indicator)?
    };
    let inner = inner.strip_prefix(RS).unwrap_or_else(|| {
        message.leniencies.push("no RS behind [)>");
        inner
    });
    let body = if let Some(body) = inner.strip_suffix(EOT) {
        body.strip_suffix(RS).unwrap_or_else(|| {
            message.leniencies.push("no RS in front of EOT");
            body
        })
    } else {
        message.leniencies.push("no EOT");
        inner.strip_suffix(RS).unwrap_or(inner)
    };
    if body.contains(EOT) {
        return Err(MessageError::Excess);
    }
    for envelope in body.split(RS) {
        read_envelope(message, envelope, year)?;
    }
    check_fields(message)?;
    message.uii = uii::derive(&message.fields);
    Ok(())
}

fn read_envelope(message: &mut Message, envelope: &str, year: i16) -> Result<(), MessageError> {
    let (format, content) = envelope.split_at_checked(2).ok_or(MessageError::Envelope)?;
    let is_format = format == "DD" || format.bytes().all(|it| it.is_ascii_digit());
    let content = match content.strip_prefix(GS) {
        Some(content) => content,
        None if is_format && matches!(format, "02" | "03" | "04" | "07" | "08" | "09") => content,
        None => return Err(MessageError::Envelope),
    };
    if !is_format {
        return Err(MessageError::Envelope);
    }
    let is_edi = matches!(format, "02" | "03" | "04");
    let control =
        content.chars().find(|it| it.is_control() && *it != GS && !(is_edi && ('\u{1c}'..='\u{1f}').contains(it)));
    if let Some(found) = control {
        return Err(MessageError::Control { found: u32::from(found) });
    }
    message.formats.push(format.to_owned());
    for segment in content.split(GS).filter(|it| !it.is_empty()) {
        if message.fields.len() >= SEGMENTS_MAX {
            return Err(MessageError::TooMany);
        }
        read_segment(message, format, segment, year)?;
    }
    Ok(())
}

fn read_segment(message: &mut Message, format: &str, segment: &str, year: i16) -> Result<(), MessageError> {
    let mut add = |name: &str, value: &str| message.fields.push((name.to_owned(), value.to_owned()));
    match format {
        "05" => match element::parse(segment, year) {
            Ok(elements) => elements.iter().for_each(|it| add(it.ai(), &it.value)),
            Err(_) => add("?", segment),
        },
        "06" => match di::split(segment) {
            Some((identifier, value)) => add(identifier, value),
            None if segment.bytes().any(|it| it.is_ascii_alphabetic()) => add("?", segment),
            None => return Err(MessageError::NoIdentifier { segment: segment.to_owned() }),
        },
        "12" | "DD" => match segment.split_once(' ') {
            Some((name, value)) if is_text_element(name) => add(name, value),
            _ => add("?", segment),
        },
        // Carrier data, EDI and free text have no identifiers.
        _ => add("?", segment),
    }
    Ok(())
}

fn is_text_element(name: &str) -> bool {
    name.len() == 3 && name.bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit())
}

/// Fields with a check of their own: the pharmacy product number, and a trade item number in `8P`.
fn check_fields(message: &Message) -> Result<(), MessageError> {
    for (name, value) in &message.fields {
        let holds = match name.as_str() {
            "9N" => pharmacy_number_holds(value),
            "8P" => value.len() != 14 || mod10::holds(value),
            _ => true,
        };
        if !holds {
            return Err(MessageError::Check { field: if name == "9N" { "9N" } else { "8P" } });
        }
    }
    Ok(())
}

/// The check of a pharmacy product number (IFA coding system): character codes times 2, 3, 4 …, mod 97.
fn pharmacy_number_holds(value: &str) -> bool {
    let Some((body, sent)) = value.len().checked_sub(2).and_then(|at| value.split_at_checked(at)) else {
        return false;
    };
    let sum = body.bytes().zip(2u32..).fold(0, |sum, (found, weight)| (sum + u32::from(found) * weight) % 97);
    sent.len() == 2 && sent.parse() == Ok(sum)
}

/// Fields of a kind of thing, the maker's own number first.
const PARTS: &[&str] = &["1P", "30P", "P", "9N", "8P", "25P", "51P", "54P", "7P", "11P", "50P", "PNO", "PNR"];

/// Fields of a serial number, in order of use.
const SERIAL_NUMBERS: &[&str] =
    &["S", "25S", "18S", "37S", "42S", "1S", "15S", "50S", "34S", "21S", "10S", "11S", "26S", "SER", "SEQ", "UID"];

/// Fields of a batch.
const LOTS: &[&str] = &["1T", "T", "25T", "LOT", "LTN"];

/// Fields that are another sort of identity.
const OTHERS: &[&str] = &["I", "22S", "23S", "43S", "96S", "J", "1J", "1H", "3H", "25H"];

/// The answer for a message.
pub(crate) fn named(message: &Message, year: i16) -> Identifier {
    let get = |name: &str| message.fields.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str());
    let mut why = format!("An ISO/IEC 15434 message in format {}", message.formats.join("+"));
    if let Some(uii) = &message.uii {
        why.push_str(" whose fields make the UII ");
        why.push_str(uii);
    }
    why.push('.');
    let mut answer = Identifier::new(Kind::Iso15434, key_of(message, year), Confidence::Certain, why);
    answer.fields.clone_from(&message.fields);
    answer.warnings.extend(message.leniencies.iter().map(|it| format!("not strictly ISO/IEC 15434: {it}")));
    let identified = |it: &String| matches!(it.as_str(), "05" | "06" | "12" | "DD");
    if get("?").is_some() && message.formats.iter().all(identified) {
        answer.warnings.push("a segment without an identifier was kept as it is".to_owned());
    }
    ask(&mut answer, message, year);
    answer
}

fn key_of(message: &Message, year: i16) -> String {
    if let Some(uii) = &message.uii {
        return format!("UII {uii}");
    }
    let first = |names: &[&str]| names.iter().find_map(|name| message.fields.iter().find(|(it, _)| it == name));
    if message.formats.iter().any(|it| it == "05") {
        let only = message.formats.iter().all(|it| it == "05");
        // Beside other envelopes those of GS1 go first if they name one piece.
        let is_gs1 = |it: &&(String, String)| only || it.0.bytes().all(|it| it.is_ascii_digit());
        let whole: Vec<String> =
            message.fields.iter().filter(is_gs1).map(|(ai, value)| format!("{ai}{value}")).collect();
        if let Ok(elements) = element::parse(&whole.join("\u{1d}"), year)
            && (only || key::names_individual(&elements))
        {
            return key::key(&elements);
        }
    }
    let mut parts = Vec::new();
    parts.extend(first(PARTS));
    match first(SERIAL_NUMBERS) {
        Some(serial_number) => parts.push(serial_number),
        None => parts.extend(first(LOTS)),
    }
    if parts.is_empty() {
        parts.extend(first(OTHERS));
    }
    if parts.is_empty() {
        parts.extend(&message.fields);
    }
    let parts: Vec<String> = parts.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    parts.join(";")
}

/// What an EPC in a field asks for.
fn epc_questions(hex: &str, year: i16) -> Vec<Question> {
    let elements = epc::from_hex(hex).ok();
    let answer = elements.and_then(|it| epc::named(&it, year, Confidence::Certain));
    answer.map_or_else(|| vec![ask_text(hex)], |it| it.questions)
}

fn ask(answer: &mut Identifier, message: &Message, year: i16) {
    if let Some(uii) = &message.uii {
        answer.questions.push(ask_unit(IdentifierKind::Uii, uii.as_str()));
    }
    let mut later = Vec::new();
    for (name, value) in &message.fields {
        if value.is_empty() {
            continue;
        }
        match name.as_str() {
            "S" | "1S" | "15S" | "34S" | "50S" | "SER" | "SEQ" => answer.questions.extend(ask_serial_number(value)),
            "I" => answer.questions.push(ask_unit(IdentifierKind::Vin, value.as_str())),
            "22S" => answer.questions.push(match imei::parse(value) {
                Ok(imei) => ask_unit(IdentifierKind::Imei, imei),
                Err(_) => ask_unit(IdentifierKind::Meid, imei::parse_meid(value).unwrap_or_else(|_| value.clone())),
            }),
            "23S" => match eui::parse(value, 6).or_else(|_| eui::parse(value, 8)) {
                Ok(address) => answer.questions.extend(eui::ask(&address.hex)),
                Err(_) => answer.questions.push(ask_text(value)),
            },
            "96S" => answer.questions.extend(epc_questions(value, year)),
            "43S" => answer.questions.push(ask_unit(IdentifierKind::Iccid, value.as_str())),
            "1H" | "3H" | "25H" => answer.questions.push(Question::Badge { key: value.clone() }),
            "10S" | "11S" | "26S" | "37S" | "42S" | "21" => answer.questions.push(ask_text(value)),
            "8004" => answer.questions.push(ask_unit(IdentifierKind::Giai, value.as_str())),
            "8003" => answer.questions.push(ask_unit(IdentifierKind::Grai, value.as_str())),
            "00" => answer.questions.push(ask_unit(IdentifierKind::Sscc, value.as_str())),
            "1T" | "T" | "25T" | "10" | "LOT" => later.push(Question::Lot { key: value.clone() }),
            "01" => later.push(Question::Gtin { key: value.clone() }),
            "P" | "1P" | "30P" | "PNO" | "PNR" => later.push(Question::Sku { key: value.clone() }),
            _ => {}
        }
    }
    if let (Some(gtin), Some(serial_number)) = (answer.field("01"), answer.field("21")) {
        let key = format!("01={gtin};21={serial_number}");
        answer.questions.insert(0, ask_unit(IdentifierKind::Sgtin, key));
    }
    answer.questions.extend(later);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let found = parse(text, 2026).map_or_else(|error| error.to_string(), |it| key_of(&it, 2026));
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn a_message_is_named_by_what_identifies() {
        check("[)>\u{1e}06\u{1d}17V1VPX7\u{1d}1P4Q7-95\u{1d}SS0786950\u{1e}\u{4}", "UII D1VPX74Q7-95S0786950");
        check("[)>\u{1e}06\u{1d}P596-777A1-ND\u{1d}1PXAF4444\u{1d}Q3\u{1d}1TBF1103\u{1e}\u{4}", "1P=XAF4444;1T=BF1103");
        check("[)>\u{1e}05\u{1d}0112312312312333\u{1d}21ABC123\u{1e}\u{4}", "01=12312312312333;21=ABC123");
        check("[)>\u{1e}06\u{1d}9N111234568415\u{1e}\u{4}", "9N: its check digits do not hold");
        check("test", "it does not begin with [)>");
        check("[)>\u{1e}06\u{1d}05614", "the segment \"05614\" has no data identifier");
    }
}
