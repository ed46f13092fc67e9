//! A walk along the chain: each event's hash is recomputed, and how it fits onto the one before it is told.
//!
//! Deliberately absent: what is concluded from it, which is `verify` for a whole ledger and `looking` at a start.

use rusqlite::{Connection, OptionalExtension as _, Row};

use super::{
    chain::{self, Hash},
    checkpoint::Checkpoint,
    error::{StoreError, sql},
    number::Numbered as _,
    signing::Tail,
};
use crate::domain::{EventKind, EventSeq};

/// A walk along the chain.
pub(super) struct Walk {
    pub(super) last: i64,
    pub(super) events: u64,
    pub(super) hash: Hash,
    /// What no checkpoint covers.
    pub(super) tail: Tail,
    buffer: Vec<u8>,
}

/// How an event fits onto the one before it.
pub(super) enum Fit {
    Fits,
    /// Numbers are missing before it, and the event itself declares why.
    Declared,
    /// Numbers are missing before it.
    Missing,
    /// Its hash does not fit.
    Broken,
    /// A column is not what it was written as: no text, or of another type.
    Unreadable,
}

impl Walk {
    pub(super) fn after(seq: EventSeq) -> Self {
        Self {
            last: seq.0,
            events: 0,
            hash: chain::GENESIS,
            tail: Tail::behind(seq.0),
            buffer: Vec::with_capacity(256),
        }
    }

    /// Takes the next event; its header is missing where it cannot be read.
    pub(super) fn step<'r>(&mut self, row: &'r Row<'_>) -> rusqlite::Result<(Fit, Option<chain::Header<'r>>)> {
        let before = self.last;
        self.last = row.get(0)?;
        self.events += 1;
        let stored = chain::hash(row, 17);
        let jump = self.last != before + 1;
        let Ok((header, computed)) = self.computed(row) else {
            self.tail.unreadable(self.last);
            self.hash = stored;
            return Ok((if jump { Fit::Missing } else { Fit::Unreadable }, None));
        };
        self.tail.event(&header);
        // Go on from what is stored, so that one broken row is one sentence.
        self.hash = stored;
        let declares = header.kind == EventKind::GapDeclared.number() || header.kind == EventKind::Restored.number();
        let fit = match (stored == computed, jump) {
            (true, true) if declares => Fit::Declared,
            (_, true) => Fit::Missing,
            (false, false) => Fit::Broken,
            (true, false) => Fit::Fits,
        };
        Ok((fit, Some(header)))
    }

    /// The header of an event and the hash that it should have.
    fn computed<'r>(&mut self, row: &'r Row<'_>) -> rusqlite::Result<(chain::Header<'r>, Hash)> {
        let header = chain::Header::read(row)?;
        let body = match row.get_ref(16)?.as_blob_or_null()? {
            Some(purged) => Hash::try_from(purged).unwrap_or_default(),
            None => chain::body_hash(row.get_ref(14)?.as_blob()?, row.get_ref(15)?.as_str()?),
        };
        row.get_ref(17)?.as_blob()?;
        header.write(&mut self.buffer);
        Ok((header, chain::link(&self.hash, &self.buffer, &body)))
    }
}

/// Walks from the last checkpoint to the end; returns the first number that does not fit.
pub(super) fn from_checkpoint(
    connection: &Connection,
    from: Option<&Checkpoint>,
    walk: &mut Walk,
) -> Result<Option<i64>, StoreError> {
    let doing = "check the end of the ledger";
    if let Some(from) = from {
        let head = chain::unhex(&from.head).and_then(|it| Hash::try_from(it).ok());
        let stored: Option<Hash> = connection
            .query_row("SELECT hash FROM event WHERE seq = ?", [from.seq], |row| Ok(chain::hash(row, 0)))
            .optional()
            .map_err(sql(doing))?;
        if head.is_none() || stored != head || !from.holds() {
            return Ok(Some(from.seq));
        }
        walk.hash = head.unwrap_or_default();
    }
    let mut statement = connection
        .prepare(&format!("SELECT {} FROM event WHERE seq > ? ORDER BY seq", chain::COLUMNS))
        .map_err(sql(doing))?;
    let mut rows = statement.query([walk.last]).map_err(sql(doing))?;
    while let Some(row) = rows.next().map_err(sql(doing))? {
        let before = walk.last;
        match walk.step(row).map_err(sql(doing))?.0 {
            Fit::Fits | Fit::Declared => {}
            Fit::Missing => return Ok(Some(before + 1)),
            Fit::Broken | Fit::Unreadable => return Ok(Some(walk.last)),
        }
    }
    Ok(None)
}
