//! What stands on the labels of locations and on badges: what a scanner reads with the name that a person reads.
//!
//! A name that leads to nothing is refused, so that no sheet lacks a label that was asked for.
//! Deliberately absent: PINs and roles, which are on no badge, and drawing.

use rusqlite::params;

use super::{
    Reader,
    error::{StoreError, sql},
};
use crate::domain::serial_number::key;

/// A code and what it is called.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct NamedCode {
    /// What a scanner reads.
    pub text: String,
    /// What a person calls it.
    pub name: String,
}

impl Reader {
    /// Locations by label or name, in the order in which they are named; all of them, by label, if none is.
    ///
    /// # Errors
    /// [`StoreError::Unfit`] names the one that is not there.
    pub fn location_labels(&self, wanted: &[String]) -> Result<Vec<NamedCode>, StoreError> {
        const BY_NAME: &str = "SELECT label, name FROM location WHERE label_key = ?1 OR name = ?2 ORDER BY label_key";
        const ALL: &str = "SELECT label, name FROM location ORDER BY label_key";
        self.named_codes(ALL, BY_NAME, wanted, |it| (key(it), format!("there is no location {it}")))
    }

    /// Badges that are valid, of people who are here, by number or by name; all of them, by name, if none is named.
    ///
    /// # Errors
    /// [`StoreError::Unfit`] names whom nobody knows.
    pub fn badge_labels(&self, wanted: &[String], prefix: &str) -> Result<Vec<NamedCode>, StoreError> {
        const BY_NAME: &str = "SELECT b.raw, h.name FROM badge b JOIN holder h ON h.id = b.holder \
            WHERE b.ended = 0 AND h.active AND (b.key = ?1 OR h.name = ?2) ORDER BY b.id";
        const ALL: &str = "SELECT b.raw, h.name FROM badge b JOIN holder h ON h.id = b.holder \
            WHERE b.ended = 0 AND h.active ORDER BY h.name, b.id";
        let mut found = self.named_codes(ALL, BY_NAME, wanted, |it| {
            let number = it.strip_prefix(prefix).unwrap_or(it);
            (key(number), format!("nobody who is here has a valid badge {it}, and nobody of that name has one"))
        })?;
        for badge in &mut found {
            badge.text.insert_str(0, prefix);
        }
        Ok(found)
    }

    fn named_codes(
        &self,
        all: &str,
        by_name: &str,
        wanted: &[String],
        names: impl Fn(&str) -> (String, String),
    ) -> Result<Vec<NamedCode>, StoreError> {
        let doing = "read what stands on labels";
        let read = |row: &rusqlite::Row<'_>| Ok(NamedCode { text: row.get(0)?, name: row.get(1)? });
        if wanted.is_empty() {
            return self
                .connection
                .prepare_cached(all)
                .and_then(|mut it| it.query_map([], read)?.collect())
                .map_err(sql(doing));
        }
        let mut found = Vec::with_capacity(wanted.len());
        for name in wanted.iter().map(|it| it.trim()) {
            let (key, missing) = names(name);
            let some: Vec<NamedCode> = self
                .connection
                .prepare_cached(by_name)
                .and_then(|mut it| it.query_map(params![key, name], read)?.collect())
                .map_err(sql(doing))?;
            if some.is_empty() {
                return Err(StoreError::Unfit(missing));
            }
            found.extend(some);
        }
        Ok(found)
    }
}
