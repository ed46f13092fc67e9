//! Our own codes: commands, badges, tags, locations, quantities, jobs, and tags behind our own address.
//!
//! A code that begins like one of ours and is damaged is refused before any look-up, never read as something else.
//! Deliberately absent: what a command does, and who bears a tag or badge.

use crate::domain::{AssetTag, Candidate, Confidence, Identifier, IdentifierKind, Kind, Question, Symbology, TagError};

use super::options::TagCheck;
use super::payload::{Payload, ask_unit, invalid};
use super::web;

/// Reads a command card.
pub(crate) fn command(payload: &Payload<'_>) -> Option<Identifier> {
    let rest = own(payload, &payload.options.command_prefix)?;
    let answer = Identifier::new(Kind::Command, rest, Confidence::Certain, "It begins as our command cards do.");
    Some(flagged(answer, payload, &payload.options.symbologies.command))
}

/// Reads a badge.
pub(crate) fn badge(payload: &Payload<'_>) -> Option<Identifier> {
    let rest = own(payload, &payload.options.badge_prefix)?;
    let mut answer =
        Identifier::new(Kind::Badge, payload.text.as_ref(), Confidence::Certain, "It begins as our badges do.");
    answer.questions.push(Question::Badge { key: rest.to_owned() });
    Some(flagged(answer, payload, &payload.options.symbologies.badge))
}

/// Reads one of our tags; a damaged one is refused with the cause.
pub(crate) fn tag(payload: &Payload<'_>) -> Option<Identifier> {
    own(payload, &payload.options.tag_prefix)?;
    Some(flagged(read_tag(payload, &payload.text, "own tag prefix"), payload, &payload.options.symbologies.tag))
}

/// Reads a tag behind our own address; what does not fit it exactly is left to the readers of links.
pub(crate) fn link(payload: &Payload<'_>) -> Option<Identifier> {
    let address = web::address(&payload.text)?;
    let tag = own_link(&address, &payload.options.own_url)?;
    let mut answer = read_tag(payload, tag, "own address");
    if answer.invalid.is_some() && !tag.starts_with(&payload.options.tag_prefix) {
        "It stands behind our own address and is none of our tags.".clone_into(&mut answer.why);
    }
    answer.fields =
        [("system", "own"), ("type", "asset"), ("id", tag)].map(|(a, b)| (a.to_owned(), b.to_owned())).to_vec();
    Some(answer)
}

/// Reads a location label.
pub(crate) fn location(payload: &Payload<'_>) -> Option<Identifier> {
    own(payload, &payload.options.location_prefix)?;
    let text = payload.text.as_ref();
    let mut answer = Identifier::new(Kind::Location, text, Confidence::Certain, "It begins as our location labels do.");
    answer.questions.push(Question::Location { key: text.to_owned() });
    Some(flagged(answer, payload, &payload.options.symbologies.location))
}

/// Reads a number card.
pub(crate) fn quantity(payload: &Payload<'_>) -> Option<Identifier> {
    let rest = own(payload, &payload.options.quantity_prefix)?;
    let why = "It begins as our number cards do.";
    let answer = if rest.len() <= 6 && rest.bytes().all(|it| it.is_ascii_digit()) {
        Identifier::new(Kind::Quantity, rest, Confidence::Certain, why)
    } else {
        invalid(Kind::Unknown, &payload.text, why, "a number card has one to six digits after its prefix")
    };
    Some(flagged(answer, payload, &payload.options.symbologies.quantity))
}

/// Reads a job card.
pub(crate) fn job(payload: &Payload<'_>) -> Option<Identifier> {
    let rest = own(payload, &payload.options.job_prefix)?;
    let answer = Identifier::new(Kind::Job, rest, Confidence::Certain, "It begins as our job cards do.");
    Some(flagged(answer, payload, &payload.options.symbologies.job))
}

