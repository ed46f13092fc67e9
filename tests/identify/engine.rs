//! The GS1 Barcode Syntax Engine's own test inputs: do we agree with what its tests expect?
//!
//! The goal is 99 of 100; each difference is listed with its reason. The engine itself is not run here.
//! Deliberately absent: its inputs that only its options for AIs outside the dictionary accept; they are counted.

use scanstation::identify::gs1::link::{self, Forms};
use scanstation::identify::gs1::{associate, element};
use scanstation::identify::{Options, read_as};

use super::rows::{Row, rows};

const YEAR: i16 = 2026;

/// What we say to a row: accepted or not, and what came out where the row expects something.
fn answer(row: &Row) -> (bool, Option<String>) {
    let input = row.text("input");
    let has = |option: &str| row.cell("options").contains(option);
    let forms = Forms { short_gtin: has("zero-suppressed-gtin"), words: has("convenience-alphas") };
    match row.cell("test") {
        "bracketed" => match element::parse_bracketed(&input, YEAR) {
            Ok(elements) => (true, Some(element::print(&elements))),
            Err(_) => (false, None),
        },
        "fnc1-with-first" => (input.strip_prefix('\u{1d}').is_some_and(|it| element::parse(it, YEAR).is_ok()), None),
        "lint" => (element::parse_bracketed(&input, YEAR).is_ok(), None),
        "associations" => match element::parse_bracketed(&input, YEAR) {
            Ok(elements) => {
                let wanted = match row.cell("expected") {
                    "validateAIrepeats" => "stands twice",
                    "validateAImutex" => "may not stand beside",
                    "validateAIrequisites" => "lacks the element",
                    _ => "needs its serial part",
                };
                (!associate::warnings(&elements).iter().any(|it| it.contains(wanted)), None)
            }
            Err(_) => (false, None),
        },
        "scan" => {
            let input = match input.strip_prefix("a*") {
                Some(count) => format!("]Q1{}", "a".repeat(count.parse().unwrap())),
                None => input,
            };
            let found = read_as("gs1", input.as_bytes(), &Options::default(), YEAR).unwrap();
            let is_scan = input.starts_with(']') && input.len() > 2;
            (is_scan && found.invalid.is_none(), None)
        }
        "link" => match link::parse(&input, forms, YEAR) {
            Ok(elements) => (true, Some(element::print(&elements))),
            Err(_) => (false, None),
        },
        "build" => {
            let expected = row.text("expected");
            let (stem, _) = expected.split_once(' ').unwrap();
            let elements = element::parse_bracketed(&input, YEAR);
            let uri = elements.map(|it| link::print(&it, if stem.is_empty() { link::CANONICAL_STEM } else { stem }));
            match uri {
                Ok(Ok(uri)) => (true, Some(format!("{stem} {uri}"))),
                _ => (false, None),
            }
        }
        other => panic!("{other}"),
    }
}

/// Whether a row asks for AIs that are not in the dictionary, which we never accept.
fn needs_unknown(row: &Row) -> bool {
    let outside = ["(89)", "(3338)", "(3299)", "(3295)", "/89/", "?89=", "&89="];
    row.cell("options").contains("unknown-ais") && outside.iter().any(|it| row.cell("input").contains(it))
}

#[test]
fn we_agree_with_the_engine_in_at_least_99_of_100_of_its_own_tests() {
    let (mut all, mut differing, mut skipped) = (0, Vec::new(), 0);
    for row in rows("gs1_engine") {
        if needs_unknown(&row) {
            skipped += 1;
            continue;
        }
        all += 1;
        let (accepted, printed) = answer(&row);
        let agrees = accepted == (row.cell("valid") == "yes")
            && printed.as_ref().is_none_or(|it| !accepted || *it == row.text("expected"));
        if !agrees {
            differing.push(format!(
                "{} {} {}: we say {accepted} {printed:?}",
                row.cell("source"),
                row.cell("test"),
                row.cell("input")
            ));
        }
    }
    println!("{all} inputs, {} differ, {skipped} need AIs outside the dictionary", differing.len());
    assert!(differing.len() * 100 <= all, "{} of {all} differ:\n{}", differing.len(), differing.join("\n"));
    let known: Vec<&str> =
        super::differences::DIFFERENCES.iter().filter(|it| it.0 == "gs1_engine").map(|it| it.1).collect();
    let unlisted: Vec<&String> = differing.iter().filter(|it| !known.iter().any(|known| it.contains(known))).collect();
    assert!(unlisted.is_empty(), "not in the list of differences: {unlisted:#?}");
}
