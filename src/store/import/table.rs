//! A CSV file as lines with named cells: finds the separator, matches the names, keeps the line numbers.
//!
//! A name that nobody knows is named, with the one that was meant; a column that only our own export has is passed over, and
//! its apostrophe before what looks like a formula is taken off; a line with too many cells is wrong.
//! Deliberately absent: what the cells mean.

use std::io::{BufRead as _, BufReader, Read};

use csv::{ReaderBuilder, StringRecord, Trim};

use super::quotes::Watched;
use super::{ImportReport, ROWS_MAX, StoreError};
use crate::domain::spelling::nearest;
use crate::store::sheet::plain;

/// Bytes of one line; more is not a table.
const LINE_MAX: usize = 64 * 1024;

/// The columns of a list.
#[derive(Clone, Copy, Default)]
pub(super) struct Columns {
    /// Those whose cells are taken.
    pub(super) taken: &'static [&'static str],
    /// Those that our own export has beside them; they say how things stand, which an import does not set.
    pub(super) passed: &'static [&'static str],
}

/// The lines of a file that is taken in piece by piece.
#[derive(Default)]
pub(super) struct Table {
    places: Vec<Option<usize>>,
    columns: Columns,
    records: Vec<(u64, StringRecord)>,
}

impl Table {
    /// Reads all lines; what is wrong with them is in the report.
    pub(super) fn read(input: impl Read, columns: Columns, report: &mut ImportReport) -> Result<Self, StoreError> {
        let mut table = Self { columns, ..Self::default() };
        read(input, columns, report, &mut |line, _| {
            if table.places.is_empty() {
                table.places = line.places.to_vec();
            }
            table.records.push((line.number, line.record.clone()));
            Ok(())
        })?;
        Ok(table)
    }

    /// How many lines there are.
    pub(super) fn len(&self) -> usize {
        self.records.len()
    }

    /// At most so many lines from one on.
    pub(super) fn lines(&self, from: usize, lines_max: usize) -> impl Iterator<Item = Line<'_>> {
        self.records.iter().skip(from).take(lines_max).map(|(number, record)| Line {
            number: *number,
            record,
            places: &self.places,
            columns: self.columns.taken,
        })
    }
}

/// One line of the file.
pub(super) struct Line<'a> {
    /// Its number in the file, from 1.
    pub(super) number: u64,
    record: &'a StringRecord,
    places: &'a [Option<usize>],
    columns: &'static [&'static str],
}

impl Line<'_> {
    /// The cell of a column, trimmed and without the apostrophe of our export; empty if the file has no such column.
    pub(super) fn cell(&self, column: &str) -> &str {
        self.columns
            .iter()
            .position(|it| *it == column)
            .and_then(|it| self.places.get(it).copied().flatten())
            .and_then(|it| self.record.get(it))
            .map(plain)
            .unwrap_or_default()
    }
}

