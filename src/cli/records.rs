//! `export`, `verify`, `backup`, `restore`: everything about the store that is not a scan and brings nothing in.
//!
//! Reading goes beside a running service; putting a backup in place needs it stopped.
//! Deliberately absent: what the store does, which its room documents.

use std::fs::{self, OpenOptions};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::ops::ControlFlow;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::json;

use super::checkpoint;
use super::exit::Exit;
use super::place::Place;
use super::say;
use crate::station::clock;
use crate::store::{self, Checks, Form, List, Reader, StoreError};

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

/// Prove that the ledger is whole and unchanged.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  scanstation verify                      the store, also while a station runs
  scanstation verify /mnt/usb/copy.db     a copy or a backup, anywhere
  scanstation verify --json
  scanstation verify /mnt/usb/copy.db --key 3f…   a copy, with the key that doctor printed at the station
  scanstation verify --checkpoint /mnt/usb/crib-2026-11-21.txt   against what `scanstation checkpoint` printed then

Every hash, every signature, the mark outside the file and custody are recomputed. Signatures must be of the key in the
store's folder, or of a named one; a copy has no key file, so name it. A ledger that was rewritten since a checkpoint was
kept is found by that one alone, so give the newest and some older ones. Status: 0 whole, 1 not.")]
pub struct VerifyArgs {
    /// A copy or a backup; without it the store.
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// The public half of the station's key, as doctor prints it; again for each earlier key.
    #[arg(long = "key", value_name = "HEX", value_parser = key)]
    pub keys: Vec<String>,
    /// A checkpoint that was kept elsewhere: the ledger must contain its event as it was signed; again for each further one.
    #[arg(long = "checkpoint", value_name = "FILE")]
    pub checkpoints: Vec<PathBuf>,
    /// Print the report as JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    place: Place,
}

/// The public half of a key.
fn key(text: &str) -> Result<String, String> {
    let is_key = store::unhex(text).is_some_and(|it| it.len() == 32);
    is_key.then(|| text.to_owned()).ok_or_else(|| {
        "it is no public key; one has 64 hexadecimal digits, as scanstation doctor prints them".to_owned()
    })
}

/// Verifies.
pub fn verify(args: &VerifyArgs) -> Result<Exit> {
    let config = args.place.config()?;
    let path = args.file.as_deref().unwrap_or(&config.store.data);
    let mut kept = Vec::with_capacity(args.checkpoints.len());
    for path in &args.checkpoints {
        match checkpoint::kept(path)? {
            Ok(read) => kept.push(read),
            Err(sentence) => {
                say::aside(sentence);
                return Ok(Exit::No);
            }
        }
    }
    let watched = io::stderr().is_terminal();
    let report = store::verify_signed(path, &args.keys, &kept, Checks::ALL, |progress: store::Progress| {
        if watched {
            say::aside(format!("{} of {} events", progress.events, progress.last.0));
        }
        ControlFlow::Continue(())
    })
    .map_err(|it| if args.file.is_some() { no_file(it) } else { it })
    .with_context(|| format!("verify {}", path.display()))?;
    if args.json {
        say::json(&report)?;
    } else {
        for sentence in &report.sentences {
            say::line(sentence)?;
        }
        say::line(match report.first_bad {
            None if report.ok => format!("The ledger holds: {} events, head {}.", report.events, report.head),
            None => "The ledger does not hold.".to_owned(),
            Some(seq) => format!("The ledger does not hold: the first bad number is {}.", seq.0),
        })?;
    }
    Ok(if report.ok { Exit::Done } else { Exit::No })
}

/// A file that was named and is not there: `--data` has nothing to do with it.
fn no_file(error: StoreError) -> StoreError {
    if let StoreError::Missing { path } = error { StoreError::NoFile { path } } else { error }
}

/// Copy the store to one file, also while a station runs.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example:
  scanstation backup /mnt/usb/crib-2026-11-21.db

The file is written whole or not at all, readable by you alone (mode 0600), and carries the ledger's head, so that
`scanstation verify FILE` proves it. It holds the register, the ledger and the scans, and not the station's signing key. Pictures
go into the folder FILE.stills beside it, from which `restore` takes them.")]
pub struct BackupArgs {
    /// The file to write; it must not be there yet.
    pub to: PathBuf,
    /// Print what was written as JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    place: Place,
}

/// Backs up.
pub fn backup(args: &BackupArgs) -> Result<Exit> {
    let config = args.place.config()?;
    let made = store::backup(&config.store.data, &args.to, clock::start()())
        .with_context(|| format!("back up {}", config.store.data.display()))?;
    if args.json {
        say::json(
            &json!({ "path": made.path, "bytes": made.bytes, "seq": made.seq, "head": made.head, "stills": made.stills }),
        )?;
    } else {
        say::line(format!(
            "{}: {} bytes, up to event {}, head {}",
            made.path.display(),
            made.bytes,
            made.seq.0,
            made.head
        ))?;
        if made.stills > 0 {
            say::line(format!("{}.stills: {} pictures", made.path.display(), made.stills))?;
        }
    }
    Ok(Exit::Done)
}

/// Put a backup in the place of the store.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example:
  systemctl stop scanstation
  scanstation restore /mnt/usb/crib-2026-11-21.db
  systemctl start scanstation

It is refused while a station runs and if the backup does not verify. What was there is kept aside, and the ledger says
that it was restored.")]
pub struct RestoreArgs {
    /// The backup.
    pub from: PathBuf,
    /// Print what was done as JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    place: Place,
}

/// Restores.
pub fn restore(args: &RestoreArgs) -> Result<Exit> {
    let config = args.place.config()?;
    let done = store::restore(&config.store, &args.from, None, clock::start()())
        .map_err(no_file)
        .with_context(|| format!("restore {}", args.from.display()))?;
    if args.json {
        say::json(&done)?;
    } else {
        let aside = done.kept_aside.map(|it| format!(" What was there is in {}.", it.display())).unwrap_or_default();
        say::line(format!(
            "Restored up to event {}; the restore itself is event {}.{aside}",
            done.seq.0, done.restored.0
        ))?;
        if !done.former_keys.is_empty() {
            say::line(format!(
                "The backup is signed with another key than this station's: {}. Compare it with the one that doctor \
                 printed where the backup was made; from here on the ledger says that you took it for good.",
                done.former_keys.join(", ")
            ))?;
        }
        if done.estimated {
            say::line(
                "Neither the replaced database nor its mark could be read: a stretch of numbers was left out, so that \
                 none is used twice.",
            )?;
        }
    }
    Ok(Exit::Done)
}
