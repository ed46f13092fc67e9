//! Units and models whose sums do not fit, folded one by one from their events, value by value.
//!
//! This alone makes findings: a sum that does not fit may only mean that an event does not say what was before.
//! Deliberately absent: choosing whom to look at (`sums`).

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension as _, Row as Stored};

use super::Pace;
use super::book::{Book, Issued};
use super::row::{ADVICE, Row, sentence};
use super::sums::{Sums, named};
use super::table::{ended, text};
use super::thing::{self, MODEL_COLUMNS, Tell, UNIT_COLUMNS};
use super::walked::{is_key, value, within};
use super::words::Words;
use crate::domain::{EventKind, IdentifierKind};
use crate::store::chain;
use crate::store::error::{StoreError, sql};
use crate::store::number::Numbered;
use crate::store::report::Report;

const DOING: &str = "compare a unit with its events";

/// Units or models that were found to differ, after which no further one is looked for: a report tells of 20 things.
const DIFFER_MAX: usize = 20;

/// What an event of a kind may have told, whose words are missing.
const OF_KIND: [(EventKind, &[&str]); 4] = [
    (
        EventKind::UnitChanged,
        &[
            "recalled",
            "on_hold",
            "calibration_due",
            "inspection_due",
            "kit",
            "purchased",
            "warranty_until",
            "picture",
            "no_serial_number",
            "home",
            "note",
        ],
    ),
    (EventKind::OwnerChanged, &["owner"]),
    (EventKind::CaseChanged, &["blocked"]),
    (EventKind::StillBound, &["picture"]),
];

/// One unit or model as its events give it.
#[derive(Default)]
struct Folded {
    row: Row,
    book: Book,
    /// An event entered it.
    entered: bool,
    /// What does not follow from the events before.
    odd: Vec<String>,
}

/// The event that tells something, and of what.
struct Telling<'a> {
    seq: i64,
    at: i64,
    kind: EventKind,
    of: &'a str,
    id: i64,
}

impl Folded {
    fn tell(&mut self, by: &Telling<'_>, tell: &Tell<'_>) {
        let Telling { seq, at, kind, of, id } = by;
        match tell {
            Tell::Entered => {
                self.row.enter(*seq);
                self.entered = true;
            }
            Tell::Column { name, before, after } => {
                let (after, known) = (after.to_string(), self.row.says(name));
                if let Some((before, (known, _))) = before.map(|it| it.to_string()).zip(known)
                    && before != known
                    && Some(*seq) != self.row.entered_by()
                {
                    let unlike = [before.as_str(), known].map(|it| super::row::shown(name, it));
                    let [before, known] = unlike;
                    self.odd.push(format!(
                        "Event {seq} changes {name} of {of} {id}, which was {before} then, and the events before it say {known}; {ADVICE}."
                    ));
                }
                self.row.tell(name, Some(&after), *seq);
            }
            Tell::Bound { kind, raw } => {
                let (bearer, raw, from) = (Some(*id), (*raw).to_owned(), Some(*at));
                let issued = Issued { bearer, raw, astray: None, from, ended: None, seq: *seq };
                self.book.bind(kind.number(), issued);
            }
            Tell::Ended { kind, raw, why } => {
                let why = why.number().to_string();
                let kinds = (kind.map(IdentifierKind::number), IdentifierKind::AssetTag.number());
                self.book.end(kinds, raw, (&why, *at), *seq);
            }
            Tell::Revived { kind, raw } => self.book.revive(kind.number(), raw, *seq),
            Tell::Forgotten(name) => self.row.tell(name, None, *seq),
            Tell::Unsaid => self.unsaid(*kind, *seq),
        }
    }

    fn unsaid(&mut self, kind: EventKind, seq: i64) {
        match OF_KIND.iter().find(|it| it.0 == kind) {
            Some((_, names)) => names.iter().for_each(|name| self.row.tell(name, None, seq)),
            None if kind == EventKind::UnitRegistered || kind == EventKind::RecordChanged => {
                self.row.forget();
                self.book.forget();
            }
            None => self.book.forget(),
        }
    }

