//! Which USB device is meant: ids, and the device's own number or the port it is plugged into.
//!
//! Twins are told apart by their numbers; where there are none, or the maker gave all the same, by the port path.
//! Deliberately absent: kernel names, which change with every plug.

use std::fmt;
use std::str::FromStr;

/// A USB device, or all of a kind: `vvvv:pppp`, `vvvv:pppp:NUMBER` or `vvvv:pppp@PORT` (`1-1.2`, as in `/sys`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Selector {
    /// `idVendor`.
    pub vendor: u16,
    /// `idProduct`.
    pub product: u16,
    /// The device's own number (`iSerialNumber`).
    pub number: Option<String>,
    /// The port path.
    pub port: Option<String>,
}

/// Why a text names no USB device.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a USB device is vendor:product, vendor:product:number or vendor:product@port, such as 0c2e:0b61@1-1.2, not {0:?}"
)]
pub struct SelectorError(String);

impl Selector {
    /// Whether a device with these marks is meant.
    #[must_use]
    pub fn matches(&self, vendor: u16, product: u16, number: Option<&str>, port: &str) -> bool {
        (self.vendor, self.product) == (vendor, product)
            && self.number.as_deref().is_none_or(|it| Some(it) == number)
            && self.port.as_deref().is_none_or(|it| it == port)
    }

    /// How much it says, for choosing the more particular of two that match.
    #[must_use]
    pub fn rank(&self) -> u8 {
        u8::from(self.number.is_some()) + u8::from(self.port.is_some())
    }
}

impl FromStr for Selector {
    type Err = SelectorError;

    fn from_str(text: &str) -> Result<Self, SelectorError> {
        let four = |part: &str| (part.len() == 4).then(|| u16::from_str_radix(part, 16).ok()).flatten();
        let parse = || {
            let (vendor, rest) = text.split_once(':')?;
            let (product, number, port) = match (rest.split_once('@'), rest.split_once(':')) {
                (_, Some((product, number))) => (product, Some(number), None),
                (Some((product, port)), None) => (product, None, Some(port)),
                (None, None) => (rest, None, None),
            };
            let some = |part: Option<&str>| part.map(str::to_owned).filter(|it| !it.is_empty());
            let parsed =
                Self { vendor: four(vendor)?, product: four(product)?, number: some(number), port: some(port) };
            (number.is_some() == parsed.number.is_some() && port.is_some() == parsed.port.is_some()).then_some(parsed)
        };
        parse().ok_or_else(|| SelectorError(text.to_owned()))
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:04x}:{:04x}", self.vendor, self.product)?;
        match (&self.number, &self.port) {
            (Some(number), _) => write!(out, ":{number}"),
            (None, Some(port)) => write!(out, "@{port}"),
            (None, None) => Ok(()),
        }
    }
}

impl TryFrom<String> for Selector {
    type Error = SelectorError;

    fn try_from(text: String) -> Result<Self, SelectorError> {
        text.parse()
    }
}

impl From<Selector> for String {
    fn from(selector: Selector) -> Self {
        selector.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::Selector;

    #[track_caller]
    fn check(text: &str, number: Option<&str>, port: Option<&str>) {
        let parsed: Selector = text.parse().unwrap();
        assert_eq!((parsed.number.as_deref(), parsed.port.as_deref()), (number, port));
        assert_eq!(parsed.to_string(), text);
    }

    #[test]
    fn a_selector_reads_and_writes_the_same() {
        check("0c2e:0b61", None, None);
        check("0c2e:0b61:16013B07F4", Some("16013B07F4"), None);
        check("0c2e:0b61:A@1:2", Some("A@1:2"), None);
        check("0c2e:0b61@1-1.2", None, Some("1-1.2"));
        for bad in ["", "0c2e", "c2e:0b61", "0c2e:0b61:", "0c2e:0b61@", "0c2e:0b6g", "/dev/hidraw0"] {
            assert!(bad.parse::<Selector>().is_err(), "{bad}");
        }
    }
}
