//! An outcome of the ledger as everybody may have it who asks later.
//!
//! It is a text that was made for the lane of its session; what that session alone might see is masked in it: what was
//! read, by its kind, the serial number of the unit, and both wherever a sentence repeats them; and that a unit was stolen.
//! The text is changed in place and never read as a whole: a screen that returns asks for many.
//! Deliberately absent: what a role may see, which is the same for requests and exports (`Sight`).

use std::ops::Range;
use std::time::Duration;

use jiff::Timestamp;

use crate::domain::feedback::{MASK_READABLE, mask};
use crate::domain::sight::{masked_words, without_stolen_card};
use crate::domain::{IdentifierKind, Kind, Sight, UnitState};

/// An outcome from the ledger as everybody may have it who asks later: what was read, as one without a session sees what
/// was scanned as that kind, the serial number of its unit masked, one that was stolen as any other, and of a greeting what
/// it says of the person's papers and of stolen units left out.
pub(super) fn masked(outcome: &str) -> String {
    told(outcome, false)
}

/// An outcome from the ledger for a screen that returns: what was read a moment ago stands in it as it was read, as on the
/// screens that were there; all else, and all that is older, is masked.
pub(super) fn for_return(outcome: &str, now: Timestamp) -> String {
    let mut end = outcome.rfind(TIME).unwrap_or(outcome.len());
    let made = next(outcome, TIME, &mut end).and_then(|it| it.text.parse::<Timestamp>().ok());
    told(outcome, made.is_some_and(|it| now.duration_since(it).unsigned_abs() < JUST_READ))
}

fn told(outcome: &str, just_read: bool) -> String {
    let everybody = Sight::of(None);
    // In the order in which an outcome is written: each is looked for behind the one before.
    let mut end = 0;
    let (why, kind) = (next(outcome, WHY, &mut end), next(outcome, KIND, &mut end));
    let (key, because) = (next(outcome, KEY, &mut end), next(outcome, BECAUSE, &mut end));
    let has_unit = outcome.get(end..).is_some_and(|it| it.starts_with(UNIT));
    let number = has_unit.then(|| next(outcome, NUMBER, &mut end)).flatten();
    let state = has_unit.then(|| next(outcome, STATE, &mut end)).flatten();
    let payload = next(outcome, PAYLOAD, &mut end);

    let is_shown = just_read
        || match (kind.and_then(|it| Kind::parse(&it.text)), because.as_ref()) {
            (Some(Kind::AssetTag), _) => true, // Labels are made to be seen.
            (Some(kind), because) => {
                let known_as = because.and_then(|it| known_as(&it.text));
                everybody.sees_scan(kind) && known_as.is_none_or(|it| everybody.sees(it))
            }
            (None, _) => false,
        };
    let mut numbers = Vec::new();
    for read in [&payload, &key].into_iter().flatten().filter(|_| !is_shown) {
        numbers.extend(parts(&read.text));
    }
    numbers.extend(number.as_ref().map(|it| it.text.as_str()));
    numbers.extend(why.as_ref().and_then(|it| other_number(&it.text)));
    numbers.retain(|it| it.chars().count() > MASK_READABLE);
    numbers.sort_unstable_by_key(|it| std::cmp::Reverse(it.len()));

    let read = |text: &str| match is_shown {
        true if just_read => without_stolen_card(text),
        true => without_stolen_card(&without(text, &numbers)),
        false => mask(text),
    };
    let changed = [
        why.as_ref().map(|it| (it, without(&without_stolen_card(&without_papers(&it.text)), &numbers))),
        key.as_ref().map(|it| (it, read(&it.text))),
        because.as_ref().map(|it| (it, without(&without_beside(&it.text), &numbers))),
        number.as_ref().map(|it| (it, mask(&it.text))),
        state.as_ref().map(|it| (it, quiet(&it.text))),
        payload.as_ref().map(|it| (it, read(&it.text))),
    ];
    let mut told = String::with_capacity(outcome.len() * 2);
    let mut rest = 0;
    for (place, text) in changed.into_iter().flatten().filter(|(place, text)| place.text != *text) {
        told.push_str(outcome.get(rest..place.range.start).unwrap_or_default());
        told.push_str(&serde_json::Value::String(text).to_string());
        rest = place.range.end;
    }
    told.push_str(outcome.get(rest..).unwrap_or_default());
    told
}

