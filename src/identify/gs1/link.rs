//! GS1 Digital Links, uncompressed: a web address ↔ elements (GS1 Digital Link Standard: URI Syntax 1.6).
//!
//! The key is the right-most `/AI/value` of the path whose AI is a primary key; qualifiers follow in their order, the
//! rest is in the query. Nothing is opened. Printing gives the canonical order and escapes all but unreserved.
//! Deliberately absent: compressed links, which are recognised by failing.

use std::borrow::Cow;
use std::fmt::Write as _;

use percent_encoding::percent_decode_str;

use super::dictionary::{Entry, dictionary};
use super::element::{self, ELEMENTS_MAX, Element, ElementError};

/// The address that GS1 itself serves.
pub const CANONICAL_STEM: &str = "https://id.gs1.org";

/// Which withdrawn forms are read too.
#[derive(Clone, Copy, Debug, Default)]
pub struct Forms {
    /// GTINs of 8, 12 and 13 digits.
    pub short_gtin: bool,
    /// Words instead of AIs in the path.
    pub words: bool,
}

/// Why an address is not a Digital Link, or elements cannot be one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// A character that no address has.
    #[error("the character {found:?} may not stand in an address")]
    Character {
        /// What stands there.
        found: char,
    },
    /// Neither http nor https, or in mixed case.
    #[error("it does not begin with http:// or https://, in one case")]
    Scheme,
    /// There is no host, or nothing behind it.
    #[error("it has no host and path")]
    Host,
    /// No `/AI/value` whose AI is a primary key.
    #[error("its path has no primary key of GS1 followed by a value; perhaps it is compressed, which is not supported")]
    NoKey,
    /// The path's qualifiers do not belong to the key, or are not in order.
    #[error("({ai}) does not take these qualifiers in this order")]
    Qualifiers {
        /// The key.
        ai: &'static str,
    },
    /// A query key of digits that is no AI.
    #[error("the query names ({ai}), which does not exist")]
    UnknownQuery {
        /// What stands there.
        ai: String,
    },
    /// An AI that may not stand in the query, or belongs into the path.
    #[error("({ai}) may not stand in the query")]
    Misplaced {
        /// The AI.
        ai: &'static str,
    },
    /// An AI twice.
    #[error("({ai}) stands twice")]
    Twice {
        /// The AI.
        ai: &'static str,
    },
    /// `%00`.
    #[error("({ai}) holds a NUL")]
    Nul {
        /// The AI.
        ai: &'static str,
    },
    /// There is no element that could be the primary key.
    #[error("none of the elements can be the key of a Digital Link")]
    NoPrimaryKey,
    /// A value is wrong.
    #[error(transparent)]
    Element(#[from] ElementError),
}

/// The withdrawn words for AIs.
const WORDS: &[(&str, &str)] = &[
    ("cpid", "8010"),
    ("cpsn", "8011"),
    ("cpv", "22"),
    ("gcn", "255"),
    ("gdti", "253"),
    ("giai", "8004"),
    ("ginc", "401"),
    ("gln", "414"),
    ("glnx", "254"),
    ("gmn", "8013"),
    ("grai", "8003"),
    ("gsin", "402"),
    ("gsrn", "8018"),
    ("gsrnp", "8017"),
    ("gtin", "01"),
    ("itip", "8006"),
    ("lot", "10"),
    ("party", "417"),
    ("refno", "8020"),
    ("ser", "21"),
    ("srin", "8019"),
    ("sscc", "00"),
];

/// The rest of an address behind `http://` or `https://`, all in one case.
pub(crate) fn without_scheme(uri: &str) -> Option<&str> {
    ["https://", "HTTPS://", "http://", "HTTP://"].iter().find_map(|it| uri.strip_prefix(it))
}

