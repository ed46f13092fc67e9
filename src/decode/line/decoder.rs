//! The decoder of a serial line: one small machine for terminators, silences and STX/ETX.
//!
//! It looks at each byte once and keeps at most one code. Whatever it throws away it says so, once for each message.
//! A silence counts from the last byte; a read that comes later than the deadline is preceded by the deadline.
//! Deliberately absent: any clock, and any meaning of the bytes.

use std::time::Duration;

use super::{Envelope, Options, Stale, Terminator};
use crate::decode::{Decoded, Decoder};
use crate::domain::{Discard, Frame, Moment};

const STX: u8 = 0x02;
const ETX: u8 = 0x03;
const TAB: u8 = 0x09;
const LF: u8 = 0x0A;
const CR: u8 = 0x0D;

/// Where in a message the line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Between messages: with an envelope, before STX.
    Outside,
    /// In a message that is being kept.
    Inside,
    /// In a message that is too long: skipping to its end.
    Skipping,
    /// After ETX: the next byte is the check byte. True if the message is skipped anyway.
    CheckByte { skipped: bool },
}

/// Cuts the bytes of one serial line into frames.
#[derive(Clone, Debug)]
pub struct LineDecoder {
    options: Options,
    /// Codes that began up to this uptime were waiting before anybody listened.
    stale_until: Option<Duration>,
    place: Place,
    message: Vec<u8>,
    /// The byte before this one, for CR LF while skipping.
    previous: u8,
    /// Bytes outside STX and ETX that are not yet reported.
    stray: usize,
    /// When the message began and when its latest byte came.
    began: Duration,
    latest: Option<Moment>,
}

impl LineDecoder {
    /// Makes the decoder of a port that was opened at `opened`; what was read up to then counts as stale.
    #[must_use]
    pub fn new(options: Options, opened: Moment) -> Self {
        let stale_until = opened.uptime.saturating_add(Duration::from_millis(options.stale_ms));
        Self { stale_until: Some(stale_until), ..Self::listening(options) }
    }

    /// Makes the decoder of a line where nothing can have waited.
    #[must_use]
    pub fn listening(options: Options) -> Self {
        Self {
            options,
            stale_until: None,
            place: Place::Outside,
            message: Vec::new(),
            previous: 0,
            stray: 0,
            began: Duration::ZERO,
            latest: None,
        }
    }

    /// Bytes that the message may grow to, everything that is taken off again included.
    fn room(&self) -> usize {
        let framing = self.options.prefix.len().saturating_add(self.options.suffix.len()).saturating_add(2);
        self.options.frame_max.saturating_add(framing)
    }

    fn is_pending(&self) -> bool {
        self.place != Place::Outside || self.stray > 0
    }

    /// Only a silence ends a message on this line.
    fn waits_for_silence(&self) -> bool {
        let by_silence = self.options.terminator == Terminator::None || self.options.last_terminator_only;
        self.options.envelope == Envelope::None && by_silence
    }

    /// A silence now would end the message well.
    fn is_ended_by_silence(&self) -> bool {
        let whole = self.options.terminator == Terminator::None || self.terminator_len(&self.message) > 0;
        self.waits_for_silence() && self.place == Place::Inside && whole
    }

    /// Bytes of the terminator at the end of `bytes`; 0 if there is none.
    fn terminator_len(&self, bytes: &[u8]) -> usize {
        match (self.options.terminator, bytes) {
            (Terminator::Line | Terminator::CrLf, [.., CR, LF]) => 2,
            (Terminator::Line, [.., CR | LF])
            | (Terminator::Cr, [.., CR])
            | (Terminator::Lf, [.., LF])
            | (Terminator::Etx, [.., ETX])
            | (Terminator::Tab, [.., TAB]) => 1,
            _ => 0,
        }
    }

    fn begin(&mut self, at: Moment) {
        self.place = Place::Inside;
        self.message.clear();
        self.began = at.uptime;
    }

    fn keep(&mut self, byte: u8, out: &mut Vec<Decoded>) {
        self.message.push(byte);
        if self.message.len() > self.room() {
            self.too_long(out);
            self.place = Place::Skipping;
        }
    }

    fn too_long(&mut self, out: &mut Vec<Decoded>) {
        self.message = Vec::new();
        out.push(Decoded::Discard(Discard::TooLong { frame_max: self.options.frame_max }));
    }

    /// One byte of a line without STX and ETX.
    fn plain(&mut self, byte: u8, at: Moment, out: &mut Vec<Decoded>) {
        let ends = self.terminator_len(&[self.previous, byte]) > 0;
        self.previous = byte;
        match self.place {
            // An empty line, or the second half of CR LF.
            Place::Outside if ends => return,
            Place::Outside => self.begin(at),
            Place::Inside | Place::Skipping | Place::CheckByte { .. } => {}
        }
        if self.place == Place::Inside {
            self.keep(byte, out);
        }
        if ends && !self.options.last_terminator_only {
            if self.place == Place::Inside {
                self.finish(self.terminator_len(&self.message), at, out);
            }
            self.place = Place::Outside;
        }
    }

