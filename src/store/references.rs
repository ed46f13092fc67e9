//! What events refer to: the stills they bind and the events they take back.
//!
//! A bound still must lie in the folder of the store, or of the backup, with the hash that its event says; a correction names an earlier event of
//! the same unit.
//! Deliberately absent: the chain itself, which `verify` walks.

use std::collections::BTreeMap;
use std::path::PathBuf;

use rusqlite::{Connection, OptionalExtension as _};

use super::{
    chain,
    error::{StoreError, sql},
    number::Numbered as _,
    report::Report,
    still,
};
use crate::domain::EventKind;

/// The words of an event in which a still is named.
const STILL_WORD: &str = "\"still\":";

/// Follows the references of events, each still once.
pub(super) struct References {
    stills: Option<PathBuf>,
    seen: BTreeMap<String, Option<&'static str>>,
}

impl References {
    /// References with the folder in which stills lie; without it stills are not looked at.
    pub(super) const fn new(stills: Option<PathBuf>) -> Self {
        Self { stills, seen: BTreeMap::new() }
    }

    /// Says what is wrong with what an event refers to.
    pub(super) fn follow(
        &mut self,
        connection: &Connection,
        words: Option<&str>,
        header: &chain::Header<'_>,
        report: &mut Report,
    ) -> Result<(), StoreError> {
        if header.kind == EventKind::Corrected.number() && header.corrects.is_some() {
            corrected(connection, header)?.into_iter().for_each(|it| report.bad(None, it));
            return Ok(());
        }
        let Some(folder) = &self.stills else { return Ok(()) };
        // Words that cannot be read are a broken event, which the chain tells.
        let Some(still) = words.and_then(named) else { return Ok(()) };
        let wrong = *self.seen.entry(still.clone()).or_insert_with(|| still::wrong(folder, &still));
        if let Some(wrong) = wrong {
            let sentence = format!("The still {still} of event {} {wrong}.", header.seq);
            report.still(still, sentence);
        }
        Ok(())
    }
}

/// The still that the words of an event bind.
pub(super) fn named(body: &str) -> Option<String> {
    if !body.contains(STILL_WORD) {
        return None;
    }
    let words: BTreeMap<String, String> = serde_json::from_str(body).ok()?;
    words.get("still").cloned()
}

fn corrected(connection: &Connection, header: &chain::Header<'_>) -> Result<Option<String>, StoreError> {
    let Some(corrects) = header.corrects else { return Ok(None) };
    let unit: Option<Option<i64>> = connection
        .prepare_cached("SELECT unit FROM event WHERE seq = ?")
        .and_then(|mut it| it.query_row([corrects], |row| Ok(row.get(0).ok().flatten())).optional())
        .map_err(sql("read the event that was corrected"))?;
    let wrong = match unit {
        None => "is not there",
        Some(_) if corrects >= header.seq => "is not an earlier one",
        Some(unit) if unit != header.unit => "is about another unit",
        Some(_) => return Ok(None),
    };
    Ok(Some(format!("Event {} takes event {corrects} back, which {wrong}.", header.seq)))
}
