//! Where a scanned data report keeps its length, symbology identifier, data and continuation bit.
//!
//! From the report descriptor by usage: 0xFB to 0xFD identifier, 0xFE decoded, 0xFF continued, Byte Count 0x3B of Generic
//! Desktop for the length. The fixed layouts are those seen in captured reports and vendor manuals.
//! Deliberately absent: trigger and prevent-read usages, which are for output.

use std::ops::Range;

use crate::decode::descriptor::{Descriptor, Field};

/// Bar code scanner usage page.
const POS_PAGE: u16 = 0x8c;
/// Application collection: bar code scanner.
const SCANNER: u16 = 0x02;
/// Vendor page on which the scanner's own symbology letter stands.
const VENDOR_PAGE: u16 = 0xff66;

/// Places in a scanned data report; bytes count from the start of the report, its id included.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PosFields {
    /// The report's id; `None` if the device uses no ids.
    pub report_id: Option<u8>,
    /// Byte of the length; `None` if the data are filled up with NUL.
    pub length: Option<usize>,
    /// Bytes of the symbology identifier.
    pub aim: Option<[usize; 3]>,
    /// Bytes of the data.
    pub decoded: Range<usize>,
    /// Byte of the vendor's symbology letter.
    pub vendor: Option<usize>,
    /// Bits that say "continued in the next report": any of them set.
    pub continued: Option<Range<usize>>,
}

impl PosFields {
    /// Honeywell, Access-IS.
    pub const A: Self = Self::fixed(Some(2), Some([2, 3, 4]), 5..61, Some(61), true);
    /// Zebra 05e0:2100.
    pub const B: Self = Self::fixed(Some(2), Some([3, 4, 5]), 6..62, Some(62), true);
    /// Newland, ID TECH, Quio, Saveo.
    pub const C: Self = Self::fixed(Some(2), None, 2..58, Some(62), true);
    /// Microscan.
    pub const D: Self = Self::fixed(Some(1), None, 2..64, None, false);
    /// Symbol "simple COM port emulation" 05e0:0600: no report id, no page 0x8C; only a profile can name it.
    pub const E: Self = Self { length: Some(0), ..Self::fixed(None, None, 1..64, None, false) };

    const fn fixed(
        report_id: Option<u8>,
        aim: Option<[usize; 3]>,
        bytes: Range<usize>,
        vendor: Option<usize>,
        continued: bool,
    ) -> Self {
        let continued = if continued { Some(504..505) } else { None };
        Self { report_id, length: Some(1), aim, decoded: bytes, vendor, continued }
    }

    /// The fixed layout of this letter, as profiles name it.
    #[must_use]
    pub fn named(letter: &str) -> Option<Self> {
        Some(match letter {
            "A" => Self::A,
            "B" => Self::B,
            "C" => Self::C,
            "D" => Self::D,
            "E" => Self::E,
            _ => return None,
        })
    }

    /// Finds the fields in a report descriptor; `None` if no report has decoded data on whole bytes.
    #[must_use]
    pub fn find(descriptor: &Descriptor) -> Option<Self> {
        descriptor.input_reports().find_map(|report| {
            let content: Vec<&Field> = report.fields().filter(|it| it.has(POS_PAGE, 0xfe)).collect();
            let (first, last) = (content.first()?, content.last()?);
            let (start, end) = (first.bits.start, last.bits.end);
            let whole = content.iter().all(|it| it.bits_each() == 8) && start % 8 == 0;
            let byte = |page, usage| {
                let mut found = report.fields().filter(|it| it.has(page, usage) && it.bits_each() == 8);
                found.find(|it| it.bits.start % 8 == 0).map(|it| it.bits.start / 8)
            };
            let aim = match (byte(POS_PAGE, 0xfb), byte(POS_PAGE, 0xfc), byte(POS_PAGE, 0xfd)) {
                (Some(first), Some(second), Some(third)) => Some([first, second, third]),
                _ => None,
            };
            whole.then(|| Self {
                report_id: report.id,
                length: byte(0x01, 0x3b),
                aim,
                decoded: start / 8..end / 8,
                vendor: byte(VENDOR_PAGE, 0x04).or_else(|| byte(VENDOR_PAGE, 0x00)),
                continued: report.fields().find(|it| it.has(POS_PAGE, 0xff)).map(|it| it.bits.clone()),
            })
        })
    }

    /// Guesses the layout from one report: where the `]` stands.
    ///
    /// A scanner that puts the identifier before the data (layout C) looks like A at first sight; then the three bytes
    /// that A would take for the end of the data are padding, and A's letter is missing.
    #[must_use]
    pub fn guess(report: &[u8]) -> Option<Self> {
        match report {
            [0x01, ..] => Some(Self::D),
            [0x02, length, b']', ..] => {
                let end = usize::from(*length) + 2;
                let padded = report.get(end..end + 3).is_some_and(|it| it == [0; 3]);
                let letter = report.get(61).is_some_and(|it| *it != 0);
                Some(if padded && !letter && *length >= 3 { Self::C } else { Self::A })
            }
            [0x02, _, _, b']', ..] => Some(Self::B),
            [0x02, ..] => Some(Self::C),
            _ => None,
        }
    }

    /// Whether the identifier stands where Honeywell has it, whose answers to commands come in the same report.
    pub(super) const fn answers_commands(&self) -> bool {
        matches!(self.aim, Some([2, 3, 4]))
    }
}

/// Whether a device calls itself a bar code scanner: an application collection 0x02 on page 0x8C.
#[must_use]
pub fn is_scanner(descriptor: &Descriptor) -> bool {
    descriptor.has_collection(POS_PAGE, SCANNER)
}

#[cfg(test)]
mod tests {
    use super::{PosFields, is_scanner};
    use crate::decode::descriptor::Descriptor;
    use crate::decode::vectors;

    const HONEYWELL_LIKE: &str = "058c0902a1010912a1028502150026ff00750895010501093b81029503058c09fb09fc09fd8102953809fe820201\
        95020666ff0904090581 02058c09ff25017501950181027507950181 03c0c0";

    #[test]
    fn a_descriptor_says_where_the_fields_are() {
        let descriptor = Descriptor::parse(&vectors::hex(&HONEYWELL_LIKE.replace(' ', ""))).unwrap();
        assert!(is_scanner(&descriptor));
        assert_eq!(PosFields::find(&descriptor), Some(PosFields::A));
    }

    #[test]
    fn a_keyboard_is_not_a_scanner() {
        let boot = "05010906a101050719e029e7150025017501950881029501750881039505750105081901290591029501750391039506\
            7508150026ff000507190 02aff008100c0";
        let descriptor = Descriptor::parse(&vectors::hex(&boot.replace(' ', ""))).unwrap();
        assert!(!is_scanner(&descriptor));
        assert_eq!(PosFields::find(&descriptor), None);
        let fields = crate::decode::hid_keyboard::KeyFields::find(&descriptor);
        assert_eq!(fields, Some(crate::decode::hid_keyboard::KeyFields::default()));
    }
}
