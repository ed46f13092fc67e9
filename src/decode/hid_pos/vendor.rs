//! The vendor's own letter for a symbology, sent beside the data by Honeywell and Zebra scanners.
//!
//! Source: the "symbology charts" of Honeywell user guides; `c` and `s` also seen in captured reports of both vendors.
//! Deliberately absent: letters of families the station has no name for.

use crate::domain::Symbology;

/// The symbology a vendor letter stands for.
#[must_use]
pub const fn symbology(letter: u8) -> Option<Symbology> {
    Some(match letter {
        b'a' => Symbology::Codabar,
        b'b' => Symbology::Code39,
        b'c' => Symbology::UPCA,
        b'd' => Symbology::EAN13,
        b'D' => Symbology::EAN8,
        b'E' => Symbology::UPCE,
        b'e' => Symbology::ITF,
        b'i' => Symbology::Code93,
        b'I' | b'j' => Symbology::Code128,
        b'r' => Symbology::PDF417,
        b's' => Symbology::QRCode,
        b'w' => Symbology::DataMatrix,
        b'x' => Symbology::MaxiCode,
        b'y' | b'{' => Symbology::DataBar,
        b'}' => Symbology::DataBarExpanded,
        b'z' => Symbology::Aztec,
        _ => return None,
    })
}
