//! `scanstation purge`: the words of old events go for good, as the configuration or the command line says.
//!
//! A running service does it through its own queue; without one the store is opened here. A trial only reads.
//! Deliberately absent: what a purge does, which is the store's; and doing it by itself: a person or a timer orders it.

use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::json;

use super::client::in_query;
use super::exit::{Exit, WrongWords};
use super::instruct::{failed, in_name_of};
use super::place::{self, Place};
use super::say;
use crate::config::Config;
use crate::domain::{Age, EventClass, Moment, Role};
use crate::station::clock;
use crate::store::{Next, Purge, PurgeOrder, PurgeReport, Reader};

/// A ledger of a million events takes some minutes, and more beside many scans (chosen).
const ANSWER_MAX: Duration = Duration::from_secs(60 * 60);

/// Take the words of old events away, and what was scanned then; for good.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  scanstation purge --dry-run                       say what would go, by [retention] of the configuration
  scanstation purge --why \"our retention policy\"    by [retention], each class by its own age
  scanstation purge --class scans --older-than 90d --why \"works council, 3 Nov\" --as BDG-0001

Classes: movements (out, in, moved, states), sessions (who was at the desk), scans (looked up, refused), parked (codes that
nobody knew). Rows, numbers, times, people by their numbers and hashes stay, so the ledger holds as before; an event of the kind
`purged` names what went, and verify compares. What something still stands on stays: what a unit did since it went out,
conditions, pictures, codes that wait; so does everything about the register, quantities, cases, labels and owners.
It cannot be undone. A backup made before has the words still; a restored one is to be purged again.
Status: 0 purged, or nothing to purge; 1 refused, or the words are still in the write-ahead log because somebody reads it.")]
pub struct PurgeArgs {
    /// Only this class; again for each further one. Without it every class that has an age.
    #[arg(long = "class", value_name = "CLASS", value_parser = class)]
    pub classes: Vec<EventClass>,
    /// Events that are older, such as 90d, "18 months" or 2y, whatever the configuration says; at least one day.
    #[arg(long, value_name = "AGE", value_parser = Age::parse)]
    pub older_than: Option<Age>,
    /// Why; it stands in the ledger.
    #[arg(long, required_unless_present = "dry_run")]
    pub why: Option<String>,
    /// Only say what would go; it reads and asks for nobody's role.
    #[arg(long)]
    pub dry_run: bool,
    /// The badge of the person under whose name it is done, an admin's.
    #[arg(long = "as", value_name = "BADGE")]
    pub badge: Option<String>,
    /// Print the report as JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    place: Place,
}

fn class(word: &str) -> Result<EventClass, String> {
    let words = || EventClass::ALL.iter().map(|it| it.word()).collect::<Vec<_>>().join(", ");
    EventClass::parse(word).ok_or_else(|| format!("a class is one of {}", words()))
}

/// Purges, or says what would go.
pub fn purge(args: &PurgeArgs) -> Result<Exit> {
    let config = args.place.config()?;
    let clock = clock::start();
    let orders = orders(args, &config, clock())?;
    if orders.is_empty() {
        return nothing(args);
    }
    if args.dry_run {
        let report = Reader::open(&config.store.data)?.rehearse_purge(&orders, clock())?;
        return tell(&report, args, &config);
    }
    let why = args.why.as_deref().unwrap_or_default();
    if let Some(service) = place::service(&config)? {
        let person = args.badge.as_deref().map(|it| format!("?as={}", in_query(it))).unwrap_or_default();
        let sent = json!({ "classes": orders, "why": why }).to_string();
        let service = service.patient(ANSWER_MAX);
        let answer = service.post(&format!("/api/v1/purge{person}"), "application/json", sent.as_bytes())?;
        let report = serde_json::from_slice(&answer).context("read the station's report")?;
        return tell(&report, args, &config);
    }
    let mut store = place::open(&config, &clock)?;
    let person = match in_name_of(&store, args.badge.as_deref(), Role::Admin, clock())? {
        Ok(person) => person,
        Err(why) => return refused(args, &why),
    };
    let mut purge = match Purge::new(&orders, person, why, clock()) {
        Err(found) if found.is_refusal() => return refused(args, &found.to_string()),
        made => made?.alone(),
    };
    while purge.piece(&mut store, clock()).map_err(failed)? != Next::End {}
    tell(purge.report(), args, &config)
}

/// The classes with their ages, as moments by the calendar of the place.
fn orders(args: &PurgeArgs, config: &Config, now: Moment) -> Result<Vec<PurgeOrder>> {
    let named = if args.classes.is_empty() { EventClass::ALL } else { &args.classes };
    let mut orders = Vec::new();
    for class in named {
        let Some(age) = args.older_than.or_else(|| config.store.retention.get(class).copied()) else {
            if args.classes.is_empty() {
                continue;
            }
            let words = format!("nothing says how long {class} are kept: give --older-than, or set retention.{class}");
            return Err(WrongWords(words).into());
        };
        let before = age.before(now.wall, &config.store.zone);
        let before = before.ok_or_else(|| WrongWords(format!("{age} ago no calendar has a day")))?;
        orders.push(PurgeOrder { class: *class, before });
    }
    Ok(orders)
}

fn nothing(args: &PurgeArgs) -> Result<Exit> {
    if args.json {
        say::json(&PurgeReport::default())?;
    } else {
        say::line(
            "Nothing is to be purged: [retention] keeps all words for ever. Give --older-than, or set it there.",
        )?;
    }
    Ok(Exit::Done)
}

fn refused(args: &PurgeArgs, why: &str) -> Result<Exit> {
    if args.json {
        say::json(&json!({ "done": false, "why": why }))?;
    } else {
        say::aside(format!("not done: {why}"));
    }
    Ok(Exit::No)
}

fn tell(report: &PurgeReport, args: &PurgeArgs, config: &Config) -> Result<Exit> {
    let status = if report.wal_is_left { Exit::No } else { Exit::Done };
    if args.json {
        say::json(report)?;
        return Ok(status);
    }
    let written = place::written(config);
    let (lose, done) = if report.done { ("lost", "Purged.") } else { ("would lose", "Nothing was purged.") };
    for it in &report.classes {
        let up_to = it.up_to.map(|it| format!(", up to event {}", it.0)).unwrap_or_default();
        let needed = match it.needed {
            0 => String::new(),
            many => format!("; {many} keep them, because something still stands on them"),
        };
        let events = say::counted(it.events, "event", "events");
        let before = written(it.before);
        say::line(format!("{}, recorded before {before}: {events} {lose} the words{up_to}{needed}.", it.class))?;
    }
    say::line(format!("{} {lose} payload and answer.", say::counted(report.scans, "scan", "scans")))?;
    if report.wal_is_left {
        say::line(
            "The words are still in station.db-wal, because somebody reads the store: end what reads it and purge again.",
        )?;
    }
    if !report.copies.is_empty() {
        let copies = report.copies.join(", ");
        say::line(say::one_line(&format!("Copies in the store's folder have the words still; remove them: {copies}")))?;
    }
    say::line(done)?;
    Ok(status)
}
