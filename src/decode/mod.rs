//! Reads to frames, frames to scans: what a device delivered becomes one decoded symbol at a time.
//!
//! Pure and total: any bytes, cut anywhere, always an answer; what cannot be used is a [`Discard`] that is counted and
//! shown. Frames never depend on where reads were cut. Time comes in with each read.
//! Deliberately absent: opening devices (`source`) and meaning (`identify`).

pub mod batch;
pub mod calibration;
pub mod descriptor;
pub mod hid_keyboard;
pub mod hid_pos;
pub mod line;
#[cfg(test)]
pub(crate) mod vectors;

use std::time::Duration;

use crate::domain::{AimId, Discard, Frame, Moment};

/// One thing a decoder made of what it was fed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decoded {
    /// A whole message.
    Frame(Frame),
    /// Something thrown away, and why.
    Discard(Discard),
}

/// Cuts one source's deliveries into frames; it lives with the station loop and keeps what is still incomplete.
pub trait Decoder: Send {
    /// Takes what was delivered: bytes of a line, or one whole HID report.
    fn push(&mut self, delivered: &[u8], at: Moment, out: &mut Vec<Decoded>);

    /// The uptime at which [`Decoder::expire`] wants to be called if nothing else arrives.
    fn deadline(&self) -> Option<Duration>;

    /// Tells that time has passed: a silence may end a message, or spoil half of one.
    fn expire(&mut self, now: Moment, out: &mut Vec<Decoded>);

    /// Tells that the device left: half a message is thrown away, visibly.
    fn pulled(&mut self, out: &mut Vec<Decoded>);

    /// Bytes that it holds back now; bounded whatever it is fed.
    fn held(&self) -> usize;

    /// How a serial line is framed, so that a recording can say so; `None` for other devices.
    fn line_options(&self) -> Option<&line::Options> {
        None
    }
}

/// Splits a frame into symbology identifier and payload (ISO/IEC 15424): the last step before a scan.
#[must_use]
pub fn split(frame: &Frame) -> (Option<AimId>, &[u8]) {
    AimId::split(&frame.bytes)
}
