//! Search as you type: by the beginning of any identifier, and by words of models, people, places, owners, notes and states.
//!
//! Each term is one range of an index, so the time does not depend on the size of the register. Without the role,
//! serial numbers, IMEIs and their like match only complete.
//! Deliberately absent: searching inside words.

use rusqlite::{Connection, params};

use super::{
    error::{StoreError, sql},
    facts,
    number::Numbered as _,
    state_search::by_state,
};
use crate::domain::serial_number::key;
use crate::domain::{AssetTag, IdentifierKind, Sight, UnitId, UnitView};

/// Results of one search at most, whatever was asked.
const RESULTS_MAX: usize = 200;
/// Rows that one range of an index may give.
pub(super) const ROWS_MAX: i64 = 800;
/// Characters of a query that count.
const QUERY_MAX: usize = 100;
/// Names that are followed to their units.
const NAMES_MAX: usize = 50;

/// What a name belongs to, as stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    Model,
    Holder,
    Location,
    /// Of one unit.
    Owner,
    /// Of one unit.
    Note,
}

impl Subject {
    pub(super) const fn number(self) -> i64 {
        match self {
            Self::Model => 1,
            Self::Holder => 2,
            Self::Location => 3,
            Self::Owner => 4,
            Self::Note => 5,
        }
    }
}

/// One result of a search: a unit, and by what it was found.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Found {
    /// The unit.
    pub unit: UnitView,
    /// By what it was found.
    pub by: FoundKind,
    /// The text that matched; masked where the unit's is.
    pub matched: String,
}

/// By what a unit was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FoundKind {
    /// One of its identifiers.
    Identifier,
    /// Its lot.
    Lot,
    /// Its model, maker, SKU or category.
    Model,
    /// Who has it.
    Holder,
    /// Where it is.
    Location,
    /// Whose it is.
    Owner,
    /// Its note.
    Note,
    /// Its state, or that somebody has it.
    State,
}

/// Enters the words of a name.
pub(super) fn index(connection: &Connection, subject: Subject, id: i64, name: &str) -> Result<(), StoreError> {
    for word in words(name) {
        connection
            .prepare_cached("INSERT OR IGNORE INTO name_word (word, subject, id) VALUES (?, ?, ?)")
            .and_then(|mut it| it.execute(params![word, subject.number(), id]))
            .map_err(sql("index a name"))?;
    }
    Ok(())
}

/// Enters the words of a unit's owner or note in place of those it had.
pub(super) fn index_anew(
    connection: &Connection,
    subject: Subject,
    unit: UnitId,
    (before, after): (Option<&str>, Option<&str>),
) -> Result<(), StoreError> {
    for word in before.map(words).unwrap_or_default() {
        connection
            .prepare_cached("DELETE FROM name_word WHERE word = ? AND subject = ? AND id = ?")
            .and_then(|mut it| it.execute(params![word, subject.number(), unit.0]))
            .map_err(sql("index a unit anew"))?;
    }
    after.map_or(Ok(()), |it| index(connection, subject, unit.0, it))
}

/// Enters the words of all owners and notes, of a store from before they were.
pub(super) fn index_units(connection: &Connection) -> Result<(), StoreError> {
    let doing = "index owners and notes";
    let mut statement = connection
        .prepare("SELECT id, owner, note FROM unit WHERE owner IS NOT NULL OR note IS NOT NULL")
        .map_err(sql(doing))?;
    let mut rows = statement.query([]).map_err(sql(doing))?;
    while let Some(row) = rows.next().map_err(sql(doing))? {
        let unit = row.get(0).map(UnitId).map_err(sql(doing))?;
        for (column, subject) in [(1, Subject::Owner), (2, Subject::Note)] {
            let text: Option<String> = row.get(column).map_err(sql(doing))?;
            index_anew(connection, subject, unit, (None, text.as_deref()))?;
        }
    }
    Ok(())
}

/// Units that fit the query, best first.
pub(super) fn search(
    connection: &Connection,
    (query, tag_prefix): (&str, &str),
    limit: usize,
    sight: Sight,
) -> Result<Vec<Found>, StoreError> {
    let limit = limit.min(RESULTS_MAX);
    let query: String = key(&query.chars().take(QUERY_MAX).collect::<String>());
    let mut hits = Hits { limit, list: Vec::new() };
    if query.is_empty() || limit == 0 {
        return Ok(Vec::new());
    }
    by_identifier(connection, &query, sight, &mut hits)?;
    if let Some(other_form) = AssetTag::other_form(&query, &key(tag_prefix)) {
        by_identifier(connection, &other_form, sight, &mut hits)?;
    }
    if !hits.full() {
        by_lot(connection, &query, &mut hits)?;
    }
    if !hits.full() {
        by_name(connection, &query, &mut hits)?;
    }
    if !hits.full() {
        by_state(connection, &words(&query), sight, &mut hits)?;
    }
    let mut found = Vec::with_capacity(hits.list.len());
    for (unit, by, matched) in hits.list {
        if let Some(unit) = facts::view(connection, UnitId(unit), sight)? {
            found.push(Found { unit, by, matched });
        }
    }
    Ok(found)
}

/// The end of the range of texts that begin with `text`.
fn after(text: &str) -> String {
    format!("{text}\u{10ffff}")
}

