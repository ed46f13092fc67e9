//! `set`: what a keeper changes in the record of things, of their categories and of places, without scanning.
//!
//! Each word makes one instruction; the store says whether it can be carried out.
//! Deliberately absent: lists of what there is, which `open` prints.

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand};
use jiff::civil;

use super::exit::Exit;
use super::instruct::{Asking, instruct, not_done};
use super::still;
use crate::domain::time::{When, day};
use crate::store::Instruction;

/// Change what keeps units from going out, and what categories ask.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  scanstation set hold AT-000123 --why \"for the lab\"     it may not go out; a keeper can release it once
  scanstation set hold AT-000123 --lift                    it may again
  scanstation set recall --model DRILL-18 --why \"battery\" nobody can release it
  scanstation set no-serial-number --model CABLE-2M --why \"none on it\"   its tag is enough then
  scanstation set calibration AT-000123 --due 2027-03-31   it may not go out after that day
  scanstation set warranty AT-000123 --until 2027-03-31    said at look-up; it blocks nothing
  scanstation set purchase AT-000123 --on 2025-02-17
  scanstation set home AT-000123 LOC-A3                    where it is put back from now on
  scanstation set note AT-000123 \"charger in the lid\"    read at its page
  scanstation set picture AT-000123 --file drill.jpg       shown wherever it is scanned
  scanstation set picture --model TL-1001 --file drill.png for all of the model that have none of their own
  scanstation set category laser --critical --training laser --held-max 2
  scanstation set model \"GSR 18V-60\" --maker Bosch --sku DRILL-18 --category drill   then: parked resolve 812 --model DRILL-18
  scanstation set location LOC-Q1 \"Quarantine bin\"
  scanstation set quarantine LOC-Q1                        damaged things are put there and nowhere else
  scanstation set kit AT-000124 --of AT-000200             the drill is a part of the kit

Units are named by tag, by serial number where one alone bears it, or by #7, their number in the register; models by SKU
or \"maker name\". Each change is an event with what it was before.
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
    /// A unit, or all of a model, that bear no serial number: with its tag it is whole, so it can be disposed of.
    NoSerialNumber(MarkArgs),
    /// When the calibration of a unit expires.
    Calibration(DueArgs),
    /// When the inspection of a unit is due.
    Inspection(DueArgs),
    /// Until when the warranty of a unit lasts.
    Warranty(WarrantyArgs),
    /// When a unit was bought.
    Purchase(PurchaseArgs),
    /// Where a unit belongs and is put back.
    Home(HomeArgs),
    /// A note of a unit for people.
    Note(NoteArgs),
    /// The picture by which people know a unit, or all units of a model.
    Picture(PictureArgs),
    /// What a category asks; what is left out is not asked.
    Category(CategoryArgs),
    /// A model that is not in the register yet.
    Model(ModelArgs),
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
    /// The part, by tag or serial number.
    unit: String,
    /// The kit, by tag or serial number.
    #[arg(long = "of", value_name = "KIT", required_unless_present = "none")]
    kit: Option<String>,
    /// It is a part of none.
    #[arg(long, conflicts_with = "kit")]
    none: bool,
    #[command(flatten)]
    asking: Asking,
}

#[derive(Args, Debug)]
struct ModelArgs {
    /// Its name.
    name: String,
    /// Who makes it.
    #[arg(long, default_value = "")]
    maker: String,
    /// Our stock code.
    #[arg(long)]
    sku: Option<String>,
    /// Its trade item number: 8, 12, 13 or 14 digits.
    #[arg(long)]
    gtin: Option<String>,
    /// Its category, whose rules it follows.
    #[arg(long, default_value = "")]
    category: String,
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
    /// The unit, by tag or serial number.
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
    /// The unit, by tag or serial number.
    unit: String,
    /// The last day, 2027-03-31, or a moment in RFC 3339.
    #[arg(long, value_parser = When::parse, required_unless_present = "none")]
    due: Option<When>,
    /// It needs none.
    #[arg(long, conflicts_with = "due")]
    none: bool,
    #[command(flatten)]
    asking: Asking,
}

#[derive(Args, Debug)]
struct WarrantyArgs {
    /// The unit, by tag or serial number.
    unit: String,
    /// Its last day, 2027-03-31.
    #[arg(long, value_parser = day, required_unless_present = "none")]
    until: Option<civil::Date>,
    /// It has none, or nobody knows.
    #[arg(long, conflicts_with = "until")]
    none: bool,
    #[command(flatten)]
    asking: Asking,
}

