//! `people`, `reserve`, `correct`: what a keeper changes about people, and takes back, without scanning.
//!
//! Each word makes one instruction; the store says whether it can be carried out.
//! Deliberately absent: lists of what there is, which `open` prints.

use std::io::{BufRead as _, IsTerminal as _};

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};

use super::exit::Exit;
use super::instruct::{Asking, instruct};
use super::say;
use crate::domain::time::When;
use crate::store::Instruction;

/// Trainings, licences, limits and PINs of people.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  scanstation people training BDG-0042 laser --until 2027-03-31   they may take what needs it until then
  scanstation people training BDG-0042 laser --end                not any more
  scanstation people limit BDG-0042 5                             five units at one time, whatever they are
  scanstation people licence BDG-0042 \"WBK 4711\" --until 2028-06-30   regulated things go out to them until then
  scanstation people pin BDG-0042                                 asks for four to eight digits, twice
  scanstation people pin BDG-0042 --remove
  scanstation people leave BDG-0042                               the badge opens nothing any more; --back undoes it

People are named by badge or by name. A PIN is a second proof for critical things; only its hash is kept.")]
pub struct PeopleArgs {
    #[command(subcommand)]
    what: People,
}

#[derive(Subcommand, Debug)]
enum People {
    /// A training that a person has, or has no longer.
    Training {
        /// The person, by badge or name.
        person: String,
        /// The training.
        name: String,
        /// The last day, 2027-03-31, or a moment in RFC 3339; for ever without it.
        #[arg(long, value_parser = When::parse, conflicts_with = "end")]
        until: Option<When>,
        /// It counts no longer.
        #[arg(long)]
        end: bool,
        #[command(flatten)]
        asking: Asking,
    },
    /// The licence of a person for regulated things, by its reference.
    Licence {
        /// The person, by badge or name.
        person: String,
        /// Its number or whatever names it.
        #[arg(required_unless_present = "end")]
        reference: Option<String>,
        /// The last day, 2027-03-31, or a moment in RFC 3339; for ever without it.
        #[arg(long, value_parser = When::parse, conflicts_with = "end")]
        until: Option<When>,
        /// They have none any more.
        #[arg(long, conflicts_with = "reference")]
        end: bool,
        #[command(flatten)]
        asking: Asking,
    },
    /// How many units a person may have at one time.
    Limit {
        /// The person, by badge or name.
        person: String,
        /// How many; without it there is no limit.
        held_max: Option<u32>,
        #[command(flatten)]
        asking: Asking,
    },
    /// A person has left: the badge opens nothing any more.
    Leave {
        /// The person, by badge or name.
        person: String,
        /// They are back.
        #[arg(long)]
        back: bool,
        #[command(flatten)]
        asking: Asking,
    },
    /// Set the PIN of a person; it is read from the terminal or from standard input, never from the command line.
    Pin {
        /// The person, by badge or name.
        person: String,
        /// Take it away.
        #[arg(long)]
        remove: bool,
        #[command(flatten)]
        asking: Asking,
    },
}

/// Changes people.
pub fn people(args: &PeopleArgs) -> Result<Exit> {
    match &args.what {
        People::Training { person, name, until, end, asking } => {
            let wanted =
                Instruction::Training { person: person.clone(), name: name.clone(), until: *until, ended: *end };
            instruct(asking, &wanted, if *end { "Training ended" } else { "Training noted" })
        }
        People::Licence { person, reference, until, end, asking } => {
            let wanted = Instruction::Licence { person: person.clone(), reference: reference.clone(), until: *until };
            instruct(asking, &wanted, if *end { "Licence ended" } else { "Licence noted" })
        }
        People::Limit { person, held_max, asking } => {
            instruct(asking, &Instruction::Limit { person: person.clone(), held_max: *held_max }, "Limit set")
        }
        People::Leave { person, back, asking } => {
            let wanted = Instruction::Leave { person: person.clone(), back: *back };
            instruct(asking, &wanted, if *back { "Back again" } else { "The badge opens nothing any more" })
        }
        People::Pin { person, remove, asking } => {
            let pin = if *remove { None } else { Some(typed()?) };
            let done = if *remove { "PIN taken away" } else { "PIN set" };
            instruct(asking, &Instruction::Pin { person: person.clone(), pin }, done)
        }
    }
}

/// The number, typed twice by a person, or one line from a program.
fn typed() -> Result<String> {
    let mut lines = std::io::stdin().lock().lines();
    let mut line = |ask: &str| -> Result<String> {
        if std::io::stdin().is_terminal() {
            say::aside(ask);
        }
        Ok(lines.next().transpose().context("read the PIN")?.unwrap_or_default().trim().to_owned())
    };
    let first = line("PIN (four to eight digits; it is shown while you type):")?;
    if std::io::stdin().is_terminal() && line("The same again:")? != first {
        bail!("the two are not the same; nothing was set");
    }
    Ok(first)
}

/// Reserve a unit, or any of a model, for a person; or cancel.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  scanstation reserve AT-000123 --for BDG-0042 --from 2026-12-01 --until 2026-12-03
  scanstation reserve --model DRILL-18 --for \"Kim Sorensen\" --from 2026-12-01T07:00:00+01:00 --until 2026-12-01
  scanstation reserve --cancel 7        the number is in: scanstation reservations

A loan that would last into the reservation of somebody else is refused at the scan. A reserved model is refused when no
more of it are free than others have reserved.")]
pub struct ReserveArgs {
    /// The unit, by tag or serial number.
    #[arg(required_unless_present_any = ["model", "cancel"], conflicts_with = "model")]
    unit: Option<String>,
    /// The model, by SKU or name, instead of one unit.
    #[arg(long)]
    model: Option<String>,
    /// The person, by badge or name.
    #[arg(long = "for", value_name = "PERSON", required_unless_present = "cancel")]
    person: Option<String>,
    /// From the beginning of this day, or from this moment.
    #[arg(long, value_parser = When::parse, required_unless_present = "cancel")]
    from: Option<When>,
    /// Until the end of this day, or until this moment.
    #[arg(long, value_parser = When::parse, required_unless_present = "cancel")]
    until: Option<When>,
    /// Cancel the reservation of this number.
    #[arg(long, value_name = "N", conflicts_with_all = ["unit", "model", "person", "from", "until"])]
    cancel: Option<i64>,
    #[command(flatten)]
    asking: Asking,
}

/// Reserves.
pub fn reserve(args: &ReserveArgs) -> Result<Exit> {
    if let Some(reservation) = args.cancel {
        return instruct(&args.asking, &Instruction::CancelReservation { reservation }, "Cancelled");
    }
    let (Some(person), Some(from), Some(until)) = (args.person.clone(), args.from, args.until) else {
        bail!("say for whom, from when and until when");
    };
    let wanted = Instruction::Reserve { unit: args.unit.clone(), model: args.model.clone(), person, from, until };
    instruct(&args.asking, &wanted, "Reserved")
}

/// Take an earlier event back, with a reason.
#[derive(Args, Debug)]
#[command(after_help = "Example:
  scanstation correct 4711 --why \"scanned the wrong drill\" --as BDG-0099

Both events stay in the ledger. It is refused if the unit has changed since, with who did it.")]
pub struct CorrectArgs {
    /// The number of the event.
    event: i64,
    /// Why.
    #[arg(long)]
    why: String,
    #[command(flatten)]
    asking: Asking,
}

/// Corrects.
pub fn correct(args: &CorrectArgs) -> Result<Exit> {
    let wanted = Instruction::Correct { event: args.event, why: args.why.clone() };
    instruct(&args.asking, &wanted, "Taken back")
}