    /// Says what is otherwise in the row; returns whether anything is.
    fn compare(&self, of: &str, columns: &[&'static str], row: &Stored<'_>, found: &mut Vec<String>) {
        for (name, at) in columns.iter().zip(1..) {
            let has = text(row, at).unwrap_or_default();
            if let Some(unlike) = self.row.unlike(name, &has) {
                found.push(sentence(&called(name), of, name, &unlike, &has));
            }
        }
    }
}

/// What people call a column.
fn called(name: &str) -> String {
    match name {
        "on_hold" => "hold".to_owned(),
        "recalled" => "recall".to_owned(),
        "blocked" => "block".to_owned(),
        "sku" => "SKU".to_owned(),
        "gtin" => "GTIN".to_owned(),
        name => name.replace('_', " "),
    }
}

/// Looks at the units whose sums do not fit.
pub(super) fn units(
    connection: &Connection,
    sums: &Sums,
    pace: &mut Pace<'_>,
    report: &mut Report,
) -> Result<(), StoreError> {
    let columns = UNIT_COLUMNS.join(", ");
    let row = format!("SELECT id, {columns}, lot_key FROM unit WHERE id = ?");
    let mut differ = 0;
    for id in sums.closely() {
        let (folded, of) = (unit(connection, id)?, format!("unit {id}"));
        let mut found = folded.odd.clone();
        let is_there = connection
            .prepare_cached(&row)
            .and_then(|mut it| {
                it.query_row([id], |row| {
                    folded.compare(&of, &UNIT_COLUMNS, row, &mut found);
                    if !is_key(value(row, 2), value(row, UNIT_COLUMNS.len() + 1)) {
                        found.push(format!("The lot of {of} is looked up by another text than its own; {ADVICE}."));
                    }
                    Ok(())
                })
                .optional()
            })
            .map_err(sql(DOING))?
            .is_some();
        if let Some(wrong) = existence(&of, folded.entered, is_there) {
            found.push(wrong);
        }
        found.extend(identifiers(connection, id, folded.book)?);
        differ += usize::from(!found.is_empty());
        for sentence in found {
            report.bad(None, sentence);
        }
        if differ >= DIFFER_MAX || pace.is_over() {
            break;
        }
    }
    Ok(())
}

fn existence(of: &str, entered: bool, is_there: bool) -> Option<String> {
    match (entered, is_there) {
        (true, false) => Some(format!("The {of} is missing in the register, and an event entered it; {ADVICE}.")),
        (false, true) => Some(format!("The {of} is in the register, and no event entered it; {ADVICE}.")),
        _ => None,
    }
}

/// One unit from its events.
fn unit(connection: &Connection, id: i64) -> Result<Folded, StoreError> {
    let mut folded = Folded::default();
    let mut statement = connection
        .prepare_cached(&format!("SELECT {} FROM event WHERE unit = ? ORDER BY seq", chain::COLUMNS))
        .map_err(sql(DOING))?;
    let mut rows = statement.query([id]).map_err(sql(DOING))?;
    while let Some(row) = rows.next().map_err(sql(DOING))? {
        let Ok(header) = chain::Header::read(row) else { continue }; // The chain has said so.
        let Ok(kind) = EventKind::of(header.kind) else { continue };
        let body = chain::text(row, 15);
        if !super::tells(kind, body) {
            continue;
        }
        let words = Words::of(body);
        let by = Telling { seq: header.seq, at: header.record_time, kind, of: "unit", id };
        thing::of_unit(kind, &header, words.as_ref(), &mut |it| folded.tell(&by, &it));
    }
    Ok(folded)
}

/// The identifiers of a unit that are not as its events say.
fn identifiers(connection: &Connection, unit: i64, mut book: Book) -> Result<Vec<String>, StoreError> {
    let maker: Option<String> = connection
        .prepare_cached("SELECT m.maker_key FROM unit u JOIN model m ON m.id = u.model WHERE u.id = ?")
        .and_then(|mut it| it.query_row([unit], |row| row.get(0)).optional())
        .map_err(sql(DOING))?;
    let mut statement = connection
        .prepare_cached(
            "SELECT kind, scope, raw, key, valid_from, ended, ended_why, valid_until, id FROM identifier \
             WHERE unit = ? ORDER BY id",
        )
        .map_err(sql(DOING))?;
    let mut rows = statement.query([unit]).map_err(sql(DOING))?;
    while let Some(row) = rows.next().map_err(sql(DOING))? {
        let read = || -> rusqlite::Result<((i64, String), Issued)> {
            let kind: i64 = row.get(0)?;
            let scope = text(row, 1).unwrap_or_default();
            let astray = Some(scope).filter(|it| within(kind, maker.as_deref()) != Some(&**it));
            let (raw, key) = (text(row, 2).unwrap_or_default(), text(row, 3).unwrap_or_default());
            let (from, ended) = (row.get(4)?, ended(row, (5, 6, 7, 8))?);
            Ok(((kind, key), Issued { bearer: Some(unit), raw, astray, from, ended, seq: 0 }))
        };
        let (key, issued) = read().map_err(sql(DOING))?;
        book.meet(key, issued);
    }
    Ok(book.judge(named, "unit"))
}

/// Looks at the models whose sums do not fit, in one walk along the changes of records.
pub(super) fn models(connection: &Connection, sums: &Sums, report: &mut Report) -> Result<(), StoreError> {
    let mut folded: BTreeMap<i64, Folded> = sums.closely().map(|it| (it, Folded::default())).collect();
    if folded.is_empty() {
        return Ok(());
    }
    let kinds = [EventKind::RecordChanged, EventKind::StillBound].map(Numbered::number);
    let mut purged = false;
    let mut statement = connection
        .prepare("SELECT seq, kind, record_time, body FROM event WHERE kind IN (?, ?) AND unit IS NULL ORDER BY seq")
        .map_err(sql(DOING))?;
    let mut rows = statement.query(kinds).map_err(sql(DOING))?;
    while let Some(row) = rows.next().map_err(sql(DOING))? {
        let read = || -> rusqlite::Result<(i64, i64, i64)> { Ok((row.get(0)?, row.get(1)?, row.get(2)?)) };
        let Ok((seq, kind, at)) = read() else { continue };
        let Ok(kind) = EventKind::of(kind) else { continue };
        let Some(words) = Words::of(chain::text(row, 3)) else {
            for model in folded.values_mut() {
                model.unsaid(kind, seq);
            }
            purged = true;
            continue;
        };
        let Some(id) = words.number("model") else { continue };
        let Some(model) = folded.get_mut(&id) else { continue };
        let by = Telling { seq, at, kind, of: "model", id };
        thing::of_model(kind, &words, &mut |it| model.tell(&by, &it));
    }
    let columns = MODEL_COLUMNS.join(", ");
    let row = format!("SELECT id, {columns}, maker_key, name_key, sku_key FROM model WHERE id = ?");
    for (id, folded) in folded {
        let (mut found, of) = (folded.odd.clone(), format!("model {id}"));
        let is_there = connection
            .prepare_cached(&row)
            .and_then(|mut it| {
                it.query_row([id], |row| {
                    model(&folded, &of, row, &mut found);
                    Ok(())
                })
                .optional()
            })
            .map_err(sql(DOING))?
            .is_some();
        let wrong = existence(&of, folded.entered, is_there);
        found.extend(wrong.filter(|_| folded.entered || !purged)); // What was entered before a purge is not known.
        for sentence in found {
            report.bad(None, sentence);
        }
    }
    Ok(())
}

fn model(folded: &Folded, of: &str, row: &Stored<'_>, found: &mut Vec<String>) {
    folded.compare(of, &MODEL_COLUMNS, row, found);
    let looked_up = [(1, "maker"), (2, "name"), (3, "SKU")].map(|(at, name)| (at, MODEL_COLUMNS.len() + at, name));
    for (_, _, name) in looked_up.iter().filter(|(at, by, _)| !is_key(value(row, *at), value(row, *by))) {
        found.push(format!("The {name} of {of} is looked up by another text than its own; {ADVICE}."));
    }
}