pub(super) struct Hits {
    limit: usize,
    list: Vec<(i64, FoundKind, String)>,
}

impl Hits {
    pub(super) fn full(&self) -> bool {
        self.list.len() >= self.limit
    }

    fn add(&mut self, unit: i64, by: FoundKind, matched: String) {
        if !self.full() && self.list.iter().all(|it| it.0 != unit) {
            self.list.push((unit, by, matched));
        }
    }
}

fn by_identifier(connection: &Connection, query: &str, sight: Sight, hits: &mut Hits) -> Result<(), StoreError> {
    let doing = "search identifiers";
    let mut statement = connection
        .prepare_cached("SELECT unit, kind, raw, key FROM identifier WHERE key >= ? AND key < ? ORDER BY key LIMIT ?")
        .map_err(sql(doing))?;
    // Masked kinds are left out here, not in SQL: the bound on rows is what keeps the time.
    let mut rows = statement.query(params![query, after(query), ROWS_MAX]).map_err(sql(doing))?;
    while let Some(row) = rows.next().map_err(sql(doing))? {
        let kind = row.get(1).and_then(IdentifierKind::of).map_err(sql(doing))?;
        let whole = row.get_ref(3).and_then(|it| Ok(it.as_str()? == query)).map_err(sql(doing))?;
        if whole || sight.sees(kind) {
            let (unit, raw) = row.get(0).and_then(|unit| Ok((unit, row.get(2)?))).map_err(sql(doing))?;
            hits.add(unit, FoundKind::Identifier, raw);
        }
    }
    Ok(())
}

fn by_lot(connection: &Connection, query: &str, hits: &mut Hits) -> Result<(), StoreError> {
    follow(
        connection,
        "SELECT id, lot FROM unit WHERE lot_key >= ?1 AND lot_key < ?2 LIMIT ?3",
        params![query, after(query), ROWS_MAX],
        FoundKind::Lot,
        hits,
    )
}

/// All words of the query must begin a word of the name; the longest is looked up, the others filter.
fn by_name(connection: &Connection, query: &str, hits: &mut Hits) -> Result<(), StoreError> {
    let doing = "search names";
    let mut asked = words(query);
    asked.sort_by_key(|it| std::cmp::Reverse(it.len()));
    let Some((longest, others)) = asked.split_first() else {
        return Ok(());
    };
    let names: Vec<(i64, i64)> = connection
        .prepare_cached("SELECT DISTINCT subject, id FROM name_word WHERE word >= ? AND word < ? LIMIT ?")
        .and_then(|mut it| {
            let rows =
                it.query_map(params![longest, after(longest), ROWS_MAX], |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.collect()
        })
        .map_err(sql(doing))?;
    let mut followed = 0;
    for (subject, id) in names {
        let mut fits = true;
        for other in others {
            fits = fits && connection
                .prepare_cached(
                    "SELECT EXISTS (SELECT 1 FROM name_word WHERE word >= ? AND word < ? AND subject = ? AND id = ?)",
                )
                .and_then(|mut it| it.query_row(params![other, after(other), subject, id], |row| row.get(0)))
                .map_err(sql(doing))?;
        }
        if !fits {
            continue;
        }
        followed += usize::from(subject <= Subject::Location.number());
        if followed > NAMES_MAX || hits.full() {
            break;
        }
        let (statement, by) = match subject {
            1 => (
                "SELECT u.id, trim(m.maker || ' ' || m.name) FROM unit u JOIN model m ON m.id = u.model \
                 WHERE u.model = ?1 LIMIT ?2",
                FoundKind::Model,
            ),
            2 => (
                "SELECT s.unit, h.name FROM unit_state s JOIN holder h ON h.id = s.holder WHERE s.holder = ?1 LIMIT ?2",
                FoundKind::Holder,
            ),
            4 => ("SELECT id, owner FROM unit WHERE id = ?1 LIMIT ?2", FoundKind::Owner),
            5 => ("SELECT id, note FROM unit WHERE id = ?1 LIMIT ?2", FoundKind::Note),
            _ => (
                "SELECT s.unit, l.name FROM unit_state s JOIN location l ON l.id = s.location \
                 WHERE s.location = ?1 LIMIT ?2",
                FoundKind::Location,
            ),
        };
        follow(connection, statement, params![id, ROWS_MAX], by, hits)?;
    }
    Ok(())
}

pub(super) fn follow(
    connection: &Connection,
    statement: &str,
    values: &[&dyn rusqlite::ToSql],
    by: FoundKind,
    hits: &mut Hits,
) -> Result<(), StoreError> {
    let doing = "search units";
    let mut statement = connection.prepare_cached(statement).map_err(sql(doing))?;
    let mut rows = statement.query(values).map_err(sql(doing))?;
    while let Some(row) = rows.next().map_err(sql(doing))? {
        let (unit, matched) = row.get(0).and_then(|unit| Ok((unit, row.get(1)?))).map_err(sql(doing))?;
        hits.add(unit, by, matched);
    }
    Ok(())
}

pub(super) fn words(name: &str) -> Vec<String> {
    let name = key(name);
    let mut words: Vec<String> =
        name.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty()).map(str::to_owned).collect();
    words.sort_unstable();
    words.dedup();
    words
}
