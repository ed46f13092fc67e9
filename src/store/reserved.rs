//! Codes that are taken for something else: no tag, shelf or location may bear one, because nobody could scan it.
//!
//! A shelf may have a code that begins like the label of a location: shelves are looked for first.
//! Deliberately absent: numbers of makers, which nobody here chooses, and two of the same kind, which each kind refuses.

use rusqlite::{OptionalExtension as _, params};

use super::{
    Store,
    error::{StoreError, sql},
    kit,
    number::Numbered as _,
};
use crate::domain::prefix::OwnClass;
use crate::domain::serial_number::key;
use crate::domain::{IdentifierKind, UnitId};

/// What a code is to be given to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bearer {
    Tag,
    Shelf,
    Location,
}

impl Bearer {
    const fn words(self) -> &'static str {
        match self {
            Self::Tag => "tag",
            Self::Shelf => "shelf code",
            Self::Location => "location label",
        }
    }

    /// Whether a code of that class can be scanned as one of these.
    fn fits(self, class: OwnClass) -> bool {
        match self {
            Self::Tag => class == OwnClass::Tag,
            Self::Shelf | Self::Location => class == OwnClass::Location,
        }
    }
}

impl Store {
    /// Refuses a code that is read as something else, or that something else bears.
    pub(super) fn refuse_reserved(&self, bearer: Bearer, code: &str) -> Result<(), StoreError> {
        if let Some(owner) = self.bears(bearer, code)? {
            return Err(StoreError::Taken { what: bearer.words().to_owned(), key: code.to_owned(), owner });
        }
        match self.options.prefixes.class(code).filter(|it| !bearer.fits(it.0)) {
            None => Ok(()),
            Some((class, prefix)) => Err(StoreError::Unfit(format!(
                "{code} is read as {}, because it begins with {prefix}; choose another {}",
                class.words(),
                bearer.words()
            ))),
        }
    }

    /// What else in the register bears that code, in words for people.
    fn bears(&self, bearer: Bearer, code: &str) -> Result<Option<String>, StoreError> {
        let doing = "look for what bears a code";
        let code = key(code);
        let text = |statement: &str| -> Result<Option<String>, StoreError> {
            let found = self.connection.prepare_cached(statement);
            found.and_then(|mut it| it.query_row([&code], |row| row.get(0)).optional()).map_err(sql(doing))
        };
        if bearer != Bearer::Shelf
            && let Some(shelf) = text("SELECT shelf FROM stock WHERE shelf_key = ?")?
        {
            return Ok(Some(format!("the shelf {shelf}")));
        }
        if bearer != Bearer::Location
            && let Some(label) = text("SELECT label FROM location WHERE label_key = ?")?
        {
            return Ok(Some(format!("the location {label}")));
        }
        if bearer == Bearer::Tag {
            return Ok(None);
        }
        let unit: Option<i64> = self
            .connection
            .prepare_cached("SELECT unit FROM identifier WHERE key = ? AND ended = 0 ORDER BY kind <> ? LIMIT 1")
            .and_then(|mut it| {
                it.query_row(params![code, IdentifierKind::AssetTag.number()], |row| row.get(0)).optional()
            })
            .map_err(sql(doing))?;
        unit.map(|it| kit::label(&self.connection, UnitId(it)).map(|it| format!("the unit {it}"))).transpose()
    }
}
