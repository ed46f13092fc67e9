//! Proves that words are missing only where a purge says that it took them.
//!
//! The chain holds with and without the words of an event, so it cannot tell a purge from somebody who hides them. Each
//! purge names the very events that it took, by class and number, in events of kind `purged`; [`Purges`] compares these
//! with the events without words, both ways.
//! Deliberately absent: taking words away, which is `purge`.

use std::collections::BTreeMap;

use rusqlite::{Row, types::ValueRef};

use super::{
    chain,
    number::Numbered as _,
    report::{PurgedClass, Report, span},
};
use crate::domain::{Body, EventClass, EventKind, EventSeq};

/// Numbers in ascending order, those that follow one another as a span.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Numbers(Vec<(i64, i64)>);

impl Numbers {
    /// Adds a number that is not below the last one.
    pub(super) fn push(&mut self, number: i64) {
        self.push_span((number, number));
    }

    fn push_span(&mut self, (first, last): (i64, i64)) {
        match self.0.last_mut() {
            Some(it) if first <= it.1.saturating_add(1) => it.1 = it.1.max(last),
            _ => self.0.push((first, last)),
        }
    }

    /// `4-9 12`: as a purge names them.
    pub(super) fn text(&self) -> String {
        let word = |it: &(i64, i64)| if it.0 == it.1 { it.0.to_string() } else { format!("{}-{}", it.0, it.1) };
        self.0.iter().map(word).collect::<Vec<_>>().join(" ")
    }

    /// Reads what [`text`](Self::text) has written; nothing of it if it is not that.
    fn parse(text: &str) -> Vec<(i64, i64)> {
        let read = |word: &str| {
            let (first, last) = word.split_once('-').unwrap_or((word, word));
            let span: (i64, i64) = (first.parse().ok()?, last.parse().ok()?);
            (0 < span.0 && span.0 <= span.1).then_some(span)
        };
        text.split_ascii_whitespace().map(read).collect::<Option<_>>().unwrap_or_default()
    }

    fn of(mut spans: Vec<(i64, i64)>) -> Self {
        spans.sort_unstable();
        let mut numbers = Self::default();
        for it in spans {
            numbers.push_span(it);
        }
        numbers
    }

    fn count(&self) -> u64 {
        self.0.iter().map(|it| it.1.abs_diff(it.0).saturating_add(1)).fold(0, u64::saturating_add)
    }

    /// What is in these and not in the others.
    fn without(&self, others: &Self) -> Self {
        let mut left = Self::default();
        let mut others = others.0.iter().copied().peekable();
        for &(mut first, last) in &self.0 {
            while first <= last {
                while others.next_if(|it| it.1 < first).is_some() {}
                match others.peek() {
                    Some(it) if it.0 <= first => first = it.1.saturating_add(1),
                    Some(it) if it.0 <= last => {
                        left.0.push((first, it.0 - 1));
                        first = it.0;
                    }
                    _ => {
                        left.0.push((first, last));
                        break;
                    }
                }
            }
        }
        left
    }
}

/// What purges of one class say that they took.
#[derive(Default)]
struct Told {
    numbers: Vec<(i64, i64)>,
    purges: Numbers,
}

/// The events without words, and what purges say of them.
#[derive(Default)]
pub(super) struct Purges {
    missing: BTreeMap<EventClass, Numbers>,
    told: BTreeMap<EventClass, Told>,
}

impl Purges {
    /// Takes the next event into account.
    pub(super) fn step(&mut self, row: &Row<'_>, header: &chain::Header<'_>, report: &mut Report) {
        let (seq, kind) = (header.seq, EventKind::of(header.kind));
        if matches!(kind, Ok(EventKind::Purged)) {
            self.tombstone(seq, chain::text(row, 15));
        }
        let is_there = |column| !matches!(row.get_ref(column), Ok(ValueRef::Null));
        if !is_there(16) {
            return;
        }
        if is_there(14) || is_there(15) {
            // The chain covers the hash, so that these words could be any.
            let sentence = format!("Event {seq} has words beside the hash that a purge leaves: it was changed.");
            return report.bad(Some(seq), sentence);
        }
        match kind.ok().and_then(EventClass::of) {
            Some(class) => self.missing.entry(class).or_default().push(seq),
            None => report.bad(
                Some(seq),
                format!("Event {seq} has no words, and no purge takes those of its kind: they were removed."),
            ),
        }
    }

    fn tombstone(&mut self, seq: i64, body: Option<&str>) {
        let Some(body) = body.and_then(|it| serde_json::from_str::<Body>(it).ok()) else { return };
        let Some(class) = body.get("class").and_then(EventClass::parse) else { return };
        let told = self.told.entry(class).or_default();
        let numbers = body.get("numbers").map(Numbers::parse).unwrap_or_default();
        told.numbers.extend(numbers.into_iter().filter(|it| it.1 < seq)); // It took nothing that came later.
        told.purges.push(seq);
    }

    /// Says which words are missing without a purge, which are there again, and how many were purged.
    pub(super) fn judge(self, report: &mut Report) {
        let Self { missing, mut told } = self;
        for class in EventClass::ALL {
            let Told { numbers, purges } = told.remove(class).unwrap_or_default();
            let taken = Numbers::of(numbers);
            let missing = missing.get(class).cloned().unwrap_or_default();
            let hidden = missing.without(&taken);
            for (first, last) in &hidden.0 {
                let these = span(*first, *last, "has", "have");
                let sentence = format!("{these} no words, and no purge says that it took them: they were removed.");
                report.bad(Some(*first), sentence);
            }
            for (first, last) in taken.without(&missing).0 {
                let these = span(first, last, "has", "have");
                let sentence = format!(
                    "{these} words or another kind, and a purge says that it took the words: the ledger was changed."
                );
                report.bad(Some(first), sentence);
            }
            let proved = missing.without(&hidden);
            if let (Some(up_to), Some(first), Some(last)) = (proved.0.last(), purges.0.first(), purges.0.last()) {
                report.purged.push(PurgedClass {
                    class: *class,
                    events: proved.count(),
                    up_to: EventSeq(up_to.1),
                    purges: purges.count(),
                    first_purge: EventSeq(first.0),
                    last_purge: EventSeq(last.1),
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Numbers;

    #[track_caller]
    fn check(these: &str, others: &str, left: &str) {
        let [these, others] = [these, others].map(|it| Numbers::of(Numbers::parse(it)));
        assert_eq!(these.without(&others).text(), left);
    }

    #[test]
    fn numbers_are_told_apart_whatever_their_spans() {
        check("1-9", "", "1-9");
        check("1-9", "1-9", "");
        check("1-9", "3 5-6 9-20", "1-2 4 7-8");
        check("3 5-6 9-20", "1-9", "10-20");
        check("1 3 5", "2 4 6", "1 3 5");
        check("1-3 5-9", "2-7", "1 8-9");
        check("5", "1-9223372036854775807", "");
    }

    #[test]
    fn numbers_are_written_as_they_are_read() {
        let mut numbers = Numbers::default();
        for it in [4, 5, 6, 9, 11, 12] {
            numbers.push(it);
        }
        assert_eq!((numbers.text().as_str(), numbers.count()), ("4-6 9 11-12", 6));
        assert_eq!(Numbers::parse("4-6 9 11-12"), numbers.0);
        for text in ["4-", "0", "-1", "6-4", "4 x", "1-2-3", "99999999999999999999"] {
            assert_eq!(Numbers::parse(text), [], "{text}");
        }
    }
}
