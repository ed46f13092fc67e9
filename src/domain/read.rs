//! What devices deliver, before anyone knows what it means.
//!
//! A [`Read`] is what one source delivered in one go: some bytes of a serial line, one HID report, one whole message,
//! or the symbols that the camera found in one image. [`Plug`] says that a device came, went or is unwell.
//! Deliberately absent: framing and decoding, which are pure and live in `decode`.

use std::{fmt, sync::Arc};

use super::{AimId, Moment, Symbol, unit::words};

/// Names a configured slot for a scanner; stable over unplugging and over restarts.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct SourceId(Arc<str>);

/// Names one side of the station: a scanner, a cart and a session of its own. Two lanes never cross.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct LaneId(Arc<str>);

impl LaneId {
    /// Characters of a lane's name; chosen, it stands on the screen.
    pub const LEN_MAX: usize = 32;

    /// What a lane's name is, for those who gave another.
    pub const EXPECTED: &'static str = "a lane's name has 1 to 32 letters, digits, hyphens, dots or underscores";

    /// Whether a text names a lane: in an address and on the screen it stands for itself.
    #[must_use]
    pub fn is_name(text: &str) -> bool {
        (1..=Self::LEN_MAX).contains(&text.len()) && text.chars().all(Self::is_of_name)
    }

    /// The lane that is named like a text for people: a hyphen for each character that a lane's name cannot have.
    /// `None` if nothing would be left of it.
    #[must_use]
    pub fn like(text: &str) -> Option<Self> {
        let plain = text.chars().take(Self::LEN_MAX).map(|it| if Self::is_of_name(it) { it } else { '-' });
        let name: String = plain.collect();
        name.contains(|it: char| it.is_ascii_alphanumeric()).then(|| Self::new(&name))
    }

    const fn is_of_name(one: char) -> bool {
        one.is_ascii_alphanumeric() || matches!(one, '-' | '_' | '.')
    }
}

macro_rules! name {
    ($kind:ident) => {
        impl $kind {
            /// Makes a name from text.
            #[must_use]
            pub fn new(text: &str) -> Self {
                Self(Arc::from(text))
            }

            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $kind {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&self.0)
            }
        }
    };
}
name!(SourceId);
name!(LaneId);

words! {
    /// How a read came to us.
    Transport {
        /// RS-232, CDC-ACM, a USB bridge, Bluetooth SPP or a pseudo-terminal.
        Serial = "serial",
        /// A USB scanner that acts as a keyboard (HID page 0x07).
        HidKeyboard = "hid-keyboard",
        /// A USB scanner that speaks HID POS (HID page 0x8C).
        HidPos = "hid-pos",
        /// A camera, or an image file.
        Camera = "camera",
        /// `POST /api/v1/scans`.
        Http = "http",
        /// The input field of the station's own page.
        Page = "page",
        /// `scanstation scan TEXT`.
        CommandLine = "command-line",
        /// Lines of standard input.
        StandardInput = "standard-input",
        /// A recorded tape that is played.
        Tape = "tape",
        /// The dump of a scanner with a memory.
        Batch = "batch",
    }
}

/// What one source delivered in one go, at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    /// The source that delivered it.
    pub source: SourceId,
    /// When it arrived here.
    pub at: Moment,
    /// What it delivered.
    pub delivery: Delivery,
}

/// The forms in which devices deliver.
#[derive(Clone, Debug, PartialEq)]
pub enum Delivery {
    /// Bytes of a line, cut anywhere.
    Bytes(Vec<u8>),
    /// One HID input report, with its report id if the device uses ids.
    Report(Vec<u8>),
    /// One whole message: nothing to frame.
    Message(Message),
    /// All symbols of one image: one reading.
    Symbols(Vec<Symbol>),
}

/// One whole message from a source that frames for us (HTTP, the page, the command line, a tape).
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Message {
    /// The bytes as given, a leading symbology identifier included if the sender left it there.
    pub bytes: Vec<u8>,
    /// The symbology identifier, if the sender gave it apart.
    pub aim: Option<AimId>,
    /// When it was scanned, if the device kept the time itself.
    pub event_time: Option<jiff::Timestamp>,
}

/// A change in a source's health: not a scan, but the person must see it within a second.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plug {
    /// The device is there and is being read.
    Arrived {
        /// What it calls itself, for people.
        description: String,
    },
    /// The device left or cannot be read.
    Faulted(Fault),
}

/// Why a source cannot be read now; the supervisor keeps trying.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What sort of fault it is: decides the remedy and the way of trying again.
    pub kind: FaultKind,
    /// What was being done and what the system said, readable alone.
    pub message: String,
}

/// The six sorts of device fault, each something a person can act on differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// It was there and was pulled.
    Disconnected,
    /// Another program holds it.
    Busy,
    /// The system does not let us.
    PermissionDenied,
    /// Nothing by that name is plugged in.
    NotFound,
    /// It is there, but cannot do what is asked.
    Unsupported,
    /// Anything else; the message says what.
    Other,
}
