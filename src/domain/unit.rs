//! One thing we track, and the identifiers it bears (GS1: individual trade item).
//!
//! The identity of a unit is its own number; serial number, tag, IMEI and the rest are identifiers that lead to it.
//! Kinds of identifier are never mixed: a model's SKU is not a unit's serial number.

use std::fmt;

/// Numbers a unit in the register: its identity, which no label change touches.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct UnitId(pub i64);

/// Numbers a model in the register.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct ModelId(pub i64);

macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        pub enum $name {
            $($(#[$doc])* $variant,)+
        }

        impl $name {
            /// All of them, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word for it in files, in the store and on the wire.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// The one of that word.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|it| it.word() == word)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(self.word())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.word())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                Self::parse(&word).ok_or_else(|| serde::de::Error::unknown_variant(&word, &[$($word),+]))
            }
        }
    };
}
pub(crate) use words;

words! {
    /// A kind of identifier that leads to one unit.
    IdentifierKind {
        /// The maker's number of one piece; unique per maker.
        SerialNumber = "serial",
        /// Our own label; unique per namespace, one live tag a unit and namespace.
        AssetTag = "tag",
        /// A phone's equipment identity; a phone may have two.
        Imei = "imei",
        /// An equipment identity with software version.
        Imeisv = "imeisv",
        /// A CDMA phone's equipment identity.
        Meid = "meid",
        /// A vehicle's identification number.
        Vin = "vin",
        /// A network interface, EUI-48.
        Mac = "mac",
        /// A network interface, EUI-64.
        Eui64 = "eui64",
        /// A SIM card.
        Iccid = "iccid",
        /// GTIN and serial number, AI (01) and (21).
        Sgtin = "sgtin",
        /// A unique item identifier, MIL-STD-130.
        Uii = "uii",
        /// An individual asset, AI (8004).
        Giai = "giai",
        /// A returnable asset with its serial part, AI (8003).
        Grai = "grai",
        /// A logistic unit, AI (00).
        Sscc = "sscc",
        /// An RFID or NFC chip's own number.
        RfidUid = "rfid-uid",
        /// The tag of another system that came before us.
        ForeignTag = "foreign-tag",
    }
}

words! {
    /// Why an identifier is no longer valid.
    Ended {
        /// Plate or label was physically replaced: an old serial number still leads to the unit, an old tag is known and
        /// never issued again.
        Superseded = "superseded",
        /// It was never on the item: history only, leads nowhere.
        Corrected = "corrected",
        /// The label was withdrawn: known when seen, never issued again.
        Voided = "voided",
        /// The label was lost: known when seen, never issued again.
        Lost = "lost",
    }
}

words! {
    /// Where a unit is in its life.
    UnitState {
        /// Received, not yet labelled.
        Received = "received",
        /// Labelled, not yet put into service.
        Tagged = "tagged",
        /// In service: may be lent.
        InService = "in-service",
        /// Found, or in doubt: not in service until somebody looked.
        ToBeChecked = "to-be-checked",
        /// Damaged or suspect: kept apart.
        Quarantine = "quarantine",
        /// Away for repair.
        InRepair = "in-repair",
        /// On its way between sites.
        InTransit = "in-transit",
        /// Nobody knows where it is.
        Lost = "lost",
        /// Reported stolen: quiet on the screen, loud for the keeper.
        Stolen = "stolen",
        /// Taken out of service for good.
        Decommissioned = "decommissioned",
        /// Gone.
        Disposed = "disposed",
    }
}

words! {
    /// In what condition a unit came back, beside being in order; damage is a state.
    Condition {
        /// To be cleaned.
        Dirty = "dirty",
        /// Still usable, not for long.
        Worn = "worn",
    }
}

impl UnitState {
    /// The state as anybody may see it: a stolen unit shows nothing unusual.
    #[must_use]
    pub fn quiet(self) -> Self {
        if self == Self::Stolen { Self::InService } else { self }
    }
}
