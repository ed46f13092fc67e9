//! Where a keyboard report keeps its modifiers and its keys.
//!
//! The boot report (HID 1.11, appendix B.1) is the default; a device whose descriptor puts them elsewhere, that uses
//! report ids, or that sends a bit for each key, is read by its descriptor. Keys of a bitmap that go down together are
//! taken in the order of their bits: there is no other. Deliberately absent: modifiers that begin inside a byte.

use std::ops::Range;

use crate::decode::descriptor::{Descriptor, Field, InputReport};

/// HID usage page of keys.
const KEYBOARD_PAGE: u16 = 0x07;
/// First modifier on that page; they are eight.
const MODIFIERS: u16 = 0xe0;

/// Places in a keyboard report, in bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyFields {
    report_id: Option<u8>,
    modifiers: usize,
    keys: Places,
}

/// Where the keys are.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Places {
    /// Bytes that hold a usage each.
    Slots(Range<usize>),
    /// A bit for each usage.
    Bits(Vec<(usize, u8)>),
}

impl Default for KeyFields {
    fn default() -> Self {
        Self { report_id: None, modifiers: 0, keys: Places::Slots(2..8) }
    }
}

impl KeyFields {
    /// Finds the fields in a report descriptor, an array of keys before a bitmap; `None` if there are no keys that can be
    /// read (use the boot protocol).
    #[must_use]
    pub fn find(descriptor: &Descriptor) -> Option<Self> {
        let by = |places: fn(&InputReport) -> Option<Places>| {
            descriptor.input_reports().find_map(|it| Self::of(it, places(it)?))
        };
        by(slots).or_else(|| by(bits))
    }

    fn of(report: &InputReport, keys: Places) -> Option<Self> {
        let first = report.fields().find(|it| it.has(KEYBOARD_PAGE, MODIFIERS) && !it.array)?.bits.start;
        (first % 8 == 0).then_some(Self { report_id: report.id, modifiers: first / 8, keys })
    }

    /// Modifiers of a report, and into `keys` what is down, in order; a report that is short has fewer keys, one of
    /// another id none.
    pub(super) fn read(&self, report: &[u8], keys: &mut Vec<u8>) -> Option<u8> {
        if self.report_id.is_some() && report.first().copied() != self.report_id {
            return None;
        }
        let modifiers = *report.get(self.modifiers)?;
        match &self.keys {
            Places::Slots(range) => keys.extend_from_slice(report.get(range.start..range.end.min(report.len()))?),
            Places::Bits(bits) => {
                let is_down = |bit: usize| report.get(bit / 8).is_some_and(|it| it >> (bit % 8) & 1 == 1);
                keys.extend(bits.iter().filter(|(bit, _)| is_down(*bit)).map(|(_, usage)| usage));
            }
        }
        Some(modifiers)
    }
}

fn slots(report: &InputReport) -> Option<Places> {
    let keys = report.fields().find(|it| it.array && it.page == KEYBOARD_PAGE && it.bits_each() == 8)?;
    let (start, end) = (keys.bits.start, keys.bits.end);
    (start % 8 == 0 && end % 8 == 0).then_some(Places::Slots(start / 8..end / 8))
}

fn bits(report: &InputReport) -> Option<Places> {
    let usage = |it: &Field| {
        let (first, last) = *it.usages.first()?;
        let single = !it.array && it.page == KEYBOARD_PAGE && it.bits_each() == 1 && it.count == 1 && first == last;
        u8::try_from(first).ok().filter(|_| single && first < MODIFIERS)
    };
    let bits: Vec<(usize, u8)> = report.fields().filter_map(|it| Some((it.bits.start, usage(it)?))).collect();
    (!bits.is_empty()).then_some(Places::Bits(bits))
}

#[cfg(test)]
mod tests {
    use super::KeyFields;
    use crate::decode::descriptor::Descriptor;
    use crate::decode::vectors::hex;

    /// Report 5: modifiers, then a bit for each usage from 0x04 to 0x73 (Usage Minimum and Maximum).
    const BITMAP: &str = "05010906a1018505050719e029e7150025017501950881021904297315002501750195708102c0";
    /// Report 1: a reserved byte, modifiers, four slots.
    const SHIFTED: &str =
        "05010906a10185017508950181 03050719e029e71500250175019508810295047508150026ff00190029ff8100c0";

    #[track_caller]
    fn check(descriptor: &str, report: &str, expected: Option<(u8, &[u8])>) {
        let fields = KeyFields::find(&Descriptor::parse(&hex(&descriptor.replace(' ', ""))).unwrap()).unwrap();
        let mut keys = Vec::new();
        let modifiers = fields.read(&hex(report), &mut keys);
        assert_eq!(modifiers.map(|it| (it, keys.as_slice())), expected, "{report}");
    }

    #[test]
    fn keys_are_found_where_the_descriptor_puts_them() {
        check(SHIFTED, "01000204050000", Some((0x02, &[4, 5, 0, 0])));
        check(SHIFTED, "010002", Some((0x02, &[])));
        check(SHIFTED, "02000204050000", None);
    }

    #[test]
    fn a_bit_for_each_key_is_read_as_the_key() {
        check(BITMAP, "0502030000000000000000000000000000", Some((0x02, &[4, 5])));
        check(BITMAP, "05000000000010000000000000000080", Some((0x00, &[0x28, 0x73])));
        check(BITMAP, "050003", Some((0x00, &[4, 5])));
        check(BITMAP, "0602030000000000000000000000000000", None);
    }
}
