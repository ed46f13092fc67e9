//! The words of an event as `verify` reads them: names and values, borrowed from the row wherever they have no escapes.
//!
//! A map of owned texts, as `Body` is one, would take half of the time of the whole comparison.
//! Deliberately absent: what the words mean, which is in `thing` and `record`.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

/// A text that lies in the row, or that had to be unescaped.
#[derive(serde::Deserialize)]
struct Text<'b>(#[serde(borrow)] Cow<'b, str>);

/// Names and values in the order of the body.
#[derive(Default)]
pub(super) struct Words<'b>(Vec<(Text<'b>, Text<'b>)>);

impl<'b> Words<'b> {
    /// The words of a body; `None` if it was purged or cannot be read, which the chain tells.
    pub(super) fn of(body: Option<&'b str>) -> Option<Self> {
        serde_json::from_str(body?).ok()
    }

    /// The value of a name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|it| it.0.0 == name).map(|it| &*it.1.0)
    }

    /// The value of a name; empty if it is not said, as [`crate::domain::Body`] leaves empty values out.
    pub(super) fn said(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// The value of a name as a number.
    pub(super) fn number(&self, name: &str) -> Option<i64> {
        self.get(name)?.parse().ok()
    }

    /// Names and values.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|it| (&*it.0.0, &*it.1.0))
    }
}

impl<'de> Deserialize<'de> for Words<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Words<'de>;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("the words of an event")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::with_capacity(WORDS_LIKELY);
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Words(pairs))
            }
        }
        deserializer.deserialize_map(Pairs)
    }
}

/// Room for the words of most events.
const WORDS_LIKELY: usize = 8;
