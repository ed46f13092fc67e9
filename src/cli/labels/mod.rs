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
use crate::domain::{AssetTag, Kind, Role, Sight};
use crate::identify::Options;
use crate::labels::{Form, Grid, Line, PrintedCard, calibration_card, card_sheets};
use crate::station::{DrawnError, cards, drawn};
use crate::store::{Instruction, NEW_TAGS_MAX, NamedCode, Reader, StoreError};

/// Draw pages to print.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example:
  scanstation labels calibration > card.svg    then print it at 100 % and run `scanstation devices calibrate`
  scanstation labels commands > cards.svg      the command cards, four by seven on an A4 page, to cut out
  scanstation labels commands --page 2 > cards-2.svg
  scanstation labels tags 20 > tags.txt        numbers for twenty new labels
  scanstation labels tags 24 --form svg > tags.svg      the same as a sheet of labels to print
  scanstation labels locations --all > shelves.svg
  scanstation labels units --queue > labels.svg         what waits to be printed
  scanstation labels badges \"Kim Park\" > badge.svg
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
    /// Print labels of locations: the code, and what the place is called.
    #[command(after_help = LOCATIONS_HELP)]
    Locations(NamedArgs),
    /// Print badges: the name, and the code that the station reads.
    #[command(after_help = BADGES_HELP)]
    Badges(NamedArgs),
    /// Print the labels of units on record: tag, what it is, SERIAL and LOT.
    #[command(after_help = UNITS_HELP)]
    Units(UnitsArgs),
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
  scanstation labels tags 20 --form zpl --stock 38x21 --dpi 300 > tags.zpl
Without --form it is the numbers, wherever they go. Every symbol is read back before it is given out.
It reads beside a running service. Status: 0 printed, 1 a symbol did not read back, 2 the command line is wrong.";

const LOCATIONS_HELP: &str = "\
Examples:
  scanstation labels locations --all > shelves.svg
  scanstation labels locations LOC-A1 \"Bin 7\" --stock 70x36 --symbol data-matrix > two.svg
  scanstation labels locations --all --page 2 > shelves-2.svg
It reads beside a running service. Every symbol is read back before it is given out.
Status: 0 printed, 1 a symbol did not read back, 2 the command line is wrong, or there is no such location.";

const BADGES_HELP: &str = "\
Examples:
  scanstation labels badges --all > badges.svg
  scanstation labels badges \"Kim Park\" BDG-0042 > two.svg
A badge shows a name and a code; no role, because roles change, and never a PIN. Who bears it opens sessions with it:
whoever may read the store's folder may print it, as with `export people`.
People who have left have none, and neither have badges that ended.
It reads beside a running service. Every symbol is read back before it is given out.
Status: 0 printed, 1 a symbol did not read back, 2 the command line is wrong, or nobody has such a badge.";

const UNITS_HELP: &str = "\
Examples:
  scanstation labels units --queue > labels.svg          those that wait to be printed, the first one asked for first
  scanstation labels units AT-000123 SN77001 --stock 38x21 --symbol data-matrix > two.svg
A label has the tag as symbol and in letters, what the thing is, and its serial number and lot, whole, with their names.
A unit without a tag has no label: RELABEL or PAIR gives it one. It reads beside a running service.
Status: 0 printed, 1 a symbol did not read back, 2 the command line is wrong, or there is no such unit or label.";

/// Which units' labels, and how they are printed.
#[derive(clap::Args, Debug)]
struct UnitsArgs {
    /// Units, by tag or serial number.
    #[arg(value_name = "UNIT", required_unless_present = "queue", conflicts_with = "queue")]
    units: Vec<String>,
    /// Those whose labels wait to be printed, and which bear a tag, in the order in which they were asked for.
    #[arg(long)]
    queue: bool,
    /// What is written.
    #[arg(long, value_enum, default_value_t = Output::Svg)]
    form: Output,
    #[command(flatten)]
    on: OnSheet,
    #[command(flatten)]
    place: Place,
}

