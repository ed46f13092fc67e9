//! The answer to "what is this code?" in the form of the command line, the API and the page.
//!
//! The keys are fixed; support people live in them, and they are documented in `docs/identifiers.md`.
//! Deliberately absent: what our records say, which the caller adds.

use serde::Serialize;

use crate::domain::{Candidate, Confidence, Identifier, Kind};

use super::aim;
use super::envelope::di;
use super::gs1::dictionary::dictionary;

/// An identifier as JSON.
#[derive(Debug, Serialize)]
pub struct Explanation<'i> {
    /// What it is.
    pub kind: Kind,
    /// What it names.
    pub key: &'i str,
    /// How sure we are.
    pub confidence: Confidence,
    /// Why, in one sentence.
    pub why: &'i str,
    /// The symbology identifier it came with, `]C1`.
    pub aim: Option<String>,
    /// The symbology, in words.
    pub symbology: Option<String>,
    /// Element and value, in order of appearance.
    pub fields: &'i [(String, String)],
    /// What else it might be, best first.
    pub candidates: &'i [Candidate],
    /// Whether its syntax is valid.
    pub valid: bool,
    /// Faults that do not spoil it.
    pub warnings: &'i [String],
    /// Why its syntax is not valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'i str>,
}

impl<'i> From<&'i Identifier> for Explanation<'i> {
    fn from(it: &'i Identifier) -> Self {
        let meaning = it.aim.and_then(aim::meaning).map(|it| it.symbology.to_owned());
        Self {
            kind: it.kind,
            key: &it.key,
            confidence: it.confidence,
            why: &it.why,
            aim: it.aim.map(|it| it.to_string()),
            symbology: meaning.or_else(|| it.symbology.map(|it| format!("{it:?}"))),
            fields: &it.fields,
            candidates: &it.candidates,
            valid: it.invalid.is_none(),
            warnings: &it.warnings,
            reason: it.invalid.as_deref(),
        }
    }
}

/// The name of an element for people: the title of an AI, the meaning of a data identifier.
#[must_use]
pub fn element_name(kind: Kind, element: &str) -> Option<&'static str> {
    let ai = || dictionary().get(element).map(|it| it.title.as_str());
    let data_identifier = || di::get(element).map(|it| it.meaning);
    if matches!(kind, Kind::Gs1 | Kind::Gs1DigitalLink | Kind::Gtin | Kind::Sscc) {
        return ai();
    }
    data_identifier().or_else(|| ai().filter(|_| kind == Kind::Iso15434))
}
