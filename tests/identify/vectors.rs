//! Every row of the vector files, against `identify` or the single reader that it is about.
//!
//! Deliberately absent: the engine's own inputs (`engine.rs`).

use scanstation::domain::{Identifier, Kind, serial_number};
use scanstation::identify::envelope::{self, di};
use scanstation::identify::gs1::{element, link};
use scanstation::identify::precedence::PRECEDENCE;
use scanstation::identify::{Options, read_as};

use super::differences::reason;
use super::rows::{Complaints, identified, json, rows};

const YEAR: i16 = 2026;

fn read(name: &str, bytes: &[u8]) -> Identifier {
    read_as(name, bytes, &Options::default(), YEAR).unwrap_or_else(|| panic!("no reader {name}"))
}

fn yes(holds: bool) -> &'static str {
    if holds { "yes" } else { "no" }
}

#[test]
fn every_scan_of_the_table_is_classified() {
    let mut it = Complaints::default();
    for row in rows("classify") {
        let input = row.cell("input");
        if reason("classify", input).is_some() {
            continue;
        }
        let found = identified(&row.bytes("input"));
        it.compare(input, "kind", found.kind.word(), row.cell("kind"));
        it.compare(input, "key", &found.key, &row.text("key"));
        if !row.cell("confidence").is_empty() {
            it.compare(input, "confidence", found.confidence.word(), row.cell("confidence"));
        }
    }
    it.settle();
}

/// Neighbours of the rows above, made from the written rules: each edge of each rule, by the reader that it is about.
#[test]
fn every_constructed_neighbour_is_answered_by_its_rule() {
    let mut it = Complaints::default();
    for row in rows("constructed") {
        let name = row.cell("reader");
        let bytes = row.bytes("input");
        let found = if name.is_empty() { identified(&bytes) } else { read(name, &bytes) };
        let row_name = format!("{name} {}: {}", row.cell("input"), row.cell("rule"));
        it.compare(&row_name, "kind", found.kind.word(), row.cell("kind"));
        it.compare(&row_name, "key", &found.key, &row.text("key"));
        it.compare(&row_name, "confidence", found.confidence.word(), row.cell("confidence"));
        it.compare(&row_name, "valid", yes(found.invalid.is_none()), row.cell("valid"));
    }
    it.settle();
}

#[test]
fn every_check_holds_or_fails_as_its_source_says() {
    let mut it = Complaints::default();
    for row in rows("check_digits") {
        let found = read(row.cell("algorithm"), &row.bytes("input"));
        let name = format!("{} {}", row.cell("algorithm"), row.cell("input"));
        it.compare(&name, "valid", yes(found.invalid.is_none()), row.cell("valid"));
    }
    it.settle();
}

#[test]
fn every_device_identity_is_read_or_refused() {
    let mut it = Complaints::default();
    for row in rows("device_ids") {
        let found = read(row.cell("kind"), &row.bytes("input"));
        let name = format!("{} {}", row.cell("kind"), row.cell("input"));
        it.compare(&name, "valid", yes(found.invalid.is_none()), row.cell("valid"));
        if found.invalid.is_none() && row.cell("valid") == "yes" {
            it.compare(&name, "normal form", &found.key, row.cell("normalised"));
        }
    }
    it.settle();
}

#[test]
fn every_symbology_identifier_is_explained() {
    let mut it = Complaints::default();
    for row in rows("aim_ids") {
        let found = read("aim", &row.bytes("aim"));
        for column in ["symbology", "meaning", "gs1_data", "aim_application_indicator", "eci_protocol"] {
            it.compare(row.cell("aim"), column, found.field(column).unwrap_or("?"), &row.text(column));
        }
    }
    it.settle();
}

#[test]
fn every_element_string_is_read_or_refused() {
    let mut it = Complaints::default();
    for row in rows("gs1_elements") {
        let found = read("gs1", &row.bytes("input"));
        let (input, valid) = (row.cell("input"), found.invalid.is_none());
        it.compare(input, "syntax", yes(valid), row.cell("valid_syntax"));
        it.compare(input, "elements", &json(&found.fields), row.cell("elements"));
        let associations = valid && found.warnings.is_empty();
        it.compare(input, "associations", yes(associations), row.cell("valid_associations"));
    }
    it.settle();
}

