//! A file that is on its way into the register, so that it goes in whole whatever ends the program in between.
//!
//! Before its first piece the file is put into the store's folder, synced; how far it is in is noted in the transaction of
//! each piece. The next writer takes the rest in before it does anything else: after the first piece there is no way but
//! to the end. Deliberately absent: what a row says.

use std::fs;
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension as _, params};
use sha2::{Digest as _, Sha256};

use super::{By, Import, ImportList, ImportReport};
use crate::domain::{HolderId, Moment, Role};
use crate::store::error::{StoreError, file, sql};
use crate::store::{Store, chain, checkpoint, number, owned};

/// How far a file is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// The first row that is not.
    Open(usize),
    /// All of it, since then.
    Ended(jiff::Timestamp),
}

/// An import that was broken off, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resumed {
    /// The file's name among others: a hash of what it lists and of its bytes.
    pub hash: String,
    /// Rows that were in already.
    pub before: u64,
    /// What was found and done with the rest.
    pub report: ImportReport,
}

/// The name of a file among others.
#[must_use]
pub fn hash(list: ImportList, input: &[u8]) -> String {
    let mut hash = Sha256::new();
    hash.update(list.word());
    hash.update([0]);
    hash.update(input);
    chain::hex(&hash.finalize())
}

fn path(data: &Path, hash: &str) -> PathBuf {
    data.join(format!("import-{}.csv", hash.get(..16).unwrap_or(hash)))
}

/// Puts the file into the store's folder, for whoever must go on with it.
pub(super) fn keep(data: &Path, hash: &str, input: &[u8]) -> Result<(), StoreError> {
    let path = path(data, hash);
    let failed = || file("keep the file that is imported as", &path);
    drop(fs::remove_file(&path)); // What an earlier try left may be cut off.
    let mut kept = owned::make(&path, 0o600).map_err(failed())?;
    let written = kept.write_all(input).and_then(|()| kept.sync_all());
    let written = written.and_then(|()| fs::File::open(data)?.sync_all());
    written.inspect_err(|_| drop(fs::remove_file(&path))).map_err(failed())
}

/// Takes the file away, once it is not needed.
pub(super) fn forget(data: &Path, hash: &str) {
    let path = path(data, hash);
    match fs::remove_file(&path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            tracing::warn!(%error, path = %path.display(), "an imported file stays; remove it");
        }
        Ok(()) | Err(_) => {}
    }
}

/// How far a file is in; none if it never began.
pub(super) fn mark(connection: &Connection, hash: &str, schema: &str) -> Result<Option<Mark>, StoreError> {
    let statement = format!("SELECT next, ended FROM {schema}.import_file WHERE hash = ?");
    let found = connection.query_row(&statement, [hash], |row| {
        let ended: Option<i64> = row.get(1)?;
        Ok(match ended {
            Some(ended) => Mark::Ended(number::time(ended)?),
            None => Mark::Open(usize::try_from(row.get::<_, i64>(0)?).unwrap_or(0)),
        })
    });
    found.optional().map_err(sql("look how far a file is in"))
}

/// The sentence for a file that is refused and was imported whole before.
pub(super) fn known(mark: Option<Mark>, zone: &crate::domain::time::Zone) -> Option<String> {
    match mark {
        Some(Mark::Ended(at)) => Some(format!("This very file was imported whole on {}.", zone.write(at))),
        Some(Mark::Open(_)) | None => None,
    }
}

