//! The bit stream of a QR symbol: segments with modes, counts and characters (ISO/IEC 18004 §7.4).
//!
//! It reads what rqrr does not: FNC1 (§7.4.8), structured append (§8), ECI, hanzi; and the rest too, so that the two can
//! be compared byte for byte.
//! Invariant: a stream that breaks a rule of the standard is refused whole; work is linear in its length.
//! Deliberately absent: what GS1 data means, which is in `identify`.

use super::charset::{Charset, text_of};
use crate::vision::number;

/// Where one symbol stands in a message spread over several (structured append).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Append {
    /// 0 is the first.
    pub(crate) index: u8,
    /// How many there are, 1 to 16.
    pub(crate) total: u8,
    /// All bytes of the whole message XORed: the same in every part.
    pub(crate) parity: u8,
}

/// Whose data format FNC1 announced.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fnc1 {
    /// GS1: FNC1 in first position.
    Gs1,
    /// Another industry, named by an application indicator: FNC1 in second position.
    Industry,
}

/// What a symbol says.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Content {
    /// The bytes as a reader would send them: FNC1 as a separator is GS (0x1D).
    pub(crate) bytes: Vec<u8>,
    /// The same as text.
    pub(crate) text: String,
    pub(crate) fnc1: Option<Fnc1>,
    pub(crate) append: Option<Append>,
    /// Whether an ECI was named.
    pub(crate) eci: bool,
}

impl Content {
    /// The modifier of the symbology identifier `]Q` (ISO/IEC 15424).
    pub(crate) const fn aim_modifier(&self) -> u8 {
        match (self.fnc1, self.eci) {
            (None, false) => b'1',
            (None, true) => b'2',
            (Some(Fnc1::Gs1), false) => b'3',
            (Some(Fnc1::Gs1), true) => b'4',
            (Some(Fnc1::Industry), false) => b'5',
            (Some(Fnc1::Industry), true) => b'6',
        }
    }
}

struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    const fn left(&self) -> usize {
        self.bytes.len() * 8 - self.at
    }

    fn take(&mut self, many: usize) -> Option<u32> {
        if self.left() < many {
            return None;
        }
        let mut value = 0;
        for _ in 0..many {
            let byte = self.bytes.get(self.at / 8)?;
            value = value << 1 | u32::from(byte >> (7 - self.at % 8) & 1);
            self.at += 1;
        }
        Some(value)
    }
}

/// Reads a symbol's data codewords. `strict` asks for the standard's padding and no control characters: a proof of
/// correctness that costs honest symbols little and random ones everything.
pub(crate) fn read(codewords: &[u8], version: usize, strict: bool) -> Option<Content> {
    let mut stream = Stream {
        bits: Bits { bytes: codewords, at: 0 },
        size: usize::from(version > 9) + usize::from(version > 26),
        charset: Charset::Unsaid,
        runs: Vec::new(),
        content: Content::default(),
    };
    while stream.bits.left() >= 4 {
        let mode = stream.bits.take(4)?;
        if mode == 0 {
            break;
        }
        stream.segment(mode)?;
    }
    let after = stream.bits.at;
    let mut content = stream.content;
    content.text = stream.runs.iter().map(|(charset, bytes)| text_of(*charset, bytes)).collect();
    content.bytes = stream.runs.into_iter().flat_map(|(_, bytes)| bytes).collect();
    let control = |it: char| it.is_control() && !matches!(it, '\n' | '\r' | '\t' | '\u{1D}' | '\u{1E}' | '\u{4}');
    if content.bytes.is_empty() || strict && (!padded(codewords, after) || content.text.chars().any(control)) {
        return None;
    }
    Some(content)
}

/// Whether the rest of the codewords is 0xEC, 0x11, 0xEC … (§7.4.10).
fn padded(codewords: &[u8], bits: usize) -> bool {
    let pad = [0xEC, 0x11].iter().cycle();
    codewords.iter().skip(bits.div_ceil(8)).zip(pad).all(|(a, b)| a == b)
}

struct Stream<'a> {
    bits: Bits<'a>,
    /// 0, 1, 2 for versions up to 9, 26, 40: how wide counts are (table 3).
    size: usize,
    charset: Charset,
    runs: Vec<(Charset, Vec<u8>)>,
    content: Content,
}

