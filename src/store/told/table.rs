//! Compares people, badges, trainings, places, shelves, categories and reservations with what the events say of them.
//!
//! A sentence names the row, the event, and what each of both says; of a PIN only that it is another one.
//! Deliberately absent: what the events say (`record`), and units and models, which are too many to be held.

use rusqlite::{Connection, Row as Stored, types::ValueRef};

use super::book::Issued;
use super::record::{Records, Rows, spaced};
use super::row::{ADVICE, quoted, sentence};
use crate::store::error::{StoreError, sql};
use crate::store::pin;
use crate::store::report::Report;

/// How a table is read: the first three columns are what names a row, what people call it, and its number or name once more.
struct Spec {
    what: &'static str,
    query: &'static str,
    /// The further columns, and what people call them.
    columns: &'static [(&'static str, &'static str)],
}

const PEOPLE: Spec = Spec {
    what: "person",
    query: "SELECT id, name, name, role, active, pin, licence, licence_until, held_max FROM holder",
    columns: &[
        ("name", "name"),
        ("role", "role"),
        ("active", "presence (1 here, 0 left)"),
        ("pin", "PIN"),
        ("licence", "licence"),
        ("licence_until", "end of the licence"),
        ("held_max", "limit"),
    ],
};

const TRAININGS: Spec = Spec {
    what: "training of person",
    query: "SELECT holder || ' ' || name, name, valid_until FROM training",
    columns: &[("valid_until", "end")],
};

const PLACES: Spec = Spec {
    what: "location",
    query: "SELECT id, label, label, label_key, name, quarantine FROM location",
    columns: &[
        ("label", "label"),
        ("label_key", "look-up key"),
        ("name", "name"),
        ("quarantine", "mark as a quarantine bin"),
    ],
};

const SHELVES: Spec = Spec {
    what: "shelf",
    query: "SELECT shelf_key, shelf, shelf, model, minimum, location, take_max FROM stock",
    columns: &[
        ("shelf", "code"),
        ("model", "model"),
        ("minimum", "minimum"),
        ("location", "location"),
        ("take_max", "limit"),
    ],
};

const CATEGORIES: Spec = Spec {
    what: "category",
    query: "SELECT name, name, coalesce(nullif(substr(iif(training IS NULL, '', ', training ' || training) \
            || iif(held_max IS NULL, '', ', held_max ' || held_max) || iif(job_required, ', job_required', '') \
            || iif(critical, ', critical', '') || iif(regulated, ', regulated', ''), 3), ''), 'nothing') FROM category",
    columns: &[("policy", "policy")],
};

const RESERVATIONS: Spec = Spec {
    what: "reservation",
    query: "SELECT id, '', unit, model, holder, begins, ends FROM reservation",
    columns: &[("unit", "unit"), ("model", "model"), ("holder", "person"), ("begins", "beginning"), ("ends", "end")],
};

/// Says what is otherwise in the register.
pub(super) fn compare(connection: &Connection, records: Records, report: &mut Report) -> Result<(), StoreError> {
    let Records { people, badges, trainings, places, shelves, categories, reservations } = records;
    for (spec, rows) in [
        (PEOPLE, people),
        (TRAININGS, trainings),
        (PLACES, places),
        (SHELVES, shelves),
        (CATEGORIES, categories),
        (RESERVATIONS, reservations),
    ] {
        rows_of(connection, &spec, rows, report)?;
    }
    let mut badges = badges;
    let doing = "compare the badges with the ledger";
    let mut statement = connection
        .prepare("SELECT key, holder, raw, valid_from, ended, ended_why, valid_until, id FROM badge ORDER BY id")
        .map_err(sql(doing))?;
    let mut found = statement.query([]).map_err(sql(doing))?;
    while let Some(row) = found.next().map_err(sql(doing))? {
        let read = || -> rusqlite::Result<(String, Issued)> {
            let ended = ended(row, (4, 5, 6, 7))?;
            let (bearer, raw, from) = (row.get(1)?, row.get(2)?, row.get(3)?);
            Ok((row.get(0)?, Issued { bearer, raw, astray: None, from, ended, seq: 0 }))
        };
        let (key, issued) = read().map_err(sql(doing))?;
        badges.meet((0, key), issued);
    }
    badges.judge(|_| "badge".to_owned(), "person").into_iter().for_each(|it| report.bad(None, it));
    Ok(())
}

