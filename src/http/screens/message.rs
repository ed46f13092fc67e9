//! The bytes of one message as the HTML standard writes them (section 9.2, Server-sent events).
//!
//! Our JSON stands on one line, so one `data:` line carries it; were there a line break, each line gets its own.
//! Deliberately absent: the JSON itself.

use crate::domain::{EventSeq, Update, UpdateName};

/// What a screen gets before its first message: the head of the answer, and how long to wait before coming back.
///
/// `retry` is a field of the first message, which is the state. The body ends when the connection does, which every HTTP/1 client understands.
pub(super) const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\n\
content-type: text/event-stream; charset=utf-8\r\n\
cache-control: no-store\r\n\
x-content-type-options: nosniff\r\n\
content-security-policy: default-src 'none'\r\n\
x-accel-buffering: no\r\n\
connection: close\r\n\r\n\
retry: 1000\n";

/// A comment, for a silence.
pub(super) const KEEP_ALIVE: &[u8] = b":\n\n";

/// Writes one message.
pub(super) fn write(out: &mut Vec<u8>, update: &Update) {
    message(out, update.seq, update.name, &update.json);
}

/// Writes one message from its parts.
pub(super) fn message(out: &mut Vec<u8>, seq: Option<EventSeq>, name: UpdateName, json: &str) {
    out.reserve(json.len().saturating_add(48));
    if let Some(EventSeq(seq)) = seq {
        out.extend_from_slice(b"id: ");
        out.extend_from_slice(seq.to_string().as_bytes());
        out.push(b'\n');
    }
    match name {
        UpdateName::Scan => {}
        UpdateName::State => out.extend_from_slice(b"event: state\n"),
    }
    for line in json.split(['\n', '\r']) {
        out.extend_from_slice(b"data: ");
        out.extend_from_slice(line.as_bytes());
        out.push(b'\n');
    }
    out.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::message;
    use crate::domain::{EventSeq, UpdateName};

    #[track_caller]
    fn check(seq: Option<i64>, name: UpdateName, json: &str, expected: &str) {
        let mut out = Vec::new();
        message(&mut out, seq.map(EventSeq), name, json);
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn a_scan_has_its_ledger_number_and_a_state_has_none() {
        check(Some(7), UpdateName::Scan, "{}", "id: 7\ndata: {}\n\n");
        check(None, UpdateName::State, "{}", "event: state\ndata: {}\n\n");
    }

    #[test]
    fn a_line_break_can_not_end_a_message_early() {
        check(None, UpdateName::Scan, "{\n\r}", "data: {\ndata: \ndata: }\n\n");
    }
}
