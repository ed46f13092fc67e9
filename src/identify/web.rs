//! Web addresses: a foreign system's tag, or just a link. Nothing is ever opened.
//!
//! Only the path tells whose tag it is, because the host is whatever its owner chose; user information, dot segments
//! and encoded characters in the tag make it just a link. An address that was percent-encoded as a whole is decoded
//! once, never twice.
//! Deliberately absent: our own address (`own`) and Digital Links (`gs1::link`), which come first.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::domain::{Confidence, Identifier, Kind};

use super::foreign;
use super::gs1::dictionary::dictionary;
use super::gs1::{self, link};
use super::payload::{Payload, ask_text};

/// Reads a foreign tag behind a web address.
pub(crate) fn tag(payload: &Payload<'_>) -> Option<Identifier> {
    let address = address(&payload.text)?;
    let (system, kind, id) = tag_in(&address)?;
    Some(foreign::named(payload, system, kind, id, Confidence::High, "The path is that of this system's tags."))
}

/// Reads any other web address.
pub(crate) fn link(payload: &Payload<'_>) -> Option<Identifier> {
    let address = address(&payload.text)?;
    let mut answer =
        Identifier::new(Kind::Url, payload.text.as_ref(), Confidence::Certain, "A web address; it is not opened.");
    if let Some(reason) = nearly_digital_link(payload, &address) {
        answer.warnings.push(reason);
    }
    if matches!(address, Cow::Owned(_)) {
        answer.warnings.push("the whole address was percent-encoded".to_owned());
    }
    answer.questions.push(ask_text(&payload.text));
    Some(answer)
}

/// Why an address with a GS1 key in its path, or of GS1 itself, is no Digital Link.
fn nearly_digital_link(payload: &Payload<'_>, address: &str) -> Option<String> {
    let rest = rest_of(address)?;
    let mut segments = rest.split(['/', '?', '#']);
    let of_gs1 = segments.next().is_some_and(|it| it.eq_ignore_ascii_case("id.gs1.org"));
    let is_key = |it: &str| dictionary().get(it).is_some_and(|entry| entry.qualifiers.is_some());
    let keyed =
        || rest.split('/').skip(1).zip(rest.split('/').skip(2)).any(|(ai, value)| is_key(ai) && value.len() >= 8);
    if !of_gs1 && !keyed() {
        return None;
    }
    let error = link::parse(address, gs1::forms(payload), payload.year).err()?;
    Some(format!("it looks like a GS1 Digital Link and is none: {error}"))
}

/// The text as a web address, decoded once if it was encoded as a whole.
pub(crate) fn address(text: &str) -> Option<Cow<'_, str>> {
    if rest_of(text).is_some() {
        return Some(Cow::Borrowed(text));
    }
    let begins = |it: &str| text.get(..it.len()).is_some_and(|found| found.eq_ignore_ascii_case(it));
    if !begins("https%3A%2F%2F") && !begins("http%3A%2F%2F") {
        return None;
    }
    percent_decode_str(text).decode_utf8().ok().map(|it| Cow::Owned(it.into_owned()))
}

fn rest_of(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once("://")?;
    let is_web = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    (is_web && !rest.is_empty()).then_some(rest)
}

/// The system, the type and the number of a tag, by the path's last segments.
fn tag_in(address: &str) -> Option<(&'static str, &str, &str)> {
    let rest = rest_of(address)?.split(['?', '#']).next()?;
    let (authority, path) = rest.split_once('/')?;
    let path = path.strip_suffix('/').unwrap_or(path);
    if authority.contains('@') || path.split('/').any(|it| matches!(it, "." | "..")) {
        return None;
    }
    let mut segments = path.rsplit('/');
    let (id, route, before) = (segments.next()?, segments.next()?, segments.next());
    let plain = |it: &str| {
        !it.is_empty() && it.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_' | b'.'))
    };
    let number = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    if !plain(id) {
        return None;
    }
    match (before, route) {
        (Some("scan"), "lot" | "part" | "location") if number(id) => Some(("part-db", route, id)),
        (None, "hardware") if number(id) => Some(("snipe-it", "hardware", id)),
        (None, "ht") | (Some("hardware"), "bytag") => Some(("snipe-it", "tag", id)),
        (Some("hardware"), "byserial") => Some(("snipe-it", "serial", id)),
        (None, "qr") => Some(("shelf", "qr", id)),
        (None, "a") if is_homebox(id) => Some(("homebox", "asset", id)),
        (None, "item" | "location") if is_uuid(id) => Some(("homebox", route, id)),
        (Some("stock"), "item" | "location") if number(id) => {
            Some(("inventree", if route == "item" { "stockitem" } else { "stocklocation" }, id))
        }
        // Without a word in front any shop's page of a part looks like this.
        (Some("platform" | "web"), "part") if number(id) => Some(("inventree", "part", id)),
        _ => None,
    }
}

fn is_homebox(id: &str) -> bool {
    id.split_once('-')
        .is_some_and(|(a, b)| [a, b].iter().all(|it| it.len() == 3 && it.bytes().all(|it| it.is_ascii_digit())))
}

fn is_uuid(id: &str) -> bool {
    id.len() == 36 && id.split('-').map(str::len).eq([8, 4, 4, 4, 12])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(&str, &str, &str)>) {
        let address = address(text);
        assert_eq!(address.as_deref().and_then(tag_in), expected, "{text}");
    }

    #[test]
    fn a_foreign_tag_is_known_by_its_path() {
        check("https://localhost:8000/scan/lot/1", Some(("part-db", "lot", "1")));
        check("http://foo.bar/part-db/scan/location/4", Some(("part-db", "location", "4")));
        check("https%3A%2F%2Fhomebox.fly.dev%2Fa%2F000-001", Some(("homebox", "asset", "000-001")));
        check("https://assets.example.com/ht/AT-000123", Some(("snipe-it", "tag", "AT-000123")));
        check("https://assets.example.com/hardware/bytag/AT-7", Some(("snipe-it", "tag", "AT-7")));
        check("https://assets.example.com/hardware/byserial/X9", Some(("snipe-it", "serial", "X9")));
        check("https://assets.example.com/hardware/17", Some(("snipe-it", "hardware", "17")));
        check("https://app.shelf.nu/qr/cl9x8k2m30000abcd1234efgh", Some(("shelf", "qr", "cl9x8k2m30000abcd1234efgh")));
        check("https://parts.example/platform/part/5", Some(("inventree", "part", "5")));
        check("https://localhost/part/1", None);
        check("https://x@evil.test/hardware/17", None);
        check("https://x.test/../hardware/17", None);
        check("https://x.test/ht/AT%2F..", None);
        check("https%253A%252F%252Fx.test%252Fhardware%252F17", None);
        check("javascript:alert(1)", None);
    }
}
