//! The precedence: one table, read from the top; the first reader that is certain wins.
//!
//! A weaker answer keeps what the later rows would have said as its second candidates, so that the page and the
//! ledger can show both. Rows below `asks the register first` put the question for the bare text in front of theirs.
//! Deliberately absent: how anything is read; each row names its reader.

use crate::domain::{Candidate, Confidence, Identifier, Kind};

use super::options::PAYLOAD_MAX;
use super::payload::{Payload, invalid};
use super::{bare, envelope, epc, foreign, gs1, gtin, hibc, own, plain, secret, transport, typed, web};

/// A reader: it answers, or steps aside.
type Reader = fn(&Payload<'_>) -> Option<Identifier>;

/// One row of the precedence.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The step; rows of one step cannot both apply.
    pub step: u8,
    /// What is tested.
    pub test: &'static str,
    /// What it needs to know besides the content.
    pub needs: &'static str,
    /// How sure an answer is, at most.
    pub confidence: &'static str,
    reader: Reader,
}

const fn row(step: u8, test: &'static str, needs: &'static str, confidence: &'static str, reader: Reader) -> Row {
    Row { step, test, needs, confidence, reader }
}

/// The precedence, strongest first.
#[rustfmt::skip]
pub const PRECEDENCE: &[Row] = &[
    row( 0, "a scanner's reply to a command",        "aim",     "certain", transport::reply),
    row( 0, "nothing but framing",                   "",        "certain", transport::empty),
    row( 0, "a scanner's word for nothing read",     "device",  "low",     transport::no_read),
    row( 2, "own command card",                      "config",  "certain", own::command),
    row( 3, "a secret",                              "",        "certain", secret::read),
    row( 4, "own badge",                             "config",  "certain", own::badge),
    row( 4, "own tag",                               "config",  "certain", own::tag),
    row( 4, "own tag behind our own address",        "config",  "certain", own::link),
    row( 4, "own location",                          "config",  "certain", own::location),
    row( 4, "own quantity",                          "config",  "certain", own::quantity),
    row( 4, "own job",                               "config",  "certain", own::job),
    row( 5, "a symbol that announces GS1 data",      "aim",     "certain", gs1::promised),
    row( 6, "an EAN/UPC or ITF-14 symbol",           "aim",     "certain", gtin::promised),
    row( 7, "an ISO/IEC 15434 message",              "content", "certain", envelope::read),
    row( 8, "a Digital Link",                        "content", "high",    gs1::digital_link),
    row( 8, "a foreign tag behind a web address",    "content", "high",    web::tag),
    row( 8, "any other web address",                 "content", "certain", web::link),
    row( 9, "a card that names a person",            "content", "high",    foreign::card),
    row( 9, "a distributor's label",                 "content", "high",    foreign::distributor),
    row( 9, "a foreign system's code",               "content", "medium",  foreign::code),
    row(10, "+ and mod 43: a HIBC label",            "content", "high",    hibc::read),
    // Step 11: from here on the register is asked for the text as it stands before anything else.
    row(12, "GS1 elements in brackets",              "content", "high",    gs1::bracketed),
    row(13, "a network address with separators",     "content", "high",    typed::eui::read),
    row(13, "a VIN whose check holds, or I + VIN",   "content", "high",    typed::vin::read),
    row(13, "an ISBN 978 or 979",                    "content", "high",    typed::book::read),
    row(13, "1H, 22S, 43S in front",                 "config",  "high",    bare::sure),
    row(14, "GS1 elements that nothing announced",   "content", "medium",  gs1::unannounced),
    row(15, "an EPC in hexadecimal",                 "content", "medium",  epc::read),
    row(15, "15 digits and Luhn: an IMEI",           "content", "medium",  typed::imei::read),
    row(15, "8, 12, 13, 14 digits and mod 10",       "content", "medium",  gtin::bare),
    row(15, "20 digits, 00 in front: an SSCC",       "content", "medium",  typed::number::read_sscc),
    row(15, "19, 20 digits, 89 in front, Luhn",      "content", "medium",  typed::iccid::read),
    row(15, "18 digits and mod 10: an SSCC",         "content", "low",     typed::number::read_bare_sscc),
    row(15, "13 digits and mod 10, and an add-on",   "content", "low",     gtin::with_add_on),
    row(16, "1T and its like in front",              "config",  "low",     bare::unsure),
    row(17, "anything else",                         "",        "low",     |it| Some(plain::read(it))),
    // Below the last row: what the text might be besides, never more than a second candidate.
    row(18, "the shape of a VIN",                    "content", "low",     typed::vin::shape_alone),
    row(18, "twelve hexadecimal digits",             "content", "low",     typed::eui::shape_alone),
    row(18, "the form of a book's number",           "content", "low",     typed::book::shape_alone),
    row(18, "a trade item number in Code 128",       "content", "low",     gtin::shape_alone),
];

/// Reads a payload by the table.
pub(crate) fn read(payload: &Payload<'_>) -> Identifier {
    if payload.bytes.len() > PAYLOAD_MAX {
        return secret::read(payload).unwrap_or_else(|| too_long(payload));
    }
    let mut rows = PRECEDENCE.iter();
    let Some(mut answer) = rows.by_ref().find_map(|row| (row.reader)(payload)) else {
        return plain::read(payload);
    };
    if answer.confidence > Confidence::High {
        for other in rows.filter_map(|row| (row.reader)(payload)) {
            add_candidate(&mut answer, other);
        }
    }
    answer
}

/// The answer for a payload that no symbol holds; only its beginning is kept.
fn too_long(payload: &Payload<'_>) -> Identifier {
    let beginning: String = payload.text.chars().take(SHOWN_MAX).collect();
    let reason = format!("{} bytes; at most {PAYLOAD_MAX} are looked at", payload.bytes.len());
    invalid(Kind::Unknown, &beginning, "It is longer than any symbol can hold.", reason)
}

/// Characters kept of a payload that is too long.
const SHOWN_MAX: usize = 80;

fn add_candidate(answer: &mut Identifier, other: Identifier) {
    let known = |it: &Candidate| it.kind == other.kind && it.key == other.key;
    if (answer.kind, &answer.key) == (other.kind, &other.key) || answer.candidates.iter().any(known) {
        return;
    }
    for question in other.questions {
        if !answer.questions.contains(&question) {
            answer.questions.push(question);
        }
    }
    answer.candidates.push(Candidate { kind: other.kind, key: other.key, confidence: other.confidence });
}
