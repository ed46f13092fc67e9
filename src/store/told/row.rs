//! What events say of one row of the register, column by column, with the event that said it last.
//!
//! A row that an event entered is known whole: what no event told of it is empty. What a purge took is not compared until an
//! event tells it again. Deliberately absent: which event tells what (`thing`, `record`), and reading the register.

use jiff::Timestamp;

/// What an event said of a column.
struct Told {
    name: &'static str,
    /// Not known where words are missing.
    value: Option<Box<str>>,
    seq: i64,
}

/// One row as the events give it.
#[derive(Default)]
pub(super) struct Row {
    /// The event that entered it, if its words are there.
    entered: Option<i64>,
    told: Vec<Told>,
}

/// A column that is not what the events say.
pub(super) struct Unlike {
    /// The event that said it last.
    pub(super) seq: i64,
    /// What it said.
    pub(super) says: String,
}

impl Row {
    /// An event enters the row; what it does not say is empty.
    pub(super) fn enter(&mut self, seq: i64) {
        (self.entered, self.told) = (Some(seq), Vec::new());
    }

    /// An event says what a column is; `None` if it changed it, and does not say to what.
    pub(super) fn tell(&mut self, name: &'static str, value: Option<&str>, seq: i64) {
        let told = Told { name, value: value.map(Into::into), seq };
        match self.told.iter_mut().find(|it| it.name == name) {
            Some(before) => *before = told,
            None => self.told.push(told),
        }
    }

    /// The words of an event that may have told anything of it are missing.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    /// What the events say of a column, and which did; `None` if that is not known.
    pub(super) fn says(&self, name: &str) -> Option<(&str, i64)> {
        match self.told.iter().find(|it| it.name == name) {
            Some(told) => Some((told.value.as_deref()?, told.seq)),
            None => self.entered.map(|it| ("", it)),
        }
    }

    /// What the events say of a column, if it is not what the register has.
    pub(super) fn unlike(&self, name: &str, has: &str) -> Option<Unlike> {
        let (says, seq) = self.says(name)?;
        (says != has).then(|| Unlike { seq, says: says.to_owned() })
    }

    /// The event that entered it, if it is known.
    pub(super) const fn entered_by(&self) -> Option<i64> {
        self.entered
    }

    /// The last event that is known to tell of it; 0 if none is.
    pub(super) fn last(&self) -> i64 {
        self.told.iter().map(|it| it.seq).chain(self.entered).max().unwrap_or(0)
    }
}

/// What to do about a row that somebody changed in the file.
pub(super) const ADVICE: &str =
    "it was changed in the file and not by the station; restore the last backup that verifies";

/// That a column is not what the ledger says.
pub(super) fn sentence(what: &str, of: &str, name: &str, unlike: &Unlike, has: &str) -> String {
    let (seq, says, has) = (unlike.seq, shown(name, &unlike.says), shown(name, has));
    format!(
        "The {what} of {of} is not what the ledger says: event {seq} says {says}, the register says {has}; {ADVICE}."
    )
}

/// A value for a person; what somebody wrote into the file may hold anything.
pub(super) fn shown(name: &str, value: &str) -> String {
    let is_time = ["_due", "_until", "registered", "begins", "ends"].iter().any(|it| name.ends_with(it));
    let time = value.parse().ok().filter(|_| is_time).and_then(|it| Timestamp::from_microsecond(it).ok());
    match time {
        _ if value.is_empty() => "nothing".to_owned(),
        Some(time) => time.to_string(),
        None => quoted(value),
    }
}

/// A text of the register as it can be printed, cut where it is long.
pub(super) fn quoted(text: &str) -> String {
    let cut: String = text.chars().take(SHOWN_MAX).collect();
    let more = if cut.len() < text.len() { "…" } else { "" };
    format!("{cut:?}{more}")
}

/// Characters of a value that a sentence repeats (chosen: a name and a reason fit).
const SHOWN_MAX: usize = 80;