/// Prints labels of units.
fn units(args: &UnitsArgs, out: &mut impl Write) -> Result<Exit> {
    let config = args.place.config()?;
    let reader = Reader::open(&config.store.data)?.with_tags(&config.store.prefixes.tag);
    let asked = if args.queue {
        let waiting = reader.label_queue(NEW_TAGS_MAX)?;
        waiting.into_iter().filter(|it| it.tag.is_some()).map(|it| format!("#{}", it.unit.0)).collect()
    } else {
        args.units.clone()
    };
    let mut words = Vec::with_capacity(asked.len());
    for name in &asked {
        let unit = match reader.unit_named(name) {
            Err(StoreError::Unfit(why)) => return Err(WrongWords(why).into()),
            unit => unit?,
        };
        // Whoever may read the store's folder may see all of it.
        let sight = Sight::of(Some(Role::Admin));
        let Some(unit) = unit.map(|it| reader.unit_view(it, sight)).transpose()?.flatten() else {
            return Err(WrongWords(format!("there is no unit {name}")).into());
        };
        let Some(tag) = unit.tag else {
            return Err(WrongWords(format!("{name} bears no tag: RELABEL or PAIR gives it one")).into());
        };
        let fields = [("SERIAL", unit.serial_number), ("LOT", unit.lot)];
        let fields = fields.into_iter().filter_map(|(name, it)| it.map(|value| Line::Field { name, value }));
        words.push(Words {
            lines: std::iter::once(Line::About(unit.model)).chain(fields).collect(),
            headline: tag.clone(),
            code: tag,
        });
    }
    if args.form == Output::Text {
        args.on.unasked()?;
        words.iter().try_for_each(|it| say::line(&it.code))?;
        return Ok(Exit::Done);
    }
    sheets::given_out(words, Kind::AssetTag, args.form, &args.on, "70x36", &config, out)
}

/// Which of those on record, and how they are printed.
#[derive(clap::Args, Debug)]
struct NamedArgs {
    /// Which, by code or by name.
    #[arg(value_name = "NAME", required_unless_present = "all", conflicts_with = "all")]
    names: Vec<String>,
    /// All of them.
    #[arg(long)]
    all: bool,
    /// What is written.
    #[arg(long, value_enum, default_value_t = Output::Svg)]
    form: Output,
    #[command(flatten)]
    on: OnSheet,
    /// Print codes and names as a JSON list.
    #[arg(long, conflicts_with = "form")]
    json: bool,
    #[command(flatten)]
    place: Place,
}

/// Prints labels of locations, or badges.
fn named(args: &NamedArgs, kind: Kind, out: &mut impl Write) -> Result<Exit> {
    let config = args.place.config()?;
    let reader = Reader::open(&config.store.data)?;
    let is_badge = kind == Kind::Badge;
    let found = if is_badge {
        reader.badge_labels(&args.names, &config.store.prefixes.badge)
    } else {
        reader.location_labels(&args.names)
    };
    let found = match found {
        Err(StoreError::Unfit(why)) => return Err(WrongWords(why).into()),
        found => found?,
    };
    if args.json || args.form == Output::Text {
        args.on.unasked()?;
        if args.json {
            say::json(&found)?;
        } else {
            found.iter().try_for_each(|it| say::line(&it.text))?;
        }
        return Ok(Exit::Done);
    }
    let words = found.into_iter().map(|NamedCode { text: code, name }| match is_badge {
        true => Words { lines: vec![Line::Code(code.clone())], headline: name, code },
        false if name == code => Words::of(&code),
        false => Words { lines: vec![Line::About(name)], headline: code.clone(), code },
    });
    sheets::given_out(
        words.collect(),
        kind,
        args.form,
        &args.on,
        if is_badge { "85x54" } else { "105x74" },
        &config,
        out,
    )
}

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
    if args.form != Output::Text {
        let words = tags.iter().map(|it| Words::of(it.as_str())).collect();
        return sheets::given_out(words, Kind::AssetTag, args.form, &args.on, "70x36", &config, out);
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
        Word::Locations(wanted) => return named(wanted, Kind::Location, out),
        Word::Badges(wanted) => return named(wanted, Kind::Badge, out),
        Word::Units(wanted) => return units(wanted, out),
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
