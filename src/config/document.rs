//! One configuration file: read as TOML, each key looked up in the table of keys, each value checked.
//!
//! What comes out of here has only known keys with values that fit, and remembers the line of each.
//! Deliberately absent: defaults and meaning, which `fill` adds.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};
use toml::{Spanned, Table, Value};

use super::error::{ConfigError, Place};
use super::keys::{self, KEYS};

/// What was set, and where.
#[derive(Clone, Debug, Default)]
pub(super) struct Document {
    /// All files merged.
    pub(super) table: Table,
    /// Where each key was set; a key in a list has its number, `serial[0].baud`.
    pub(super) places: BTreeMap<String, Place>,
}

impl Document {
    /// Reads one file.
    pub(super) fn parse(path: &Path, text: &str) -> Result<Self, ConfigError> {
        let file = File { path: path.to_owned(), text };
        let broken = |error: &toml::de::Error| ConfigError::Syntax {
            place: file.place(error.span().unwrap_or_default()),
            message: error.message().to_owned(),
        };
        let parsed = DeTable::parse(text).map_err(|it| broken(&it))?;
        let mut places = BTreeMap::new();
        file.walk(parsed.get_ref(), "", "", &mut places)?;
        let table = toml::from_str(text).map_err(|it| broken(&it))?;
        Ok(Self { table, places })
    }

    /// Lays a later file over this one: its keys go before, its lists come behind.
    pub(super) fn lay_over(&mut self, later: Self) {
        let before = lists(&self.table);
        merge(&mut self.table, later.table);
        for (path, place) in later.places {
            self.places.insert(shifted(&path, &before), place);
        }
    }

    /// The value of a key, if somebody set it.
    pub(super) fn value(&self, path: &str) -> Option<&Value> {
        let mut parts = path.split('.');
        let first = self.table.get(parts.next()?)?;
        parts.try_fold(first, |at, part| at.get(part))
    }

    /// Where a key was set.
    pub(super) fn place(&self, path: &str) -> Place {
        self.places.get(path).cloned().unwrap_or(Place::Default)
    }
}

struct File<'t> {
    path: PathBuf,
    text: &'t str,
}

impl File<'_> {
    fn place(&self, span: Range<usize>) -> Place {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        Place::Line(self.path.clone(), before.matches('\n').count() + 1)
    }

    #[allow(clippy::wildcard_enum_match_arm, reason = "the rest of TOML's values are no tables and checked as values")]
    /// Checks a table: `path` names its keys in the table of keys, `numbered` in this file.
    fn walk(
        &self,
        table: &DeTable<'_>,
        path: &str,
        numbered: &str,
        places: &mut BTreeMap<String, Place>,
    ) -> Result<(), ConfigError> {
        for (name, value) in table {
            let place = self.place(name.span());
            let (path, numbered) = (joined(path, name.get_ref()), joined(numbered, name.get_ref()));
            match value.get_ref() {
                DeValue::Table(inner) if is_table(&path) => self.walk(inner, &path, &numbered, places)?,
                DeValue::Array(list) if is_table(&format!("{path}[]")) => {
                    for (number, each) in list.iter().enumerate() {
                        let numbered = format!("{numbered}[{number}]");
                        places.insert(numbered.clone(), self.place(each.span()));
                        let inner = each.get_ref().as_table();
                        let inner =
                            inner.ok_or_else(|| self.misfit(&path, each, format!("tables, each [[{path}]]")))?;
                        self.walk(inner, &format!("{path}[]"), &numbered, places)?;
                    }
                }
                _ if is_table(&format!("{path}[]")) => {
                    return Err(self.misfit(&path, value, format!("tables, each [[{path}]]")));
                }
                _ if is_table(&path) => return Err(self.misfit(&path, value, format!("a table, [{path}]"))),
                _ => {
                    self.known(&path, &place, value)?;
                    places.insert(numbered, place);
                }
            }
        }
        Ok(())
    }

    fn known(&self, path: &str, place: &Place, value: &Spanned<DeValue<'_>>) -> Result<(), ConfigError> {
        let Some(key) = keys::find(path) else {
            let is_table = matches!(value.get_ref(), DeValue::Table(_) | DeValue::Array(_));
            let table = is_table.then(|| keys::nearest_table(path)).flatten();
            let nearest = table.or_else(|| keys::nearest(path).map(|it| it.replace("[]", "")));
            return Err(ConfigError::UnknownKey { place: place.clone(), key: path.replace("[]", ""), nearest });
        };
        if key.shape.fits(value.get_ref()) { Ok(()) } else { Err(self.misfit(path, value, key.shape.expected())) }
    }

    fn misfit(&self, path: &str, value: &Spanned<DeValue<'_>>, expected: String) -> ConfigError {
        let found = self.text.get(value.span()).unwrap_or("").split('\n').next().unwrap_or("").trim();
        let key = path.replace("[]", "");
        ConfigError::Value { place: self.place(value.span()), key, found: found.to_owned(), expected }
    }
}

fn joined(table: &str, name: &str) -> String {
    if table.is_empty() { name.to_owned() } else { format!("{table}.{name}") }
}

fn is_table(path: &str) -> bool {
    KEYS.iter().any(|it| it.path.strip_prefix(path).is_some_and(|rest| rest.starts_with('.')))
}

/// How long each list of tables is.
fn lists(table: &Table) -> BTreeMap<String, usize> {
    table.iter().filter_map(|(name, value)| Some((name.clone(), value.as_array()?.len()))).collect()
}

/// The numbered path of a key whose list came behind another.
fn shifted(path: &str, before: &BTreeMap<String, usize>) -> String {
    let parts = path.split_once('[').and_then(|(list, rest)| Some((list, rest.split_once(']')?)));
    let moved = parts.and_then(|(list, (number, rest))| {
        let number: usize = number.parse().ok()?;
        Some(format!("{list}[{}]{rest}", number + before.get(list)?))
    });
    moved.unwrap_or_else(|| path.to_owned())
}

fn merge(into: &mut Table, later: Table) {
    for (name, value) in later {
        match (into.get_mut(&name), value) {
            (Some(Value::Table(old)), Value::Table(new)) => merge(old, new),
            (Some(Value::Array(old)), Value::Array(new)) if new.iter().all(Value::is_table) && !new.is_empty() => {
                old.extend(new);
            }
            (_, value) => drop(into.insert(name, value)),
        }
    }
}
