//! A code field by field: each element with its name, what its value means, and what is wrong with it.
//!
//! Also of a code that is not valid: what stands before the mistake is shown, and the mistake at its place. A code of
//! one piece (a phone's number, a VIN, a tag) is shown in the parts that its standard gives it.
//! Deliberately absent: our records, and any guess at what a damaged element was.

use serde::Serialize;

use crate::domain::{Identifier, Kind};

use super::aim::{self, Content};
use super::envelope::{self, di, meaning as di_meaning};
use super::explain::element_name;
use super::gs1::dictionary::dictionary;
use super::gs1::{element, meaning as gs1_meaning};
use super::parts;

/// By which list an element is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Syntax {
    /// A GS1 application identifier.
    Ai,
    /// A data identifier of MH10.8.2.
    Di,
    /// A text element identifier (SPEC 2000).
    Tei,
    /// A part that a standard names, without an identifier in the code.
    Part,
    /// What a maker's rule tells: derived, never decides.
    Derived,
}

/// One element of a code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ElementLine {
    /// By which list it is named.
    pub syntax: Syntax,
    /// Its identifier (`01`, `1T`, `PNO`) or the word for its part; `?` where none stands in front of it.
    pub element: String,
    /// Its name for people.
    pub name: String,
    /// Its value as it stands in the code.
    pub value: String,
    /// What the value means, where the value does not say it by itself: a date, a decimal with its unit …
    pub meaning: Option<String>,
    /// Whether the value is what its identifier demands.
    pub valid: bool,
    /// Why it is not; only then.
    pub reason: Option<String>,
}

impl ElementLine {
    pub(super) fn part(element: &str, name: &str, value: &str, meaning: Option<String>) -> Self {
        Self {
            syntax: Syntax::Part,
            element: element.to_owned(),
            name: name.to_owned(),
            value: value.to_owned(),
            meaning,
            valid: true,
            reason: None,
        }
    }

    fn wrong(syntax: Syntax, element: &str, name: &str, value: &str, reason: String) -> Self {
        Self { syntax, valid: false, reason: Some(reason), ..Self::part(element, name, value, None) }
    }
}

/// The elements of an identifier, in order of appearance; `year` decides the century of short dates.
#[must_use]
pub fn elements(found: &Identifier, year: i16) -> Vec<ElementLine> {
    if found.invalid.is_some() && found.fields.is_empty() {
        return of_damaged(found, year);
    }
    if found.fields.is_empty() {
        return parts::of(found);
    }
    found.fields.iter().map(|(element, value)| line(found.kind, element, value, year)).collect()
}

/// One field of a code that was read.
fn line(kind: Kind, element: &str, value: &str, year: i16) -> ElementLine {
    if let Some(name) = element.strip_prefix(super::maker::DERIVED) {
        return ElementLine { syntax: Syntax::Derived, ..ElementLine::part(element, name, value, None) };
    }
    let is_gs1 = matches!(kind, Kind::Gs1 | Kind::Gs1DigitalLink | Kind::Gtin | Kind::Sscc);
    let known = element_name(kind, element);
    if is_gs1 || (known.is_some() && element.bytes().all(|it| it.is_ascii_digit())) {
        return application_identifier(element, value, year);
    }
    if di::split(element).is_some_and(|(_, rest)| rest.is_empty()) {
        let name =
            known.or_else(|| di::get(element).map(|it| it.meaning)).unwrap_or("a data identifier not in our table");
        let line = ElementLine { syntax: Syntax::Di, ..ElementLine::part(element, name, value, None) };
        return match di_meaning::meaning(element, value, year) {
            Ok(meaning) => ElementLine { meaning, ..line },
            Err(reason) => ElementLine { valid: false, reason: Some(reason), ..line },
        };
    }
    if kind == Kind::Iso15434 && element != "?" {
        let name = parts::text_element(element);
        return ElementLine { syntax: Syntax::Tei, ..ElementLine::part(element, name, value, None) };
    }
    let (name, meaning) = parts::named(kind, element, value, year);
    ElementLine::part(element, name, value, meaning)
}

