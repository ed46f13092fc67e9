//! `scanstation owner`: who owned a unit, and who owns it from now on.
//!
//! A change goes through the running service for the keeper at a lane, or is noted on the store itself by its owner.
//! Deliberately absent: who has the unit, which scans move.

use anyhow::Result;
use jiff::civil::Date;
use serde_json::json;

use super::client::in_query;
use super::exit::Exit;
use super::instruct::{answered, failed, in_name_of};
use super::place::{self, Place};
use super::{say, scan};
use crate::domain::time::day;
use crate::domain::{Role, UnitId};
use crate::station::clock;
use crate::store::{NewOwner, Reader, StoreError};

/// Show who owned a unit, or note who owns it from now on.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  scanstation owner AT-000123                                                    the chain, oldest first
  scanstation owner AT-000123 --to Ada --how sale --date 2026-02-03 --proof \"receipt 9\"

A running service notes it for the keeper whose badge was scanned at the lane (scanstation scan BDG-0099), for the one
whom --as names, or without either for the owner of the store.
The proof is the number of a receipt or the SHA-256 of a paper. Status: 0 done, 1 refused.")]
pub struct OwnerArgs {
    /// The unit, by tag or serial number.
    pub unit: String,
    /// Who owns it from now on.
    #[arg(long, requires_all = ["how", "date", "proof"])]
    pub to: Option<String>,
    /// How it changed hands.
    #[arg(long, value_parser = ["purchase", "transfer", "sale"])]
    pub how: Option<String>,
    /// The day, 2026-02-03.
    #[arg(long, value_parser = day)]
    pub date: Option<Date>,
    /// What proves it.
    #[arg(long)]
    pub proof: Option<String>,
    /// The side of the station at which the keeper's badge was scanned.
    #[arg(long, default_value = "cli", value_parser = scan::lane)]
    pub lane: String,
    /// The badge of the keeper in whose name it is noted.
    #[arg(long = "as", value_name = "BADGE")]
    pub badge: Option<String>,
    /// Print the chain, or the answer, as JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    place: Place,
}

/// Shows, or notes.
pub fn run(args: &OwnerArgs) -> Result<Exit> {
    let config = args.place.config()?;
    let reader = Reader::open(&config.store.data)?.with_tags(&config.store.prefixes.tag);
    let unit = match reader.unit_named(&args.unit) {
        Ok(Some(unit)) => unit,
        Ok(None) => {
            return no(args, &format!("no unit bears the tag {}, and none has that serial number", args.unit));
        }
        Err(StoreError::Unfit(why)) => return no(args, &why),
        Err(found) => return Err(found.into()),
    };
    if let (Some(to), Some(how), Some(date), Some(proof)) = (&args.to, &args.how, args.date, &args.proof) {
        let new = NewOwner { to: to.clone(), how: how.clone(), date, proof: proof.clone() };
        return note(args, unit, &new);
    }
    let owners = reader.owners(unit)?;
    if args.json {
        say::json(&owners)?;
        return Ok(Exit::Done);
    }
    if owners.is_empty() {
        say::line("No change of owner is on record.")?;
    }
    for it in &owners {
        let from = if it.from.is_empty() { "nobody known" } else { &it.from };
        say::line(format!("{}  {} from {from} to {}, {} (event {})", it.date, it.how, it.to, it.proof, it.seq))?;
    }
    Ok(Exit::Done)
}

fn no(args: &OwnerArgs, why: &str) -> Result<Exit> {
    if args.json {
        say::json(&json!({ "answer": "no", "why": why, "event": null }))?;
    } else {
        say::aside(format!("scanstation: {why}"));
    }
    Ok(Exit::No)
}

fn note(args: &OwnerArgs, unit: UnitId, new: &NewOwner) -> Result<Exit> {
    let config = args.place.config()?;
    if let Some(service) = place::service(&config)? {
        let person = args.badge.as_deref().map(|it| format!("&as={}", in_query(it))).unwrap_or_default();
        let path = format!("/api/v1/units/{}/owners?lane={}{person}", unit.0, args.lane);
        let answer = service.post(&path, "application/json", &serde_json::to_vec(new)?)?;
        return answered(args.json, &serde_json::from_slice(&answer)?);
    }
    let clock = clock::start();
    let mut store = place::open(&config, &clock)?;
    let person = match in_name_of(&store, args.badge.as_deref(), Role::Keeper, clock())? {
        Ok(person) => person,
        Err(why) => return answered(args.json, &json!({ "answer": "no", "why": why, "event": null })),
    };
    match store.within(|store| store.change_owner(unit, new, person, clock())) {
        Ok(()) => {
            let event = store.head().0;
            answered(args.json, &json!({ "answer": "done", "why": "Owner noted", "event": event }))
        }
        Err(found @ (StoreError::Unfit(_) | StoreError::NotFound { .. })) => {
            answered(args.json, &json!({ "answer": "no", "why": found.to_string(), "event": null }))
        }
        Err(found) => Err(failed(found)),
    }
}
