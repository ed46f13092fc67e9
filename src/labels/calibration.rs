//! The calibration card as a page: one text as a QR code and as Code 128, for scanners of either kind.
//!
//! Measures are millimetres on A4 upright. The text is handed in, GS and all, and is not printed in words: a card that is
//! typed in by hand teaches nothing. Deliberately absent: what a scan of it tells (`decode::calibration`).

use std::fmt::Write as _;

use barcoders::sym::code128::Code128;
use qrcode::{Color, EcLevel, QrCode};

/// Width of one QR module; 0.5 mm is read by every imager.
const MODULE: f32 = 0.5;
/// Width of the narrowest bar; 0.33 mm is the trade's usual 13 mil.
const BAR: f32 = 0.33;
/// Height of the strip.
const STRIP: f32 = 20.0;
/// Left edge of both symbols, quiet zones included.
const LEFT: f32 = 15.0;

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
    /// The text has a character that Code 128 has not.
    #[error("draw {text:?} as Code 128: {complaint}")]
    Code128 {
        /// The text.
        text: String,
        /// What the encoder said.
        complaint: String,
    },
}

/// Draws the card as SVG.
pub fn calibration_card(text: &str) -> Result<String, LabelError> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M)
        .map_err(|source| LabelError::Qr { text: text.to_owned(), source })?;
    let strip = strip(text)?;
    let mut page = String::from(HEAD);
    let top = 60.0;
    for (place, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let (x, y) = (place % code.width(), place / code.width());
            square(&mut page, LEFT + 4.0 * MODULE, top, [x, y]);
        }
    }
    for (place, _) in strip.iter().enumerate().filter(|(_, it)| **it == 1) {
        let x = LEFT + (10.0 + number(place)) * BAR;
        // Writing into a string cannot fail.
        writeln!(page, "<rect x=\"{x:.2}\" y=\"130\" width=\"{BAR}\" height=\"{STRIP}\"/>").unwrap_or_default();
    }
    page.push_str("</g>\n</svg>\n");
    Ok(page)
}

const HEAD: &str = r#"<svg xmlns="http://www.w3.org/2000/svg" width="210mm" height="297mm" viewBox="0 0 210 297">
<rect width="210" height="297" fill="white"/>
<g font-family="sans-serif" font-size="5">
<text x="15" y="25" font-size="9">Calibration card</text>
<text x="15" y="36">Scan one of the two symbols once, at the running station. They say the same.</text>
<text x="15" y="44">A keyboard that it does not read: first run scanstation devices calibrate DEVICE.</text>
<text x="15" y="52">Print at 100 %, not "fit to page".</text>
</g>
<g shape-rendering="crispEdges">
"#;

fn square(page: &mut String, left: f32, top: f32, [x, y]: [usize; 2]) {
    let (x, y) = (left + number(x) * MODULE, top + number(y) * MODULE);
    writeln!(page, "<rect x=\"{x:.2}\" y=\"{y:.2}\" width=\"{MODULE}\" height=\"{MODULE}\"/>").unwrap_or_default();
}

/// A count of modules; a page has a few hundred.
fn number(count: usize) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX))
}

/// Bars and gaps; set B for text, set A where a control character stands.
fn strip(text: &str) -> Result<Vec<u8>, LabelError> {
    const SET_A: char = '\u{c0}';
    const SET_B: char = '\u{181}';
    let mut marked = String::new();
    let mut set = None;
    for character in text.chars() {
        let wanted = if character.is_ascii_control() { SET_A } else { SET_B };
        if set != Some(wanted) {
            marked.push(wanted);
            set = Some(wanted);
        }
        marked.push(character);
    }
    let encoder =
        Code128::new(marked).map_err(|it| LabelError::Code128 { text: text.to_owned(), complaint: it.to_string() })?;
    Ok(encoder.encode())
}

#[cfg(test)]
mod tests {
    use super::{calibration_card, strip};

    #[test]
    fn the_card_has_both_symbols_on_the_page() {
        let page = calibration_card("AT-1\u{1d}z").unwrap();
        let rows: Vec<f32> =
            page.lines().filter_map(|it| it.strip_prefix("<rect x=\"")?.split_once('"')?.0.parse().ok()).collect();
        assert!(rows.len() > 200 && rows.iter().all(|it| (15.0..=195.0).contains(it)), "{}", rows.len());
        // Code 128: start, six characters, two changes of set, check and the thirteen modules of stop.
        assert_eq!(strip("AT-1\u{1d}z").unwrap().len(), 11 * (1 + 6 + 2 + 1) + 13);
        assert!(calibration_card("ü").is_err());
    }
}
