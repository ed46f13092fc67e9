//! Tags of other systems that came before us, and labels of distributors and badges in forms of their own.
//!
//! InvenTree, Part-DB and Grocy codes, LCSC and TME labels, vCard and MECARD. Short codes may just as well be serial
//! numbers: the register is asked for the text first.
//! Deliberately absent: tags behind web addresses, see `web`.

use crate::domain::{Confidence, Identifier, IdentifierKind, Kind, Question};

use super::payload::{Payload, ask_serial_number, ask_text, ask_unit};

/// InvenTree's short names of its models.
const INVENTREE: &[(&str, &str)] = &[
    ("PA", "part"),
    ("SI", "stockitem"),
    ("SL", "stocklocation"),
    ("SP", "supplierpart"),
    ("MP", "manufacturerpart"),
    ("BO", "build"),
    ("PO", "purchaseorder"),
    ("SO", "salesorder"),
    ("RO", "returnorder"),
    ("SH", "salesordershipment"),
    ("CO", "company"),
];

/// The answer for a tag of another system.
pub(crate) fn named(
    payload: &Payload<'_>,
    system: &str,
    kind: &str,
    id: &str,
    confidence: Confidence,
    how: &str,
) -> Identifier {
    let key = format!("{system} {kind} {id}");
    let mut answer = Identifier::new(Kind::ForeignTag, key.as_str(), confidence, format!("A tag of {system}. {how}"));
    answer.fields =
        [("system", system), ("type", kind), ("id", id)].map(|(a, b)| (a.to_owned(), b.to_owned())).to_vec();
    answer.questions.push(ask_text(&payload.text));
    answer.questions.push(ask_unit(IdentifierKind::ForeignTag, key));
    if confidence > Confidence::High {
        answer.questions.extend(ask_serial_number(&payload.text).skip(1));
    }
    answer
}

/// Reads a card that names a person; with a UID it is a badge.
pub(crate) fn card(payload: &Payload<'_>) -> Option<Identifier> {
    let text = payload.text.as_ref();
    let begins = |it: &str| text.get(..it.len()).is_some_and(|found| found.eq_ignore_ascii_case(it));
    let lines: Vec<String> = if begins("BEGIN:VCARD") {
        // A line that begins with a blank goes on with the one before (RFC 6350 3.2).
        let whole = text.replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "");
        whole.split(['\r', '\n']).map(str::to_owned).collect()
    } else if begins("MECARD:") {
        unescaped_parts(text.get(7..)?)
    } else {
        return None;
    };
    let mut fields = Vec::new();
    for line in lines {
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        // A property may carry parameters: `UID;VALUE=text:emp-42`.
        let name = name.split(';').next().unwrap_or_default().to_ascii_lowercase();
        if matches!(name.as_str(), "uid" | "n" | "fn") && !value.is_empty() {
            fields.push((name, unescaped(value)));
        }
    }
    let uid = fields.iter().find(|(name, _)| name == "uid").map(|(_, value)| value.clone());
    let mut answer = match uid {
        Some(uid) => {
            let mut answer = Identifier::new(Kind::Badge, uid.as_str(), Confidence::High, "A card with a UID.");
            answer.questions.push(Question::Badge { key: uid });
            answer
        }
        None => Identifier::new(Kind::Text, text, Confidence::High, "A card without a UID: it names nobody here."),
    };
    answer.fields = fields;
    Some(answer)
}

/// The parts of a MECARD: a semicolon ends one unless a backslash stands in front of it.
fn unescaped_parts(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut escaped = false;
    for found in text.chars() {
        if found == ';' && !escaped {
            parts.push(String::new());
            continue;
        }
        if let Some(part) = parts.last_mut() {
            part.push(found);
        }
        escaped = found == '\\' && !escaped;
    }
    parts
}

/// A value of a card without the backslashes in front of separators.
fn unescaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut rest = value.chars();
    while let Some(found) = rest.next() {
        let meant = if found == '\\' { rest.next().unwrap_or(found) } else { found };
        text.push(meant);
    }
    text
}

/// Reads a short code of InvenTree, Part-DB or Grocy.
pub(crate) fn code(payload: &Payload<'_>) -> Option<Identifier> {
    let text = payload.text.as_ref();
    let say = |system, kind: &str, id: &str, confidence| {
        Some(named(payload, system, kind, id, confidence, "It has the form of that system's codes."))
    };
    if let Some(rest) = text.strip_prefix("INV-") {
        let (short, id) = rest.split_at_checked(2)?;
        let (_, kind) = INVENTREE.iter().find(|(it, _)| *it == short)?;
        return is_number(id).then(|| say("inventree", kind, id, Confidence::Medium)).flatten();
    }
    if let Some(inner) = text.strip_prefix('{').and_then(|it| it.strip_suffix('}')) {
        let (kind, id) = inner.split_once(':')?;
        let (kind, id) = (kind.trim().strip_prefix('"')?.strip_suffix('"')?, id.trim());
        let known = INVENTREE.iter().any(|(_, it)| *it == kind);
        return (known && is_number(id)).then(|| say("inventree", kind, id, Confidence::High)).flatten();
    }
    if let Some(rest) = text.strip_prefix("grcy:") {
        let (letter, id) = rest.split_once(':')?;
        let kind = match letter {
            "p" => "product",
            "c" => "chore",
            "b" => "battery",
            "r" => "recipe",
            _ => return None,
        };
        let number = id.split(':').next().unwrap_or_default();
        return is_number(number).then(|| say("grocy", kind, id, Confidence::High)).flatten();
    }
    let (kind, id) = part_db(text)?;
    let id = id.trim_start_matches('0');
    let mut answer = say("part-db", kind, if id.is_empty() { "0" } else { id }, Confidence::Medium)?;
    if text.contains(SHARP_S) {
        answer.warnings.push(KEYBOARD.to_owned());
    }
    Some(answer)
}

