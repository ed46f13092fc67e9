//! Scanned data reports, joined and cut into frames.
//!
//! The symbology identifier stands in front of the frame's bytes, once; it repeats in each part and must not change.
//! A length that the report cannot hold spoils the message: nothing is cut short in silence.
//! Deliberately absent: reports of other ids, which carry no scan.

use std::time::Duration;

use super::fields::PosFields;
use super::vendor;
use crate::decode::Decoded;
use crate::decode::Decoder;
use crate::domain::{AimId, Discard, Frame, Moment};

/// How one HID POS scanner reports.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PosOptions {
    /// Where the fields are; `None` guesses from each message's first report.
    pub fields: Option<PosFields>,
    /// `]X0` and `]Z6` are replies to commands (Honeywell) and not scans. Default `true`; only where the identifier
    /// stands as Honeywell has it: Zebra sends `]X0` for scans.
    pub replies: bool,
    /// Longest wait for the next part of a message; default 1 s (chosen: parts follow each other within milliseconds).
    pub part_wait: Duration,
    /// Longest frame, bytes; default 8,192 (a QR code holds 7,089 digits, a GS1 message 8,191 characters).
    pub frame_max: usize,
}

impl Default for PosOptions {
    fn default() -> Self {
        Self { fields: None, replies: true, part_wait: Duration::from_secs(1), frame_max: 8192 }
    }
}

/// Joins the reports of one HID POS scanner into frames.
pub struct PosDecoder {
    options: PosOptions,
    message: Option<Message>,
}

/// A message whose last part has not come.
struct Message {
    fields: PosFields,
    aim: Option<AimId>,
    letter: Option<u8>,
    bytes: Vec<u8>,
    dropped: usize,
    spoiled: bool,
    last: Moment,
}

/// One part of a message.
struct Part<'report> {
    aim: Option<AimId>,
    letter: Option<u8>,
    content: &'report [u8],
    spoiled: bool,
    continued: bool,
}

impl PosDecoder {
    /// Makes a decoder for a device that reports like this.
    #[must_use]
    pub const fn new(options: PosOptions) -> Self {
        Self { options, message: None }
    }

    fn drop_unfinished(&mut self, out: &mut Vec<Decoded>) {
        if let Some(message) = self.message.take() {
            let bytes = message.bytes.len() + message.dropped;
            out.push(Decoded::Discard(Discard::Unfinished { bytes }));
        }
    }

    fn join(&mut self, part: &Part<'_>, fields: PosFields, at: Moment) {
        let fresh = || Message {
            fields,
            aim: part.aim,
            letter: part.letter,
            bytes: Vec::new(),
            dropped: 0,
            spoiled: false,
            last: at,
        };
        let message = self.message.get_or_insert_with(fresh);
        message.last = at;
        message.spoiled |= part.spoiled;
        if message.bytes.len() + part.content.len() <= self.options.frame_max {
            message.bytes.extend_from_slice(part.content);
        } else {
            message.dropped += part.content.len();
        }
    }

    fn close(&mut self, at: Moment, out: &mut Vec<Decoded>) {
        let Some(message) = self.message.take() else { return };
        let answer = message
            .aim
            .is_some_and(|aim| matches!((aim.code_character(), aim.modifier()), (b'X', b'0') | (b'Z', b'6')));
        let decoded = if message.spoiled {
            Decoded::Discard(Discard::Unfinished { bytes: message.bytes.len() + message.dropped })
        } else if message.dropped > 0 {
            Decoded::Discard(Discard::TooLong { frame_max: self.options.frame_max })
        } else if answer && self.options.replies && message.fields.answers_commands() {
            Decoded::Discard(Discard::DeviceReply)
        } else if message.bytes.is_empty() {
            return;
        } else {
            let mut bytes = message.aim.map_or_else(Vec::new, |aim| aim.to_string().into_bytes());
            bytes.extend_from_slice(&message.bytes);
            let symbology = message.letter.and_then(vendor::symbology);
            Decoded::Frame(Frame { bytes, at, stale: false, symbology, event_time: None })
        };
        out.push(decoded);
    }
}

impl Decoder for PosDecoder {
    fn held(&self) -> usize {
        self.message.as_ref().map_or(0, |it| it.bytes.capacity())
    }

    fn push(&mut self, report: &[u8], at: Moment, out: &mut Vec<Decoded>) {
        self.expire(at, out);
        let known = self.message.as_ref().map(|it| it.fields.clone()).or_else(|| self.options.fields.clone());
        let Some(fields) = known.or_else(|| PosFields::guess(report)) else { return };
        let Some(part) = Part::cut(report, &fields) else { return };
        if self.message.as_ref().is_some_and(|it| it.aim != part.aim) {
            self.drop_unfinished(out);
        }
        self.join(&part, fields, at);
        if !part.continued {
            self.close(at, out);
        }
    }

    fn deadline(&self) -> Option<Duration> {
        Some(self.message.as_ref()?.last.uptime + self.options.part_wait)
    }

    fn expire(&mut self, now: Moment, out: &mut Vec<Decoded>) {
        if self.message.as_ref().is_some_and(|it| now.since(it.last) >= self.options.part_wait) {
            self.drop_unfinished(out);
        }
    }

    fn pulled(&mut self, out: &mut Vec<Decoded>) {
        if let Some(message) = self.message.take() {
            let bytes = message.bytes.len() + message.dropped;
            out.push(Decoded::Discard(Discard::PulledMidway { bytes }));
        }
    }
}

impl<'report> Part<'report> {
    /// Cuts one report; `None` if it is empty or of another id.
    fn cut(report: &'report [u8], fields: &PosFields) -> Option<Self> {
        if report.is_empty() || (fields.report_id.is_some() && report.first().copied() != fields.report_id) {
            return None;
        }
        let room = report.get(fields.decoded.start..fields.decoded.end.min(report.len())).unwrap_or(&[]);
        let length = match fields.length {
            Some(at) => usize::from(*report.get(at)?),
            None => room.iter().rposition(|it| *it != 0).map_or(0, |last| last + 1),
        };
        let byte = |at: usize| report.get(at).copied().unwrap_or(0);
        let aim =
            fields.aim.and_then(|[first, second, third]| AimId::split(&[byte(first), byte(second), byte(third)]).0);
        let bit = |it: usize| byte(it / 8) >> (it % 8) & 1 == 1;
        Some(Self {
            aim,
            letter: fields.vendor.map(byte).filter(|it| *it != 0),
            content: room.get(..length).unwrap_or(room),
            spoiled: length > room.len(),
            continued: fields.continued.clone().is_some_and(|mut bits| bits.any(bit)),
        })
    }
}
