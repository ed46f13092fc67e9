//! A symbol that was read back: drawn in modules, made into pixels, and read by our own eye before anybody prints it.
//!
//! Proven is that the modules say this text and nothing else, as this symbology. What a printer makes of them, and that they
//! were cut or scaled, is not: `scanstation labels` says how to print, and the label is scanned once it is on.
//! Deliberately absent: drawing (`labels`) and reading (`vision`).

use std::time::Duration;

use crate::labels::{Form, Grid, LabelError};
use crate::vision::{HAS_SECOND_ENGINE, Luma, Options, Symbologies, read_still};

/// Pixels of a module: what a camera of a desk sees at arm's length.
const MODULE: usize = 4;
/// Rows of pixels of a strip of bars.
const STRIP: usize = 60;
/// Paper and ink, as on a matt label.
const PAPER: u8 = 235;
const INK: u8 = 25;

/// Why a symbol is not given out.
#[derive(Debug, thiserror::Error)]
pub enum DrawnError {
    /// It cannot be drawn.
    #[error(transparent)]
    Draw(#[from] LabelError),
    /// This build reads no such symbol, so that nobody could say whether it is right.
    #[error(
        "this build cannot read {form} back, so it prints none: build it with the feature `second-engine`, or take qr"
    )]
    NoEngine {
        /// The symbol.
        form: &'static str,
    },
    /// It was drawn and does not say what it should.
    #[error("{text:?} as {form} does not read back, so it is not printed: {found}")]
    Unread {
        /// The text.
        text: String,
        /// The symbol.
        form: &'static str,
        /// What was read instead.
        found: String,
    },
}

/// Draws a text and reads it back.
///
/// # Errors
/// If it cannot be drawn, or if what is read is not one symbol of this kind with this text.
pub fn drawn(form: Form, text: &str) -> Result<Grid, DrawnError> {
    let grid = Grid::of(form, text)?;
    if form != Form::Qr && !HAS_SECOND_ENGINE {
        return Err(DrawnError::NoEngine { form: form.word() });
    }
    let found = read(&picture(&grid), form);
    let right = |it: &(Vec<u8>, String)| it.0 == text.as_bytes() || it.1 == text;
    match found.as_slice() {
        [one] if right(one) => Ok(grid),
        _ => {
            let said: Vec<_> = found.iter().map(|it| format!("{:?}", it.1)).collect();
            let found = if said.is_empty() { "no symbol was read".to_owned() } else { said.join(", ") + " was read" };
            Err(DrawnError::Unread { text: text.to_owned(), form: form.word(), found })
        }
    }
}

/// What our eye reads there: bytes and text of each symbol of that kind. It is not hurried: no time goes by on its clock.
fn read(picture: &Luma, form: Form) -> Vec<(Vec<u8>, String)> {
    let options = Options { symbologies: Symbologies::NONE.with(form.symbology()), ..Options::default() };
    let seen = read_still(picture, &options, &mut || Duration::ZERO);
    seen.into_iter().filter(|it| it.symbology == form.symbology()).map(|it| (it.bytes, it.text)).collect()
}

/// The modules on paper, with their quiet zone.
fn picture(grid: &Grid) -> Luma {
    let quiet = grid.form().quiet();
    let bars = grid.form() == Form::Code128;
    let height = if bars { STRIP } else { (grid.height() + 2 * quiet) * MODULE };
    Luma::from_fn(grid.full_width() * MODULE, height, |x, y| {
        let row = if bars { Some(0) } else { (y / MODULE).checked_sub(quiet) };
        let dark = (x / MODULE).checked_sub(quiet).zip(row).is_some_and(|(column, row)| grid.is_dark(column, row));
        if dark { INK } else { PAPER }
    })
}

#[cfg(test)]
mod tests {
    use super::{DrawnError, HAS_SECOND_ENGINE, drawn, picture, read};
    use crate::labels::{Form, Grid};

    #[test]
    fn every_form_says_what_it_was_given() {
        for text in ["AT-000131", "AT-00012DV", "BDG-0042", "LOC-A1 / 3", "!CMD:DUE 7", "a~\u{1d}b", "0123456789"] {
            for form in Form::ALL {
                match drawn(form, text) {
                    Ok(grid) => assert_eq!((grid.text(), grid.form()), (text, form)),
                    Err(DrawnError::NoEngine { .. }) => assert!(!HAS_SECOND_ENGINE && form != Form::Qr),
                    Err(other) => panic!("{other}"),
                }
            }
        }
        assert_eq!(drawn(Form::Qr, "Ümlaut-名").unwrap().text(), "Ümlaut-名");
        assert!(matches!(drawn(Form::Code128, "ü"), Err(DrawnError::Draw(_))));
    }

    #[test]
    fn a_symbol_that_says_something_else_is_seen() {
        let other = Grid::of(Form::Qr, "AT-000132").unwrap();
        assert_eq!(read(&picture(&other), Form::Qr), [(b"AT-000132".to_vec(), "AT-000132".to_owned())]);
        assert_eq!(read(&picture(&other), Form::DataMatrix), []);
    }
}
