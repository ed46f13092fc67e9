//! Device profiles: what is known of a scanner by its ids, as files and never as code.
//!
//! A profile says how a device is read (mode, layout, framing), how it answers, and what a person can set better on it.
//! It undoes layout and framing only: dashes, zeros, blanks and case stay as printed. Exact ids win over a whole vendor.
//! Deliberately absent: claiming (`source::usb`); a profile permits it, it does not do it.

mod habits;
mod parse;
mod shipped;
pub mod udev;

use std::fmt;

use crate::decode::batch;

pub use habits::{Answers, KeyboardHabits, Octets, PosHabits, Usage};
pub use parse::{ProfileError, parse};

/// How a device with these ids is to be read.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// HID POS, or reports that are read like it: bytes, the best there is.
    HidPos,
    /// A keyboard wedge: this profile permits to claim a boot keyboard with these ids.
    Keyboard,
    /// A serial port of the kernel (`ttyACM`, `ttyUSB`).
    Serial,
    /// A mode that the station cannot read; the hint says what to set.
    Unsupported,
}

/// Vendor and product of a USB device, or all products of a vendor.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Deserialize)]
#[serde(try_from = "String")]
pub struct IdPattern {
    /// `idVendor`.
    pub vendor: u16,
    /// `idProduct`; `None` for all of them, written `*`.
    pub product: Option<u16>,
}

/// What is known of a scanner by its ids.
#[derive(Clone, PartialEq, Debug)]
pub struct Profile {
    /// Its name, unique over all files, as a configuration names it.
    pub name: String,
    /// What it is, for people.
    pub title: String,
    /// How it is read.
    pub mode: Mode,
    /// Which devices it is for; empty if only a configuration can name it.
    pub ids: Vec<IdPattern>,
    /// What a person can set on the scanner, and where its manual says how.
    pub hint: Option<String>,
    /// How it types, if it is a keyboard.
    pub keyboard: KeyboardHabits,
    /// How it reports, if it is read by HID reports.
    pub pos: PosHabits,
    /// Line settings and framing, if it is a serial port: keys of a serial source, `device` left out.
    pub serial: toml::Table,
    /// How it writes what it has in its memory, if it has one and keeps the times.
    pub batch: Option<batch::Options>,
    /// What to send it after an answer.
    pub answer: Answers,
}

/// All profiles, the more particular first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profiles(Vec<Profile>);

impl Profiles {
    /// The profiles that come with the program; `config/devices` of its source.
    #[must_use]
    pub fn shipped() -> Self {
        Self(shipped::FILES.iter().flat_map(|(file, text)| parse(file, text).unwrap_or_default()).collect())
    }

    /// Adds profiles of the place, which win over the shipped ones; one of the same name replaces it.
    #[must_use]
    pub fn with(mut self, own: Vec<Profile>) -> Self {
        self.0.retain(|it| own.iter().all(|other| other.name != it.name));
        self.0.splice(0..0, own);
        self
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Profile> {
        self.0.iter()
    }

    /// The profile of this name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Profile> {
        self.0.iter().find(|it| it.name == name)
    }

    /// The profile of this mode for these ids: one that names the product, else one for the vendor.
    #[must_use]
    pub fn find(&self, vendor: u16, product: u16, mode: Mode) -> Option<&Profile> {
        self.matching(vendor, product).into_iter().find(|it| it.mode == mode)
    }

    /// All profiles for these ids, exact ones first.
    #[must_use]
    pub fn matching(&self, vendor: u16, product: u16) -> Vec<&Profile> {
        let by = |exact: Option<u16>| move |it: &&Profile| it.ids.contains(&IdPattern { vendor, product: exact });
        self.0.iter().filter(by(Some(product))).chain(self.0.iter().filter(by(None))).collect()
    }
}

/// Why a text names no device ids.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("ids are vendor:product in hexadecimal, such as 05e0:2100, or 05e0:* for a whole vendor, not {0:?}")]
pub struct IdError(String);

