//! What a payload claims to name, with the reason in one sentence.
//!
//! An [`Identifier`] is the answer of `identify`, pure and total. Where only the register can decide, the questions to
//! ask it are part of the answer, best first; `store` answers them and the first that has a hit wins.
//! Deliberately absent: the rules, which are in `identify`, and the answers, which are a [`Resolution`](super::Resolution).

use super::{AimId, IdentifierKind, Symbology, serial_number::SerialRule, unit::words};
use std::fmt;

words! {
    /// What a scan is: the first word of the answer to "what is this code?".
    Kind {
        /// A command card of this station.
        Command = "command",
        /// A badge.
        Badge = "badge",
        /// One of our own tags.
        AssetTag = "asset-tag",
        /// The label of one of our locations.
        Location = "location",
        /// A number card.
        Quantity = "quantity",
        /// A job or cost centre.
        Job = "job",
        /// GS1 element strings.
        Gs1 = "gs1",
        /// A GS1 Digital Link.
        Gs1DigitalLink = "gs1-dl",
        /// A trade item number: which product, never which piece.
        Gtin = "gtin",
        /// A serial shipping container code.
        Sscc = "sscc",
        /// An ISO/IEC 15434 message.
        Iso15434 = "iso15434",
        /// A HIBC label.
        Hibc = "hibc",
        /// A phone's equipment identity.
        Imei = "imei",
        /// A vehicle's identification number.
        Vin = "vin",
        /// A SIM card's number.
        Iccid = "iccid",
        /// A network address.
        Mac = "mac",
        /// A book's or a serial publication's number.
        Isbn = "isbn",
        /// A batch.
        Lot = "lot",
        /// A serial number, known to the register or by its place in a label.
        SerialNumber = "serial",
        /// The tag of another system.
        ForeignTag = "foreign-tag",
        /// A link; never opened.
        Url = "url",
        /// Readable text that names nothing.
        Text = "text",
        /// A secret: not kept.
        Refused = "refused",
        /// A scanner's answer to a command: not a scan.
        DeviceReply = "device-reply",
        /// A fixed scanner's word for "nothing read".
        NoRead = "no-read",
        /// Nothing but framing.
        Empty = "empty",
        /// Claims to be something and is damaged.
        Invalid = "invalid",
        /// Nothing we know.
        Unknown = "unknown",
    }
}

words! {
    /// How sure we are, strongest first.
    Confidence {
        /// It cannot be anything else.
        Certain = "certain",
        /// Something else would be a strange coincidence.
        High = "high",
        /// Likely; the register or the work order may know better.
        Medium = "medium",
        /// A guess by shape.
        Low = "low",
    }
}

/// What a payload claims to name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identifier {
    /// What it is.
    pub kind: Kind,
    /// What it names, in normal form; the payload where there is none; empty for a secret.
    pub key: String,
    /// How sure we are.
    pub confidence: Confidence,
    /// Why, in one sentence for the operator.
    pub why: String,
    /// The symbology identifier it came with.
    pub aim: Option<AimId>,
    /// The symbology, if the identifier or the device told.
    pub symbology: Option<Symbology>,
    /// The symbology it was read from, where codes of ours of this kind are never printed in it.
    pub unprinted: Option<Symbology>,
    /// Its elements in order of appearance: element (AI, DI or a name) and value.
    pub fields: Vec<(String, String)>,
    /// What else it might be, best first.
    pub candidates: Vec<Candidate>,
    /// Faults that do not spoil it: associations, unusual lengths, a symbology that this class does not use.
    pub warnings: Vec<String>,
    /// Why its syntax is not valid; `None` means valid.
    pub invalid: Option<String>,
    /// What to ask the register, best first; the first question with a hit decides.
    pub questions: Vec<Question>,
}

/// A second reading of the same payload.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Candidate {
    /// What it might be.
    pub kind: Kind,
    /// What it would name then.
    pub key: String,
    /// How sure we are.
    pub confidence: Confidence,
}

/// A question to the register; each is one indexed look-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Which unit bears this identifier of this kind?
    Unit {
        /// The kind of identifier.
        kind: IdentifierKind,
        /// Its look-up key.
        key: String,
        /// By which rule the key was derived; `None` if the kind has one normal form only.
        rule: Option<SerialRule>,
    },
    /// Which units bear this text, under whatever kind?
    Text {
        /// The look-up key of the text.
        key: String,
    },
    /// Whose badge is this?
    Badge {
        /// The badge number without its prefix.
        key: String,
    },
    /// Which location has this label?
    Location {
        /// The text of its label.
        key: String,
    },
    /// Which model has this trade item number, 14 digits?
    Gtin {
        /// The number, 14 digits.
        key: String,
    },
    /// Which model has this stock code of ours, or else this model number of its maker?
    Sku {
        /// The stock code, or the model number.
        key: String,
    },
    /// Which units belong to this batch?
    Lot {
        /// The batch.
        key: String,
    },
}

impl Identifier {
    /// An identifier with nothing but what every one has.
    #[must_use]
    pub fn new(kind: Kind, key: impl Into<String>, confidence: Confidence, why: impl Into<String>) -> Self {
        Self {
            kind,
            key: key.into(),
            confidence,
            why: why.into(),
            aim: None,
            symbology: None,
            unprinted: None,
            fields: Vec::new(),
            candidates: Vec::new(),
            warnings: Vec::new(),
            invalid: None,
            questions: Vec::new(),
        }
    }

    /// The value of the first element of that name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
    }
}
