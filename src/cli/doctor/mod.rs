//! `scanstation doctor`: looks at everything that a station needs and says what to do about what is not well.
//!
//! It changes nothing and needs no running service, but asks one that runs what it reads; each finding that is not well has one remedy line to type or do.
//! Deliberately absent: guessing; what cannot be looked at from here is said to be unknown.

mod checks;
mod scanners;

use std::path::PathBuf;

use anyhow::Result;

use super::exit::Exit;
use super::place::Place;
use super::say;
use crate::config::{Config, explained};

/// Look at everything a station needs, with a remedy for what is not well.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  scanstation doctor              the store, its key, the disk, the clock, the scanners, real-time priority
  scanstation doctor --config     every setting in force, where it comes from and what it does; opens nothing
  scanstation doctor --config my.toml
  scanstation doctor --json

Status: 0 if nothing must be mended, 1 otherwise.")]
pub struct DoctorArgs {
    /// Explain the configuration (this file, or the one in use) and open nothing.
    #[arg(long = "config", value_name = "FILE", num_args = 0..=1)]
    pub explained: Option<Option<PathBuf>>,
    /// Print one line of JSON.
    #[arg(long)]
    pub json: bool,
    /// The folder of the store [default: /var/lib/scanstation].
    #[arg(long = "data", value_name = "DIR", env = "SCANSTATION_DATA")]
    pub folder: Option<PathBuf>,
    /// The configuration file in use [default: /etc/scanstation/scanstation.toml, if it is there].
    #[arg(long = "with", value_name = "FILE", env = "SCANSTATION_CONFIG")]
    pub used: Option<PathBuf>,
}

/// How well one thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Health {
    /// As it should be.
    Well,
    /// Worth knowing; the station works.
    Note,
    /// Must be mended.
    Ill,
}

/// What was found about one thing.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Finding {
    /// What was looked at.
    pub subject: &'static str,
    /// How well it is.
    pub health: Health,
    /// What was seen.
    pub seen: String,
    /// What to do; empty if nothing.
    pub remedy: String,
}

/// Looks.
pub fn run(args: &DoctorArgs) -> Result<Exit> {
    let mut place = Place { config: args.used.clone(), folder: args.folder.clone(), log: None };
    if let Some(named) = &args.explained {
        place.config = named.clone().or(place.config);
        let config = Config::load(place.config.as_deref(), &place.overrides())?;
        if args.json {
            say::json(&config.settings)?;
        } else {
            say::line(explained(&config.settings).trim())?;
        }
        return Ok(Exit::Done);
    }
    let config = place.config()?;
    let findings = checks::all(&config);
    if args.json {
        say::json(&findings)?;
    } else {
        for finding in &findings {
            let word = match finding.health {
                Health::Well => "well",
                Health::Note => "note",
                Health::Ill => "ILL ",
            };
            say::line(format!("{word}  {:<12} {}", finding.subject, finding.seen))?;
            if !finding.remedy.is_empty() {
                say::line(format!("      {:<12} -> {}", "", finding.remedy))?;
            }
        }
    }
    Ok(if findings.iter().any(|it| it.health == Health::Ill) { Exit::No } else { Exit::Done })
}
