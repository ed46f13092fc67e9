//! `scanstation import scans`: the dump of a scanner with a memory, each code at the time at which it was read.
//!
//! The codes go through the station's queue in the order of the file, as scans do; each has a name, so that a second
//! upload gets the first answers and books nothing twice. All answers are collected into one report.
//! Deliberately absent: the form of a dump, which a profile says (`decode::batch`), and judging times (`rules`).

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::client::Client;
use super::exit::{Exit, WrongWords};
use super::import::ImportArgs;
use super::{place, say};
use crate::config::Config;
use crate::decode::batch::{Keys, Options, lines};
use crate::domain::time::Zone;
use crate::domain::{LaneId, Message, Transport};
use crate::rules::{Original, original};
use crate::station::{Handle, clock};
use crate::store::{Reader, hex};

/// One code of a dump.
struct Entry {
    line: usize,
    event_time: Timestamp,
    code: Vec<u8>,
    key: String,
}

/// What became of a dump.
#[derive(Debug, Default, PartialEq, Eq, serde::Serialize)]
struct Report {
    /// Codes that were answered, or would be.
    codes: usize,
    /// How many got each answer: good, done, already, no.
    answers: BTreeMap<String, usize>,
    /// Codes that an earlier upload has brought; they were answered as then and booked once.
    uploaded_before: usize,
    /// Codes whose answer is not recorded: upload the file again.
    not_recorded: usize,
    /// Each code in the order of the file.
    lines: Vec<Answered>,
    /// Lines that are no time and code, and why.
    unreadable: Vec<String>,
    /// What is wrong with the scanner's clock.
    clock: Vec<String>,
}

#[derive(Debug, PartialEq, Eq, serde::Serialize)]
struct Answered {
    line: usize,
    event_time: Timestamp,
    answer: String,
    why: String,
    before: bool,
}

/// Uploads a dump.
pub(super) fn run(args: &ImportArgs, config: &Config, dump: &[u8]) -> Result<Exit> {
    let options = form(args, config)?;
    let zone = &config.station.policy.zone;
    let now = clock::start()().wall;
    let ahead = args.shown.as_deref().map(|it| shown(it, zone)).transpose()?.map(|it| now.duration_since(it));
    let lane = LaneId::new(&args.lane);
    let (mut report, mut entries, mut keys) = (Report::default(), Vec::new(), Keys::default());
    for (line, bytes) in lines(dump) {
        match options.cut(bytes, zone) {
            Ok((told, code)) => {
                let key = keys.next(&lane, told, code);
                let event_time = ahead.and_then(|it| told.checked_add(it).ok()).unwrap_or(told);
                entries.push(Entry { line, event_time, code: code.to_vec(), key });
            }
            Err(why) => report.unreadable.push(format!("line {line}: {why}")),
        }
    }
    report.codes = entries.len();
    report.clock = clock_of(&entries, now);
    if !args.dry_run {
        upload(&lane, config, &entries, &mut report)?;
    }
    if args.json {
        say::json(&report)?;
    } else {
        tell(&report, args)?;
    }
    Ok(match (report.not_recorded, report.unreadable.len(), report.answers.get("no")) {
        (0, 0, None) => Exit::Done,
        (0, ..) => Exit::No,
        _ => Exit::NotRecorded,
    })
}

/// How the lines are written, by the profile that was named.
fn form<'c>(args: &ImportArgs, config: &'c Config) -> Result<&'c Options> {
    let name = args.profile.as_deref().unwrap_or_default();
    let found = config.profiles.named(name).and_then(|it| it.batch.as_ref());
    found.ok_or_else(|| {
        let known = config.profiles.iter().filter(|it| it.batch.is_some()).map(|it| it.name.as_str());
        let known = known.collect::<Vec<_>>().join(", ");
        let why = format!("--profile {name:?} is none that says how a memory's lines are written; there are {known}");
        WrongWords(why).into()
    })
}

/// What the scanner's clock shows, as a person reads it off.
fn shown(text: &str, zone: &Zone) -> Result<Timestamp> {
    let read = text.parse().ok().and_then(|it| zone.moment_of(it));
    read.ok_or_else(|| WrongWords(format!("--shown {text:?} is no time such as 2026-03-10T08:15")).into())
}

