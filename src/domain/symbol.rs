//! The printed code, as the camera saw it.
//!
//! A [`Symbol`] is what ISO/IEC symbology standards call one: a QR code, a Data Matrix, a Code 128 strip.
//! Deliberately absent: finding and decoding it, which is in `vision`.

use super::AimId;

/// The kind of a printed symbol.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, serde::Serialize, serde::Deserialize)]
pub enum Symbology {
    /// QR Code, ISO/IEC 18004.
    QRCode,
    /// Micro QR Code, ISO/IEC 18004.
    MicroQR,
    /// Rectangular Micro QR, ISO/IEC 23941.
    #[serde(rename = "rMQR")]
    RectangularMicroQR,
    /// Data Matrix ECC 200, ISO/IEC 16022.
    DataMatrix,
    /// Aztec Code, ISO/IEC 24778.
    Aztec,
    /// PDF417, ISO/IEC 15438.
    PDF417,
    /// Code 128, ISO/IEC 15417.
    Code128,
    /// Code 39, ISO/IEC 16388.
    Code39,
    /// Code 93.
    Code93,
    /// Codabar.
    Codabar,
    /// Interleaved 2 of 5, ISO/IEC 16390.
    ITF,
    /// EAN-13, ISO/IEC 15420.
    EAN13,
    /// EAN-8, ISO/IEC 15420.
    EAN8,
    /// UPC-A, ISO/IEC 15420.
    UPCA,
    /// UPC-E, ISO/IEC 15420.
    UPCE,
    /// GS1 DataBar, ISO/IEC 24724.
    DataBar,
    /// GS1 DataBar Expanded, ISO/IEC 24724.
    DataBarExpanded,
    /// MaxiCode, ISO/IEC 16023.
    MaxiCode,
}

/// Which engine read a symbol.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Engine {
    /// Our front end sampled the grid, rqrr decoded it.
    Rqrr,
    /// Our front end sampled the grid, our own segment reader decoded what rqrr refuses (FNC1, ECI, append).
    OwnSegments,
    /// The second engine.
    ZxingCpp,
}

/// One symbol found in one image.
#[derive(Clone, Debug, PartialEq)]
pub struct Symbol {
    /// Its kind.
    pub symbology: Symbology,
    /// The identifier a reader would have sent for it.
    pub aim: Option<AimId>,
    /// The decoded bytes, without the identifier.
    pub bytes: Vec<u8>,
    /// The decoded text, character set applied.
    pub text: String,
    /// Corners in pixels, clockwise from the symbol's own top left.
    pub corners: [(f32, f32); 4],
    /// Who read it.
    pub engine: Engine,
    /// How many decoding attempts it took.
    pub attempts: u32,
    /// 0 to 1: share of the error correction left unused.
    pub confidence: f32,
    /// 0 (barely read) to 4 (clean): our estimate of how legible the print is.
    pub grade: u8,
}
