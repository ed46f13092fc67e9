//! Checkpoints that were taken away: the text one is kept as, and comparing it with the ledger while that is walked.
//!
//! The text begins with the very bytes that are signed, so that it can be checked without us (docs/ledger.md). A kept
//! checkpoint proves its event and everything before it; what came later it cannot know.
//! Deliberately absent: signing, which is `checkpoint`, and whose key counts, which is `trust`.

use super::{
    chain,
    checkpoint::{self, Checkpoint},
    error::{StoreError, sql},
    opening,
    reader::Reader,
    report::Report,
    trust::Witness,
    walk::Walk,
};

/// Lines that are signed.
const SIGNED_LINES: usize = 5;
const SIGNATURE: &str = "signature ";
const KEY: &str = "key ";
/// What a person may read and a program passes over.
const NOTE: &str = "note ";

/// What of the ledger is signed: to be taken away.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Signed {
    /// The newest checkpoint.
    #[serde(flatten)]
    pub checkpoint: Checkpoint,
    /// The text that is signed, byte for byte.
    pub signed: String,
    /// Events behind it, which no checkpoint covers yet.
    pub unsigned: i64,
}

impl Signed {
    /// As it is kept: what is signed, the signature, the public key, and how many events came later.
    #[must_use]
    pub fn text(&self) -> String {
        let Checkpoint { signature, public_key, .. } = &self.checkpoint;
        let behind = match self.unsigned {
            0 => String::new(),
            1 => format!("{NOTE}1 event behind it is not signed yet\n"),
            many => format!("{NOTE}{many} events behind it are not signed yet\n"),
        };
        format!("{}{SIGNATURE}{signature}\n{KEY}{public_key}\n{behind}", self.signed)
    }
}

impl Reader {
    /// The newest signed checkpoint; `None` if there is none yet.
    pub fn signed(&self) -> Result<Option<Signed>, StoreError> {
        // One transaction: what is signed meanwhile does not come between the two.
        let reading = self.connection.unchecked_transaction().map_err(sql("read the last checkpoint"))?;
        let (last, heads) = (checkpoint::last(&reading)?, opening::heads(&reading)?);
        Ok(last.map(|it| Signed { signed: it.text(), unsigned: heads.seq.saturating_sub(it.seq), checkpoint: it }))
    }
}

impl Checkpoint {
    /// Reads a checkpoint that was kept, as the text or as the JSON of `scanstation checkpoint`.
    ///
    /// # Errors
    /// What is wrong with it, as the end of a sentence. Whether it holds is not looked at.
    pub fn read_kept(text: &str) -> Result<Self, String> {
        if text.trim_start().starts_with('{') {
            return serde_json::from_str(text).map_err(|found| format!("its JSON cannot be read: {found}"));
        }
        let lines: Vec<&str> = text.lines().filter(|it| !it.starts_with(NOTE)).collect();
        let [form, station, seq, head, time, signature, public_key] = lines.as_slice() else {
            return Err(format!("it has {} lines in place of {}", lines.len(), SIGNED_LINES + 2));
        };
        let wrong = |line: usize, expected: &str| format!("its line {line} is not {expected}");
        if *form != checkpoint::FORM {
            return Err(wrong(1, checkpoint::FORM));
        }
        let number = |line: usize, it: &str| it.parse::<i64>().map_err(|_| wrong(line, "a whole number"));
        let named = |line: usize, it: &str, name: &str, digits: usize| {
            let found = it.strip_prefix(name).filter(|it| it.len() == digits && chain::unhex(it).is_some());
            found.map(str::to_owned).ok_or_else(|| {
                wrong(
                    line,
                    &format!(
                        "{}{digits} hexadecimal digits",
                        if name.is_empty() { String::new() } else { format!("`{name}` and ") }
                    ),
                )
            })
        };
        Ok(Self {
            station: (*station).to_owned(),
            seq: number(3, seq)?,
            head: named(4, head, "", 64)?,
            time: number(5, time)?,
            signature: named(6, signature, SIGNATURE, 128)?,
            public_key: named(7, public_key, KEY, 64)?,
        })
    }
}

