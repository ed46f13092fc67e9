//! `cases`, `stock`, `labels queue`: what somebody must look into, order, print; read beside a running service.
//!
//! A case is closed here too. Deliberately absent: other changes, which go through the station.

use anyhow::Result;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::client::in_query;
use super::exit::Exit;
use super::instruct::{Asking, answered, failed, in_name_of, instruct};
use super::place::{self, Place};
use super::{say, scan};
use crate::domain::{CaseId, CaseView, LabelView, Role, StockView};
use crate::station::clock;
use crate::store::{Instruction, Reader, StoreError};

/// Rows of a list.
const ROWS_MAX: usize = 1_000;

/// List the cases that somebody must look into.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  scanstation cases              those that are open, newest first
  scanstation cases --all --json every one, with who closed it and why
  scanstation cases resolve 97 --why \"labels were swapped and put right\"

A running service closes it for the keeper whose badge was scanned at the lane (scanstation scan BDG-0099), for the
one whom --as names, or without either for the owner of the store.
A case is named by the ledger number of the event that opened it. Status: 0 if none is open, 1 if one is.")]
#[command(args_conflicts_with_subcommands = true)]
pub struct CasesArgs {
    #[command(subcommand)]
    word: Option<CaseWord>,
    /// Those that are closed too.
    #[arg(long)]
    pub all: bool,
    /// Show serial numbers in full; whoever may read the store's folder may do this.
    #[arg(long)]
    pub unmasked: bool,
    /// Print them as JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    place: Place,
}

#[derive(clap::Subcommand, Debug)]
enum CaseWord {
    /// Close a case, with the reason.
    Resolve(ResolveArgs),
}

