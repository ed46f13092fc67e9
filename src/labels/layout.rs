//! Where symbol and words stand on one label, in millimetres from its upper left corner.
//!
//! A code, a serial number and a lot are never cut and never set too small to be read: they fit, or the label is refused.
//! What the thing is called is shortened, and left out where there is no room. Deliberately absent: ink (`sheet.rs`, `zpl.rs`).

use super::grid::{Form, Grid, LabelError};
use super::stock::Stock;
use super::text::{CUT, MONO, fitted, number, width};

/// Least width of a module of a square symbol (chosen: three dots of a printer with 300 dpi are 0.25 mm).
const MODULE_MIN: f32 = 0.3;
/// Least width of a bar: two dots of a printer with 203 dpi, the trade's 10 mil.
const BAR_MIN: f32 = 0.25;
/// Largest module of a usual stock; more helps no scanner and takes the room of the words.
const MODULE_MAX: f32 = 0.75;
/// Largest module as a share of the largest letters: what is read from afar by people is scanned from afar.
const MODULE_BY_LETTERS: f32 = 0.125;
/// Largest share of the width that a square symbol takes.
const SHARE_MAX: f32 = 0.5;
/// White between symbol and words, beside the quiet zone.
const GAP: f32 = 0.5;
/// White that bars keep to the label's edge, quiet zone included.
const EDGE: f32 = 1.0;
/// Least height of bars, and the largest, as a share of the largest letters.
const BARS: (f32, f32) = (6.0, 2.6);
/// Height of a line, as a share of its letters' size.
const LEADING: f32 = 1.2;
/// Least size of letters: 1.5 mm are 4.3 points.
const LETTERS_MIN: f32 = 1.5;
/// Letters beside the largest, as a share of their size.
const SMALL: f32 = 0.55;

/// One label: what a scanner reads, and what a person reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The symbol.
    pub symbol: Grid,
    /// What stands largest: the code itself, or a name.
    pub headline: String,
    /// What stands below it.
    pub lines: Vec<Line>,
}

/// What stands below the headline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// What the thing is called; shortened where there is no room.
    About(String),
    /// The code in letters, where the headline is a name.
    Code(String),
    /// A value with its name, `SERIAL` or `LOT`; never cut.
    Field {
        /// Its name.
        name: &'static str,
        /// Its text.
        value: String,
    },
}

/// Where things stand on a label.
#[derive(Debug, PartialEq)]
pub(super) struct Layout {
    /// The symbol's left and top edge, quiet zone included.
    pub(super) at: (f32, f32),
    /// Width of a module.
    pub(super) module: f32,
    /// Height of a module, or of bars.
    pub(super) tall: f32,
    /// The words, each with the left end of its base line, or its middle.
    pub(super) rows: Vec<Row>,
}

/// One line of words.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row {
    pub(super) x: f32,
    pub(super) y: f32,
    /// Whether it stands around `x` and not behind it.
    pub(super) is_middle: bool,
    pub(super) size: f32,
    /// The name of a field in front.
    pub(super) name: &'static str,
    pub(super) text: String,
    pub(super) is_mono: bool,
    pub(super) is_bold: bool,
}

impl Row {
    fn new(text: String, size: f32, is_mono: bool) -> Self {
        Self { x: 0.0, y: 0.0, is_middle: false, size, name: "", text, is_mono, is_bold: false }
    }

    pub(super) fn width(&self) -> f32 {
        let text = if self.is_mono { number(self.text.chars().count()) * MONO } else { width(&self.text) };
        let bold = if self.is_bold && !self.is_mono { 1.06 } else { 1.0 };
        self.size * (self.name_width() + text * bold)
    }

    /// The width of the field's name and the blank behind it, as a share of the size.
    fn name_width(&self) -> f32 {
        if self.name.is_empty() { 0.0 } else { width(self.name) + MONO }
    }
}

/// Places a label on its stock.
///
/// # Errors
/// [`LabelError::Narrow`] if the symbol would be too fine, [`LabelError::Full`] if code or fields do not fit.
pub(super) fn placed(label: &Label, stock: &Stock) -> Result<Layout, LabelError> {
    let inner = (stock.label.0 - 2.0 * stock.padding.0, stock.label.1 - 2.0 * stock.padding.1);
    if label.symbol.form() == Form::Code128 { above(label, stock, inner) } else { beside(label, stock, inner) }
}

/// A square symbol on the left, words on the right, both in the middle of the height.
fn beside(label: &Label, stock: &Stock, inner: (f32, f32)) -> Result<Layout, LabelError> {
    let modules = number(label.symbol.full_width());
    let side = inner.1.min(inner.0 * SHARE_MAX).min(modules * MODULE_MAX.max(stock.letters * MODULE_BY_LETTERS));
    let module = side / modules;
    if module < MODULE_MIN {
        return Err(narrow(label, stock, modules * MODULE_MIN, side));
    }
    let room = (inner.0 - side - GAP, inner.1);
    let mut rows = fitting(label, stock, room)?;
    let mut y = stock.padding.1 + (room.1 - height(&rows)) / 2.0;
    for row in &mut rows {
        (row.x, row.y) = (stock.padding.0 + side + GAP, y + row.size);
        y += row.size * LEADING;
    }
    Ok(Layout { at: (stock.padding.0, (stock.label.1 - side) / 2.0), module, tall: module, rows })
}

