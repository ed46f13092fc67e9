//! The second engine, zxing-cpp: every symbology but QR, and a second opinion on QR.
//!
//! It is C++: a fault in it ends the process, so cameras decode in a child process, and pictures it is given have a
//! pixel limit, because a call cannot be interrupted. Built with the feature `second-engine`; without it, it finds nothing.
//! Invariant: only symbols it calls valid and whose kind was asked for come back.
//! Deliberately absent: when to call it (`ladder.rs`).

#[cfg(not(feature = "second-engine"))]
use super::still::Sighting;

/// How hard the second engine tries.
#[allow(clippy::struct_excessive_bools, reason = "the engine's own switches, each independent of the others")]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Effort {
    /// More scan lines, more candidates.
    pub(crate) thorough: bool,
    /// Quarter turns too (matrix symbols need none).
    pub(crate) rotate: bool,
    /// White on black too.
    pub(crate) invert: bool,
    /// Half and quarter size too.
    pub(crate) shrink: bool,
    /// One threshold for the row or picture, not one for every block.
    pub(crate) global: bool,
    /// Scan lines that must agree on a linear symbol.
    pub(crate) lines_min: i32,
    /// Agreeing scan lines from which a symbol with a weak check is believed at once: one check digit lets one misread in
    /// ten by (measured over six linear symbologies: 58 wrong texts in 2,276 reads with two lines, 32 in 2,200 with three).
    pub(crate) lines_sure: i32,
}

impl Effort {
    /// One look as it comes.
    pub(crate) const QUICK: Self = Self {
        thorough: false,
        rotate: false,
        invert: false,
        shrink: false,
        global: false,
        lines_min: 2,
        lines_sure: 3,
    };
    /// Everything the engine itself offers.
    pub(crate) const FULL: Self = Self { thorough: true, rotate: true, invert: true, shrink: true, ..Self::QUICK };
}

#[cfg(feature = "second-engine")]
pub(crate) use with_engine::read;

/// Without the engine there is nothing to find.
#[cfg(not(feature = "second-engine"))]
pub(crate) fn read(_: &super::luma::Luma, _: super::options::Symbologies, _: Effort) -> Vec<Sighting> {
    Vec::new()
}

#[cfg(feature = "second-engine")]
mod with_engine {
    use zxingcpp::{Barcode, BarcodeFormat, Binarizer, ImageFormat, ImageView, PointI, TextMode};

    use super::Effort;
    use crate::domain::{AimId, Engine, Symbol, Symbology};
    use crate::vision::luma::Luma;
    use crate::vision::number::{narrow, step};
    use crate::vision::options::Symbologies;
    use crate::vision::qr::segment::Append;
    use crate::vision::still::Sighting;

    /// Reads a picture.
    pub(crate) fn read(image: &Luma, wanted: Symbologies, effort: Effort) -> Vec<Sighting> {
        let formats: Vec<BarcodeFormat> = wanted.each().flat_map(formats_of).copied().collect();
        if formats.is_empty() {
            return Vec::new();
        }
        let Ok(view) = ImageView::from_slice(image.pixels(), image.width(), image.height(), ImageFormat::Lum) else {
            return Vec::new();
        };
        let reader = zxingcpp::read()
            .formats(formats)
            .try_harder(effort.thorough)
            .try_rotate(effort.rotate)
            .try_invert(effort.invert)
            .try_downscale(effort.shrink)
            .binarizer(if effort.global { Binarizer::GlobalHistogram } else { Binarizer::LocalAverage })
            .min_line_count(effort.lines_min)
            .text_mode(TextMode::Plain);
        let found = reader.from(view).unwrap_or_default();
        let symbols = found.iter().filter_map(|it| sighting(it, effort.lines_sure));
        symbols.filter(|it| wanted.has(it.symbol.symbology)).collect()
    }

