//! What was typed, cut into frames: a scan ends by Enter, by Tab or by silence.
//!
//! Silence is measured from the last key, so the result does not depend on when anybody looks at the clock. Only a device
//! that is known to end its scans by silence gets the short one: a stalled machine must not cut a code in two. Inside an
//! ISO/IEC 15434 message or a vCard a line end is content, and only the message's own end or silence closes it.
//! Deliberately absent: which ending a device uses: its profile or its calibration says so.

use std::time::Duration;

use super::alt_code::OemPage;
use super::fields::KeyFields;
use super::keys::{Habits, Keys, Typed};
use super::layout::Layout;
use crate::decode::Decoded;
use crate::decode::Decoder;
use crate::decode::calibration;
use crate::domain::{Discard, Frame, Moment};

/// What ends a scan.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ending {
    /// Enter, Tab or silence, whichever comes first: for a device whose suffix nobody has told us.
    ///
    /// Each scan teaches. After one that ended by Enter or Tab, one that goes silent is half a code: thrown away, and the
    /// lesson with it. After one that ended by silence the short silence counts; before any, the long one.
    #[default]
    Any,
    /// Enter; a Tab is content, and a scan that goes silent without Enter is thrown away.
    Enter,
    /// Tab; a line end is content, and a scan that goes silent without Tab is thrown away.
    Tab,
    /// Silence; one trailing CR, LF, CR LF or Tab is taken off.
    Silence,
}

/// How one wedge types. The default fits an unconfigured scanner.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyboardOptions {
    /// The country setting of the scanner; default `us`.
    pub layout: Layout,
    /// The code page of Alt numbers without a leading zero; default by layout (437 for `us`, else 850).
    pub oem_page: Option<OemPage>,
    /// A dead key types its accent at once: scanners that know nothing of dead keys. Default `false`.
    pub dead_keys_plain: bool,
    /// The scanner types lower case for upper and the reverse (Caps Lock on at the scanner). Default `false`.
    pub case_inverted: bool,
    /// Keys that stand for a byte, such as Down (0x51) for GS; default none.
    pub keys: Vec<(u8, u8)>,
    /// Characters that the scanner sends in place of a control byte, such as `|` for GS; default none, never guessed.
    pub replaced: Vec<(char, u8)>,
    /// What ends a scan; default [`Ending::Any`].
    pub ending: Ending,
    /// Silence that ends a scan of a device that ends its scans so; default 200 ms (measured gaps between keys are 1 to
    /// 19 ms), Bluetooth needs 500 ms.
    pub gap: Duration,
    /// Silence after which a scan of any other device is over; default 1 s: the reading thread may have to wait for a
    /// processor longer than `gap` (seen on an emulated machine), and a code cut in two is two wrong codes.
    pub stall: Duration,
    /// Bytes in front that the scanner adds; exactly one is taken off. Default none.
    pub prefix: Vec<u8>,
    /// Bytes behind, before the ending, that the scanner adds; exactly one is taken off. Default none.
    pub suffix: Vec<u8>,
    /// Longest frame, bytes; default [`KeyboardOptions::FRAME_MAX`].
    pub frame_max: usize,
    /// Where the reports keep their keys; default the boot report.
    pub fields: KeyFields,
}

impl KeyboardOptions {
    /// Default of `frame_max`: a QR code holds 7,089 digits, a GS1 message 8,191 characters.
    pub const FRAME_MAX: usize = 8192;
    /// Default of `gap`.
    pub const GAP: Duration = Duration::from_millis(200);
    /// Default of `stall`.
    pub const STALL: Duration = Duration::from_secs(1);
}

impl Default for KeyboardOptions {
    fn default() -> Self {
        Self {
            layout: Layout::Us,
            oem_page: None,
            dead_keys_plain: false,
            case_inverted: false,
            keys: Vec::new(),
            replaced: Vec::new(),
            ending: Ending::Any,
            gap: Self::GAP,
            stall: Self::STALL,
            prefix: Vec::new(),
            suffix: Vec::new(),
            frame_max: Self::FRAME_MAX,
            fields: KeyFields::default(),
        }
    }
}

