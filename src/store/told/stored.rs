//! Units and models as the register has them, read in a thread beside the walk along the ledger, or behind it.
//!
//! Both see the same moment of the store: two read transactions that end at the same event, because the register changes
//! only with one. Deliberately absent: what a row counts, which is in `sums`.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread::{self, Scope, ScopedJoinHandle};

use rusqlite::Connection;

use super::sums::Sums;
use super::{MODEL_BUCKETS, Pace, UNIT_BUCKETS, walked};
use crate::store::connect;
use crate::store::error::{StoreError, sql};

/// Sums from which those of the events are nothing, if all is as they say.
pub(in crate::store) struct Stored {
    pub(super) units: Sums,
    pub(super) models: Sums,
    /// What a row says that cannot be, a sentence each.
    pub(super) odd: Vec<String>,
    /// It was ended before it was done.
    pub(super) is_over: bool,
}

/// What became of a reading beside the walk.
pub(in crate::store) type Beside = thread::Result<Result<Stored, StoreError>>;

/// How often two transactions are begun anew, because somebody wrote between their beginnings (chosen: a station under
/// load writes some thousand times a second, and both begin within some microseconds).
const TRIES_MAX: usize = 20;

impl Stored {
    /// Takes it away from these sums; `ended` is asked now and then whether it shall end before it is done.
    pub(super) fn read(
        connection: &Connection,
        mut units: Sums,
        mut models: Sums,
        ended: &mut dyn FnMut() -> bool,
    ) -> Result<Self, StoreError> {
        let (mut pace, mut odd) = (Pace { ended, steps: 0, is_over: false }, Vec::new());
        let makers = walked::models(connection, &mut models)?;
        walked::units(connection, &mut units, &makers, &mut pace, &mut odd)?;
        Ok(Self { units, models, odd, is_over: pace.is_over })
    }
}

/// Begins to read beside a connection that is in a transaction and has read nothing in it; it is in one of the same moment
/// then. `None` if the two could not begin at one moment.
pub(in crate::store) fn beside<'s>(
    scope: &'s Scope<'s, '_>,
    path: &Path,
    connection: &Connection,
    stop: &'s AtomicBool,
) -> Result<Option<ScopedJoinHandle<'s, Result<Stored, StoreError>>>, StoreError> {
    let twin = connect::reader(path, 2_000)?;
    let again = |it: &Connection, statement| it.execute_batch(statement).map_err(sql("begin to verify"));
    let end = |it: &Connection| {
        let end = it.query_row("SELECT max(seq) FROM event", [], |row| row.get::<_, Option<i64>>(0));
        end.map_err(sql("read the end of the ledger"))
    };
    for _ in 0..TRIES_MAX {
        again(&twin, "BEGIN")?;
        if end(&twin)? == end(connection)? {
            let (units, models) = (Sums::new(UNIT_BUCKETS), Sums::new(MODEL_BUCKETS));
            let read = move || Stored::read(&twin, units, models, &mut || stop.load(Relaxed));
            return Ok(Some(scope.spawn(read)));
        }
        again(&twin, "COMMIT")?;
        again(connection, "COMMIT; BEGIN")?;
    }
    Ok(None)
}
