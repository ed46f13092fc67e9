//! USB scanners that are no serial ports: HID POS and keyboard wedges, through libusb.
//!
//! A scanner is claimed, so that not one key reaches the console, and given back whatever happens; one thread each.
//! Which devices are scanners is decided by what they show and by what a person has said, never by guessing.
//! Deliberately absent: what reports mean (`decode`), serial ports of the kernel (`source::serial`).

mod answer;
pub mod assign;
pub mod binding;
mod claim;
mod device;
mod events;
mod hub;
pub mod look;
pub mod policy;
mod presence;
pub mod release;
mod selector;
pub mod teach;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

pub use hub::{Hub, HubPlace, start};
pub use look::{Device, System, identities};
pub use policy::{Named, Policy, Verdict};
pub use selector::{Selector, SelectorError};

use crate::domain::LaneId;
use crate::source::profile::Profiles;

/// How the station treats USB scanners.
#[derive(Clone, Debug)]
pub struct Options {
    /// The side of the station for a scanner that nobody has given one.
    pub lane: LaneId,
    /// What is known by ids; default the shipped profiles.
    pub profiles: Profiles,
    /// What the configuration says of single devices; default nothing.
    pub named: Vec<Named>,
    /// Where `devices assign` keeps its assignments; default nowhere.
    pub bindings: Option<PathBuf>,
    /// Where devices are seen; default `/sys/bus/usb/devices`.
    pub system: System,
}

impl Options {
    /// The defaults, with this side of the station.
    #[must_use]
    pub fn new(lane: LaneId) -> Self {
        let (profiles, system) = (Profiles::shipped(), System::default());
        Self { lane, profiles, named: Vec::new(), bindings: None, system }
    }
}