/// Cuts the reports of one keyboard wedge into frames.
pub struct KeyboardDecoder {
    keys: Keys,
    options: KeyboardOptions,
    bytes: Vec<u8>,
    typed: Vec<Typed>,
    spoiled_by: Option<u8>,
    overlong: bool,
    last: Option<Moment>,
    lesson: Lesson,
}

/// What the last scan taught of a device whose ending nobody has told us.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Lesson {
    Nothing,
    EndsByKey,
    EndsBySilence,
}

impl KeyboardDecoder {
    /// Makes a decoder for a device that types like this.
    #[must_use]
    pub fn new(options: KeyboardOptions) -> Self {
        let habits = Habits {
            layout: options.layout,
            oem_page: options.oem_page,
            dead_keys_plain: options.dead_keys_plain,
            keys: options.keys.clone(),
            fields: options.fields.clone(),
        };
        Self {
            keys: Keys::new(habits),
            options,
            bytes: Vec::new(),
            typed: Vec::new(),
            spoiled_by: None,
            overlong: false,
            last: None,
            lesson: Lesson::Nothing,
        }
    }

    /// The silence that ends or spoils what has begun.
    fn silence(&self) -> Duration {
        let short = match self.options.ending {
            Ending::Any => self.lesson == Lesson::EndsBySilence,
            Ending::Enter | Ending::Tab => false,
            Ending::Silence => true,
        };
        if short { self.options.gap } else { self.options.gap.max(self.options.stall) }
    }

    fn take(&mut self, typed: Typed, at: Moment, out: &mut Vec<Decoded>) {
        match typed {
            Typed::Unknown(usage) => self.spoiled_by = self.spoiled_by.or(Some(usage)),
            Typed::Mapped(byte) => self.byte(byte),
            Typed::Character(character @ ('\r' | '\n' | '\t')) => {
                if self.ends(character) {
                    if self.pending() {
                        self.lesson = Lesson::EndsByKey;
                    }
                    self.close(at, out);
                } else {
                    self.character(character);
                }
            }
            Typed::Character(character) => self.character(character),
        }
    }

    /// Whether this line end or Tab ends the scan.
    fn ends(&self, character: char) -> bool {
        let asked = match self.options.ending {
            Ending::Any => true,
            Ending::Enter => character != '\t',
            Ending::Tab => character == '\t',
            Ending::Silence => false,
        };
        asked && !self.inside_body()
    }

    /// Whether a body has begun that may hold line ends and has not come to its own end.
    fn inside_body(&self) -> bool {
        const EOT: u8 = 0x04;
        let body = self.bytes.strip_prefix(self.options.prefix.as_slice()).unwrap_or(&self.bytes);
        let body = match body {
            [b']', _, _, rest @ ..] => rest,
            all => all,
        };
        if body.starts_with(b"[)>") {
            return body.last() != Some(&EOT);
        }
        let Some(rest) = body.strip_prefix(b"BEGIN:V") else { return false };
        let name_end = rest.iter().position(|it| matches!(it, b'\r' | b'\n' | b'\t')).unwrap_or(rest.len());
        let (name, lines) = rest.split_at(name_end);
        !lines.strip_suffix(name).is_some_and(|it| it.ends_with(b"END:V"))
    }

    fn character(&mut self, character: char) {
        if let Some((_, byte)) = self.options.replaced.iter().find(|(it, _)| *it == character) {
            return self.byte(*byte);
        }
        let character = if self.options.case_inverted { swapped(character) } else { character };
        let mut utf8 = [0; 4];
        for byte in character.encode_utf8(&mut utf8).bytes() {
            self.byte(byte);
        }
    }

    fn byte(&mut self, byte: u8) {
        if self.bytes.len() < self.options.frame_max {
            self.bytes.push(byte);
        } else {
            self.overlong = true;
        }
    }

    fn pending(&self) -> bool {
        !self.bytes.is_empty() || self.spoiled_by.is_some() || self.overlong || self.keys.waiting()
    }

