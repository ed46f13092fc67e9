//! A file taken in piece by piece, so that scans pass in between; tried as a whole before on a copy of the register.
//!
//! The rehearsal says all that is wrong, and then nothing is done; what it finds right can fail later only if somebody
//! changes the register meanwhile, and then the report says up to which line the file is in. What ends the program in
//! between does not end the import: the next writer goes on with it (`staged`).
//! Deliberately absent: threads; the caller rehearses away from the station and puts each piece into its queue.

use std::path::Path;

use super::staged::{self, Mark};
use super::table::{Columns, Table};
use super::{By, ImportReport, people, units};
use crate::domain::Moment;
use crate::store::error::{StoreError, sql};
use crate::store::{Apart, Options, Store};

/// Rows that are taken in at once (chosen: some 10 ms of the writer, the time of a few scans).
pub const PIECE_ROWS: usize = 100;

/// What a file lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportList {
    /// Things.
    Units,
    /// People.
    People,
}

impl ImportList {
    /// Its word in an address and on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Units => "units",
            Self::People => "people",
        }
    }

    /// The columns that its files may have.
    pub(super) const fn columns(self) -> Columns {
        match self {
            Self::Units => units::COLUMNS,
            Self::People => people::COLUMNS,
        }
    }
}

/// A file on its way into the register.
pub struct Import {
    list: ImportList,
    by: By,
    /// Its name among others; none for a trial.
    hash: Option<String>,
    begun: bool,
    /// Rows that are in for good.
    kept: Option<usize>,
    table: Table,
    next: usize,
    units: units::Units,
    report: ImportReport,
}

impl Import {
    /// Reads a file; what is wrong with its form is in the report already.
    pub fn read(list: ImportList, input: &[u8], by: By, options: &Options, now: Moment) -> Result<Self, StoreError> {
        let mut report = ImportReport::default();
        let table = Table::read(input, list.columns(), &mut report)?;
        let units = units::Units::new(options.prefixes.tag.clone(), by.person, now);
        Ok(Self { list, by, hash: None, begun: false, kept: None, table, next: 0, units, report })
    }

    /// The same, of which the store remembers how far it is in, and then that it is in.
    #[must_use]
    pub fn noted(self, input: &[u8]) -> Self {
        Self { hash: Some(staged::hash(self.list, input)), ..self }
    }

    /// Puts the file into the store's folder, so that it goes in whole whatever ends the program in between. Blocks.
    pub fn stage(self, input: &[u8], options: &Options) -> Result<Self, StoreError> {
        staged::keep(&options.data, &staged::hash(self.list, input), input)?;
        Ok(self.noted(input))
    }

    /// Whether all of it goes into the register at once: no rehearsal is needed.
    #[must_use]
    pub fn is_small(&self) -> bool {
        self.table.len() <= PIECE_ROWS
    }

    /// What was found so far.
    #[must_use]
    pub const fn report(&self) -> &ImportReport {
        &self.report
    }

    /// Tries all of it on a copy of the register and returns what would happen: of a file that was broken off, with the
    /// rest. Blocks for as long as that takes.
    pub fn rehearse(&self, input: &[u8], options: &Options, now: Moment) -> Result<ImportReport, StoreError> {
        let hash = staged::hash(self.list, input);
        let Shadow { mut store, mark, folder } = Shadow::of(options, &hash, now)?;
        let mut trial = Self {
            list: self.list,
            by: self.by,
            hash: None,
            begun: false,
            kept: None,
            table: Table::default(),
            next: if let Some(Mark::Open(next)) = mark { next } else { 0 },
            units: units::Units::new(options.prefixes.tag.clone(), self.by.person, now),
            report: self.report.clone(),
        };
        if let Some(known) = staged::known(mark, &options.zone) {
            trial.report.wrong += 1;
            trial.report.notes.push(known);
            return Ok(trial.report);
        }
        let tried = store.begin().and_then(|()| trial.rows(&mut store, &self.table, usize::MAX, now));
        drop(store.rollback()); // The copy goes anyway.
        drop(store);
        drop(folder);
        tried?;
        Ok(trial.report)
    }