#[derive(Args, Debug)]
struct PurchaseArgs {
    /// The unit, by tag or serial number.
    unit: String,
    /// The day, 2025-02-17.
    #[arg(long, value_parser = day, required_unless_present = "none")]
    on: Option<civil::Date>,
    /// Nobody knows.
    #[arg(long, conflicts_with = "on")]
    none: bool,
    #[command(flatten)]
    asking: Asking,
}

#[derive(Args, Debug)]
struct HomeArgs {
    /// The unit, by tag or serial number.
    unit: String,
    /// The location, by label or name.
    #[arg(required_unless_present = "none")]
    location: Option<String>,
    /// It belongs nowhere.
    #[arg(long, conflicts_with = "location")]
    none: bool,
    #[command(flatten)]
    asking: Asking,
}

#[derive(Args, Debug)]
struct NoteArgs {
    /// The unit, by tag or serial number.
    unit: String,
    /// One line of at most 300 characters.
    #[arg(required_unless_present = "none")]
    note: Option<String>,
    /// It has none.
    #[arg(long, conflicts_with = "note")]
    none: bool,
    #[command(flatten)]
    asking: Asking,
}

#[derive(Args, Debug)]
struct PictureArgs {
    /// The unit, by tag or serial number.
    #[arg(required_unless_present = "model", conflicts_with = "model")]
    unit: Option<String>,
    /// The model, by SKU or name, instead of one unit: for all of it that have no picture of their own.
    #[arg(long)]
    model: Option<String>,
    /// A PNG or JPEG of at most 1 MiB.
    #[arg(long, value_name = "FILE", required_unless_present = "none")]
    file: Option<PathBuf>,
    /// It has none.
    #[arg(long, conflicts_with = "file")]
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
        Set::NoSerialNumber(it) => {
            let (unit, model, why) = (it.unit.clone(), it.model.clone(), it.why.clone());
            let done = if it.lift { "Bears a serial number" } else { "Bears no serial number" };
            instruct(&it.asking, &Instruction::NoSerialNumber { unit, model, why }, done)
        }
        Set::Calibration(it) => {
            instruct(&it.asking, &Instruction::Calibration { unit: it.unit.clone(), due: it.due }, "Calibration set")
        }
        Set::Inspection(it) => {
            instruct(&it.asking, &Instruction::Inspection { unit: it.unit.clone(), due: it.due }, "Inspection set")
        }
        Set::Warranty(it) => {
            instruct(&it.asking, &Instruction::Warranty { unit: it.unit.clone(), until: it.until }, "Warranty noted")
        }
        Set::Purchase(it) => {
            instruct(&it.asking, &Instruction::Purchase { unit: it.unit.clone(), on: it.on }, "Purchase noted")
        }
        Set::Home(it) => {
            let wanted = Instruction::Home { unit: it.unit.clone(), location: it.location.clone() };
            instruct(&it.asking, &wanted, if it.none { "Belongs nowhere" } else { "Belongs there from now on" })
        }
        Set::Note(it) => {
            let wanted = Instruction::Note { unit: it.unit.clone(), note: it.note.clone() };
            instruct(&it.asking, &wanted, if it.none { "Note taken away" } else { "Note kept" })
        }
        Set::Picture(it) => {
            let of = (it.unit.as_deref(), it.model.as_deref());
            let keep = |file| still::keep(&it.asking.place.config()?, file, of);
            let kept = match it.file.as_deref().map(keep).transpose()?.transpose() {
                Ok(kept) => kept,
                Err(why) => return not_done(&it.asking, &why),
            };
            let wanted = Instruction::Picture { unit: it.unit.clone(), model: it.model.clone(), still: kept };
            instruct(&it.asking, &wanted, if it.none { "Picture taken away" } else { "Picture set" })
        }
        Set::Model(it) => model(it),
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

fn model(it: &ModelArgs) -> Result<Exit> {
    let (maker, name, category) = (it.maker.clone(), it.name.clone(), it.category.clone());
    let (sku, gtin) = (it.sku.clone(), it.gtin.clone());
    instruct(&it.asking, &Instruction::Model { maker, name, sku, gtin, category }, "Model entered")
}
