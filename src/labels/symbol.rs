//! One QR code as a picture of its own, and as a part of a sheet.
//!
//! Every symbol keeps its quiet zone of four modules (ISO/IEC 18004); error correction is level M, 15 %.
//! Deliberately absent: what the text means.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};

use super::calibration::LabelError;

/// Modules around a QR code that stay white.
const QUIET: usize = 4;

/// A QR code in modules: its width with the quiet zone, and the path of its dark squares.
pub(super) struct Qr {
    pub(super) width: usize,
    pub(super) path: String,
}

impl Qr {
    pub(super) fn of(text: &str) -> Result<Self, LabelError> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M)
            .map_err(|source| LabelError::Qr { text: text.to_owned(), source })?;
        let width = code.width();
        let mut path = String::new();
        for (place, _) in code.to_colors().into_iter().enumerate().filter(|(_, it)| *it == Color::Dark) {
            let (x, y) = (QUIET + place % width, QUIET + place / width);
            // Writing into a string cannot fail.
            write!(path, "M{x} {y}h1v1h-1z").unwrap_or_default();
        }
        Ok(Self { width: width + 2 * QUIET, path })
    }
}

/// Draws a text as a QR code: SVG, square, black on white, one unit a module.
pub fn qr_symbol(text: &str) -> Result<String, LabelError> {
    let Qr { width, path } = Qr::of(text)?;
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {width}\" shape-rendering=\"crispEdges\">\
         <rect width=\"{width}\" height=\"{width}\" fill=\"white\"/><path d=\"{path}\"/></svg>\n"
    ))
}

#[cfg(test)]
mod tests {
    use super::{Qr, qr_symbol};

    #[test]
    fn a_symbol_is_square_and_its_quiet_zone_is_white() {
        let qr = Qr::of("!CMD:OUT").unwrap();
        assert_eq!(qr.width, 21 + 8);
        assert!(qr.path.starts_with("M4 4h1"), "{}", qr.path);
        for square in qr.path.split('M').skip(1) {
            let mut places = square.split(['h', ' ']).take(2).map(|it| it.parse::<usize>().unwrap());
            assert!(places.all(|it| (4..25).contains(&it)), "{square}");
        }
        assert!(qr_symbol(&"x".repeat(8_000)).is_err());
    }
}
