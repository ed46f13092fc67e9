//! `verify`, `backup`, `restore`: what the ledger proves, and the copies of the store.
//!
//! The first two go beside a running service; putting a backup in place needs it stopped.
//! Deliberately absent: what the store does, which its room documents.

use std::io::{self, IsTerminal};
use std::ops::ControlFlow;
use std::path::PathBuf;

use anyhow::{Context, Result};
use jiff::Timestamp;
use serde_json::json;

use super::checkpoint;
use super::exit::{Exit, WrongWords};
use super::place::{self, Place};
use super::{say, sealed};
use crate::station::clock;
use crate::store::{self, Checks, Insist, PurgedClass, Rehearsal, Report, Restored, StoreError};

/// Prove that the ledger is whole and unchanged.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  scanstation verify                      the store, also while a station runs
  scanstation verify /mnt/usb/copy.db     a copy or a backup, anywhere
  scanstation verify --json
  scanstation verify /mnt/usb/copy.db --key 3f…   a copy, with the key that doctor printed at the station
  scanstation verify --checkpoint /mnt/usb/crib-2026-11-21.txt   against what `scanstation checkpoint` printed then

Every hash, every signature, the mark outside the file and custody are recomputed, and each row of people, badges, tags,
holds, owners and the rest of the register is compared with what the entries say of it: one that somebody changed in the
file is named, with what each of both says. Signatures must be of the key in the store's folder, or of a named one; a copy has no key file, so name it. A ledger that was rewritten since a checkpoint was
kept is found by that one alone, so give the newest and some older ones. The report says up to which event the ledger is
signed, by which key and when; where nothing is signed, or too little, checkpoints were removed. Words that are missing
without a purge that names their event are a finding; what purges took is told. Status: 0 whole, 1 not.")]
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
    /// The file with the private key, for an encrypted backup.
    #[arg(long, value_name = "FILE", requires = "file")]
    pub identity: Option<PathBuf>,
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
    let named = args.file.as_deref().unwrap_or(&config.store.data);
    let opened = sealed::opened(named, args.identity.as_deref(), &config.store.data)?;
    let path = &opened.as_ref().map_or_else(|| named.to_owned(), sealed::Opened::path);
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
    let (watched, mut shown) = (io::stderr().is_terminal(), 0);
    let report = store::verify_signed(path, &args.keys, &kept, Checks::ALL, |progress: store::Progress| {
        if watched && shown != progress.events {
            say::aside(format!("{} of {} events", progress.events, progress.last.0));
        }
        shown = progress.events;
        ControlFlow::Continue(())
    })
    .map_err(|it| if args.file.is_some() { no_file(it) } else { it })
    .with_context(|| format!("verify {}", named.display()))?;
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
        say::line(signed(&report, place::written(&config)))?;
        report.purged.iter().try_for_each(|it| say::line(purged(it)))?;
    }
    Ok(if report.ok { Exit::Done } else { Exit::No })
}

/// Up to where a ledger is signed, in words.
fn signed(report: &Report, written: impl Fn(Timestamp) -> String) -> String {
    let Some(signed) = &report.signed else { return "Nothing in it is signed.".to_owned() };
    let at = Timestamp::from_microsecond(signed.time).map_or_else(|_| "a time that cannot be".to_owned(), written);
    let (seq, key) = (signed.seq.0, &signed.public_key);
    let behind = match report.unsigned {
        0 => "no event is behind it".to_owned(),
        1 => "1 event behind it is not signed yet".to_owned(),
        many => format!("{many} events behind it are not signed yet"),
    };
    format!("Signed up to event {seq} at {at} with the key {key}; {behind}.")
}

/// What purges have taken of a class, in words.
fn purged(of: &PurgedClass) -> String {
    let (class, events, up_to) = (of.class, say::counted(of.events, "event has", "events have"), of.up_to.0);
    let purges = match of.purges {
        1 => format!("event {} names", of.first_purge.0),
        many => format!("{many} events from {} to {} name", of.first_purge.0, of.last_purge.0),
    };
    format!("Purged of {class}: {events} no words any more, up to event {up_to}; {purges} them.")
}

/// A file that was named and is not there: `--data` has nothing to do with it.
fn no_file(error: StoreError) -> StoreError {
    if let StoreError::Missing { path } = error { StoreError::NoFile { path } } else { error }
}

/// Copy the store to one file, also while a station runs.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  scanstation backup /mnt/usb/crib-2026-11-21.db
  scanstation backup /mnt/usb/crib-2026-11-21.age --encrypt-to age1qy…   only the holder of the private key reads it
  scanstation restore /mnt/usb/crib-2026-11-21.db --dry-run              a backup that was never tried is none

The file is written whole or not at all, readable by you alone (mode 0600), and carries the ledger's head, so that
`scanstation verify FILE` proves it. It holds the register, the ledger and the scans, and not the station's signing key. Pictures
go into the folder FILE.stills beside it, from which `restore` takes them; `verify FILE` looks at them too.
An encrypted one is one file with the pictures in it, made by the program age (Debian: apt install age); age-keygen makes a
key, which belongs elsewhere. Without this program: age --decrypt --identity KEY FILE | tar -x
Status: 0 written, 1 written, but pictures that belong to it are missing in the store or were changed.")]
pub struct BackupArgs {
    /// The file to write; it must not be there yet.
    pub to: PathBuf,
    /// Encrypt it to this public key of age, or to those in this file; again for each further one.
    #[arg(long = "encrypt-to", value_name = "KEY")]
    pub recipients: Vec<String>,
    /// Print what was written as JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    place: Place,
}

