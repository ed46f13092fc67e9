//! What may stand behind a key, in a form that checks a value and says what was expected.
//!
//! Deliberately absent: the keys themselves (`keys`), and what a value means, which its room knows.

use toml::de::DeValue;

/// The values that a key can have.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// `true` or `false`.
    Flag,
    /// A whole number between two limits, in a unit.
    Whole {
        /// The least.
        from: u64,
        /// The most.
        to: u64,
        /// What is counted.
        unit: &'static str,
    },
    /// One of these words.
    Word(&'static [&'static str]),
    /// A text that fits.
    Text {
        /// What fits, for people.
        expected: &'static str,
        /// Whether a text fits.
        fits: fn(&str) -> bool,
    },
    /// A list of texts that fit.
    Texts {
        /// What fits, for people.
        expected: &'static str,
        /// Whether one of them fits.
        fits: fn(&str) -> bool,
    },
    /// A list of these words.
    Words(&'static [&'static str]),
}

impl Shape {
    /// What may stand there, for people.
    #[must_use]
    pub fn expected(&self) -> String {
        match self {
            Self::Flag => "true or false".to_owned(),
            Self::Whole { from, to, unit } => format!("a whole number of {unit} from {from} to {to}"),
            Self::Word(words) => format!("one of {}", quoted(words)),
            Self::Text { expected, .. } => format!("a text: {expected}"),
            Self::Texts { expected, .. } => format!("a list of texts: {expected}"),
            Self::Words(words) => format!("a list of some of {}", quoted(words)),
        }
    }

    /// Whether a value may stand there.
    pub(super) fn fits(&self, value: &DeValue<'_>) -> bool {
        match self {
            Self::Flag => value.is_bool(),
            Self::Whole { from, to, .. } => value
                .as_integer()
                .and_then(|it| u64::from_str_radix(it.as_str(), it.radix()).ok())
                .is_some_and(|it| (*from..=*to).contains(&it)),
            Self::Word(words) => value.as_str().is_some_and(|it| words.contains(&it)),
            Self::Text { fits, .. } => value.as_str().is_some_and(fits),
            Self::Texts { fits, .. } => texts(value).is_some_and(|each| each.into_iter().all(fits)),
            Self::Words(words) => texts(value).is_some_and(|each| each.iter().all(|it| words.contains(it))),
        }
    }
}

fn texts<'v>(value: &'v DeValue<'_>) -> Option<Vec<&'v str>> {
    value.as_array()?.iter().map(|it| it.get_ref().as_str()).collect()
}

fn quoted(words: &[&str]) -> String {
    words.iter().map(|it| format!("{it:?}")).collect::<Vec<_>>().join(", ")
}
