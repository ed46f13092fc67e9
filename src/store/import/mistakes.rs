//! What is wrong with one line, gathered cell by cell, so that one run names all of it.
//!
//! A cell that is wrong has no value from then on; what follows from it alone is not told a second time.
//! Deliberately absent: what a cell may hold.

use super::ImportReport;

/// Mistakes of one line that a report lists; more are counted (chosen: there are hardly more columns).
const LINE_MISTAKES_MAX: usize = 20;

/// What is wrong with one line: each with its column and the sentence.
#[derive(Debug, Default)]
pub(super) struct Mistakes(Vec<(&'static str, String)>);

impl Mistakes {
    /// Notes one.
    pub(super) fn note(&mut self, column: &'static str, why: impl Into<String>) {
        self.0.push((column, why.into()));
    }

    /// The value of a cell, or a note of what is wrong with it.
    pub(super) fn take<T>(&mut self, column: &'static str, found: Result<T, String>) -> Option<T> {
        found.map_err(|why| self.note(column, why)).ok()
    }

    /// Whether something is wrong in one of these columns.
    pub(super) fn is_about(&self, columns: &[&str]) -> bool {
        self.0.iter().any(|(column, _)| columns.contains(column))
    }

    /// Whether nothing is wrong.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Puts them into the report of a file.
    pub(super) fn report(self, line: u64, report: &mut ImportReport) {
        let more = self.0.len().saturating_sub(LINE_MISTAKES_MAX);
        for (column, message) in self.0.into_iter().take(LINE_MISTAKES_MAX) {
            report.wrong(line, column, message);
        }
        if more > 0 {
            report.wrong(line, "", format!("has {more} more mistakes like these"));
        }
    }
}
