//! `scanstation replay TAPE`: plays a tape and prints the journey of each scan, step by step.
//!
//! The tape is played in its own time, as fast as it goes: the clock is the tape's, everything else is the station as it
//! ships. The same tape on the same store gives the same journey.
//! Deliberately absent: changing the store at hand; a replay works on a store of its own unless it is told `--live`.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::broadcast;

use super::demo;
use super::exit::Exit;
use super::place::Place;
use super::say;
use crate::config::Config;
use crate::domain::time::{Clock, Zone};
use crate::domain::{EventSeq, Moment, Update, UpdateName};
use crate::source::tape::{Act, Player, Tape};
use crate::station::{self, Handle};
use crate::store::{Reader, Store};

/// Play a tape and print what became of each scan.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  scanstation replay tests/tapes/first-check-out        on a throw-away store with the demo's tool crib
  scanstation replay morning.txt --live                 into the running service, or into the store

Without --live nothing but a temporary folder is written. A folder stands for its tape.txt.")]
pub struct ReplayArgs {
    /// The tape, or a folder with a tape.txt.
    pub tape: PathBuf,
    /// Scan the tape's messages into the running service or the store, in the order of the tape, without its waits.
    #[arg(long)]
    pub live: bool,
    #[command(flatten)]
    place: Place,
}

/// Replays.
pub fn run(args: &ReplayArgs) -> Result<Exit> {
    let path = if args.tape.is_dir() { args.tape.join("tape.txt") } else { args.tape.clone() };
    let text = std::fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))?;
    let tape: Tape = text.parse().with_context(|| format!("read {}", path.display()))?;
    let mut config = args.place.config()?;
    if args.live {
        return super::live::run(&config, &tape);
    }
    let folder = std::env::temp_dir().join(format!("scanstation-replay-{}", std::process::id()));
    std::fs::create_dir_all(&folder).with_context(|| format!("make {}", folder.display()))?;
    config.store.data.clone_from(&folder);
    let journey = journey(&config, &tape);
    // A temporary folder that stays is untidy and nothing worse.
    std::fs::remove_dir_all(&folder).ok();
    say::line(journey?.trim_end())?;
    Ok(Exit::Done)
}

/// The moment at which every replayed tape begins: a Monday morning.
fn beginning() -> Result<Moment> {
    let wall: Timestamp = "2026-03-02T08:00:00Z".parse().context("read the beginning of the tape")?;
    Ok(Moment::new(wall, Duration::from_secs(1)))
}

/// Plays a tape on the store that `config` names, filled with the demo's crib, and tells the journey of each scan.
pub fn journey(config: &Config, tape: &Tape) -> Result<String> {
    let begun = beginning()?;
    let hand = Hand::new(begun);
    let mut store = Store::open(&config.store, begun)?;
    demo::fill(&mut store, begun)?;
    let mut options = config.station.clone();
    options.policy.zone = Zone::utc();
    let station = station::start(options, store, hand.clock()).context("start the station's thread")?;
    let mut teller = Teller::new(&station.handle, Reader::open(&config.store.data)?)?;
    let mut player = Player::new();
    let mut wall = begun.wall;
    for step in &tape.steps {
        if let Act::Clock(time) = step.act {
            wall = time.saturating_sub(jiff::SignedDuration::try_from(step.at)?)?;
        }
        hand.set(Moment::new(wall.saturating_add(jiff::SignedDuration::try_from(step.at)?)?, begun.uptime + step.at));
        teller.settle(step.at)?;
        for input in player.inputs(&step.act, (hand.clock())()) {
            (station.handle.sink())(input)?;
        }
        teller.told_of(&step.act, step.at);
        teller.settle(step.at)?;
    }
    // A minute of silence: what is still open ends by its own deadline.
    let end = tape.length() + Duration::from_secs(60);
    hand.set(Moment::new(wall.saturating_add(jiff::SignedDuration::try_from(end)?)?, begun.uptime + end));
    teller.settle(end)?;
    let journey = teller.finish();
    station.handle.stop();
    station.join();
    Ok(journey)
}

/// A clock whose hand is moved by the tape.
struct Hand(Arc<Mutex<Moment>>);

impl Hand {
    fn new(begun: Moment) -> Self {
        Self(Arc::new(Mutex::new(begun)))
    }

