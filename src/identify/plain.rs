//! Text that no other reader claims: possibly a serial number, else just text.
//!
//! The register is asked for it under every kind and by every serial look-up key; only a hit makes it certain.
//! Deliberately absent: deciding that it *is* a serial number; a step that asked for one does that.

use crate::domain::{Candidate, Confidence, Identifier, IdentifierKind, Kind, Question, serial_number};

use super::foreign;
use super::gs1::dictionary::dictionary;
use super::gs1::element;
use super::maker::{self, Part, Recognised};
use crate::domain::serial_number::SerialRule;

use super::payload::{Payload, ask_serial_number, ask_text};
use super::typed::{eui, vin};

/// Longest text taken for a serial number; the longest printed ones seen are below 40 characters.
const SERIAL_MAX: usize = 50;

/// Answers for text that nothing else claims; always answers.
pub(crate) fn read(payload: &Payload<'_>) -> Identifier {
    let text = payload.text.trim_matches(char::is_control);
    let mut answer = read_text(payload, text);
    if text.len() < payload.text.len() {
        answer
            .warnings
            .push("control characters around it were left out: check the scanner's prefix and suffix".to_owned());
    }
    answer
}

fn read_text(payload: &Payload<'_>, text: &str) -> Identifier {
    if let Some(why) = reserved(text) {
        let mut answer = Identifier::new(Kind::Text, text, Confidence::Low, why);
        answer.questions.push(ask_text(text));
        return answer;
    }
    if text.starts_with('+') {
        return Identifier::new(
            Kind::Unknown,
            text,
            Confidence::Low,
            "It begins with + as HIBC labels do, but its check does not hold: perhaps a telephone number.",
        );
    }
    if let Some(reason) = eui::nobody(text) {
        let mut answer = Identifier::new(Kind::Text, text, Confidence::Low, "It is written as network addresses are.");
        answer.warnings.push(reason);
        answer.questions.push(ask_text(text));
        return answer;
    }
    let normal = serial_number::normal(text);
    let mut answer = if could_be_serial(&normal) && !text.chars().any(char::is_control) {
        let why = "No syntax claims it: a serial number if our records know it, else unclassified.";
        Identifier::new(Kind::SerialNumber, normal.as_ref(), Confidence::Low, why)
    } else {
        // With blanks inside it may still be a number as a plate shows it; else it stays as it was sent.
        let shown = if is_short(text) && normal.contains(char::is_numeric) { normal.as_ref() } else { text };
        Identifier::new(Kind::Text, shown, Confidence::Low, "Readable text that no syntax claims.")
    };
    ask(&mut answer, text);
    answer.warnings.extend(nearly_elements(text, payload.year));
    answer.warnings.extend(vin::nearly(text).map(|it| format!("it looks like a VIN and is none: {it}")));
    flag_keyboard(&mut answer, payload);
    let words = answer.kind == Kind::Text && !normal.contains(char::is_numeric) && normal.contains(' ');
    if is_short(text) && !words {
        flag(&mut answer, text);
    }
    if answer.kind == Kind::SerialNumber
        && let Some(found) = maker::shipped().recognise(&answer.key)
    {
        derive(&mut answer, found);
    }
    answer
}

/// The questions for a text of unknown kind: as it stands, as a serial number by weaker keys, as SKU, as batch.
pub(crate) fn ask(answer: &mut Identifier, text: &str) {
    let key = serial_number::key(text);
    if key.is_empty() {
        return;
    }
    answer.questions.push(Question::Text { key: key.clone() });
    answer.questions.extend(ask_serial_number(text).skip(1));
    answer.questions.push(Question::Sku { key: text.to_owned() });
    answer.questions.push(Question::Lot { key: text.to_owned() });
}

/// Openings that belong to a syntax which we recognise and do not read.
fn reserved(text: &str) -> Option<&'static str> {
    match text.as_bytes() {
        [b'=' | b'&', rest @ ..] if starts_as_isbt(rest) => {
            Some("It begins as blood-bank labels (ISBT 128) do: not ours.")
        }
        [b'!', ..] => Some("It begins as Eurocode labels do: not ours."),
        [b'-', digits @ ..] if matches!(digits.len(), 7 | 8) && digits.iter().all(u8::is_ascii_digit) => {
            Some("It looks like a pharmacy product number (PZN): not ours.")
        }
        _ => has_scheme(text).then_some("It begins with the name of a scheme that we do not read."),
    }
}