/// Reads a Digital Link.
pub fn parse(uri: &str, forms: Forms, year: i16) -> Result<Vec<Element<'_>>, LinkError> {
    if let Some(found) = uri.chars().find(|it| !in_address(*it)) {
        return Err(LinkError::Character { found });
    }
    let rest = without_scheme(uri).ok_or(LinkError::Scheme)?;
    let (host, after) = rest.split_once('/').ok_or(LinkError::Host)?;
    if host.is_empty() || host.chars().any(|it| !in_host(it)) {
        return Err(LinkError::Host);
    }
    let after = after.split('#').next().unwrap_or_default();
    let (path, query) = after.split_once('?').unwrap_or((after, ""));
    let mut found = read_path(path, forms)?;
    let in_path = found.len();
    read_query(query, forms, &mut found)?;
    check_order(&found, in_path)?;
    for element in &found {
        element::check_value(element.entry, &element.value, year)?;
    }
    Ok(found)
}

/// Reads the path from the right up to its primary key.
fn read_path(path: &str, forms: Forms) -> Result<Vec<Element<'_>>, LinkError> {
    let lookup = |name: &str| -> Option<&'static Entry> {
        let word = forms.words.then(|| WORDS.iter().find(|(word, _)| *word == name)).flatten();
        dictionary().get(word.map_or(name, |(_, ai)| ai))
    };
    let mut segments = path.rsplit('/');
    let mut pairs = Vec::new();
    loop {
        let (Some(value), Some(name)) = (segments.next(), segments.next()) else {
            return Err(LinkError::NoKey);
        };
        let entry = lookup(name).ok_or(LinkError::NoKey)?;
        pairs.push((entry, value));
        if entry.qualifiers.is_some() {
            break;
        }
        if pairs.len() > ELEMENTS_MAX {
            return Err(LinkError::NoKey);
        }
    }
    pairs.into_iter().rev().map(|(entry, value)| read_value(entry, value, false, forms)).collect()
}

fn read_query<'u>(query: &'u str, forms: Forms, found: &mut Vec<Element<'u>>) -> Result<(), LinkError> {
    let mut count = found.len();
    for parameter in query.split('&').filter(|it| !it.is_empty()) {
        count += 1;
        if count > ELEMENTS_MAX {
            return Err(ElementError::TooMany.into());
        }
        let Some((name, value)) = parameter.split_once('=') else {
            continue;
        };
        if name.is_empty() || !name.bytes().all(|it| it.is_ascii_digit()) {
            continue;
        }
        let entry = dictionary().get(name).ok_or_else(|| LinkError::UnknownQuery { ai: name.to_owned() })?;
        found.push(read_value(entry, value, true, forms)?);
    }
    Ok(())
}

fn read_value<'u>(entry: &'static Entry, sent: &'u str, query: bool, forms: Forms) -> Result<Element<'u>, LinkError> {
    let blanks: Cow<'u, str> =
        if query && sent.contains('+') { Cow::Owned(sent.replace('+', " ")) } else { Cow::Borrowed(sent) };
    let mut value = match blanks {
        Cow::Borrowed(text) => decode(text),
        Cow::Owned(text) => Cow::Owned(decode(&text).into_owned()),
    };
    if value.contains('\0') {
        return Err(LinkError::Nul { ai: &entry.ai });
    }
    if forms.short_gtin && entry.ai == "01" && matches!(value.len(), 8 | 12 | 13) {
        value = Cow::Owned(format!("{value:0>14}"));
    }
    if value.is_empty() {
        return Err(ElementError::NoValue { ai: &entry.ai, title: &entry.title }.into());
    }
    Ok(Element { entry, value })
}

fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    // Bytes that are not UTF-8 become replacement marks, which no GS1 value allows: refused further on.
    Cow::Owned(percent_decode_str(text).decode_utf8_lossy().into_owned())
}

