//! A symbol as its modules, before it is a picture: QR code, Data Matrix or Code 128.
//!
//! The modules are what is drawn, and what `station` reads back; the quiet zone around them is [`Form::quiet`].
//! Deliberately absent: what the text means, and measures in millimetres (`stock.rs`).

use std::fmt::Write as _;

use barcoders::sym::code128::Code128;
use datamatrix::{DataMatrixBuilder, SymbolList};
use qrcode::{Color, EcLevel, QrCode};

use crate::domain::Symbology;

/// Why a label cannot be drawn.
#[derive(Debug, thiserror::Error)]
pub enum LabelError {
    /// The text does not fit into a QR code.
    #[error("draw {text:?} as a QR code")]
    Qr {
        /// The text.
        text: String,
        /// What the encoder said.
        source: qrcode::types::QrError,
    },
    /// The text does not fit into a Data Matrix, or has a character that its character sets have not.
    #[error("draw {text:?} as a Data Matrix: {complaint}")]
    DataMatrix {
        /// The text.
        text: String,
        /// What the encoder said.
        complaint: String,
    },
    /// The text has a character that Code 128 has not.
    #[error("draw {text:?} as Code 128: {complaint}")]
    Code128 {
        /// The text.
        text: String,
        /// What the encoder said.
        complaint: String,
    },
    /// The symbol would be printed too fine to be read.
    #[error(
        "{text} as {form} does not fit on a label of {stock}: it needs {needed:.1} mm and has {room:.1} mm; \
         take a larger stock (--stock) or another symbol (--symbol)"
    )]
    Narrow {
        /// The text.
        text: String,
        /// The symbol.
        form: &'static str,
        /// The stock's name.
        stock: &'static str,
        /// Least width, quiet zones included, in millimetres.
        needed: f32,
        /// Width there is, in millimetres.
        room: f32,
    },
    /// Code and fields do not fit in letters that can be read.
    #[error("what stands on the label of {text} does not fit on {stock}; take a larger stock (--stock)")]
    Full {
        /// The text.
        text: String,
        /// The stock's name.
        stock: &'static str,
    },
}

/// A symbology that we draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// QR code, ISO/IEC 18004, error correction level M (15 %).
    Qr,
    /// Data Matrix ECC 200, ISO/IEC 16022.
    DataMatrix,
    /// Code 128, ISO/IEC 15417; for scanners that read lines alone.
    Code128,
}

impl Form {
    /// All of them, the usual one first.
    pub const ALL: [Self; 3] = [Self::Qr, Self::DataMatrix, Self::Code128];

    /// Its name on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Qr => "qr",
            Self::DataMatrix => "data-matrix",
            Self::Code128 => "code-128",
        }
    }

    /// As what it is read.
    #[must_use]
    pub const fn symbology(self) -> Symbology {
        match self {
            Self::Qr => Symbology::QRCode,
            Self::DataMatrix => Symbology::DataMatrix,
            Self::Code128 => Symbology::Code128,
        }
    }

    /// Modules around it that stay white: four by ISO/IEC 18004, ten beside bars by ISO/IEC 15417; a Data Matrix asks for
    /// one and gets two, because what is printed beside it bleeds.
    #[must_use]
    pub const fn quiet(self) -> usize {
        match self {
            Self::Qr => 4,
            Self::DataMatrix => 2,
            Self::Code128 => 10,
        }
    }
}

/// A text as a symbol: its modules row by row, without the quiet zone. Bars are one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid {
    form: Form,
    text: String,
    width: usize,
    dark: Vec<bool>,
}

impl Grid {
    /// Draws a text. Nobody has read it back yet.
    ///
    /// # Errors
    /// If the text is too long, or has a character that the symbology has not.
    pub fn of(form: Form, text: &str) -> Result<Self, LabelError> {
        let (width, dark) = match form {
            Form::Qr => {
                let code = QrCode::with_error_correction_level(text, EcLevel::M)
                    .map_err(|source| LabelError::Qr { text: text.to_owned(), source })?;
                (code.width(), code.to_colors().into_iter().map(|it| it == Color::Dark).collect())
            }
            Form::DataMatrix => matrix(text)?,
            Form::Code128 => {
                let bars: Vec<bool> = strip(text)?.into_iter().map(|it| it == 1).collect();
                (bars.len(), bars)
            }
        };
        Ok(Self { form, text: text.to_owned(), width, dark })
    }

    /// As what it is drawn.
    #[must_use]
    pub const fn form(&self) -> Form {
        self.form
    }

    /// What it says.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Modules a row, without the quiet zone.
    #[must_use]
    pub const fn width(&self) -> usize {
        self.width
    }

    /// Rows, without the quiet zone; bars have one, and are drawn as high as there is room.
    #[must_use]
    pub fn height(&self) -> usize {
        self.dark.len() / self.width.max(1)
    }

    /// Modules a row, with the quiet zone on both sides.
    #[must_use]
    pub const fn full_width(&self) -> usize {
        self.width + 2 * self.form.quiet()
    }

    /// Whether a module is dark; what lies outside is not.
    #[must_use]
    pub fn is_dark(&self, column: usize, row: usize) -> bool {
        column < self.width && self.dark.get(row * self.width + column).copied().unwrap_or(false)
    }

