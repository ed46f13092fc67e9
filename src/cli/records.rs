//! `import`, `export`: the lists that come into the store and go out of it.
//!
//! Reading goes beside a running service; writing goes through it.
//! Deliberately absent: what the store does, which its room documents.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::batch;
use super::client::in_query;
use super::exit::Exit;
use super::place::{self, Place};
use super::say;
use crate::station::clock;
use crate::store::{Form, ImportReport, List, Reader};

/// Add units or people from a CSV file, or what a scanner with a memory has read.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  scanstation import units tools.csv --dry-run   say what would happen, with line and column of each problem
  scanstation import units tools.csv             all of the file, or nothing of it
  scanstation import people - < people.csv       from standard input
  scanstation import scans dump.txt --profile memory-time-code   each code at its own time; twice does no harm

Columns of units:  tag, serial_number, maker, model, sku, gtin, lot, category, location, imei, note,
                   kit, shelf, quantity, minimum (of consumables),
                   recalled, on_hold, calibration_due, inspection_due, purchased, warranty_until
                   (days like 2027-03-31)
Columns of people: badge, name, role (viewer, operator, tagger, auditor, keeper, admin),
                   trainings (\"laser until 2027-03-31; ladders\"), held_max, licence, licence_until
All are optional but a person's name; a unit needs a tag, a serial number or an IMEI. Two IMEIs are separated by a blank.
Comma, semicolon and tab separate. Status: 0 imported (or would be), 1 the file has problems and nothing was done.
Of scans: 1 a line cannot be read or an answer was no, while all other codes are booked; 6 some are not recorded, so upload
the file again.")]
pub struct ImportArgs {
    /// What the file lists.
    pub what: ImportList,
    /// The file; - for standard input.
    pub file: PathBuf,
    /// Only say what would happen.
    #[arg(long)]
    pub dry_run: bool,
    /// The badge of the person under whose name it is done, with a running service; only an admin enters an admin.
    #[arg(long = "as", value_name = "BADGE")]
    pub badge: Option<String>,
    /// How the lines of a memory are written: the name of a profile.
    #[arg(long, value_name = "NAME", required_if_eq("what", "scans"))]
    pub profile: Option<String>,
    /// The side of the station for which a memory was filled; one for each scanner.
    #[arg(long, default_value = "batch", value_parser = super::scan::lane)]
    pub lane: String,
    /// What the clock of the scanner with the memory shows now; its times are corrected by the difference.
    #[arg(long, value_name = "TIME")]
    pub shown: Option<String>,
    /// Print the report as JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    place: Place,
}

/// What can be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum ImportList {
    /// Things with their tags, serial numbers and models.
    Units,
    /// People with their badges.
    People,
    /// The dump of a scanner with a memory: lines of a time and a code.
    Scans,
}

/// Imports.
pub fn import(args: &ImportArgs) -> Result<Exit> {
    let config = args.place.config()?;
    let mut text = Vec::new();
    if args.file.as_os_str() == "-" {
        io::stdin().lock().read_to_end(&mut text).context("read standard input")?;
    } else {
        let opened = File::open(&args.file).and_then(|mut it| it.read_to_end(&mut text));
        opened.with_context(|| format!("read {}", args.file.display()))?;
    }
    let list = match args.what {
        ImportList::Units => List::Units,
        ImportList::People => List::People,
        ImportList::Scans => return batch::run(args, &config, &text),
    };
    let report = if let Some(service) = place::service(&config)? {
        let list = if list == List::Units { "units" } else { "people" };
        let person = args.badge.as_deref().map(|it| format!("&as={}", in_query(it))).unwrap_or_default();
        let path = format!("/api/v1/import/{list}?dry_run={}{person}", args.dry_run);
        serde_json::from_slice(&service.post(&path, "text/csv", &text)?).context("read the station's report")?
    } else {
        let now = clock::start();
        let mut store = place::open(&config, &now)?;
        let report = if list == List::Units {
            store.import_units(text.as_slice(), args.dry_run, None, now())?
        } else {
            store.import_people(text.as_slice(), args.dry_run, None, now())?
        };
        store.checkpoint(now()).context("sign what was imported")?;
        report
    };
    if args.json {
        say::json(&report)?;
    } else {
        tell(&report, args)?;
    }
    Ok(if report.wrong == 0 { Exit::Done } else { Exit::No })
}

fn tell(report: &ImportReport, args: &ImportArgs) -> Result<()> {
    for problem in &report.problems {
        say::line(format!("{}: {problem}", args.file.display()))?;
    }
    for note in &report.notes {
        say::line(note)?;
    }
    let (one, many) = if args.what == ImportList::Units { ("unit", "units") } else { ("person", "people") };
    let added = say::counted(report.added, one, many);
    let models = say::counted(report.models, "new model", "new models");
    let beside = format!("{models} and {}", say::counted(report.locations, "new location", "new locations"));
    say::line(match (report.wrong, report.done) {
        (0, true) => format!("{added} imported, with {beside}."),
        (0, false) => format!("{added} would be imported, with {beside}."),
        (wrong, _) => {
            let (wrong, lines) =
                (say::counted(wrong, "problem", "problems"), say::counted(report.rows, "line", "lines"));
            format!("{wrong} in {lines}; nothing was imported.")
        }
    })?;
    Ok(())
}

/// Write a list for other programs.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  scanstation export events > ledger.csv
  scanstation export units --form jsonl --out units.jsonl

It reads beside a running service. Cells that a spreadsheet would take for a formula get an apostrophe in front.")]
pub struct ExportArgs {
    /// Which list.
    pub what: ExportList,
    /// How it is written.
    #[arg(long, value_enum, default_value_t = ExportForm::Csv)]
    pub form: ExportForm,
    /// The file to write; standard output without it. It must not be there yet.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Show serial numbers in full; whoever may read the store's folder may do this.
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
    let config = args.place.config()?;
    let reader = Reader::open(&config.store.data)?;
    let list = match args.what {
        ExportList::Events => List::Events,
        ExportList::Units => List::Units,
        ExportList::People => List::People,
        ExportList::Scans => List::Scans,
    };
    let form = if args.form == ExportForm::Csv { Form::Csv } else { Form::JsonLines };
    let rows = if let Some(path) = &args.out {
        let made = File::create_new(path);
        let file = made.with_context(|| format!("write {}, which must not be there yet", path.display()))?;
        let mut out = BufWriter::new(file);
        let rows = reader.export(list, form, args.unmasked, &mut out)?;
        out.flush().with_context(|| format!("write {}", path.display()))?;
        rows
    } else {
        let mut out = BufWriter::new(io::stdout().lock());
        let rows = reader.export(list, form, args.unmasked, &mut out)?;
        out.flush()?;
        rows
    };
    say::aside(format!("{rows} rows"));
    Ok(Exit::Done)
}