    /// Takes the next piece in, all of it or nothing; false once there is no more, or if something is wrong now.
    pub fn piece(&mut self, store: &mut Store, dry_run: bool, now: Moment) -> Result<bool, StoreError> {
        let (table, before) = (std::mem::take(&mut self.table), self.report.clone());
        store.begin()?;
        let done = self.marked_rows(store, &table, now);
        self.table = table;
        if done.is_err() || dry_run || self.report.wrong > 0 {
            store.rollback()?;
            done?;
            if let Some(kept) = self.kept.filter(|_| self.report.wrong > 0 && !dry_run) {
                self.report.kept = u64::try_from(kept).unwrap_or(u64::MAX);
                let sentence = format!("The register changed meanwhile: the first {kept} rows are in, no others.");
                self.report.notes.push(sentence);
                (self.report.added, self.report.models, self.report.locations) =
                    (before.added, before.models, before.locations);
            }
            if let Some(hash) = self.hash.as_deref().filter(|_| !dry_run) {
                store.import_is_given_up(hash)?;
                staged::forget(&store.options.data, hash);
            }
            return Ok(false);
        }
        store.commit()?;
        self.kept = Some(self.next);
        self.report.done = self.next >= self.table.len();
        if let Some(hash) = self.hash.as_deref().filter(|_| self.report.done) {
            staged::forget(&store.options.data, hash);
        }
        Ok(!self.report.done)
    }

    /// The next rows, from where the store says that the file is, and then the new place of it.
    fn marked_rows(&mut self, store: &mut Store, table: &Table, now: Moment) -> Result<(), StoreError> {
        let Some(hash) = self.hash.clone() else { return self.rows(store, table, PIECE_ROWS, now) };
        match staged::mark(&store.connection, &hash, "main")? {
            Some(Mark::Open(next)) => {
                if !self.begun && next > 0 {
                    let sentence = format!("The first {next} rows went in before, when this import was broken off.");
                    self.report.notes.push(sentence);
                }
                self.next = next;
                self.kept = Some(next).filter(|it| *it > 0);
            }
            ended @ Some(Mark::Ended(_)) => {
                self.report.wrong += 1;
                self.report.notes.extend(staged::known(ended, &store.options.zone));
                return Ok(());
            }
            None => {
                store.import_begins(&hash, self.list, table.len(), self.by, now)?;
                self.next = 0;
            }
        }
        self.begun = true;
        self.rows(store, table, PIECE_ROWS, now)?;
        store.import_is_at(&hash, self.next, (self.next >= table.len()).then_some(now))
    }

    fn rows(&mut self, store: &mut Store, table: &Table, rows_max: usize, now: Moment) -> Result<(), StoreError> {
        self.units.at(now);
        for line in table.lines(self.next, rows_max) {
            self.next += 1;
            store.savepoint()?;
            let mistakes = match self.list {
                ImportList::Units => self.units.row(store, &line, &mut self.report)?,
                ImportList::People => people::row(store, &line, &self.by, now)?,
            };
            store.end_of_line(line.number, mistakes, &mut self.report)?;
        }
        Ok(())
    }
}

/// Tables of the register that an import looks at, in the order of their references.
const TABLES: [&str; 8] = ["model", "location", "holder", "badge", "unit", "identifier", "category", "stock"];

/// A copy of the register in a folder of its own.
struct Shadow {
    store: Store,
    /// How far the file is in the register of which this is the copy.
    mark: Option<Mark>,
    folder: Apart,
}

impl Shadow {
    fn of(live: &Options, hash: &str, now: Moment) -> Result<Self, StoreError> {
        let folder = Apart::begin(&live.data)?;
        let options = Options { data: folder.path().to_owned(), wal_bytes_min: 0, ..live.clone() };
        let store = Store::open(&options, now)?;
        let mark = fill(&store, &live.path(), hash)?;
        Ok(Self { store, mark, folder })
    }
}

/// Copies what an import looks at, and returns how far the file was in at that moment.
fn fill(store: &Store, live: &Path, hash: &str) -> Result<Option<Mark>, StoreError> {
    let doing = "copy the register for a rehearsal";
    let path = live.to_string_lossy().into_owned();
    store
        .connection
        .execute("ATTACH ? AS live", [path])
        .and_then(|_| store.connection.execute_batch("PRAGMA synchronous = OFF; BEGIN"))
        .map_err(sql(doing))?;
    for table in TABLES {
        let statement = format!("INSERT INTO main.{table} SELECT * FROM live.{table}");
        store.connection.execute(&statement, []).map_err(sql(doing))?;
    }
    let mark = staged::mark(&store.connection, hash, "live")?;
    store.connection.execute_batch("COMMIT; DETACH live").map_err(sql(doing))?;
    Ok(mark)
}