impl TryFrom<String> for IdPattern {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        let four = |part: &str| (part.len() == 4).then(|| u16::from_str_radix(part, 16).ok()).flatten();
        let parsed = text.split_once(':').and_then(|(vendor, product)| {
            let product = if product == "*" { None } else { Some(four(product)?) };
            Some(Self { vendor: four(vendor)?, product })
        });
        parsed.ok_or(IdError(text))
    }
}

impl fmt::Display for IdPattern {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.product {
            Some(product) => write!(out, "{:04x}:{product:04x}", self.vendor),
            None => write!(out, "{:04x}:*", self.vendor),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Mode, Profiles, parse, shipped};
    use crate::decode::vectors;

    #[test]
    fn every_shipped_file_is_listed_and_reads_without_a_complaint() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/config/devices");
        let on_disk: BTreeSet<_> =
            std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
        let listed: BTreeSet<_> = shipped::FILES.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(on_disk, listed);
        let mut names = BTreeSet::new();
        for (file, text) in shipped::FILES {
            for profile in parse(file, text).unwrap_or_else(|it| panic!("{it}")) {
                assert!(names.insert(profile.name.clone()), "{} twice", profile.name);
            }
        }
        assert_eq!(Profiles::shipped().iter().count(), names.len());
    }

    #[test]
    fn every_published_id_of_a_known_mode_has_its_profile() {
        // A borrowed id that is no maker's: a keyboard that bears it may be anything.
        const BORROWED: [(u16, u16); 1] = [(0x0218, 0x0210)];
        let rows = vectors::rows(include_str!("../../../tests/vectors/usb_ids.tsv"));
        assert_eq!(rows.len(), 122);
        let profiles = Profiles::shipped();
        for row in rows {
            let id = |column| u16::from_str_radix(row.text(column), 16).unwrap_or_default();
            let (vendor, product) = (id("vendor"), id("product"));
            let mode = match row.text("mode") {
                "hid-keyboard" => Mode::Keyboard,
                it if it.starts_with("hid-pos") || it == "symbol-serial-over-hid" => Mode::HidPos,
                it if it.contains("serial") => Mode::Serial,
                it if it.starts_with("ibm-oem") || it.starts_with("snapi") || it.starts_with("service") => {
                    Mode::Unsupported
                }
                _ => continue,
            };
            let found = profiles.find(vendor, product, mode).is_some();
            assert_eq!(found, !BORROWED.contains(&(vendor, product)), "{vendor:04x}:{product:04x} {mode:?}");
        }
    }

    #[test]
    fn every_file_with_hints_says_where_they_come_from() {
        for (file, text) in shipped::FILES {
            let head: String = text.lines().take_while(|it| it.starts_with('#')).collect();
            assert!(!text.contains("\nhint = ") || head.contains("# Hints: "), "{file} names no source of its hints");
        }
    }

    #[test]
    fn an_exact_id_wins_over_its_vendor_and_a_mode_is_never_mixed_up() {
        let profiles = Profiles::shipped();
        let name = |vendor, product, mode| profiles.find(vendor, product, mode).map(|it| it.name.as_str());
        assert_eq!(name(0x05e0, 0x2100, Mode::HidPos), Some("zebra-hid-pos"));
        assert_eq!(name(0x1eab, 0x0110, Mode::HidPos), Some("newland-hid-pos"));
        assert_eq!(name(0x1eab, 0x0103, Mode::Keyboard), Some("newland-keyboard"));
        // A keyboard of a maker who also makes keyboards is nobody's scanner.
        assert_eq!(name(0x046d, 0xc31c, Mode::Keyboard), None);
        assert_eq!(name(0x05e0, 0x9999, Mode::Keyboard), None);
        assert_eq!(profiles.matching(0x0c2e, 0x0007)[0].name, "honeywell-ibm");
    }

    #[test]
    fn a_profile_of_the_place_replaces_a_shipped_one() {
        let own =
            "[[profile]]\nname = \"zebra-hid-pos\"\ntitle = \"Ours\"\nmode = \"keyboard\"\nids = [\"05e0:2100\"]\n";
        let profiles = Profiles::shipped().with(parse("own.toml", own).unwrap());
        assert_eq!(profiles.find(0x05e0, 0x2100, Mode::HidPos), None);
        assert_eq!(profiles.named("zebra-hid-pos").unwrap().title, "Ours");
    }
}
