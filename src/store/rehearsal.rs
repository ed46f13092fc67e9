//! Tries whether a backup can be restored, also beside a running station: a whole restore into a folder of its own, which is
//! proved and then removed.
//!
//! Deliberately absent: putting anything in place (`restore`).

use std::{ops::ControlFlow, path::Path};

use super::{
    Options,
    apart::Apart,
    backup,
    checks::Checks,
    connect,
    error::StoreError,
    opening, replaced,
    restore::{Insist, has_its_stills, restore},
    verify::verify,
};
use crate::domain::{EventSeq, Moment};

/// A backup that can be restored.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Rehearsal {
    /// The last event of the backup.
    pub seq: EventSeq,
    /// When it was made, UTC.
    pub taken: String,
    /// Units in it.
    pub units: u64,
    /// Events of the store that are behind it, which a restore would give up; 0 if there is no store, or another one.
    pub behind: u64,
}

/// Restores a backup into a folder of its own, proves the result as `verify` does, and removes it.
///
/// # Errors
/// Those of a restore, except that a running station does not matter; [`StoreError::BadBackup`] also where the restored
/// store would not verify.
pub fn rehearse(options: &Options, from: &Path, now: Moment, insist: Insist) -> Result<Rehearsal, StoreError> {
    let report = backup::check(from)?;
    let copy = connect::reader(from, options.busy_ms_max)?;
    let seq = opening::heads(&copy)?.seq;
    if !insist.without_stills {
        has_its_stills(&report.stills, &options.data, from)?;
    }
    if !insist.another {
        replaced::agrees(&options.data, from, seq)?;
    }
    let apart = Apart::begin(&options.data)?;
    let trial = Options { data: apart.path().join("store"), ..options.clone() };
    restore(&trial, from, None, now, Insist { another: true, without_stills: true })?;
    let proved = verify(&trial.data, Checks::ALL, |_| ControlFlow::Continue(()))?;
    if let Some(why) = proved.undeclared {
        return Err(StoreError::BadBackup { path: from.to_owned(), why });
    }
    let last = connect::reader(&options.path(), options.busy_ms_max).and_then(|it| opening::heads(&it));
    let behind = if insist.another { 0 } else { last.map_or(0, |it| u64::try_from(it.seq - seq).unwrap_or_default()) };
    Ok(Rehearsal { seq: EventSeq(seq), taken: backup::taken(&copy)?, units: backup::units(&copy)?, behind })
}
