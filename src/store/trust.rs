//! Whose word counts: the station's key, named keys, and earlier keys that a signed event of the ledger vouches for.
//!
//! A signature that fits the key beside it proves nothing by itself: whoever writes a new ledger can sign it. So each
//! checkpoint's key is compared with the public half of `DATA/station.key`, or with keys that a person names.
//! Trust goes backwards only: a `Restored` event that a trusted key signed later may name earlier keys.
//! Deliberately absent: the chain, which `verify` walks, and keeping keys.

use std::{collections::BTreeMap, path::Path};

use super::{
    chain,
    checkpoint::{self, Checkpoint},
    error::StoreError,
    mark::Mark,
    number::Numbered as _,
    report::{Report, SignedUpTo},
};
use crate::domain::{EventKind, EventSeq};

/// The word in a `Restored` event for the mark that it replaces: number and hash.
pub(super) const MARK: &str = "mark";
/// The word in a `Restored` event for the head of the backup that was restored, hexadecimal.
pub(super) const BACKUP_HEAD: &str = "backup_head";
/// The word in a `Restored` event for the keys that signed what was restored, separated by blanks.
pub(super) const FORMER_KEYS: &str = "former_keys";

/// What a walk along the ledger learns about signatures.
pub(super) struct Witness {
    /// Public keys in hexadecimal; none if there is nothing to compare with.
    trusted: Vec<String>,
    /// Why there is nothing to compare with, if the key file is there.
    unread: Option<String>,
    /// What is wrong with the key file, if it is none.
    damaged: Option<String>,
    /// By key, the numbers of the checkpoints whose signature and hash hold, ascending.
    signed: BTreeMap<String, Vec<i64>>,
    /// When the checkpoint of an event was signed, microseconds since 1970.
    times: BTreeMap<i64, i64>,
    /// Number of the event that vouches for an earlier key, and that key.
    vouched: Vec<(i64, String)>,
    /// Bodies of `Restored` events.
    restored: Vec<String>,
    /// The last event is a restore that found no mark to replace.
    pub(super) needs_no_mark: bool,
    /// Checkpoints from elsewhere that the walk has not come to, the last first.
    pub(super) kept: Vec<Checkpoint>,
}

impl Witness {
    /// Trusts the named keys; with none, the public half of the key in `data`, if it is a folder that has one.
    ///
    /// # Errors
    /// [`StoreError::Key`] if a named key is none.
    pub(super) fn of(data: &Path, named: &[String]) -> Result<Self, StoreError> {
        let (mut trusted, mut unread) = (Vec::with_capacity(named.len()), None);
        for key in named {
            if chain::unhex(key).is_none_or(|it| it.len() != 32) {
                return Err(StoreError::Key(format!(
                    "{key:?} is no public key; it has 64 hexadecimal digits, as scanstation doctor prints them"
                )));
            }
            trusted.push(key.to_ascii_lowercase());
        }
        let mut damaged = None;
        if data.is_dir() {
            match checkpoint::public_key(data) {
                Ok(own) => trusted.extend(own.filter(|_| named.is_empty())),
                Err(found @ StoreError::Key(_)) => damaged = Some(found.to_string()),
                Err(found) => unread = Some(found.to_string()),
            }
        }
        let (vouched, restored, kept) = (Vec::new(), Vec::new(), Vec::new());
        Ok(Self {
            trusted,
            unread,
            damaged,
            signed: BTreeMap::new(),
            times: BTreeMap::new(),
            vouched,
            restored,
            needs_no_mark: false,
            kept,
        })
    }

    /// A checkpoint whose signature and hash hold.
    pub(super) fn signed(&mut self, found: &Checkpoint) {
        self.times.insert(found.seq, found.time);
        match self.signed.get_mut(&found.public_key) {
            Some(seqs) => seqs.push(found.seq),
            None => drop(self.signed.insert(found.public_key.clone(), vec![found.seq])),
        }
    }

    /// Looks whether an event vouches for something earlier.
    pub(super) fn read(&mut self, header: &chain::Header<'_>, body: Option<&str>) {
        self.needs_no_mark = false;
        if header.kind == EventKind::Restored.number() {
            let body = body.unwrap_or_default();
            self.needs_no_mark = replaces_no_mark(header.kind, body);
            self.vouched.extend(former_keys(body).into_iter().map(|it| (header.seq, it)));
            self.restored.push(body.to_owned());
        }
    }

