//! Properties of `identify` over generated inputs.
//!
//! Deliberately absent: tables, which are in `vectors.rs`.

use proptest::prelude::*;

use scanstation::domain::{AssetTag, Kind};
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
        if let Ok(uri) = link::print(&elements, "https://example.com/a") {
            let mut expected = pairs(&elements);
            expected.sort();
            expected.dedup_by(|a, b| a.0 == b.0);
            if let Ok(read) = link::parse(&uri, Forms::default(), YEAR) {
                let mut found = pairs(&read);
                found.sort();
                prop_assert_eq!(
                    found.iter().map(|it| &it.0).collect::<Vec<_>>(),
                    expected.iter().map(|it| &it.0).collect::<Vec<_>>()
                );
                prop_assert_eq!(link::print(&read, "https://example.com/a").unwrap(), uri);
            }
        }
    }

    #[test]
    fn fields_of_a_message_are_read_again(fields in prop::collection::vec(("[1-9]?[0-9]?[A-Z]", "[A-Z0-9 ./-]{0,20}"), 1..8)) {
        let fields: Vec<(String, String)> = fields.into_iter().filter(|(di, _)| !di.starts_with('0') && di != "9N" && di != "8P").collect();
        prop_assume!(!fields.is_empty());
        let body: Vec<String> = fields.iter().map(|(di, value)| format!("{di}{value}")).collect();
        let text = format!("[)>\u{1e}06\u{1d}{}\u{1e}\u{4}", body.join("\u{1d}"));
        let message = envelope::parse(&text, YEAR).unwrap();
        prop_assert_eq!(message.fields, fields);
        prop_assert!(message.leniencies.is_empty());
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
