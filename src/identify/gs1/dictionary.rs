//! The GS1 Barcode Syntax Dictionary: which application identifiers exist, how each is built, what goes with it.
//!
//! The released text file ships in `config/gs1` with its licence and is read once, at first use; no table of AIs is
//! copied by hand. A line that a later release may add and we cannot read is left out, a test counts them.
//! Deliberately absent: checking content, which `lint` does.

use std::sync::OnceLock;

use super::lint::Lint;

/// The released file, byte for byte.
const SOURCE: &str = include_str!("../../../config/gs1/gs1-syntax-dictionary.txt");

/// The dictionary, ready to look up.
#[derive(Debug)]
pub struct Dictionary {
    entries: Vec<Entry>,
    /// Entry by AI, its digits padded to four with zeros on the right; AIs are free of prefixes, so none collide.
    slots: Vec<Option<u16>>,
    /// Digits of an AI by its first two.
    lengths: [u8; 100],
}

/// One application identifier.
#[derive(Debug)]
pub struct Entry {
    /// Its digits.
    pub ai: String,
    /// Its title, as printed on labels.
    pub title: String,
    /// A separator must follow unless it is last.
    pub separated: bool,
    /// It may stand in the query of a Digital Link.
    pub attribute: bool,
    /// How its value is built.
    pub components: Vec<Component>,
    /// Each must be met: one of its groups must be present as a whole.
    pub required: Vec<Vec<Vec<Pattern>>>,
    /// None of these may be present beside it.
    pub excluded: Vec<Pattern>,
    /// If it is a primary key of a Digital Link: its qualifiers, in order, as alternatives.
    pub qualifiers: Option<Vec<Vec<String>>>,
    /// Shortest and longest value.
    pub length: (usize, usize),
}

/// One part of a value.
#[derive(Debug)]
pub struct Component {
    /// Its characters.
    pub set: Set,
    /// Shortest.
    pub min: usize,
    /// Longest.
    pub max: usize,
    /// It may be missing.
    pub optional: bool,
    /// What its content must fulfil.
    pub lints: Vec<Lint>,
}

/// A character set of GS1 General Specifications 7.11.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Set {
    /// Digits.
    Numeric,
    /// GS1 AI encodable character set 82.
    Set82,
    /// GS1 AI encodable character set 39.
    Set39,
    /// Base64url, padded or not.
    Set64,
}

/// An AI, or a range of them: `31nn`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pattern {
    fixed: String,
    length: usize,
}

impl Pattern {
    fn parse(text: &str) -> Self {
        Self { fixed: text.trim_end_matches('n').to_owned(), length: text.len() }
    }

    /// Whether an AI is one of these.
    #[must_use]
    pub fn matches(&self, ai: &str) -> bool {
        ai.len() == self.length && ai.starts_with(&self.fixed)
    }
}

/// The dictionary that ships.
#[must_use]
pub fn dictionary() -> &'static Dictionary {
    static SHIPPED: OnceLock<Dictionary> = OnceLock::new();
    SHIPPED.get_or_init(|| Dictionary::parse(SOURCE))
}

impl Dictionary {
    /// Reads the text form.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut it = Self { entries: Vec::new(), slots: vec![None; 10_000], lengths: [0; 100] };
        for line in text.lines().filter(|it| it.starts_with(|first: char| first.is_ascii_digit())) {
            it.add(line);
        }
        it
    }

    fn add(&mut self, line: &str) {
        let (specification, title) = line.split_once('#').unwrap_or((line, ""));
        let mut words = specification.split_whitespace();
        let Some(range) = words.next() else {
            return;
        };
        let words: Vec<&str> = words.collect();
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let (Ok(from), Ok(to)) = (first.parse::<u16>(), last.parse::<u16>()) else {
            return;
        };
        for number in from..=to.min(9_999) {
            let ai = format!("{number:0width$}", width = first.len());
            let Some((slot, prefix)) = slot(&ai).zip(prefix(&ai)) else {
                return;
            };
            if let (Some(place), Some(length), Ok(index), Ok(digits)) = (
                self.slots.get_mut(slot),
                self.lengths.get_mut(prefix),
                u16::try_from(self.entries.len()),
                u8::try_from(ai.len()),
            ) {
                *place = Some(index);
                *length = digits;
                self.entries.push(entry(ai, title.trim(), &words));
            }
        }
    }

    /// The entry of exactly this AI.
    #[must_use]
    pub fn get(&self, ai: &str) -> Option<&Entry> {
        let digits = usize::from(*self.lengths.get(prefix(ai)?)?);
        if ai.len() != digits {
            return None;
        }
        let index = usize::from((*self.slots.get(slot(ai)?)?)?);
        self.entries.get(index)
    }

    /// The entry of the AI with which a text begins.
    #[must_use]
    pub fn leading(&self, text: &str) -> Option<&Entry> {
        let digits = usize::from(*self.lengths.get(prefix(text)?)?);
        self.get(text.get(..digits).filter(|it| !it.is_empty())?)
    }

    /// All entries, in the order of the file.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
}