#[test]
fn every_scan_with_an_identifier_is_read_as_gs1_scanning_defines_it() {
    let mut it = Complaints::default();
    for row in rows("gs1_scandata") {
        let found = read("gs1", &row.bytes("input"));
        let (input, valid) = (row.cell("input"), found.invalid.is_none());
        it.compare(input, "valid", yes(valid), row.cell("valid"));
        if valid {
            it.compare(input, "elements", &json(&found.fields), row.cell("elements"));
            let kind = match (found.kind, found.fields.is_empty()) {
                (Kind::Gtin, true) => "ean13",
                (Kind::Gtin, false) => "ean+composite",
                (kind, _) => kind.word(),
            };
            let expected = if row.cell("kind").starts_with("ean8") { "ean13" } else { row.cell("kind") };
            it.compare(input, "kind", kind, expected);
        }
    }
    it.settle();
}

/// The same scans by `identify`, which is lenient where GS1 scanning is strict.
#[test]
fn every_scan_with_an_identifier_is_read_the_same_by_identify() {
    let mut it = Complaints::default();
    for row in rows("gs1_scandata") {
        let input = row.cell("input");
        if row.cell("aim").is_empty() || reason("gs1_scandata", input).is_some() {
            continue;
        }
        let found = identified(&row.bytes("input"));
        it.compare(input, "valid", yes(found.invalid.is_none()), row.cell("valid"));
        if row.cell("valid") == "yes" {
            it.compare(input, "elements", &json(&found.fields), row.cell("elements"));
        }
    }
    it.settle();
}

#[test]
fn every_digital_link_is_read_or_refused() {
    let mut it = Complaints::default();
    for row in rows("digital_link") {
        let has = |option: &str| row.cell("options").contains(option);
        let options = Options {
            short_gtin_links: has("zero-suppressed-gtin"),
            word_links: has("convenience-alphas"),
            ..Options::default()
        };
        let found = read_as("digital-link", &row.bytes("input"), &options, YEAR).unwrap();
        it.compare(row.cell("input"), "valid", yes(found.invalid.is_none()), row.cell("valid"));
        it.compare(row.cell("input"), "elements", &json(&found.fields), row.cell("elements"));
    }
    it.settle();
}

#[test]
fn every_digital_link_is_printed() {
    let mut it = Complaints::default();
    for row in rows("digital_link_build") {
        let input = row.text("bracketed_input");
        let elements = element::parse_bracketed(&input, YEAR).unwrap();
        let stem = if row.cell("stem").is_empty() { link::CANONICAL_STEM } else { row.cell("stem") };
        let found = link::print(&elements, stem);
        it.compare(&input, "valid", yes(found.is_ok()), row.cell("valid"));
        it.compare(&input, "uri", &found.unwrap_or_default(), row.cell("expected_uri"));
    }
    it.settle();
}

#[test]
fn every_message_is_taken_apart() {
    let mut it = Complaints::default();
    for row in rows("iso15434") {
        let input = row.cell("input");
        let found = read("iso15434", &row.bytes("input"));
        it.compare(input, "valid", yes(found.invalid.is_none()), row.cell("valid"));
        it.compare(input, "fields", &json(&found.fields), row.cell("fields"));
        let uii = found.key.strip_prefix("UII ").unwrap_or_default();
        it.compare(input, "uii", uii, row.cell("uii"));
        let (_, content) = scanstation::domain::AimId::split(input.as_bytes());
        let text = String::from_utf8(super::rows::unescaped(std::str::from_utf8(content).unwrap())).unwrap();
        if let Ok(message) = envelope::parse(&text, YEAR) {
            it.compare(input, "format", &message.formats.join("+"), row.cell("format"));
        }
    }
    it.settle();
}

