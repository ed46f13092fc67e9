//! What is not a code at all: nothing but framing, a scanner's reply to a command, its word for "nothing read".
//!
//! A reply looks like a scan on HID POS; only its symbology identifier tells (`]X0` and `]Z6`, Honeywell).
//! Deliberately absent: repeats within a second, which the station sees because it has the clock.

use crate::domain::{AimId, Confidence, Identifier, Kind};

use super::aim::Content;
use super::payload::Payload;

/// Answers for nothing but framing; a GS1 or EAN symbol cannot be empty and is left to its reader.
pub(crate) fn empty(payload: &Payload<'_>) -> Option<Identifier> {
    let claimed = payload.promises(Content::ElementStrings) || payload.promises(Content::TradeItem);
    (payload.text.is_empty() && !claimed)
        .then(|| Identifier::new(Kind::Empty, "", Confidence::Certain, "Nothing but framing arrived."))
}

/// Answers for a scanner's reply to a command.
pub(crate) fn reply(payload: &Payload<'_>) -> Option<Identifier> {
    let is_reply = match payload.aim.map(|it| (it.code_character(), AimId::modifier(it))) {
        Some((b'Z', b'6')) => true,
        // The same identifier marks Bookland EAN on some models: digits are a scan, and nothing is nothing.
        Some((b'X', b'0')) => !payload.bytes.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    is_reply.then(|| {
        Identifier::new(Kind::DeviceReply, "", Confidence::Certain, "The scanner answers a command: not a scan.")
    })
}

/// Answers for a fixed scanner's word for "nothing read".
pub(crate) fn no_read(payload: &Payload<'_>) -> Option<Identifier> {
    let known = payload.options.no_read.iter().any(|it| *it == payload.text);
    known.then(|| {
        Identifier::new(Kind::NoRead, "", Confidence::Low, "A fixed scanner sends this text when it read nothing.")
    })
}
