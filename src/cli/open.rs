//! `parked`, `overdue`, `reservations`, `shift`: what is open, and dealing with it.
//!
//! Lists are read beside a running service; what changes something is an instruction.
//! Deliberately absent: pages of the same lists, which the service has.

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use jiff::Timestamp;

use super::exit::Exit;
use super::instruct::{Asking, instruct};
use super::place::{self, Place};
use super::say;
use crate::domain::IdentifierKind;
use crate::station::clock;
use crate::store::{Instruction, OutUnit, Reader};

/// Rows that a list prints.
const ROWS_MAX: usize = 1_000;

/// Which store, and how a list is printed.
#[derive(Args, Clone, Debug)]
pub struct ListArgs {
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    place: Place,
}

impl ListArgs {
    /// The records, and how a moment is written here.
    fn reader(&self) -> Result<(Reader, impl Fn(Timestamp) -> String + use<>)> {
        let config = self.place.config()?;
        Ok((Reader::open(&config.store.data)?, place::written(&config)))
    }
}

/// Codes that nobody knew when they were scanned, and what becomes of them.
#[derive(Args, Debug)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:
  scanstation parked                                      what waits, the latest first
  scanstation parked resolve 812 --unit AT-000123         it is what it was read as, of this unit: a serial number, a phone's IMEI
  scanstation parked resolve 812 --unit AT-000123 --kind rfid-uid
  scanstation parked resolve 812 --model DRILL-18         it is a new unit of this model, known by this code
  scanstation parked resolve 812 --dismiss \"a lunch box\"

All that were parked with the same text are dealt with together. A code is not bound as what it cannot be: one of our tags,
an IMEI or a VIN is no serial number, the number of a product or a batch is that of no unit, and a check digit must hold.
Status: 0 done, 1 refused with the cause."
)]
pub struct ParkedArgs {
    #[command(subcommand)]
    what: Option<Parked>,
    #[command(flatten)]
    list: ListArgs,
}

#[derive(Subcommand, Debug)]
enum Parked {
    /// Deal with one of them.
    Resolve(ResolveArgs),
}

#[derive(Args, Debug)]
#[group(id = "how", required = true, multiple = false, args = ["unit", "model", "dismiss"])]
struct ResolveArgs {
    /// Its number in the list.
    id: i64,
    /// It is an identifier of this unit.
    #[arg(long)]
    unit: Option<String>,
    /// It is a new unit of this model.
    #[arg(long)]
    model: Option<String>,
    /// It is none of ours, and why.
    #[arg(long, value_name = "WHY")]
    dismiss: Option<String>,
    /// What it is of the unit: serial, tag, imei, mac, vin, rfid-uid, foreign-tag …; what it was read as, if left out.
    #[arg(long, value_parser = kind)]
    kind: Option<IdentifierKind>,
    #[command(flatten)]
    asking: Asking,
}

fn kind(text: &str) -> Result<IdentifierKind, String> {
    let known = || IdentifierKind::ALL.iter().map(|it| it.word()).collect::<Vec<_>>().join(", ");
    IdentifierKind::parse(text).ok_or_else(|| format!("kinds are {}", known()))
}

/// Lists or resolves.
pub fn parked(args: &ParkedArgs) -> Result<Exit> {
    if let Some(Parked::Resolve(it)) = &args.what {
        let parked = it.id;
        let wanted = match (&it.unit, &it.model, &it.dismiss) {
            (Some(unit), ..) => Instruction::Bind { parked, unit: unit.clone(), kind: it.kind },
            (_, Some(model), _) => Instruction::Create { parked, model: model.clone(), kind: it.kind },
            (.., Some(why)) => Instruction::Dismiss { parked, why: why.clone() },
            (None, None, None) => bail!("say what it is: --unit, --model or --dismiss"),
        };
        return instruct(&it.asking, &wanted, "Resolved");
    }
    let (reader, said) = args.list.reader()?;
    let found = reader.parked(ROWS_MAX)?;
    if args.list.json {
        say::json(&found)?;
        return Ok(Exit::Done);
    }
    for it in &found {
        let who = it.person.as_deref().unwrap_or("nobody");
        let times = if it.times > 1 { format!(", {} times", it.times) } else { String::new() };
        let text = say::one_line(&it.text);
        let still = it.still.as_ref().map(|it| format!(", still {it}")).unwrap_or_default();
        let at = said(it.time);
        say::line(format!("{:>8}  {text}  ({}) at {at} on {}, {who}{times}{still}", it.id.0, it.kind, it.lane))?;
    }
    say::line(format!("{} parked.", found.len()))?;
    Ok(Exit::Done)
}

