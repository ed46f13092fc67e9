//! A scan prepared for reading: framing trimmed, symbology identifier looked up, text decoded once.
//!
//! Every reader of this room takes a [`Payload`] and answers with an identifier or steps aside.
//! Deliberately absent: deciding anything.

use std::borrow::Cow;

use crate::domain::{AimId, Confidence, Identifier, Kind, Question, Scan, SerialKey, Symbology, Transport};
use crate::domain::{IdentifierKind, serial_number};

use super::aim::{self, Content, Meaning};
use super::options::Options;
use super::text;

/// What the readers look at.
#[derive(Debug)]
pub(crate) struct Payload<'a> {
    /// The symbology identifier, sent apart or in front of the content.
    pub(crate) aim: Option<AimId>,
    /// What it means.
    pub(crate) meaning: Option<&'static Meaning>,
    /// The kind of symbol.
    pub(crate) symbology: Option<Symbology>,
    /// The content without framing.
    pub(crate) bytes: &'a [u8],
    /// The same as text, without blanks around it.
    pub(crate) text: Cow<'a, str>,
    /// NUL bytes stood inside: a padded report was not cut.
    pub(crate) padded: bool,
    /// The year in which it was scanned; dates of two-digit years are read from it.
    pub(crate) year: i16,
    /// What the place has set.
    pub(crate) options: &'a Options,
}

impl<'a> Payload<'a> {
    /// Prepares a scan.
    pub(crate) fn new(scan: &'a Scan, options: &'a Options) -> Self {
        let (aim, bytes) = match scan.aim {
            Some(aim) => (Some(aim), scan.payload.as_slice()),
            None => AimId::split(&scan.payload),
        };
        let bytes = trimmed(bytes);
        let meaning = aim.and_then(aim::meaning);
        // The camera hands over text whose switches are already applied.
        let escaped = meaning.is_some_and(|it| it.eci) && scan.transport != Transport::Camera;
        let padded = bytes.contains(&0);
        let decoded = text::decode(bytes, escaped, &options.charset);
        let decoded = if padded { Cow::Owned(decoded.replace('\0', "")) } else { decoded };
        Self {
            aim,
            meaning,
            symbology: scan.symbology.or_else(|| aim.and_then(aim::symbology)),
            bytes,
            text: without_blanks(decoded),
            padded,
            year: scan.at.wall.to_zoned(jiff::tz::TimeZone::UTC).year(),
            options,
        }
    }

    /// A text without anything around it, as a single reader gets it.
    pub(crate) fn of_text(text: &'a str, options: &'a Options, year: i16) -> Self {
        let (bytes, text) = (text.as_bytes(), Cow::Borrowed(text));
        Self { aim: None, meaning: None, symbology: None, bytes, text, padded: false, year, options }
    }

    /// Whether the symbology identifier promises this content.
    pub(crate) fn promises(&self, content: Content) -> bool {
        self.meaning.is_some_and(|it| it.content == content)
    }

    /// Whether it came from a linear symbology in which trade item numbers are not printed (Code 128, Code 39 …).
    pub(crate) fn is_plain_linear(&self) -> bool {
        matches!(
            self.aim.map(AimId::code_character),
            Some(b'A' | b'B' | b'C' | b'F' | b'G' | b'H' | b'K' | b'M' | b'N' | b'O' | b'P')
        ) && self.promises(Content::Plain)
    }

    /// Puts what every answer has onto an answer.
    pub(crate) fn finish(&self, mut answer: Identifier) -> Identifier {
        answer.aim = self.aim;
        answer.symbology = self.symbology;
        if let (Some(aim), None) = (self.aim, self.meaning) {
            answer.warnings.push(format!("the symbology identifier {aim} is not known"));
        }
        if self.padded {
            answer.warnings.push("NUL bytes were left out: the reader's report was padded".to_owned());
        }
        answer
    }
}

/// An answer whose syntax is not valid.
pub(crate) fn invalid(kind: Kind, key: &str, why: &str, reason: impl Into<String>) -> Identifier {
    let mut answer = Identifier::new(kind, key, Confidence::Certain, why);
    answer.invalid = Some(reason.into());
    answer
}

/// The question for a text as it stands, under whatever kind it is on record.
pub(crate) fn ask_text(text: &str) -> Question {
    Question::Text { key: serial_number::key(text) }
}

/// The question for a unit by one kind of identifier.
pub(crate) fn ask_unit(kind: IdentifierKind, key: impl Into<String>) -> Question {
    Question::Unit { kind, key: key.into(), rule: None }
}

/// The questions for a serial number by all its look-up keys, strongest first.
pub(crate) fn ask_serial_number(raw: &str) -> impl Iterator<Item = Question> {
    serial_number::keys(raw).into_iter().map(|SerialKey { key, rule }| Question::Unit {
        kind: IdentifierKind::SerialNumber,
        key,
        rule: Some(rule),
    })
}

fn trimmed(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|it| !matches!(it, b'\r' | b'\n' | 0)).map_or(0, |last| last + 1);
    bytes.get(..end).unwrap_or_default()
}

fn without_blanks(text: Cow<'_, str>) -> Cow<'_, str> {
    let blank = [' ', '\t', '\r', '\n', '\u{feff}'];
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_matches(blank)),
        Cow::Owned(text) if text.starts_with(blank) || text.ends_with(blank) => {
            Cow::Owned(text.trim_matches(blank).to_owned())
        }
        owned @ Cow::Owned(_) => owned,
    }
}