impl Witness {
    /// Takes in what was kept elsewhere; what does not hold by itself is said at once.
    pub(super) fn keep(&mut self, brought: &[Checkpoint], report: &mut Report) {
        for kept in brought {
            if kept.holds() {
                self.kept.push(kept.clone());
            } else {
                let seq = kept.seq;
                report.bad(
                    None,
                    format!("The signature of the kept checkpoint of event {seq} does not hold: its text was changed."),
                );
            }
        }
        self.kept.sort_by_key(|it| std::cmp::Reverse(it.seq));
    }

    /// Compares what was kept of the event that the walk has come to.
    pub(super) fn compare_kept(&mut self, walk: &Walk, report: &mut Report) {
        while let Some(kept) = self.kept.pop_if(|it| it.seq <= walk.last) {
            let seq = kept.seq;
            if seq != walk.last {
                report.bad(Some(seq), format!("Event {seq} was signed in the kept checkpoint and is missing."));
            } else if kept.head != chain::hex(&walk.hash) {
                report.bad(
                    Some(seq),
                    format!(
                        "Event {seq} is not the one in the kept checkpoint, which is signed with {}: the ledger was \
                         rewritten since, or it is another one.",
                        kept.public_key
                    ),
                );
            } else {
                self.signed(&kept);
                report.say(format!("The ledger up to event {seq} is the one of the kept checkpoint."));
            }
        }
    }

    /// What was kept of events behind the ledger's end.
    pub(super) fn miss_kept(&mut self, last: i64, report: &mut Report) {
        while let Some(Checkpoint { seq, .. }) = self.kept.pop() {
            report.bad(
                Some(last + 1),
                format!("Event {seq} was signed in the kept checkpoint, but the ledger ends at {last}."),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::SigningKey;

    use super::{Checkpoint, Signed};

    fn signed(unsigned: i64) -> Signed {
        let checkpoint =
            Checkpoint::sign(&SigningKey::from_bytes(&[7; 32]), "crib-1", 97, &[1; 32], 1_763_700_000_000_000);
        Signed { signed: checkpoint.text(), checkpoint, unsigned }
    }

    #[test]
    fn what_is_kept_begins_with_what_is_signed_and_is_read_back() {
        for made in [signed(0), signed(1), signed(12)] {
            let text = made.text();
            assert_eq!(text.split_inclusive('\n').take(5).collect::<String>(), made.checkpoint.text());
            assert_eq!(text.contains("note 12 events behind it are not signed yet\n"), made.unsigned == 12);
            let read = Checkpoint::read_kept(&text).unwrap();
            assert_eq!(read, made.checkpoint);
            assert!(read.holds());
            assert_eq!(
                Checkpoint::read_kept(&text.replace('\n', "\r\n")).unwrap(),
                read,
                "a mail changes the line ends"
            );
            assert_eq!(Checkpoint::read_kept(&serde_json::to_string(&made).unwrap()).unwrap(), read);
        }
    }

    #[track_caller]
    fn refused(change: impl Fn(&str) -> String, expected: &str) {
        let found = Checkpoint::read_kept(&change(&signed(0).text())).unwrap_err();
        assert!(found.contains(expected), "{found}");
    }

    #[test]
    fn a_text_that_is_no_checkpoint_is_told_by_its_line() {
        refused(|_| String::new(), "it has 0 lines in place of 7");
        refused(|it| it.replace("checkpoint-1", "event-1"), "its line 1 is not scanstation-checkpoint-1");
        refused(|it| it.replace("\n97\n", "\nninety\n"), "its line 3 is not a whole number");
        refused(|it| it.replace("\n0101", "\n01"), "its line 4 is not 64 hexadecimal digits");
        refused(|it| it.replace("signature ", ""), "its line 6 is not `signature ` and 128 hexadecimal digits");
        refused(|_| "{}".to_owned(), "its JSON cannot be read: missing field `station`");
    }

    #[test]
    fn a_changed_text_does_not_hold() {
        let changed = Checkpoint::read_kept(&signed(0).text().replace("\n97\n", "\n98\n")).unwrap();
        assert!(!changed.holds());
    }
}
