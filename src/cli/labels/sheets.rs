//! Sheets of labels: which stock, which symbol, which page, and each code looked at as the station reads it.
//!
//! A page is written whole or not at all. Deliberately absent: measures (`labels`), and which labels there are.

use std::io::Write;
use std::time::Duration;

use anyhow::Result;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::cli::exit::{Exit, WrongWords};
use crate::cli::say;
use crate::config::Config;
use crate::domain::{Kind, Moment};
use crate::identify::{Inspected, inspect};
use crate::labels::{Dpi, Form, Label, LabelError, Line, Stock, sheet, zpl};
use crate::station::{DrawnError, drawn};

/// How labels stand on their page.
#[derive(clap::Args, Clone, Debug)]
pub(super) struct OnSheet {
    /// The symbol: data-matrix where there is little room, code-128 for scanners that read lines alone.
    #[arg(long, default_value = Form::Qr.word(), value_parser = forms())]
    symbol: Form,
    /// The stock of labels, an A4 page of them.
    #[arg(long, value_parser = stocks())]
    stock: Option<Stock>,
    /// Which page; how many there are is said beside the first.
    #[arg(long, value_name = "N", default_value_t = 1)]
    page: usize,
    /// Labels that are gone already from the first sheet: so many places are left free.
    #[arg(long, value_name = "N", default_value_t = 0)]
    skip: usize,
    /// The resolution of the label printer, for --form zpl.
    #[arg(long, default_value = Dpi::D203.word(), value_parser = resolutions())]
    dpi: Dpi,
}

impl OnSheet {
    /// Refuses what asks for a page where none is drawn.
    pub(super) fn unasked(&self) -> Result<()> {
        if self.stock.is_some() || self.symbol != Form::Qr || self.page != 1 || self.skip != 0 {
            return Err(WrongWords(
                "--symbol, --stock, --page and --skip are for labels: add --form svg or zpl".to_owned(),
            )
            .into());
        }
        Ok(())
    }
}

/// What is written: the codes, or a page of labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Output {
    /// The codes, one a line.
    Text,
    /// A page of labels.
    Svg,
    /// All labels for a label printer, one format each, as large as a label of the stock.
    Zpl,
}

fn forms() -> impl TypedValueParser<Value = Form> {
    PossibleValuesParser::new(Form::ALL.map(Form::word)).try_map(|word| {
        let found = Form::ALL.into_iter().find(|it| it.word() == word);
        found.ok_or_else(|| format!("there is no symbol {word}"))
    })
}

fn resolutions() -> impl TypedValueParser<Value = Dpi> {
    PossibleValuesParser::new(Dpi::ALL.map(Dpi::word)).try_map(|word| {
        let found = Dpi::ALL.into_iter().find(|it| it.word() == word);
        found.ok_or_else(|| format!("there is no resolution {word}"))
    })
}

fn stocks() -> impl TypedValueParser<Value = Stock> {
    let named = Stock::ALL.map(|it| PossibleValue::new(it.name).help(it.about));
    PossibleValuesParser::new(named)
        .try_map(|word| Stock::named(&word).ok_or_else(|| format!("there is no stock {word}")))
}

/// A label before its symbol is drawn.
pub(super) struct Words {
    pub(super) code: String,
    pub(super) headline: String,
    pub(super) lines: Vec<Line>,
}

impl Words {
    /// A label that bears its code alone.
    pub(super) fn of(code: &str) -> Self {
        Self { code: code.to_owned(), headline: code.to_owned(), lines: Vec::new() }
    }
}

/// Draws labels, each of which the station reads as that kind of code: a page of them, or all for a label printer.
pub(super) fn given_out(
    words: Vec<Words>,
    kind: Kind,
    form: Output,
    on: &OnSheet,
    usual: &str,
    config: &Config,
    out: &mut impl Write,
) -> Result<Exit> {
    let Some(stock) = on.stock.or_else(|| Stock::named(usual)) else {
        return Err(WrongWords(format!("there is no stock {usual}")).into());
    };
    if words.is_empty() {
        return Err(WrongWords("there is nothing to print".to_owned()).into());
    }
    if form != Output::Zpl {
        return page(words, kind, on, &stock, config, out);
    }
    if on.page != 1 || on.skip != 0 {
        return Err(WrongWords("--page and --skip are for a page, and a label printer has none".to_owned()).into());
    }
    let mut formats = String::new();
    for label in words {
        let label = proven(label, kind, on.symbol, config)?;
        formats += &zpl(&stock, &label, on.dpi).map_err(|it| fits(&it))?;
    }
    out.write_all(formats.as_bytes())?;
    out.flush()?;
    Ok(Exit::Done)
}

fn page(
    words: Vec<Words>,
    kind: Kind,
    on: &OnSheet,
    stock: &Stock,
    config: &Config,
    out: &mut impl Write,
) -> Result<Exit> {
    if on.skip >= stock.on_a_page() {
        let most = stock.on_a_page() - 1;
        return Err(
            WrongWords(format!("--skip {}: a sheet of {} has {most} before its last", on.skip, stock.name)).into()
        );
    }
    let pages = (on.skip + words.len()).div_ceil(stock.on_a_page());
    if !(1..=pages).contains(&on.page) {
        return Err(WrongWords(format!("--page {}: there are pages 1 to {pages}", on.page)).into());
    }
    let first = ((on.page - 1) * stock.on_a_page()).saturating_sub(on.skip);
    let skipped = if on.page == 1 { on.skip } else { 0 };
    let mut labels = Vec::with_capacity(stock.on_a_page());
    for label in words.into_iter().skip(first).take(stock.on_a_page() - skipped) {
        labels.push(proven(label, kind, on.symbol, config)?);
    }
    let drawn = sheet(stock, &labels, skipped).map_err(|it| fits(&it))?;
    out.write_all(drawn.as_bytes())?;
    out.flush()?;
    if pages > 1 {
        say::aside(format!("page {} of {pages}; --page N draws another", on.page));
    }
    say::aside(format!("Print at 100 % on {} ({}).", stock.name, stock.about));
    Ok(Exit::Done)
}

/// A label with its symbol, which reads back, and which this station takes for that kind of code.
fn proven(words: Words, kind: Kind, form: Form, config: &Config) -> Result<Label> {
    let code = &words.code;
    // No date stands in such a code, so the time is any.
    let at = Moment::new(jiff::Timestamp::UNIX_EPOCH, Duration::ZERO);
    let symbology = Some(form.symbology());
    let read =
        inspect(Inspected { bytes: code.as_bytes(), aim: None, symbology, reader: None, at }, &config.station.codes);
    if read.kind != kind {
        let why = format!(
            "{code} is read as {} here and not as {kind}, so its label is not printed: {}",
            read.kind, read.why
        );
        return Err(WrongWords(why).into());
    }
    for warning in &read.warnings {
        say::aside(format!("{code}: {warning}"));
    }
    let symbol = drawn(form, code).map_err(|it| match it {
        DrawnError::Draw(it) => fits(&it),
        it @ (DrawnError::NoEngine { .. } | DrawnError::Unread { .. }) => it.into(),
    })?;
    Ok(Label { symbol, headline: words.headline, lines: words.lines })
}

/// What cannot be drawn as it was asked for is a matter of the words that were typed.
fn fits(cause: &LabelError) -> anyhow::Error {
    WrongWords(cause.to_string()).into()
}
