//! Rules of makers about their serial numbers, as data: pattern, check, and what the parts tell.
//!
//! The files in `config/makers` ship in the program; each names its source. What a rule tells is *derived*: it is
//! marked so and never decides. Only patterns that nobody else's numbers fit are tried on text of unknown maker.
//! Deliberately absent: choosing the maker; the register knows the model.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use regex::{Regex, RegexSet};

use super::check;

/// The files that ship.
const FILES: &[(&str, &str)] = &[
    ("apple", include_str!("../../config/makers/apple.toml")),
    ("bsh", include_str!("../../config/makers/bsh.toml")),
    ("casio", include_str!("../../config/makers/casio.toml")),
    ("cisco", include_str!("../../config/makers/cisco.toml")),
    ("compaq", include_str!("../../config/makers/compaq.toml")),
    ("dell", include_str!("../../config/makers/dell.toml")),
    ("ge", include_str!("../../config/makers/ge.toml")),
    ("hp", include_str!("../../config/makers/hp.toml")),
    ("hp-instruments", include_str!("../../config/makers/hp-instruments.toml")),
    ("husqvarna", include_str!("../../config/makers/husqvarna.toml")),
    ("lenovo", include_str!("../../config/makers/lenovo.toml")),
    ("nokia", include_str!("../../config/makers/nokia.toml")),
];

/// Stands in front of the name of everything that a rule tells.
pub const DERIVED: &str = "derived:";

/// The name under which the maker itself is told.
const MAKER: &str = "derived:maker";

/// Longest text tried against the rules.
const TRIED_MAX: usize = 40;

/// Why a file of rules cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MakerError {
    /// It is not TOML, or has other keys.
    #[error("read the maker rules {file}")]
    File {
        /// The file's name.
        file: String,
        /// What is wrong.
        source: Box<toml::de::Error>,
    },
    /// A pattern cannot be used.
    #[error("read the pattern of {rule} of {maker}")]
    Pattern {
        /// The maker.
        maker: String,
        /// The rule.
        rule: String,
        /// What is wrong.
        source: Box<regex::Error>,
    },
    /// A check that does not exist, or an example that the rule does not fit.
    #[error("{maker}, {rule}: {what}")]
    Rule {
        /// The maker.
        maker: String,
        /// The rule.
        rule: String,
        /// What is wrong.
        what: String,
    },
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    maker: String,
    rule: Vec<FileRule>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct FileRule {
    name: String,
    pattern: String,
    #[serde(default)]
    distinctive: bool,
    check: Option<String>,
    examples: Vec<String>,
    #[serde(default)]
    fact: Vec<Fact>,
}

/// One part of a number, and how it is read.
#[derive(serde::Deserialize, Debug)]
#[serde(deny_unknown_fields)]
struct Fact {
    /// The group of the pattern.
    name: String,
    /// What it is called; the group's name if it is left out.
    shown: Option<String>,
    /// What each value means.
    words: Option<BTreeMap<String, String>>,
    /// A number to add.
    plus: Option<i64>,
    /// The base in which it is written.
    radix: Option<u32>,
    /// `serial` or `lot`: the part is that by itself.
    part: Option<Part>,
}

/// What a part of a printed string is by itself.
#[derive(serde::Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// The serial number proper.
    Serial,
    /// The batch.
    Lot,
}

#[derive(Debug)]
struct Rule {
    maker: String,
    /// The sentence that names it, made once because it is said at every scan that fits.
    why: String,
    pattern: Regex,
    check: Option<String>,
    facts: Vec<Fact>,
}

/// The rules of all makers.
#[derive(Debug)]
pub struct Makers {
    rules: Vec<Rule>,
    /// Patterns that are tried on text of unknown maker, and their rules.
    distinctive: RegexSet,
    places: Vec<usize>,
}

