//! `scanstation labels`: pages and numbers to print.
//!
//! Deliberately absent: printing; the page goes to standard output.

use std::io::Write;

use anyhow::Result;

mod sheets;

use self::sheets::{OnSheet, Output, Words};
use super::exit::{Exit, WrongWords};
use super::instruct::{Asking, instruct};
use super::place::Place;
use super::{lists, say};
use crate::decode::calibration;
use crate::domain::{AssetTag, Kind};
use crate::identify::Options;
use crate::labels::{Form, Grid, PrintedCard, calibration_card, card_sheets};
use crate::station::{DrawnError, cards, drawn};
use crate::store::{Instruction, NEW_TAGS_MAX, Reader, StoreError};

/// Draw pages to print.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example:
  scanstation labels calibration > card.svg    then print it at 100 % and run `scanstation devices calibrate`
  scanstation labels commands > cards.svg      the command cards, four by seven on an A4 page, to cut out
  scanstation labels commands --page 2 > cards-2.svg
  scanstation labels tags 20 > tags.txt        numbers for twenty new labels
  scanstation labels tags 24 --form svg > tags.svg      the same as a sheet of labels to print
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
    /// Print new labels, or numbers for them: tags that nothing on record has or ever had.
    #[command(after_help = TAGS_HELP)]
    Tags(TagsArgs),
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

/// How a number becomes a tag.
const TAGS_HELP: &str = "\
They count on behind the highest tag on record; tags that were withdrawn, replaced or lost are never used again.
The last character of each checks the others, so that a misread tag is noticed.

What to do with them:
  1. Print them on a sheet of labels (--form svg) at 100 % and stick each onto its thing.
  2. A thing on record by its serial plate alone: scan PAIR, the new tag, the plate, DONE.
  3. A thing whose tag was lost or is to be replaced: scan RELABEL, the thing, the new tag, DONE.
  4. New things: put the tags into the column tag of a list (scanstation import units).
A number is on record once it is bound; until then the same numbers are printed again.
To go on behind those that are printed and not on a thing yet, name the last of them (--after):
  scanstation labels tags 20
  scanstation labels tags 20 --after AT-000123G
  scanstation labels tags 65 --form svg --stock 38x21 --symbol data-matrix > tags.svg
Without --form it is the numbers, wherever they go. Every symbol is read back before it is given out.
It reads beside a running service. Status: 0 printed, 1 a symbol did not read back, 2 the command line is wrong.";

/// How many new tags.
#[derive(clap::Args, Debug)]
struct TagsArgs {
    /// How many.
    #[arg(default_value_t = 1, value_name = "COUNT",
        value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..=NEW_TAGS_MAX as u64))]
    count: usize,
    /// The tag behind which they begin: the last one that was printed.
    #[arg(long, value_name = "TAG")]
    after: Option<String>,
    /// What is written.
    #[arg(long, value_enum, default_value_t = Output::Text)]
    form: Output,
    #[command(flatten)]
    on: OnSheet,
    /// Print the numbers as a JSON list.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

/// Prints new tags.
fn tags(args: &TagsArgs, out: &mut impl Write) -> Result<Exit> {
    if args.json && args.form != Output::Text {
        return Err(WrongWords("--json lists the numbers, --form draws them: name one of them".to_owned()).into());
    }
    let config = args.place.config()?;
    let reader = Reader::open(&config.store.data)?.with_tags(&config.store.prefixes.tag);
    let tags = match reader.new_tags(args.count, args.after.as_deref()) {
        Err(StoreError::Unfit(why)) => return Err(WrongWords(why).into()),
        tags => tags?,
    };
    if args.json {
        args.on.unasked()?;
        say::json(&tags.iter().map(AssetTag::as_str).collect::<Vec<_>>())?;
        return Ok(Exit::Done);
    }
    if args.form == Output::Svg {
        let words = tags.iter().map(|it| Words::of(it.as_str())).collect();
        return sheets::page(words, Kind::AssetTag, &args.on, "70x36", &config, out);
    }
    args.on.unasked()?;
    for tag in &tags {
        say::line(tag.as_str())?;
    }
    say::aside("Print them, stick them on, then scan PAIR or RELABEL; `scanstation labels tags --help` says how.");
    Ok(Exit::Done)
}

/// Runs the command and writes to `out`.
pub fn run(args: &LabelsArgs, out: &mut impl Write) -> Result<Exit> {
    match &args.word {
        Word::Calibration => calibration(out)?,
        Word::Commands { numbers, page } => {
            let sheets = card_sheets(&printed(numbers)?);
            let Some(sheet) = page.checked_sub(1).and_then(|it| sheets.get(it)) else {
                return Err(WrongWords(format!("--page {page}: there are pages 1 to {}", sheets.len())).into());
            };
            out.write_all(sheet.as_bytes())?;
            if sheets.len() > 1 {
                say::aside(format!("page {page} of {}; --page N draws another", sheets.len()));
            }
        }
        Word::Tags(wanted) => return tags(wanted, out),
        Word::Queue(queue) => return lists::queue(queue),
        Word::Done { unit, why, asking } => {
            let wanted = Instruction::Printed { unit: unit.clone(), why: why.clone() };
            return instruct(asking, &wanted, "Off the list");
        }
    }
    Ok(Exit::Done)
}

/// The calibration card. It is for scanners of either kind, so it has its strip of bars even where this build cannot read
/// one back; then it says so.
fn calibration(out: &mut impl Write) -> Result<()> {
    let text = calibration::card();
    let strip = match drawn(Form::Code128, &text) {
        Err(DrawnError::NoEngine { .. }) => {
            say::aside("This build reads no Code 128: the strip was not read back. The QR code was.");
            Grid::of(Form::Code128, &text)?
        }
        strip => strip?,
    };
    Ok(out.write_all(calibration_card(&drawn(Form::Qr, &text)?, &strip).as_bytes())?)
}

/// The cards that the rules know; those with a number once for each number.
fn printed(numbers: &[u32]) -> Result<Vec<PrintedCard>> {
    let prefix = Options::default().command_prefix;
    let mut printed = Vec::new();
    for card in cards() {
        let texts = if card.number {
            numbers.iter().map(|it| format!("{} {it}", card.word)).collect()
        } else {
            vec![card.word.to_owned()]
        };
        for word in texts {
            printed.push(PrintedCard {
                symbol: drawn(Form::Qr, &format!("{prefix}{word}"))?,
                about: card.about.to_owned(),
                role: card.role.map(|it| it.word().to_owned()),
                word,
            });
        }
    }
    Ok(printed)
}