/// What a German keyboard makes of the hyphen that a scanner set to a US keyboard sends.
pub(crate) const SHARP_S: char = 'ß';

/// What to do about it.
pub(crate) const KEYBOARD: &str = "a hyphen arrived as ß: set this scanner's keyboard country";

/// Part-DB's internal codes: `L0123`, `L-000010`, and the old `$L00336` of a location.
fn part_db(text: &str) -> Option<(&'static str, &str)> {
    if let Some(id) = text.strip_prefix("$L") {
        return (id.len() >= 5 && is_number(id)).then_some(("location", id));
    }
    let (letter, rest) = text.split_at_checked(1)?;
    let kind = match letter {
        "L" => "lot",
        "P" => "part",
        "S" => "location",
        _ => return None,
    };
    let (id, length) = rest.strip_prefix(['-', SHARP_S]).map_or((rest, 4), |it| (it, 6));
    // Without its hyphen a location looks like a serial number behind its data identifier S: only the padded form.
    let longest = if letter == "S" && length == 4 { 4 } else { 8 };
    ((length..=longest).contains(&id.len()) && is_number(id)).then_some((kind, id))
}

/// Reads a distributor's label in a form of its own: LCSC and TME.
pub(crate) fn distributor(payload: &Payload<'_>) -> Option<Identifier> {
    let text = payload.text.as_ref();
    let (system, fields) = match text.strip_prefix('{').and_then(|it| it.strip_suffix('}')) {
        Some(inner) => ("lcsc", lcsc(inner)?),
        None => ("tme", tme(text)?),
    };
    let part = |it: &&(String, String)| matches!(it.0.as_str(), "pm" | "mpn" | "pc");
    let named_by = fields.iter().find(part).or(fields.first()).map(|(_, value)| value.clone()).unwrap_or_default();
    let key = format!("{system} {named_by}");
    let mut answer = Identifier::new(Kind::ForeignTag, key, Confidence::High, format!("A label of {system}."));
    answer.fields.push(("system".to_owned(), system.to_owned()));
    answer.questions.push(ask_text(text));
    answer.questions.extend(fields.iter().filter(part).map(|(_, value)| Question::Sku { key: value.clone() }));
    answer.fields.extend(fields);
    Some(answer)
}

/// Names and values between braces, names without quotes; the product code `pc` begins with C.
fn lcsc(inner: &str) -> Option<Vec<(String, String)>> {
    let pair = |it: &str| it.split_once(':').map(|(a, b)| (a.trim().to_owned(), b.trim().to_owned()));
    let fields: Vec<(String, String)> = inner.split(',').map(pair).collect::<Option<_>>()?;
    fields.iter().any(|(name, value)| name == "pc" && value.starts_with('C')).then_some(fields)
}

/// Words `NAME:value` between blanks, at least TME's and the maker's part number, and TME's address.
fn tme(text: &str) -> Option<Vec<(String, String)>> {
    let address = |it: &str| it.to_ascii_lowercase().contains("tme.eu/");
    if !(text.starts_with("QTY:") || text.starts_with("PN:")) || !address(text) {
        return None;
    }
    let value = |wanted: &str| {
        let mut words = text.split_whitespace().filter_map(|it| it.split_once(':'));
        words.find(|(name, _)| *name == wanted).map(|(_, value)| value.to_owned())
    };
    value("PN")?;
    Some(vec![("mpn".to_owned(), value("MPN")?)])
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.len() <= 18 && text.bytes().all(|it| it.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identify::Options;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let options = Options::default();
        let payload = Payload::of_text(text, &options, 2026);
        let found = [card, distributor, code].iter().find_map(|it| it(&payload));
        assert_eq!(found.map_or_else(|| "none".to_owned(), |it| format!("{} {}", it.kind, it.key)), expected, "{text}");
    }

    #[test]
    fn codes_of_other_systems_are_known_by_their_form() {
        check("L0010", "foreign-tag part-db lot 10");
        check("Lß000010", "foreign-tag part-db lot 10");
        check("L-123", "none");
        check("INV-SI10", "foreign-tag inventree stockitem 10");
        check("{\"stockitem\": 10}", "foreign-tag inventree stockitem 10");
        check("grcy:p:13", "foreign-tag grocy product 13");
        check("QTY:5 PN:A MPN:B https://www.tme.eu/details/A", "foreign-tag tme B");
        check("QTY:5 PN:A MPN:B", "none");
    }

    #[test]
    fn a_card_names_a_person_by_its_uid() {
        check("MECARD:N:Doe,Jane;UID:emp-42;;", "badge emp-42");
        check("MECARD:N:Doe\\;Jane;UID:emp\\:42;;", "badge emp:42");
        check("BEGIN:VCARD\r\nUID;VALUE=text:emp\r\n -42\r\nEND:VCARD", "badge emp-42");
        check("BEGIN:VCARD\nFN:Jane\nEND:VCARD", "text BEGIN:VCARD\nFN:Jane\nEND:VCARD");
    }
}
