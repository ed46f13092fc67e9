//! What each symbology identifier means (ISO/IEC 15424, with the vendor ids met in the field).
//!
//! The reader adds it; the code letter and the GS1, AIM and ECI bits decide, the rest is information for people.
//! Deliberately absent: acting on it; the readers of this room do.

use crate::domain::AimId;
use crate::domain::Symbology;

/// What one symbology identifier says about the bytes behind it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Meaning {
    /// Code character and modifier.
    pub id: [u8; 2],
    /// The symbology, in words.
    pub symbology: &'static str,
    /// What the modifier says.
    pub meaning: &'static str,
    /// What the content begins with or is made of.
    pub content: Content,
    /// ECI protocol: backslashes are doubled and `\\nnnnnn` switches the character set.
    pub eci: bool,
}

/// What an identifier promises about the content.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Content {
    /// Nothing.
    Plain,
    /// GS1 element strings; the leading FNC1 is not in the content.
    ElementStrings,
    /// A trade item number of EAN/UPC, check digit included.
    TradeItem,
    /// An AIM application indicator, one letter or two digits, then content.
    Indicator,
}

use Content::{ElementStrings, Indicator, Plain, TradeItem};

const fn row(id: [u8; 2], symbology: &'static str, meaning: &'static str, content: Content, eci: bool) -> Meaning {
    Meaning { id, symbology, meaning, content, eci }
}

