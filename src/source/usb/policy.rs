//! What is done with a device: read it, leave it to the serial ports, or leave it alone and say why.
//!
//! A HID POS scanner is known by its report descriptor, whatever its ids. A boot keyboard looks like any keyboard, so it
//! is claimed only if a profile, the configuration or an assignment names it: an ordinary keyboard keeps typing.
//! Deliberately absent: opening; this decides from what `/sys` shows.

use super::look::{Device, Interface};
use super::selector::Selector;
use crate::decode::descriptor::Descriptor;
use crate::decode::hid_pos::{PosFields, is_scanner};
use crate::source::profile::{Answers, KeyboardHabits, Mode, PosHabits, Profile, Profiles};

/// What the configuration or an assignment says of one device.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// Which device, or which kind of devices.
    pub device: Selector,
    /// The name of its source; default the device's stable name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The side of the station it belongs to; default the station's only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lane: Option<String>,
    /// The profile to use whatever its ids.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// Leave it alone, even if it is a scanner. Default false.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ignore: bool,
    /// How it types: wins over the profile.
    #[serde(default, skip_serializing_if = "is_default")]
    pub keyboard: KeyboardHabits,
}

impl Named {
    /// This entry, and what it leaves open from a less particular one.
    fn or(self, other: Self) -> Self {
        Self {
            name: self.name.or(other.name),
            lane: self.lane.or(other.lane),
            profile: self.profile.or(other.profile),
            keyboard: self.keyboard.or(other.keyboard),
            ..self
        }
    }
}

fn is_default(habits: &KeyboardHabits) -> bool {
    *habits == KeyboardHabits::default()
}

/// How to read a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The interface to claim.
    pub interface: u8,
    /// What it sends.
    pub reports: Reports,
    /// What to send back after answers.
    pub answers: Answers,
}

/// What an interface sends.
#[allow(clippy::large_enum_variant, reason = "a station holds a handful of them")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reports {
    /// Scanned data reports.
    Pos {
        /// Fields from the report descriptor, where it was readable.
        described: Option<PosFields>,
        /// What the profile says.
        habits: PosHabits,
    },
    /// Keystrokes; the habits in the order in which they are applied.
    Keyboard(Vec<KeyboardHabits>),
}

/// What is done with a device.
#[allow(clippy::large_enum_variant, reason = "a station holds a handful of them")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is read.
    Read(Plan),
    /// It is a serial port: a serial source may read it.
    Port(Vec<String>),
    /// It is or may be a scanner, and is not read.
    NotUsed {
        /// Why, in a few words.
        why: String,
        /// What a person can do about it.
        remedy: String,
    },
    /// Nothing to do with scanning.
    NoScanner,
}

/// Decides about devices.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// What is known by ids.
    pub profiles: Profiles,
    /// What the configuration and the assignments name.
    pub named: Vec<Named>,
}

impl Policy {
    /// What the configuration and the assignments say of a device: the most particular entry, and what it leaves open
    /// from the others.
    #[must_use]
    pub fn named(&self, device: &Device) -> Option<Named> {
        let (vendor, product, number) = (device.vendor, device.product, device.number.as_deref());
        let matching = self.named.iter().filter(|it| it.device.matches(vendor, product, number, &device.port));
        let mut matching: Vec<&Named> = matching.collect();
        matching.sort_by_key(|it| it.device.rank());
        matching.into_iter().rev().cloned().reduce(Named::or)
    }

    /// What a person could set better on a wedge, if its profile says so.
    #[must_use]
    pub fn hint(&self, device: &Device) -> Option<&str> {
        let forced = self.named(device).and_then(|it| self.profiles.named(it.profile.as_deref()?));
        let profile = forced.or_else(|| self.profiles.find(device.vendor, device.product, Mode::Keyboard))?;
        profile.hint.as_deref()
    }