/// What is past its due time, the longest first.
#[derive(Args, Debug)]
#[command(after_help = "Example:
  scanstation overdue --json | jq -r '.[].name' | sort | uniq -c")]
pub struct OverdueArgs {
    #[command(flatten)]
    list: ListArgs,
}

/// Lists what is overdue.
pub fn overdue(args: &OverdueArgs) -> Result<Exit> {
    let (reader, said) = args.list.reader()?;
    let found = reader.overdue(ROWS_MAX, clock::start()())?;
    if args.list.json {
        say::json(&found)?;
        return Ok(Exit::Done);
    }
    for it in &found {
        say::line(out(it, &said))?;
    }
    say::line(format!("{} overdue.", found.len()))?;
    Ok(Exit::Done)
}

fn out(it: &OutUnit, said: impl Fn(Timestamp) -> String) -> String {
    let tag = it.tag.clone().unwrap_or_else(|| format!("unit {}", it.unit.0));
    let due = it.due.map(|due| format!(", due {}", said(due))).unwrap_or_default();
    format!("{}: {tag} {}{due}{}", it.name, it.model, if it.overdue { ", overdue" } else { "" })
}

/// Reservations that have not ended, the next first.
#[derive(Args, Debug)]
#[command(after_help = "Example:
  scanstation reservations          the number in front cancels it: scanstation reserve --cancel 7")]
pub struct ReservationsArgs {
    #[command(flatten)]
    list: ListArgs,
}

/// Lists the calendar.
pub fn reservations(args: &ReservationsArgs) -> Result<Exit> {
    let (reader, said) = args.list.reader()?;
    let found = reader.reservations(ROWS_MAX, clock::start()())?;
    if args.list.json {
        say::json(&found)?;
        return Ok(Exit::Done);
    }
    for it in &found {
        let what = it.unit.clone().unwrap_or_else(|| format!("any {}", it.model));
        say::line(format!("{:>6}  {} to {}  {what} for {}", it.id, said(it.begins), said(it.ends), it.name))?;
    }
    say::line(format!("{} reserved.", found.len()))?;
    Ok(Exit::Done)
}

/// How the shift stands: still out, overdue, parked, labels to print, damaged things without their bin, open cases.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  scanstation shift                            the lists
  scanstation shift --close --as BDG-0099      closes it: an event, and the ledger signed up to it

At the station the card SHIFT and a keeper's badge do the same.")]
pub struct ShiftArgs {
    /// Close it.
    #[arg(long)]
    close: bool,
    #[command(flatten)]
    asking: Asking,
}

/// Reports or closes.
pub fn shift(args: &ShiftArgs) -> Result<Exit> {
    if args.close {
        return instruct(&args.asking, &Instruction::CloseShift {}, "Shift closed and signed");
    }
    let config = args.asking.place.config()?;
    let (reader, said) = (Reader::open(&config.store.data)?, place::written(&config));
    let report = reader.shift(true, clock::start()())?;
    if args.asking.json {
        say::json(&report)?;
        return Ok(Exit::Done);
    }
    for it in &report.units_out {
        say::line(out(it, &said))?;
    }
    for it in &report.codes_parked {
        say::line(format!("parked {}: {}", it.id.0, say::one_line(&it.text)))?;
    }
    for it in &report.labels_waiting {
        say::line(format!("label {}: unit {} {} ({})", it.id, it.unit.0, it.model, it.reason))?;
    }
    for it in &report.bins_waiting {
        let tag = it.tag.clone().unwrap_or_else(|| format!("unit {}", it.unit.0));
        let since = it.since.map(|it| format!(" since {}", said(it))).unwrap_or_default();
        let place = it.location.as_ref().map(|it| format!(", last in {it}")).unwrap_or_default();
        say::line(format!("waits for the quarantine bin: {tag} {}{since}{place}", it.model))?;
    }
    for it in &report.cases_open {
        say::line(format!("case {}: {}", it.id.0, it.kind))?;
    }
    let it = &report.counts;
    say::line(format!(
        "{} out, {} overdue, {} parked, {} labels to print, {} waiting for the quarantine bin, {} cases open.",
        it.out, it.overdue, it.parked, it.labels, it.bins, it.cases
    ))?;
    Ok(Exit::Done)
}