const WHY: &str = r#""why":"#;
const KIND: &str = r#","kind":"#;
const KEY: &str = r#","key":"#;
const BECAUSE: &str = r#","because":"#;
const UNIT: &str = r#","unit":{"#;
const NUMBER: &str = r#","serial_number":"#;
const STATE: &str = r#","state":"#;
const PAYLOAD: &str = r#","payload":"#;
const TIME: &str = r#","time":"#;

/// So long what was read is told as it was read to a screen that returns (chosen: it has lost its line, or its station was
/// started anew, and is back by then).
const JUST_READ: Duration = Duration::from_secs(5 * 60);

/// A text of an outcome: where its JSON stands, and what it says.
struct Place {
    range: Range<usize>,
    text: String,
}

/// The text behind the first such name behind `end`, which it moves on; `None` if none stands there.
///
/// The places are unambiguous: inside a JSON string every quotation mark is escaped.
fn next(outcome: &str, name: &str, end: &mut usize) -> Option<Place> {
    let start = *end + outcome.get(*end..)?.find(name)? + name.len();
    let mut texts = serde_json::Deserializer::from_str(outcome.get(start..)?).into_iter::<String>();
    let text = texts.next()?.ok()?;
    *end = start + texts.byte_offset();
    Some(Place { range: start..*end, text })
}

/// As what our records know it, where the reason says so.
fn known_as(because: &str) -> Option<IdentifierKind> {
    let known = because.rsplit_once(" Our records: ")?.1;
    if known.starts_with("a serial number") || known.starts_with("the serial number") {
        return Some(IdentifierKind::SerialNumber);
    }
    let kind = known.strip_prefix("an identifier of the kind ")?;
    IdentifierKind::parse(kind.split([' ', '.']).next()?)
}

/// What was read, and those parts of it that may be a number and stand alone in a sentence.
fn parts(read: &str) -> impl Iterator<Item = &str> {
    let stands_alone = |it: char| !it.is_alphanumeric() && !matches!(it, '-' | '.' | '_');
    let parts = read.split(stands_alone).filter(|it| it.bytes().any(|it| it.is_ascii_digit()));
    std::iter::once(read).chain(parts).filter(|it| it.chars().count() > PART_LEN)
}

/// Characters of a part that is too short to be a number of something: a sentence has many such.
const PART_LEN: usize = 3;

/// The number that a sentence repeats of another scan: of a pair, or of what cannot be bound.
fn other_number(why: &str) -> Option<&str> {
    if let Some(pair) = why.strip_prefix("Paired: ").or_else(|| Some(why.split_once(": DONE binds them")?.0)) {
        let number = pair.split_once(" with ")?.1.split_once(", ")?.0;
        return Some(number).filter(|it| *it != "no serial number");
    }
    let refused = why.strip_prefix("Not bound: ")?;
    if let Some(both) = refused.strip_prefix("tag and serial number are both ") {
        return both.split(';').next();
    }
    let named = refused.split_once(" already belongs to ")?.0;
    let words = match named {
        it if it.starts_with("tag ") => return None,
        it if it.starts_with("serial number of ") => 4, // The maker's key is one word.
        it if it.starts_with("serial number ") => 2,
        _ => 1,
    };
    named.splitn(words + 1, ' ').nth(words)
}

/// The sentence with those numbers masked wherever they stand alone in it.
fn without(text: &str, numbers: &[&str]) -> String {
    let mut told = text.to_owned();
    for number in numbers {
        let mut from = 0;
        while let Some(at) = told.get(from..).and_then(|it| it.find(number)) {
            let (start, end) = (from + at, from + at + number.len());
            let before = told.get(..start).and_then(|it| it.chars().next_back());
            let behind = told.get(end..).and_then(|it| it.chars().next());
            if before.is_some_and(char::is_alphanumeric) || behind.is_some_and(char::is_alphanumeric) {
                from = end;
            } else {
                let hidden = mask(number);
                told.replace_range(start..end, &hidden);
                from = start + hidden.len();
            }
        }
    }
    told
}

/// A greeting without what it says of trainings and licences, and of stolen units that were seen.
fn without_papers(why: &str) -> String {
    let told = ["training ", "licence ", "STOLEN and seen: "];
    let kept: Vec<&str> = why.split("; ").filter(|it| !told.iter().any(|word| it.starts_with(word))).collect();
    kept.join("; ")
}