/// Bars over the whole width, words below in the middle.
fn above(label: &Label, stock: &Stock, inner: (f32, f32)) -> Result<Layout, LabelError> {
    let (bars, modules) = (number(label.symbol.width()), number(label.symbol.full_width()));
    let room = stock.label.0 - 2.0 * EDGE;
    let module = (inner.0 / bars).min(room / modules).min(MODULE_MAX);
    if module < BAR_MIN {
        return Err(narrow(label, stock, modules * BAR_MIN, room.min(inner.0 * modules / bars)));
    }
    let mut rows = fitting(label, stock, (inner.0, inner.1 - BARS.0))?;
    let tall = (inner.1 - height(&rows)).clamp(BARS.0, stock.letters * BARS.1);
    let top = stock.padding.1 + (inner.1 - tall - height(&rows)) / 2.0;
    let mut y = top + tall;
    for row in &mut rows {
        (row.x, row.y, row.is_middle) = (stock.label.0 / 2.0, y + row.size, true);
        y += row.size * LEADING;
    }
    Ok(Layout { at: ((stock.label.0 - modules * module) / 2.0, top), module, tall, rows })
}

fn narrow(label: &Label, stock: &Stock, needed: f32, room: f32) -> LabelError {
    let (text, form) = (label.symbol.text().to_owned(), label.symbol.form().word());
    LabelError::Narrow { text, form, stock: stock.name, needed, room }
}

fn height(rows: &[Row]) -> f32 {
    rows.iter().map(|it| it.size * LEADING).sum()
}

/// Letters at which a name is rather cut than set smaller still, as a share of the largest.
const WHOLE: f32 = 0.45;

/// The words in the largest letters that fit: a name whole, else cut; without what the thing is called if only that fits.
fn fitting(label: &Label, stock: &Stock, room: (f32, f32)) -> Result<Vec<Row>, LabelError> {
    for (has_about, may_cut) in [(true, false), (true, true), (false, true)] {
        let mut size = stock.letters;
        while size * SMALL >= LETTERS_MIN && (may_cut || size >= WHOLE * stock.letters) {
            let rows = rows(label, size, room.0, has_about);
            let whole = may_cut || rows.iter().all(|it| !it.text.ends_with(CUT));
            if whole && height(&rows) <= room.1 && rows.iter().all(|it| it.size >= LETTERS_MIN) {
                return Ok(rows);
            }
            size *= 0.92;
        }
    }
    Err(LabelError::Full { text: label.symbol.text().to_owned(), stock: stock.name })
}

fn rows(label: &Label, size: f32, room: f32, has_about: bool) -> Vec<Row> {
    let mut rows = Vec::new();
    if label.headline == label.symbol.text() {
        rows.push(Row { is_bold: true, ..code(&label.headline, size, room) });
    } else {
        let bold = fitted(&label.headline, room / size / 1.06, 3);
        rows.extend(bold.into_iter().map(|it| Row { is_bold: true, ..Row::new(it, size, false) }));
    }
    let small = size * SMALL;
    for line in &label.lines {
        match line {
            Line::About(text) if has_about => {
                rows.extend(fitted(text, room / small, 2).into_iter().map(|it| Row::new(it, small, false)));
            }
            Line::About(_) => {}
            Line::Code(text) => rows.push(code(text, size * 0.7, room)),
            Line::Field { name, value } => field(&mut rows, name, value, small, room),
        }
    }
    rows
}

/// A code on one line, smaller if it is long.
fn code(text: &str, size: f32, room: f32) -> Row {
    let fits = room / (MONO * number(text.chars().count().max(1)));
    Row::new(text.to_owned(), size.min(fits), true)
}

/// A field on one line, else its name and below it the value, broken where the line ends.
fn field(rows: &mut Vec<Row>, name: &'static str, value: &str, size: f32, room: f32) {
    let whole = Row { name, ..Row::new(value.to_owned(), size, true) };
    if whole.width() <= room {
        rows.push(whole);
        return;
    }
    rows.push(Row { name, ..Row::new(String::new(), size, true) });
    let letters: Vec<char> = value.chars().collect();
    // At least one letter a line, whatever the measures; a count of letters is small.
    let in_line = (1..letters.len()).take_while(|it| number(*it) * MONO * size <= room).count().max(1);
    rows.extend(letters.chunks(in_line).map(|it| Row::new(it.iter().collect(), size, true)));
}

#[cfg(test)]
mod tests {
    use super::{Label, Layout, Line, placed};
    use crate::labels::text::number;
    use crate::labels::{Form, Grid, LabelError, Stock};