fn application_identifier(ai: &str, value: &str, year: i16) -> ElementLine {
    let Some(entry) = dictionary().get(ai) else {
        return ElementLine::part(ai, ai, value, None);
    };
    let line = ElementLine { syntax: Syntax::Ai, ..ElementLine::part(ai, &entry.title, value, None) };
    match element::check_value(entry, value, year) {
        Ok(()) => ElementLine { meaning: gs1_meaning::meaning(entry, value, year), ..line },
        Err(error) => ElementLine { valid: false, reason: Some(error.to_string()), ..line },
    }
}

/// The elements of a code that is damaged, up to the mistake.
fn of_damaged(found: &Identifier, year: i16) -> Vec<ElementLine> {
    let text = found.key.as_str();
    let gs1 = found.aim.and_then(aim::meaning).is_some_and(|it| it.content == Content::ElementStrings);
    if gs1 || text.starts_with('(') {
        return of_damaged_gs1(text, year);
    }
    if text.starts_with("[)>") || text.starts_with(">[)>") {
        return of_damaged_message(text, year);
    }
    if text.is_empty() {
        return Vec::new(); // A secret or nothing: there is nothing to show.
    }
    let reason = found.invalid.clone().unwrap_or_default();
    vec![ElementLine::wrong(Syntax::Part, "?", "content", text, reason)]
}

fn of_damaged_gs1(text: &str, year: i16) -> Vec<ElementLine> {
    let bracketed = text.starts_with('(');
    let mut lines = Vec::new();
    let mut rest = text;
    while !rest.is_empty() && lines.len() < element::ELEMENTS_MAX {
        let taken = if bracketed { element::take_bracketed(rest, year) } else { element::take(rest, year) };
        match taken {
            Ok((element, after)) => {
                lines.push(application_identifier(element.ai(), &element.value, year));
                rest = after;
            }
            Err(error) => {
                lines.push(mistaken(rest, bracketed, error.to_string()));
                break;
            }
        }
    }
    lines
}

/// What stands at the mistake, named by its application identifier if it has one that exists.
fn mistaken(rest: &str, bracketed: bool, reason: String) -> ElementLine {
    let entry = if bracketed {
        rest.strip_prefix('(').and_then(|it| it.split_once(')')).and_then(|(ai, _)| dictionary().get(ai))
    } else {
        dictionary().leading(rest)
    };
    let Some(entry) = entry else {
        return ElementLine::wrong(Syntax::Part, "?", "not readable", rest, reason);
    };
    let skipped = entry.ai.len() + if bracketed { 2 } else { 0 };
    let value = rest.get(skipped..).unwrap_or_default();
    let value = if bracketed { value } else { value.split(element::GS).next().unwrap_or_default() };
    let fixed = value.get(..entry.length.1).filter(|_| !entry.separated && !bracketed);
    let value = fixed.unwrap_or(value);
    ElementLine::wrong(Syntax::Ai, &entry.ai, &entry.title, value, reason)
}

