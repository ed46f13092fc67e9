//! Element strings: with FNC1 (sent as GS) and in brackets → application identifiers and values, checked.
//!
//! One pass; each value is checked against its entry in the dictionary before the next is looked for, so a lost
//! separator shows where it is missing and is never guessed. Printing is the inverse of parsing.
//! Deliberately absent: associations between elements, which warn (`associate`).

use std::borrow::Cow;
use std::fmt::Write as _;

use super::dictionary::{Entry, dictionary};
use super::lint;

/// Stands for FNC1 between elements in what a reader sends.
pub const GS: char = '\u{1d}';

/// Elements in one message (the engine's limit; GS1 names none).
pub const ELEMENTS_MAX: usize = 64;

/// One application identifier and its value.
#[derive(Clone, Debug)]
pub struct Element<'t> {
    /// Its entry in the dictionary.
    pub entry: &'static Entry,
    /// Its value.
    pub value: Cow<'t, str>,
}

impl Element<'_> {
    /// The digits of its AI.
    #[must_use]
    pub fn ai(&self) -> &'static str {
        &self.entry.ai
    }
}

/// Why a text is not a string of elements.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ElementError {
    /// Nothing there.
    #[error("a GS1 code without content")]
    Empty,
    /// It does not go on with an application identifier that exists.
    #[error("no application identifier begins \"{at}\"")]
    Unknown {
        /// What stands there.
        at: String,
    },
    /// Brackets are missing or not in order.
    #[error("the brackets are not in order")]
    Brackets,
    /// A value is empty.
    #[error("({ai}) {title} has no value")]
    NoValue {
        /// The AI.
        ai: &'static str,
        /// Its title.
        title: &'static str,
    },
    /// A value is shorter than its AI demands, or ends in the middle of a part.
    #[error("({ai}) {title} has a wrong length")]
    Length {
        /// The AI.
        ai: &'static str,
        /// Its title.
        title: &'static str,
    },
    /// A value is longer than its AI allows: perhaps a separator was lost on the way.
    #[error("({ai}) {title} is too long; perhaps the separator behind it was lost")]
    TooLong {
        /// The AI.
        ai: &'static str,
        /// Its title.
        title: &'static str,
    },
    /// A value's content is wrong.
    #[error("({ai}) {title}: {what}")]
    Content {
        /// The AI.
        ai: &'static str,
        /// Its title.
        title: &'static str,
        /// What is wrong.
        what: &'static str,
    },
    /// More elements than a message may have.
    #[error("more than {ELEMENTS_MAX} elements")]
    TooMany,
}

/// Reads elements as a reader sends them: FNC1 is GS, the leading one is not sent.
///
/// A GS is tolerated behind any element, also the last; `year` decides the century of dates.
pub fn parse(text: &str, year: i16) -> Result<Vec<Element<'_>>, ElementError> {
    if text.is_empty() {
        return Err(ElementError::Empty);
    }
    let mut found = Vec::with_capacity(6);
    let mut rest = text;
    while !rest.is_empty() {
        let (element, after) = take(rest, year)?;
        push(&mut found, element)?;
        rest = after;
    }
    Ok(found)
}

/// The element with which a text begins, and what follows it and its separator.
pub(crate) fn take(rest: &str, year: i16) -> Result<(Element<'_>, &str), ElementError> {
    let entry = dictionary().leading(rest).ok_or_else(|| unknown(rest))?;
    let after = rest.get(entry.ai.len()..).unwrap_or_default();
    let end = after.find(GS).unwrap_or(after.len());
    let end = if entry.separated { end } else { end.min(entry.length.1) };
    let (value, after) = after.split_at_checked(end).ok_or_else(|| content(entry, "it is not ASCII"))?;
    check_value(entry, value, year)?;
    Ok((Element { entry, value: Cow::Borrowed(value) }, after.strip_prefix(GS).unwrap_or(after)))
}

/// Reads elements in brackets; a bracket inside a value is written `\(`.
pub fn parse_bracketed(text: &str, year: i16) -> Result<Vec<Element<'_>>, ElementError> {
    if text.is_empty() {
        return Err(ElementError::Empty);
    }
    let mut found = Vec::with_capacity(6);
    let mut rest = text;
    while !rest.is_empty() {
        let (element, after) = take_bracketed(rest, year)?;
        push(&mut found, element)?;
        rest = after;
    }
    Ok(found)
}

/// The element in brackets with which a text begins, and what follows it.
pub(crate) fn take_bracketed(rest: &str, year: i16) -> Result<(Element<'_>, &str), ElementError> {
    let (ai, after) = rest.strip_prefix('(').and_then(|it| it.split_once(')')).ok_or(ElementError::Brackets)?;
    let entry = dictionary().get(ai).ok_or_else(|| unknown(ai))?;
    if after.is_empty() {
        return Err(no_value(entry));
    }
    let (value, after) = bracketed_value(after);
    if value.is_empty() {
        return Err(no_value(entry));
    }
    if value.len() > entry.length.1 {
        return Err(too_long(entry));
    }
    check_value(entry, &value, year)?;
    Ok((Element { entry, value }, after))
}

