//! Labels for a label printer that speaks ZPL II: one format a label, millimetres as dots of its resolution.
//!
//! The symbol is sent as its dots (`^GF`), so that what was read back is what is printed, and no printer encodes anew; words are
//! sent as text in UTF-8, each byte that means something to ZPL as hexadecimal. Deliberately absent: sending them anywhere.

use std::fmt::Write as _;

use super::grid::{Form, Grid, LabelError};
use super::layout::{Label, Row, placed};
use super::stock::Stock;

/// A resolution of label printers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dpi {
    /// 203 dots an inch, 8 a millimetre.
    D203,
    /// 300 dots an inch, about 12 a millimetre.
    D300,
}

impl Dpi {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::D203, Self::D300];

    /// Its name on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::D203 => "203",
            Self::D300 => "300",
        }
    }

    /// Dots of a length, to the nearest.
    fn dots(self, millimetres: f32) -> usize {
        whole(millimetres * self.a_millimetre() + 0.5)
    }

    fn a_millimetre(self) -> f32 {
        match self {
            Self::D203 => 203.0 / 25.4,
            Self::D300 => 300.0 / 25.4,
        }
    }
}

/// The whole part of a count of dots, of which a label has a few thousand.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::as_conversions,
    reason = "held within the bounds of a u16 before"
)]
fn whole(dots: f32) -> usize {
    usize::from(dots.clamp(0.0, f32::from(u16::MAX)) as u16)
}

/// One label as a ZPL format, as large as a label of that stock.
///
/// # Errors
/// If it does not fit, as for a sheet.
pub fn zpl(stock: &Stock, label: &Label, dpi: Dpi) -> Result<String, LabelError> {
    let layout = placed(label, stock)?;
    let (width, height) = (dpi.dots(stock.label.0), dpi.dots(stock.label.1));
    let mut format = format!("^XA^CI28^PW{width}^LL{height}^LH0,0\n");
    // Modules are whole dots, or bars would be of unequal width; what they are smaller is white around the symbol.
    let module = whole(layout.module * dpi.a_millimetre() + 0.01).max(1);
    let full = super::text::number(label.symbol.full_width()) * layout.module;
    let left = dpi.dots(layout.at.0 + full / 2.0).saturating_sub(label.symbol.width() * module / 2);
    let bars = label.symbol.form() == Form::Code128;
    let tall = if bars { dpi.dots(layout.tall) } else { module };
    let middle = dpi.dots(layout.at.1 + if bars { layout.tall } else { full } / 2.0);
    let top = middle.saturating_sub(label.symbol.height() * tall / 2);
    // Writing into a string cannot fail.
    writeln!(format, "^FO{left},{top}{}^FS", graphic(&label.symbol, module, tall)).unwrap_or_default();
    for row in &layout.rows {
        words(&mut format, row, dpi);
    }
    format.push_str("^XZ\n");
    Ok(format)
}

/// The dark modules as a graphic field: hexadecimal, a colon for a row that is as the one above.
fn graphic(grid: &Grid, module: usize, tall: usize) -> String {
    let bytes = (grid.width() * module).div_ceil(8);
    let total = bytes * grid.height() * tall;
    let mut field = format!("^GFA,{total},{total},{bytes},");
    for row in 0..grid.height() {
        for byte in 0..bytes {
            let dot = |bit: usize| u8::from(grid.is_dark((byte * 8 + bit) / module, row));
            let value = (0..8).fold(0_u8, |value, bit| value << 1 | dot(bit));
            write!(field, "{value:02X}").unwrap_or_default();
        }
        field.extend(std::iter::repeat_n(':', tall.saturating_sub(1)));
    }
    field
}

fn words(format: &mut String, row: &Row, dpi: Dpi) {
    let left = if row.is_middle { row.x - row.width() / 2.0 } else { row.x };
    let text = [row.name, row.text.as_str()].join(" ");
    let (x, y, size) = (dpi.dots(left), dpi.dots(row.y), dpi.dots(row.size));
    writeln!(format, "^FT{x},{y}^A0N,{size}^FH_^FD{}^FS", escaped(text.trim())).unwrap_or_default();
}

/// A text as field data behind `^FH_`: what begins a command, the mark itself and what is no printable ASCII as bytes.
fn escaped(text: &str) -> String {
    let mut field = String::new();
    for byte in text.bytes() {
        match byte {
            b'^' | b'~' | b'_' | b'\\' | 0..=0x1f | 0x7f.. => write!(field, "_{byte:02X}").unwrap_or_default(),
            plain => field.push(char::from(plain)),
        }
    }
    field
}

#[cfg(test)]
mod tests {
    use super::{Dpi, escaped, zpl};
    use crate::labels::{Form, Grid, Label, Line, Stock};

    #[test]
    fn a_label_is_this_format() {
        let label = Label {
            symbol: Grid::of(Form::DataMatrix, "AT-1").unwrap(),
            headline: "AT-1".to_owned(),
            lines: vec![Line::About("Säge ^XA".to_owned()), Line::Field { name: "SERIAL", value: "S_1~2".to_owned() }],
        };
        let small = Stock::named("38x21").unwrap();
        assert_eq!(zpl(&small, &label, Dpi::D203).unwrap(), include_str!("zpl-203.txt"));
        assert_eq!(zpl(&small, &label, Dpi::D300).unwrap(), include_str!("zpl-300.txt"));
    }

    #[test]
    fn nothing_in_a_text_is_a_command() {
        assert_eq!(escaped("a^XZ~JA_\\\n"), "a_5EXZ_7EJA_5F_5C_0A");
        assert_eq!(escaped("Säge"), "S_C3_A4ge");
    }
}
