//! The number on our own label, and its check character.
//!
//! A generated tag is a prefix, a body in Crockford base 32 (no I L O U) and one check character by
//! ISO 7064 MOD 37,36, computed over the tag without separators; a body whose check character would be one of
//! I L O U is skipped, and so is one whose check would survive a swap of two neighbours.
//! Deliberately absent: who bears the tag, which the register knows, and drawing it, which is in `labels`.

use std::fmt;

/// Crockford's base 32 alphabet: digits and letters without I, L, O and U, which are misread for others.
pub const BODY_ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Characters a generated tag may have after its prefix, the check character included.
pub const GENERATED_MAX: usize = 8;

/// Characters of the body of a generated tag.
pub const BODY_LEN: usize = 6;

const MODULUS: u32 = 36;

/// One of our own tags, its check character verified if it has one.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct AssetTag(String);

/// Why a text is not one of our tags.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TagError {
    /// It does not begin with the prefix of our tags.
    #[error("does not begin with \"{prefix}\"")]
    Prefix {
        /// The prefix that was expected.
        prefix: String,
    },
    /// It has neither a body's length nor a body and a check character's.
    #[error("has {found} characters after the prefix; expected {BODY_LEN}, or {BODY_LEN} and a check character")]
    Length {
        /// Characters found after the prefix.
        found: usize,
    },
    /// A character that no tag has.
    #[error("has the character {found:?}; tags have digits and capital letters")]
    Character {
        /// What stands there.
        found: char,
    },
    /// A letter that no body has, because it is misread for another character.
    #[error("has the letter {found}, which no tag of ours has, because it looks like {alike}")]
    Letter {
        /// What stands there.
        found: char,
        /// What it is misread for.
        alike: char,
        /// The tag with every such letter read as what it looks like: to be suggested, never taken.
        meant: String,
    },
    /// The check character does not match: misread, or mistyped.
    #[error("ends in {found}; its check character should be {expected}")]
    Check {
        /// What stands there.
        found: char,
        /// What ISO 7064 MOD 37,36 gives.
        expected: char,
    },
}

impl AssetTag {
    /// Reads one of our tags: `prefix`, six characters of [`BODY_ALPHABET`], and a check character that must hold if it is there.
    ///
    /// With `check_required` a tag without a check character is refused too.
    ///
    /// # Errors
    /// Says what is wrong with it; [`TagError::Prefix`] means that it is not one of ours at all.
    pub fn parse(text: &str, prefix: &str, check_required: bool) -> Result<Self, TagError> {
        let Some(rest) = text.strip_prefix(prefix) else {
            return Err(TagError::Prefix { prefix: prefix.to_owned() });
        };
        if let Some(found) = rest.chars().find(|it| !(it.is_ascii_digit() || it.is_ascii_uppercase())) {
            return Err(TagError::Character { found });
        }
        let bare = BODY_LEN;
        let body = rest.get(..bare).filter(|_| rest.len() <= bare + 1).unwrap_or_default();
        if let Some((found, alike)) = body.chars().find_map(|it| Some((it, looks_like(it)?))) {
            let meant = body.chars().map(|it| looks_like(it).unwrap_or(it)).collect::<String>();
            let sent = rest.get(bare..).unwrap_or_default();
            return Err(TagError::Letter { found, alike, meant: format!("{prefix}{meant}{sent}") });
        }
        match rest.len() {
            found if found == bare && !check_required => Ok(Self(text.to_owned())),
            found if found == bare + 1 => {
                let (body, sent) = rest.split_at(bare);
                let expected = check_character(prefix, body);
                match sent.chars().next() {
                    Some(sent) if sent != expected => Err(TagError::Check { found: sent, expected }),
                    _ => Ok(Self(text.to_owned())),
                }
            }
            found => Err(TagError::Length { found }),
        }
    }

    /// The same tag in its other form, with its check character or without it; `None` for what is no whole tag of ours.
    ///
    /// The check character is optional, so `AT-000123` and the same with its check character are one tag.
    #[must_use]
    pub fn other_form(text: &str, prefix: &str) -> Option<String> {
        let rest = text.strip_prefix(prefix).filter(|_| !prefix.is_empty())?;
        if !rest.bytes().all(|it| it.is_ascii_digit() || it.is_ascii_uppercase()) {
            return None;
        }
        let (body, sent) = rest.split_at_checked(BODY_LEN)?;
        let check = check_character(prefix, body).to_string();
        match sent {
            "" => Some(format!("{text}{check}")),
            sent => (sent == check).then(|| format!("{prefix}{body}")),
        }
    }

    /// Tags of one series, the skipped ones counted: 32⁶.
    pub const ORDINALS: u64 = 1 << 30;

    /// The place of a tag in its series, whether it was generated or not.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn ordinal(text: &str, prefix: &str) -> Result<u64, TagError> {
        let tag = Self::parse(text, prefix, false)?;
        let body = tag.0.bytes().skip(prefix.len()).take(BODY_LEN);
        let digit = |it: u8| BODY_ALPHABET.iter().position(|other| *other == it).unwrap_or(0);
        Ok(body.fold(0, |ordinal, it| ordinal * 32 + u64::try_from(digit(it)).unwrap_or(0)))
    }

    /// The tag number `ordinal` of the series that begins with `prefix`.
    ///
    /// Returns `None` for a number that is skipped: its check character would be one of I L O U, or a swap of two
    /// neighbouring characters would go unnoticed. Ask for the next ordinal. Also `None` past the last of 32⁶.
    #[must_use]
    pub fn generate(prefix: &str, ordinal: u64) -> Option<Self> {
        let body = body_of(ordinal)?;
        let check = check_character(prefix, &body);
        if !is_body_character(check) || swap_survives(prefix, &body, check) {
            return None;
        }
        Some(Self(format!("{prefix}{body}{check}")))
    }

    /// The tag as printed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AssetTag {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

