//! Which elements belong together and which do not (`req` and `ex` of the syntax dictionary).
//!
//! The rules are about everything on one item, and labels with a serial number alone are met in practice: they warn
//! and never refuse.
//! Deliberately absent: joining the elements of several symbols.

use super::element::Element;

/// Sentences about elements that do not go together; empty if all is well.
#[must_use]
pub fn warnings(elements: &[Element<'_>]) -> Vec<String> {
    let mut found = Vec::new();
    let has = |wanted: &super::dictionary::Pattern, besides: &str| {
        elements.iter().any(|it| it.ai() != besides && wanted.matches(it.ai()))
    };
    for (place, element) in elements.iter().enumerate() {
        let ai = element.ai();
        let earlier = elements.iter().take(place).find(|it| it.ai() == ai);
        if let Some(earlier) = earlier {
            if earlier.value != element.value {
                found.push(format!("({ai}) stands twice with different values"));
            }
            continue;
        }
        let excluded = |pattern| elements.iter().find(|it| it.ai() != ai && pattern_matches(pattern, it));
        if let Some(other) = element.entry.excluded.iter().find_map(excluded) {
            found.push(format!("({ai}) may not stand beside ({})", other.ai()));
        }
        for alternatives in &element.entry.required {
            if !alternatives.iter().any(|group| group.iter().all(|it| has(it, ai))) {
                found.push(format!("({ai}) {} lacks the element it belongs to", element.entry.title));
                break;
            }
        }
    }
    if elements.iter().any(|it| it.ai() == "8030") {
        let without =
            |it: &&Element<'_>| matches!(it.ai(), "253" | "255" | "8003") && it.value.len() == it.entry.length.0;
        if let Some(key) = elements.iter().find(without) {
            found.push(format!("({}) needs its serial part beside a signature", key.ai()));
        }
    }
    found
}

fn pattern_matches(pattern: &super::dictionary::Pattern, element: &Element<'_>) -> bool {
    pattern.matches(element.ai())
}