/// Backs up.
pub fn backup(args: &BackupArgs) -> Result<Exit> {
    if args.to.as_os_str() == "-" {
        let why = "backup writes a file and not standard output: name one that is not there yet";
        return Err(WrongWords(why.to_owned()).into());
    }
    let config = args.place.config()?;
    let (data, now) = (&config.store.data, clock::start()());
    let encrypted = !args.recipients.is_empty();
    let made = if encrypted {
        store::backup_sealed(data, &args.to, now, sealed::seal(&args.recipients))
    } else {
        store::backup(data, &args.to, now)
    };
    let made = made.with_context(|| format!("back up {}", config.store.data.display()))?;
    if args.json {
        say::json(
            &json!({ "path": made.path, "bytes": made.bytes, "seq": made.seq, "head": made.head, "stills": made.stills,
                "wrong_stills": made.wrong_stills, "encrypted": encrypted }),
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
            let pictures = say::counted(made.stills, "picture", "pictures");
            let beside = made.path.display();
            say::line(if encrypted { format!("{pictures} in it") } else { format!("{beside}.stills: {pictures}") })?;
        }
        for sentence in &made.wrong_stills {
            say::line(sentence)?;
        }
    }
    Ok(if made.wrong_stills.is_empty() { Exit::Done } else { Exit::No })
}

/// Put a backup in the place of the store.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  systemctl stop scanstation
  scanstation restore /mnt/usb/crib-2026-11-21.db
  systemctl start scanstation
  scanstation restore /mnt/usb/crib-2026-11-21.db --dry-run    whether it could be; also while a station runs

It is refused while a station runs, if the backup does not verify, and if it differs from what is there: each event that
was signed here must be the same in the backup. For a backup of another box, give --another; where its pictures are
lost, --without-pictures. What was there is kept aside, and the ledger says that it was restored.
--dry-run restores into a folder apart, proves the result as verify does, removes it, and says what would be given up.
Status: 0 restored, or could be; 1 refused.")]
pub struct RestoreArgs {
    /// The backup.
    pub from: PathBuf,
    #[command(flatten)]
    insist: InsistArgs,
    /// The file with the private key, for an encrypted backup.
    #[arg(long, value_name = "FILE")]
    pub identity: Option<PathBuf>,
    /// Only try it, in a folder apart; the store stays as it is.
    #[arg(long)]
    pub dry_run: bool,
    /// Print what was done as JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    place: Place,
}

/// On what a person insists though a restore would be refused.
#[derive(clap::Args, Debug)]
struct InsistArgs {
    /// The backup is of another ledger, and the one here is to be given up for it: a new box, for example.
    #[arg(long)]
    another: bool,
    /// Restore though pictures are missing beside the backup, or changed.
    #[arg(long)]
    without_pictures: bool,
}

/// Restores.
pub fn restore(args: &RestoreArgs) -> Result<Exit> {
    let (config, now) = (args.place.config()?, clock::start()());
    let insist = Insist { another: args.insist.another, without_stills: args.insist.without_pictures };
    let opened = sealed::opened(&args.from, args.identity.as_deref(), &config.store.data)?;
    let from = &opened.as_ref().map_or_else(|| args.from.clone(), sealed::Opened::path);
    let doing = || format!("restore {}", args.from.display());
    if args.dry_run {
        let tried = store::rehearse(&config.store, from, now, insist).map_err(no_file).with_context(doing)?;
        say_tried(args, &tried, place::written(&config))?;
        return Ok(Exit::Done);
    }
    let done = store::restore(&config.store, from, None, now, insist).map_err(no_file).with_context(doing)?;
    say_restored(args, done)?;
    Ok(Exit::Done)
}

fn say_tried(args: &RestoreArgs, tried: &Rehearsal, written: impl Fn(Timestamp) -> String) -> io::Result<()> {
    if args.json {
        return say::json(tried);
    }
    let units = say::counted(tried.units, "unit", "units");
    say::line(format!(
        "It can be restored: {units}, up to event {}, as it was at {}. It was restored into a folder apart, proved, and \
         removed again; the store is as it was.",
        tried.seq.0,
        tried.taken.parse().map_or_else(|_| tried.taken.clone(), written)
    ))?;
    if tried.behind > 0 {
        let events = say::counted(tried.behind, "event", "events");
        say::line(format!("The store has {events} behind it, which would be given up and kept aside."))?;
    }
    Ok(())
}

fn say_restored(args: &RestoreArgs, done: Restored) -> io::Result<()> {
    if args.json {
        return say::json(&done);
    }
    let aside = done.kept_aside.map(|it| format!(" What was there is in {}.", it.display())).unwrap_or_default();
    say::line(format!("Restored up to event {}; the restore itself is event {}.{aside}", done.seq.0, done.restored.0))?;
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
    Ok(())
}
