//! A scanner on a serial port: RS-232, CDC-ACM, a USB bridge, Bluetooth SPP or a pseudo-terminal.
//!
//! One thread a port blocks in the driver, wakes when bytes or a hang-up come, and at most once a second otherwise.
//! A port that leaves is looked for by what it was, not by the name that the kernel gave it.
//! Deliberately absent: where codes begin and end (`decode::line`).

mod known;
mod port;
pub mod select;

pub(super) use known::mistake;

use std::collections::BTreeSet;
use std::time::Duration;

use crate::decode::line as framing;
use crate::domain::time::Zone;
use crate::source::profile::Profiles;
use crate::source::supervise::{Backoff, Place, Supervised, supervise};
use crate::source::{SourceError, serial::port::Port, serial::select::Selector};

/// One serial scanner; every key has a default but the device, unknown keys are refused.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Options {
    /// Which port: a path (`/dev/ttyS0`), a name in `/dev/serial/by-id`, or `vendor:product` or `vendor:product:serial`
    /// of a USB device, as `lsusb` shows them.
    pub device: Selector,
    /// The profile to use whatever the port's USB ids say; `none` for no profile. Default the one that knows the ids.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// Bits a second. Default 9,600; CDC-ACM devices and pseudo-terminals do not care.
    #[serde(default = "baud")]
    pub baud: u32,
    /// Bits a character. Default 8.
    #[serde(default)]
    pub data_bits: DataBits,
    /// Parity bit. Default `none`.
    #[serde(default)]
    pub parity: Parity,
    /// Stop bits. Default 1.
    #[serde(default)]
    pub stop_bits: StopBits,
    /// Flow control. Default `none`.
    #[serde(default)]
    pub flow: Flow,
    /// The DTR line when the port is opened. Default true: many CDC-ACM scanners send only then; false for boards that
    /// it resets.
    #[serde(default = "yes")]
    pub dtr_on_open: bool,
    /// Nobody else may open the port while we have it. Default true.
    #[serde(default = "yes")]
    pub exclusive: bool,
    /// What the scanner is told after each code. Default `none`.
    #[serde(default)]
    pub reply: Reply,
    /// Where codes begin and end.
    #[serde(default)]
    pub framing: framing::Options,
    /// The keys that somebody has set, `framing.gap_ms`: a profile fills in the others only. Default none.
    #[serde(skip)]
    pub said: BTreeSet<String>,
    /// What is known by USB ids: line settings, framing, beeps, memories. Default the shipped profiles; none in options
    /// that were read from a text, since a profile's own line settings are such options.
    #[serde(skip)]
    pub profiles: Profiles,
    /// The zone to which the clock of a scanner with a memory is set. Default the machine's.
    #[serde(skip, default = "Zone::system")]
    pub zone: Zone,
}

const fn baud() -> u32 {
    9_600
}

const fn yes() -> bool {
    true
}

impl Options {
    /// A scanner on that port with every default.
    #[must_use]
    pub fn new(device: Selector) -> Self {
        Self {
            device,
            profile: None,
            baud: baud(),
            data_bits: DataBits::default(),
            parity: Parity::default(),
            stop_bits: StopBits::default(),
            flow: Flow::default(),
            dtr_on_open: yes(),
            exclusive: yes(),
            reply: Reply::default(),
            framing: framing::Options::default(),
            said: BTreeSet::new(),
            profiles: Profiles::shipped(),
            zone: Zone::system(),
        }
    }
}

/// Bits a character.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum DataBits {
    /// Five bits.
    Five,
    /// Six bits.
    Six,
    /// Seven bits: old 7E1 profiles.
    Seven,
    /// Eight bits.
    #[default]
    Eight,
}

/// Stop bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum StopBits {
    /// One stop bit.
    #[default]
    One,
    /// Two stop bits.
    Two,
}

/// Parity bit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Parity {
    /// No parity bit.
    #[default]
    None,
    /// Odd parity.
    Odd,
    /// Even parity.
    Even,
}

/// Flow control.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Flow {
    /// None.
    #[default]
    None,
    /// XON and XOFF characters in the line.
    Software,
    /// RTS and CTS lines.
    Hardware,
}