/// What follows the words for serial number printed on type plates.
fn labelled(text: &str) -> Option<&str> {
    let words = ["S/N", "SN:", "SN ", "SER.NO.", "SERIAL NO.", "SERIAL:"];
    let begins = |word: &&&str| text.get(..word.len()).is_some_and(|it| it.eq_ignore_ascii_case(word));
    let word = words.iter().find(begins)?;
    text.get(word.len()..).map(|it| it.trim_start_matches([':', ' ', '.']))
}

fn starts_as_isbt(rest: &[u8]) -> bool {
    rest.first().is_some_and(|it| it.is_ascii_alphanumeric() || matches!(it, b'%' | b'<' | b'>' | b'*' | b'{'))
}

/// Whether a text begins as a URI does (RFC 3986 3.1), words for serial number aside.
fn has_scheme(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    let mut letters = scheme.bytes();
    scheme.len() > 1
        && !rest.is_empty()
        && letters.next().is_some_and(|it| it.is_ascii_alphabetic())
        && letters.all(|it| it.is_ascii_alphanumeric() || matches!(it, b'+' | b'-' | b'.'))
        && !["SN", "SER", "SERIAL"].iter().any(|it| scheme.eq_ignore_ascii_case(it))
        && !scheme.bytes().any(|it| it.is_ascii_digit())
}

fn could_be_serial(text: &str) -> bool {
    let text = labelled(text).unwrap_or(text);
    let foreign = |it: char| it.is_whitespace() || matches!(it, '{' | '}' | '<' | '>');
    is_short(text) && text.chars().any(char::is_numeric) && !text.chars().any(foreign)
}

/// Whether a text is no longer than a serial number, and without controls.
fn is_short(text: &str) -> bool {
    text.chars().count() <= SERIAL_MAX && !text.chars().any(char::is_control)
}

/// Why a text that begins as GS1 elements in brackets is none.
fn nearly_elements(text: &str, year: i16) -> Option<String> {
    let (ai, _) = text.strip_prefix('(').and_then(|it| it.split_once(')'))?;
    dictionary().get(ai)?;
    let error = element::parse_bracketed(text, year).err()?;
    Some(format!("it looks like GS1 elements in brackets and is none: {error}"))
}

/// Puts what a maker's rule tells onto an answer, marked as derived, and asks for the parts it names.
fn derive(answer: &mut Identifier, found: Recognised) {
    answer.why = found.why;
    answer.fields = found.derived;
    for (part, text) in found.parts {
        answer.questions.push(match part {
            Part::Serial => Question::Unit {
                kind: IdentifierKind::SerialNumber,
                key: serial_number::key(&text),
                rule: Some(SerialRule::MakerRule),
            },
            Part::Lot => Question::Lot { key: text },
        });
    }
}

/// Names one of our tags whose hyphen a German keyboard made a sharp s of; only ever a second candidate.
fn flag_keyboard(answer: &mut Identifier, payload: &Payload<'_>) {
    if !payload.text.contains(foreign::SHARP_S) {
        return;
    }
    let meant = payload.text.replace(foreign::SHARP_S, "-");
    let prefix = &payload.options.tag_prefix;
    if !prefix.is_empty() && meant.starts_with(prefix.as_str()) {
        answer.warnings.push(foreign::KEYBOARD.to_owned());
        answer.candidates.push(Candidate { kind: Kind::AssetTag, key: meant, confidence: Confidence::Low });
    }
}

fn flag(answer: &mut Identifier, text: &str) {
    let foreign = text.chars().any(|it| matches!(it, '\u{370}'..='\u{52f}'));
    if foreign && text.bytes().any(|it| it.is_ascii_alphanumeric()) {
        answer.warnings.push("mixes letters of several scripts that look alike".to_owned());
    }
    for key in serial_number::suggestions(text) {
        answer.candidates.push(Candidate { kind: Kind::SerialNumber, key, confidence: Confidence::Low });
    }
    if serial_number::is_doubled(text) {
        answer.warnings.push("the same text twice without an end between: perhaps two scans in one".to_owned());
    }
}
