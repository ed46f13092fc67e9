//! `import`: units, people and the dumps of scanners with a memory.
//!
//! A running service takes a list in through its own queue; without one the store is opened here.
//! Deliberately absent: reading CSV, which is the store's, and dumps, which are `batch`'s.

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};

use super::batch;
use super::client::in_query;
use super::exit::{Exit, WrongWords};
use super::instruct::in_name_of;
use super::place::{self, Place};
use super::say;
use crate::config::Config;
use crate::domain::Role;
use crate::station::clock;
use crate::store::{By, Import, ImportList as List, ImportReport, import_hash};

/// The longest file takes some minutes, and more beside many scans (chosen).
const ANSWER_MAX: Duration = Duration::from_secs(60 * 60);

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
Comma, semicolon and tab separate. What ends a running service in the middle of a long file does not end the import: the next
start takes the rest in; after a full disk the same file, imported again, goes on where it was.
Status: 0 imported (or would be), 1 the file has problems and nothing was done.
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
    /// The badge of the person under whose name it is done, a keeper's; only an admin enters an admin.
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
        ImportList::Scans if args.badge.is_some() => {
            return Err(WrongWords(
                "--as says under whose name units and people are entered; scans have badges".into(),
            )
            .into());
        }
        ImportList::Scans => return batch::run(args, &config, &text),
    };
    let report = if let Some(service) = place::service(&config)? {
        let person = args.badge.as_deref().map(|it| format!("&as={}", in_query(it))).unwrap_or_default();
        let path = format!("/api/v1/import/{}?dry_run={}{person}", list.word(), args.dry_run);
        let service = service.patient(ANSWER_MAX);
        serde_json::from_slice(&service.post(&path, "text/csv", &text)?).context("read the station's report")?
    } else {
        match here(args, &config, list, &text)? {
            Ok(report) => report,
            Err(why) => return refused(args, &why),
        }
    };
    if args.json {
        say::json(&report)?;
    } else {
        tell(&report, args)?;
    }
    Ok(if report.wrong == 0 { Exit::Done } else { Exit::No })
}

/// On the store itself: under the person of the badge, or under whoever owns the store; or why that person may not.
fn here(args: &ImportArgs, config: &Config, list: List, text: &[u8]) -> Result<Result<ImportReport, String>> {
    let now = clock::start();
    // A trial makes no store.
    let (mut store, finished) =
        if args.dry_run { (place::looked_at(config, &now)?, Vec::new()) } else { place::opened_or_made(config, &now)? };
    let person = match in_name_of(&store, args.badge.as_deref(), Role::Keeper, now())? {
        Ok(person) => person,
        Err(why) => return Ok(Err(why)),
    };
    let role = person.map(|it| store.holder(it, now())).transpose()?.flatten().map(|it| it.role);
    let by = By { person, role_max: role.unwrap_or(Role::Admin) };
    let hash = import_hash(list, text);
    let report = if let Some(it) = finished.into_iter().find(|it| it.hash == hash) {
        it.report // The very file that was broken off: the rest of it went in when the store was opened.
    } else if args.dry_run {
        Import::read(list, text, by, &config.store, now())?.rehearse(text, &config.store, now())?
    } else {
        store.import_file(list, text, by, now())?
    };
    store.checkpoint(now()).context("sign what was imported")?;
    Ok(Ok(report))
}

/// Says why nothing was tried.
fn refused(args: &ImportArgs, why: &str) -> Result<Exit> {
    if args.json {
        say::json(&serde_json::json!({ "done": false, "why": why }))?;
    } else {
        say::aside(format!("not done: {why}"));
    }
    Ok(Exit::No)
}

fn tell(report: &ImportReport, args: &ImportArgs) -> Result<()> {
    for problem in &report.problems {
        say::line(say::one_line(&format!("{}: {problem}", args.file.display())))?;
    }
    if report.problems.is_empty() && report.wrong > 0 {
        // The file as a whole is refused.
        report.notes.iter().try_for_each(|it| say::line(say::one_line(it)))?;
        return Ok(say::line("Nothing was imported.")?);
    }
    let more = report.wrong.saturating_sub(u64::try_from(report.problems.len()).unwrap_or(u64::MAX));
    if more > 0 {
        say::line(format!("and {}", say::counted(more, "more problem", "more problems")))?;
    }
    for note in &report.notes {
        say::line(say::one_line(note))?;
    }
    let (one, many) = if args.what == ImportList::Units { ("unit", "units") } else { ("person", "people") };
    let added = say::counted(report.added, one, many);
    let models = say::counted(report.models, "new model", "new models");
    let beside = format!("{models} and {}", say::counted(report.locations, "new location", "new locations"));
    say::line(match (report.wrong, report.done) {
        (0, true) => format!("{added} imported, with {beside}."),
        (0, false) => format!("{added} would be imported, with {beside}."),
        (wrong, _) if report.kept > 0 => {
            format!("{}; the rest was not imported.", say::counted(wrong, "problem", "problems"))
        }
        (wrong, _) => {
            let (wrong, lines) =
                (say::counted(wrong, "problem", "problems"), say::counted(report.rows, "line", "lines"));
            format!("{wrong} in {lines}; nothing was imported.")
        }
    })?;
    Ok(())
}