/// What a rule tells about a number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recognised {
    /// The maker.
    pub maker: String,
    /// Why it is thought to be one of that maker's, in one sentence that names the rule.
    pub why: String,
    /// What was derived: name behind [`DERIVED`], and value.
    pub derived: Vec<(String, String)>,
    /// Parts that are a serial number or a batch by themselves.
    pub parts: Vec<(Part, String)>,
}

/// What a maker's rules say about a number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It fits one of them.
    Valid(Recognised),
    /// The maker has rules, and it fits none, or its check fails.
    Invalid(String),
    /// The maker has no rules here.
    NoRule,
}

/// The rules that ship.
pub fn shipped() -> &'static Makers {
    static SHIPPED: OnceLock<Makers> = OnceLock::new();
    // A file that ships is checked by a test; without it the rules would be empty, which only loses derived facts.
    SHIPPED.get_or_init(|| Makers::parse(FILES).unwrap_or_else(|_| Makers::none()))
}

impl Makers {
    fn none() -> Self {
        Self { rules: Vec::new(), distinctive: RegexSet::empty(), places: Vec::new() }
    }

    /// Reads files of rules: name and text of each.
    pub fn parse(files: &[(&str, &str)]) -> Result<Self, MakerError> {
        let mut it = Self::none();
        let mut patterns = Vec::new();
        for (name, text) in files {
            let file: File = toml::from_str(text)
                .map_err(|source| MakerError::File { file: (*name).to_owned(), source: Box::new(source) })?;
            for rule in file.rule {
                if rule.distinctive {
                    patterns.push(rule.pattern.clone());
                    it.places.push(it.rules.len());
                }
                it.rules.push(Rule::new(&file.maker, rule)?);
            }
        }
        it.distinctive = RegexSet::new(&patterns).map_err(|source| MakerError::Pattern {
            maker: "all".to_owned(),
            rule: "all".to_owned(),
            source: Box::new(source),
        })?;
        Ok(it)
    }

    /// What a number tells whose maker is not known.
    #[must_use]
    pub fn recognise(&self, text: &str) -> Option<Recognised> {
        if text.len() > TRIED_MAX {
            return None;
        }
        let first = self.distinctive.matches(text).iter().next()?;
        self.rules.get(*self.places.get(first)?)?.read(text).ok()
    }

    /// What the rules of a maker say about a number.
    #[must_use]
    pub fn judge(&self, maker: &str, text: &str) -> Verdict {
        let mut of_maker = self.rules.iter().filter(|it| it.maker.eq_ignore_ascii_case(maker)).peekable();
        if of_maker.peek().is_none() {
            return Verdict::NoRule;
        }
        let mut reason = format!("it fits none of the patterns of {maker}");
        for rule in of_maker {
            match rule.read(text) {
                Ok(found) => return Verdict::Valid(found),
                Err(Some(failed)) => reason = failed,
                Err(None) => {}
            }
        }
        Verdict::Invalid(reason)
    }
}

impl Rule {
    fn new(maker: &str, rule: FileRule) -> Result<Self, MakerError> {
        let wrong = |what: String| MakerError::Rule { maker: maker.to_owned(), rule: rule.name.clone(), what };
        let pattern = Regex::new(&rule.pattern).map_err(|source| MakerError::Pattern {
            maker: maker.to_owned(),
            rule: rule.name.clone(),
            source: Box::new(source),
        })?;
        if let Some(name) = rule.check.as_deref().filter(|it| !check::is_name(it)) {
            return Err(wrong(format!("there is no check {name}")));
        }
        if let Some(fact) = rule.fact.iter().find(|it| !pattern.capture_names().flatten().any(|group| group == it.name))
        {
            return Err(wrong(format!("its pattern has no group {}", fact.name)));
        }
        if let Some(example) = rule.examples.iter().find(|it| !pattern.is_match(it)) {
            return Err(wrong(format!("its example {example} does not fit it")));
        }
        let why = format!("It fits the serial numbers of {maker} ({}); our records decide.", rule.name);
        let mut facts = rule.fact;
        for fact in &mut facts {
            fact.shown = Some(format!("{DERIVED}{}", fact.shown.as_deref().unwrap_or(&fact.name)));
        }
        Ok(Self { maker: maker.to_owned(), why, pattern, check: rule.check, facts })
    }