/// Sentences about a clock that cannot have been right.
fn clock_of(entries: &[Entry], now: Timestamp) -> Vec<String> {
    let impossible = |it: &&Entry| matches!(original(Some(it.event_time), now), Original::Impossible(_));
    let mut said = Vec::new();
    if let Some(first) = entries.iter().find(impossible) {
        let many = entries.iter().filter(impossible).count();
        said.push(format!(
            "the scanner's clock is wrong: {many} codes have a time that cannot be, the first is {:.0} in line {}; they are \
             booked as of now. Set its clock, and give what it shows now with --shown to correct the times",
            first.event_time, first.line
        ));
    }
    let back = entries.windows(2).find_map(|it| match it {
        [one, next] if next.event_time < one.event_time => Some(next.line),
        _ => None,
    });
    if let Some(line) = back {
        said.push(format!(
            "the times go back in line {line}: the scanner's clock was set; the order of the file is kept"
        ));
    }
    said
}

fn upload(lane: &LaneId, config: &Config, entries: &[Entry], report: &mut Report) -> Result<()> {
    let newest = newest_scan(config);
    let service = place::service(config)?;
    let mut taken = |entry: &Entry, answer: Result<String>| -> Result<()> {
        let answer = answer
            .with_context(|| format!("line {}; upload the file again, what is booked is recognised", entry.line))?;
        collect(entry, &serde_json::from_str(&answer).context("read the answer")?, newest, report);
        Ok(())
    };
    match service {
        Some(service) => entries.iter().try_for_each(|it| taken(it, over_http(lane, &service, it))),
        None => place::alone(config, |handle| entries.iter().try_for_each(|it| taken(it, here(lane, handle, it)))),
    }
}

fn over_http(lane: &LaneId, service: &Client, entry: &Entry) -> Result<String> {
    let (code, time) = (hex(&entry.code), entry.event_time.to_string());
    let body = json!({ "bytes_hex": code, "lane": lane.as_str(), "event_time": time }).to_string();
    let sent = service.post_once("/api/v1/scans", "application/json", &entry.key, body.as_bytes());
    Ok(String::from_utf8(sent?)?)
}

fn here(lane: &LaneId, handle: &Handle, entry: &Entry) -> Result<String> {
    let message = Message { bytes: entry.code.clone(), aim: None, event_time: Some(entry.event_time) };
    let waiting = handle.scan(message, Transport::Batch, lane.clone(), Some(entry.key.clone()))?;
    match waiting.blocking_recv() {
        Ok(reply) => Ok(reply.json.to_string()),
        Err(_) => bail!("the station ended before it answered"),
    }
}

/// The newest scan of the journal: an answer with an older one was given before.
fn newest_scan(config: &Config) -> i64 {
    Reader::open(&config.store.data).ok().and_then(|it| it.newest_scan().ok()).map_or(0, |it| it.0)
}

fn collect(entry: &Entry, answer: &Value, newest: i64, report: &mut Report) {
    let text = |name: &str| answer.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let scan = answer.get("scan").and_then(Value::as_i64);
    let before = scan.is_some_and(|it| it <= newest);
    let answered =
        Answered { line: entry.line, event_time: entry.event_time, answer: text("answer"), why: text("why"), before };
    *report.answers.entry(answered.answer.clone()).or_default() += 1;
    report.uploaded_before += usize::from(before);
    report.not_recorded += usize::from(scan.is_none());
    report.lines.push(answered);
}

fn tell(report: &Report, args: &ImportArgs) -> Result<()> {
    for it in &report.lines {
        let mark = if it.before { " (uploaded before)" } else { "" };
        let (time, answer) = (it.event_time, it.answer.to_uppercase());
        say::line(format!("line {:<5} {time:.0}  {answer:<8} {}{mark}", it.line, say::printable(&it.why)))?;
    }
    for complaint in report.unreadable.iter().chain(&report.clock) {
        say::line(say::printable(complaint))?;
    }
    let counted: Vec<String> = report.answers.iter().map(|(answer, many)| format!("{many} {answer}")).collect();
    say::line(if args.dry_run {
        format!("{} codes would be scanned; {} lines cannot be read.", report.codes, report.unreadable.len())
    } else {
        format!(
            "{} codes: {}; {} were uploaded before; {} lines cannot be read; {} are NOT recorded.",
            report.codes,
            counted.join(", "),
            report.uploaded_before,
            report.unreadable.len(),
            report.not_recorded
        )
    })?;
    Ok(())
}
