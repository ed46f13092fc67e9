//! Properties of `identify` over generated inputs.
//!
//! Deliberately absent: tables, which are in `vectors.rs`.

use proptest::prelude::*;

use scanstation::cli::identify::{IdentifyArgs, run_with};
use scanstation::domain::{AssetTag, Kind, Moment};
use scanstation::identify::Options;
use scanstation::identify::envelope;
use scanstation::identify::gs1::dictionary::{Entry, Set, dictionary};
use scanstation::identify::gs1::element::{self, Element};
use scanstation::identify::gs1::link::{self, Forms};

use super::rows::identified;

const YEAR: i16 = 2026;

/// Values of character set 82, some of which mean something elsewhere: brackets, percent, plus, slash.
fn value() -> impl Strategy<Value = String> {
    "[A-Za-z0-9!\"%&'()*+,./:;<=>?_-]{1,20}"
}

/// Elements whose values are free text: what follows a GTIN on labels.
fn elements() -> impl Strategy<Value = Vec<Element<'static>>> {
    let free: Vec<&'static Entry> = dictionary()
        .entries()
        .iter()
        .filter(|it| matches!(it.components.as_slice(), [one] if one.set == Set::Set82 && one.lints.is_empty() && one.max >= 20))
        .collect();
    let some = prop::collection::vec((prop::sample::select(free), value()), 0..6);
    some.prop_map(|some| {
        let gtin = Element { entry: dictionary().get("01").unwrap(), value: "12312312312333".into() };
        let others = some.into_iter().map(|(entry, value)| Element { entry, value: value.into() });
        std::iter::once(gtin).chain(others).collect()
    })
}

fn pairs(elements: &[Element<'_>]) -> Vec<(String, String)> {
    elements.iter().map(|it| (it.ai().to_owned(), it.value.to_string())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_have_an_answer_with_a_sentence(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let found = identified(&bytes);
        prop_assert!(!found.why.is_empty());
        prop_assert!(found.kind != Kind::Refused || (found.key.is_empty() && found.fields.is_empty()));
    }

    #[test]
    fn elements_printed_with_separators_are_read_again(elements in elements()) {
        let text = element::print(&elements);
        prop_assert_eq!(pairs(&element::parse(&text, YEAR).unwrap()), pairs(&elements));
    }

    #[test]
    fn elements_printed_in_brackets_are_read_again(elements in elements()) {
        // A backslash is not in set 82, so an escape is never ambiguous.
        let text = element::print_bracketed(&elements);
        prop_assert_eq!(pairs(&element::parse_bracketed(&text, YEAR).unwrap()), pairs(&elements));
    }

    #[test]
    fn a_link_that_can_be_printed_is_read_again(elements in elements()) {
        let mut once: Vec<Element<'_>> = Vec::new();
        for element in elements {
            if once.iter().all(|it| it.ai() != element.ai()) {
                once.push(element);
            }
        }
        if let Ok(uri) = link::print(&once, "https://example.com/a") {
            let read = link::parse(&uri, Forms::default(), YEAR);
            let mut found = pairs(&read.map_err(|it| TestCaseError::fail(format!("{uri}: {it}")))?);
            let mut expected = pairs(&once);
            found.sort();
            expected.sort();
            prop_assert_eq!(found, expected, "{}", uri);
        }
    }

    #[test]
    fn fields_of_a_message_are_read_again(fields in prop::collection::vec(("[1-9]?[0-9]?[A-Z]", "[A-Z0-9 ./-]{0,20}"), 1..8)) {
        let fields: Vec<(String, String)> = fields.into_iter().filter(|(di, _)| !di.starts_with('0') && di != "9N" && di != "8P").collect();
        prop_assume!(!fields.is_empty());
        let message = envelope::parse(&envelope::print("06", &fields), YEAR).unwrap();
        prop_assert_eq!(message.fields, fields);
        prop_assert!(message.leniencies.is_empty());
    }

    #[test]
    fn text_elements_of_a_message_are_read_again(fields in prop::collection::vec(("[A-Z]{3}", "[A-Z0-9./-]{1,20}"), 1..8)) {
        let message = envelope::parse(&envelope::print("12", &fields), YEAR).unwrap();
        prop_assert_eq!(message.fields, fields);
        prop_assert!(message.leniencies.is_empty());
    }

    #[test]
    fn a_line_of_a_batch_is_answered_as_if_it_were_alone(lines in prop::collection::vec("[ -~]{0,40}", 1..6)) {
        let answers = |text: &str| {
            let args = IdentifyArgs { batch: true, ..IdentifyArgs::default() };
            let mut out = Vec::new();
            let moment = Moment::new(jiff::Timestamp::UNIX_EPOCH, std::time::Duration::ZERO);
            run_with(&args, &Options::default(), moment, &mut text.as_bytes(), &mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        let alone: String = lines.iter().map(|it| answers(&format!("{it}\n"))).collect();
        prop_assert_eq!(answers(&format!("{}\n", lines.join("\n"))), alone);
    }

    #[test]
    fn an_answer_does_not_depend_on_what_was_read_before(a in ".{0,40}", b in ".{0,40}") {
        let alone = identified(a.as_bytes());
        identified(b.as_bytes());
        prop_assert_eq!(identified(a.as_bytes()), alone);
    }

    #[test]
    fn every_tag_we_generate_is_one_of_ours(ordinal in 0u64..1_000_000_000) {
        if let Some(tag) = AssetTag::generate("AT-", ordinal) {
            let found = identified(tag.as_str().as_bytes());
            prop_assert_eq!((found.kind, found.key.as_str()), (Kind::AssetTag, tag.as_str()));
        }
    }
}
