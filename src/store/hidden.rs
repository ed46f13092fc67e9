//! The words of an event in a list, masked where they stand: what is seen is copied and never taken apart.
//!
//! A list has millions of them. Deliberately absent: what a role may see, which is [`Sight`]'s.

use crate::domain::Sight;
use crate::domain::sight::masked_words;

/// The words of an event as they may be seen; nothing if all of them may.
///
/// What is seen is copied as it stands; only a word that is hidden is taken apart.
pub(super) fn hidden_body(body: &str, sight: Sight) -> Option<String> {
    let word = |wanted: &str| words(body).find(|it| it.0 == wanted).map(|it| it.1);
    if !words(body).any(|(name, _)| sight.hides(name, word) || sight.omits(name, word)) {
        return None;
    }
    let mut shown = String::with_capacity(2 * body.len());
    shown.push('{');
    for (name, value) in words(body).filter(|it| !sight.omits(it.0, word)) {
        shown.push_str(if shown.len() == 1 { "\"" } else { ",\"" });
        shown.push_str(name);
        shown.push_str("\":");
        if sight.hides(name, word) {
            // Its escapes stand for one letter each.
            let text = serde_json::from_str::<String>(&format!("\"{value}\"")).unwrap_or_default();
            shown.push_str(&serde_json::to_string(&masked_words(&text)).ok()?);
        } else {
            shown.extend(["\"", value, "\""]);
        }
    }
    shown.push('}');
    Some(shown)
}

/// Names and values of a body as they stand in its text, escapes and all: an object of texts as the ledger writes it.
fn words(body: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut texts = Texts(body);
    std::iter::from_fn(move || Some((texts.next()?, texts.next()?)))
}

/// The texts between quotation marks, one after the other.
struct Texts<'b>(&'b str);

impl<'b> Iterator for Texts<'b> {
    type Item = &'b str;

    fn next(&mut self) -> Option<&'b str> {
        let begun = self.0.split_once('"')?.1;
        let mut escaped = false;
        let end = begun.bytes().position(|it| {
            let ends = it == b'"' && !escaped;
            escaped = it == b'\\' && !escaped;
            ends
        })?;
        self.0 = begun.get(end + 1..)?;
        begun.get(..end)
    }
}

#[cfg(test)]
mod tests {
    use super::hidden_body;
    use crate::domain::{Body, Role, Sight};

    /// The text that is copied is what the words would be, each looked at by itself.
    #[track_caller]
    fn check(body: &Body, role: Option<Role>) {
        let (text, sight) = (serde_json::to_string(body).unwrap(), Sight::of(role));
        let shown = hidden_body(&text, sight).unwrap_or_else(|| text.clone());
        assert_eq!(shown, serde_json::to_string(&sight.words(body)).unwrap(), "{text}");
    }

    #[test]
    fn words_are_hidden_where_they_stand() {
        let serial = |it: &str| Body::new().with("note", "a \"b\" \\ \n é").with("serial_number", it).with("unit", "7");
        for role in [None, Some(Role::Operator), Some(Role::Keeper)] {
            for text in ["C02XK1ABJG5H", "", " two words ", "a\"b\\c\u{1d}de\n•é", "serial-number 4711"] {
                check(&serial(text), role);
                check(&Body::new().with("scanned", text), role);
                check(&Body::new().with("identifier", text), role);
                check(&Body::new().with("holder", "7").with("training", text).with("until", "2027"), role);
            }
            check(&Body::new(), role);
            let stolen =
                Body::new().with("alert", "stolen").with("before", "stolen").with("cause", "ok").with("by", "tag");
            check(&stolen, role);
            check(&stolen.with("cause", "stolen"), role);
            check(&Body::new().with("alert", "stolen"), role);
            check(&Body::new().with("as", "command").with("scanned", "STOLEN"), role);
        }
    }
}
