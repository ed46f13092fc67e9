//! Check digits and check characters, each by its name; the whole string goes in, check included.
//!
//! Pure arithmetic over one pass of the text; the sources are named at each.
//! Deliberately absent: which identifier uses which, its readers know.

pub mod crockford;
pub mod damm;
pub mod hibc;
pub mod iso7064;
pub mod luhn;
pub mod mod10;
pub mod pair;
pub mod verhoeff;

/// Why a check does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckError {
    /// There is not enough text for a value and its check.
    #[error("too short to have a check character")]
    TooShort,
    /// Longer than the algorithm allows.
    #[error("longer than {max} characters")]
    TooLong {
        /// The limit.
        max: usize,
    },
    /// A character outside the algorithm's alphabet.
    #[error("the character {found:?} is not in its alphabet")]
    Character {
        /// What stands there.
        found: char,
    },
    /// The check does not hold.
    #[error("the check {found:?} should be {expected:?}")]
    Check {
        /// What stands there.
        found: String,
        /// What the algorithm gives.
        expected: String,
    },
    /// The check does not hold, and the algorithm verifies without telling what it should be.
    #[error("the check does not hold")]
    Fails,
}

/// A check algorithm over a whole string.
pub type Check = fn(&str) -> Result<(), CheckError>;

/// The algorithms by name, but the Luhn family, whose modulus stands in its name (`luhn-mod16`).
pub const NAMES: &[(&str, Check)] = &[
    ("gs1-mod10", mod10::check),
    ("luhn", luhn::check),
    ("verhoeff", verhoeff::check),
    ("damm", damm::check),
    ("iso7064-mod11-2", iso7064::mod11_2),
    ("iso7064-mod37-2", iso7064::mod37_2),
    ("iso7064-mod97-10", iso7064::mod97_10),
    ("iso7064-mod661-26", iso7064::mod661_26),
    ("iso7064-mod1271-36", iso7064::mod1271_36),
    ("iso7064-mod11-10", iso7064::mod11_10),
    ("iso7064-mod27-26", iso7064::mod27_26),
    ("iso7064-mod37-36", iso7064::mod37_36),
    ("gs1-check-pair", pair::check),
    ("crockford32-check", crockford::check),
    ("hibc-mod43", hibc::check),
];

/// Checks `text` by the algorithm of that name; `None` if there is none of that name.
#[must_use]
pub fn by_name(name: &str, text: &str) -> Option<Result<(), CheckError>> {
    if let Some((_, check)) = NAMES.iter().find(|(it, _)| *it == name) {
        return Some(check(text));
    }
    let modulus: u32 = name.strip_prefix("luhn-mod")?.parse().ok()?;
    (2..=36).contains(&modulus).then(|| luhn::check_in(text, modulus))
}

/// Whether a name is one of an algorithm.
#[must_use]
pub fn is_name(name: &str) -> bool {
    by_name(name, "").is_some()
}