    /// Whether a restore says that it replaces this mark: it was cut short before it wrote its own.
    pub(super) fn replaces(&self, mark: &Mark) -> bool {
        self.restored.iter().any(|it| replaces(it, mark))
    }

    /// Whether a restore says that it put the backup with this head in place, hexadecimal.
    pub(super) fn restored_from(&self, head: &str) -> bool {
        self.restored.iter().any(|it| word(it, BACKUP_HEAD).as_deref() == Some(head))
    }

    /// Says which checkpoints are signed with keys that nobody vouches for, or that there was nothing to compare with.
    pub(super) fn judge(&self, report: &mut Report) {
        report.signed = self.last();
        if let Some(damaged) = &self.damaged {
            report.bad(None, format!("The key cannot be used: {damaged}."));
        }
        if self.signed.is_empty() {
            return;
        }
        if self.trusted.is_empty() {
            let unusable = self.damaged.as_ref().map(|_| "The key file cannot be used and no key was named");
            let why = self.unread.as_deref().or(unusable).unwrap_or("There is no key file here and no key was named");
            let keys: Vec<&str> = self.signed.keys().map(String::as_str).collect();
            report.say(format!(
                "{why}: signatures were checked only against the key in the ledger itself, {}. Compare it with the one \
                 that scanstation doctor printed, or name that one: scanstation verify --key.",
                keys.join(", ")
            ));
            return;
        }
        for (key, seqs) in &self.signed {
            let at: Vec<i64> = seqs.iter().copied().filter(|it| !self.trusts(key, *it)).collect();
            if let Some(first) = at.first() {
                let many = if at.len() == 1 { " is".to_owned() } else { format!(" and {} later are", at.len() - 1) };
                report.bad(
                    Some(*first),
                    format!(
                        "The checkpoint at event {first}{many} signed with the key {key}, and the station's key is {}: \
                         somebody else signed, or the key file was lost. Compare both with what scanstation doctor \
                         printed on the first day; an earlier key of this station is named with --key.",
                        self.trusted.join(" or ")
                    ),
                );
            }
        }
    }

    /// The last checkpoint that counts; with nothing to compare with, the last that holds.
    fn last(&self) -> Option<SignedUpTo> {
        let counts = |key: &String, seq: i64| self.trusted.is_empty() || self.trusts(key, seq);
        let of = |(key, seqs): (&String, &Vec<i64>)| {
            let seq = seqs.iter().rev().copied().find(|it| counts(key, *it))?;
            let time = self.times.get(&seq).copied().unwrap_or_default();
            Some(SignedUpTo { seq: EventSeq(seq), time, public_key: key.clone() })
        };
        self.signed.iter().filter_map(of).max_by_key(|it| it.seq)
    }

    fn trusts(&self, key: &String, seq: i64) -> bool {
        self.trusted.contains(key) || self.vouched.iter().any(|(at, it)| it == key && seq < *at && self.is_signed(*at))
    }

    /// Whether a trusted key signed this event, or one behind it.
    fn is_signed(&self, event: i64) -> bool {
        self.trusted.iter().filter_map(|it| self.signed.get(it)?.last()).any(|it| *it >= event)
    }
}

/// A mark as it is named in a `Restored` event.
pub(super) fn words(mark: &Mark) -> String {
    format!("{} {}", mark.seq, chain::hex(&mark.head))
}

/// A word of an event's body.
pub(super) fn word(body: &str, name: &str) -> Option<String> {
    serde_json::from_str::<BTreeMap<String, String>>(body).ok()?.remove(name)
}

/// Whether an event is a restore that found no mark to replace: until it has made its own there is none.
pub(super) fn replaces_no_mark(kind: i64, body: &str) -> bool {
    kind == EventKind::Restored.number() && word(body, MARK).is_none()
}

/// Whether the body of a `Restored` event says that it replaces this mark.
pub(super) fn replaces(body: &str, mark: &Mark) -> bool {
    word(body, MARK).is_some_and(|it| it == words(mark))
}

/// The keys that the body of a `Restored` event names as earlier ones, hexadecimal.
pub(super) fn former_keys(body: &str) -> Vec<String> {
    word(body, FORMER_KEYS).map(|it| it.split(' ').map(str::to_owned).collect()).unwrap_or_default()
}
