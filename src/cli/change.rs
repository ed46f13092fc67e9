//! `set`, `people`, `reserve`, `correct`: what a keeper changes in the record without scanning.
//!
//! Each word makes one instruction; the store says whether it can be carried out.
//! Deliberately absent: lists of what there is, which `open` prints.

use std::io::{BufRead as _, IsTerminal as _};

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use jiff::{Timestamp, civil, tz::TimeZone};

use super::exit::Exit;
use super::instruct::{Asking, instruct};
use super::say;
use crate::store::Instruction;

/// Change what keeps units from going out, and what categories ask.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  scanstation set hold AT-000123 --why \"for the lab\"     it may not go out; a keeper can release it once
  scanstation set hold AT-000123 --lift                    it may again
  scanstation set recall --model DRILL-18 --why \"battery\" nobody can release it
  scanstation set calibration AT-000123 --due 2027-03-31   it may not go out after that day
  scanstation set category laser --critical --training laser --held-max 2
  scanstation set location LOC-Q1 \"Quarantine bin\"
  scanstation set quarantine LOC-Q1                        damaged things are put there and nowhere else
  scanstation set kit AT-000124 --of AT-000200             the drill is a part of the kit

Units are named by tag or number, models by SKU or \"maker name\". Each change is an event with what it was before.
Status: 0 done, 1 refused with the cause.")]
pub struct SetArgs {
    #[command(subcommand)]
    what: Set,
}

#[derive(Subcommand, Debug)]
enum Set {
    /// Hold a unit or a model back, or let it go again.
    Hold(MarkArgs),
    /// Recall a unit or a model, or lift the recall.
    Recall(MarkArgs),
    /// When the calibration of a unit expires.
    Calibration(DueArgs),
    /// When the inspection of a unit is due.
    Inspection(DueArgs),
    /// What a category asks; what is left out is not asked.
    Category(CategoryArgs),
    /// A location that is not in the register yet.
    Location(LocationArgs),
    /// A location that is a quarantine bin: only there a damage is finished, once one is.
    Quarantine(QuarantineArgs),
    /// A unit that is a part of a kit, or of none.
    Kit(KitArgs),
}

#[derive(Args, Debug)]
struct QuarantineArgs {
    /// Its label.
    location: String,
    /// It is one no longer.
    #[arg(long)]
    lift: bool,
    #[command(flatten)]
    asking: Asking,
}

#[derive(Args, Debug)]
struct KitArgs {
    /// The part, by tag or number.
    unit: String,
    /// The kit, by tag or number.
    #[arg(long = "of", value_name = "KIT", required_unless_present = "none")]
    kit: Option<String>,
    /// It is a part of none.
    #[arg(long, conflicts_with = "kit")]
    none: bool,
    #[command(flatten)]
    asking: Asking,
}

#[derive(Args, Debug)]
struct LocationArgs {
    /// What is scanned.
    label: String,
    /// What people call it.
    name: Option<String>,
    #[command(flatten)]
    asking: Asking,
}

#[derive(Args, Debug)]
struct MarkArgs {
    /// The unit, by tag or number.
    #[arg(required_unless_present = "model", conflicts_with = "model")]
    unit: Option<String>,
    /// The model, by SKU or name, instead of one unit.
    #[arg(long)]
    model: Option<String>,
    /// Why.
    #[arg(long, required_unless_present = "lift")]
    why: Option<String>,
    /// Lift it.
    #[arg(long, conflicts_with = "why")]
    lift: bool,
    #[command(flatten)]
    asking: Asking,
}

#[derive(Args, Debug)]
struct DueArgs {
    /// The unit, by tag or number.
    unit: String,
    /// The last day, 2027-03-31, or a moment in RFC 3339.
    #[arg(long, value_parser = until, required_unless_present = "none")]
    due: Option<Timestamp>,
    /// It needs none.
    #[arg(long, conflicts_with = "due")]
    none: bool,
    #[command(flatten)]
    asking: Asking,
}