    /// The dark modules as an SVG path, one unit a module, the quiet zone on the left and above; each row's neighbours
    /// are one piece, so that no light shows between them.
    pub(super) fn path(&self) -> String {
        let above = if self.form == Form::Code128 { 0 } else { self.form.quiet() };
        let mut path = String::new();
        for row in 0..self.height() {
            let mut column = 0;
            while column < self.width {
                let run = (column..self.width).take_while(|it| self.is_dark(*it, row)).count();
                if run > 0 {
                    // Writing into a string cannot fail.
                    write!(path, "M{} {}h{run}v1h-{run}z", self.form.quiet() + column, above + row).unwrap_or_default();
                }
                column += run.max(1);
            }
        }
        path
    }
}

/// Data Matrix, square. Macro codewords are switched off: with them the encoder corrupts some messages.
fn matrix(text: &str) -> Result<(usize, Vec<bool>), LabelError> {
    let made = DataMatrixBuilder::new()
        .with_macros(false)
        .with_symbol_list(SymbolList::default().enforce_square())
        .encode_str(text)
        .map_err(|it| LabelError::DataMatrix { text: text.to_owned(), complaint: format!("{it:?}") })?;
    let bitmap = made.bitmap();
    Ok((bitmap.width(), bitmap.bits().to_vec()))
}

/// Bars and gaps: set C for digits in pairs, B for text, A where a control character stands.
fn strip(text: &str) -> Result<Vec<u8>, LabelError> {
    let complain = |complaint: String| LabelError::Code128 { text: text.to_owned(), complaint };
    if let Some(foreign) = text.chars().find(|it| !it.is_ascii()) {
        return Err(complain(format!("it has no {foreign:?}")));
    }
    Code128::new(marked(text)).map_err(|it| complain(it.to_string())).map(|it| it.encode())
}

/// The text with the encoder's marks for its sets. Four digits at an end, or six within, are worth the change of set
/// (ISO/IEC 15417, annex E); of an odd number the first stays text.
fn marked(text: &str) -> String {
    const SET_A: char = '\u{c0}';
    const SET_B: char = '\u{181}';
    const SET_C: char = '\u{106}';
    let (mut marked, mut set, mut rest, mut pairs) = (String::new(), None, text, 0);
    while let Some(character) = rest.chars().next() {
        let digits = rest.len() - rest.trim_start_matches(|it: char| it.is_ascii_digit()).len();
        let at_an_end = rest.len() == text.len() || rest.len() == digits;
        if pairs == 0 && digits % 2 == 0 && digits >= if at_an_end { 4 } else { 6 } {
            pairs = digits;
        }
        let wanted = match character {
            _ if pairs > 0 => SET_C,
            it if it.is_ascii_control() => SET_A,
            _ => SET_B,
        };
        if set != Some(wanted) {
            marked.push(wanted);
            set = Some(wanted);
        }
        marked.push(character);
        pairs = pairs.saturating_sub(1);
        rest = rest.get(character.len_utf8()..).unwrap_or_default();
    }
    marked
}

#[cfg(test)]
mod tests {
    use super::{Form, Grid, marked, strip};

    #[test]
    fn code_128_changes_its_set_where_it_pays() {
        let check = |text: &str, expected: &str| {
            let marks = [('\u{c0}', "<A>"), ('\u{181}', "<B>"), ('\u{106}', "<C>")];
            let said = marks.iter().fold(marked(text), |said, (mark, name)| said.replace(*mark, name));
            assert_eq!(said, expected);
        };
        check("AT-000131", "<B>AT-<C>000131");
        check("AT-00131", "<B>AT-0<C>0131");
        check("AT-131", "<B>AT-131");
        check("1234X", "<C>1234<B>X");
        check("A1234X", "<B>A1234X");
        check("A123456X\u{1d}", "<B>A<C>123456<B>X<A>\u{1d}");
    }

    #[test]
    fn bars_are_as_many_as_the_standard_says() {
        // Start, six characters, two changes of set, check and the thirteen modules of stop.
        assert_eq!(strip("AT-1\u{1d}z").unwrap().len(), 11 * (1 + 6 + 2 + 1) + 13);
        assert_eq!(strip("AT-000131").unwrap().len(), 11 * (1 + 3 + 1 + 3 + 1) + 13);
        assert!(strip("ü").unwrap_err().to_string().contains("it has no 'ü'"));
        assert!(strip("AT-\u{181}1").is_err(), "a mark of the encoder is no mark in a text");
    }

    #[test]
    fn a_path_covers_the_dark_modules_and_nothing_else() {
        for (form, [width, height]) in [(Form::Qr, [21, 21]), (Form::DataMatrix, [14, 14]), (Form::Code128, [112, 1])] {
            let grid = Grid::of(form, "AT-000131").unwrap();
            assert_eq!([grid.width(), grid.height()], [width, height], "{form:?}");
            let mut painted = vec![false; width * height];
            let above = if height == 1 { 0 } else { form.quiet() };
            for piece in grid.path().split('M').skip(1) {
                let (place, rest) = piece.split_once('h').unwrap();
                let (x, y) = place.split_once(' ').unwrap();
                let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
                let run: usize = rest.split_once('v').unwrap().0.parse().unwrap();
                for column in x..x + run {
                    painted[(y - above) * width + column - form.quiet()] = true;
                }
            }
            assert_eq!(painted, grid.dark, "{form:?}");
        }
        assert!(Grid::of(Form::Qr, &"x".repeat(8_000)).is_err());
        assert!(Grid::of(Form::DataMatrix, &"x".repeat(8_000)).is_err());
    }
}