#[test]
fn every_data_identifier_is_known() {
    let mut it = Complaints::default();
    for row in rows("di_table") {
        let found = di::get(row.cell("di"));
        it.compare(row.cell("di"), "meaning", found.map_or("", |it| it.meaning), &row.text("meaning"));
        let class = found.map(|it| format!("{:?}", it.class).to_lowercase()).unwrap_or_default();
        it.compare(row.cell("di"), "class", &class, row.cell("class"));
    }
    it.settle();
}

#[test]
fn every_serial_number_has_its_shown_form_and_its_candidates() {
    let mut it = Complaints::default();
    for row in rows("serial_normalisation") {
        let (input, raw) = (row.cell("input"), row.text("input"));
        it.compare(input, "shown", &serial_number::normal(&raw), &row.text("normalised"));
        let candidates = serde_json::to_string(&serial_number::suggestions(&raw)).unwrap();
        it.compare(input, "candidates", &candidates, row.cell("second_candidates"));
    }
    it.settle();
}

#[test]
fn every_text_is_decoded() {
    let mut it = Complaints::default();
    for row in rows("text_encoding") {
        let set = if row.cell("note").contains("Shift JIS only if") { "shift_jis" } else { "windows-1252" };
        let options = Options { charset: set.to_owned(), ..Options::default() };
        let found = scanstation::identify::identify(&super::rows::scan(&row.bytes("input")), &options);
        it.compare(row.cell("input"), "text", &found.key, &row.text("text"));
    }
    it.settle();
}

#[test]
fn every_tag_and_link_is_known_or_left_alone() {
    let mut it = Complaints::default();
    for row in rows("tags_urls") {
        let input = row.cell("input");
        if reason("tags_urls", input).is_some() {
            continue;
        }
        let found = identified(&row.bytes("input"));
        let expected: std::collections::BTreeMap<String, String> = serde_json::from_str(row.cell("fields")).unwrap();
        let kinds: &[&str] = match row.cell("kind") {
            "url-tag" if expected.get("system").is_some_and(|it| it == "own") => &["asset-tag"],
            "url-tag" | "prefixed-tag" | "distributor" => &["foreign-tag"],
            "vcard" | "mecard" if expected.contains_key("uid") => &["badge"],
            "vcard" | "mecard" | "text" => &["text"],
            "url" => &["url"],
            // What their source refuses as a tag may still be a serial number or text for us.
            "unknown" => &["unknown", "serial", "text", "empty"],
            other => panic!("{other}"),
        };
        let kind = if kinds.contains(&found.kind.word()) { kinds[0] } else { found.kind.word() };
        it.compare(input, "kind", kind, kinds[0]);
        if row.cell("kind") != "unknown" {
            let fields: std::collections::BTreeMap<String, String> = found.fields.into_iter().collect();
            it.compare(input, "fields", &format!("{fields:?}"), &format!("{expected:?}"));
        }
    }
    it.settle();
}

#[test]
fn a_tag_read_alone_is_ours_or_of_another_system_or_none() {
    let mut it = Complaints::default();
    for row in rows("tags_urls") {
        let found = read("tag", &row.bytes("input"));
        let has_uid = row.cell("fields").contains("\"uid\"");
        let is_tag = matches!(row.cell("kind"), "url-tag" | "prefixed-tag" | "distributor") || has_uid;
        it.compare(row.cell("input"), "valid", yes(found.invalid.is_none()), yes(is_tag));
    }
    it.settle();
}

#[test]
fn the_shipped_file_says_what_the_defaults_are() {
    #[derive(serde::Deserialize)]
    struct File {
        identify: Options,
    }
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/config/vectors.toml")).unwrap();
    let file: File = toml::from_str(&text).unwrap();
    assert_eq!(file.identify, Options::default());
}

#[test]
fn the_document_names_every_row_of_the_precedence_and_every_kind() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/identifiers.md")).unwrap();
    let rows = PRECEDENCE.iter().map(|it| format!("| {} | {} | {} | {} |", it.step, it.test, it.needs, it.confidence));
    let kinds = Kind::ALL.iter().map(|it| format!("| `{it}` |"));
    let missing: Vec<String> = rows.chain(kinds).filter(|it| !text.contains(it.as_str())).collect();
    assert!(missing.is_empty(), "docs/identifiers.md lacks {missing:#?}");
}
