//! Numbers for labels that are to be printed: tags of ours that no identifier on record is or ever was.
//!
//! They follow the highest one on record, withdrawn and lost ones too, so that a roll of labels counts on.
//! Deliberately absent: remembering what was printed; a tag is on record once it is bound.

use rusqlite::{OptionalExtension as _, params};

use super::{
    Reader,
    error::{StoreError, sql},
    number::Numbered as _,
};
use crate::domain::serial_number::key;
use crate::domain::{AssetTag, IdentifierKind};

/// Tags made at once (chosen: a roll of labels).
pub const NEW_TAGS_MAX: usize = 1_000;

/// Tags that are looked at from the end of the list for one that was made by the rule.
const HIGHEST_MAX: i64 = 1_000;

/// Ordinals tried for one tag: some are skipped by the rule, others are on record.
const TRIED_MAX: u64 = 2_000_000;

impl Reader {
    /// New tags in their order, at most [`NEW_TAGS_MAX`]: behind that tag, else behind the highest on record.
    ///
    /// # Errors
    /// [`StoreError::Unfit`] if there are no tags of ours here, if `after` is none, or if too many are on record in a row.
    pub fn new_tags(&self, count: usize, after: Option<&str>) -> Result<Vec<AssetTag>, StoreError> {
        let prefix = self.tag_prefix.as_str();
        if prefix.is_empty() {
            return Err(StoreError::Unfit("codes.tag_prefix is empty: there are no tags of our own here".to_owned()));
        }
        let mut ordinal = match after {
            Some(tag) => AssetTag::ordinal(tag, prefix)
                .map_err(|why| StoreError::Unfit(format!("{tag} is no tag to go on behind: it {why}")))?,
            None => self.highest()?,
        };
        let mut made = Vec::with_capacity(count.min(NEW_TAGS_MAX));
        let mut tried = 0;
        while made.len() < count.min(NEW_TAGS_MAX) {
            ordinal = (ordinal + 1) % AssetTag::ORDINALS;
            tried += 1;
            if tried > TRIED_MAX {
                return Err(StoreError::Unfit("too many tags in a row are on record; go on behind another".to_owned()));
            }
            let Some(tag) = AssetTag::generate(prefix, ordinal) else { continue };
            if !self.is_or_was(&tag)? {
                made.push(tag);
                tried = 0;
            }
        }
        Ok(made)
    }

    /// The ordinal of the highest tag of ours on record; 0 if there is none.
    fn highest(&self) -> Result<u64, StoreError> {
        let begins = key(&self.tag_prefix);
        let found: Vec<String> = self
            .connection
            .prepare_cached(
                "SELECT key FROM identifier WHERE key > ? AND key < ? AND kind = ? ORDER BY key DESC LIMIT ?",
            )
            .and_then(|mut it| {
                let kind = IdentifierKind::AssetTag.number();
                // Behind every letter and digit comes `[`.
                it.query_map(params![begins, format!("{begins}["), kind, HIGHEST_MAX], |row| row.get(0))?.collect()
            })
            .map_err(sql("look for the highest tag"))?;
        Ok(found.iter().find_map(|it| AssetTag::ordinal(it, &begins).ok()).unwrap_or(0))
    }

    /// Whether anything on record is that tag or was it, with its check character or without it.
    fn is_or_was(&self, tag: &AssetTag) -> Result<bool, StoreError> {
        let other_form = AssetTag::other_form(tag.as_str(), &self.tag_prefix);
        self.connection
            .prepare_cached("SELECT 1 FROM identifier WHERE key IN (?, ?) LIMIT 1")
            .and_then(|mut it| {
                it.query_row(params![key(tag.as_str()), other_form.as_deref().map(key)], |_| Ok(())).optional()
            })
            .map(|it| it.is_some())
            .map_err(sql("look whether a tag was issued"))
    }
}
