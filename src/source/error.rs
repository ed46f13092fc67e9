//! What can go wrong with a device, and what a person can do about it.
//!
//! Six kinds, each with exactly one remedy sentence and one way of being supervised. A [`SourceError`] becomes a
//! [`Fault`] that screens show until the device is back.
//! Deliberately absent: retrying, which is in `supervise`.

use crate::domain::{Fault, FaultKind};
use crate::source::Closed;

/// A device cannot be opened or read now; each variant says what was being done and to what.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// It was there and was pulled.
    #[error("{doing} {device}: it was unplugged")]
    Disconnected {
        /// What was being done.
        doing: &'static str,
        /// The device by the name it was looked for.
        device: String,
    },
    /// Another program holds it.
    #[error("{doing} {device}: another program holds it")]
    Busy {
        /// What was being done.
        doing: &'static str,
        /// The device by the name it was looked for.
        device: String,
    },
    /// The system does not let us.
    #[error("{doing} {device}: permission denied")]
    PermissionDenied {
        /// What was being done.
        doing: &'static str,
        /// The device by the name it was looked for.
        device: String,
    },
    /// Nothing by that name is plugged in.
    #[error("{doing} {device}: nothing by that name is plugged in")]
    NotFound {
        /// What was being done.
        doing: &'static str,
        /// The device by the name it was looked for.
        device: String,
    },
    /// It is there, but cannot do what is asked.
    #[error("{doing} {device}: {cause}")]
    Unsupported {
        /// What was being done.
        doing: &'static str,
        /// The device by the name it was looked for.
        device: String,
        /// What it cannot do.
        cause: String,
    },
    /// Anything else.
    #[error("{doing} {device}: {cause}")]
    Other {
        /// What was being done.
        doing: &'static str,
        /// The device by the name it was looked for.
        device: String,
        /// What the system said.
        cause: String,
    },
    /// What a child process of ours met, with its own words.
    #[error("{}", .0.message)]
    Child(Box<Fault>),
    /// The station has ended, so nobody listens: the source ends too.
    #[error(transparent)]
    Closed(#[from] Closed),
}

impl SourceError {
    /// The error behind a failed system call.
    #[must_use]
    #[allow(clippy::wildcard_enum_match_arm, reason = "the standard library's list grows; what is new is \"other\"")]
    pub fn from_io(doing: &'static str, device: &str, error: &std::io::Error) -> Self {
        use std::io::ErrorKind;
        let device = device.to_owned();
        match error.kind() {
            ErrorKind::NotFound => Self::NotFound { doing, device },
            ErrorKind::PermissionDenied => Self::PermissionDenied { doing, device },
            ErrorKind::ResourceBusy => Self::Busy { doing, device },
            ErrorKind::BrokenPipe | ErrorKind::NotConnected | ErrorKind::UnexpectedEof => {
                Self::Disconnected { doing, device }
            }
            ErrorKind::Unsupported | ErrorKind::InvalidInput => {
                Self::Unsupported { doing, device, cause: error.to_string() }
            }
            _ => Self::Other { doing, device, cause: error.to_string() },
        }
    }

    /// Which of the six kinds it is.
    #[must_use]
    pub fn kind(&self) -> FaultKind {
        match self {
            Self::Disconnected { .. } => FaultKind::Disconnected,
            Self::Busy { .. } => FaultKind::Busy,
            Self::PermissionDenied { .. } => FaultKind::PermissionDenied,
            Self::NotFound { .. } => FaultKind::NotFound,
            Self::Unsupported { .. } => FaultKind::Unsupported,
            Self::Child(fault) => fault.kind,
            Self::Other { .. } | Self::Closed(_) => FaultKind::Other,
        }
    }

    /// What the screens show.
    #[must_use]
    pub fn fault(&self) -> Fault {
        Fault { kind: self.kind(), message: self.to_string() }
    }
}

/// What the operator can do about a fault of this kind, in one sentence.
#[must_use]
pub const fn remedy(kind: FaultKind) -> &'static str {
    match kind {
        FaultKind::Disconnected => "Plug the scanner in again; the station picks it up by itself.",
        FaultKind::Busy => {
            "Close the program that holds the scanner (ModemManager, a terminal, a second station); the station keeps trying."
        }
        FaultKind::PermissionDenied => {
            "Install udev/65-scanstation.rules and plug the scanner in again, so that the station's group may open it."
        }
        FaultKind::NotFound => {
            "Plug the scanner in, or correct its name in the configuration: `scanstation devices` lists what is there."
        }
        FaultKind::Unsupported => "Correct the scanner's entry in the configuration: it cannot do what is asked there.",
        FaultKind::Other => "Unplug the scanner and plug it in again; if the fault stays, run `scanstation doctor`.",
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[track_caller]
    fn check(kind: io::ErrorKind, expected: FaultKind, message: &str) {
        let error = SourceError::from_io("open", "/dev/ttyACM0", &io::Error::from(kind));
        assert_eq!((error.kind(), error.to_string().as_str()), (expected, message));
        assert!(remedy(expected).ends_with('.'));
    }

    #[test]
    fn an_error_says_what_was_done_to_what_and_has_a_kind() {
        check(io::ErrorKind::NotFound, FaultKind::NotFound, "open /dev/ttyACM0: nothing by that name is plugged in");
        check(io::ErrorKind::PermissionDenied, FaultKind::PermissionDenied, "open /dev/ttyACM0: permission denied");
        check(io::ErrorKind::ResourceBusy, FaultKind::Busy, "open /dev/ttyACM0: another program holds it");
        check(io::ErrorKind::BrokenPipe, FaultKind::Disconnected, "open /dev/ttyACM0: it was unplugged");
        check(io::ErrorKind::Unsupported, FaultKind::Unsupported, "open /dev/ttyACM0: unsupported");
        check(io::ErrorKind::TimedOut, FaultKind::Other, "open /dev/ttyACM0: timed out");
    }

    #[test]
    fn a_refused_permission_names_the_rules_file() {
        assert!(remedy(FaultKind::PermissionDenied).contains("udev/65-scanstation.rules"));
    }
}
