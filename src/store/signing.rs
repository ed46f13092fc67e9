//! When the ledger is signed, and what of it can therefore be without a signature.
//!
//! The station signs when it is idle and when it ends, which a `kill -9` can prevent. So the group that brings the first
//! event, a start, an event after a silence, or the last one that may be unsigned, is signed in its own transaction:
//! what no checkpoint covers is never a whole ledger, never long, and never goes over a start or a silence.
//! [`Tail`] is that law, read backwards: where it does not hold, checkpoints were taken away.
//! Deliberately absent: the signature itself, which is `checkpoint`, and whose key counts, which is `trust`.

use super::{
    Store, chain,
    checkpoint::{self, Checkpoint, EVENTS_MAX},
    error::StoreError,
    mark::MarkFile,
    migration,
    number::{Numbered as _, micros},
    report::{Report, span},
};
use crate::domain::{EventKind, Moment};

/// Microseconds between two events after which what stood unsigned is signed with the second (chosen: the station signs
/// after 5 seconds without an event, so that a minute is long).
const SILENCE_US_MAX: i64 = 60_000_000;

impl Store {
    /// Events since the last signed checkpoint.
    #[must_use]
    pub fn unsigned_events(&self) -> i64 {
        self.heads.seq - self.checkpointed
    }

    /// Signs the head and syncs the mark. Called when the station is idle, and at least every 10,000 events.
    pub fn checkpoint(&mut self, now: Moment) -> Result<(), StoreError> {
        if self.key.is_none() || self.unsigned_events() <= 0 {
            return Ok(());
        }
        let time = micros(now.wall);
        self.within(|store| {
            store.heads.sign = Some(time);
            Ok(())
        })
    }

    /// Notes of an event that is appended whether its group must be signed with it.
    pub(super) fn note_signing(&mut self, kind: EventKind, record_time: i64) {
        let silent = self.unsigned_events() > 0 && is_silence(self.heads.time, record_time);
        if self.checkpointed == 0 || silent || kind == EventKind::StationStarted {
            self.heads.sign = Some(record_time);
        }
        self.heads.time = record_time;
    }

    /// Signs the open group in its own transaction, if it must be; says whether it did.
    pub(super) fn sign_group(&mut self) -> Result<bool, StoreError> {
        let full = (self.unsigned_events() >= EVENTS_MAX).then_some(self.heads.time);
        let (Some(time), Some(key), true) = (self.heads.sign.or(full), &self.key, self.unsigned_events() > 0) else {
            return Ok(false);
        };
        let made = Checkpoint::sign(key, self.options.station.as_str(), self.heads.seq, &self.heads.hash, time);
        checkpoint::insert(&self.connection, &made).map(|()| true)
    }

    /// The group that was signed in its own transaction is durable; the mark is synced with it.
    pub(super) fn signed_group(&mut self) {
        self.checkpointed = self.heads.seq;
        self.heads.sign = None;
        if let Some(Err(found)) = self.marks.as_ref().map(MarkFile::sync) {
            tracing::warn!(error = %found, "the mark outside the ledger lags");
        }
    }
}

fn is_silence(before: i64, after: i64) -> bool {
    after.saturating_sub(before) > SILENCE_US_MAX
}

/// What is behind the last checkpoint, gathered along the ledger.
#[derive(Debug, Default)]
pub(super) struct Tail {
    /// The last event that a checkpoint covers; 0 if there is none.
    signed: i64,
    /// Events behind it, and the last of them with its time.
    events: i64,
    last: i64,
    time: i64,
    /// Why they cannot be without a signature, the first reason that was seen.
    odd: Option<&'static str>,
}

impl Tail {
    /// What is behind a checkpoint of this event.
    pub(super) fn behind(signed: i64) -> Self {
        Self { signed, ..Self::default() }
    }

    /// Takes the next event into account.
    pub(super) fn event(&mut self, header: &chain::Header<'_>) {
        let silent = self.events > 0 && is_silence(self.time, header.record_time);
        (self.events, self.last, self.time) = (self.events + 1, header.seq, header.record_time);
        if header.kind == EventKind::StationStarted.number() {
            self.odd = self.odd.or(Some("the station started among them, and signs each start with its event"));
        } else if silent {
            self.odd = self.odd.or(Some("a silence is among them, after which the station signs"));
        } else if self.events > EVENTS_MAX {
            self.odd = self.odd.or(Some("the station signs at least every 10,000 events"));
        }
    }

    /// Takes an event into account of which nothing but the number can be read.
    pub(super) fn unreadable(&mut self, seq: i64) {
        (self.events, self.last) = (self.events + 1, seq);
    }

    /// A checkpoint that holds covers everything up to this event.
    pub(super) fn signed(&mut self, seq: i64) {
        *self = Self::behind(seq);
    }

    /// Events that no checkpoint covers.
    pub(super) fn events(&self) -> u64 {
        u64::try_from(self.events).unwrap_or(0)
    }

    /// Says if something is not signed that is always signed since that schema.
    pub(super) fn judge(&self, report: &mut Report, schema: u32) {
        match self.wrong() {
            Some(_) if schema < migration::SIGNED_STARTS => report.sentences.push(
                "An earlier program wrote this: whether checkpoints were removed behind the last one cannot be told."
                    .to_owned(),
            ),
            Some((seq, sentence)) => report.bad(Some(seq), sentence),
            None => {}
        }
    }

    /// The first event that should have been signed and is not, and what to say of it.
    pub(super) fn wrong(&self) -> Option<(i64, String)> {
        if self.events == 0 {
            return None;
        }
        let first = self.signed + 1;
        let advice = "checkpoints were removed, and what they covered may have been rewritten. Compare with a backup, or \
                      with a checkpoint that was kept elsewhere (scanstation verify --checkpoint)";
        if self.signed == 0 {
            let events = self.events;
            return Some((
                first,
                format!(
                    "Nothing is signed: the ledger has {events} events and no checkpoint that holds, and the station signs its first event with it; {advice}."
                ),
            ));
        }
        let why = self.odd?;
        Some((first, format!("{} not signed, but {why}: {advice}.", span(first, self.last, "is", "are"))))
    }
}
