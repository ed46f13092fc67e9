//! The calibration card as a page: one text as a QR code and as Code 128, for scanners of either kind.
//!
//! Measures are millimetres on A4 upright. The text is handed in, GS and all, and is not printed in words: a card that is
//! typed in by hand teaches nothing. Deliberately absent: what a scan of it tells (`decode::calibration`).

use std::fmt::Write as _;

use super::grid::Grid;

/// Width of one QR module; 0.5 mm is read by every imager.
const MODULE: f32 = 0.5;
/// Width of the narrowest bar; 0.33 mm is the trade's usual 13 mil.
const BAR: f32 = 0.33;
/// Height of the strip.
const STRIP: f32 = 20.0;
/// Left edge of both symbols, quiet zones included.
const LEFT: f32 = 15.0;

/// Draws the card as SVG: the same text as a QR code and as Code 128.
#[must_use]
pub fn calibration_card(code: &Grid, strip: &Grid) -> String {
    let mut page = String::from(HEAD);
    for (grid, place, [across, down]) in
        [(code, [LEFT, 60.0 - 4.0 * MODULE], [MODULE, MODULE]), (strip, [LEFT, 130.0], [BAR, STRIP])]
    {
        // Writing into a string cannot fail.
        writeln!(
            page,
            "<path transform=\"translate({:.2} {:.2}) scale({across} {down})\" d=\"{}\"/>",
            place[0],
            place[1],
            grid.path()
        )
        .unwrap_or_default();
    }
    page.push_str("</g>\n</svg>\n");
    page
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

#[cfg(test)]
mod tests {
    use super::calibration_card;
    use crate::labels::{Form, Grid};

    #[test]
    fn the_card_has_both_symbols_on_the_page() {
        let [code, strip] = [Form::Qr, Form::Code128].map(|it| Grid::of(it, "AT-1\u{1d}z").unwrap());
        let page = calibration_card(&code, &strip);
        let drawn: Vec<&str> = page.lines().filter(|it| it.starts_with("<path ")).collect();
        assert!(
            drawn[0].contains("translate(15.00 58.00) scale(0.5 0.5)")
                && drawn[0].ends_with(&format!("{}\"/>", code.path()))
        );
        assert!(
            drawn[1].contains("translate(15.00 130.00) scale(0.33 20)")
                && drawn[1].ends_with(&format!("{}\"/>", strip.path()))
        );
    }
}
