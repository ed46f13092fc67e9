//! What was issued to whom, from when until when: identifiers to units, badges to people, as the events say it.
//!
//! Each begins with an event and ends with one, with its reason. What a purge took is not compared.
//! Deliberately absent: what a unit or a person is besides, which is in `row`.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::row::{ADVICE, quoted};
use crate::domain::Ended;
use crate::domain::serial_number::key;
use crate::store::number::Numbered as _;

/// One number on one bearer: by the events, or as its row says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Issued {
    /// The unit or person; not known where words are missing.
    pub(super) bearer: Option<i64>,
    /// What was written.
    pub(super) raw: String,
    /// Within what a row says that it is unique, where that is not the maker or the namespace of its unit.
    pub(super) astray: Option<String>,
    /// From when; not known where words are missing.
    pub(super) from: Option<i64>,
    /// Why it ended and when.
    pub(super) ended: Option<(String, i64)>,
    /// The event that told it last; 0 for a row.
    pub(super) seq: i64,
}

/// A kind of number and the key by which it is looked up; badges are of the kind 0.
pub(super) type Key = (i64, String);

/// All that was issued.
#[derive(Default)]
pub(super) struct Book {
    /// Words are missing: there may be more than what is known.
    open: bool,
    known: BTreeMap<Key, Vec<Issued>>,
    /// Rows that no event explains.
    strange: Vec<(Key, Issued)>,
}

impl Issued {
    fn fits(&self, row: &Self) -> bool {
        let known = |said: Option<i64>, has: Option<i64>| said.is_none() || said == has;
        known(self.bearer, row.bearer)
            && known(self.from, row.from)
            && self.ended == row.ended
            && row.astray.is_none()
            && (self.bearer.is_none() || self.raw == row.raw)
    }

    /// In words: whose it is, from when, and until when.
    fn words(&self, bearer: &str) -> String {
        let time = |it: i64| Timestamp::from_microsecond(it).map_or_else(|_| it.to_string(), |it| it.to_string());
        let of = self.bearer.map_or_else(|| "somebody's".to_owned(), |it| format!("of {bearer} {it}"));
        let from = self.from.map_or_else(String::new, |it| format!(", from {}", time(it)));
        let scope = self.astray.as_ref().map_or_else(String::new, |it| format!(", within {}", quoted(it)));
        let until = self.ended.as_ref();
        let why = |it: &str| {
            it.parse().ok().and_then(|it| Ended::of(it).ok()).map_or_else(|| quoted(it), |it| it.to_string())
        };
        let until =
            until.map_or_else(|| ", valid".to_owned(), |(it, at)| format!(", ended {} ({})", time(*at), why(it)));
        format!("{of}{from}{scope}{until}")
    }

    /// The same of a row, and by what it is looked up where that is not its own key.
    fn as_found(&self, by: &str, bearer: &str) -> String {
        let words = self.words(bearer);
        if key(&self.raw) == by { words } else { format!("{words}, looked up as {}", quoted(by)) }
    }
}

impl Book {
    /// Words of an event that may have told anything of it are missing.
    pub(super) fn forget(&mut self) {
        self.open = true;
        self.known.clear();
    }

    /// It is issued.
    pub(super) fn bind(&mut self, kind: i64, issued: Issued) {
        self.known.entry((kind, key(&issued.raw))).or_default().push(issued);
    }

    /// All of that kind and key that are valid end; of no kind at all, those of any but `never`.
    pub(super) fn end(&mut self, kinds: (Option<i64>, i64), raw: &str, ended: (&str, i64), seq: i64) {
        let (why, key, (kind, never)) = ((ended.0.to_owned(), ended.1), key(raw), kinds);
        let mut any = false;
        let concerned =
            self.known.iter_mut().filter(|((is, its), _)| *its == key && kind.map_or(*is != never, |it| it == *is));
        for issued in concerned.flat_map(|it| it.1).filter(|it| it.ended.is_none()) {
            (issued.ended, issued.seq, any) = (Some(why.clone()), seq, true);
        }
        if let Some(kind) = kind.filter(|_| !any) {
            self.unknown(kind, raw, Some(why), seq);
        }
    }

    /// The last one of that kind and key that ended is valid again.
    pub(super) fn revive(&mut self, kind: i64, raw: &str, seq: i64) {
        let last = self.known.get_mut(&(kind, key(raw))).and_then(|it| it.iter_mut().rfind(|it| it.ended.is_some()));
        match last {
            Some(issued) => (issued.ended, issued.seq) = (None, seq),
            None => self.unknown(kind, raw, None, seq),
        }
    }

    /// It began in words that are missing.
    fn unknown(&mut self, kind: i64, raw: &str, ended: Option<(String, i64)>, seq: i64) {
        self.bind(kind, Issued { bearer: None, raw: raw.to_owned(), astray: None, from: None, ended, seq });
    }

    /// Takes a row of the register into account.
    pub(super) fn meet(&mut self, key: Key, row: Issued) {
        let known = self.known.get_mut(&key);
        let place = known.as_ref().and_then(|it| {
            let whole = it.iter().position(|it| it.bearer.is_some() && it.fits(&row));
            whole.or_else(|| it.iter().position(|it| it.fits(&row)))
        });
        match known.zip(place) {
            Some((known, place)) => drop(known.swap_remove(place)),
            None => self.strange.push((key, row)),
        }
    }

    /// After all rows: a sentence for each that is not as the events say. `what` names a kind, `bearer` who bears it.
    pub(super) fn judge(mut self, what: impl Fn(i64) -> String, bearer: &str) -> Vec<String> {
        let mut said = Vec::new();
        for (key, known) in self.known {
            for issued in known {
                let same = |it: &(Key, Issued)| it.0 == key || (it.0.0 == key.0 && it.1.raw == issued.raw);
                let place = self.strange.iter().position(same);
                let has = place.map(|it| self.strange.swap_remove(it)).map(|(key, row)| row.as_found(&key.1, bearer));
                let (what, raw, seq, says) = (what(key.0), quoted(&issued.raw), issued.seq, issued.words(bearer));
                let has = has.unwrap_or_else(|| "nothing of it".to_owned());
                said.push(format!(
                    "The {what} {raw} is not what the ledger says: event {seq} says {says}; the register says {has}; {ADVICE}."
                ));
            }
        }
        for ((kind, key), row) in self.strange.into_iter().filter(|_| !self.open) {
            let (what, raw, has) = (what(kind), quoted(&row.raw), row.as_found(&key, bearer));
            said.push(format!("The {what} {raw} ({has}) is in the register, and no event says so; {ADVICE}."));
        }
        said
    }
}