    fn set(&self, now: Moment) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }

    fn clock(&self) -> Clock {
        let hand = Arc::clone(&self.0);
        Arc::new(move || *hand.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Listens to the station and writes down what it hears.
struct Teller<'h> {
    handle: &'h Handle,
    updates: broadcast::Receiver<Update>,
    reader: Reader,
    last: EventSeq,
    lines: Vec<String>,
    /// Faults and discards as last told, so that only changes are.
    sources: String,
}

impl<'h> Teller<'h> {
    fn new(handle: &'h Handle, reader: Reader) -> Result<Self> {
        let (updates, sources) = (handle.updates(), String::new());
        let mut teller = Self { handle, updates, reader, last: EventSeq(0), lines: Vec::new(), sources };
        teller.settle(Duration::ZERO)?;
        teller.last = teller.reader.head()?.0;
        teller.lines.clear();
        Ok(teller)
    }

    /// Waits until the station has done all that waits and all that time has brought, and tells of it.
    fn settle(&mut self, at: Duration) -> Result<()> {
        // Work is done before what time brings; the second one comes after it.
        for _ in 0..2 {
            self.handle.work(|_, _| ())?.blocking_recv().context("wait for the station")?;
        }
        loop {
            match self.updates.try_recv() {
                Ok(update) if update.name == UpdateName::Scan => self.outcome(at, &update.json)?,
                Ok(_) => {}
                Err(broadcast::error::TryRecvError::Lagged(lost)) => bail!("{lost} answers were not told in time"),
                Err(_) => break,
            }
        }
        self.silent_events(at)?;
        self.health(at);
        Ok(())
    }

    fn told_of(&mut self, act: &Act, at: Duration) {
        let told = match act {
            Act::Bytes(source, bytes) => format!("read        {source} delivers {:?}", String::from_utf8_lossy(bytes)),
            Act::Report(source, bytes) => format!("read        {source} reports {}", crate::store::hex(bytes)),
            Act::Scan(lane, message) => {
                format!("read        a message on {lane}: {:?}", String::from_utf8_lossy(&message.bytes))
            }
            Act::Unplug(source) => format!("plug        {source} is pulled"),
            Act::Plug(source) => format!("plug        {source} is plugged in"),
            Act::Source(source) => format!("plug        {} is there, on lane {}", source.name, source.lane),
            Act::Clock(time) => format!("clock       is set to {time}"),
        };
        self.line(at, &told);
    }

    fn outcome(&mut self, at: Duration, json: &str) -> Result<()> {
        let outcome: Value = serde_json::from_str(json).context("read an answer")?;
        let text = |name: &str| outcome.get(name).and_then(Value::as_str).unwrap_or("-").to_owned();
        let number = outcome
            .get("scan")
            .and_then(Value::as_i64)
            .map_or_else(|| "not recorded".to_owned(), |it| format!("#{it}"));
        self.line(at, &format!("scan        {number} on {}: {:?}", text("lane"), text("payload")));
        self.line(at, &format!("identifier  {} {:?}: {}", text("kind"), text("key"), text("because")));
        let unit = outcome.get("unit").filter(|it| it.is_object());
        let part = |name: &str| unit.and_then(|it| it.get(name)).and_then(Value::as_str).unwrap_or("-").to_owned();
        if unit.is_some() {
            let (tag, model, state, holder) = (part("tag"), part("model"), part("state"), part("holder"));
            self.line(at, &format!("resolution  {tag} {model}, {state}, held by {holder}, due {}", part("due")));
        }
        let last = outcome.get("events").and_then(Value::as_array).and_then(|it| it.last()?.as_i64());
        if let Some(last) = last {
            self.events_up_to(at, EventSeq(last))?;
        }
        self.line(at, &format!("feedback    {}: {}", text("answer").to_uppercase(), text("why")));
        Ok(())
    }

    /// Events that no scan left: a session that ended by silence, a clock that was set.
    fn silent_events(&mut self, at: Duration) -> Result<()> {
        self.events_up_to(at, EventSeq(i64::MAX))
    }

    fn events_up_to(&mut self, at: Duration, last: EventSeq) -> Result<()> {
        for event in self.reader.events(self.last, 1_000)? {
            if event.id.seq > last {
                break;
            }
            self.last = event.id.seq;
            let mut told = format!("event       {} {}", event.id.seq.0, event.kind);
            for (name, number) in [
                ("unit", event.unit.map(|it| it.0)),
                ("holder", event.holder.map(|it| it.0)),
                ("by", event.person.map(|it| it.0)),
            ] {
                if let Some(number) = number {
                    write!(told, " {name} {number}")?;
                }
            }
            for (name, value) in event.body.iter().flat_map(crate::domain::Body::iter) {
                write!(told, " {name}={value:?}")?;
            }
            self.line(at, &told);
        }
        Ok(())
    }

    /// Sources that are unwell or have thrown something away.
    fn health(&mut self, at: Duration) {
        let view = self.handle.view().borrow().clone();
        let mut told = Vec::new();
        for (id, source) in &view.sources {
            if let Some(fault) = &source.fault {
                told.push(format!("{id}: {}", fault.message));
            }
            if source.discards > 0 {
                told.push(format!("{id}: {} thrown away", source.discards));
            }
        }
        let told = told.join("; ");
        if told != self.sources {
            self.sources.clone_from(&told);
            self.line(at, &format!("health      {}", if told.is_empty() { "all is well" } else { &told }));
        }
    }

    fn line(&mut self, at: Duration, told: &str) {
        self.lines.push(format!("{:>9.3} s  {told}", at.as_secs_f64()));
    }

    /// The journey, equal lines folded.
    fn finish(self) -> String {
        let mut text = String::new();
        for equal in self.lines.chunk_by(|one, other| one == other) {
            text += equal.first().map_or("", String::as_str);
            text += &match equal.len() {
                0 | 1 => "\n".to_owned(),
                times => ["  (", &times.to_string(), " times)\n"].concat(),
            };
        }
        text
    }
}