impl Stream<'_> {
    fn segment(&mut self, mode: u32) -> Option<()> {
        match mode {
            1 => self.numeric(),
            2 => self.alphanumeric(),
            3 => {
                let place = self.bits.take(8)?;
                let parity = number::low_byte(self.bits.take(8)?);
                let total = number::low_byte(place & 15) + 1;
                let index = number::low_byte(place >> 4);
                self.content.append = Some(Append { index, total, parity });
                Some(())
            }
            4 => self.byte(),
            5 => {
                self.content.fnc1 = Some(Fnc1::Gs1);
                Some(())
            }
            7 => self.eci(),
            8 => self.double(0xC0, 0x1F00, 0x8140, 0xC140, Charset::ShiftJis),
            9 => {
                let indicator = number::low_byte(self.bits.take(8)?);
                self.content.fnc1 = Some(Fnc1::Industry);
                // A letter travels as its ASCII value plus 100, two digits as their number (§7.4.8.3).
                let text = match indicator {
                    0..=99 => format!("{indicator:02}"),
                    165..=190 | 197..=222 => char::from(indicator - 100).to_string(),
                    _ => return None,
                };
                self.put(Charset::Ascii, text.as_bytes());
                Some(())
            }
            13 => {
                // GB/T 18284: a subset indicator, then as kanji.
                self.bits.take(4)?;
                self.double(0x60, 0xA00, 0xA1A1, 0xA6A1, Charset::Gb18030)
            }
            _ => None,
        }
    }

    fn put(&mut self, charset: Charset, bytes: &[u8]) {
        match self.runs.last_mut() {
            Some((last, run)) if *last == charset => run.extend_from_slice(bytes),
            _ => self.runs.push((charset, bytes.to_vec())),
        }
    }

    fn count(&mut self, widths: [usize; 3]) -> Option<u32> {
        self.bits.take(*widths.get(self.size)?)
    }

    fn numeric(&mut self) -> Option<()> {
        let mut left = self.count([10, 12, 14])?;
        while left > 0 {
            let (digits, width, limit) = match left {
                1 => (1, 4, 10),
                2 => (2, 7, 100),
                _ => (3, 10, 1000),
            };
            let value = self.bits.take(width)?;
            if value >= limit {
                return None;
            }
            let wide = number::count(digits);
            self.put(Charset::Ascii, format!("{value:0wide$}").as_bytes());
            left -= digits;
        }
        Some(())
    }

    fn alphanumeric(&mut self) -> Option<()> {
        let mut left = self.count([9, 11, 13])?;
        let mut text = Vec::new();
        while left >= 2 {
            let pair = self.bits.take(11)?;
            text.extend([letter(pair / 45)?, letter(pair % 45)?]);
            left -= 2;
        }
        if left == 1 {
            text.push(letter(self.bits.take(6)?)?);
        }
        if self.content.fnc1.is_some() {
            text = separated(&text);
        }
        self.put(Charset::Ascii, &text);
        Some(())
    }

    fn byte(&mut self) -> Option<()> {
        let many = number::count(self.count([8, 16, 16])?);
        if self.bits.left() < many * 8 {
            return None;
        }
        let mut bytes = Vec::with_capacity(many);
        for _ in 0..many {
            bytes.push(number::low_byte(self.bits.take(8)?));
        }
        self.put(self.charset, &bytes);
        Some(())
    }

    fn eci(&mut self) -> Option<()> {
        let first = self.bits.take(8)?;
        let number = match first {
            0..=0x7F => first,
            0x80..=0xBF => (first & 0x3F) << 8 | self.bits.take(8)?,
            0xC0..=0xDF => (first & 0x1F) << 16 | self.bits.take(16)?,
            _ => return None,
        };
        self.charset = Charset::Eci(number);
        self.content.eci = true;
        Some(())
    }

    /// Kanji and hanzi: thirteen bits a character, unpacked into two bytes.
    fn double(&mut self, base: u32, split: u32, low: u32, high: u32, charset: Charset) -> Option<()> {
        let many = self.count([8, 10, 12])?;
        let mut bytes = Vec::new();
        for _ in 0..many {
            let value = self.bits.take(13)?;
            let packed = ((value / base) << 8) | (value % base);
            let pair = packed + if packed < split { low } else { high };
            bytes.extend([number::low_byte(pair >> 8), number::low_byte(pair)]);
        }
        self.put(charset, &bytes);
        Some(())
    }
}

