//! Text to tape: one statement a line, errors with line and column.
//!
//! Total: any text is a tape or an error that says what was expected. A source must be named before it is used, and times
//! never go back.
//! Deliberately absent: playing.

use std::str::FromStr;
use std::time::Duration;

use serde::Deserialize as _;
use serde::de::value::{Error as WordError, MapDeserializer};
use serde::de::{IntoDeserializer, Visitor};

use super::words::{Word, words};
use super::{Act, LANE, Step, TAPE_MAX, Tape, TapeSource, Wiring};
use crate::decode::hid_keyboard::Layout;
use crate::decode::line;
use crate::domain::{AimId, LaneId, Message, SourceId};

/// Why a text is no tape.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: expected {expected}")]
pub struct TapeError {
    /// The line, counted from 1.
    pub line: usize,
    /// The column, counted from 1.
    pub column: usize,
    /// What should have stood there.
    pub expected: String,
}

impl FromStr for Tape {
    type Err = TapeError;

    fn from_str(text: &str) -> Result<Self, TapeError> {
        if text.len() > TAPE_MAX {
            let expected = format!("a tape of at most {TAPE_MAX} bytes");
            return Err(TapeError { line: 1, column: 1, expected });
        }
        let mut reader = Reader::default();
        for (place, line) in text.lines().enumerate() {
            let number = place + 1;
            let mut found = words(line, number)?.into_iter();
            if let Some(verb) = found.next() {
                let end = line.chars().count() + 1;
                reader.statement(&mut Line { number, end, words: found, last: verb.clone() }, &verb)?;
            }
        }
        Ok(reader.tape)
    }
}

#[derive(Default)]
struct Reader {
    tape: Tape,
    at: Duration,
    named: Vec<SourceId>,
    last: Option<SourceId>,
}

/// What is left of one line.
struct Line {
    number: usize,
    end: usize,
    words: std::vec::IntoIter<Word>,
    last: Word,
}

impl Line {
    fn error(&self, column: usize, expected: impl Into<String>) -> TapeError {
        TapeError { line: self.number, column, expected: expected.into() }
    }

    /// The next word, which must be there.
    fn word(&mut self, expected: &str) -> Result<Word, TapeError> {
        let word = self.words.next().ok_or_else(|| self.error(self.end, expected))?;
        self.last = word.clone();
        Ok(word)
    }

    /// The next word as text.
    fn text(&mut self, expected: &str) -> Result<String, TapeError> {
        let word = self.word(expected)?;
        word.text().map(str::to_owned).ok_or_else(|| self.error(word.column, expected))
    }

    fn finish(&mut self) -> Result<(), TapeError> {
        match self.words.next() {
            Some(word) => Err(self.error(word.column, "nothing more on this line")),
            None => Ok(()),
        }
    }
}

impl Reader {
    fn statement(&mut self, line: &mut Line, verb: &Word) -> Result<(), TapeError> {
        let act = match verb.text().filter(|_| !verb.quoted) {
            Some("at") => return self.time(line),
            Some("source") => Act::Source(self.source(line)?),
            Some("bytes") => {
                let source = self.named_source(line)?;
                Act::Bytes(source, line.word("bytes in quotes")?.bytes)
            }
            Some("report") => Act::Report(self.named_source(line)?, report(line)?),
            Some("unplug") => Act::Unplug(self.named_source(line)?),
            Some("plug") => Act::Plug(self.named_source(line)?),
            Some("scan") => scan(line)?,
            Some("clock") => {
                let text = line.text("a time, 2026-03-29T00:59:59Z")?;
                let time = text.parse();
                Act::Clock(time.map_err(|_| line.error(line.last.column, "a time, 2026-03-29T00:59:59Z"))?)
            }
            _ => {
                let expected = "one of at, source, bytes, report, unplug, plug, scan, clock";
                return Err(line.error(verb.column, expected));
            }
        };
        line.finish()?;
        self.tape.steps.push(Step { at: self.at, act });
        Ok(())
    }

    fn time(&mut self, line: &mut Line) -> Result<(), TapeError> {
        const EXPECTED: &str = "a time like +250ms, 1.5s, +2min or 8h";
        let text = line.text(EXPECTED)?;
        let column = line.last.column;
        let (relative, rest) = text.strip_prefix('+').map_or((false, text.as_str()), |it| (true, it));
        let time = duration(rest).ok_or_else(|| line.error(column, EXPECTED))?;
        let at = if relative { self.at.saturating_add(time) } else { time };
        if at < self.at {
            return Err(line.error(column, format!("a time not before {:?}", self.at)));
        }
        self.at = at;
        line.finish()
    }

