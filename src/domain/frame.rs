//! One whole device message, cut out of a stream of reads.
//!
//! Deliberately absent: how it is cut, which is in `decode`. A camera picture is an image, never a frame.

use super::{Moment, Symbology};

/// One whole message of a device, without its framing (terminator, prefix, suffix, STX, ETX, check byte).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The message, byte for byte, the symbology identifier included.
    pub bytes: Vec<u8>,
    /// When its last byte arrived.
    pub at: Moment,
    /// It began before we were ready to read: what a device had buffered while nobody listened.
    pub stale: bool,
    /// The kind of symbol, where the device says so beside the bytes (a vendor byte of a HID POS report).
    pub symbology: Option<Symbology>,
    /// When it was scanned, if the device kept the time itself (a scanner with a memory).
    pub event_time: Option<jiff::Timestamp>,
}

/// Bytes that were thrown away, and why: counted, shown, never silent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Discard {
    /// A message began and was not ended within the time allowed.
    Unfinished {
        /// Bytes thrown away.
        bytes: usize,
    },
    /// A message grew past `frame_max`; the rest is skipped up to the next end of a message.
    TooLong {
        /// The limit that was met, bytes.
        frame_max: usize,
    },
    /// The check byte after ETX does not match.
    CheckByte {
        /// Sent by the device.
        sent: u8,
        /// Computed from the message.
        computed: u8,
    },
    /// Bytes outside STX and ETX.
    OutsideFrame {
        /// Bytes thrown away.
        bytes: usize,
    },
    /// A key that the layout does not have: the whole scan is spoiled, never guessed.
    UnknownKey {
        /// HID usage on page 0x07.
        usage: u8,
    },
    /// What had been waiting in the device before it was opened.
    Stale {
        /// Bytes thrown away.
        bytes: usize,
    },
    /// The device was pulled in the middle of a message.
    PulledMidway {
        /// Bytes thrown away.
        bytes: usize,
    },
    /// A reply of the device to a command: not a scan.
    DeviceReply,
    /// The calibration card, under whatever layout; what it taught, once that is known and kept.
    CalibrationCard {
        /// For people: what it taught, or why nothing.
        taught: Option<Result<String, String>>,
    },
}