    const fn formats_of(symbology: Symbology) -> &'static [BarcodeFormat] {
        match symbology {
            Symbology::QRCode => &[BarcodeFormat::QRCode],
            Symbology::MicroQR => &[BarcodeFormat::MicroQRCode],
            Symbology::RectangularMicroQR => &[BarcodeFormat::RMQRCode],
            Symbology::DataMatrix => &[BarcodeFormat::DataMatrix],
            Symbology::Aztec => &[BarcodeFormat::Aztec],
            Symbology::PDF417 => &[BarcodeFormat::PDF417],
            Symbology::Code128 => &[BarcodeFormat::Code128],
            Symbology::Code39 => &[BarcodeFormat::Code39],
            Symbology::Code93 => &[BarcodeFormat::Code93],
            Symbology::Codabar => &[BarcodeFormat::Codabar],
            Symbology::ITF => &[BarcodeFormat::ITF],
            Symbology::EAN13 => &[BarcodeFormat::EAN13],
            Symbology::EAN8 => &[BarcodeFormat::EAN8],
            Symbology::UPCA => &[BarcodeFormat::UPCA],
            Symbology::UPCE => &[BarcodeFormat::UPCE],
            Symbology::DataBar => &[BarcodeFormat::DataBar, BarcodeFormat::DataBarLtd],
            Symbology::DataBarExpanded => &[BarcodeFormat::DataBarExp],
            Symbology::MaxiCode => &[BarcodeFormat::MaxiCode],
        }
    }

    /// The kind of a symbol.
    ///
    /// The engine has formats that its binding cannot name (extended Code 39, Code 32, ITF-14), and the binding makes an
    /// invalid value of them, which must not exist for a moment. Families are always named; so the format is asked only in
    /// the families whose every format the binding knows.
    fn symbology_of(barcode: &Barcode) -> Option<Symbology> {
        use BarcodeFormat as F;
        #[allow(clippy::wildcard_enum_match_arm, reason = "the engine knows kinds that no label of ours carries")]
        Some(match barcode.symbology() {
            F::DataMatrix => Symbology::DataMatrix,
            F::Aztec => Symbology::Aztec,
            F::PDF417 => Symbology::PDF417,
            F::Code128 => Symbology::Code128,
            F::Code39 => Symbology::Code39,
            F::Code93 => Symbology::Code93,
            F::Codabar => Symbology::Codabar,
            F::ITF => Symbology::ITF,
            F::MaxiCode => Symbology::MaxiCode,
            F::QRCode | F::EANUPC | F::DataBar => match barcode.format() {
                F::MicroQRCode => Symbology::MicroQR,
                F::RMQRCode => Symbology::RectangularMicroQR,
                F::QRCode | F::QRCodeModel1 | F::QRCodeModel2 => Symbology::QRCode,
                F::EAN13 | F::ISBN => Symbology::EAN13,
                F::EAN8 => Symbology::EAN8,
                F::UPCA => Symbology::UPCA,
                F::UPCE => Symbology::UPCE,
                F::DataBarExp | F::DataBarExpStk => Symbology::DataBarExpanded,
                F::DataBar | F::DataBarOmni | F::DataBarStk | F::DataBarStkOmni | F::DataBarLtd => Symbology::DataBar,
                _ => return None,
            },
            _ => return None,
        })
    }

    fn symbol(barcode: &Barcode) -> Option<Symbol> {
        if !barcode.is_valid() {
            return None;
        }
        let symbology = symbology_of(barcode)?;
        let at = barcode.position();
        let corner = |it: PointI| (narrow(step(it.x)), narrow(step(it.y)));
        let lines = barcode.line_count();
        Some(Symbol {
            symbology,
            aim: AimId::parse(&barcode.symbology_identifier()),
            bytes: barcode.bytes(),
            text: barcode.text(),
            corners: [at.top_left, at.top_right, at.bottom_right, at.bottom_left].map(corner),
            engine: Engine::ZxingCpp,
            attempts: 1,
            confidence: confidence(lines),
            grade: 0,
        })
    }

    fn sighting(barcode: &Barcode, lines_sure: i32) -> Option<Sighting> {
        let symbol = symbol(barcode)?;
        if symbol.symbology == Symbology::MicroQR && !is_squarish(&symbol.corners) {
            return None;
        }
        let retail = matches!(symbol.symbology, Symbology::EAN13 | Symbology::EAN8 | Symbology::UPCA | Symbology::UPCE);
        // A Micro QR symbol has one finder and as little as two check words: noise makes one in a few hundred pictures.
        let small = symbol.symbology == Symbology::MicroQR;
        // One in 79 wrong readings of a DataBar symbol passes its check, ITF has none: two rows of noise made one of each.
        let weak = retail || matches!(symbol.symbology, Symbology::DataBar | Symbology::ITF);
        let doubtful = small || weak && barcode.line_count() < lines_sure;
        Some(Sighting { symbol, append: append(barcode), grid: None, doubtful })
    }

    /// Whether four corners could be those of a square that a person holds into a picture: its longest side is at most
    /// 1.4 times its shortest (a square tilted by 45 degrees). Of noise the engine makes Micro QR symbols of any shape.
    fn is_squarish(corners: &[(f32, f32); 4]) -> bool {
        let next = corners.iter().cycle().skip(1);
        let sides = corners.iter().zip(next).map(|(from, to)| (from.0 - to.0).hypot(from.1 - to.1));
        let (least, most) = sides.fold((f32::INFINITY, 0.0_f32), |(least, most), it| (least.min(it), most.max(it)));
        most <= 1.4 * least
    }

    fn append(barcode: &Barcode) -> Option<Append> {
        let total = u8::try_from(barcode.sequence_size()).ok().filter(|it| (2..=16).contains(it))?;
        let index = u8::try_from(barcode.sequence_index()).ok()?;
        Some(Append { index, total, parity: barcode.sequence_id().parse().ok()? })
    }

    /// The engine does not say how much of the correction it used: one half; for a linear symbol, by agreeing lines.
    fn confidence(lines: i32) -> f32 {
        if lines <= 0 { 0.5 } else { narrow(step(lines) / (step(lines) + 2.0)) }
    }
}
