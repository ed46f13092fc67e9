//! Days, moments and limits in the JSON that a door hands in: one that cannot be read is told by its field, with an example.
//!
//! The sentence repeats what stood there, which is why these fields hold nothing else: no badge, no number of a thing.
//! Deliberately absent: what a day begins and ends with, which is [`When`]'s.

use jiff::civil::Date;
use serde::de::{Deserialize as _, Deserializer, Error};
use serde_json::Value;

use crate::domain::time::{When, day};

/// How a sentence about one field begins; such a one may be shown to whoever sent it.
pub const OF_FIELD: &str = "the field `";

pub(super) fn due<'de, D: Deserializer<'de>>(from: D) -> Result<Option<When>, D::Error> {
    when("due", from)
}

pub(super) fn until<'de, D: Deserializer<'de>>(from: D) -> Result<Option<When>, D::Error> {
    when("until", from)
}

pub(super) fn begin<'de, D: Deserializer<'de>>(from: D) -> Result<When, D::Error> {
    when("from", from)?.ok_or_else(|| missing("from"))
}

pub(super) fn end<'de, D: Deserializer<'de>>(from: D) -> Result<When, D::Error> {
    when("until", from)?.ok_or_else(|| missing("until"))
}

pub(super) fn last_day<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Date>, D::Error> {
    read("until", from, |it| day(it).map_err(|it| it.to_string()))
}

pub(super) fn on<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Date>, D::Error> {
    read("on", from, |it| day(it).map_err(|it| it.to_string()))
}

pub(super) fn date<'de, D: Deserializer<'de>>(from: D) -> Result<Date, D::Error> {
    read("date", from, |it| day(it).map_err(|it| it.to_string()))?.ok_or_else(|| missing("date"))
}

/// How many units one person may have.
pub(super) fn held_max<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u32>, D::Error> {
    let value = Value::deserialize(from)?;
    if value.is_null() {
        return Ok(None);
    }
    let whole = value.as_u64().and_then(|it| u32::try_from(it).ok());
    let expected = || D::Error::custom(format!("{OF_FIELD}held_max`: it is a whole number from 0 to {}", u32::MAX));
    whole.map(Some).ok_or_else(expected)
}

fn when<'de, D: Deserializer<'de>>(field: &str, from: D) -> Result<Option<When>, D::Error> {
    read(field, from, |it| When::parse(it).map_err(|it| it.to_string()))
}

fn read<'de, D: Deserializer<'de>, T>(
    field: &str,
    from: D,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Result<Option<T>, D::Error> {
    let value = Value::deserialize(from)?;
    if value.is_null() {
        return Ok(None);
    }
    let parsed = value.as_str().ok_or_else(|| "it is a text like \"2027-03-31\"".to_owned()).and_then(parse);
    parsed.map(Some).map_err(|why| D::Error::custom(format!("{OF_FIELD}{field}`: {why}")))
}

fn missing<E: Error>(field: &str) -> E {
    E::custom(format!("{OF_FIELD}{field}` is null; it is a text like \"2027-03-31\""))
}
