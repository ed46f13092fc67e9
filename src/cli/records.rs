//! `export`: the lists that go out of the store.
//!
//! It reads beside a running service.
//! Deliberately absent: what comes in (`import`), and copies of the whole store (`copies`).

use std::fs::{self, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::exit::{Exit, WrongWords};
use super::place::Place;
use super::say;
use crate::store::{Form, List, Reader};

/// Write a list for other programs.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  scanstation export events > ledger.csv
  scanstation export units --json --out units.jsonl      one object a line, the same as --form jsonl

It reads beside a running service. Cells that a spreadsheet would take for a formula get an apostrophe in front.")]
pub struct ExportArgs {
    /// Which list.
    pub what: ExportList,
    /// How it is written [default: csv].
    #[arg(long, value_enum)]
    pub form: Option<ExportForm>,
    /// The same as --form jsonl.
    #[arg(long)]
    pub json: bool,
    /// The file to write; standard output without it. It must not be there yet.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Show serial numbers in full, and which units are stolen; whoever may read the store's folder may do this.
    #[arg(long)]
    pub unmasked: bool,
    #[command(flatten)]
    place: Place,
}

/// What can be exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum ExportList {
    /// The ledger.
    Events,
    /// The register's units.
    Units,
    /// People.
    People,
    /// The scan journal.
    Scans,
}

/// In which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum ExportForm {
    /// Comma separated, with a line of names first.
    Csv,
    /// One JSON object a line.
    Jsonl,
}

/// Exports.
pub fn export(args: &ExportArgs) -> Result<Exit> {
    let form = match (args.form, args.json) {
        (Some(ExportForm::Csv), true) => {
            return Err(
                WrongWords("--json is --form jsonl, and --form csv was asked for: name one of them".into()).into()
            );
        }
        (Some(ExportForm::Jsonl), _) | (None, true) => Form::JsonLines,
        (Some(ExportForm::Csv) | None, false) => Form::Csv,
    };
    let config = args.place.config()?;
    let reader = Reader::open(&config.store.data)?;
    let list = match args.what {
        ExportList::Events => List::Events,
        ExportList::Units => List::Units,
        ExportList::People => List::People,
        ExportList::Scans => List::Scans,
    };
    let rows = if let Some(path) = &args.out {
        // What is shown in full is for whoever wrote it.
        let mode = if args.unmasked { 0o600 } else { 0o666 };
        let made = OpenOptions::new().write(true).create_new(true).mode(mode).open(path);
        let file = made.with_context(|| format!("write {}, which must not be there yet", path.display()))?;
        let mut out = BufWriter::new(file);
        let written = reader
            .export(list, form, args.unmasked, &mut out)
            .map_err(anyhow::Error::from)
            .and_then(|rows| out.flush().map(|()| rows).with_context(|| format!("write {}", path.display())));
        if written.is_err() {
            drop(out.into_parts()); // What is still to be written cannot be.
            let removed = fs::remove_file(path);
            removed.with_context(|| format!("{} is not whole; remove it", path.display()))?;
        }
        written?
    } else {
        let mut out = BufWriter::new(io::stdout().lock());
        let rows = reader.export(list, form, args.unmasked, &mut out)?;
        out.flush()?;
        rows
    };
    say::aside(format!("{rows} rows"));
    Ok(Exit::Done)
}