fn check_order(found: &[Element<'_>], in_path: usize) -> Result<(), LinkError> {
    let (path, query) = found.split_at_checked(in_path).unwrap_or((found, &[]));
    let Some((key, qualifiers)) = path.split_first() else {
        return Err(LinkError::NoKey);
    };
    let qualifiers: Vec<&str> = qualifiers.iter().map(Element::ai).collect();
    if !fits(key.entry, &qualifiers) {
        return Err(LinkError::Qualifiers { ai: key.ai() });
    }
    for (place, element) in found.iter().enumerate() {
        if found.iter().take(place).any(|it| it.ai() == element.ai()) {
            return Err(LinkError::Twice { ai: element.ai() });
        }
    }
    for element in query {
        let belongs_into_path = (0..=qualifiers.len()).any(|at| {
            let mut trial = qualifiers.clone();
            trial.insert(at, element.ai());
            fits(key.entry, &trial)
        });
        if !element.entry.attribute || belongs_into_path {
            return Err(LinkError::Misplaced { ai: element.ai() });
        }
    }
    Ok(())
}

/// Whether qualifiers are, in order, part of one of the key's sequences.
fn fits(key: &Entry, qualifiers: &[&str]) -> bool {
    let part_of = |sequence: &Vec<String>| {
        let mut rest = sequence.iter();
        qualifiers.iter().all(|wanted| rest.any(|it| it == wanted))
    };
    qualifiers.is_empty() || key.qualifiers.as_ref().is_some_and(|it| it.iter().any(part_of))
}

/// Prints elements as a Digital Link: the first that can be the key, its qualifiers, then the rest as query.
///
/// Attributes of fixed length come first, as the standard recommends; repeated elements are printed once.
pub fn print(elements: &[Element<'_>], stem: &str) -> Result<String, LinkError> {
    let key = elements.iter().find(|it| it.entry.qualifiers.is_some()).ok_or(LinkError::NoPrimaryKey)?;
    let present = |ai: &str| elements.iter().find(|it| it.ai() == ai);
    let sequences = key.entry.qualifiers.iter().flatten();
    let mut best: Vec<&Element<'_>> = Vec::new();
    for sequence in sequences {
        let fitting: Vec<_> = sequence.iter().filter_map(|it| present(it)).collect();
        if fitting.len() > best.len() {
            best = fitting;
        }
    }
    best.insert(0, key);
    let mut uri = stem.strip_suffix('/').unwrap_or(stem).to_owned();
    for element in &best {
        uri.push('/');
        uri.push_str(element.ai());
        uri.push('/');
        escape(&mut uri, &element.value, false);
    }
    let mut done: Vec<&str> = best.iter().map(|it| it.ai()).collect();
    let mut mark = '?';
    for separated in [false, true] {
        for element in elements.iter().filter(|it| it.entry.separated == separated) {
            if done.contains(&element.ai()) {
                continue;
            }
            if !element.entry.attribute {
                return Err(LinkError::Misplaced { ai: element.ai() });
            }
            uri.push(std::mem::replace(&mut mark, '&'));
            uri.push_str(element.ai());
            uri.push('=');
            escape(&mut uri, &element.value, true);
            done.push(element.ai());
        }
    }
    Ok(uri)
}

fn escape(uri: &mut String, value: &str, query: bool) {
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => uri.push(char::from(byte)),
            b' ' if query => uri.push('+'),
            // Writing to a String cannot fail.
            _ => write!(uri, "%{byte:02X}").unwrap_or_default(),
        }
    }
}

/// RFC 3986, 2: reserved, unreserved and the percent sign.
const fn in_address(it: char) -> bool {
    it.is_ascii_alphanumeric()
        || matches!(
            it,
            '-' | '.'
                | '_'
                | '~'
                | ':'
                | '/'
                | '?'
                | '#'
                | '['
                | ']'
                | '@'
                | '!'
                | '$'
                | '&'
                | '\''
                | '('
                | ')'
                | '*'
                | '+'
                | ','
                | ';'
                | '='
                | '%'
        )
}

/// What a host with its port is made of.
const fn in_host(it: char) -> bool {
    it.is_ascii_alphanumeric() || matches!(it, '-' | '.' | ':' | '[' | ']')
}