/// Rows, as they are stored.
fn rows(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

impl Store {
    /// Notes that a file begins with the first piece, in its transaction.
    pub(super) fn import_begins(
        &mut self,
        hash: &str,
        list: ImportList,
        count: usize,
        by: By,
        now: Moment,
    ) -> Result<(), StoreError> {
        let statement = "INSERT OR REPLACE INTO import_file (hash, list, rows, next, person, role_max, begun) \
                         VALUES (?, ?, ?, 0, ?, ?, ?)";
        let (person, role) = (by.person.map(|it| it.0), by.role_max.word());
        let given = params![hash, list.word(), rows(count), person, role, number::micros(now.wall)];
        self.connection.execute(statement, given).map(drop).map_err(sql("note that a file is imported"))
    }

    /// Notes how far it is in, in the transaction of the piece.
    pub(super) fn import_is_at(&mut self, hash: &str, next: usize, ended: Option<Moment>) -> Result<(), StoreError> {
        let given = params![rows(next), ended.map(|it| number::micros(it.wall)), hash];
        let done = self.connection.execute("UPDATE import_file SET next = ?, ended = ? WHERE hash = ?", given);
        done.map(drop).map_err(sql("note how far a file is in"))
    }

    /// Notes that a file is in, in the transaction that takes all of it in.
    pub(super) fn import_is_whole(
        &mut self,
        hash: &str,
        list: ImportList,
        count: u64,
        by: By,
        now: Moment,
    ) -> Result<(), StoreError> {
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        self.import_begins(hash, list, count, by, now)?;
        self.import_is_at(hash, count, Some(now))
    }

    /// Gives a file up whose rest does not fit the register any more.
    pub(super) fn import_is_given_up(&mut self, hash: &str) -> Result<(), StoreError> {
        self.within(|store| {
            let done = store.connection.execute("DELETE FROM import_file WHERE hash = ? AND ended IS NULL", [hash]);
            done.map(drop).map_err(sql("give an import up"))
        })
    }

    /// Takes in what is left of imports that were broken off; what is found is logged, and told as damage if it is not done.
    ///
    /// # Errors
    /// The store cannot be read. That a file cannot be taken in is no error: it stays for the next start.
    pub fn finish_imports(&mut self, now: Moment) -> Result<Vec<Resumed>, StoreError> {
        if self.opening.read_only.is_some() {
            return Ok(Vec::new());
        }
        let mut done = Vec::new();
        for open in self.open_imports()? {
            tracing::warn!(rows = open.rows, rows_in = open.next, "an import was broken off; the rest goes in now");
            match self.finish(&open, now) {
                Ok(report) if report.done => {
                    tracing::warn!(rows = open.rows, "the import that was broken off is in, all of it");
                    done.push(Resumed { hash: open.hash, before: open.next, report });
                }
                Ok(report) => {
                    let why = report.problems.first().map(ToString::to_string).unwrap_or_default();
                    let sentence = half(&open, &format!("the rest does not fit the register ({why}); enter it anew"));
                    self.opening.damage.push(sentence);
                }
                Err(_) if !path(&self.options.data, &open.hash).exists() => {
                    self.import_is_given_up(&open.hash)?; // As in a backup that was made meanwhile.
                    self.opening.damage.push(half(&open, "its file is not here; enter the rows behind that anew"));
                }
                Err(cause) => {
                    let sentence = half(&open, &format!("{cause}; import the same file again, and it goes on there"));
                    self.opening.damage.push(sentence);
                }
            }
        }
        self.sweep();
        Ok(done)
    }

    fn open_imports(&self) -> Result<Vec<OpenImport>, StoreError> {
        let doing = "look for imports that were broken off";
        let statement =
            "SELECT hash, list, rows, next, person, role_max FROM import_file WHERE ended IS NULL ORDER BY begun";
        let mut statement = self.connection.prepare(statement).map_err(sql(doing))?;
        let found = statement.query_map([], |row| {
            let role: String = row.get(5)?;
            let by = By {
                person: row.get::<_, Option<i64>>(4)?.map(HolderId),
                role_max: Role::parse(&role).unwrap_or_default(),
            };
            let list: String = row.get(1)?;
            let list = if list == ImportList::People.word() { ImportList::People } else { ImportList::Units };
            let count = |place: usize| row.get(place).map(|it: i64| it.unsigned_abs());
            Ok(OpenImport { hash: row.get(0)?, list, rows: count(2)?, next: count(3)?, by })
        });
        found.and_then(Iterator::collect).map_err(sql(doing))
    }

    fn finish(&mut self, open: &OpenImport, now: Moment) -> Result<ImportReport, StoreError> {
        let (data, mut input) = (self.options.data.clone(), Vec::new());
        let path = path(&data, &open.hash);
        let read = fs::File::open(&path).and_then(|mut it| it.read_to_end(&mut input));
        read.map_err(file("read the rest of an import in", &path))?;
        if hash(open.list, &input) != open.hash {
            return Err(StoreError::Unfit(format!("{} is not the file that was imported", path.display())));
        }
        let mut import = Import::read(open.list, &input, open.by, &self.options, now)?.noted(&input);
        while import.piece(self, false, now)? {
            if self.unsigned_events() >= checkpoint::EVENTS_MAX {
                self.checkpoint(now)?;
            }
        }
        Ok(import.report().clone())
    }

    /// Removes files of imports that never began.
    fn sweep(&self) {
        let Ok(found) = fs::read_dir(&self.options.data) else { return };
        for path in found.flatten().map(|it| it.path()) {
            let name = path.file_name().and_then(|it| it.to_str()).unwrap_or_default();
            let is_kept = name.strip_prefix("import-").and_then(|it| it.strip_suffix(".csv"));
            if let Some(hash) = is_kept.filter(|it| it.len() == 16) {
                let statement = "SELECT EXISTS (SELECT 1 FROM import_file WHERE hash GLOB ? AND ended IS NULL)";
                let waits = self.connection.query_row(statement, [format!("{hash}*")], |row| row.get(0));
                if !waits.unwrap_or(true) {
                    drop(fs::remove_file(&path));
                }
            }
        }
    }
}

/// An import that was broken off.
struct OpenImport {
    hash: String,
    list: ImportList,
    rows: u64,
    next: u64,
    by: By,
}

fn half(open: &OpenImport, why: &str) -> String {
    let (list, rows, next) = (open.list.word(), open.rows, open.next);
    format!("An import of {list} was broken off after {next} of {rows} rows, and the rest is not in: {why}.")
}
