//! Reads the store beside its writer: for pages, the API and the command line.
//!
//! Each reader is a read-only connection of its own; it sees what is committed and can never change anything.
//! Lists are bounded: whoever wants more asks for what comes after.
//! Deliberately absent: what a scan needs, which is read on the write connection.

use std::{path::Path, sync::Arc};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::{
    FILE, chain, connect,
    error::{StoreError, sql},
    export, facts, journal, ledger, migration,
    number::{Numbered as _, time},
    search::{self, Found},
    shown,
};
use crate::domain::prefix::Prefixes;
use crate::domain::{
    Ended, Event, EventSeq, Holder, HolderId, IdentifierKind, Kind, Moment, ScanId, Sight, UnitId, UnitView,
};

/// Rows of one list at most, whatever was asked.
pub(super) const ROWS_MAX: usize = 1_000;

/// A read-only connection. It can be sent to another thread, not shared between two.
pub struct Reader {
    pub(super) connection: Connection,
    /// What our tags begin with.
    pub(super) tag_prefix: String,
}

/// An identifier that a unit bears or bore.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Borne {
    /// Its kind.
    pub kind: IdentifierKind,
    /// The text as printed; masked without the role.
    pub raw: String,
    /// The maker or the namespace within which it is unique; empty if everywhere.
    pub scope: String,
    /// Since when.
    pub valid_from: Timestamp,
    /// Until when, if it ended.
    pub valid_until: Option<Timestamp>,
    /// Why it ended.
    pub ended: Option<Ended>,
    /// The hashes of the stills that show it, oldest first: one for each angle.
    pub stills: Vec<String>,
}

/// One unit with its story.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitStory {
    /// The unit.
    pub unit: UnitView,
    /// What it bears and bore, oldest first.
    pub identifiers: Vec<Borne>,
    /// What happened to it, newest first.
    pub events: Vec<Event>,
    /// A note for people.
    pub note: Option<String>,
    /// When it was last seen, and at which station.
    pub seen: Option<(Timestamp, String)>,
    /// The kit of which it is a part, by number and label.
    pub kit: Option<(UnitId, String)>,
    /// Its parts, if it is a kit.
    pub parts: Vec<UnitView>,
}

/// A unit that a person holds.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Held {
    /// The unit.
    pub unit: UnitView,
    /// Since when.
    pub since: Option<Timestamp>,
    /// Past its due time.
    pub overdue: bool,
}

/// One person with what they hold.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonStory {
    /// The person.
    pub holder: Holder,
    /// What they hold, due first.
    pub held: Vec<Held>,
}

/// How much there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    /// Units in the register.
    pub units: i64,
    /// Units that somebody has.
    pub out: i64,
    /// Of those, past their due time.
    pub overdue: i64,
    /// People.
    pub people: i64,
    /// Rows of the journal.
    pub scans: i64,
    /// Lines of the ledger.
    pub events: i64,
}

impl Reader {
    /// Opens the store in `data`, or a single database file, for reading.
    ///
    /// # Errors
    /// [`StoreError::Missing`], [`StoreError::NewerSchema`], and what the system says.
    pub fn open(data: &Path) -> Result<Self, StoreError> {
        let path = if data.is_dir() { data.join(FILE) } else { data.to_owned() };
        let connection = connect::reader(&path, 2_000)?;
        let (found, known) = (migration::found(&connection)?, migration::newest());
        if found > known {
            return Err(StoreError::NewerSchema { path, found, known });
        }
        Ok(Self { connection, tag_prefix: Prefixes::default().tag })
    }

    /// The same where our tags begin otherwise than usual.
    #[must_use]
    pub fn with_tags(self, tag_prefix: &str) -> Self {
        Self { tag_prefix: tag_prefix.to_owned(), ..self }
    }

    /// Asks several things of one moment.
    ///
    /// Each look-up alone would take the file's locks again, and those of a connection in the writer's own process are
    /// what the writer waits for (measured: 309 times in 1,000 scans beside four searches, up to 10 ms).
    pub fn at_once<T>(&self, ask: impl FnOnce(&Self) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let moment = self.connection.unchecked_transaction().map_err(sql("begin to read"))?;
        let answer = ask(self);
        moment.finish().map_err(sql("end reading"))?;
        answer
    }

