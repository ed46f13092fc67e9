//! The maker's serial number of one piece, and the keys by which it is looked up.
//!
//! The raw text is kept; a key is derived from it by versioned rules, strongest first. A rule may drop what people
//! and scanners vary (case, blanks, kinds of dash), never what makers mean: O and 0, I and 1 and scripts are kept apart.
//! Deliberately absent: maker rules (`identify`), and asking the register (`store`).

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// Version of the rules below; stored beside each key, so that a later change can be re-run.
pub const RULES_VERSION: u32 = 1;

/// The rule by which a look-up key was derived from the raw text; the order is the order of trust.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SerialRule {
    /// NFKC, controls and zero-width characters dropped, trimmed, blanks collapsed, case folded, dashes made one.
    Key,
    /// Separators left out: a weaker candidate, a movement on it asks first.
    WithoutSeparators,
    /// A leading data identifier or label word left out (`S`, `1S`, `SN:`, `S/N`).
    WithoutPrefix,
    /// Leading zeros of an all-digit text left out.
    WithoutZeros,
    /// The part that a maker's rule names as the serial number.
    MakerRule,
    /// The text as printed, which is a batch of other products too.
    SharedWithLot,
}

impl SerialRule {
    /// Whether a movement may go ahead on a match by this rule without asking the person first.
    #[must_use]
    pub const fn is_strong(self) -> bool {
        matches!(self, Self::Key)
    }

    /// The rule in words, for the sentence shown to the operator.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Key => "as printed",
            Self::WithoutSeparators => "without its separators",
            Self::WithoutPrefix => "without its leading data identifier",
            Self::WithoutZeros => "without its leading zeros",
            Self::MakerRule => "by the part that its maker's rule names",
            Self::SharedWithLot => "beside a batch of that number",
        }
    }
}

/// One look-up key of a serial number, and the rule that made it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct SerialKey {
    /// The key, as stored in the register.
    pub key: String,
    /// How it was derived.
    pub rule: SerialRule,
}

/// The look-up key of a serial number: the form under which the register stores it.
#[must_use]
pub fn key(raw: &str) -> String {
    if raw.bytes().all(|it| it.is_ascii_graphic()) {
        return raw.to_ascii_uppercase(); // Nothing below changes anything else in printable ASCII without blanks.
    }
    // Lower first, then upper: the full folding of sharp s (`ß` and `SS` meet), free of any locale.
    cleaned(raw).to_lowercase().to_uppercase()
}

fn cleaned(raw: &str) -> String {
    if raw.is_ascii() {
        return folded(raw.chars(), raw.len()); // NFKC changes nothing in ASCII.
    }
    folded(raw.nfkc(), raw.len())
}

fn folded(characters: impl Iterator<Item = char>, length: usize) -> String {
    let mut key = String::with_capacity(length);
    let mut blank = false;
    for found in characters.filter(|it| !is_dropped(*it)) {
        if found.is_whitespace() {
            blank = !key.is_empty();
            continue;
        }
        if std::mem::take(&mut blank) {
            key.push(' ');
        }
        key.push(if is_dash(found) { '-' } else { found });
    }
    key
}

/// The raw text as it is shown: NFKC, controls and zero-width characters dropped, blanks trimmed and collapsed.
#[must_use]
pub fn normal(raw: &str) -> Cow<'_, str> {
    if raw.bytes().all(|it| it.is_ascii_graphic()) {
        return Cow::Borrowed(raw);
    }
    Cow::Owned(cleaned(raw))
}

/// What a person may have meant: never used to resolve, only shown as "did you mean".
///
/// Case folded, separators left out, a leading data identifier left out, the stars of Code 39 left out, the half of a
/// doubled text, and letters read for what they look like. Only for texts of letters, digits and separators.
#[must_use]
pub fn suggestions(raw: &str) -> Vec<String> {
    let normal = normal(raw);
    let mut found: Vec<String> = Vec::new();
    if is_plain(&normal) && !normal.starts_with('0') && !normal.contains(['O', 'I']) && !is_doubled(&normal) {
        return found;
    }
    let plain = |it: char| it.is_alphanumeric() || matches!(it, '-' | '*' | '_' | '/' | '.' | ' ');
    if normal.contains(':')
        && let Some(stem) = without_prefix(&key(&normal)).filter(|it| it.chars().all(plain))
    {
        found.push(stem.to_owned());
        return found;
    }
    if !normal.chars().all(plain) || normal.contains('\u{130}') {
        return found; // A dotted capital I folds differently by language: nothing is suggested.
    }
    let mut add = |it: String| {
        if !it.is_empty() && it != normal && !found.contains(&it) {
            found.push(it);
        }
    };
    let folded = key(&normal);
    let bare: String = folded.chars().filter(|it| !is_separator(*it) && *it != '*').collect();
    let meant: String = bare.chars().map(look_alike).collect();
    let doubled = is_doubled(&bare).then(|| bare.chars().take(bare.chars().count() / 2).collect());
    let stem = without_prefix(&folded).map(str::to_owned);
    let zeros = bare.starts_with('0') && bare.bytes().all(|it| it.is_ascii_digit());
    let zeros = zeros.then(|| bare.trim_start_matches('0').to_owned());
    add(folded);
    add(bare);
    for it in [stem, doubled, zeros].into_iter().flatten() {
        add(it);
    }
    add(meant);
    found
}