/// What the scanner is told after each code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reply {
    /// Nothing: there is no way back to the device.
    #[default]
    None,
    /// ACK (0x06) when the code is recorded, NAK (0x15) when it is not; the scanner repeats until ACK.
    AckNak,
}

impl TryFrom<u8> for DataBits {
    type Error = String;

    fn try_from(bits: u8) -> Result<Self, String> {
        match bits {
            5 => Ok(Self::Five),
            6 => Ok(Self::Six),
            7 => Ok(Self::Seven),
            8 => Ok(Self::Eight),
            _ => Err(format!("data_bits is 5, 6, 7 or 8, not {bits}")),
        }
    }
}

impl From<DataBits> for u8 {
    fn from(bits: DataBits) -> Self {
        match bits {
            DataBits::Five => 5,
            DataBits::Six => 6,
            DataBits::Seven => 7,
            DataBits::Eight => 8,
        }
    }
}

impl TryFrom<u8> for StopBits {
    type Error = String;

    fn try_from(bits: u8) -> Result<Self, String> {
        match bits {
            1 => Ok(Self::One),
            2 => Ok(Self::Two),
            _ => Err(format!("stop_bits is 1 or 2, not {bits}")),
        }
    }
}

impl From<StopBits> for u8 {
    fn from(bits: StopBits) -> Self {
        match bits {
            StopBits::One => 1,
            StopBits::Two => 2,
        }
    }
}

/// How long [`start`] waits for a slow port (Bluetooth takes seconds), so that "ready" means read for all others.
const FIRST_ATTEMPT_MAX: Duration = Duration::from_millis(300);

/// Reads a serial scanner in a thread of its own until the place's [`Stop`](crate::source::Stop) is given.
///
/// Returns when the port is open or could not be opened, so that what is scanned from then on is not taken for stale.
pub fn start(place: Place, options: Options) -> Result<Supervised, SourceError> {
    let mut started = start_with(place, options, Backoff::default(), Duration::from_secs(1))?;
    started.wait_for_first_attempt(FIRST_ATTEMPT_MAX);
    Ok(started)
}

/// Like [`start`], with the waits chosen: how long before a lost port is tried again, and how often an idle port's thread
/// looks whether it shall end.
pub fn start_with(place: Place, options: Options, backoff: Backoff, wake: Duration) -> Result<Supervised, SourceError> {
    let mut port = Port::new(options, wake);
    supervise(place, backoff, move |link| port.run(link))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize as _;
    use serde::de::value::{Error, MapDeserializer};

    use super::*;

    #[track_caller]
    fn check(keys: &[(&str, &str)], expected: Result<Options, &str>) {
        let keys = MapDeserializer::<_, Error>::new(keys.iter().copied());
        match (Options::deserialize(keys).map_err(|it| it.to_string()), expected) {
            (Err(found), Err(expected)) => assert!(found.contains(expected), "{found}"),
            (found, expected) => assert_eq!(found, expected.map_err(str::to_owned)),
        }
    }

    #[test]
    fn a_scanner_needs_only_its_device_and_unknown_keys_are_refused() {
        let port = Options { profiles: Profiles::default(), ..Options::new(Selector::Path("/dev/ttyS0".into())) };
        check(&[("device", "/dev/ttyS0")], Ok(port.clone()));
        let told = Options { parity: Parity::Even, flow: Flow::Hardware, reply: Reply::AckNak, ..port };
        check(&[("device", "/dev/ttyS0"), ("parity", "even"), ("flow", "hardware"), ("reply", "ack-nak")], Ok(told));
        check(&[("parity", "even")], Err("missing field `device`"));
        check(&[("device", "/dev/ttyS0"), ("bauds", "1")], Err("unknown field `bauds`"));
        check(&[("device", "")], Err("a serial device is a path"));
        assert_eq!(DataBits::try_from(7), Ok(DataBits::Seven));
        assert_eq!(DataBits::try_from(9), Err("data_bits is 5, 6, 7 or 8, not 9".to_owned()));
        assert_eq!(StopBits::try_from(3), Err("stop_bits is 1 or 2, not 3".to_owned()));
    }
}
