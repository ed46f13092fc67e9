//! What a profile, a configuration or a calibration says of a device, and how it becomes a decoder's options.
//!
//! Every key may be left out: what is said later wins over what was said before, and the decoder's default holds for
//! the rest. The same words are used in all three places. Deliberately absent: guessing.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use crate::decode::hid_keyboard::{Ending, KeyboardOptions, Layout, OemPage};
use crate::decode::hid_pos::{PosFields, PosOptions};

/// How a keyboard wedge types, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KeyboardHabits {
    /// The country setting of the scanner: `us`, `gb`, `de`, `fr`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layout: Option<Layout>,
    /// What ends a scan: `any`, `enter`, `tab`, `silence`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ending: Option<Ending>,
    /// Silence that ends a scan, milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gap_ms: Option<u64>,
    /// Code page of Alt numbers without a leading zero: `437` or `850`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oem_page: Option<OemPage>,
    /// A dead key types its accent at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dead_keys_plain: Option<bool>,
    /// The scanner types lower case for upper and the reverse.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case_inverted: Option<bool>,
    /// Keys that stand for a byte: `{ "0x51" = "1D" }` is Down for GS.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub keys: BTreeMap<Usage, Octets>,
    /// Characters sent in place of a control byte: `{ "|" = "1D" }`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub replaced: BTreeMap<char, Octets>,
    /// Text in front that the scanner adds; taken off once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// Text behind that the scanner adds before the ending; taken off once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suffix: Option<String>,
}

impl KeyboardHabits {
    /// These habits, and what they leave open from others.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            layout: self.layout.or(other.layout),
            ending: self.ending.or(other.ending),
            gap_ms: self.gap_ms.or(other.gap_ms),
            oem_page: self.oem_page.or(other.oem_page),
            dead_keys_plain: self.dead_keys_plain.or(other.dead_keys_plain),
            case_inverted: self.case_inverted.or(other.case_inverted),
            keys: if self.keys.is_empty() { other.keys } else { self.keys },
            replaced: if self.replaced.is_empty() { other.replaced } else { self.replaced },
            prefix: self.prefix.or(other.prefix),
            suffix: self.suffix.or(other.suffix),
        }
    }

    /// Puts what is known over the options of a decoder.
    pub fn apply(&self, options: &mut KeyboardOptions) {
        fn put<T: Clone>(known: Option<&T>, place: &mut T) {
            if let Some(known) = known {
                place.clone_from(known);
            }
        }
        put(self.layout.as_ref(), &mut options.layout);
        put(self.ending.as_ref(), &mut options.ending);
        put(self.gap_ms.map(Duration::from_millis).as_ref(), &mut options.gap);
        put(self.dead_keys_plain.as_ref(), &mut options.dead_keys_plain);
        put(self.case_inverted.as_ref(), &mut options.case_inverted);
        put(self.prefix.as_ref().map(|it| it.clone().into_bytes()).as_ref(), &mut options.prefix);
        put(self.suffix.as_ref().map(|it| it.clone().into_bytes()).as_ref(), &mut options.suffix);
        options.oem_page = self.oem_page.or(options.oem_page);
        if !self.keys.is_empty() {
            options.keys = self.keys.iter().filter_map(|(key, byte)| Some((key.0, *byte.0.first()?))).collect();
        }
        if !self.replaced.is_empty() {
            options.replaced = self.replaced.iter().filter_map(|(key, byte)| Some((*key, *byte.0.first()?))).collect();
        }
    }
}

/// How a HID POS scanner reports, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PosHabits {
    /// The layout to use where the report descriptor does not say: `A` to `E`.
    pub layout: Option<PosLayout>,
    /// `]X0` and `]Z6` are replies to commands; default true.
    pub replies: Option<bool>,
}

impl PosHabits {
    /// The options of a decoder: the descriptor's fields first, this layout where there are none.
    #[must_use]
    pub fn options(&self, described: Option<PosFields>) -> PosOptions {
        let defaults = PosOptions::default();
        let fields = described.or_else(|| self.layout.as_ref().map(|it| it.0.clone()));
        PosOptions { fields, replies: self.replies.unwrap_or(defaults.replies), ..defaults }
    }

    /// Whether the layout can be used without a report descriptor that speaks of a scanner.
    #[must_use]
    pub const fn has_layout(&self) -> bool {
        self.layout.is_some()
    }
}

/// A fixed layout by its letter.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(try_from = "String")]
pub struct PosLayout(PosFields);

impl TryFrom<String> for PosLayout {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        PosFields::named(&text).map(Self).ok_or_else(|| format!("a layout is one of A, B, C, D, E, not {text:?}"))
    }
}

/// What to send a device after an answer: beeps and lights. Nothing is sent where nothing is said.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Answers {
    /// After "good", hexadecimal; for HID the report's id comes first.
    pub good: Octets,
    /// After "done".
    pub done: Octets,
    /// After "already".
    pub already: Octets,
    /// After "no".
    pub no: Octets,
}

impl Answers {
    /// Whether anything would ever be sent.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.in_order().iter().all(Vec::is_empty)
    }

    /// The bytes in the order good, done, already, no.
    #[must_use]
    pub fn in_order(&self) -> [Vec<u8>; 4] {
        [&self.good, &self.done, &self.already, &self.no].map(|it| it.0.clone())
    }
}

/// A key by its usage on HID page 0x07, written `0x51`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Usage(pub u8);

impl TryFrom<String> for Usage {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let usage = text.strip_prefix("0x").and_then(|it| u8::from_str_radix(it, 16).ok());
        usage.map(Self).ok_or_else(|| format!("a key is its HID usage, such as 0x51 for Down, not {text:?}"))
    }
}

impl From<Usage> for String {
    fn from(usage: Usage) -> Self {
        format!("{:#04x}", usage.0)
    }
}

/// Bytes, written in hexadecimal with blanks between: `16 07 0D`.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Octets(pub Vec<u8>);

impl TryFrom<String> for Octets {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let byte = |it: &str| (it.len() == 2).then(|| u8::from_str_radix(it, 16).ok()).flatten();
        let bytes: Option<Vec<u8>> = text.split_ascii_whitespace().map(byte).collect();
        bytes.map(Self).ok_or_else(|| format!("bytes are written as 16 07 0D, not {text:?}"))
    }
}

impl From<Octets> for String {
    fn from(octets: Octets) -> Self {
        octets.0.iter().enumerate().fold(Self::new(), |mut text, (place, byte)| {
            let gap = if place == 0 { "" } else { " " };
            // Writing into a string cannot fail.
            write!(text, "{gap}{byte:02X}").unwrap_or_default();
            text
        })
    }
}
