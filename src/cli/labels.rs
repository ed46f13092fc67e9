//! `scanstation labels`: pages to print.
//!
//! Deliberately absent: printing; the page goes to standard output.

use std::io::Write;

use anyhow::Result;

use super::exit::Exit;
use crate::decode::calibration;
use crate::labels::calibration_card;

/// Draw pages to print.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example:
  scanstation labels calibration > card.svg    then print it at 100 % and run `scanstation devices calibrate`")]
pub struct LabelsArgs {
    #[command(subcommand)]
    word: Word,
}

#[derive(clap::Subcommand, Debug)]
enum Word {
    /// The calibration card, as SVG: one scan of it teaches how a scanner types.
    Calibration,
}

/// Runs the command and writes to `out`.
pub fn run(args: &LabelsArgs, out: &mut impl Write) -> Result<Exit> {
    match args.word {
        Word::Calibration => out.write_all(calibration_card(&calibration::card())?.as_bytes())?,
    }
    Ok(Exit::Done)
}