#[derive(Args, Debug)]
struct CategoryArgs {
    /// Its name.
    name: String,
    /// The training that is needed.
    #[arg(long)]
    training: Option<String>,
    /// Units of it that one person may have.
    #[arg(long, value_name = "N")]
    held_max: Option<u32>,
    /// A job must be scanned first.
    #[arg(long)]
    job_required: bool,
    /// A second proof is asked: the plate, another badge, a PIN.
    #[arg(long)]
    critical: bool,
    /// As critical, and never taken in without a badge.
    #[arg(long)]
    regulated: bool,
    #[command(flatten)]
    asking: Asking,
}

/// Sets.
pub fn set(args: &SetArgs) -> Result<Exit> {
    match &args.what {
        Set::Hold(it) => {
            let wanted = Instruction::Hold { unit: it.unit.clone(), model: it.model.clone(), why: it.why.clone() };
            instruct(&it.asking, &wanted, if it.lift { "Not held back any more" } else { "Held back" })
        }
        Set::Recall(it) => {
            let wanted = Instruction::Recall { unit: it.unit.clone(), model: it.model.clone(), why: it.why.clone() };
            instruct(&it.asking, &wanted, if it.lift { "Not recalled any more" } else { "Recalled" })
        }
        Set::Calibration(it) => {
            instruct(&it.asking, &Instruction::Calibration { unit: it.unit.clone(), due: it.due }, "Calibration set")
        }
        Set::Inspection(it) => {
            instruct(&it.asking, &Instruction::Inspection { unit: it.unit.clone(), due: it.due }, "Inspection set")
        }
        Set::Location(it) => {
            let wanted = Instruction::Location { label: it.label.clone(), name: it.name.clone() };
            instruct(&it.asking, &wanted, "Location entered")
        }
        Set::Quarantine(it) => {
            let wanted = Instruction::Quarantine { location: it.location.clone(), ended: it.lift };
            instruct(&it.asking, &wanted, if it.lift { "No quarantine bin any more" } else { "A quarantine bin" })
        }
        Set::Kit(it) => {
            let wanted = Instruction::Kit { unit: it.unit.clone(), kit: it.kit.clone() };
            instruct(&it.asking, &wanted, if it.none { "A part of no kit" } else { "A part of the kit" })
        }
        Set::Category(it) => {
            let wanted = Instruction::Category {
                name: it.name.clone(),
                training: it.training.clone(),
                held_max: it.held_max,
                job_required: it.job_required,
                critical: it.critical,
                regulated: it.regulated,
            };
            instruct(&it.asking, &wanted, "Category set")
        }
    }
}

/// Trainings, limits and PINs of people.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  scanstation people training BDG-0042 laser --until 2027-03-31   they may take what needs it until then
  scanstation people training BDG-0042 laser --end                not any more
  scanstation people limit BDG-0042 5                             five units at one time, whatever they are
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
        #[arg(long, value_parser = until, conflicts_with = "end")]
        until: Option<Timestamp>,
        /// It counts no longer.
        #[arg(long)]
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
    /// The unit, by tag or number.
    #[arg(required_unless_present_any = ["model", "cancel"], conflicts_with = "model")]
    unit: Option<String>,
    /// The model, by SKU or name, instead of one unit.
    #[arg(long)]
    model: Option<String>,
    /// The person, by badge or name.
    #[arg(long = "for", value_name = "PERSON", required_unless_present = "cancel")]
    person: Option<String>,
    /// From the beginning of this day, or from this moment.
    #[arg(long, value_parser = since, required_unless_present = "cancel")]
    from: Option<Timestamp>,
    /// Until the end of this day, or until this moment.
    #[arg(long, value_parser = until, required_unless_present = "cancel")]
    until: Option<Timestamp>,
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

/// A moment, or the end of a day here.
fn until(text: &str) -> Result<Timestamp, String> {
    moment(text, civil::time(23, 59, 59, 0))
}

/// A moment, or the beginning of a day here.
fn since(text: &str) -> Result<Timestamp, String> {
    moment(text, civil::Time::midnight())
}

fn moment(text: &str, time: civil::Time) -> Result<Timestamp, String> {
    let day = || {
        let day: civil::Date = text.parse().ok()?;
        TimeZone::system().to_zoned(day.to_datetime(time)).ok().map(|it| it.timestamp())
    };
    let found = text.parse::<Timestamp>().ok().or_else(day);
    found.ok_or_else(|| format!("{text:?} is no day like 2027-03-31 and no moment like 2027-03-31T17:00:00Z"))
}