/// Calls `each` with every line.
pub(super) fn read(
    input: impl Read,
    columns: Columns,
    report: &mut ImportReport,
    each: &mut dyn FnMut(&Line<'_>, &mut ImportReport) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let csv = |source: csv::Error| StoreError::Csv { what: "the CSV file", source };
    let mut input = BufReader::with_capacity(LINE_MAX, input);
    let first = input.fill_buf().map_err(|it| csv(it.into()))?;
    let mark = if first.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let after = first.get(mark..).unwrap_or_default();
    let (named, said) = said_separator(after).map_or((0, None), |(length, it)| (length, Some(it)));
    let separator = said.unwrap_or_else(|| separator(after));
    let head = if said.is_some() { 2 } else { 1 };
    input.consume(mark + named);
    let (input, told) = Watched::new(input, separator, head);
    let mut reader =
        ReaderBuilder::new().delimiter(separator).flexible(true).trim(Trim::All).has_headers(true).from_reader(input);
    let Some(names) = headers(&mut reader, head, report).map_err(csv)? else {
        return Ok(());
    };
    let Some(places) = places(&names, columns, head, report) else {
        return Ok(());
    };
    told.next_row(); // The line of names.
    let mut record = StringRecord::new();
    loop {
        let found = reader.read_record(&mut record);
        let number = told.next_row().unwrap_or_default();
        match found {
            Ok(false) => break,
            Ok(true) => {}
            Err(found) => match utf8_problem(&found, &names) {
                Some(column) => {
                    report.rows += 1;
                    report.wrong(number, &column, "is not UTF-8; save the file as \"CSV UTF-8\"");
                    continue;
                }
                None => return Err(csv(found)),
            },
        }
        if record.iter().all(str::is_empty) {
            continue;
        }
        report.rows += 1;
        if report.rows > ROWS_MAX {
            report.wrong(number, "", format!("a file may have {ROWS_MAX} rows; divide it"));
            return Ok(());
        }
        if record.len() > names.len() {
            let message = format!("has {} cells, the first line names {}", record.len(), names.len());
            report.wrong(number, "", message);
            continue;
        }
        each(&Line { number, record: &record, places: &places, columns: columns.taken }, report)?;
    }
    if let Some(line) = told.open() {
        report.wrong(
            line,
            "",
            "a quotation mark opens a cell here and is never closed: all that follows is in that cell",
        );
    }
    Ok(())
}

fn headers(
    reader: &mut csv::Reader<impl Read>,
    line: u64,
    report: &mut ImportReport,
) -> Result<Option<StringRecord>, csv::Error> {
    match reader.headers() {
        Ok(names) if names.iter().any(|it| !it.is_empty()) => Ok(Some(names.clone())),
        Ok(_) => {
            report.wrong(line, "", "the file is empty; its first line must name the columns");
            Ok(None)
        }
        Err(found) if matches!(found.kind(), csv::ErrorKind::Utf8 { .. }) => {
            report.wrong(line, "", "the line of names is not UTF-8; save the file as \"CSV UTF-8\"");
            Ok(None)
        }
        Err(found) => Err(found),
    }
}

/// Where each known column stands; `None` if a name is unknown or twice.
fn places(
    names: &StringRecord,
    Columns { taken: columns, passed }: Columns,
    line: u64,
    report: &mut ImportReport,
) -> Option<Vec<Option<usize>>> {
    let mut places = vec![None; columns.len()];
    let (before, mut over) = (report.wrong, Vec::new());
    for (place, name) in names.iter().enumerate() {
        let plain = name.to_lowercase().replace([' ', '-'], "_");
        match columns.iter().position(|it| *it == plain) {
            Some(known) => match places.get_mut(known) {
                Some(slot @ None) => *slot = Some(place),
                _ => report.wrong(line, name, "stands twice in the line of names"),
            },
            None if passed.contains(&plain.as_str()) => over.push(plain),
            None if name.is_empty() => report.wrong(line, "", format!("column {} has no name", place + 1)),
            None => {
                let meant = meant(&plain, columns).map(|it| format!("; did you mean {it}?")).unwrap_or_default();
                let known = columns.join(", ");
                let stop = if meant.is_empty() { "." } else { "" };
                report.wrong(line, name, format!("is no column{meant}{stop} Columns are {known}"));
            }
        }
    }
    if !over.is_empty() {
        let (column, is) = if over.len() == 1 { ("column", "is") } else { ("columns", "are") };
        let sentence =
            format!("The {column} {} {is} passed over: an import does not set how things stand.", over.join(", "));
        report.notes.push(sentence);
    }
    (report.wrong == before).then_some(places)
}

/// What other lists call our columns.
const ALSO_CALLED: [(&str, &str); 12] = [
    ("manufacturer", "maker"),
    ("brand", "maker"),
    ("asset", "tag"),
    ("barcode", "tag"),
    ("sn", "serial_number"),
    ("s/n", "serial_number"),
    ("qty", "quantity"),
    ("amount", "quantity"),
    ("description", "note"),
    ("comment", "note"),
    ("place", "location"),
    ("card", "badge"),
];

/// The column that was meant by a name that is none.
fn meant(name: &str, columns: &[&'static str]) -> Option<&'static str> {
    let called = ALSO_CALLED.iter().find(|it| it.0 == name).map(|it| it.1);
    called.filter(|it| columns.contains(it)).or_else(|| nearest(name, columns))
}

/// The column of a cell that is not UTF-8.
fn utf8_problem(found: &csv::Error, names: &StringRecord) -> Option<String> {
    let csv::ErrorKind::Utf8 { err, .. } = found.kind() else {
        return None;
    };
    Some(names.get(err.field()).unwrap_or_default().to_owned())
}

/// The separator that a spreadsheet names in a line of its own, `sep=;`, and how many bytes that line has.
fn said_separator(first: &[u8]) -> Option<(usize, u8)> {
    let line = first.split_inclusive(|it| *it == b'\n').next()?;
    let bare = line.strip_suffix(b"\n").unwrap_or(line);
    match bare.strip_suffix(b"\r").unwrap_or(bare) {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', it @ (b',' | b';' | b'\t' | b'|')] => Some((line.len(), *it)),
        _ => None,
    }
}

/// The separator that stands most often in the line of names; a spreadsheet's depends on its country.
fn separator(first: &[u8]) -> u8 {
    let line = first.split(|it| *it == b'\n').next().unwrap_or_default();
    let count = |separator: u8| line.split(|it| *it == separator).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|it| count(*it)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expected: Option<&str>) {
        assert_eq!(meant(name, &["tag", "serial_number", "maker", "note", "quantity", "warranty_until"]), expected);
    }

    #[test]
    fn the_column_that_was_meant_is_named_and_none_where_none_is_near() {
        check("serial", Some("serial_number"));
        check("gat", None);
        check("manufacturer", Some("maker"));
        check("qty", Some("quantity"));
        check("warranty", Some("warranty_until"));
        check("badge_no", None);
        check("colour", None);
    }

    #[test]
    fn the_separator_is_found_in_the_line_of_names() {
        assert_eq!(separator(b"tag;serial_number;note\n1,2,3,4,5"), b';');
        assert_eq!(separator(b"tag,serial_number"), b',');
        assert_eq!(separator(b"tag\tserial_number"), b'\t');
        assert_eq!(separator(b"tag"), b',');
        assert_eq!(said_separator(b"sep=;\r\ntag,note"), Some((7, b';')));
        assert_eq!(said_separator(b"SEP=,\ntag"), Some((6, b',')));
        assert_eq!(said_separator(b"sep=tag,note\n"), None);
        assert_eq!(said_separator(b"separate\n"), None);
    }
}