fn of_damaged_message(text: &str, year: i16) -> Vec<ElementLine> {
    let mut message = envelope::Message::default();
    let error = envelope::parse_into(&mut message, text, year).err();
    let mut lines: Vec<ElementLine> =
        message.fields.iter().map(|(element, value)| line(Kind::Iso15434, element, value, year)).collect();
    if let Some(error) = error {
        let reason = error.to_string();
        if let envelope::MessageError::Check { field } = error {
            for line in lines.iter_mut().filter(|it| it.element == field) {
                (line.valid, line.reason) = (false, Some(reason.clone()));
            }
        } else {
            let whole = if lines.is_empty() { text } else { "" };
            let segment = if let envelope::MessageError::NoIdentifier { segment } = &error { segment } else { whole };
            lines.push(ElementLine::wrong(Syntax::Part, "?", "not readable", segment, reason));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Moment;
    use crate::identify::{Inspected, Options, inspect};

    #[track_caller]
    fn check(code: &str, reader: Option<&str>, expected: &[&str]) {
        let at = Moment::new("2026-11-21T08:00:00Z".parse().unwrap(), std::time::Duration::ZERO);
        let asked = Inspected { bytes: code.as_bytes(), aim: None, symbology: None, reader, at };
        let found = elements(&inspect(asked, &Options::default()), 2026);
        let said = |it: &ElementLine| {
            let more = it.reason.as_deref().map(|it| format!(" NOT VALID {it}"));
            let more = more.or(it.meaning.as_deref().map(|it| format!(" = {it}"))).unwrap_or_default();
            format!("{} {:?} {}{more}", it.element, it.value, it.name)
        };
        assert_eq!(found.iter().map(said).collect::<Vec<_>>(), expected, "{code}");
    }

    #[test]
    fn each_element_has_its_name_and_what_it_means() {
        check(
            "]d20109520123456788173101313103001500\u{1d}21A1",
            None,
            &[
                "01 \"09520123456788\" GTIN = check digit 8",
                "17 \"310131\" USE BY or EXPIRY = 2031-01-31",
                "3103 \"001500\" NET WEIGHT (kg) = 1.500 kg",
                "21 \"A1\" SERIAL",
            ],
        );
        check(
            "[)>\u{1e}06\u{1d}1PAB12\u{1d}SX77\u{1d}D240229\u{1d}14D20240230\u{1d}99ZQ\u{1e}\u{4}",
            None,
            &[
                "1P \"AB12\" part number set by the supplier (original part for UII)",
                "S \"X77\" serial for life, set by the supplier",
                "D \"240229\" date YYMMDD = 2024-02-29",
                "14D \"20240230\" expiry YYYYMMDD NOT VALID there is no such day",
                "99Z \"Q\" a data identifier not in our table",
            ],
        );
        check(
            "+A99912345/$$52025010X3/16D20111212/S77DEFG458",
            None,
            &[
                "labeler \"A999\" labeler identification code (LIC)",
                "product \"1234\" product or catalogue number",
                "uom \"5\" unit of measure",
                "expiry \"YYJJJ 20250\" expiry = 2020-09-06",
                "lot \"10X3\" batch",
                "production \"20111212\" production = 2011-12-12",
                "serial \"77DEFG45\" serial number",
            ],
        );
    }

    #[test]
    fn a_number_is_shown_in_its_parts() {
        check(
            "490154203237518",
            None,
            &[
                "tac \"49015420\" type allocation code: which model",
                "snr \"323751\" serial part",
                "check \"8\" check digit",
            ],
        );
        check("AT-000123", None, &["prefix \"AT-\" our prefix", "body \"000123\" number"]);
        check(
            "02:1a:2b:3c:4d:5e",
            None,
            &["oui \"021A2B\" organisation = set locally, not by a maker", "device \"3C4D5E\" device part"],
        );
        check("TESTING", None, &[]);
    }

    #[test]
    fn a_damaged_code_is_shown_up_to_the_mistake() {
        check(
            "]C1010952012345678917310132",
            None,
            &["01 \"09520123456789\" GTIN NOT VALID (01) GTIN: its check digit does not hold"],
        );
        check(
            "]C1010952012345678817310132\u{1d}10A",
            None,
            &[
                "01 \"09520123456788\" GTIN = check digit 8",
                "17 \"310132\" USE BY or EXPIRY NOT VALID (17) USE BY or EXPIRY: its day does not exist",
            ],
        );
        check(
            "(01)09520123456788(89)X",
            Some("gs1"),
            &[
                "01 \"09520123456788\" GTIN = check digit 8",
                "? \"(89)X\" not readable NOT VALID no application identifier begins \"89\"",
            ],
        );
        check(
            "[)>\u{1e}06\u{1d}1PAB12\u{1d}12345\u{1e}\u{4}",
            None,
            &[
                "1P \"AB12\" part number set by the supplier (original part for UII)",
                "? \"12345\" not readable NOT VALID the segment \"12345\" has no data identifier",
            ],
        );
        check("79927398710", Some("luhn"), &["? \"79927398710\" content NOT VALID the check does not hold"]);
        check("WIFI:S:net;T:WPA;P:secret;;", None, &[]);
    }
}