fn digit(byte: u8) -> Option<usize> {
    byte.is_ascii_digit().then(|| usize::from(byte - b'0'))
}

fn prefix(ai: &str) -> Option<usize> {
    match ai.as_bytes() {
        [tens, ones, ..] => Some(digit(*tens)? * 10 + digit(*ones)?),
        _ => None,
    }
}

fn slot(ai: &str) -> Option<usize> {
    if !(2..=4).contains(&ai.len()) {
        return None;
    }
    let padded = ai.bytes().chain(std::iter::repeat(b'0')).take(4);
    padded.map(digit).try_fold(0, |sum, it| Some(sum * 10 + it?))
}

fn entry(ai: String, title: &str, words: &[&str]) -> Entry {
    let is_flags = |it: &str| !it.starts_with(|first: char| first.is_ascii_alphabetic() || first == '[');
    let (flags, words) = match words.split_first() {
        Some((flags, rest)) if is_flags(flags) => (*flags, rest),
        _ => ("", words),
    };
    let mut it = Entry {
        ai,
        title: title.to_owned(),
        separated: !flags.contains('*'),
        attribute: flags.contains('?'),
        components: Vec::new(),
        required: Vec::new(),
        excluded: Vec::new(),
        qualifiers: None,
        length: (0, 0),
    };
    for word in words {
        if let Some(groups) = word.strip_prefix("req=") {
            it.required.push(groups.split(',').map(|group| group.split('+').map(Pattern::parse).collect()).collect());
        } else if let Some(patterns) = word.strip_prefix("ex=") {
            it.excluded.extend(patterns.split(',').map(Pattern::parse));
        } else if let Some(alternatives) = word.strip_prefix("dlpkey=") {
            let sequence = |it: &str| it.split(',').map(str::to_owned).collect();
            it.qualifiers = Some(alternatives.split('|').map(sequence).collect());
        } else if *word == "dlpkey" {
            it.qualifiers = Some(Vec::new());
        } else if let Some(component) = component(word) {
            it.length.0 += if component.optional { 0 } else { component.min };
            it.length.1 += component.max;
            it.components.push(component);
        }
    }
    it
}

fn component(word: &str) -> Option<Component> {
    let mut parts = word.split(',');
    let shape = parts.next()?;
    let inner = shape.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    let (shape, optional) = (inner.unwrap_or(shape), inner.is_some());
    let set = match shape.chars().next()? {
        'N' => Set::Numeric,
        'X' => Set::Set82,
        'Y' => Set::Set39,
        'Z' => Set::Set64,
        _ => return None,
    };
    let size = shape.get(1..)?;
    let (min, max) = match size.strip_prefix("..") {
        Some(max) => (1, max.parse().ok()?),
        None => (size.parse().ok()?, size.parse().ok()?),
    };
    Some(Component { set, min, max, optional, lints: parts.filter_map(Lint::parse).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_shipped_file_is_read() {
        let lines = SOURCE.lines().filter(|it| it.starts_with(|first: char| first.is_ascii_digit())).count();
        assert_eq!(lines, 224, "entries of the release of 2026-01-27");
        let it = dictionary();
        assert!(it.entries().iter().all(|it| !it.components.is_empty()));
        let keys = it.entries().iter().filter(|it| it.qualifiers.is_some()).count();
        assert_eq!(keys, 16, "primary keys of Digital Links");
        for line in SOURCE.lines().filter(|it| it.starts_with(|first: char| first.is_ascii_digit())) {
            for lint in line.split('#').next().unwrap().split_whitespace().skip(1).flat_map(|it| it.split(',').skip(1))
            {
                let is_lint = lint.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit());
                let known = Lint::parse(lint).is_some() || lint.starts_with(|it: char| it.is_ascii_digit());
                assert!(!is_lint || known, "{lint} is not known");
            }
        }
    }

    #[test]
    fn an_ai_is_found_by_its_whole_and_by_what_begins_with_it() {
        let it = dictionary();
        assert_eq!(it.leading("0112345678901231").map(|it| it.title.as_str()), Some("GTIN"));
        assert_eq!(it.leading("3103000195").map(|it| it.ai.as_str()), Some("3103"));
        assert_eq!(it.leading("235XYZ").map(|it| it.ai.as_str()), Some("235"));
        assert!(it.leading("3106").is_none() && it.leading("89X").is_none() && it.leading("2").is_none());
        assert!(it.get("310").is_none() && it.get("01").is_some());
        let gtin = it.get("01").unwrap();
        assert!(!gtin.separated && gtin.attribute && gtin.length == (14, 14));
        assert!(it.get("21").is_some_and(|it| it.separated && !it.attribute && it.length == (1, 20)));
    }
}