    /// The last event and its hash.
    pub fn head(&self) -> Result<(EventSeq, chain::Hash), StoreError> {
        super::opening::heads(&self.connection).map(|it| (EventSeq(it.seq), it.hash))
    }

    /// Units that fit a query, best first; at most 200.
    pub fn search(&self, query: &str, limit: usize, sight: Sight) -> Result<Vec<Found>, StoreError> {
        search::search(&self.connection, (query, &self.tag_prefix), limit, sight)
    }

    /// Units in the order of their numbers, after one; at most 1,000.
    pub fn units(&self, after: UnitId, limit: usize, sight: Sight) -> Result<Vec<UnitView>, StoreError> {
        let ids = self.numbers("SELECT id FROM unit WHERE id > ? ORDER BY id LIMIT ?", after.0, limit)?;
        ids.into_iter().filter_map(|it| facts::view(&self.connection, UnitId(it), sight).transpose()).collect()
    }

    /// One unit as people and programs see it.
    pub fn unit_view(&self, id: UnitId, sight: Sight) -> Result<Option<UnitView>, StoreError> {
        facts::view(&self.connection, id, sight)
    }

    /// One unit with its identifiers and up to `limit` of its last events.
    pub fn unit(&self, id: UnitId, limit: usize, sight: Sight) -> Result<Option<UnitStory>, StoreError> {
        let Some(unit) = facts::view(&self.connection, id, sight)? else {
            return Ok(None);
        };
        let doing = "read the unit's story";
        let events = self
            .connection
            .prepare_cached(&format!("SELECT {} FROM event WHERE unit = ? ORDER BY seq DESC LIMIT ?", chain::COLUMNS))
            .and_then(|mut it| it.query_map(params![id.0, bounded(limit)], ledger::read)?.collect())
            .map_err(sql(doing))?;
        let note = self
            .connection
            .prepare_cached("SELECT note FROM unit WHERE id = ?")
            .and_then(|mut it| it.query_row([id.0], |row| row.get(0)))
            .map_err(sql(doing))?;
        let seen = journal::last_seen(&self.connection, id)?;
        let facts = facts::unit(&self.connection, id, None)?;
        let (kit, parts) = facts.map(|it| (it.kit, it.parts)).unwrap_or_default();
        let parts = parts.into_iter().filter_map(|it| facts::view(&self.connection, it, sight).transpose());
        let (identifiers, parts) = (self.identifiers(id, sight)?, parts.collect::<Result<_, _>>()?);
        Ok(Some(UnitStory { unit, identifiers, events, note, seen, kit, parts }))
    }

    /// People in the order of their numbers, after one; at most 1,000.
    pub fn people(&self, after: HolderId, limit: usize, now: Moment) -> Result<Vec<Holder>, StoreError> {
        let ids = self.numbers("SELECT id FROM holder WHERE id > ? ORDER BY id LIMIT ?", after.0, limit)?;
        ids.into_iter().filter_map(|it| facts::holder(&self.connection, HolderId(it), now).transpose()).collect()
    }

