//! `scanstation replay --live`: the messages of a tape, scanned into the running service or the store.
//!
//! The bytes are cut into messages by the tape's own sources, so that the service gets what a scanner would have sent.
//! Deliberately absent: the waits of the tape, and what was thrown away on it.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::exit::Exit;
use super::scan::after;
use super::{place, say};
use crate::config::Config;
use crate::decode::{Decoded, Decoder};
use crate::domain::{Delivery, LaneId, Message, Moment, SourceId, Transport};
use crate::source::SourceInput;
use crate::source::tape::{Player, Tape};
use crate::station::clock;

/// Scans every message of the tape.
pub(super) fn run(config: &Config, tape: &Tape, json: bool) -> Result<Exit> {
    let messages = messages(tape, clock::start()());
    if let Some(service) = place::service(config)? {
        let mut exit = Exit::Done;
        for (lane, message) in &messages {
            let body = json!({ "bytes_hex": crate::store::hex(&message.bytes), "lane": lane.as_str() });
            let answer = service.post("/api/v1/scans", "application/json", body.to_string().as_bytes())?;
            exit = after(exit, &tell(&String::from_utf8(answer)?, json)?);
        }
        return Ok(exit);
    }
    place::alone(config, |handle| {
        let mut exit = Exit::Done;
        for (lane, message) in &messages {
            let waiting = handle.scan(message.clone(), Transport::CommandLine, lane.clone(), None)?;
            match waiting.blocking_recv() {
                Ok(reply) => exit = after(exit, &tell(&reply.json, json)?),
                Err(_) => bail!("the station ended before it answered"),
            }
        }
        Ok(exit)
    })
}

/// Prints an answer and returns it.
fn tell(answer: &str, json: bool) -> Result<Value> {
    let value: Value = serde_json::from_str(answer).context("read the answer")?;
    if json {
        say::verbatim(answer)?;
        return Ok(value);
    }
    let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or("-").to_owned();
    say::line(format!("{:<8} {}  ({} {:?})", text("answer").to_uppercase(), text("why"), text("kind"), text("key")))?;
    Ok(value)
}

/// What the sources of a tape deliver, as whole messages with their lanes.
fn messages(tape: &Tape, begun: Moment) -> Vec<(LaneId, Message)> {
    let mut sources: BTreeMap<SourceId, (LaneId, Option<Box<dyn Decoder>>)> = BTreeMap::new();
    let mut player = Player::new();
    let mut messages = Vec::new();
    for step in &tape.steps {
        let now = Moment::new(begun.wall, begun.uptime + step.at);
        for (lane, decoder) in sources.values_mut() {
            let mut out = Vec::new();
            if let Some(decoder) = decoder {
                decoder.expire(now, &mut out);
            }
            keep(lane, out, &mut messages);
        }
        for input in player.inputs(&step.act, now) {
            match input {
                SourceInput::Attached(device) => drop(sources.insert(device.source, (device.lane, device.decoder))),
                SourceInput::Read(read) => {
                    let Some((lane, decoder)) = sources.get_mut(&read.source) else { continue };
                    let mut out = Vec::new();
                    match (read.delivery, decoder) {
                        (Delivery::Message(message), _) => messages.push((lane.clone(), message)),
                        (Delivery::Bytes(bytes) | Delivery::Report(bytes), Some(decoder)) => {
                            decoder.push(&bytes, now, &mut out);
                        }
                        (Delivery::Bytes(_) | Delivery::Report(_) | Delivery::Symbols(_), _) => {}
                    }
                    keep(lane, out, &mut messages);
                }
                SourceInput::Discarded(..) | SourceInput::Faulted(..) | SourceInput::Ended(_) => {}
            }
        }
    }
    messages
}

fn keep(lane: &LaneId, decoded: Vec<Decoded>, messages: &mut Vec<(LaneId, Message)>) {
    let frames = decoded.into_iter().filter_map(|it| match it {
        Decoded::Frame(frame) => Some(frame.bytes),
        Decoded::Discard(_) => None,
    });
    messages.extend(frames.map(|bytes| (lane.clone(), Message { bytes, ..Message::default() })));
}