    /// What the number tells; the error says why its check fails, or nothing if the pattern does not fit.
    fn read(&self, text: &str) -> Result<Recognised, Option<String>> {
        let groups = self.pattern.captures(text).ok_or(None)?;
        if let Some(Err(error)) = self.check.as_deref().and_then(|it| check::by_name(it, text)) {
            return Err(Some(error.to_string()));
        }
        let mut found = Recognised {
            maker: self.maker.clone(),
            why: self.why.clone(),
            derived: Vec::with_capacity(self.facts.len() + 1),
            parts: Vec::new(),
        };
        found.derived.push((MAKER.to_owned(), self.maker.clone()));
        for fact in &self.facts {
            let Some(sent) = groups.name(&fact.name).map(|it| it.as_str()) else {
                continue;
            };
            found.derived.push((fact.shown.clone().unwrap_or_else(|| fact.name.clone()), fact.read(sent)));
            found.parts.extend(fact.part.map(|part| (part, sent.to_owned())));
        }
        Ok(found)
    }
}

impl Fact {
    fn read(&self, sent: &str) -> String {
        if let Some(word) = self.words.as_ref().and_then(|it| it.get(sent)) {
            return word.clone();
        }
        if self.plus.is_none() && self.radix.is_none() {
            return sent.to_owned();
        }
        let number = i64::from_str_radix(sent, self.radix.unwrap_or(10));
        number.map_or_else(|_| sent.to_owned(), |it| (it + self.plus.unwrap_or(0)).to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(maker: &str, text: &str, expected: &str) {
        let found = match shipped().judge(maker, text) {
            Verdict::Valid(it) => {
                let told = it.derived.iter().skip(1).map(|(name, value)| (name.strip_prefix(DERIVED).unwrap(), value));
                told.map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join(", ")
            }
            Verdict::Invalid(reason) => reason,
            Verdict::NoRule => "no rule".to_owned(),
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn every_shipped_file_can_be_used_and_fits_its_examples() {
        let makers = Makers::parse(FILES).unwrap();
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/config/makers");
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), FILES.len(), "a file of {folder} is not listed");
        assert!(makers.rules.len() >= 12);
    }

    #[test]
    fn parts_tell_what_their_source_says() {
        check("Cisco", "SAD08300D4W", "plant: SAD, year: 2004, week: 30");
        check(
            "Apple",
            "C02L13ECF8J2",
            "plant: C02, made in: second half of 2013, week of the half: 1, configuration: F8J2",
        );
        check("Dell", "5RFDP01", "express service code: 12542331601");
        check("BSH", "FD911100449", "year: 2011, month: 11");
        check("BSH", "FD010300123", "year: 2021, month: 03");
        check(
            "Hewlett-Packard instruments",
            "2823S41139",
            "year: 1988, week of the fiscal year: 23, region: Singapore",
        );
        check("Husqvarna", "20173800315", "year: 2017, week: 38");
        check("Lenovo", "1S20KHCTO1WWPF1ABCDE", "model: 20KHCTO1WW, serial: PF1ABCDE");
        check("Cisco", "XYZ", "it fits none of the patterns of Cisco");
        check("Nobody", "XYZ", "no rule");
    }

    #[test]
    fn only_distinctive_patterns_are_tried_without_a_maker() {
        assert_eq!(shipped().recognise("FOC1247X0AB").map(|it| it.maker).as_deref(), Some("Cisco"));
        assert_eq!(shipped().recognise("5RFDP01"), None);
        assert_eq!(shipped().recognise("20173800315"), None);
    }
}
