//! Import of units and people from CSV: all of a file or nothing of it.
//!
//! Every row is tried in a savepoint of its own, so that one run names all that is wrong, each cell with line and column; if
//! anything is wrong, or it is a dry run, nothing is kept. What a spreadsheet damaged (4.2E+11) is refused.
//! Deliberately absent: changing what is in the register already; an import only adds.

mod cell;
mod mistakes;
mod people;
mod pieces;
mod quotes;
mod said;
mod staged;
mod table;
mod units;

use std::io::Read;

use super::{Store, error::StoreError};
use crate::domain::{HolderId, Moment, Role};

pub(super) use cell::{gtin as gtin_of, identifier as identifier_of, name as name_of};
use mistakes::Mistakes;
pub use pieces::{Import, ImportList, PIECE_ROWS};
pub use staged::{Resumed, hash as import_hash};

/// Problems that a report lists; more are counted.
const PROBLEMS_MAX: usize = 100;
/// Rows of one file.
const ROWS_MAX: u64 = 1_000_000;

/// What an import found and did.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ImportReport {
    /// Rows read, without the line of names.
    pub rows: u64,
    /// Units or people added; of a dry run or a refused file: that would have been.
    pub added: u64,
    /// Models added beside them.
    pub models: u64,
    /// Locations added beside them.
    pub locations: u64,
    /// Whether it is in the register now.
    pub done: bool,
    /// Rows that are in although the file is not: the register changed while it went in.
    #[serde(default)]
    pub kept: u64,
    /// How many things are wrong.
    pub wrong: u64,
    /// What is wrong, the first hundred.
    pub problems: Vec<Problem>,
    /// What is notable but not wrong, each a whole sentence.
    pub notes: Vec<String>,
}

/// One thing that is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Problem {
    /// The line in the file, from 1.
    pub line: u64,
    /// The column's name; empty if it is the whole line.
    pub column: String,
    /// What is wrong and what was expected.
    pub message: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.column.is_empty() {
            write!(out, "line {}: {}", self.line, self.message)
        } else {
            write!(out, "line {}, column {}: {}", self.line, self.column, self.message)
        }
    }
}

impl ImportReport {
    fn wrong(&mut self, line: u64, column: &str, message: impl Into<String>) {
        self.wrong += 1;
        if self.problems.len() < PROBLEMS_MAX {
            self.problems.push(Problem { line, column: column.to_owned(), message: message.into() });
        }
    }
}

/// Who imports, and the strongest role that they may enter somebody with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct By {
    /// Who; `None` for whoever owns the store's folder.
    pub person: Option<HolderId>,
    /// The strongest role.
    pub role_max: Role,
}

impl By {
    /// Whoever owns the store's folder, or acts for them: any role may be entered.
    #[must_use]
    pub const fn owner(person: Option<HolderId>) -> Self {
        Self { person, role_max: Role::Admin }
    }
}

impl Store {
    /// Adds the units of a CSV file: `tag,serial_number,maker,model,sku,gtin,lot,category,location,imei,
    /// note,kit,recalled,on_hold,calibration_due,inspection_due`, and its consumables: `shelf,quantity,minimum` instead
    /// of tag and numbers.
    ///
    /// Begins and ends its own transaction. Comma, semicolon and tab separate; UTF-8, with or without a mark.
    pub fn import_units(
        &mut self,
        input: impl Read,
        dry_run: bool,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<ImportReport, StoreError> {
        self.import_list(ImportList::Units, input, dry_run, By::owner(person), now)
    }

    /// Adds the people of a CSV file: `badge,name,role,trainings,held_max`.
    ///
    /// Begins and ends its own transaction. Without a role a person is an operator.
    pub fn import_people(
        &mut self,
        input: impl Read,
        dry_run: bool,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<ImportReport, StoreError> {
        self.import_list(ImportList::People, input, dry_run, By::owner(person), now)
    }

    /// Adds what a CSV file lists, under whoever imports it and with no role above theirs.
    pub fn import_list(
        &mut self,
        list: ImportList,
        input: impl Read,
        dry_run: bool,
        by: By,
        now: Moment,
    ) -> Result<ImportReport, StoreError> {
        self.import(list, input, dry_run, by, now, None)
    }

    /// Adds what a file lists as [`import_list`](Self::import_list) does, and notes that this very file is in; one that is in
    /// already is refused.
    pub fn import_file(
        &mut self,
        list: ImportList,
        file: &[u8],
        by: By,
        now: Moment,
    ) -> Result<ImportReport, StoreError> {
        let hash = staged::hash(list, file);
        match staged::known(staged::mark(&self.connection, &hash, "main")?, &self.options.zone) {
            Some(known) => Ok(ImportReport { wrong: 1, notes: vec![known], ..ImportReport::default() }),
            None => self.import(list, file, false, by, now, Some(&hash)),
        }
    }

    fn import(
        &mut self,
        list: ImportList,
        input: impl Read,
        dry_run: bool,
        by: By,
        now: Moment,
        hash: Option<&str>,
    ) -> Result<ImportReport, StoreError> {
        let mut import = units::Units::new(self.options.prefixes.tag.clone(), by.person, now);
        let mut report = ImportReport::default();
        self.begin()?;
        let read = table::read(input, list.columns(), &mut report, &mut |line, report| {
            self.savepoint()?;
            let mistakes = match list {
                ImportList::Units => import.row(self, line, report)?,
                ImportList::People => people::row(self, line, &by, now)?,
            };
            self.end_of_line(line.number, mistakes, report)
        });
        let read = match hash {
            Some(hash) if read.is_ok() => self.import_is_whole(hash, list, report.rows, by, now),
            _ => read,
        };
        if read.is_err() || dry_run || report.wrong > 0 {
            self.rollback()?;
            return read.map(|()| report);
        }
        self.commit()?;
        report.done = true;
        Ok(report)
    }

    /// Keeps what a line added if nothing is wrong with it.
    fn end_of_line(&mut self, line: u64, mistakes: Mistakes, report: &mut ImportReport) -> Result<(), StoreError> {
        if mistakes.is_empty() {
            report.added += 1;
            return self.release();
        }
        mistakes.report(line, report);
        self.rollback_to()
    }
}