    /// Hands out what was typed; an ending with nothing before it is the second half of CR LF.
    fn close(&mut self, at: Moment, out: &mut Vec<Decoded>) {
        let bytes = std::mem::take(&mut self.bytes);
        self.last = None;
        if calibration::is_card(&bytes) {
            (self.spoiled_by, self.overlong) = (None, false);
            out.push(Decoded::Discard(Discard::CalibrationCard { taught: None }));
        } else if let Some(usage) = self.spoiled_by.take() {
            self.overlong = false;
            out.push(Decoded::Discard(Discard::UnknownKey { usage }));
        } else if std::mem::take(&mut self.overlong) {
            out.push(Decoded::Discard(Discard::TooLong { frame_max: self.options.frame_max }));
        } else {
            let framed = bytes.strip_prefix(self.options.prefix.as_slice()).unwrap_or(&bytes);
            let framed = framed.strip_suffix(self.options.suffix.as_slice()).unwrap_or(framed);
            if !framed.is_empty() {
                out.push(Decoded::Frame(Frame {
                    bytes: framed.to_vec(),
                    at,
                    stale: false,
                    symbology: None,
                    event_time: None,
                }));
            }
        }
    }

    /// Ends a scan that went silent.
    fn close_silent(&mut self, at: Moment, out: &mut Vec<Decoded>) {
        let whole = match self.options.ending {
            Ending::Any => self.lesson != Lesson::EndsByKey,
            Ending::Silence => true,
            Ending::Enter | Ending::Tab => false,
        };
        // A body without its own end says nothing of the device: its control characters were lost on the way.
        let body = self.inside_body();
        if !body {
            self.lesson = if whole { Lesson::EndsBySilence } else { Lesson::Nothing };
        }
        let whole = whole || body;
        if self.spoiled_by.is_some() || self.overlong {
            return self.close(at, out);
        }
        if !whole && !calibration::is_card(&self.bytes) {
            self.last = None;
            let bytes = std::mem::take(&mut self.bytes).len();
            return out.push(Decoded::Discard(Discard::Unfinished { bytes }));
        }
        let left = without_ending(&self.bytes).len();
        self.bytes.truncate(left);
        self.close(at, out);
    }
}

impl Decoder for KeyboardDecoder {
    fn held(&self) -> usize {
        self.bytes.capacity()
    }

    fn push(&mut self, report: &[u8], at: Moment, out: &mut Vec<Decoded>) {
        self.expire(at, out);
        let mut typed = std::mem::take(&mut self.typed);
        self.keys.report(report, &mut typed);
        for it in typed.drain(..) {
            self.last = Some(at);
            self.take(it, at, out);
        }
        self.typed = typed;
        if self.keys.waiting() {
            self.last = Some(at);
        }
    }

    fn deadline(&self) -> Option<Duration> {
        Some(self.last.filter(|_| self.pending())?.uptime + self.silence())
    }

    fn expire(&mut self, now: Moment, out: &mut Vec<Decoded>) {
        let Some(last) = self.last else { return };
        if now.since(last) < self.silence() {
            return;
        }
        let mut typed = std::mem::take(&mut self.typed);
        self.keys.end(&mut typed);
        for it in typed.drain(..) {
            self.take(it, last, out);
        }
        self.typed = typed;
        if self.pending() {
            self.close_silent(last, out);
        }
        self.last = None;
    }

    fn pulled(&mut self, out: &mut Vec<Decoded>) {
        if self.pending() {
            out.push(Decoded::Discard(Discard::PulledMidway { bytes: self.bytes.len() }));
        }
        *self = Self::new(std::mem::take(&mut self.options));
    }
}

/// The other case of a letter; anything else stays.
fn swapped(character: char) -> char {
    let (mut upper, mut lower) = (character.to_uppercase(), character.to_lowercase());
    match (upper.next(), upper.next(), lower.next(), lower.next()) {
        (Some(upper), None, Some(_), None) if upper != character => upper,
        (Some(_), None, Some(lower), None) => lower,
        _ => character,
    }
}

/// Takes off one CR, LF, CR LF or Tab.
fn without_ending(bytes: &[u8]) -> &[u8] {
    match bytes {
        [rest @ .., b'\r', b'\n'] | [rest @ .., b'\r' | b'\n' | b'\t'] => rest,
        all => all,
    }
}