/// The state of a unit as everybody may see it.
fn quiet(state: &str) -> String {
    UnitState::parse(state).map_or_else(|| state.to_owned(), |it| Sight::of(None).state(it).word().to_owned())
}

/// A reason with what stood beside the code on its label masked, as it is in events: nothing tells it apart.
fn without_beside(because: &str) -> String {
    const BESIDE: &str = " Beside it: ";
    match because.split_once(BESIDE) {
        Some((reason, fields)) => format!("{reason}{BESIDE}{}", masked_words(fields)),
        None => because.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::{for_return, masked};

    /// An outcome as it is stored, from its texts.
    fn outcome(why: &str, [kind, key, payload]: [&str; 3], because: &str, serial_number: Option<&str>) -> String {
        let unit = serial_number.map(|it| serde_json::json!({ "id": 3, "serial_number": it }));
        let unit = unit.map_or_else(
            || "null".to_owned(),
            |_| format!(r#"{{"id":3,"tag":null,"serial_number":{},"lot":null}}"#, serde_json::json!(serial_number)),
        );
        let text = |it: &str| serde_json::json!(it).to_string();
        let (why, key, because, payload) = (text(why), text(key), text(because), text(payload));
        format!(
            r#"{{"scan":1,"answer":"good","why":{why},"kind":"{kind}","key":{key},"because":{because},"unit":{unit},"events":[7],"lane":"web","time":"2026-11-20T08:00:00Z","payload":{payload},"person":null}}"#
        )
    }

    #[track_caller]
    fn check(kind: &str, read: &str, expected: &str) {
        let told = masked(&outcome("Unknown code", [kind, read, read], "", None));
        assert_eq!(told, outcome("Unknown code", [kind, expected, expected], "", None), "{kind}");
    }

    #[test]
    fn what_was_read_is_masked_by_its_kind() {
        check("serial", "C02XK1ABJG5H", "••••••••••5H");
        check("text", "C02XK1ABJG5H", "••••••••••5H");
        check("imei", "490154203237518", "•••••••••••••18");
        check("badge", "BDG-1001", "••••••01");
        check("gs1", "01=09520123456788;21=A\"1", &format!("{}\"1", "•".repeat(22)));
        check("a kind of a later program", "C02XK1ABJG5H", "••••••••••5H");
        for kind in ["asset-tag", "location", "command", "gtin", "job"] {
            check(kind, "AT-000123", "AT-000123");
        }
        check("refused", "", "");
    }

    #[test]
    fn what_the_register_knows_as_a_serial_number_is_masked_as_one() {
        let told = |because: &str| masked(&outcome("in", ["gtin", "12345670", "12345670"], because, None));
        let hidden = |because: &str| outcome("in", ["gtin", "••••••70", "••••••70"], because, None);
        for known in ["a serial number", "the serial number under that GTIN", "an identifier of the kind imei"] {
            let because = format!("Eight digits. Our records: {known}.");
            assert_eq!(told(&because), hidden(&because));
        }
        let because = "Eight digits. Our records: a tag.";
        assert_eq!(told(because), outcome("in", ["gtin", "12345670", "12345670"], because, None));
    }

    #[test]
    fn sentences_repeat_no_number() {
        let gs1 = ["gs1", "01=09520123456788;21=A1-77", "]C1010952012345678821A1-77"];
        let told = masked(&outcome("Paired: AT-7 with A1-77, Drill; A1-778", gs1, "For A1-77.", Some("A1-77")));
        let key = format!("{}77", "•".repeat(24));
        let hidden = ["gs1", &*key, &*key];
        let expected = outcome("Paired: AT-7 with ••••7, Drill; A1-778", hidden, "For ••••7.", Some("••••7"));
        assert_eq!(told, expected);
    }

    #[test]
    fn a_tag_that_ends_a_pair_does_not_tell_the_plate_that_began_it() {
        #[track_caller]
        fn check(why: &str, expected: &str) {
            let tag = ["asset-tag", "AT-000123", "AT-000123"];
            assert_eq!(masked(&outcome(why, tag, "", None)), outcome(expected, tag, "", None));
        }
        check("Paired: AT-000123 with 3611J055001, GSR", "Paired: AT-000123 with •••••••••01, GSR");
        check("AT-000123 with SN 4711, GSR: DONE binds them", "AT-000123 with •••••11, GSR: DONE binds them");
        check(
            "AT-000123 with no serial number, GSR: DONE binds them",
            "AT-000123 with no serial number, GSR: DONE binds them",
        );
        check(
            "Not bound: serial number of BOSCH SN 4711 already belongs to unit 3",
            "Not bound: serial number of BOSCH •••••11 already belongs to unit 3",
        );
        check(
            "Not bound: IMEI 490154203237518 already belongs to unit 3",
            "Not bound: IMEI •••••••••••••18 already belongs to unit 3",
        );
        check(
            "Not bound: tag AT-000123 already belongs to unit 3",
            "Not bound: tag AT-000123 already belongs to unit 3",
        );
        check("Out to Kim: GSR, due today 17:00", "Out to Kim: GSR, due today 17:00");
    }

    #[test]
    fn what_stood_beside_a_code_is_masked_word_by_word() {
        let tag = ["asset-tag", "AT-000123", "AT-000123"];
        let told = masked(&outcome("in", tag, "Ours. Beside it: imei 490154203237518.", None));
        assert_eq!(told, outcome("in", tag, "Ours. Beside it: imei ••••••••••••••8.", None));
    }

    #[test]
    fn what_was_read_a_moment_ago_stands_as_it_was_read_and_the_record_is_masked_all_the_same() {
        let made: Timestamp = "2026-11-20T08:00:00Z".parse().unwrap();
        let after = |seconds| made + SignedDuration::from_secs(seconds);
        let unknown = outcome("Unknown code", ["text", "C02XK1ABJG5H", "C02XK1ABJG5H"], "", None);
        for (seconds, is_told) in [(-10, true), (0, true), (299, true), (300, false), (86_400, false), (-301, false)] {
            let told = for_return(&unknown, after(seconds));
            assert_eq!(told, if is_told { unknown.clone() } else { masked(&unknown) }, "{seconds} s");
        }
        let serial = ["serial", "A1-77", "A1-77"];
        let told = for_return(&outcome("A1-77: in", serial, "", Some("A1-77")), after(1));
        assert_eq!(told, outcome("••••7: in", serial, "", Some("••••7")));
        let stolen = outcome("STOLEN: scan tools", ["command", "STOLEN", "!CMD:STOLEN"], "", None);
        assert_eq!(for_return(&stolen, after(1)), masked(&stolen));
        for whole in [r#"{"unit":null}"#, r#"{"unit":null,"time":"never"}"#, ""] {
            assert_eq!(for_return(whole, made), whole);
        }
    }

    #[test]
    fn that_a_unit_was_stolen_is_told_to_nobody() {
        let tag = ["asset-tag", "AT-000123", "AT-000123"];
        let looked_up = outcome("On hold: to be looked at; ask the keeper", tag, "", Some("4711"))
            .replace(r#""lot":null"#, r#""lot":null,"state":"stolen""#);
        let told = masked(&looked_up);
        assert!(told.contains(r#""lot":null,"state":"in-service""#), "{told}");
        let told =
            masked(&outcome("Hello Kay; STOLEN and seen: AT-1, AT-2; 1 overdue", ["badge", "1", "BDG-1"], "", None));
        assert!(told.contains(r#""why":"Hello Kay; 1 overdue""#), "{told}");
        let told = masked(&outcome("STOLEN: scan tools", ["command", "STOLEN", "!CMD:STOLEN"], "", None));
        assert_eq!(told, outcome("••••••: scan tools", ["command", "••••••", "!CMD:••••••"], "", None));
    }

    #[test]
    fn an_old_outcome_loses_the_serial_number_of_its_unit_and_the_papers_of_its_person() {
        let tag = ["asset-tag", "AT-000123", "AT-000123"];
        let told = masked(&outcome("said \",\"kind\":\"serial\"", tag, "", Some("AB\"C12345")));
        assert_eq!(told, outcome("said \",\"kind\":\"serial\"", tag, "", Some("•••••••45")));
        let greeting =
            "Hello Kim: you have 1; training laser until Tue 23:59; licence expired; 1 of it to be calibrated";
        let told = masked(&outcome(greeting, ["badge", "1001", "BDG-1001"], "", None));
        let expected = "Hello Kim: you have 1; 1 of it to be calibrated";
        assert_eq!(told, outcome(expected, ["badge", "••••", "••••••01"], "", None));
        for whole in [r#"{"unit":null}"#, r#"{"unit":{"id":3,"serial_number":null},"a":1}"#, ""] {
            assert_eq!(masked(whole), whole);
        }
    }
}
