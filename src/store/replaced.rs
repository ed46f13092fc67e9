//! What the store that a restore replaces knows of the ledger in the backup: what it has signed, and its mark.
//!
//! A number is never used twice, so a backup of this ledger has the same hash at each event that was signed here. One that
//! has another was rewritten, or is of another ledger, and only a person can say that this is meant.
//! Deliberately absent: the replaced file's own soundness; where it cannot be read there is nothing to compare with.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _};

use super::{
    FILE, chain, checkpoint, connect,
    error::{StoreError, sql},
    mark,
};

/// Refuses a backup that differs from the store in `data` where that knows better.
///
/// # Errors
/// [`StoreError::OtherLedger`].
pub(super) fn agrees(data: &Path, backup: &Path, last: i64) -> Result<(), StoreError> {
    let copy = connect::reader(backup, 2_000)?;
    let known = known(data, last).unwrap_or_else(|found| {
        tracing::warn!(error = %found, "the replaced database cannot be read, so nothing is compared with it");
        None
    });
    // The mark is as good without a database.
    let marked = mark::read(data)?.filter(|it| (1..=last).contains(&it.seq)).map(|it| (it.seq, it.head));
    for (seq, head) in known.into_iter().chain(marked) {
        if hash(&copy, seq)? != Some(head) {
            return Err(StoreError::OtherLedger { path: backup.to_owned(), data: data.to_owned(), seq });
        }
    }
    Ok(())
}

/// The last event up to `last` that the store has signed, with its hash; it stands for all before it.
fn known(data: &Path, last: i64) -> Result<Option<(i64, chain::Hash)>, StoreError> {
    if !data.join(FILE).exists() {
        return Ok(None);
    }
    let signed = checkpoint::all(&connect::reader(&data.join(FILE), 2_000)?)?;
    let own = checkpoint::public_key(data).ok().flatten();
    // What another key signed proves nothing here, and may be the very reason for the restore.
    let counts = |it: &&checkpoint::Checkpoint| {
        it.seq <= last && own.as_ref().is_none_or(|own| *own == it.public_key) && it.holds()
    };
    let found = signed.iter().rev().find(counts);
    Ok(found.and_then(|it| Some((it.seq, chain::unhex(&it.head)?.try_into().ok()?))))
}

fn hash(connection: &Connection, seq: i64) -> Result<Option<chain::Hash>, StoreError> {
    connection
        .query_row("SELECT hash FROM event WHERE seq = ?", [seq], |row| row.get(0))
        .optional()
        .map_err(sql("compare the backup with what it replaces"))
}
