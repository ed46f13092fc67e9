//! The store: register, scan journal, ledger, custody, on one SQLite file with one writer.
//!
//! An answer means on disk: `journal_mode=WAL`, `synchronous=FULL`, and a high-water mark outside the file.
//! The ledger only grows, by trigger and by hash chain; custody is its fold and is written in the same transaction.
//! [`Store`] is the writer and belongs to the station thread; [`Reader`] reads beside it.
//! Deliberately absent: deciding anything, and the clock.

mod apart;
mod backup;
mod binding;
mod bought;
mod carry;
mod cart;
mod case_file;
mod chain;
mod checkpoint;
mod checks;
mod connect;
mod correction;
mod custody;
mod day;
mod error;
mod export;
mod exported;
mod facts;
mod fold;
mod group;
mod hidden;
mod import;
mod instruction;
mod journal;
mod kept;
mod kit;
mod label_queue;
mod ledger;
pub mod lock;
mod looking;
mod mark;
mod migration;
mod models;
mod named;
mod near;
mod new_tags;
mod number;
mod offered;
mod on_labels;
mod opening;
mod owned;
mod owner;
mod papers;
mod parked;
mod pass;
mod picture;
mod pin;
mod purge;
mod purgeable;
mod purged;
mod reader;
mod references;
mod register;
mod rehearsal;
mod replaced;
mod report;
mod reservation;
mod reserved;
mod resolve;
mod restore;
mod restriction;
mod search;
mod sheet;
mod shift;
mod shown;
mod signing;
mod standing;
mod state_search;
mod still;
mod stock;
mod substitute;
mod told;
mod trust;
mod unit;
mod verify;
mod wal;
mod walk;

use std::path::PathBuf;

use ed25519_dalek::SigningKey;
use rusqlite::{Connection, config::DbConfig};

pub use apart::Apart;
pub use backup::{Backup, SEALED, backup, backup_sealed};
pub use chain::{Hash, hex, unhex};
pub use checkpoint::{Checkpoint, EVENTS_MAX as CHECKPOINT_EVENTS_MAX, KEY_FILE, public_key};
pub use checks::{Checks, Progress};
pub use connect::is_there;
pub use day::OF_FIELD;
pub use error::StoreError;
pub use export::{Form, List};
pub use import::{By, Import, ImportList, ImportReport, PIECE_ROWS, Problem, Resumed, import_hash};
pub use instruction::Instruction;
pub use journal::Answered;
pub use kept::Signed;
pub use mark::Mark;
pub use migration::newest as newest_schema;
pub use models::{ModelLine, PlaceLine};
pub use new_tags::NEW_TAGS_MAX;
pub use on_labels::NamedCode;
pub use opening::Opening;
pub use owner::{NewOwner, OwnerView};
pub use papers::Trained;
pub use parked::{ParkedCode, Settle};
pub use pass::Pass;
pub use picture::PICTURE_MAX;
pub use pin::{PIN_DIGITS, PIN_WRONG_MAX};
pub use purge::{AGE_MIN, ClassPurge, Next, Purge, PurgeOrder, PurgeReport};
pub use reader::{Borne, Counts, Held, PersonStory, Reader, UnitStory};
pub use register::{NewHolder, NewModel, NewStock};
pub use rehearsal::{Rehearsal, rehearse};
pub use report::{PurgedClass, Report, SignedUpTo};
pub use reservation::{ReservationRow, Reserved};
pub use restore::{Insist, Restored, restore};
pub use search::{Found, FoundKind};
pub use shift::{OutUnit, ShiftReport};
pub use shown::Shown;
pub use standing::{Home, OfModel, Standing};
pub use still::{STILL_MAX, Still, has_still, keep_still, read_still};
pub use unit::{Bearing, NewIdentifier, NewUnit};
pub use verify::{verify, verify_signed};

use crate::domain::time::Zone;
use crate::domain::{EventSeq, Prefixes, Retention, ScanId, StationId, UnitId};

/// Name of the database file in the store's folder.
pub const FILE: &str = "station.db";

