//! A file taken in piece by piece, so that scans pass in between; tried as a whole before on a copy of the register.
//!
//! The rehearsal says all that is wrong, and then nothing is done; what it finds right can fail later only if somebody
//! changes the register meanwhile, and then the report says up to which line the file is in.
//! Deliberately absent: threads; the caller rehearses away from the station and puts each piece into its queue.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use super::table::Table;
use super::{By, ImportReport, people, units};
use crate::domain::Moment;
use crate::store::error::{StoreError, file, sql};
use crate::store::{Options, Store};

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

/// A file on its way into the register.
pub struct Import {
    list: ImportList,
    by: By,
    table: Table,
    next: usize,
    units: units::Units,
    report: ImportReport,
}

impl Import {
    /// Reads a file; what is wrong with its form is in the report already.
    pub fn read(list: ImportList, input: &[u8], by: By, options: &Options, now: Moment) -> Result<Self, StoreError> {
        let mut report = ImportReport::default();
        let columns = if list == ImportList::Units { units::COLUMNS } else { people::COLUMNS };
        let table = Table::read(input, columns, &mut report)?;
        let units = units::Units::new(options.prefixes.tag.clone(), by.person, now);
        Ok(Self { list, by, table, next: 0, units, report })
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

    /// Tries all of it on a copy of the register and returns what would happen. Blocks for as long as that takes.
    pub fn rehearse(&self, options: &Options, now: Moment) -> Result<ImportReport, StoreError> {
        let Shadow { mut store, folder } = Shadow::of(options, now)?;
        let mut trial = Self {
            list: self.list,
            by: self.by,
            table: Table::default(),
            next: 0,
            units: units::Units::new(options.prefixes.tag.clone(), self.by.person, now),
            report: self.report.clone(),
        };
        let tried = store.begin().and_then(|()| trial.rows(&mut store, &self.table, usize::MAX, now));
        drop(store.rollback()); // The copy goes anyway.
        drop(store);
        drop(folder);
        tried.map(|()| trial.report)
    }

    /// Takes the next piece in, all of it or nothing; false once there is no more, or if something is wrong now.
    pub fn piece(&mut self, store: &mut Store, dry_run: bool, now: Moment) -> Result<bool, StoreError> {
        let (table, before) = (std::mem::take(&mut self.table), self.report.clone());
        store.begin()?;
        let done = self.rows(store, &table, PIECE_ROWS, now);
        self.table = table;
        if done.is_err() || dry_run || self.report.wrong > 0 {
            store.rollback()?;
            done?;
            if self.report.wrong > 0 && before.added > 0 {
                let sentence =
                    format!("The register changed meanwhile: the first {} rows are in, no others.", before.added);
                self.report.notes.push(sentence);
                (self.report.added, self.report.models, self.report.locations) =
                    (before.added, before.models, before.locations);
            }
            return Ok(false);
        }
        store.commit()?;
        self.report.done = self.next >= self.table.len();
        Ok(!self.report.done)
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
    folder: Folder,
}

/// A folder that goes when this is dropped.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(found) = fs::remove_dir_all(&self.0) {
            tracing::warn!(error = %found, folder = %self.0.display(), "a rehearsal's copy stays");
        }
    }
}

impl Shadow {
    fn of(live: &Options, now: Moment) -> Result<Self, StoreError> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = live.data.join(format!("rehearsal-{}-{number}", std::process::id()));
        DirBuilder::new().recursive(true).mode(0o700).create(&path).map_err(file("make the folder", &path))?;
        let folder = Folder(path);
        let options = Options { data: folder.0.clone(), wal_bytes_min: 0, ..live.clone() };
        let store = Store::open(&options, now)?;
        fill(&store, &live.path())?;
        Ok(Self { store, folder })
    }
}

fn fill(store: &Store, live: &Path) -> Result<(), StoreError> {
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
    store.connection.execute_batch("COMMIT; DETACH live").map_err(sql(doing))
}
