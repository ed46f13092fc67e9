//! What the camera's child says to the station: messages with a length in front, over its standard output.
//!
//! Both ends are the same binary, so there is no version; numbers are little-endian.
//! Invariant: a message is at most [`MESSAGE_MAX`] bytes; whatever else arrives ends the child, never the station.
//! Deliberately absent: what goes the other way: a byte a wish (`window.rs`), and the end.

use crate::domain::{AimId, Engine, Fault, FaultKind, Symbol};
use crate::vision::{Hint, Symbologies};

/// Longest message: a still of 12 megapixels, as JPEG.
pub const MESSAGE_MAX: usize = 8 << 20;

/// The kinds of fault in the order of their numbers on the wire.
const KINDS: [FaultKind; 6] = [
    FaultKind::Disconnected,
    FaultKind::Busy,
    FaultKind::PermissionDenied,
    FaultKind::NotFound,
    FaultKind::Unsupported,
    FaultKind::Other,
];

/// One message of the child.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// The camera is open; what it calls itself, for people.
    Opened(String),
    /// It lives: a picture was taken and looked at.
    Beat,
    /// The symbols of one picture.
    Symbols(Vec<Symbol>),
    /// A small picture for the page.
    Preview(Preview),
    /// One whole picture, as a JPEG file.
    Still(Vec<u8>),
    /// It ends, and why.
    Fault(Fault),
    /// It ends because there are no more pictures.
    Ended,
}

/// A small picture for the page, with what was found in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    /// A JPEG file of at most 640 pixels a side.
    pub jpeg: Vec<u8>,
    /// Pixels a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// The corners of each symbol found, in pixels of this picture.
    pub outlines: Vec<[(f32, f32); 4]>,
    /// What could be better.
    pub hint: Option<Hint>,
}

/// Packs a message, length in front.
pub fn pack(message: &Message) -> Vec<u8> {
    let mut body = Writer(Vec::new());
    match message {
        Message::Opened(name) => {
            body.byte(b'O');
            body.bytes(name.as_bytes());
        }
        Message::Beat => body.byte(b'B'),
        Message::Symbols(symbols) => {
            body.byte(b'S');
            body.number(symbols.len());
            for symbol in symbols {
                body.symbol(symbol);
            }
        }
        Message::Preview(preview) => {
            body.byte(b'P');
            body.number(preview.width);
            body.number(preview.height);
            body.bytes(&preview.jpeg);
            body.number(preview.outlines.len());
            for corners in &preview.outlines {
                body.corners(corners);
            }
            let hint = preview.hint.and_then(|hint| Hint::EACH.iter().position(|it| *it == hint));
            body.number(hint.map_or(0, |it| it + 1));
        }
        Message::Still(jpeg) => {
            body.byte(b'J');
            body.bytes(jpeg);
        }
        Message::Fault(fault) => {
            body.byte(b'F');
            body.number(KINDS.iter().position(|it| *it == fault.kind).unwrap_or(usize::MAX));
            body.bytes(fault.message.as_bytes());
        }
        Message::Ended => body.byte(b'E'),
    }
    let mut packed = Writer(Vec::with_capacity(body.0.len() + 4));
    packed.bytes(&body.0);
    packed.0
}

struct Writer(Vec<u8>);

impl Writer {
    fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    fn number(&mut self, number: usize) {
        self.0.extend(u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
    }

    fn real(&mut self, value: f32) {
        self.0.extend(value.to_le_bytes());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len());
        self.0.extend_from_slice(bytes);
    }

    fn corners(&mut self, corners: &[(f32, f32); 4]) {
        for (x, y) in corners {
            self.real(*x);
            self.real(*y);
        }
    }

    fn symbol(&mut self, symbol: &Symbol) {
        self.number(Symbologies::EACH.iter().position(|it| *it == symbol.symbology).unwrap_or(usize::MAX));
        self.bytes(symbol.aim.map(|it| it.to_string()).unwrap_or_default().as_bytes());
        self.bytes(&symbol.bytes);
        self.bytes(symbol.text.as_bytes());
        self.corners(&symbol.corners);
        self.byte(match symbol.engine {
            Engine::Rqrr => 0,
            Engine::OwnSegments => 1,
            Engine::ZxingCpp => 2,
        });
        self.number(usize::try_from(symbol.attempts).unwrap_or(usize::MAX));
        self.real(symbol.confidence);
        self.byte(symbol.grade);
    }
}

/// Takes whole messages off the front of what has arrived; `Err` if it is no message.
pub fn unpack(arrived: &mut Vec<u8>) -> Result<Option<Message>, NotAMessage> {
    let Some(length) = arrived.first_chunk::<4>().map(|it| u32::from_le_bytes(*it)) else { return Ok(None) };
    let length = usize::try_from(length).ok().filter(|it| *it <= MESSAGE_MAX).ok_or(NotAMessage)?;
    let Some(body) = arrived.get(4..4 + length) else { return Ok(None) };
    let message = message(Reader(body)).ok_or(NotAMessage)?;
    arrived.drain(..4 + length);
    Ok(Some(message))
}

