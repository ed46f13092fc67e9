//! Carries an instruction out: through the running service, or on the store itself.
//!
//! With `--as BADGE` it is done under that person, whose role must allow it; without it under whoever owns the store.
//! Deliberately absent: the words from which instructions are made.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::client::{ClientError, in_query};
use super::exit::{Exit, NotRecorded};
use super::place::{self, Place};
use super::say;
use crate::config::Config;
use crate::domain::{EventSeq, HolderId, Moment, Role};
use crate::station::{self, clock};
use crate::store::{Instruction, Store, StoreError};

/// Who asks, and how the answer is printed.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct Asking {
    /// The badge of the person under whose name it is done; a keeper's.
    #[arg(long = "as", value_name = "BADGE")]
    pub badge: Option<String>,
    /// Print the number of the event as JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub(super) place: Place,
}

/// The service's answer to a refused instruction.
const REFUSED: u16 = 409;

/// Carries out and says what was done.
pub fn instruct(asking: &Asking, instruction: &Instruction, done: &str) -> Result<Exit> {
    let config = asking.place.config()?;
    match carry_out(&config, asking.badge.as_deref(), instruction)? {
        Ok(event) if asking.json => say::json(&json!({ "event": event }))?,
        Ok(event) => say::line(format!("{done} (event {})", event.0))?,
        Err(why) => return not_done(asking, &why),
    }
    Ok(Exit::Done)
}

/// Says why it was not done.
pub(super) fn not_done(asking: &Asking, why: &str) -> Result<Exit> {
    if asking.json {
        say::json(&json!({ "event": null, "why": why }))?;
    } else {
        say::aside(format!("not done: {why}"));
    }
    Ok(Exit::No)
}

pub(super) fn carry_out(
    config: &Config,
    badge: Option<&str>,
    wanted: &Instruction,
) -> Result<Result<EventSeq, String>> {
    if let Some(service) = place::service(config)? {
        let person = badge.map(|it| format!("?as={}", in_query(it))).unwrap_or_default();
        let sent = serde_json::to_vec(wanted)?;
        return match service.post(&format!("/api/v1/instructions{person}"), "application/json", &sent) {
            Ok(answer) => {
                let answer: Value = serde_json::from_slice(&answer).context("read the station's answer")?;
                let event = answer.get("event").and_then(Value::as_i64).context("the answer names no event")?;
                Ok(Ok(EventSeq(event)))
            }
            Err(ClientError::Problem { status: REFUSED, detail }) => Ok(Err(detail)),
            Err(found) => Err(found.into()),
        };
    }
    let now = clock::start();
    let mut store = place::open(config, &now)?;
    let person = match in_name_of(&store, badge, Role::Keeper, now())? {
        Ok(person) => person,
        Err(why) => return Ok(Err(why)),
    };
    let codes = &config.station.codes;
    let carried = store.within(|store| station::carry_out(store, wanted, codes, person, now()));
    if carried.is_ok() && wanted.closes_shift() {
        store.checkpoint(now())?;
    }
    match carried {
        Ok(event) => Ok(Ok(event)),
        Err(found) if found.is_refusal() => Ok(Err(found.to_string())),
        Err(found) => Err(failed(found)),
    }
}

/// Says what came of it, `done` or `no` with its sentence, as the service answers.
pub(super) fn answered(as_json: bool, answer: &Value) -> Result<Exit> {
    let text = |name: &str| answer.get(name).and_then(Value::as_str).unwrap_or_default();
    let done = text("answer") == "done";
    if as_json {
        say::json(answer)?;
    } else if done {
        say::line(text("why"))?;
    } else {
        say::aside(format!("not done: {}", text("why")));
    }
    Ok(if done { Exit::Done } else { Exit::No })
}

/// What the store could not do; where nothing can be written, it can be asked again once that is mended.
pub(super) fn failed(cause: StoreError) -> anyhow::Error {
    let again = cause.is_not_recorded();
    let cause = anyhow::Error::from(cause);
    if again { cause.context(NotRecorded) } else { cause }
}

/// The person with that badge, in whose name something is done on a store without a service, if their role is at least
/// this one; without a badge its owner.
pub(super) fn in_name_of(
    store: &Store,
    badge: Option<&str>,
    least: Role,
    now: Moment,
) -> Result<Result<Option<HolderId>, String>> {
    let person = match badge.map(|it| store.person_named(it)).transpose() {
        Ok(person) => person,
        Err(found) => return Ok(Err(found.to_string())),
    };
    if let Some(holder) = person.map(|it| store.holder(it, now)).transpose()?.flatten()
        && (holder.role < least || !holder.active)
    {
        return Ok(Err(format!("this needs the role {least}; {} has the role {}", holder.name, holder.role)));
    }
    Ok(Ok(person))
}