/// All identifiers we know, sorted by their two characters.
#[rustfmt::skip]
pub const MEANINGS: &[Meaning] = &[
    row(*b"A0", "Code 39", "no check character processing, no full ASCII", Plain, false),
    row(*b"A1", "Code 39", "mod 43 check verified and transmitted", Plain, false),
    row(*b"A2", "Code 39", "(vendor tables only) check verified and stripped", Plain, false),
    row(*b"A3", "Code 39", "mod 43 check verified, not transmitted", Plain, false),
    row(*b"A4", "Code 39", "full ASCII conversion, no check", Plain, false),
    row(*b"A5", "Code 39", "full ASCII, check verified and transmitted", Plain, false),
    row(*b"A7", "Code 39", "full ASCII, check verified, not transmitted", Plain, false),
    row(*b"B0", "Telepen", "full ASCII", Plain, false),
    row(*b"B1", "Telepen", "double density numeric", Plain, false),
    row(*b"B2", "Telepen", "double density numeric then full ASCII", Plain, false),
    row(*b"B4", "Telepen", "full ASCII then double density numeric", Plain, false),
    row(*b"C0", "Code 128", "no FNC1 in first position", Plain, false),
    row(*b"C1", "GS1-128", "FNC1 first: AI data", ElementStrings, false),
    row(*b"C2", "Code 128", "FNC1 second: AIM application indicator first in data", Indicator, false),
    row(*b"C4", "Code 128", "ISBT 128 concatenated data", Plain, false),
    row(*b"E0", "EAN/UPC", "EAN-13, UPC-A, UPC-E sent as 13 digits, no add-on", TradeItem, false),
    row(*b"E1", "EAN/UPC", "2-digit add-on only", Plain, false),
    row(*b"E2", "EAN/UPC", "5-digit add-on only", Plain, false),
    row(*b"E3", "EAN/UPC", "13 digits plus add-on in one packet", TradeItem, false),
    row(*b"E4", "EAN-8", "8 digits", TradeItem, false),
    row(*b"F0", "Codabar", "no check processing", Plain, false),
    row(*b"F1", "Codabar", "ABC Codabar / check verified (vendor dependent)", Plain, false),
    row(*b"F2", "Codabar", "check verified and transmitted", Plain, false),
    row(*b"F3", "Codabar", "(vendor) check stripped", Plain, false),
    row(*b"F4", "Codabar", "check verified, not transmitted", Plain, false),
    row(*b"G0", "Code 93", "always 0", Plain, false),
    row(*b"H0", "Code 11", "one check digit verified and transmitted", Plain, false),
    row(*b"H1", "Code 11", "two check digits verified and transmitted", Plain, false),
    row(*b"H3", "Code 11", "check verified, not transmitted", Plain, false),
    row(*b"I0", "Interleaved 2 of 5", "no check digit processing", Plain, false),
    row(*b"I1", "Interleaved 2 of 5", "check digit verified and transmitted (ITF-14 -> GTIN)", Plain, false),
    row(*b"I3", "Interleaved 2 of 5", "check digit verified, not transmitted", Plain, false),
    row(*b"J0", "DotCode", "no FNC1", Plain, false),
    row(*b"J1", "DotCode", "FNC1: AI data", ElementStrings, false),
    row(*b"J2", "DotCode", "FNC1: AIM indicator", Indicator, false),
    row(*b"J3", "DotCode", "ECI", Plain, true),
    row(*b"J4", "DotCode", "ECI and AI data", ElementStrings, true),
    row(*b"J5", "DotCode", "ECI and AIM indicator", Indicator, true),
    row(*b"K0", "Code 16K", "no FNC1", Plain, false),
    row(*b"K1", "Code 16K", "FNC1 first", ElementStrings, false),
    row(*b"K2", "Code 16K", "FNC1 second", Indicator, false),
    row(*b"K4", "Code 16K", "leading pad", Plain, false),
    row(*b"L0", "PDF417 / MicroPDF417", "per 1994 specification, no options", Plain, false),
    row(*b"L1", "PDF417 / MicroPDF417", "ECI protocol: backslash doubled", Plain, true),
    row(*b"L2", "PDF417 / MicroPDF417", "basic channel, no ECI escapes", Plain, false),
    row(*b"L3", "PDF417 / MicroPDF417", "MicroPDF417 emulating GS1-128", ElementStrings, false),
    row(*b"L4", "PDF417 / MicroPDF417", "MicroPDF417 emulating Code 128, FNC1 second", Indicator, false),
    row(*b"L5", "PDF417 / MicroPDF417", "MicroPDF417 emulating Code 128, no FNC1", Plain, false),
    row(*b"M0", "MSI", "mod 10 verified and transmitted", Plain, false),
    row(*b"M1", "MSI", "mod 10 verified, not transmitted", Plain, false),
    row(*b"N0", "Anker Plessey", "", Plain, false),
    row(*b"O4", "Codablock F", "no FNC1", Plain, false),
    row(*b"O5", "Codablock F", "FNC1 first", ElementStrings, false),
    row(*b"O6", "Codablock A", "", Plain, false),
    row(*b"P0", "Plessey", "", Plain, false),
    row(*b"Q0", "QR Code", "Model 1", Plain, false),
    row(*b"Q1", "QR Code", "Model 2 / Micro / rMQR, no ECI", Plain, false),
    row(*b"Q2", "QR Code", "ECI", Plain, true),
    row(*b"Q3", "QR Code", "FNC1 first: AI data", ElementStrings, false),
    row(*b"Q4", "QR Code", "FNC1 first and ECI", ElementStrings, true),
    row(*b"Q5", "QR Code", "FNC1 second: AIM indicator", Indicator, false),
    row(*b"Q6", "QR Code", "FNC1 second and ECI", Indicator, true),
    row(*b"R0", "Straight 2 of 5 (2-bar start)", "", Plain, false),
    row(*b"S0", "Straight 2 of 5 (3-bar start)", "", Plain, false),
    row(*b"T0", "Code 49", "", Plain, false),
    row(*b"U0", "MaxiCode", "mode 4 or 5", Plain, false),
    row(*b"U1", "MaxiCode", "mode 2 or 3 (carrier message)", Plain, false),
    row(*b"U2", "MaxiCode", "mode 4 or 5 with ECI", Plain, true),
    row(*b"U3", "MaxiCode", "mode 2 or 3 with ECI", Plain, true),
    row(*b"X0", "other", "vendor use. Honeywell: Bookland, and replies to host commands in HID POS", Plain, false),
    row(*b"X9", "Zebra private code", "EAN-13", TradeItem, false),
    row(*b"XC", "Zebra private code", "EAN-8", TradeItem, false),
    row(*b"XF", "DX film edge", "", Plain, false),
    row(*b"XS", "Zebra private code", "Micro QR", Plain, false),
    row(*b"XV", "Zebra private code", "PDF417", Plain, false),
    row(*b"Xg", "Zebra private code", "UPC-A (captured from 05e0:2100)", TradeItem, false),
    row(*b"Xk", "Zebra private code", "UPC-E", TradeItem, false),
    row(*b"Xr", "Zebra private code", "GS1 DataBar", ElementStrings, false),
    row(*b"Xs", "Zebra private code", "GS1 DataBar Limited", ElementStrings, false),
    row(*b"Xt", "Zebra private code", "GS1 DataBar Expanded", ElementStrings, false),
    row(*b"Z0", "not a symbol", "keyed in data (Z family: Z0 keyboard, Z1 stripe, Z2 radio tag)", Plain, false),
    row(*b"Z6", "not a symbol", "Honeywell: end of a command reply, one status byte ACK/NAK/ENQ", Plain, false),
    row(*b"c0", "Channel Code", "", Plain, false),
    row(*b"d0", "Data Matrix", "ECC 000-140", Plain, false),
    row(*b"d1", "Data Matrix", "ECC 200", Plain, false),
    row(*b"d2", "Data Matrix", "FNC1 in 1st/5th: AI data", ElementStrings, false),
    row(*b"d3", "Data Matrix", "FNC1 in 2nd/6th: AIM indicator", Indicator, false),
    row(*b"d4", "Data Matrix", "ECI", Plain, true),
    row(*b"d5", "Data Matrix", "ECI and FNC1 1st/5th", ElementStrings, true),
    row(*b"d6", "Data Matrix", "ECI and FNC1 2nd/6th", Indicator, true),
    row(*b"d7", "Data Matrix", "DMRE", Plain, false),
    row(*b"d8", "Data Matrix", "DMRE, AI data", ElementStrings, false),
    row(*b"d9", "Data Matrix", "DMRE, AIM indicator", Indicator, false),
    row(*b"dA", "Data Matrix", "DMRE, ECI", Plain, true),
    row(*b"dB", "Data Matrix", "DMRE, ECI and AI data", ElementStrings, true),
    row(*b"dC", "Data Matrix", "DMRE, ECI and AIM indicator", Indicator, true),
    row(*b"e0", "GS1 DataBar / Composite", "DataBar, or linear + composite concatenated", ElementStrings, false),
    row(*b"e1", "GS1 DataBar / Composite", "composite: data after an encoded separator", ElementStrings, false),
    row(*b"e2", "GS1 DataBar / Composite", "composite: after an escape, no ECI", ElementStrings, false),
    row(*b"e3", "GS1 DataBar / Composite", "composite: after an escape, ECI", ElementStrings, true),
    row(*b"h0", "Han Xin", "no ECI", Plain, false),
    row(*b"h1", "Han Xin", "ECI", Plain, true),
    row(*b"h2", "Han Xin", "AI data", ElementStrings, false),
    row(*b"o1", "OCR-A", "", Plain, false),
    row(*b"o2", "OCR-B", "", Plain, false),
    row(*b"p0", "PosiCode", "", Plain, false),
    row(*b"s0", "SuperCode", "", Plain, false),
    row(*b"z0", "Aztec", "plain", Plain, false),
    row(*b"z1", "Aztec", "FNC1 first: AI data", ElementStrings, false),
    row(*b"z2", "Aztec", "FNC1 after a letter or two digits: AIM indicator", Indicator, false),
    row(*b"z3", "Aztec", "ECI", Plain, true),
    row(*b"z4", "Aztec", "ECI, AI data", ElementStrings, true),
    row(*b"z5", "Aztec", "ECI, AIM indicator", Indicator, true),
    row(*b"z6", "Aztec", "structured append", Plain, false),
    row(*b"z7", "Aztec", "structured append, AI data", ElementStrings, false),
    row(*b"z8", "Aztec", "structured append, AIM indicator", Indicator, false),
    row(*b"z9", "Aztec", "structured append, ECI", Plain, true),
    row(*b"zA", "Aztec", "structured append, ECI, AI data", ElementStrings, true),
    row(*b"zB", "Aztec", "structured append, ECI, AIM indicator", Indicator, true),
    row(*b"zC", "Aztec", "Aztec rune", Plain, false),
];