    fn source(&mut self, line: &mut Line) -> Result<TapeSource, TapeError> {
        let name = SourceId::new(&line.text("the source's name")?);
        let kind = line.text("serial, keyboard or pos")?;
        let kind_column = line.last.column;
        let mut lane = LaneId::new(LANE);
        let mut keys: Vec<(String, Word)> = Vec::new();
        while let Some(key) = line.words.next() {
            let key_text = key.text().unwrap_or_default().to_owned();
            let value = line.word("a value for this key")?;
            if key_text == "lane" {
                lane = LaneId::new(value.text().ok_or_else(|| line.error(value.column, "the lane's name"))?);
            } else {
                keys.push((key_text, value));
            }
        }
        let wiring = match kind.as_str() {
            "serial" => {
                let read = MapDeserializer::<_, WordError>::new(keys.into_iter());
                Wiring::Line(line::Options::deserialize(read).map_err(|it| line.error(kind_column, it.to_string()))?)
            }
            "keyboard" => Wiring::Keyboard(layout(line, &keys)?),
            "pos" if keys.is_empty() => Wiring::Pos,
            _ => return Err(line.error(kind_column, "serial, keyboard [layout NAME] or pos, and lane NAME")),
        };
        self.last = Some(name.clone());
        self.named.push(name.clone());
        Ok(TapeSource { name, lane, wiring })
    }

    /// The source that is named, or the one that was named last.
    fn named_source(&mut self, line: &mut Line) -> Result<SourceId, TapeError> {
        let word = line.words.as_slice().first().filter(|it| !it.quoted).cloned();
        let source = match word.as_ref().and_then(|it| Some((it, it.text()?))) {
            Some((word, name)) => {
                let known = self.named.iter().find(|it| it.as_str() == name).cloned();
                match known {
                    Some(known) => {
                        line.words.next();
                        known
                    }
                    None if is_byte(name) => self.latest(line)?,
                    None => return Err(line.error(word.column, "a source that was named before")),
                }
            }
            None => self.latest(line)?,
        };
        self.last = Some(source.clone());
        Ok(source)
    }

    fn latest(&self, line: &Line) -> Result<SourceId, TapeError> {
        self.last.clone().ok_or_else(|| line.error(line.last.column, "a source that was named before"))
    }
}

fn layout(line: &Line, keys: &[(String, Word)]) -> Result<Layout, TapeError> {
    match keys {
        [] => Ok(Layout::Us),
        [(key, value)] if key == "layout" => {
            value.text().and_then(Layout::named).ok_or_else(|| line.error(value.column, "a layout: us, gb, de or fr"))
        }
        [(_, value), ..] => Err(line.error(value.column, "layout and lane, nothing else")),
    }
}

fn scan(line: &mut Line) -> Result<Act, TapeError> {
    let mut message = Message { bytes: line.word("a message in quotes")?.bytes, ..Message::default() };
    let mut lane = LaneId::new(LANE);
    while let Some(key) = line.words.next() {
        let value = line.text("a value for this key")?;
        match key.text() {
            Some("lane") => lane = LaneId::new(&value),
            Some("aim") => {
                let aim = AimId::parse(&value);
                message.aim = Some(aim.ok_or_else(|| line.error(line.last.column, "an identifier like ]C1"))?);
            }
            _ => return Err(line.error(key.column, "lane or aim")),
        }
    }
    Ok(Act::Scan(lane, message))
}

fn is_byte(text: &str) -> bool {
    text.len() == 2 && u8::from_str_radix(text, 16).is_ok()
}

fn report(line: &mut Line) -> Result<Vec<u8>, TapeError> {
    const EXPECTED: &str = "bytes in hexadecimal, 02 00 1c";
    let mut bytes = Vec::new();
    while let Some(word) = line.words.next() {
        let byte = word.text().filter(|it| is_byte(it)).and_then(|it| u8::from_str_radix(it, 16).ok());
        bytes.push(byte.ok_or_else(|| line.error(word.column, EXPECTED))?);
    }
    if bytes.is_empty() { Err(line.error(line.end, EXPECTED)) } else { Ok(bytes) }
}

/// Units of time, longest word first.
const UNITS: &[(&str, u64)] = &[("min", 60_000_000), ("ms", 1_000), ("us", 1), ("s", 1_000_000), ("h", 3_600_000_000)];

/// A time with its unit; parts of a microsecond are not kept.
fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = UNITS.iter().find_map(|(word, unit)| Some((text.strip_suffix(word)?, *unit)))?;
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let digits = |it: &str| it.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(part) || (part.is_empty() && number.contains('.')) {
        return None;
    }
    let mut micros = whole.parse::<u64>().ok()?.checked_mul(unit)?;
    let mut place = unit;
    for digit in part.bytes() {
        place /= 10;
        micros = micros.checked_add(u64::from(digit - b'0').checked_mul(place)?)?;
    }
    Some(Duration::from_micros(micros))
}

/// A word as serde reads it: a number, true or false, or text.
pub(super) struct Value(Word);

impl IntoDeserializer<'_, WordError> for Word {
    type Deserializer = Value;

    fn into_deserializer(self) -> Value {
        Value(self)
    }
}

impl<'de> serde::Deserializer<'de> for Value {
    type Error = WordError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WordError> {
        let text = String::from_utf8(self.0.bytes).map_err(|_| serde::de::Error::custom("a key's value is text"))?;
        if self.0.quoted {
            return visitor.visit_string(text);
        }
        match (text.parse::<u64>(), text.as_str()) {
            (Ok(number), _) => visitor.visit_u64(number),
            (_, "true") => visitor.visit_bool(true),
            (_, "false") => visitor.visit_bool(false),
            _ => visitor.visit_string(text),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, WordError> {
        let text = String::from_utf8_lossy(&self.0.bytes).into_owned();
        visitor.visit_enum(text.into_deserializer())
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}
