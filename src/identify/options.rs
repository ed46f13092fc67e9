//! What a place may set about its own codes; the defaults are those of `config/vectors.toml`, held by a test.
//!
//! A plain value that the configuration fills in; this room reads no file.
//! Deliberately absent: maker rules, which are data of their own (`maker`), and everything about devices.

use crate::domain::{Prefixes, Symbology};

/// Payloads longer than this are not looked at further (GS1 General Specifications allow 8,191 characters; a round number
/// of bytes above that is also the most that is taken over HTTP unless `http.payload_max` says otherwise).
pub const PAYLOAD_MAX: usize = 8_192;

/// Our own codes, and how doubtful codes are read.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// What command cards begin with; `!` opens no other syntax. Empty switches the class off, here and below.
    pub command_prefix: String,
    /// What badges begin with.
    pub badge_prefix: String,
    /// What our tags begin with.
    pub tag_prefix: String,
    /// Whether a tag must have its check character.
    pub tag_check: TagCheck,
    /// What location labels begin with.
    pub location_prefix: String,
    /// What number cards begin with; digits follow.
    pub quantity_prefix: String,
    /// What job and cost-centre cards begin with.
    pub job_prefix: String,
    /// The address in front of a tag in our own QR codes; compared on the parsed host, never opened.
    pub own_url: String,
    /// MH10.8.2 data identifiers that are believed without an envelope around them.
    pub bare_data_identifiers: Vec<String>,
    /// What a fixed scanner sends when it read nothing.
    pub no_read: Vec<String>,
    /// The character set of scanners that send neither UTF-8 nor an ECI; a label of the Encoding Standard.
    pub charset: String,
    /// Digital Links with a GTIN of 8, 12 or 13 digits are read (old links).
    pub short_gtin_links: bool,
    /// Digital Links with words (`/gtin/…/ser/…`) are read (withdrawn form).
    pub word_links: bool,
    /// In which symbologies each own class is printed; another one is accepted and flagged. Empty means any.
    pub symbologies: Symbologies,
}

/// Whether a tag must have its check character.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TagCheck {
    /// It may be missing; if it is there it must hold.
    #[default]
    Optional,
    /// A tag without it is refused.
    Required,
}

/// The symbologies of each own class.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Symbologies {
    /// Of command cards.
    pub command: Vec<Symbology>,
    /// Of badges.
    pub badge: Vec<Symbology>,
    /// Of tags.
    pub tag: Vec<Symbology>,
    /// Of location labels.
    pub location: Vec<Symbology>,
    /// Of number cards.
    pub quantity: Vec<Symbology>,
    /// Of job cards.
    pub job: Vec<Symbology>,
}

impl Default for Symbologies {
    fn default() -> Self {
        let ours = vec![Symbology::Code128, Symbology::QRCode, Symbology::DataMatrix];
        let badge = vec![Symbology::Code128, Symbology::Code39, Symbology::QRCode, Symbology::DataMatrix];
        Self {
            command: ours.clone(),
            badge,
            tag: ours.clone(),
            location: ours.clone(),
            quantity: ours.clone(),
            job: ours,
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            command_prefix: "!CMD:".to_owned(),
            badge_prefix: "BDG-".to_owned(),
            tag_prefix: "AT-".to_owned(),
            tag_check: TagCheck::Optional,
            location_prefix: "LOC-".to_owned(),
            quantity_prefix: "QTY-".to_owned(),
            job_prefix: "JOB-".to_owned(),
            own_url: "https://inv.example/a/".to_owned(),
            bare_data_identifiers: ["1T", "1H", "I", "22S", "23S"].map(str::to_owned).to_vec(),
            no_read: ["NR", "NOREAD", "NO READ"].map(str::to_owned).to_vec(),
            charset: "windows-1252".to_owned(),
            short_gtin_links: false,
            word_links: false,
            symbologies: Symbologies::default(),
        }
    }
}

impl Options {
    /// What each class of our own codes begins with.
    #[must_use]
    pub fn prefixes(&self) -> Prefixes {
        Prefixes {
            command: self.command_prefix.clone(),
            badge: self.badge_prefix.clone(),
            tag: self.tag_prefix.clone(),
            location: self.location_prefix.clone(),
            quantity: self.quantity_prefix.clone(),
            job: self.job_prefix.clone(),
        }
    }

    /// Whether this data identifier is believed without an envelope.
    pub(crate) fn believes(&self, identifier: &str) -> bool {
        self.bare_data_identifiers.iter().any(|it| it == identifier)
    }
}
