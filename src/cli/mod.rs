//! The words of the command line; each command is a file here and teaches in its own help.
//!
//! Facts go to standard output, everything else to standard error; the status is one of the table in `exit`.
//! Deliberately absent: doing the work, which the rooms do.

mod batch;
pub mod camera;
pub mod change;
pub mod checkpoint;
pub mod client;
pub mod copies;
pub mod decode;
pub mod demo;
pub mod devices;
pub mod doctor;
pub mod exit;
pub mod identify;
pub mod import;
pub mod instruct;
mod known;
pub mod labels;
mod lines;
pub mod lists;
mod live;
mod log;
pub mod manual;
pub mod open;
pub mod owner;
mod permission;
pub mod place;
mod plugged;
mod proof;
pub mod purge;
pub mod records;
pub mod replay;
pub mod say;
pub mod scan;
mod sealed;
pub mod serve;
pub mod set;
mod signal;
pub mod still;
mod watchdog;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::{Config, Overrides};
use exit::Exit;

/// Reads scanners, knows what a code is, and keeps a check-in and check-out ledger that can be trusted.
#[derive(Parser, Debug)]
#[command(
    name = "scanstation",
    version,
    about,
    after_help = "\
A first hour:
  scanstation demo                 a running station with a simulated scanner, on a throw-away store
  scanstation serve --data ./crib  your own, on a store that stays
  scanstation scan AT-000123       what is this, and who has it?

Every command has examples: scanstation scan --help.
Status: 0 yes, 1 no, 2 command line, 3 configuration, 4 store, 5 service, 6 not recorded, 7 system."
)]
pub struct Cli {
    #[command(subcommand)]
    word: Word,
}

#[derive(Subcommand, Debug)]
enum Word {
    Serve(serve::ServeArgs),
    Demo(demo::DemoArgs),
    Scan(scan::ScanArgs),
    Identify(identify::IdentifyArgs),
    Import(import::ImportArgs),
    Export(records::ExportArgs),
    Set(set::SetArgs),
    People(change::PeopleArgs),
    Reserve(change::ReserveArgs),
    Reservations(open::ReservationsArgs),
    Overdue(open::OverdueArgs),
    Parked(open::ParkedArgs),
    Shift(open::ShiftArgs),
    Correct(change::CorrectArgs),
    Still(still::StillArgs),
    Verify(copies::VerifyArgs),
    Checkpoint(checkpoint::CheckpointArgs),
    Backup(copies::BackupArgs),
    Restore(copies::RestoreArgs),
    Purge(purge::PurgeArgs),
    Replay(replay::ReplayArgs),
    Doctor(doctor::DoctorArgs),
    Devices(devices::DevicesArgs),
    Labels(labels::LabelsArgs),
    Cases(lists::CasesArgs),
    Stock(lists::StockArgs),
    Owner(owner::OwnerArgs),
    Decode(decode::DecodeArgs),
    Camera(camera::CameraArgs),
    Completions(manual::CompletionsArgs),
    Manual(manual::ManualArgs),
}

/// Runs the program with the words it was called with.
#[must_use]
pub fn run() -> ExitCode {
    let word = Cli::parse().word;
    let done = match &word {
        Word::Serve(args) => serve::run(args),
        Word::Demo(args) => demo::run(args),
        Word::Scan(args) => scan::run(args),
        Word::Import(args) => import::import(args),
        Word::Export(args) => records::export(args),
        Word::Set(args) => set::set(args),
        Word::People(args) => change::people(args),
        Word::Reserve(args) => change::reserve(args),
        Word::Reservations(args) => open::reservations(args),
        Word::Overdue(args) => open::overdue(args),
        Word::Parked(args) => open::parked(args),
        Word::Shift(args) => open::shift(args),
        Word::Correct(args) => change::correct(args),
        Word::Still(args) => still::still(args),
        Word::Verify(args) => copies::verify(args),
        Word::Checkpoint(args) => checkpoint::run(args),
        Word::Backup(args) => copies::backup(args),
        Word::Restore(args) => copies::restore(args),
        Word::Purge(args) => purge::purge(args),
        Word::Replay(args) => replay::run(args),
        Word::Doctor(args) => doctor::run(args),
        Word::Identify(args) => return status(identified(args)),
        Word::Cases(args) => lists::cases(args),
        Word::Stock(args) => lists::stock(args),
        Word::Owner(args) => owner::run(args),
        Word::Labels(args) => labels::run(args, &mut std::io::stdout().lock()),
        Word::Devices(args) => devices::run(args, &mut std::io::stdout().lock()),
        Word::Completions(args) => manual::completions(args),
        Word::Manual(args) => manual::manual(args),
        Word::Camera(args) => return status(camera::run(args, &mut std::io::stdout().lock())),
        Word::Decode(args) => return status(decode::run(args, &mut std::io::stdout().lock())),
    };
    status(done.inspect_err(in_json).map(ExitCode::from))
}

