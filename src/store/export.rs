//! Lists for other programs: events, units, people and scans, as CSV or JSON lines.
//!
//! Cells that a spreadsheet would take for a formula get an apostrophe in front; JSON keeps every text as it is.
//! Serial numbers and their like stay masked without the role, by the same rules as on the page ([`Sight`]); badges' numbers
//! in scans and events always, because they open sessions.
//! Deliberately absent: that somebody exported, which `exported` notes before.

use std::io::{BufWriter, Write};

use rusqlite::{
    Connection, Row,
    types::{Type, ValueRef},
};

use super::{
    chain::hex,
    error::{StoreError, sql},
    hidden::hidden_body,
    number::Numbered,
    sheet::{Cell, Sheet, escape},
};
use crate::domain::feedback::mask;
use crate::domain::sight::without_stolen_card;
use crate::domain::{Answer, EventKind, IdentifierKind, Kind, Role, Sight, UnitState};

/// Bytes gathered before they are written.
const BUFFER_LEN: usize = 256 * 1024;

/// What is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum List {
    /// The ledger.
    Events,
    /// The register's units.
    Units,
    /// People.
    People,
    /// The scan journal.
    Scans,
}

/// How it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Comma separated, with a line of names first; RFC 4180.
    Csv,
    /// One JSON object a line.
    JsonLines,
}

/// What stands in the place of words that a purge has taken.
const PURGED: &str = "purged";

/// How a column is shown.
#[derive(Clone, Copy)]
enum Show {
    Plain,
    Time,
    Hex,
    Uuid,
    /// What was scanned: text, and bytes as text, what is not text escaped; masked by the kind that stands in this place.
    Scanned(usize),
    /// JSON as it is; with numbers masked for those without the role.
    Body,
    /// Masked without the role.
    Hidden(IdentifierKind),
    /// What an event is; the state of its unit after it stands in this place.
    Turn(usize),
    /// The state of its unit after an event.
    Turned,
    State,
    ScanKind,
    Answer,
}