/// What arrived is no message of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("read the camera's child: it sent what is no message")]
pub struct NotAMessage;

fn message(mut body: Reader<'_>) -> Option<Message> {
    let found = match body.byte()? {
        b'O' => Message::Opened(body.text()?),
        b'B' => Message::Beat,
        b'S' => {
            let many = body.number()?;
            Message::Symbols((0..many).map(|_| body.symbol()).collect::<Option<_>>()?)
        }
        b'P' => {
            let (width, height) = (body.number()?, body.number()?);
            let jpeg = body.bytes()?.to_vec();
            let many = body.number()?;
            let outlines = (0..many).map(|_| body.corners()).collect::<Option<_>>()?;
            let hint = body.number()?.checked_sub(1).map(|it| Hint::EACH.get(it).copied());
            Message::Preview(Preview { jpeg, width, height, outlines, hint: hint.flatten() })
        }
        b'J' => Message::Still(body.bytes()?.to_vec()),
        b'F' => Message::Fault(Fault { kind: *KINDS.get(body.number()?)?, message: body.text()? }),
        b'E' => Message::Ended,
        _ => return None,
    };
    body.0.is_empty().then_some(found)
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, many: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(many)?;
        self.0 = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    fn four(&mut self) -> Option<[u8; 4]> {
        self.take(4)?.first_chunk::<4>().copied()
    }

    fn number(&mut self) -> Option<usize> {
        usize::try_from(u32::from_le_bytes(self.four()?)).ok()
    }

    fn real(&mut self) -> Option<f32> {
        Some(f32::from_le_bytes(self.four()?))
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let many = self.number()?;
        self.take(many)
    }

    fn text(&mut self) -> Option<String> {
        String::from_utf8(self.bytes()?.to_vec()).ok()
    }

    fn corners(&mut self) -> Option<[(f32, f32); 4]> {
        let mut corners = [(0.0, 0.0); 4];
        for corner in &mut corners {
            *corner = (self.real()?, self.real()?);
        }
        Some(corners)
    }

    fn symbol(&mut self) -> Option<Symbol> {
        Some(Symbol {
            symbology: *Symbologies::EACH.get(self.number()?)?,
            aim: AimId::parse(&self.text()?),
            bytes: self.bytes()?.to_vec(),
            text: self.text()?,
            corners: self.corners()?,
            engine: match self.byte()? {
                0 => Engine::Rqrr,
                1 => Engine::OwnSegments,
                2 => Engine::ZxingCpp,
                _ => return None,
            },
            attempts: u32::try_from(self.number()?).ok()?,
            confidence: self.real()?,
            grade: self.byte()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{KINDS, Message, NotAMessage, Preview, pack, unpack};
    use crate::domain::{AimId, Engine, Fault, Symbol, Symbology};
    use crate::vision::Hint;

    fn symbol() -> Symbol {
        Symbol {
            symbology: Symbology::RectangularMicroQR,
            aim: AimId::new(b'Q', b'3'),
            bytes: b"01\x1d21".to_vec(),
            text: "größe".to_owned(),
            corners: [(1.0, 2.0), (3.5, 4.0), (5.0, 6.0), (7.0, -8.25)],
            engine: Engine::OwnSegments,
            attempts: 9,
            confidence: 0.25,
            grade: 3,
        }
    }

    #[track_caller]
    fn check(message: &Message) {
        let packed = pack(message);
        let mut arrived = packed[..packed.len() - 1].to_vec();
        assert_eq!(unpack(&mut arrived), Ok(None), "half of {message:?}");
        let mut arrived = [packed.as_slice(), b"rest"].concat();
        assert_eq!(unpack(&mut arrived).as_ref().map(Option::as_ref), Ok(Some(message)));
        assert_eq!(arrived, b"rest");
    }

    #[test]
    fn every_message_arrives_as_it_was_sent_wherever_it_is_cut() {
        check(&Message::Opened("HD Camera, 1280 x 720".to_owned()));
        check(&Message::Beat);
        check(&Message::Symbols(vec![symbol(), Symbol { aim: None, ..symbol() }]));
        let outlines = vec![symbol().corners];
        let (jpeg, hint) = (b"\xff\xd8".to_vec(), Some(Hint::HoldStill));
        check(&Message::Preview(Preview { jpeg, width: 4, height: 3, outlines, hint }));
        check(&Message::Still(vec![7; 3]));
        for kind in KINDS {
            check(&Message::Fault(Fault { kind, message: "it was unplugged".to_owned() }));
        }
        check(&Message::Ended);
    }

    #[test]
    fn what_is_no_message_is_told_at_once() {
        for wrong in [&b"\xff\xff\xff\xff"[..], b"\x01\0\0\0?", b"\x02\0\0\0Bx", b"\x05\0\0\0S\xff\xff\xff\xff"] {
            assert_eq!(unpack(&mut wrong.to_vec()), Err(NotAMessage), "{wrong:02x?}");
        }
    }
}