    /// What is done with a device; `identity` is its stable name for the advice.
    #[must_use]
    pub fn verdict(&self, device: &Device, identity: &Selector) -> Verdict {
        let named = self.named(device);
        if named.as_ref().is_some_and(|it| it.ignore) {
            let remedy = format!("remove `ignore` from its entry, or run `scanstation devices assign {identity}`");
            return Verdict::NotUsed { why: "left alone by the configuration".to_owned(), remedy };
        }
        let forced = named.as_ref().and_then(|it| self.profiles.named(it.profile.as_deref()?));
        let profiles = forced.map_or_else(|| self.profiles.matching(device.vendor, device.product), |it| vec![it]);
        let of = |mode: Mode| profiles.iter().copied().find(|it| it.mode == mode);
        if let Some(plan) = pos_plan(device, of(Mode::HidPos)) {
            return Verdict::Read(plan);
        }
        let keyboard = keyboard(device);
        if let Some(keyboard) = keyboard.filter(|_| named.is_some() || of(Mode::Keyboard).is_some()) {
            return Verdict::Read(keyboard_plan(keyboard, of(Mode::Keyboard), named.as_ref()));
        }
        if let Some(profile) = profiles.first().filter(|it| it.mode == Mode::Unsupported) {
            let remedy = profile.hint.clone().unwrap_or_default();
            return Verdict::NotUsed { why: format!("{}: cannot be read", profile.title), remedy };
        }
        let ports: Vec<String> = device.interfaces.iter().flat_map(|it| it.ports.clone()).collect();
        if !ports.is_empty() {
            return Verdict::Port(ports);
        }
        if keyboard.is_some() {
            let remedy = format!("if it is a scanner: `scanstation devices assign {identity}`, then scan with it");
            return Verdict::NotUsed { why: "keyboard, not used".to_owned(), remedy };
        }
        Verdict::NoScanner
    }
}

/// The interface that types: a boot keyboard, else one whose descriptor calls it a keyboard or a keypad.
pub(super) fn keyboard(device: &Device) -> Option<&Interface> {
    const GENERIC_DESKTOP: u16 = 0x01;
    const TYPING: [u16; 2] = [0x06, 0x07];
    let described = |it: &&Interface| {
        let descriptor = it.descriptor.as_deref().and_then(Descriptor::parse);
        it.is_hid()
            && descriptor.is_some_and(|it| TYPING.iter().any(|usage| it.has_collection(GENERIC_DESKTOP, *usage)))
    };
    let boot = device.interfaces.iter().find(|it| it.is_boot_keyboard());
    boot.or_else(|| device.interfaces.iter().find(described))
}

/// The interface that speaks HID POS, by its descriptor, or by a profile that gives a layout.
fn pos_plan(device: &Device, profile: Option<&Profile>) -> Option<Plan> {
    let habits = profile.map(|it| it.pos.clone()).unwrap_or_default();
    let answers = profile.map(|it| it.answer.clone()).unwrap_or_default();
    let plan = |it: &Interface, described| Plan {
        interface: it.number,
        reports: Reports::Pos { described, habits: habits.clone() },
        answers: answers.clone(),
    };
    let hid = || device.interfaces.iter().filter(|it| it.is_hid());
    let described = hid().find_map(|it| {
        let descriptor = Descriptor::parse(it.descriptor.as_deref()?)?;
        is_scanner(&descriptor).then(|| plan(it, PosFields::find(&descriptor)))
    });
    // A profile's layout stands in where no descriptor can be read, or none speaks of a scanner (simple COM emulation).
    let by_profile = || profile.filter(|it| it.pos.has_layout()).and_then(|_| hid().find(|it| !it.is_boot_keyboard()));
    described.or_else(|| by_profile().map(|it| plan(it, None)))
}

fn keyboard_plan(interface: &Interface, profile: Option<&Profile>, named: Option<&Named>) -> Plan {
    let habits = profile.map(|it| it.keyboard.clone()).into_iter().chain(named.map(|it| it.keyboard.clone()));
    Plan {
        interface: interface.number,
        reports: Reports::Keyboard(habits.collect()),
        answers: profile.map(|it| it.answer.clone()).unwrap_or_default(),
    }
}
