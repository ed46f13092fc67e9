//! The only place that writes to standard output: facts go there, everything else is logged to standard error.
//!
//! A reader that closes the pipe early (`| head`) ends the command without a word.
//! Deliberately absent: colours.

use std::io::{self, Write};

use crate::domain::steers;

/// Writes one line and flushes it, so that whoever waits for it has it; nothing in it steers the terminal.
pub fn line(text: impl AsRef<str>) -> io::Result<()> {
    verbatim(&printable(text.as_ref()))
}

/// Writes one line as it is, for programs, and flushes it.
pub fn verbatim(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.write_all(b"\n")?;
    out.flush()
}

/// Writes a value as JSON on one line.
pub fn json(value: &impl serde::Serialize) -> io::Result<()> {
    verbatim(&serde_json::to_string(value)?)
}

/// Writes one line to standard error, for a person who watches.
pub fn aside(text: impl AsRef<str>) {
    let mut out = io::stderr().lock();
    // Nobody is there to be told that nobody can be told.
    drop(out.write_all(format!("{}\n", printable(text.as_ref())).as_bytes()));
}

/// A number of things: `1 unit`, `2 units`.
#[must_use]
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// What a code holds cannot move the cursor, change colours or turn the reading direction.
#[must_use]
pub fn printable(text: &str) -> String {
    text.chars().map(|it| if steers(it) && it != '\n' { '\u{fffd}' } else { it }).collect()
}

/// The same on one line, whatever a file, a name or a cell holds.
#[must_use]
pub fn one_line(text: &str) -> String {
    text.chars().map(|it| if steers(it) { '\u{fffd}' } else { it }).collect()
}