/// Why and when a number ended, from the columns `ended`, `ended_why`, `valid_until` and `id`; what does not go together
/// fits no event.
pub(super) fn ended(
    row: &Stored<'_>,
    (ended, why, until, id): (usize, usize, usize, usize),
) -> rusqlite::Result<Option<(String, i64)>> {
    let (place, id): (i64, i64) = (row.get(ended)?, row.get(id)?);
    let (why, until): (Option<String>, Option<i64>) = (text(row, why), row.get(until)?);
    Ok(match (place, why, until) {
        (0, None, None) => None,
        (it, Some(why), Some(until)) if it == id => Some((why, until)),
        _ => Some(("ended and not ended".to_owned(), 0)),
    })
}

/// A column as text; `None` where it is empty.
pub(super) fn text(row: &Stored<'_>, column: usize) -> Option<String> {
    match row.get_ref(column) {
        Ok(ValueRef::Integer(number)) => Some(number.to_string()),
        Ok(ValueRef::Text(text)) => Some(String::from_utf8_lossy(text).into_owned()),
        Ok(ValueRef::Null) => None,
        Ok(ValueRef::Real(_) | ValueRef::Blob(_)) | Err(_) => Some("what is no text".to_owned()),
    }
}

fn rows_of(connection: &Connection, spec: &Spec, mut rows: Rows, report: &mut Report) -> Result<(), StoreError> {
    let doing = "compare the register with the ledger";
    let what = spec.what;
    let mut statement = connection.prepare(spec.query).map_err(sql(doing))?;
    let mut found = statement.query([]).map_err(sql(doing))?;
    while let Some(row) = found.next().map_err(sql(doing))? {
        let column = |at| text(row, at).unwrap_or_default();
        let (key, label) = (column(0), column(1));
        let of = named(what, &key, &label);
        let Some(known) = rows.known.remove(&key) else {
            if !rows.open {
                report.bad(None, format!("The {of} is in the register, and no event entered it; {ADVICE}."));
            }
            continue;
        };
        for ((name, words), at) in spec.columns.iter().zip(2..) {
            let has = as_told(name, column(at));
            if let Some(unlike) = known.unlike(name, &has) {
                report.bad(
                    None,
                    if *name == "pin" {
                        pin_sentence(&of, unlike.seq)
                    } else {
                        sentence(words, &of, name, &unlike, &has)
                    },
                );
            }
        }
    }
    for (key, row) in rows.known {
        let (of, last) = (named(what, &key, ""), row.last());
        report.bad(None, format!("The {of} is missing in the register: event {last} tells of it; {ADVICE}."));
    }
    Ok(())
}

/// `person 3 ("Ben")`, `category "lifting"`, `training of person "3 laser"`.
fn named(what: &str, key: &str, label: &str) -> String {
    let is_number = !key.is_empty() && key.bytes().all(|it| it.is_ascii_digit());
    match (is_number, label) {
        (true, "") => format!("{what} {key}"),
        (true, label) => format!("{what} {key} ({})", quoted(label)),
        (false, _) => format!("{what} {}", quoted(key)),
    }
}

/// A value of the register as an event tells it.
fn as_told(name: &str, value: String) -> String {
    match name {
        "pin" if !value.is_empty() => pin::seal(&value),
        "policy" => spaced(&value),
        _ => value,
    }
}

fn pin_sentence(of: &str, seq: i64) -> String {
    format!("The PIN of {of} is not the one of which event {seq} says that it was set or taken away; {ADVICE}.")
}