    /// One person with what they hold, due first; at most 1,000 units.
    pub fn person(&self, id: HolderId, sight: Sight, now: Moment) -> Result<Option<PersonStory>, StoreError> {
        let Some(holder) = facts::holder(&self.connection, id, now)? else {
            return Ok(None);
        };
        let doing = "read what the person holds";
        let rows: Vec<(i64, Option<i64>)> = self
            .connection
            .prepare_cached(
                "SELECT unit, since FROM unit_state WHERE holder = ? ORDER BY due IS NULL, due, unit LIMIT ?",
            )
            .and_then(|mut it| {
                it.query_map(params![id.0, bounded(ROWS_MAX)], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
            })
            .map_err(sql(doing))?;
        let mut held = Vec::with_capacity(rows.len());
        for (unit, since) in rows {
            if let Some(unit) = facts::view(&self.connection, UnitId(unit), sight)? {
                let overdue = unit.due.is_some_and(|it| it < now.wall);
                held.push(Held { unit, since: since.map(time).transpose().map_err(sql(doing))?, overdue });
            }
        }
        Ok(Some(PersonStory { holder, held }))
    }

    /// The person who bears a badge, with or without what badges begin with here.
    pub fn bearer(&self, badge: &str, prefix: &str, now: Moment) -> Result<Option<Holder>, StoreError> {
        let bare = badge.strip_prefix(prefix).unwrap_or(badge).trim();
        let id: Option<i64> = self
            .connection
            .prepare_cached("SELECT holder FROM badge WHERE key = ? AND ended = 0")
            .and_then(|mut it| it.query_row([crate::domain::serial_number::key(bare)], |row| row.get(0)).optional())
            .map_err(sql("look up the badge"))?;
        id.map_or(Ok(None), |it| facts::holder(&self.connection, HolderId(it), now))
    }

    /// The name of a person.
    pub fn holder_name(&self, id: HolderId) -> Result<Option<String>, StoreError> {
        self.connection
            .prepare_cached("SELECT name FROM holder WHERE id = ?")
            .and_then(|mut it| it.query_row([id.0], |row| row.get(0)).optional())
            .map_err(sql("read a person's name"))
    }

    /// Events after a number, oldest first; at most 1,000.
    pub fn events(&self, after: EventSeq, limit: usize) -> Result<Vec<Event>, StoreError> {
        self.connection
            .prepare_cached(&format!("SELECT {} FROM event WHERE seq > ? ORDER BY seq LIMIT ?", chain::COLUMNS))
            .and_then(|mut it| it.query_map(params![after.0, bounded(limit)], ledger::read)?.collect())
            .map_err(sql("read events"))
    }

    /// The last events, newest first; at most 1,000.
    pub fn recent(&self, limit: usize) -> Result<Vec<Event>, StoreError> {
        self.connection
            .prepare_cached(&format!("SELECT {} FROM event ORDER BY seq DESC LIMIT ?", chain::COLUMNS))
            .and_then(|mut it| it.query_map([bounded(limit)], ledger::read)?.collect())
            .map_err(sql("read the last events"))
    }

    /// Answers to scans whose last event comes after a number, oldest first; at most 1,000.
    ///
    /// Each has the number of its scan's last event. Purged answers are left out.
    pub fn outcomes(&self, after: EventSeq, limit: usize) -> Result<Vec<(EventSeq, Arc<str>)>, StoreError> {
        // The events of one scan stand together, so the last one is the one whose successor has another scan.
        self.connection
            .prepare_cached(
                "SELECT e.seq, s.outcome FROM event e JOIN scan s ON s.id = e.scan WHERE e.seq > ?1 \
                 AND s.outcome IS NOT NULL \
                 AND NOT EXISTS (SELECT 1 FROM event n WHERE n.seq = e.seq + 1 AND n.scan = e.scan) \
                 ORDER BY e.seq LIMIT ?2",
            )
            .and_then(|mut it| {
                it.query_map(params![after.0, bounded(limit)], |row| Ok((EventSeq(row.get(0)?), row.get(1)?)))?
                    .collect()
            })
            .map_err(sql("read the answers"))
    }

    /// The last answers, oldest first; at most 1,000. Each has the number of its scan's last event.
    ///
    /// Purged answers are left out; behind [`PURGED_MAX`] of them no more are looked for.
    pub fn recent_outcomes(&self, limit: usize) -> Result<Vec<(EventSeq, Arc<str>)>, StoreError> {
        #[derive(serde::Deserialize)]
        struct Numbers {
            events: Vec<EventSeq>,
        }
        let doing = "read the last answers";
        // Beside the symbol that speaks for a reading, others have rows without an answer too, but keep their bytes.
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT outcome, payload IS NULL AND outcome IS NULL AND kind <> ? FROM scan ORDER BY id DESC",
            )
            .map_err(sql(doing))?;
        let mut rows = statement.query([Kind::Refused.number()]).map_err(sql(doing))?;
        let (mut answers, mut passed): (Vec<Arc<str>>, usize) = (Vec::new(), 0);
        while answers.len() < limit.min(ROWS_MAX)
            && let Some(row) = rows.next().map_err(sql(doing))?
        {
            let (outcome, purged): (Option<Arc<str>>, bool) =
                row.get(0).and_then(|it| Ok((it, row.get(1)?))).map_err(sql(doing))?;
            passed += usize::from(purged);
            if passed > PURGED_MAX {
                break;
            }
            answers.extend(outcome);
        }
        answers.reverse();
        let last = |json: &str| serde_json::from_str::<Numbers>(json).ok()?.events.last().copied();
        Ok(answers.into_iter().filter_map(|it| Some((last(&it)?, it))).collect())
    }

