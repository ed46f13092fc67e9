//! What a verification found: whether all holds, the first number that does not, and a sentence for each finding.
//!
//! Deliberately absent: finding anything, which is `verify`.

use super::Mark;
use super::chain;
use super::error::StoreError;
use crate::domain::{EventClass, EventSeq};

/// Sentences a report holds at most; the first are the ones that matter.
pub(super) const SENTENCES_MAX: usize = 20;

/// Up to where the ledger is signed.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct SignedUpTo {
    /// The last event that a checkpoint covers whose key counts, or, with no key to compare with, whose signature holds.
    pub seq: EventSeq,
    /// When it was signed, microseconds since 1970.
    pub time: i64,
    /// The key that signed, hexadecimal.
    pub public_key: String,
}

/// Events of one class whose words were taken by purges, each named in the ledger by the purge that took it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct PurgedClass {
    /// The class.
    pub class: EventClass,
    /// How many.
    pub events: u64,
    /// The last of them.
    pub up_to: EventSeq,
    /// Events of kind `purged` that name them.
    pub purges: u64,
    /// The first of these.
    pub first_purge: EventSeq,
    /// The last of these.
    pub last_purge: EventSeq,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Report {
    /// Whether everything holds.
    pub ok: bool,
    /// Events in the ledger.
    pub events: u64,
    /// The hash of the last event, hexadecimal.
    pub head: String,
    /// The first number that is missing or does not fit.
    pub first_bad: Option<EventSeq>,
    /// Up to where it is signed, by which key, and when; `None` if nothing is.
    pub signed: Option<SignedUpTo>,
    /// Events behind the last checkpoint.
    pub unsigned: u64,
    /// What purges have taken, by class; empty if nothing.
    pub purged: Vec<PurgedClass>,
    /// What is wrong, or notable, each a whole sentence.
    pub sentences: Vec<String>,
    /// The first finding that the ledger does not declare by itself.
    #[serde(skip)]
    pub(super) undeclared: Option<String>,
    /// Stills that are missing or changed, each with its sentence.
    #[serde(skip)]
    pub(super) stills: Vec<(String, String)>,
}

impl Report {
    /// Of a ledger of which nothing was read yet.
    pub(super) fn new() -> Self {
        Self {
            ok: true,
            events: 0,
            head: chain::hex(&chain::GENESIS),
            first_bad: None,
            signed: None,
            unsigned: 0,
            purged: Vec::new(),
            sentences: Vec::new(),
            undeclared: None,
            stills: Vec::new(),
        }
    }

    /// Says that the file breaks off where SQLite could not read on.
    pub(super) fn unreadable(&mut self, found: &StoreError) {
        let next = i64::try_from(self.events).unwrap_or(i64::MAX).saturating_add(1);
        self.bad(Some(next), format!("The file cannot be read to its end: {found}."));
    }

    /// Says that the ledger ends before what the mark outside it remembers.
    pub(super) fn shorter_than(&mut self, mark: &Mark, last: i64) {
        let lost = span(last + 1, mark.seq, "is", "are");
        self.bad(Some(last + 1), format!("{lost} missing: the mark outside the ledger remembers."));
    }

    /// Says that there is no mark outside the ledger to compare it with.
    pub(super) fn unmarked(&mut self) {
        let sentence = "The mark outside the ledger, station.mark, is missing or cannot be read: events lost at the end \
                        would not be noticed. The next start makes it anew; compare with the last backup.";
        self.bad(None, sentence.to_owned());
    }

    /// Whether all that is wrong is declared by the ledger itself.
    #[must_use]
    pub fn is_declared(&self) -> bool {
        !self.ok && self.undeclared.is_none() && self.stills.is_empty()
    }

    /// Something is wrong.
    pub(super) fn bad(&mut self, seq: Option<i64>, sentence: String) {
        self.undeclared.get_or_insert_with(|| sentence.clone());
        self.found(seq, sentence);
    }

    /// Something was wrong, and the ledger itself says so for ever.
    pub(super) fn declared(&mut self, seq: i64, sentence: String) {
        self.found(Some(seq), sentence);
    }

    /// A still is missing or changed: the ledger holds, and what it binds does not.
    pub(super) fn still(&mut self, still: String, sentence: String) {
        self.stills.push((still, sentence.clone()));
        self.found(None, sentence);
    }

    fn found(&mut self, seq: Option<i64>, sentence: String) {
        self.ok = false;
        if let Some(seq) = seq {
            let seq = EventSeq(seq);
            self.first_bad = Some(self.first_bad.map_or(seq, |it| it.min(seq)));
        }
        self.say(sentence);
    }

    pub(super) fn say(&mut self, sentence: String) {
        if self.sentences.len() < SENTENCES_MAX {
            self.sentences.push(sentence);
        }
    }
}

/// "Event 7 is", "Events 7 to 9 are".
pub(super) fn span(first: i64, last: i64, one: &str, many: &str) -> String {
    if first == last { format!("Event {first} {one}") } else { format!("Events {first} to {last} {many}") }
}