/// Identifies with the codes of this place: the configuration is read, nothing else.
fn identified(args: &identify::IdentifyArgs) -> anyhow::Result<ExitCode> {
    let config = Config::load(args.config.as_deref(), &Overrides::default())?;
    let (input, out) = (&mut std::io::stdin().lock(), &mut std::io::stdout().lock());
    let now = crate::station::clock::start()();
    Ok(ExitCode::from(identify::run_with(args, &config.station.codes, now, input, out)?))
}

fn status(done: anyhow::Result<ExitCode>) -> ExitCode {
    match done {
        Ok(status) => status,
        Err(error) if is_closed_pipe(&error) => Exit::Done.into(),
        Err(error) => {
            say::aside(format!("scanstation: {}", said(&error)));
            Exit::of(&error).into()
        }
    }
}

/// Tells whoever asked for JSON in JSON what could not be done; if nobody reads it, standard error has it.
fn in_json(error: &anyhow::Error) {
    if std::env::args_os().any(|it| it == "--json") && !is_closed_pipe(error) {
        drop(say::json(&serde_json::json!({ "error": said(error), "status": Exit::of(error).number() })));
    }
}

/// What was being done, and why it could not be, each cause once: many say their own cause already.
fn said(error: &anyhow::Error) -> String {
    error.chain().map(ToString::to_string).fold(String::new(), |said, cause| match said {
        said if said.ends_with(&cause) => said,
        said if said.is_empty() => cause,
        said => format!("{said}: {cause}"),
    })
}

/// A reader that has seen enough (`| head`) is no failure.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let io = error.chain().find_map(|it| it.downcast_ref::<std::io::Error>());
    io.is_some_and(|it| it.kind() == std::io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory as _, Parser as _};

    use super::Cli;

    #[test]
    fn the_command_line_contradicts_itself_nowhere() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_cause_is_said_once() {
        let system = || std::io::Error::other("no such file");
        let path = std::path::PathBuf::from("/c");
        let repeated = crate::config::ConfigError::Read { path, source: system() };
        assert_eq!(super::said(&repeated.into()), "read the configuration /c: no such file");
        let apart = anyhow::Error::from(system()).context("read /c");
        assert_eq!(super::said(&apart), "read /c: no such file");
    }

    #[test]
    fn every_word_teaches_by_an_example() {
        for word in Cli::command().get_subcommands() {
            let help = word.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains("Example"), "{} has no example", word.get_name());
            assert!(word.get_about().is_some(), "{} does not say what it does", word.get_name());
        }
    }

    #[test]
    fn the_store_may_be_named_before_or_behind_the_word_of_a_word() {
        let parsed = |words: &[&str]| format!("{:?}", Cli::try_parse_from(words).unwrap());
        for word in [&["release"][..], &["assign", "1209:0001"], &["calibrate", "1209:0001"], &["udev"]] {
            let options = ["--data", "/d", "--config", "/c", "--log", "debug"];
            let before = [&["scanstation", "devices"], &options[..], word].concat();
            let behind = [&["scanstation", "devices"], word, &options[..]].concat();
            assert_eq!(parsed(&before), parsed(&behind));
            assert!(parsed(&behind).contains("\"/d\""));
        }
    }
}