type Column = (&'static str, Show);

impl List {
    const ALL: [Self; 4] = [Self::Events, Self::Units, Self::People, Self::Scans];

    /// Its word.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Units => "units",
            Self::People => "people",
            Self::Scans => "scans",
        }
    }

    /// The list of that word.
    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }

    /// Where its rows are, and what numbers them.
    pub(super) const fn rows(self) -> (&'static str, &'static str) {
        match self {
            Self::Events => ("event", "seq"),
            Self::Units => ("unit", "id"),
            Self::People => ("holder", "id"),
            Self::Scans => ("scan", "id"),
        }
    }

    const fn columns(self) -> &'static [Column] {
        match self {
            Self::Events => &[
                ("seq", Show::Plain),
                ("uuid", Show::Uuid),
                ("station", Show::Plain),
                ("kind", Show::Turn(11)),
                ("record_time", Show::Time),
                ("event_time", Show::Time),
                ("person", Show::Plain),
                ("unit", Show::Plain),
                ("holder", Show::Plain),
                ("due", Show::Time),
                ("location", Show::Plain),
                ("state", Show::Turned),
                ("scan", Show::Plain),
                ("corrects", Show::Plain),
                ("body", Show::Body),
                ("hash", Show::Hex),
            ],
            Self::Units => &[
                ("unit", Show::Plain),
                ("tag", Show::Plain),
                ("serial_number", Show::Hidden(IdentifierKind::SerialNumber)),
                ("maker", Show::Plain),
                ("model", Show::Plain),
                ("sku", Show::Plain),
                ("gtin", Show::Plain),
                ("lot", Show::Plain),
                ("category", Show::Plain),
                ("location", Show::Plain),
                ("imei", Show::Hidden(IdentifierKind::Imei)),
                ("note", Show::Plain),
                ("purchased", Show::Plain),
                ("warranty_until", Show::Plain),
                ("state", Show::State),
                ("holder", Show::Plain),
                ("due", Show::Time),
            ],
            Self::People => &[
                ("badge", Show::Plain),
                ("name", Show::Plain),
                ("role", Show::Plain),
                ("active", Show::Plain),
                ("held", Show::Plain),
            ],
            Self::Scans => &[
                ("scan", Show::Plain),
                ("time", Show::Time),
                ("source", Show::Plain),
                ("lane", Show::Plain),
                ("transport", Show::Plain),
                ("aim", Show::Plain),
                ("payload", Show::Scanned(7)),
                ("kind", Show::ScanKind),
                ("key", Show::Scanned(7)),
                ("answer", Show::Answer),
                ("unit", Show::Plain),
                ("person", Show::Plain),
                ("stale", Show::Plain),
            ],
        }
    }

    /// What one row of it is.
    const fn row(self) -> &'static str {
        match self {
            Self::Events => "event",
            Self::Units => "unit",
            Self::People => "line",
            Self::Scans => "scan",
        }
    }

    fn statement(self) -> String {
        let identifier = |kind: IdentifierKind| {
            format!(
                "(SELECT group_concat(i.raw, ' ') FROM identifier i WHERE i.unit = u.id AND i.kind = {} AND i.ended = 0)",
                kind.number()
            )
        };
        match self {
            Self::Events => "SELECT seq, uuid, station, kind, record_time, coalesce(event_time, record_time), person, \
                 unit, holder, due, location, state, scan, corrects, body, hash FROM event WHERE seq <= ? ORDER BY seq"
                .to_owned(),
            Self::Units => format!(
                "SELECT u.id, {}, {}, m.maker, m.name, m.sku, m.gtin, u.lot, m.category, l.label, {}, u.note, u.purchased, \
                 u.warranty_until, s.state, \
                 h.name, s.due FROM unit u JOIN unit_state s ON s.unit = u.id JOIN model m ON m.id = u.model \
                 LEFT JOIN location l ON l.id = s.location LEFT JOIN holder h ON h.id = s.holder WHERE u.id <= ? ORDER BY u.id",
                identifier(IdentifierKind::AssetTag),
                identifier(IdentifierKind::SerialNumber),
                identifier(IdentifierKind::Imei),
            ),
            Self::People => "SELECT (SELECT b.raw FROM badge b WHERE b.holder = h.id AND b.ended = 0 LIMIT 1), h.name, \
                 h.role, h.active, (SELECT count(*) FROM unit_state s WHERE s.holder = h.id) FROM holder h WHERE h.id <= ? ORDER BY h.id"
                .to_owned(),
            Self::Scans => "SELECT id, time, source, lane, transport, aim, payload, kind, \
                 coalesce(key, CASE WHEN payload IS NOT NULL THEN cast(payload AS TEXT) END), answer, unit, person, stale \
                 FROM scan WHERE id <= ? ORDER BY id"
                .to_owned(),
        }
    }
}

/// Writes a list to `out`, unmasked or not, up to the row of that number; returns how many.
pub(super) fn export(
    connection: &Connection,
    list: List,
    form: Form,
    (unmasked, up_to): (bool, i64),
    out: &mut impl Write,
) -> Result<u64, StoreError> {
    let doing = "export";
    let columns = list.columns();
    let write = |it: std::io::Error| StoreError::File { doing: "write", path: "the export".into(), source: it };
    // Whoever may read the store's folder may see all of it.
    let sight = Sight::of(unmasked.then_some(Role::Admin));
    let mut out = BufWriter::with_capacity(BUFFER_LEN, out);
    let mut sheet = Sheet::new(form == Form::Csv);
    sheet.names(columns.iter().map(|it| it.0));
    sheet.flush(&mut out).map_err(write)?;
    let mut statement = connection.prepare(&list.statement()).map_err(sql(doing))?;
    let mut rows = statement.query([up_to]).map_err(sql(doing))?;
    let mut count = 0;
    while let Some(row) = rows.next().map_err(sql(doing))? {
        sheet.begin();
        for (place, (name, show)) in columns.iter().enumerate() {
            if cell(&mut sheet, row, place, name, *show, sight).is_err() {
                let id = row.get(0).unwrap_or_else(|_| i64::try_from(count).unwrap_or(i64::MAX).saturating_add(1));
                return Err(StoreError::Unreadable { doing, what: list.row(), id });
            }
        }
        sheet.end();
        sheet.flush(&mut out).map_err(write)?;
        count += 1;
    }
    out.flush().map_err(write)?;
    Ok(count)
}

