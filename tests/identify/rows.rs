//! Reads the vector files: rows of tab-separated cells, `\xHH` for bytes.
//!
//! Deliberately absent: what a row means, which each test knows.

use std::time::Duration;

use scanstation::domain::{Identifier, LaneId, Moment, Scan, SourceId, Transport};
use scanstation::identify::{Options, identify};

/// One row of a vector file.
pub(super) struct Row {
    cells: Vec<String>,
    names: Vec<String>,
}

impl Row {
    /// The cell under that name.
    pub(super) fn cell(&self, name: &str) -> &str {
        let place = self.names.iter().position(|it| it == name).unwrap_or_else(|| panic!("no column {name}"));
        self.cells.get(place).map_or("", String::as_str)
    }

    /// The bytes of the cell under that name.
    pub(super) fn bytes(&self, name: &str) -> Vec<u8> {
        unescaped(self.cell(name))
    }

    /// The bytes of a cell as text.
    pub(super) fn text(&self, name: &str) -> String {
        String::from_utf8(self.bytes(name)).unwrap()
    }
}

/// All rows of a file of `tests/vectors`.
pub(super) fn rows(file: &str) -> Vec<Row> {
    let path = format!("{}/tests/vectors/{file}.tsv", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut lines = text.lines();
    let names: Vec<String> = lines.next().unwrap().split('\t').map(str::to_owned).collect();
    lines.map(|it| Row { cells: it.split('\t').map(str::to_owned).collect(), names: names.clone() }).collect()
}

/// Bytes of a text with `\xHH` escapes.
pub(super) fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\\x") {
        bytes.extend(before.bytes());
        bytes.push(u8::from_str_radix(&after[..2], 16).unwrap());
        rest = &after[2..];
    }
    bytes.extend(rest.bytes());
    bytes
}

/// A scan of these bytes on the command line.
pub(super) fn scan(payload: &[u8]) -> Scan {
    Scan {
        source: SourceId::new("test"),
        lane: LaneId::new("test"),
        transport: Transport::CommandLine,
        number: 1,
        reading: None,
        at: Moment::new("2026-11-21T12:00:00Z".parse().unwrap(), Duration::ZERO),
        event_time: None,
        aim: None,
        symbology: None,
        payload: payload.to_vec(),
        stale: false,
    }
}

/// What `identify` says without a configuration.
pub(super) fn identified(payload: &[u8]) -> Identifier {
    identify(&scan(payload), &Options::default())
}

/// Elements as the vectors write them.
pub(super) fn json(fields: &[(String, String)]) -> String {
    serde_json::to_string(fields).unwrap()
}

/// Collects complaints and fails with all of them.
#[derive(Default)]
pub(super) struct Complaints {
    found: Vec<String>,
    rows: usize,
}

impl Complaints {
    /// Compares one thing of one row.
    pub(super) fn compare(&mut self, row: &str, what: &str, found: &str, expected: &str) {
        self.rows += 1;
        if found != expected {
            self.found.push(format!("{row}\n    {what}: found {found}\n    expected {expected}"));
        }
    }

    /// Fails if there were complaints, or if nothing was compared.
    #[track_caller]
    pub(super) fn settle(self) {
        assert!(self.rows > 0, "nothing was compared");
        assert!(self.found.is_empty(), "{} of {}:\n{}", self.found.len(), self.rows, self.found.join("\n"));
    }
}