    /// One byte of a line with STX and ETX.
    fn enclosed(&mut self, byte: u8, at: Moment, out: &mut Vec<Decoded>) {
        match (self.place, byte) {
            (Place::CheckByte { skipped }, sent) => self.check_byte(sent, skipped, at, out),
            (Place::Outside, STX) => {
                self.report_stray(out);
                self.begin(at);
            }
            (Place::Outside, CR | LF) => {}
            (Place::Outside, _) => self.stray = self.stray.saturating_add(1),
            (Place::Skipping, STX) => self.begin(at),
            (Place::Inside, STX) => {
                let bytes = self.message.len();
                out.push(Decoded::Discard(Discard::Unfinished { bytes }));
                self.begin(at);
            }
            (place @ (Place::Inside | Place::Skipping), ETX) => {
                let skipped = place == Place::Skipping;
                match self.options.envelope {
                    Envelope::StxEtxBcc | Envelope::StxEtxBccOverEtx => self.place = Place::CheckByte { skipped },
                    Envelope::None | Envelope::StxEtx if skipped => self.place = Place::Outside,
                    Envelope::None | Envelope::StxEtx => self.finish(0, at, out),
                }
            }
            (Place::Skipping, _) => {}
            (Place::Inside, _) => self.keep(byte, out),
        }
    }

    fn check_byte(&mut self, sent: u8, skipped: bool, at: Moment, out: &mut Vec<Decoded>) {
        let first = if self.options.envelope == Envelope::StxEtxBccOverEtx { ETX } else { 0 };
        let computed = self.message.iter().fold(first, |sum, byte| sum ^ byte);
        if skipped {
            self.place = Place::Outside;
        } else if sent == computed {
            self.finish(0, at, out);
        } else {
            self.place = Place::Outside;
            self.message.clear();
            out.push(Decoded::Discard(Discard::CheckByte { sent, computed }));
        }
    }

    /// Ends the message: takes the framing off, exactly once each, and hands it over.
    fn finish(&mut self, terminator_len: usize, at: Moment, out: &mut Vec<Decoded>) {
        self.place = Place::Outside;
        let whole = std::mem::take(&mut self.message);
        let body = whole.get(..whole.len().saturating_sub(terminator_len)).unwrap_or_default();
        let body = body.strip_prefix(self.options.prefix.as_bytes()).unwrap_or(body);
        let body = body.strip_suffix(self.options.suffix.as_bytes()).unwrap_or(body);
        let stale = self.stale_until.is_some_and(|until| self.began <= until);
        if whole.len() <= terminator_len {
            return; // An empty line is nothing, and so is STX ETX.
        }
        if body.len() > self.options.frame_max {
            self.too_long(out);
        } else if stale && self.options.stale == Stale::Discard {
            out.push(Decoded::Discard(Discard::Stale { bytes: whole.len() }));
        } else if body.is_empty() {
            // Nothing but framing is not a code.
            out.push(Decoded::Discard(Discard::Unfinished { bytes: whole.len() }));
        } else {
            let stale = stale && self.options.stale == Stale::Mark;
            out.push(Decoded::Frame(Frame { bytes: body.to_vec(), at, stale, symbology: None, event_time: None }));
        }
    }

    fn report_stray(&mut self, out: &mut Vec<Decoded>) {
        let bytes = std::mem::take(&mut self.stray);
        if bytes > 0 {
            out.push(Decoded::Discard(Discard::OutsideFrame { bytes }));
        }
    }

    /// Ends whatever is pending: well if a silence may end it, otherwise as `lost` says.
    fn settle(&mut self, lost: impl FnOnce(usize) -> Discard, by_silence: bool, out: &mut Vec<Decoded>) {
        self.report_stray(out);
        if by_silence && let Some(at) = self.latest {
            self.finish(self.terminator_len(&self.message), at, out);
        } else if matches!(self.place, Place::Inside | Place::CheckByte { skipped: false }) {
            // An STX is a byte of the message too: even a message of nothing but STX was begun.
            let enclosing = usize::from(self.options.envelope != Envelope::None);
            out.push(Decoded::Discard(lost(self.message.len().saturating_add(enclosing))));
        }
        self.place = Place::Outside;
        self.message = Vec::new();
        self.previous = 0;
        self.latest = None;
    }
}

impl Decoder for LineDecoder {
    fn held(&self) -> usize {
        self.message.capacity()
    }

    fn line_options(&self) -> Option<&Options> {
        Some(&self.options)
    }

    fn push(&mut self, delivered: &[u8], at: Moment, out: &mut Vec<Decoded>) {
        if delivered.is_empty() {
            return;
        }
        self.expire(at, out);
        for byte in delivered {
            if self.options.envelope == Envelope::None {
                self.plain(*byte, at, out);
            } else {
                self.enclosed(*byte, at, out);
            }
        }
        self.latest = Some(at);
    }

    fn deadline(&self) -> Option<Duration> {
        let latest = self.latest.filter(|_| self.is_pending())?;
        let ends_soon = self.is_ended_by_silence() || (self.place == Place::Skipping && self.waits_for_silence());
        let wait = if ends_soon { self.options.gap_ms } else { self.options.partial_max_ms };
        Some(latest.uptime.saturating_add(Duration::from_millis(wait)))
    }

    fn expire(&mut self, now: Moment, out: &mut Vec<Decoded>) {
        if self.deadline().is_some_and(|it| it <= now.uptime) {
            let by_silence = self.is_ended_by_silence();
            self.settle(|bytes| Discard::Unfinished { bytes }, by_silence, out);
        }
    }

    fn pulled(&mut self, out: &mut Vec<Decoded>) {
        // Where silence alone ends a code, nobody knows whether the cable left before its last byte.
        let by_silence = self.is_ended_by_silence() && self.options.terminator != Terminator::None;
        self.settle(|bytes| Discard::PulledMidway { bytes }, by_silence, out);
    }
}