/// What an identifier means, if it is one we know.
#[must_use]
pub fn meaning(aim: AimId) -> Option<&'static Meaning> {
    let id = [aim.code_character(), aim.modifier()];
    MEANINGS.binary_search_by(|it| it.id.cmp(&id)).ok().and_then(|found| MEANINGS.get(found))
}

/// The kind of symbol that an identifier tells, where it tells one of those we name.
#[must_use]
pub const fn symbology(aim: AimId) -> Option<Symbology> {
    Some(match (aim.code_character(), aim.modifier()) {
        (b'A', _) => Symbology::Code39,
        (b'C', _) => Symbology::Code128,
        (b'E', b'4') | (b'X', b'C') => Symbology::EAN8,
        (b'E', _) | (b'X', b'9') => Symbology::EAN13,
        (b'X', b'g') => Symbology::UPCA,
        (b'X', b'k') => Symbology::UPCE,
        (b'X', b't') => Symbology::DataBarExpanded,
        (b'F', _) => Symbology::Codabar,
        (b'G', _) => Symbology::Code93,
        (b'I', _) => Symbology::ITF,
        (b'L', _) | (b'X', b'V') => Symbology::PDF417,
        (b'X', b'S') => Symbology::MicroQR,
        (b'Q', _) => Symbology::QRCode,
        (b'U', _) => Symbology::MaxiCode,
        (b'd', _) => Symbology::DataMatrix,
        (b'e', _) | (b'X', b'r' | b's') => Symbology::DataBar,
        (b'z', _) => Symbology::Aztec,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, symbology: &str, content: Content) {
        let found = AimId::parse(text).and_then(meaning);
        assert_eq!(found.map(|it| (it.symbology, it.content)), Some((symbology, content)));
    }

    #[test]
    fn the_identifiers_that_decide_are_known() {
        assert!(MEANINGS.windows(2).all(|pair| pair[0].id < pair[1].id), "the table is searched, so it is sorted");
        check("]C1", "GS1-128", ElementStrings);
        check("]E0", "EAN/UPC", TradeItem);
        check("]Q3", "QR Code", ElementStrings);
        check("]A0", "Code 39", Plain);
        check("]C2", "Code 128", Indicator);
    }
}
