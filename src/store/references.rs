//! What events refer to: the stills they bind and the events they take back.
//!
//! A bound still must lie in the store's folder with the hash that its event says; a correction names an earlier event of
//! the same unit.
//! Deliberately absent: the chain itself, which `verify` walks.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _, Row};

use super::{
    chain,
    error::{StoreError, sql},
    number::Numbered as _,
    still,
};
use crate::domain::EventKind;

/// The words of an event in which a still is named.
const STILL_WORD: &str = "\"still\":";

/// Follows the references of events, each still once.
pub(super) struct References<'a> {
    stills: Option<&'a Path>,
    seen: BTreeMap<String, Option<&'static str>>,
}

impl<'a> References<'a> {
    /// References with the folder in which stills lie; without it stills are not looked at.
    pub(super) const fn new(stills: Option<&'a Path>) -> Self {
        Self { stills, seen: BTreeMap::new() }
    }

    /// What is wrong with what an event refers to, as a sentence.
    pub(super) fn wrong(
        &mut self,
        connection: &Connection,
        row: &Row<'_>,
        header: &chain::Header<'_>,
    ) -> Result<Option<String>, StoreError> {
        if header.kind == EventKind::Corrected.number() && header.corrects.is_some() {
            return corrected(connection, header);
        }
        let doing = "read what an event refers to";
        let Some(folder) = self.stills else { return Ok(None) };
        let body = row.get_ref(15).and_then(|it| Ok(it.as_str_or_null()?)).map_err(sql(doing))?;
        let Some(still) = body.filter(|it| it.contains(STILL_WORD)).and_then(named) else { return Ok(None) };
        let wrong = *self.seen.entry(still.clone()).or_insert_with(|| still::wrong(folder, &still));
        Ok(wrong.map(|it| format!("The still {still} of event {} {it}.", header.seq)))
    }
}

fn named(body: &str) -> Option<String> {
    let words: BTreeMap<String, String> = serde_json::from_str(body).ok()?;
    words.get("still").cloned()
}

fn corrected(connection: &Connection, header: &chain::Header<'_>) -> Result<Option<String>, StoreError> {
    let Some(corrects) = header.corrects else { return Ok(None) };
    let unit: Option<Option<i64>> = connection
        .prepare_cached("SELECT unit FROM event WHERE seq = ?")
        .and_then(|mut it| it.query_row([corrects], |row| row.get(0)).optional())
        .map_err(sql("read the event that was corrected"))?;
    let wrong = match unit {
        None => "is not there",
        Some(_) if corrects >= header.seq => "is not an earlier one",
        Some(unit) if unit != header.unit => "is about another unit",
        Some(_) => return Ok(None),
    };
    Ok(Some(format!("Event {} takes event {corrects} back, which {wrong}.", header.seq)))
}