fn cell(sheet: &mut Sheet, row: &Row<'_>, place: usize, name: &str, show: Show, sight: Sight) -> rusqlite::Result<()> {
    let word = |it: &'static str| Cell::Text(it);
    match (row.get_ref(place)?, show) {
        // What is no number or no JSON any more must not look like a line of the ledger.
        (found, Show::Time | Show::Turn(_) | Show::Turned | Show::State | Show::ScanKind | Show::Answer)
            if !matches!(found, ValueRef::Integer(_) | ValueRef::Null) =>
        {
            return Err(rusqlite::Error::InvalidColumnType(place, name.to_owned(), found.data_type()));
        }
        (ValueRef::Null, Show::Body) => sheet.cell(name, &word(PURGED)),
        (ValueRef::Null, _) => sheet.cell(name, &Cell::Nothing),
        (ValueRef::Integer(number), Show::Time) => sheet.cell(name, &Cell::Time(number)),
        (ValueRef::Integer(number), Show::Turn(state)) => {
            let state = row.get::<_, Option<i64>>(state)?.map(UnitState::of).transpose()?;
            sheet.cell(name, &word(sight.turn(EventKind::of(number)?, state).0.word()));
        }
        (ValueRef::Integer(number), Show::Turned) => {
            let state = sight.turn(EventKind::StateChanged, Some(UnitState::of(number)?)).1;
            sheet.cell(name, &state.map_or(Cell::Nothing, |it| word(it.word())));
        }
        (ValueRef::Integer(number), Show::State) => {
            sheet.cell(name, &word(sight.state(UnitState::of(number)?).word()));
        }
        (ValueRef::Integer(number), Show::ScanKind) => sheet.cell(name, &word(Kind::of(number)?.word())),
        (ValueRef::Integer(number), Show::Answer) => sheet.cell(name, &word(Answer::of(number)?.word())),
        (ValueRef::Integer(number), _) => sheet.cell(name, &Cell::Number(number)),
        (ValueRef::Text(text), Show::Hidden(kind)) if !sight.sees(kind) => {
            let text = std::str::from_utf8(text).unwrap_or_default();
            let hidden: Vec<String> = text.split(' ').map(mask).collect();
            sheet.cell(name, &Cell::Text(&hidden.join(" ")));
        }
        (ValueRef::Text(text), Show::Body) => {
            let text = std::str::from_utf8(text).map_err(|it| rusqlite::Error::Utf8Error(place, it))?;
            serde_json::from_str::<serde::de::IgnoredAny>(text)
                .map_err(|it| rusqlite::Error::FromSqlConversionFailure(place, Type::Text, Box::new(it)))?;
            match hidden_body(text, sight) {
                Some(hidden) => sheet.cell(name, &Cell::Json(&hidden)),
                None => sheet.cell(name, &Cell::Json(text)),
            }
        }
        (ValueRef::Text(bytes) | ValueRef::Blob(bytes), Show::Scanned(kind)) => {
            let seen =
                row.get::<_, Option<i64>>(kind)?.map(Kind::of).transpose()?.is_some_and(|it| sight.sees_scan(it));
            let text = readable(bytes);
            let text = if sight.sees_stolen() { text } else { without_stolen_card(&text) };
            sheet.cell(name, &Cell::Text(&if seen { text } else { mask(&text) }));
        }
        (ValueRef::Text(text), _) => sheet.cell(name, &Cell::Text(&String::from_utf8_lossy(text))),
        (found, Show::Body) => {
            return Err(rusqlite::Error::InvalidColumnType(place, name.to_owned(), found.data_type()));
        }
        (ValueRef::Blob(bytes), Show::Uuid) => {
            let uuid = uuid::Uuid::from_slice(bytes).unwrap_or_default();
            sheet.cell(name, &Cell::Text(uuid.hyphenated().encode_lower(&mut [0; 36])));
        }
        (ValueRef::Blob(bytes), _) => sheet.cell(name, &Cell::Text(&hex(bytes))),
        (ValueRef::Real(number), _) => sheet.cell(name, &Cell::Text(&number.to_string())),
    }
    Ok(())
}

/// Bytes as text; what is not text, and controls, as `\xNN`.
fn readable(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for found in chunk.valid().chars() {
            if found.is_control() { escape(&mut text, found) } else { text.push(found) }
        }
        for byte in chunk.invalid() {
            text.extend(["\\x", &hex(&[*byte])]);
        }
    }
    text
}
