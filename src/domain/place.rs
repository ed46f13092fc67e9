//! Where things are and where the station stands (EPCIS: readPoint, bizLocation).
//!
//! A place comes from a scan or a person; there is no GPS.

use std::{fmt, sync::Arc};

/// Names this read point in every event, for ever; several stations may share one register later.
#[derive(Clone, PartialEq, Eq, Hash, Debug, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct StationId(Arc<str>);

impl StationId {
    /// Characters a station's name may have; it stands in every row of the ledger.
    pub const LEN_MAX: usize = 16;

    /// Takes a name of one to sixteen lower-case letters, digits and hyphens.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=Self::LEN_MAX).contains(&text.len())
            && text.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-');
        fits.then(|| Self(Arc::from(text)))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StationId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// What a station is for; it decides which dialogue it speaks.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StationKind {
    /// One clerk: look up, label, quick out and in.
    Desk,
    /// A tool crib: badge, tools out and in.
    #[default]
    Crib,
    /// A receiving dock.
    Dock,
}

impl StationKind {
    /// Its word in the configuration.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Desk => "desk",
            Self::Crib => "crib",
            Self::Dock => "dock",
        }
    }
}

/// Numbers a location in the register.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct LocationId(pub i64);

/// A place where units are kept: a bin, a shelf, a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// Its number in the register.
    pub id: LocationId,
    /// The code on its label.
    pub label: String,
    /// Its name, for people.
    pub name: String,
}