/// What the store is told at its door.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder of the store; it is made if it is not there.
    pub data: PathBuf,
    /// Stands in every event; `station` by default.
    pub station: StationId,
    /// What our own codes begin with: tags with `AT-` by default, badges with `BDG-`.
    pub prefixes: Prefixes,
    /// The zone by whose calendar a day begins and ends; the machine's by default.
    pub zone: Zone,
    /// How long the words of events are kept, by class; for ever by default.
    pub retention: Retention,
    /// How long to wait for another program that holds the file, milliseconds; 2,000 by default.
    pub busy_ms_max: u64,
    /// Commits after which the WAL is copied into the database by a thread of its own, or four times as many events; 500
    /// by default.
    pub wal_commits_max: u32,
    /// Bytes that the WAL file keeps, so that commits overwrite it and need not lengthen it; 16 MiB by default.
    /// With 0 the WAL is removed whenever the store is closed.
    pub wal_bytes_min: u64,
}

impl Options {
    /// Options for the store in `data`, with defaults.
    #[must_use]
    pub fn new(data: impl Into<PathBuf>, station: StationId) -> Self {
        Self {
            data: data.into(),
            station,
            prefixes: Prefixes::default(),
            zone: Zone::system(),
            retention: Retention::new(),
            busy_ms_max: 2_000,
            wal_commits_max: 500,
            wal_bytes_min: 16 * 1024 * 1024,
        }
    }

    /// The database file.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.data.join(FILE)
    }
}

/// Last numbers in memory; they roll back with the transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Heads {
    seq: i64,
    hash: Hash,
    scan: i64,
    /// When the last event was recorded, microseconds since 1970.
    time: i64,
    /// The open group is signed in its own transaction, at this time.
    sign: Option<i64>,
}

impl Heads {
    /// Before the first event.
    const NONE: Self = Self { seq: 0, hash: chain::GENESIS, scan: 0, time: 0, sign: None };

    /// What the mark outside remembers of them.
    const fn mark(&self) -> Mark {
        Mark { seq: self.seq, head: self.hash, scan: self.scan }
    }
}

/// The store's only writer.
pub struct Store {
    options: Options,
    connection: Connection,
    keeper: Option<wal::Keeper>,
    marks: Option<mark::MarkFile>,
    lock: Option<lock::Lock>,
    key: Option<SigningKey>,
    heads: Heads,
    /// Scans of the open group and the units of their events: the ledger says of these that they were seen.
    noted: Vec<(ScanId, UnitId)>,
    /// Heads at `begin` and at each open savepoint.
    saved: Vec<Heads>,
    checkpointed: i64,
    opening: Opening,
    random: ledger::Random,
    buffer: Vec<u8>,
    /// After an input/output error nothing is assumed: the connection is opened anew before the next group.
    suspect: bool,
    /// Carts that were open when an earlier writer ended are marked as left behind, durably.
    carts_left: bool,
}

impl Store {
    /// What start found.
    #[must_use]
    pub fn opening(&self) -> &Opening {
        &self.opening
    }

    /// The options it was opened with.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// The lock, to publish the address of the service; `None` if the store is read-only.
    pub fn lock(&mut self) -> Option<&mut lock::Lock> {
        self.lock.as_mut()
    }

    /// The last event and its hash, inside the open transaction if there is one.
    #[must_use]
    pub fn head(&self) -> (EventSeq, Hash) {
        (EventSeq(self.heads.seq), self.heads.hash)
    }

    /// The number that the next recorded scan gets.
    #[must_use]
    pub fn next_scan(&self) -> ScanId {
        ScanId(self.heads.scan + 1)
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // The thread that copies the WAL ends before the connection, so that the last one to close tidies up.
        self.keeper = None;
        if !self.connection.is_autocommit() {
            drop(self.rollback());
        }
        if self.marks.is_some() && self.options.wal_bytes_min > 0 {
            // All is in the database, and the WAL keeps its length for the next start.
            wal::put_away(&self.connection, &self.options);
            drop(self.connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true));
        }
    }
}