/// Reads a text as one of our tags, whatever it begins with.
pub(crate) fn read_tag(payload: &Payload<'_>, text: &str, by: &str) -> Identifier {
    let required = payload.options.tag_check == TagCheck::Required;
    match AssetTag::parse(text, &payload.options.tag_prefix, required) {
        Ok(_) => {
            let mut answer =
                Identifier::new(Kind::AssetTag, text, Confidence::Certain, format!("It is one of our tags ({by})."));
            answer.questions.extend(ask_tag(text, &payload.options.tag_prefix));
            answer
        }
        Err(error) => {
            let why = match &error {
                TagError::Letter { .. } => "It begins like one of our tags, but has a letter that none has.",
                TagError::Check { .. } => "It begins like one of our tags, but its check character does not hold.",
                TagError::Prefix { .. } | TagError::Length { .. } | TagError::Character { .. } => {
                    "It begins like one of our tags, but is not a whole one."
                }
            };
            let mut answer = invalid(Kind::Unknown, text, why, format!("the tag {error}"));
            if let TagError::Letter { meant, .. } = error
                && AssetTag::parse(&meant, &payload.options.tag_prefix, required).is_ok()
            {
                answer.candidates.push(Candidate { kind: Kind::AssetTag, key: meant, confidence: Confidence::Low });
            }
            answer
        }
    }
}

/// The questions for one of our tags: as it was read, then with its check character, or without it.
pub(super) fn ask_tag(tag: &str, prefix: &str) -> impl Iterator<Item = Question> {
    let other_form = AssetTag::other_form(tag, prefix);
    let as_read = Some(tag.to_owned());
    [as_read, other_form].into_iter().flatten().map(|it| ask_unit(IdentifierKind::AssetTag, it))
}

/// What follows one of our prefixes; nothing if the class is switched off or nothing follows.
fn own<'p>(payload: &'p Payload<'_>, prefix: &str) -> Option<&'p str> {
    let rest = payload.text.strip_prefix(prefix)?;
    (!prefix.is_empty() && !rest.is_empty()).then_some(rest)
}

fn flagged(mut answer: Identifier, payload: &Payload<'_>, printed: &[Symbology]) -> Identifier {
    if let Some(found) = payload.symbology
        && !printed.is_empty()
        && !printed.contains(&found)
    {
        answer.unprinted = Some(found);
        answer.warnings.push(format!("read from {found:?}, in which this class is not printed here"));
    }
    answer
}

/// The tag in a link that begins with our own address: scheme, host and route compared without regard to case.
///
/// User information, dot segments, encoded characters and further segments make it somebody else's link.
pub(crate) fn own_link<'t>(text: &'t str, address: &str) -> Option<&'t str> {
    let split = |it: &'t str| it.split_once("://").filter(|(scheme, _)| is_web(scheme)).map(|(_, rest)| rest);
    let rest = split(text)?;
    let (_, ours) = address.split_once("://")?;
    let route = rest.get(..ours.len()).filter(|it| it.eq_ignore_ascii_case(ours))?;
    let tag = rest.get(route.len()..)?;
    let tag = tag.split(['?', '#']).next().unwrap_or_default();
    (!tag.is_empty() && tag.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-')).then_some(tag)
}

fn is_web(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")
}

#[cfg(test)]
mod tests {
    use super::own_link;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(own_link(text, "https://inv.example/a/"), expected);
    }

    #[test]
    fn our_address_is_matched_exactly_and_without_case() {
        check("https://inv.example/a/AT-000123", Some("AT-000123"));
        check("HTTPS://INV.EXAMPLE/A/AT-000123", Some("AT-000123"));
        check("https://inv.example.evil.test/a/AT-000123", None);
        check("https://inv.example@evil.test/a/AT-000123", None);
        check("http://inv.example/a/../admin", None);
        check("https://inv.example/a/AT-000123%2F..", None);
        check("https://inv.example/a/", None);
        check("javascript://inv.example/a/AT-000123", None);
    }
}
