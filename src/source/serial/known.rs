//! What a profile knows of a serial scanner, put under what somebody has said of its port.
//!
//! The profile is the one that is named, else the one that knows the port's USB ids; a key that was set stays as it was
//! set. A port that nobody knows keeps the defaults and hears nothing back.
//! Deliberately absent: the profiles themselves.

use toml::{Table, Value};

use super::Options;
use super::select::Identity;
use crate::source::SourceError;
use crate::source::profile::{Mode, Profile};

/// The name that asks for no profile at all.
pub(super) const NO_PROFILE: &str = "none";

impl Options {
    /// The profile of a port that is this USB device, or none.
    pub(super) fn profile_of(&self, identity: Option<&Identity>) -> Result<Option<&Profile>, SourceError> {
        match (self.profile.as_deref(), identity) {
            (Some(NO_PROFILE), _) | (None, None) => Ok(None),
            (None, Some(it)) => Ok(self.profiles.find(it.vendor, it.product, Mode::Serial)),
            (Some(name), _) => self.profiles.named(name).map(Some).ok_or_else(|| SourceError::Unsupported {
                doing: "open",
                device: self.device.to_string(),
                cause: format!("there is no profile {name:?}"),
            }),
        }
    }

    /// These options, what nobody has set taken from the profile.
    pub(super) fn over(&self, profile: Option<&Profile>) -> Result<Self, SourceError> {
        let Some(profile) = profile else { return Ok(self.clone()) };
        let merge = || -> Result<Self, String> {
            let own = Table::try_from(self).map_err(|it| it.to_string())?;
            let mut table = profile.serial.clone();
            for key in self.said.iter().map(String::as_str).chain(["device"]) {
                put(&own, key, &mut table);
            }
            read(table)
        };
        let (doing, device) = ("apply the profile to", self.device.to_string());
        let merged = merge().map_err(|cause| SourceError::Unsupported { doing, device, cause })?;
        let (profile, said) = (self.profile.clone(), self.said.clone());
        Ok(Self { profile, said, profiles: self.profiles.clone(), zone: self.zone.clone(), ..merged })
    }
}

/// Whether a profile's line settings can be used; the complaint if not.
pub(in crate::source) fn mistake(serial: &Table) -> Option<String> {
    if let Some(key) = ["device", "profile"].into_iter().find(|it| serial.contains_key(*it)) {
        return Some(format!("`{key}` belongs into a configuration, not into a profile"));
    }
    let mut table = serial.clone();
    table.insert("device".to_owned(), Value::String("/dev/null".to_owned()));
    read(table).err()
}

fn read(table: Table) -> Result<Options, String> {
    table.try_into().map_err(|it: toml::de::Error| it.message().to_owned())
}

/// Copies one key, `framing.gap_ms`, from one table to another.
fn put(from: &Table, key: &str, to: &mut Table) {
    match key.split_once('.') {
        None => {
            if let Some(value) = from.get(key) {
                to.insert(key.to_owned(), value.clone());
            }
        }
        Some((table, key)) => {
            let Some(from) = from.get(table).and_then(Value::as_table) else { return };
            let to = to.entry(table).or_insert_with(|| Table::new().into());
            if let Some(to) = to.as_table_mut() {
                put(from, key, to);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Options;
    use crate::source::profile::{Profiles, parse};
    use crate::source::serial::select::Identity;

    const OWN: &str = "[[profile]]\nname = \"ours\"\ntitle = \"Ours\"\nmode = \"serial\"\nids = [\"1209:0003\"]\n\
        serial = { baud = 115200, parity = \"even\", framing = { terminator = \"etx\", gap_ms = 50 } }\n";

    #[track_caller]
    fn check(product: u16, profile: Option<&str>, said: &[&str], expected: &str) {
        let mut options = Options::new("/dev/ttyACM0".parse().unwrap());
        options.profiles = Profiles::shipped().with(parse("own.toml", OWN).unwrap());
        options.profile = profile.map(str::to_owned);
        options.said = said.iter().map(|it| (*it).to_owned()).collect();
        let (number, usb_port, name) = (None, "1-1".to_owned(), String::new());
        let identity = Identity { vendor: 0x1209, product, number, usb_port, name };
        let found = options.profile_of(Some(&identity)).and_then(|it| options.over(it));
        let found = found
            .map(|it| format!("{} {:?} {} {}", it.baud, it.parity, it.framing.terminator.word(), it.framing.gap_ms));
        assert_eq!(found.unwrap_or_else(|it| it.to_string()), expected);
    }

    #[test]
    fn a_profile_fills_in_what_nobody_has_said() {
        check(3, None, &[], "115200 Even etx 50");
        check(3, None, &["baud", "framing.gap_ms"], "9600 Even etx 200");
        check(4, None, &[], "9600 None line 200");
        check(4, Some("ours"), &["framing.terminator"], "115200 Even line 50");
        check(3, Some("none"), &[], "9600 None line 200");
        check(3, Some("other"), &[], "open /dev/ttyACM0: there is no profile \"other\"");
    }
}
