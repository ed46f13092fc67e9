//! `scanstation still`: keeps a picture, sent or taken by a camera of the running service, and binds it.
//!
//! Without a running service a picture is kept and bound on the store itself; a camera belongs to a service.
//! Deliberately absent: looking at pictures, which is `decode`.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::{Value, json};

use super::client::in_query;
use super::exit::Exit;
use super::place::{self, Place};
use super::say;
use crate::config::Config;
use crate::domain::{EventSeq, IdentifierKind};
use crate::station::clock;
use crate::store::{PICTURE_MAX, Reader, STILL_MAX, Shown, keep_still};
use crate::vision::look_over;

/// Keep a picture of a damage, an unknown code or an identifier; its hash binds it to the ledger.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  scanstation still chuck.jpg                        keeps it and prints its hash
  scanstation still chuck.jpg --lane left            and shows it at that lane, after DAMAGED and the tool, or after an
                                                     unknown code
  scanstation still --camera lens --lane left        the same with what the camera sees now
  scanstation still plate.jpg --unit AT-000123 --identifier serial
                                                     shows an identifier; each further picture is another angle
  scanstation still --camera lens --event 4711       shows what an event says, such as a parked code

PNG or JPEG, 8 MiB at most; one that is cut short or broken is not kept. `scanstation verify` says when a bound picture is
missing or changed. Status: 0 done, 1 refused with the cause.")]
pub struct StillArgs {
    /// The picture.
    #[arg(required_unless_present = "camera")]
    file: Option<PathBuf>,
    /// A camera of the running service takes it, by its name.
    #[arg(long, value_name = "NAME", conflicts_with = "file")]
    camera: Option<String>,
    /// The lane of the running service at which the damage was told or the code was not known.
    #[arg(long)]
    lane: Option<String>,
    /// The event that it shows, by number; a parked code has the number of its event.
    #[arg(long, value_name = "N", conflicts_with_all = ["lane", "unit"])]
    event: Option<i64>,
    /// The unit, by tag or serial number, of which it shows an identifier.
    #[arg(long, requires = "identifier", conflicts_with = "lane")]
    unit: Option<String>,
    /// Which of its identifiers: serial, tag, imei, vin, mac …
    #[arg(long, requires = "unit", value_name = "KIND", value_parser = identifier)]
    identifier: Option<IdentifierKind>,
    /// The end of the identifier, where the unit bears several of that kind.
    #[arg(long, requires = "identifier", value_name = "TEXT")]
    ending: Option<String>,
    /// Print what was kept as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

fn identifier(text: &str) -> Result<IdentifierKind, String> {
    IdentifierKind::parse(text).ok_or_else(|| format!("`{text}` is no kind of identifier, such as serial, tag or imei"))
}

/// Keeps a still.
pub fn still(args: &StillArgs) -> Result<Exit> {
    let config = args.place.config()?;
    let kept = match place::service(&config)? {
        Some(service) => {
            let query = query(args);
            let answer = match (&args.camera, &args.file) {
                (Some(camera), _) => {
                    let path = format!("/api/v1/cameras/{}/still{query}", in_query(camera));
                    service.post(&path, "application/octet-stream", &[])?
                }
                (None, Some(file)) => {
                    let picture = looked_over(file, STILL_MAX)?;
                    service.post(&format!("/api/v1/stills{query}"), "application/octet-stream", &picture)?
                }
                (None, None) => bail!("name a picture or a camera"),
            };
            serde_json::from_slice(&answer).context("read the station's answer")?
        }
        None if args.camera.is_some() => {
            bail!("no service runs on this store, so it has no camera; `camera snap` takes a picture without one")
        }
        None if args.lane.is_some() => bail!("no service runs on this store, so there is no lane to show it at"),
        None => match on_the_store(args, &config)? {
            Ok(kept) => kept,
            Err(why) => {
                if args.json {
                    say::json(&json!({ "still": null, "answer": null, "event": null, "why": why }))?;
                } else {
                    say::aside(format!("not bound: {why}"));
                }
                return Ok(Exit::No);
            }
        },
    };
    say_kept(args, &kept)
}

fn query(args: &StillArgs) -> String {
    let event = args.event.map(|it| it.to_string());
    let named = [
        ("lane", args.lane.as_deref()),
        ("event", event.as_deref()),
        ("unit", args.unit.as_deref()),
        ("identifier", args.identifier.map(IdentifierKind::word)),
        ("ending", args.ending.as_deref()),
    ];
    let given = named.iter().filter_map(|(name, value)| value.map(|it| format!("{name}={}", in_query(it))));
    let given: Vec<String> = given.collect();
    if given.is_empty() { String::new() } else { format!("?{}", given.join("&")) }
}

fn shown(args: &StillArgs) -> Option<Shown> {
    let event = args.event.map(|it| Shown::Event(EventSeq(it)));
    let identifier = args.unit.clone().zip(args.identifier).map(|(unit, kind)| Shown::Identifier {
        unit,
        kind,
        raw: args.ending.clone(),
    });
    event.or(identifier)
}

/// The bytes of a picture, if it is one that can be kept: looked over here, so that the answer is the same with a service
/// and without.
fn looked_over(file: &Path, bytes_max: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let room = u64::try_from(bytes_max).unwrap_or(u64::MAX).saturating_add(1);
    let read = File::open(file).and_then(|it| it.take(room).read_to_end(&mut bytes));
    read.with_context(|| format!("read {}", file.display()))?;
    look_over(&bytes, bytes_max).with_context(|| file.display().to_string())?;
    Ok(bytes)
}

/// Keeps the picture of a unit or a model, which is not bound yet, and returns its hash; or why there is no such thing, and
/// then nothing is kept.
pub(super) fn keep(
    config: &Config,
    picture: &Path,
    (unit, model): (Option<&str>, Option<&str>),
) -> Result<Result<String, String>> {
    let reader = Reader::open(&config.store.data).map(|it| it.with_tags(&config.store.prefixes.tag));
    match reader.and_then(|it| it.names_one(unit, model)) {
        Ok(()) => {}
        Err(found) if found.is_refusal() => return Ok(Err(found.to_string())),
        Err(found) => return Err(found.into()),
    }
    let bytes = looked_over(picture, PICTURE_MAX)?;
    let Some(service) = place::service(config)? else { return Ok(Ok(keep_still(&config.store.data, &bytes)?.still)) };
    let answer = service.post("/api/v1/stills", "application/octet-stream", &bytes)?;
    let kept: Value = serde_json::from_slice(&answer).context("read the station's answer")?;
    let still = kept.get("still").and_then(Value::as_str).context("the answer names no picture")?;
    Ok(Ok(still.to_owned()))
}

/// Keeps and binds it here; or why it cannot be bound.
fn on_the_store(args: &StillArgs, config: &Config) -> Result<Result<Value, String>> {
    let Some(file) = &args.file else { bail!("name a picture") };
    let picture = looked_over(file, STILL_MAX)?;
    let (shown, now) = (shown(args), clock::start());
    let store = shown.is_some().then(|| place::open(config, &now)).transpose()?;
    // Of what nobody knows no picture is kept.
    if let (Some(store), Some(shown)) = (&store, &shown)
        && let Err(found) = store.showable(shown)
    {
        return if found.is_refusal() { Ok(Err(found.to_string())) } else { Err(found.into()) };
    }
    let still = keep_still(&config.store.data, &picture)?;
    let mut kept = serde_json::to_value(&still)?;
    if let (Some(mut store), Some(shown), Some(fields)) = (store, shown, kept.as_object_mut()) {
        match store.within(|store| store.bind_still(&still.still, &shown, None, now())) {
            Ok(event) => fields.insert("event".to_owned(), json!(event)),
            Err(found) if found.is_refusal() => return Ok(Err(found.to_string())),
            Err(found) => return Err(found.into()),
        };
    }
    Ok(Ok(kept))
}

fn say_kept(args: &StillArgs, kept: &Value) -> Result<Exit> {
    let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let answer = kept.get("answer").filter(|it| it.is_object());
    if args.json {
        say::json(kept)?;
    } else {
        say::line(text(kept, "still"))?;
        if let Some(answer) = answer {
            say::line(format!("{}: {}", text(answer, "answer"), text(answer, "why")))?;
        }
        if let Some(event) = kept.get("event").and_then(Value::as_i64) {
            say::line(format!("bound (event {event})"))?;
        }
    }
    Ok(if answer.is_some_and(|it| text(it, "answer") == "no") { Exit::No } else { Exit::Done })
}