/// Whether a text is the same text twice, of at least four characters each.
#[must_use]
pub fn is_doubled(text: &str) -> bool {
    let half = text.len() / 2;
    text.len().is_multiple_of(2) && half >= 4 && text.get(..half).is_some() && text.get(..half) == text.get(half..)
}

/// The ASCII character that is misread for this one; itself if there is none.
const fn look_alike(found: char) -> char {
    match found {
        'O' | '\u{41e}' | '\u{39f}' => '0',
        'I' | '\u{406}' | '\u{399}' => '1',
        '\u{410}' | '\u{391}' => 'A',
        '\u{412}' | '\u{392}' => 'B',
        '\u{421}' => 'C',
        '\u{415}' | '\u{395}' => 'E',
        '\u{41d}' | '\u{397}' => 'H',
        '\u{41a}' | '\u{39a}' => 'K',
        '\u{41c}' | '\u{39c}' => 'M',
        '\u{420}' | '\u{3a1}' => 'P',
        '\u{422}' | '\u{3a4}' => 'T',
        '\u{425}' | '\u{3a7}' => 'X',
        _ => found,
    }
}

/// All look-up keys of a raw text, strongest first, each different from those before it.
#[must_use]
pub fn keys(raw: &str) -> Vec<SerialKey> {
    let strong = key(raw);
    if is_plain(&strong) && !strong.starts_with('0') {
        return vec![SerialKey { key: strong, rule: SerialRule::Key }];
    }
    let mut keys = Vec::with_capacity(4);
    let mut add = |key: String, rule: SerialRule| {
        if !key.is_empty() && keys.iter().all(|it: &SerialKey| it.key != key) {
            keys.push(SerialKey { key, rule });
        }
    };
    let bare: String = strong.chars().filter(|it| !is_separator(*it)).collect();
    let stem = without_prefix(&strong).map(str::to_owned);
    let digits = (strong.len() > 1 && strong.bytes().all(|it| it.is_ascii_digit()))
        .then(|| strong.trim_start_matches('0').to_owned());
    add(strong, SerialRule::Key);
    add(bare, SerialRule::WithoutSeparators);
    if let Some(stem) = stem {
        add(stem, SerialRule::WithoutPrefix);
    }
    if let Some(digits) = digits {
        add(digits, SerialRule::WithoutZeros);
    }
    keys
}

/// Whether no rule but the first changes a key: capital letters and digits, no `S` in front.
fn is_plain(key: &str) -> bool {
    !key.starts_with(['S', '1']) && key.bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit())
}

fn without_prefix(key: &str) -> Option<&str> {
    let stem = ["S/N:", "S/N", "SN:", "SN ", "1S", "S"].iter().find_map(|it| key.strip_prefix(it))?;
    // A word that begins with S is no data identifier: what follows one has a digit and some length.
    let stem = stem.trim_start_matches([':', ' ']);
    (stem.len() >= PREFIXED_MIN && stem.bytes().any(|it| it.is_ascii_digit())).then_some(stem)
}

/// Shortest serial number believed behind a data identifier; chosen.
const PREFIXED_MIN: usize = 4;

const fn is_separator(found: char) -> bool {
    matches!(found, '-' | ' ' | '.' | '/' | '_')
}

const fn is_dropped(found: char) -> bool {
    // C0 and C1 controls without the blanks among them, and zero-width and bidirectional marks.
    matches!(found, '\0'..='\u{8}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{84}' | '\u{86}'..='\u{9f}')
        || matches!(found, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

const fn is_dash(found: char) -> bool {
    matches!(found, '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(raw: &str, expected: &[&str]) {
        let found: Vec<String> = keys(raw).into_iter().map(|it| it.key).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn keys_come_strongest_first() {
        check("  abc123 \r\n", &["ABC123"]);
        check("abc-123", &["ABC-123", "ABC123"]);
        check("SC02XK1ABJG5H", &["SC02XK1ABJG5H", "C02XK1ABJG5H"]);
        check("000451", &["000451", "451"]);
        check("ABC\u{0}123", &["ABC123"]);
        check("straße", &["STRASSE"]);
        check("S/N: 4711A", &["S/N: 4711A", "SN:4711A", "4711A"]);
        check("ＡＢ１", &["AB1"]);
        check("12‑34", &["12-34", "1234"]);
        check("a\u{202e}b", &["AB"]);
    }

    #[test]
    fn suggestions_are_what_a_person_may_have_meant() {
        let check = |raw: &str, expected: &[&str]| assert_eq!(suggestions(raw), expected, "{raw}");
        check("000451", &["451"]);
        check("ABC 123", &["ABC123"]);
        check("SN:12345", &["12345"]);
        check("HX204711A", &[]);
        check("*ABC123*", &["ABC123"]);
        check("4.2E+11", &[]);
    }

    #[test]
    fn letters_that_only_look_alike_stay_apart() {
        assert_ne!(key("O0I1"), key("0011"));
        assert_ne!(key("АВС123"), key("ABC123"));
    }
}
