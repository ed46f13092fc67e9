//! What each class of our own codes begins with, so that a code which is read as one class is not given to another.
//!
//! Compared as they are read: letter by letter, with something behind the prefix; an empty prefix switches its class off.
//! Deliberately absent: reading a code, which is in `identify`, and who bears one, which the register knows.

/// A class of our own codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnClass {
    /// A command card.
    Command,
    /// A badge.
    Badge,
    /// One of our tags.
    Tag,
    /// The label of a location.
    Location,
    /// A number card.
    Quantity,
    /// A job card.
    Job,
}

impl OwnClass {
    /// What people call such a code.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Command => "a command card",
            Self::Badge => "a badge",
            Self::Tag => "a tag of a unit",
            Self::Location => "the label of a location",
            Self::Quantity => "a number card",
            Self::Job => "a job card",
        }
    }
}

/// Whether a text begins with a prefix as another keyboard writes it: its letters are there, the sign behind them is not.
#[must_use]
pub fn is_garbled(text: &str, prefix: &str) -> bool {
    let parted = prefix.char_indices().next_back().and_then(|(at, sign)| Some((prefix.get(..at)?, sign)));
    let Some((letters, sign)) = parted else { return false };
    let head = text.get(..letters.len()).filter(|it| !letters.is_empty() && it.eq_ignore_ascii_case(letters));
    let found = head.and_then(|_| text.get(letters.len()..)?.chars().next());
    !sign.is_alphanumeric() && found.is_some_and(|it| it != sign && !it.is_ascii_alphanumeric() && it != ' ')
}

/// The prefixes of our own codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefixes {
    /// Of command cards.
    pub command: String,
    /// Of badges.
    pub badge: String,
    /// Of tags.
    pub tag: String,
    /// Of the labels of locations.
    pub location: String,
    /// Of number cards.
    pub quantity: String,
    /// Of job cards.
    pub job: String,
}

impl Default for Prefixes {
    fn default() -> Self {
        let [command, badge, tag, location, quantity, job] =
            ["!CMD:", "BDG-", "AT-", "LOC-", "QTY-", "JOB-"].map(str::to_owned);
        Self { command, badge, tag, location, quantity, job }
    }
}

impl Prefixes {
    /// The class that a text is read as, and its prefix; nothing if it is none of ours.
    #[must_use]
    pub fn class(&self, text: &str) -> Option<(OwnClass, &str)> {
        let all = [
            (OwnClass::Command, &self.command),
            (OwnClass::Badge, &self.badge),
            (OwnClass::Tag, &self.tag),
            (OwnClass::Location, &self.location),
            (OwnClass::Quantity, &self.quantity),
            (OwnClass::Job, &self.job),
        ];
        let begins = |it: &str| !it.is_empty() && text.len() > it.len() && text.starts_with(it);
        all.into_iter().find(|it| begins(it.1)).map(|(class, prefix)| (class, prefix.as_str()))
    }

    /// The number of a badge, written with its prefix or without; or why nobody could scan such a badge.
    ///
    /// # Errors
    /// One sentence with the nearest right form: a prefix in small letters or without its sign is no prefix.
    pub fn badge_number<'t>(&self, text: &'t str) -> Result<&'t str, String> {
        let prefix = self.badge.as_str();
        if prefix.is_empty() {
            return Ok(text);
        }
        if let Some(number) = text.strip_prefix(prefix) {
            return Ok(number);
        }
        if let Some(number) = behind_letters(text, prefix) {
            return Err(format!("{text} is not read as a badge: badges begin with {prefix}; write {prefix}{number}"));
        }
        match self.class(text) {
            None => Ok(text),
            Some((class, begins)) => Err(format!(
                "{text} is read as {}, because it begins with {begins}; a badge is {prefix} and a number",
                class.words()
            )),
        }
    }
}

/// What follows the letters and digits of a prefix, its signs and their case left out of account.
fn behind_letters<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let mut rest = text;
    let mut found = false;
    for wanted in prefix.chars().filter(|it| it.is_alphanumeric()) {
        rest = rest.trim_start_matches(|it: char| !it.is_alphanumeric());
        let next = rest.chars().next().filter(|it| it.to_lowercase().eq(wanted.to_lowercase()))?;
        rest = rest.get(next.len_utf8()..)?;
        found = true;
    }
    let number = rest.trim_start_matches(|it: char| !it.is_alphanumeric());
    (found && !number.is_empty()).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::{OwnClass, Prefixes};

    #[track_caller]
    fn badge(text: &str, expected: Result<&str, &str>) {
        assert_eq!(Prefixes::default().badge_number(text), expected.map_err(str::to_owned), "{text}");
    }

    #[track_caller]
    fn check(text: &str, expected: Option<OwnClass>) {
        let prefixes = Prefixes { job: String::new(), ..Prefixes::default() };
        assert_eq!(prefixes.class(text).map(|it| it.0), expected, "{text}");
    }

    #[test]
    fn a_code_is_of_the_class_as_which_it_is_read() {
        check("!CMD:DONE", Some(OwnClass::Command));
        check("BDG-0042", Some(OwnClass::Badge));
        check("AT-000123", Some(OwnClass::Tag));
        check("LOC-A", Some(OwnClass::Location));
        check("QTY-3", Some(OwnClass::Quantity));
        for text in ["JOB-1", "LOC-", "loc-a", "SHELF-01", "", "ÄT-1"] {
            check(text, None);
        }
    }

    #[test]
    fn a_badge_that_nobody_could_scan_is_told_its_nearest_right_form() {
        badge("BDG-0045", Ok("0045"));
        badge("0045", Ok("0045"));
        badge("AB-7", Ok("AB-7"));
        for near in ["bdg-0045", "BDG0045", "Bdg 0045", "BDG_0045", "B.D.G.-0045"] {
            badge(near, Err(&format!("{near} is not read as a badge: badges begin with BDG-; write BDG-0045")));
        }
        badge(
            "AT-000123",
            Err("AT-000123 is read as a tag of a unit, because it begins with AT-; a badge is BDG- and a number"),
        );
        let off = Prefixes { badge: String::new(), ..Prefixes::default() };
        assert_eq!(off.badge_number("bdg-1"), Ok("bdg-1"));
    }
}
