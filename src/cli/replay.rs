//! `scanstation replay TAPE`: plays a tape and prints the journey of each scan, step by step.
//!
//! The tape is played in its own time, as fast as it goes: the clock is the tape's, everything else is the station as it
//! ships. The same tape on the same store gives the same journey.
//! Deliberately absent: changing the store at hand; a replay works on a store of its own unless it is told `--live`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use jiff::Timestamp;

use super::demo;
use super::exit::Exit;
use super::place::Place;
use super::say;
use crate::config::Config;
use crate::domain::Moment;
use crate::domain::time::Zone;
use crate::source::tape::Tape;
use crate::station::{self, Journey};
use crate::store::Store;

/// Play a tape and print what became of each scan.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  scanstation replay tests/tapes/first-check-out        on a throw-away store with the demo's tool crib
  scanstation replay morning.txt --live                 into the running service, or into the store

Without --live nothing but a temporary folder is written. A folder stands for its tape.txt.
Status with --live, as of scan: 1 if an answer was no, 6 if one is not recorded.")]
pub struct ReplayArgs {
    /// The tape, or a folder with a tape.txt.
    pub tape: PathBuf,
    /// Scan the tape's messages into the running service or the store, in the order of the tape, without its waits.
    #[arg(long)]
    pub live: bool,
    /// Print the steps as JSON, one list on one line; with --live the answers, one line a scan.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    place: Place,
}

/// Replays.
pub fn run(args: &ReplayArgs) -> Result<Exit> {
    let path = if args.tape.is_dir() { args.tape.join("tape.txt") } else { args.tape.clone() };
    let text = std::fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))?;
    let tape: Tape = text.parse().with_context(|| format!("read {}", path.display()))?;
    let config = args.place.config()?;
    if args.live {
        return super::live::run(&config, &tape, args.json);
    }
    let folder = std::env::temp_dir().join(format!("scanstation-replay-{}", std::process::id()));
    std::fs::create_dir_all(&folder).with_context(|| format!("make {}", folder.display()))?;
    let journey = journey(config, &tape, &folder);
    // A temporary folder that stays is untidy and nothing worse.
    std::fs::remove_dir_all(&folder).ok();
    let journey = journey?;
    if args.json {
        say::json(&journey)?;
    } else {
        say::line(journey.to_string().trim_end())?;
    }
    Ok(Exit::Done)
}

/// Walks the tape on a store in `folder` with the demo's crib; every tape begins on a Monday morning.
fn journey(mut config: Config, tape: &Tape, folder: &Path) -> Result<Journey> {
    let wall: Timestamp = "2026-03-02T08:00:00Z".parse().context("read the beginning of the tape")?;
    let begun = Moment::new(wall, Duration::ZERO);
    folder.clone_into(&mut config.store.data);
    config.station.policy.zone = Zone::utc();
    let mut store = Store::open(&config.store, begun)?;
    demo::fill(&mut store, begun)?;
    Ok(station::journey(tape, config.station, store, begun)?)
}