#[derive(clap::Args, Debug)]
struct ResolveArgs {
    /// The case, by its number.
    case: i64,
    /// Why it is closed.
    #[arg(long)]
    why: String,
    /// The side of the station at which the keeper's badge was scanned.
    #[arg(long, default_value = "cli", value_parser = scan::lane)]
    lane: String,
    /// The badge of the keeper in whose name it is closed.
    #[arg(long = "as", value_name = "BADGE")]
    badge: Option<String>,
    /// Print the answer as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

/// Closes a case, through the running service or on the store itself; then it is the owner of the store who closes it.
fn resolve(args: &ResolveArgs) -> Result<Exit> {
    let config = args.place.config()?;
    if let Some(service) = place::service(&config)? {
        let person = args.badge.as_deref().map(|it| format!("&as={}", in_query(it))).unwrap_or_default();
        let path = format!("/api/v1/cases/{}/resolve?lane={}{person}", args.case, args.lane);
        let body = json!({ "why": args.why }).to_string();
        let answer: Value = serde_json::from_slice(&service.post(&path, "application/json", body.as_bytes())?)?;
        return answered(args.json, &answer);
    }
    let clock = clock::start();
    let mut store = place::open(&config, &clock)?;
    let person = match in_name_of(&store, args.badge.as_deref(), Role::Keeper, clock())? {
        Ok(person) => person,
        Err(why) => return answered(args.json, &json!({ "answer": "no", "why": why, "event": null })),
    };
    match store.within(|store| store.resolve_case(CaseId(args.case), &args.why, person, clock())) {
        Ok(event) => {
            let why = format!("Case {} closed", args.case);
            answered(args.json, &json!({ "answer": "done", "why": why, "event": event }))
        }
        Err(StoreError::Unfit(why)) => answered(args.json, &json!({ "answer": "no", "why": why, "event": null })),
        Err(found) => Err(failed(found)),
    }
}

/// Lists cases, or closes one.
pub fn cases(args: &CasesArgs) -> Result<Exit> {
    if let Some(CaseWord::Resolve(wanted)) = &args.word {
        return resolve(wanted);
    }
    let config = args.place.config()?;
    let cases = Reader::open(&config.store.data)?.cases(args.all, ROWS_MAX, args.unmasked)?;
    if args.json {
        say::json(&cases)?;
    } else {
        let said = place::written(&config);
        for case in &cases {
            say::line(told(case, &said))?;
        }
        say::line(format!("{} cases.", cases.len()))?;
    }
    Ok(if cases.iter().any(|it| it.resolved.is_none()) { Exit::No } else { Exit::Done })
}

fn told(case: &CaseView, said: impl Fn(Timestamp) -> String) -> String {
    let unit = |label: &Option<String>, id: i64| label.clone().unwrap_or_else(|| format!("unit {id}"));
    let mut parts = vec![format!("{}  {}  {}", case.id.0, case.kind, unit(&case.label, case.unit.0))];
    parts.extend(case.other.map(|it| format!("and {}", unit(&case.other_label, it.0))));
    let read = [("tag", &case.tag), ("serial number", &case.serial_number), ("put into", &case.place)];
    parts.extend(read.into_iter().filter_map(|(name, it)| Some(format!("{name} {}", it.as_ref()?))));
    let person = case.person.as_deref().unwrap_or("nobody's badge");
    parts.push(format!("opened {} by {person}, read {} times", said(case.opened), case.readings));
    if let (Some(at), Some(why)) = (case.resolved, &case.resolution) {
        parts.push(format!("closed {} by {}: {why}", said(at), case.resolved_by.as_deref().unwrap_or("the owner")));
    }
    parts.join(", ")
}

/// List consumables by their shelves.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  scanstation stock              all shelves with what is left
  scanstation stock --low        those below their minimum, to be ordered
  scanstation stock count SH-1 40 --why \"after delivery\"
  scanstation stock limit SH-1 20                 at most twenty at once; without a number the place's limit")]
#[command(args_conflicts_with_subcommands = true)]
pub struct StockArgs {
    #[command(subcommand)]
    word: Option<StockWord>,
    /// Only those to be ordered.
    #[arg(long)]
    pub low: bool,
    /// Print them as JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    place: Place,
}

#[derive(clap::Subcommand, Debug)]
enum StockWord {
    /// Set what was counted on a shelf.
    Count {
        /// The shelf's code.
        shelf: String,
        /// How many lie there.
        counted: i64,
        /// Why it was counted.
        #[arg(long)]
        why: String,
        #[command(flatten)]
        asking: Asking,
    },
    /// How many of a shelf are taken at once.
    Limit {
        /// The shelf's code.
        shelf: String,
        /// How many; without it the place's limit counts.
        take_max: Option<i64>,
        #[command(flatten)]
        asking: Asking,
    },
}

/// Lists shelves, or changes one.
pub fn stock(args: &StockArgs) -> Result<Exit> {
    match &args.word {
        Some(StockWord::Count { shelf, counted, why, asking }) => {
            let wanted = Instruction::Count { shelf: shelf.clone(), counted: *counted, why: why.clone() };
            return instruct(asking, &wanted, "Counted");
        }
        Some(StockWord::Limit { shelf, take_max, asking }) => {
            let wanted = Instruction::ShelfLimit { shelf: shelf.clone(), take_max: *take_max };
            return instruct(asking, &wanted, "Limit set");
        }
        None => {}
    }
    let config = args.place.config()?;
    let shelves = Reader::open(&config.store.data)?.stock(args.low, ROWS_MAX)?;
    if args.json {
        say::json(&shelves)?;
        return Ok(Exit::Done);
    }
    let said = place::written(&config);
    for StockView { shelf, model, quantity, minimum, reorder_since, .. } in &shelves {
        let order = reorder_since.map(|it| format!(", to be ordered since {}", said(it))).unwrap_or_default();
        say::line(format!("{shelf}  {model}  {quantity} (at least {minimum}){order}"))?;
    }
    say::line(format!("{} shelves.", shelves.len()))?;
    Ok(Exit::Done)
}

/// Labels that wait to be printed.
#[derive(clap::Args, Debug)]
pub struct QueueArgs {
    /// Print them as JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    place: Place,
}

/// Lists labels.
pub fn queue(args: &QueueArgs) -> Result<Exit> {
    let config = args.place.config()?;
    let labels = Reader::open(&config.store.data)?.label_queue(ROWS_MAX)?;
    if args.json {
        say::json(&labels)?;
        return Ok(Exit::Done);
    }
    let said = place::written(&config);
    for LabelView { unit, model, reason, tag, since, person, .. } in &labels {
        let what = tag.as_ref().map_or_else(|| "a new tag".to_owned(), |it| format!("{it} again"));
        let person = person.as_deref().unwrap_or("nobody's badge");
        say::line(format!("unit {}  {model}  {what} ({reason}), asked {} by {person}", unit.0, said(*since)))?;
    }
    if labels.iter().any(|it| it.tag.is_none()) {
        say::line("A new tag: `scanstation labels tags` prints a free number; then RELABEL or PAIR binds it.")?;
    }
    say::line(format!("{} labels to print.", labels.len()))?;
    Ok(Exit::Done)
}
