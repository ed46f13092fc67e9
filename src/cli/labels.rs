//! `scanstation labels`: pages to print.
//!
//! Deliberately absent: printing; the page goes to standard output.

use std::io::Write;

use anyhow::Result;

use super::exit::{Exit, WrongWords};
use super::instruct::{Asking, instruct};
use super::{lists, say};
use crate::decode::calibration;
use crate::identify::Options;
use crate::labels::{PrintedCard, calibration_card, card_sheets};
use crate::station::cards;
use crate::store::Instruction;

/// Draw pages to print.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example:
  scanstation labels calibration > card.svg    then print it at 100 % and run `scanstation devices calibrate`
  scanstation labels commands > cards.svg      the command cards, four by seven on an A4 page, to cut out
  scanstation labels commands --page 2 > cards-2.svg
  scanstation labels done AT-000123            the label that waited was printed")]
pub struct LabelsArgs {
    #[command(subcommand)]
    word: Word,
}

#[derive(clap::Subcommand, Debug)]
enum Word {
    /// The calibration card, as SVG: one scan of it teaches how a scanner types.
    Calibration,
    /// The command cards, as SVG: each with its word, what it does, and its QR code.
    Commands {
        /// Days of the DUE cards and numbers of the QTY cards.
        #[arg(long, value_delimiter = ',', default_values_t = [1, 3, 7, 14])]
        numbers: Vec<u32>,
        /// Which A4 page; how many there are is said beside the first.
        #[arg(long, value_name = "N", default_value_t = 1)]
        page: usize,
    },
    /// What waits to be printed: lost, bad and missing labels, oldest first.
    Queue(lists::QueueArgs),
    /// Take a label off that list: it was printed, or is not needed.
    Done {
        /// The unit, by tag or serial number.
        unit: String,
        /// What became of it, if it was not printed.
        #[arg(long)]
        why: Option<String>,
        #[command(flatten)]
        asking: Asking,
    },
}

/// Runs the command and writes to `out`.
pub fn run(args: &LabelsArgs, out: &mut impl Write) -> Result<Exit> {
    match &args.word {
        Word::Calibration => out.write_all(calibration_card(&calibration::card())?.as_bytes())?,
        Word::Commands { numbers, page } => {
            let sheets = card_sheets(&printed(numbers))?;
            let Some(sheet) = page.checked_sub(1).and_then(|it| sheets.get(it)) else {
                return Err(WrongWords(format!("--page {page}: there are pages 1 to {}", sheets.len())).into());
            };
            out.write_all(sheet.as_bytes())?;
            if sheets.len() > 1 {
                say::aside(format!("page {page} of {}; --page N draws another", sheets.len()));
            }
        }
        Word::Queue(queue) => return lists::queue(queue),
        Word::Done { unit, why, asking } => {
            let wanted = Instruction::Printed { unit: unit.clone(), why: why.clone() };
            return instruct(asking, &wanted, "Off the list");
        }
    }
    Ok(Exit::Done)
}

/// The cards that the rules know; those with a number once for each number.
fn printed(numbers: &[u32]) -> Vec<PrintedCard> {
    let prefix = Options::default().command_prefix;
    let mut printed = Vec::new();
    for card in cards() {
        let texts = if card.number {
            numbers.iter().map(|it| format!("{} {it}", card.word)).collect()
        } else {
            vec![card.word.to_owned()]
        };
        printed.extend(texts.into_iter().map(|word| PrintedCard {
            text: format!("{prefix}{word}"),
            about: card.about.to_owned(),
            role: card.role.map(|it| it.word().to_owned()),
            word,
        }));
    }
    printed
}