    /// The number of the newest scan; 0 if there is none.
    pub fn newest_scan(&self) -> Result<ScanId, StoreError> {
        let newest = self.connection.query_row("SELECT coalesce(max(id), 0) FROM scan", [], |row| row.get(0));
        newest.map(ScanId).map_err(sql("read the number of the newest scan"))
    }

    /// How much there is. Counts whole tables; not for every request on a large store.
    pub fn counts(&self, now: Moment) -> Result<Counts, StoreError> {
        self.connection
            .prepare_cached(
                "SELECT (SELECT count(*) FROM unit), (SELECT count(*) FROM unit_state WHERE holder IS NOT NULL), \
                 (SELECT count(*) FROM unit_state WHERE holder IS NOT NULL AND due < ?), (SELECT count(*) FROM holder), \
                 (SELECT coalesce(max(id), 0) FROM scan), (SELECT coalesce(max(seq), 0) FROM event)",
            )
            .and_then(|mut it| {
                it.query_row([now.wall.as_microsecond()], |row| {
                    Ok(Counts {
                        units: row.get(0)?,
                        out: row.get(1)?,
                        overdue: row.get(2)?,
                        people: row.get(3)?,
                        scans: row.get(4)?,
                        events: row.get(5)?,
                    })
                })
            })
            .map_err(sql("count what there is"))
    }

    /// The newest signed checkpoint, to be kept elsewhere: it proves the past even if the box is taken.
    pub fn checkpoint(&self) -> Result<Option<super::Checkpoint>, StoreError> {
        super::checkpoint::last(&self.connection)
    }

    /// Writes a list to `out`, noted nowhere; returns the number of rows.
    pub fn export(
        &self,
        list: export::List,
        form: export::Form,
        unmasked: bool,
        out: &mut impl std::io::Write,
    ) -> Result<u64, StoreError> {
        export::export(&self.connection, list, form, (unmasked, i64::MAX), out)
    }

    fn identifiers(&self, id: UnitId, sight: Sight) -> Result<Vec<Borne>, StoreError> {
        let stills = self.stills_of(id)?;
        self.connection
            .prepare_cached(
                "SELECT kind, raw, scope, valid_from, valid_until, ended_why FROM identifier WHERE unit = ? ORDER BY id",
            )
            .and_then(|mut it| {
                it.query_map([id.0], |row| {
                    let kind = IdentifierKind::of(row.get(0)?)?;
                    let raw: String = row.get(1)?;
                    let named = shown::named(kind, &raw);
                    let stills = stills.iter().filter(|(it, _)| *it == named).map(|(_, still)| still.clone()).collect();
                    Ok(Borne {
                        kind,
                        stills,
                        raw: sight.number(kind, raw),
                        scope: row.get(2)?,
                        valid_from: time(row.get(3)?)?,
                        valid_until: row.get::<_, Option<i64>>(4)?.map(time).transpose()?,
                        ended: row.get::<_, Option<i64>>(5)?.map(Ended::of).transpose()?,
                    })
                })?
                .collect()
            })
            .map_err(sql("read the unit's identifiers"))
    }

    fn numbers(&self, statement: &str, after: i64, limit: usize) -> Result<Vec<i64>, StoreError> {
        self.connection
            .prepare_cached(statement)
            .and_then(|mut it| it.query_map(params![after, bounded(limit)], |row| row.get(0))?.collect())
            .map_err(sql("read a list"))
    }
}

/// Purged scans that are passed by on the way to the last answers (chosen: some milliseconds).
const PURGED_MAX: usize = 10_000;

/// Rows that a list may have, whatever was asked.
pub(super) fn bounded(limit: usize) -> i64 {
    i64::try_from(limit.min(ROWS_MAX)).unwrap_or(0)
}