    fn label(form: Form, headline: &str, lines: Vec<Line>) -> Label {
        Label { symbol: Grid::of(form, "AT-00012DV").unwrap(), headline: headline.to_owned(), lines }
    }

    fn field(name: &'static str, value: &str) -> Line {
        Line::Field { name, value: value.to_owned() }
    }

    /// What stands on the label, line by line.
    fn words(layout: &Layout) -> Vec<String> {
        layout.rows.iter().map(|it| format!("{} {}", it.name, it.text).trim().to_owned()).collect()
    }

    /// That symbol and words keep to the label, and to their own sides of it.
    #[track_caller]
    fn keeps_inside(layout: &Layout, label: &Label, stock: &Stock) {
        let (slack, grid) = (0.01, &label.symbol);
        let high = if grid.form() == Form::Code128 { 1.0 } else { number(grid.full_width()) };
        let (right, below) =
            (layout.at.0 + number(grid.full_width()) * layout.module, layout.at.1 + high * layout.tall);
        assert!(layout.at.0 >= 1.0 - slack && right <= stock.label.0 - 1.0 + slack, "{} {layout:?}", stock.name);
        assert!(layout.at.1 >= stock.padding.1 - slack && below <= stock.label.1 - stock.padding.1 + slack);
        for row in &layout.rows {
            assert!(row.size >= 1.5, "{} {row:?}", stock.name);
            let left = if row.is_middle { row.x - row.width() / 2.0 } else { row.x };
            let end = left + row.width();
            assert!(left >= stock.padding.0 - slack && end <= stock.label.0 - stock.padding.0 + slack, "{row:?}");
            assert!(row.y - row.size >= stock.padding.1 - slack && row.y <= stock.label.1 - stock.padding.1 + slack);
            let apart = if high > 1.0 { left >= right } else { row.y - row.size >= below - slack };
            assert!(apart, "{}: {row:?} stands on the symbol", stock.name);
        }
    }

    #[test]
    fn symbol_and_words_keep_to_their_label_on_every_stock() {
        let about = Line::About("Rothenberger Romax 4000 set of press jaws M 15 to 35, in its case".to_owned());
        let cases = [
            ("AT-00012DV", vec![]),
            ("AT-00012DV", vec![about.clone(), field("SERIAL", "0088123456"), field("LOT", "L-2026-07")]),
            ("Maximiliane Müller-Lüdenscheidt-Wolkenstein", vec![Line::Code("BDG-0042".to_owned())]),
            ("AT-00012DV", vec![about, field("SERIAL", "SN/2026-0000-1111-2222-3333-4444-5555-XYZ")]),
        ];
        for stock in Stock::ALL {
            for form in Form::ALL {
                for (headline, lines) in &cases {
                    let label = label(form, headline, lines.clone());
                    match placed(&label, &stock) {
                        Ok(layout) => keeps_inside(&layout, &label, &stock),
                        Err(LabelError::Narrow { .. } | LabelError::Full { .. }) => {
                            assert!(stock.name == "38x21", "{} {form:?}", stock.name);
                        }
                        Err(other) => panic!("{other}"),
                    }
                }
            }
        }
    }

    #[test]
    fn a_field_is_whole_with_its_name_and_what_the_thing_is_called_gives_way() {
        let lines =
            vec![Line::About("Bosch GSR 18".to_owned()), field("SERIAL", "0088123456"), field("LOT", "L-2026-07")];
        let whole = label(Form::Qr, "AT-00012DV", lines);
        let said = |stock: &str| words(&placed(&whole, &Stock::named(stock).unwrap()).unwrap());
        assert_eq!(said("70x36"), ["AT-00012DV", "Bosch GSR 18", "SERIAL 0088123456", "LOT L-2026-07"]);
        let small = said("38x21");
        let joined = small.join("").replace(' ', "");
        assert!(joined.contains("SERIAL0088123456LOTL-2026-07"), "{small:?}");
        let long = label(Form::DataMatrix, "AT-00012DV", vec![field("SERIAL", &"SN0123456789".repeat(5))]);
        let said = words(&placed(&long, &Stock::named("70x36").unwrap()).unwrap());
        assert_eq!(said[2..].concat(), "SN0123456789".repeat(5), "{said:?}");
        let much = label(Form::DataMatrix, "AT-00012DV", vec![field("SERIAL", &"9".repeat(400))]);
        let refused = placed(&much, &Stock::named("38x21").unwrap()).unwrap_err().to_string();
        assert_eq!(
            refused,
            "what stands on the label of AT-00012DV does not fit on 38x21; take a larger stock (--stock)"
        );
    }

    #[test]
    fn a_symbol_that_would_be_too_fine_is_refused() {
        let bars = label(Form::Code128, "AT-00012DV", vec![]);
        let refused = placed(&bars, &Stock::named("38x21").unwrap()).unwrap_err().to_string();
        assert!(
            refused.starts_with("AT-00012DV as code-128 does not fit on a label of 38x21: it needs 41.2 mm"),
            "{refused}"
        );
    }
}