fn body_of(ordinal: u64) -> Option<String> {
    let mut rest = ordinal;
    let mut body = [b'0'; BODY_LEN];
    for place in body.iter_mut().rev() {
        let digit = usize::try_from(rest % 32).ok()?;
        *place = *BODY_ALPHABET.get(digit)?;
        rest /= 32;
    }
    (rest == 0).then(|| body.iter().copied().map(char::from).collect())
}

/// What a letter is misread for that is in no body: Crockford leaves these four out.
const fn looks_like(letter: char) -> Option<char> {
    match letter {
        'O' => Some('0'),
        'I' | 'L' => Some('1'),
        'U' => Some('V'),
        _ => None,
    }
}

fn is_body_character(found: char) -> bool {
    BODY_ALPHABET.iter().any(|it| char::from(*it) == found)
}

fn swap_survives(prefix: &str, body: &str, check: char) -> bool {
    let mut whole: Vec<char> = body.chars().chain([check]).collect();
    (1..whole.len()).any(|right| {
        whole.swap(right - 1, right);
        let changed = whole.get(right - 1) != whole.get(right);
        let (swapped, last) = (whole.iter().take(BODY_LEN).collect::<String>(), whole.last().copied());
        let survives = changed && last == Some(check_character(prefix, &swapped));
        whole.swap(right - 1, right);
        survives
    })
}

/// The ISO 7064 MOD 37,36 check character of a prefix and a body, separators left out.
#[must_use]
pub fn check_character(prefix: &str, body: &str) -> char {
    // The hybrid system of ISO 7064: p starts at M, then p = ((p + a) mod M, 0 read as M) · 2 mod (M + 1).
    let product =
        prefix.chars().chain(body.chars()).filter_map(|it| it.to_digit(MODULUS)).fold(MODULUS, |product, value| {
            let sum = (product + value) % MODULUS;
            let sum = if sum == 0 { MODULUS } else { sum };
            (sum * 2) % (MODULUS + 1)
        });
    let value = (MODULUS + 1 - product) % MODULUS;
    char::from_digit(value, MODULUS).map_or('0', |it| it.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let found = AssetTag::parse(text, "AT-", false);
        assert_eq!(found.map_or_else(|it| it.to_string(), |it| it.to_string()), expected);
    }

    #[test]
    fn the_example_of_the_standard_holds() {
        // ISO 7064: A12425GABC1234002 has the check character M by MOD 37,36 (Global Release Identifier, ISRC family).
        assert_eq!(check_character("", "A12425GABC1234002"), 'M');
    }

    #[test]
    fn a_tag_is_read_with_and_without_its_check_character() {
        let whole = AssetTag::generate("AT-", 7).or_else(|| AssetTag::generate("AT-", 8)).map(|it| it.to_string());
        let whole = whole.unwrap_or_default();
        check(&whole, &whole);
        check("AT-000123", "AT-000123");
        check("BDG-0042", "does not begin with \"AT-\"");
        check("AT-00012", "has 5 characters after the prefix; expected 6, or 6 and a check character");
        for (text, found, alike) in [
            ("AT-00O123", 'O', '0'),
            ("AT-00O123G", 'O', '0'),
            ("AT-I00123", 'I', '1'),
            ("AT-00L12O", 'L', '1'),
            ("AT-00012U", 'U', 'V'),
        ] {
            let why = format!("has the letter {found}, which no tag of ours has, because it looks like {alike}");
            check(text, &why);
        }
        check("AT-00O12", "has 5 characters after the prefix; expected 6, or 6 and a check character");
        // A check character may be one of them on a tag that was not generated.
        check("AT-000050I", "AT-000050I");
        let meant = AssetTag::parse("AT-IL0U2OG", "AT-", false).unwrap_err();
        assert!(matches!(meant, TagError::Letter { meant, .. } if meant == "AT-110V20G"));
        check("AT-00o123", "has the character 'o'; tags have digits and capital letters");
        let expected = check_character("AT-", "000123");
        check("AT-000123X", &format!("ends in X; its check character should be {expected}"));
    }

    #[test]
    fn a_tag_has_one_other_form() {
        let other = |text: &str, expected: Option<&str>| {
            assert_eq!(AssetTag::other_form(text, "AT-").as_deref(), expected, "{text}");
        };
        other("AT-000123", Some("AT-000123G"));
        other("AT-000123G", Some("AT-000123"));
        for text in ["AT-000123H", "AT-00012", "AT-000123GG", "AT-00o123", "BDG-0042", "000123"] {
            other(text, None);
        }
        assert_eq!(AssetTag::other_form("000123", ""), None);
    }

    #[test]
    fn a_generated_tag_has_no_character_that_is_misread_and_notices_every_swap() {
        let mut made = 0;
        for ordinal in 0..20_000 {
            let Some(tag) = AssetTag::generate("AT-", ordinal) else {
                continue;
            };
            made += 1;
            assert_eq!(AssetTag::ordinal(tag.as_str(), "AT-"), Ok(ordinal));
            let rest: Vec<char> = tag.as_str().chars().skip(3).collect();
            assert!(rest.len() <= GENERATED_MAX && rest.iter().all(|it| is_body_character(*it)), "{tag}");
            for right in 1..rest.len() {
                let mut swapped = rest.clone();
                swapped.swap(right - 1, right);
                let text: String = "AT-".chars().chain(swapped.iter().copied()).collect();
                assert!(swapped == rest || AssetTag::parse(&text, "AT-", true).is_err(), "{tag} read as {text}");
            }
        }
        assert!(made > 16_000, "only {made} of 20,000 numbers can be used");
    }
}