fn letter(value: u32) -> Option<u8> {
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:".get(number::count(value)).copied()
}

/// With FNC1 a `%` is a separator and `%%` a percent sign (§7.4.8.2).
fn separated(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.iter().peekable();
    while let Some(byte) = rest.next() {
        if *byte == b'%' && rest.next_if(|it| **it == b'%').is_none() {
            out.push(0x1D);
        } else {
            out.push(*byte);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Append, Fnc1, read};

    /// Packs groups of (value, bits) and pads as the standard does.
    fn packed(groups: &[(u32, usize)], length: usize) -> Vec<u8> {
        let mut bits: Vec<bool> =
            groups.iter().flat_map(|(value, width)| (0..*width).rev().map(move |it| value >> it & 1 == 1)).collect();
        bits.resize(bits.len().next_multiple_of(8), false);
        let mut bytes: Vec<u8> =
            bits.chunks(8).map(|it| it.iter().fold(0, |byte, bit| byte << 1 | u8::from(*bit))).collect();
        let pad = [0xEC, 0x11].into_iter().cycle().take(length - bytes.len());
        bytes.extend(pad);
        bytes
    }

    #[track_caller]
    fn check(groups: &[(u32, usize)], bytes: &[u8], aim: u8) {
        let content = read(&packed(groups, 40), 3, true).unwrap();
        assert_eq!((content.bytes.as_slice(), content.aim_modifier()), (bytes, aim));
    }

    #[test]
    fn each_mode_is_read_as_the_standard_has_it() {
        // ISO/IEC 18004 §7.4.3: 01234567 in numeric mode; §7.4.4: AC-42 in alphanumeric mode.
        check(&[(1, 4), (8, 10), (12, 10), (345, 10), (67, 7), (0, 4)], b"01234567", b'1');
        check(&[(2, 4), (5, 9), (462, 11), (1849, 11), (2, 6), (0, 4)], b"AC-42", b'1');
        check(&[(4, 4), (2, 8), (0x41, 8), (0x42, 8), (0, 4)], b"AB", b'1');
        // §7.4.6: the kanji 0x935F is 0xD9F, 0xE4AA is 0x1AAA.
        check(&[(8, 4), (2, 8), (0xD9F, 13), (0x1AAA, 13), (0, 4)], b"\x93\x5F\xE4\xAA", b'1');
        check(&[(7, 4), (9, 8), (4, 4), (1, 8), (0xE1, 8), (0, 4)], b"\xE1", b'2');
        // A%B%%C with FNC1: a separator and a percent sign.
        check(&[(5, 4), (2, 4), (2, 9), (10 * 45 + 38, 11), (0, 4)], b"A\x1d", b'3');
        check(&[(5, 4), (2, 4), (2, 9), (38 * 45 + 38, 11), (0, 4)], b"%", b'3');
        // §7.4.8.3: application indicator 37, then AB.
        check(&[(9, 4), (37, 8), (4, 4), (2, 8), (0x41, 8), (0x42, 8), (0, 4)], b"37AB", b'5');
    }

    #[test]
    fn a_part_of_a_longer_message_says_which() {
        let groups = [(3, 4), (1, 4), (2, 4), (0xA5, 8), (4, 4), (1, 8), (0x41, 8), (0, 4)];
        let content = read(&packed(&groups, 20), 1, false).unwrap();
        assert_eq!(content.append, Some(Append { index: 1, total: 3, parity: 0xA5 }));
        assert_eq!(content.fnc1, None::<Fnc1>);
    }

    #[test]
    fn a_broken_stream_is_refused_whole() {
        let refused = |groups: &[(u32, usize)], strict: bool| {
            assert_eq!(read(&packed(groups, 20), 1, strict), None, "{groups:?}");
        };
        refused(&[(1, 4), (3, 10), (1000, 10), (0, 4)], false);
        refused(&[(2, 4), (2, 9), (45 * 45, 11), (0, 4)], false);
        refused(&[(4, 4), (200, 8), (0x41, 8)], false);
        refused(&[(6, 4)], false);
        refused(&[(0, 4)], false);
        refused(&[(4, 4), (1, 8), (0x07, 8), (0, 4)], true);
        refused(&[(4, 4), (1, 8), (0x41, 8), (0, 4), (0xED, 8)], true);
    }
}