/// The value up to the next bracket that is not escaped, its escapes resolved.
fn bracketed_value(text: &str) -> (Cow<'_, str>, &str) {
    let mut start = 0;
    while let Some(at) = text.get(start..).and_then(|it| it.find('(')).map(|it| it + start) {
        if !text.get(..at).is_some_and(|it| it.ends_with('\\')) {
            let (value, rest) = text.split_at_checked(at).unwrap_or((text, ""));
            return (unescaped(value), rest);
        }
        start = at + 1;
    }
    (unescaped(text), "")
}

fn unescaped(value: &str) -> Cow<'_, str> {
    if value.contains("\\(") { Cow::Owned(value.replace("\\(", "(")) } else { Cow::Borrowed(value) }
}

fn push<'t>(found: &mut Vec<Element<'t>>, element: Element<'t>) -> Result<(), ElementError> {
    if found.len() == ELEMENTS_MAX {
        return Err(ElementError::TooMany);
    }
    found.push(element);
    Ok(())
}

/// Checks a value against its entry, part by part; it must be used up.
pub fn check_value(entry: &'static Entry, value: &str, year: i16) -> Result<(), ElementError> {
    if value.is_empty() {
        return Err(no_value(entry));
    }
    let mut rest = value;
    for component in &entry.components {
        if component.optional && rest.is_empty() {
            continue;
        }
        let taken = rest.len().min(component.max);
        if taken < component.min {
            return Err(ElementError::Length { ai: &entry.ai, title: &entry.title });
        }
        let (part, after) = rest.split_at_checked(taken).ok_or_else(|| content(entry, "it is not ASCII"))?;
        lint::check_set(component.set, part).map_err(|what| content(entry, what))?;
        for lint in &component.lints {
            lint.check(part, year).map_err(|what| content(entry, what))?;
        }
        rest = after;
    }
    if rest.is_empty() { Ok(()) } else { Err(too_long(entry)) }
}

fn content(entry: &'static Entry, what: &'static str) -> ElementError {
    ElementError::Content { ai: &entry.ai, title: &entry.title, what }
}

fn no_value(entry: &'static Entry) -> ElementError {
    ElementError::NoValue { ai: &entry.ai, title: &entry.title }
}

fn too_long(entry: &'static Entry) -> ElementError {
    ElementError::TooLong { ai: &entry.ai, title: &entry.title }
}

fn unknown(rest: &str) -> ElementError {
    ElementError::Unknown { at: rest.chars().take(4).collect() }
}

/// Prints elements as a reader sends them: a GS behind each that needs one, unless it is last.
#[must_use]
pub fn print(elements: &[Element<'_>]) -> String {
    let mut text = String::new();
    let mut separated = false;
    for element in elements {
        if std::mem::replace(&mut separated, element.entry.separated) {
            text.push(GS);
        }
        text.push_str(element.ai());
        text.push_str(&element.value);
    }
    text
}

/// Prints elements in brackets, as under a label.
#[must_use]
pub fn print_bracketed(elements: &[Element<'_>]) -> String {
    let mut text = String::new();
    for element in elements {
        // Writing to a String cannot fail.
        write!(text, "({}){}", element.ai(), element.value.replace('(', "\\(")).ok();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let parsed = if text.starts_with('(') { parse_bracketed(text, 2026) } else { parse(text, 2026) };
        assert_eq!(parsed.map_or_else(|error| error.to_string(), |it| print_bracketed(&it)), expected, "{text}");
    }

    #[test]
    fn elements_are_read_with_separators_and_in_brackets() {
        check("011231231231233310ABC123\u{1d}21XYZ", "(01)12312312312333(10)ABC123(21)XYZ");
        check("(01)12312312312333(10)ABC\\(123(21)XYZ", "(01)12312312312333(10)ABC\\(123(21)XYZ");
        check("0112312312312333\u{1d}21XYZ\u{1d}", "(01)12312312312333(21)XYZ");
        check("0112312312312334", "(01) GTIN: its check digit does not hold");
        check("10ABCDEFGHIJKLMNOPQRSTU21XYZ", "(10) BATCH/LOT is too long; perhaps the separator behind it was lost");
        check("01123", "(01) GTIN has a wrong length");
        check("891234", "no application identifier begins \"8912\"");
        check("(10)(11)98765", "(10) BATCH/LOT has no value");
        check("(15", "the brackets are not in order");
        check("10ABC\u{a3}", "(10) BATCH/LOT: it has a character outside GS1 set 82");
    }
}
