//! `export`: the lists that go out of the store.
//!
//! It is noted in the ledger first, through a running service or without one, and read beside it then.
//! Deliberately absent: what comes in (`import`), and copies of the whole store (`copies`).

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::exit::{Exit, WrongWords};
use super::instruct::carry_out;
use super::place::Place;
use super::say;
use crate::config::Config;
use crate::domain::EventSeq;
use crate::store::{Form, List, Reader};

/// Write a list for other programs.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  scanstation export events > ledger.csv
  scanstation export units --json --out units.jsonl      one object a line, the same as --form jsonl

Each is an event of the ledger first, with who, what, masked or not, and how many rows; a list of events has everything before
it. It reads beside a running service. Cells that a spreadsheet would take for a formula get an apostrophe in front.")]
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
    /// The badge of the person under whose name it is noted, a keeper's.
    #[arg(long = "as", value_name = "BADGE")]
    pub badge: Option<String>,
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
    let list = match args.what {
        ExportList::Events => List::Events,
        ExportList::Units => List::Units,
        ExportList::People => List::People,
        ExportList::Scans => List::Scans,
    };
    let out = args.out.as_deref().map(|path| made(path, args.unmasked)).transpose()?;
    let noted = match note(&config, args, list) {
        Ok(Ok(noted)) => noted,
        Ok(Err(why)) => {
            unmade(args)?;
            say::aside(format!("not done: {why}"));
            return Ok(Exit::No);
        }
        Err(found) => {
            unmade(args)?;
            return Err(found);
        }
    };
    let reader = Reader::open(&config.store.data)?;
    let rows = if let Some(file) = out {
        let mut out = BufWriter::new(file);
        let written = reader.export_noted(noted, form, &mut out).map_err(anyhow::Error::from);
        let written = written.and_then(|rows| out.flush().map(|()| rows).context("write the file"));
        if written.is_err() {
            drop(out.into_parts()); // What is still to be written cannot be.
            unmade(args)?;
        }
        written?
    } else {
        let mut out = BufWriter::new(io::stdout().lock());
        let rows = reader.export_noted(noted, form, &mut out)?;
        out.flush()?;
        rows
    };
    say::aside(format!("{rows} rows (event {})", noted.0));
    Ok(Exit::Done)
}

/// The event of the export, or why it is refused.
fn note(config: &Config, args: &ExportArgs, list: List) -> Result<Result<EventSeq, String>> {
    let wanted = Reader::open(&config.store.data)?.to_export(list, args.unmasked)?;
    carry_out(config, args.badge.as_deref(), &wanted)
}

/// The file to write, new; what is shown in full is for whoever wrote it.
fn made(path: &Path, unmasked: bool) -> Result<File> {
    let mode = if unmasked { 0o600 } else { 0o666 };
    let made = OpenOptions::new().write(true).create_new(true).mode(mode).open(path);
    made.with_context(|| format!("write {}, which must not be there yet", path.display()))
}

/// Takes the file away again that is not whole.
fn unmade(args: &ExportArgs) -> Result<()> {
    let removed =
        |path: &PathBuf| fs::remove_file(path).with_context(|| format!("{} is not whole; remove it", path.display()));
    args.out.as_ref().map_or(Ok(()), removed)
}
