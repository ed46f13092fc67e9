//! The precedence: one table, read from the top; the first reader that is certain wins.
//!
//! A weaker answer keeps what the later rows would have said as its second candidates, so that the page and the
//! ledger can show both. Rows below `asks the register first` put the question for the bare text in front of theirs.
//! Deliberately absent: how anything is read; each row names its reader.

use crate::domain::{Candidate, Confidence, Identifier};

use super::payload::Payload;
use super::{gtin, own, plain, secret, transport};

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
    row( 0, "nothing but framing",                   "",        "certain", transport::empty),
    row( 0, "a scanner's reply to a command",        "aim",     "certain", transport::reply),
    row( 0, "a scanner's word for nothing read",     "device",  "low",     transport::no_read),
    row( 2, "own command card",                      "config",  "certain", own::command),
    row( 3, "a secret",                              "",        "certain", secret::read),
    row( 4, "own badge",                             "config",  "certain", own::badge),
    row( 4, "own tag",                               "config",  "certain", own::tag),
    row( 4, "own tag behind our own address",        "config",  "certain", own::link),
    row( 4, "own location",                          "config",  "certain", own::location),
    row( 4, "own quantity",                          "config",  "certain", own::quantity),
    row( 4, "own job",                               "config",  "certain", own::job),
    row( 6, "an EAN/UPC or ITF-14 symbol",           "aim",     "certain", gtin::promised),
    row(15, "8, 12, 13, 14 digits and mod 10",       "content", "medium",  gtin::bare),
    row(15, "13 digits and mod 10, and an add-on",   "content", "low",     gtin::with_add_on),
    row(17, "anything else",                         "",        "low",     |it| Some(plain::read(it))),
];

/// Reads a payload by the table.
pub(crate) fn read(payload: &Payload<'_>) -> Identifier {
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
