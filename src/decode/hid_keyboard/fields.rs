//! Where a keyboard report keeps its modifiers and its keys.
//!
//! The boot report (HID 1.11, appendix B.1) is the default; a device whose descriptor puts them elsewhere, or that uses
//! report ids, is read by its descriptor. Deliberately absent: key bitmaps: such a device is put into the boot protocol.

use std::ops::Range;

use crate::decode::descriptor::Descriptor;

/// HID usage page of keys.
const KEYBOARD_PAGE: u16 = 0x07;

/// Places in a keyboard report, in bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyFields {
    report_id: Option<u8>,
    modifiers: usize,
    slots: Range<usize>,
}

impl Default for KeyFields {
    fn default() -> Self {
        Self { report_id: None, modifiers: 0, slots: 2..8 }
    }
}

impl KeyFields {
    /// Finds the fields in a report descriptor; `None` if it has no key array on whole bytes (use the boot protocol).
    #[must_use]
    pub fn find(descriptor: &Descriptor) -> Option<Self> {
        descriptor.input_reports().find_map(|report| {
            let modifiers = report.fields().find(|it| it.has(KEYBOARD_PAGE, 0xe0) && !it.array)?;
            let keys = report.fields().find(|it| it.array && it.page == KEYBOARD_PAGE && it.bits_each() == 8)?;
            let (first, start, end) = (modifiers.bits.start, keys.bits.start, keys.bits.end);
            (first % 8 == 0 && start % 8 == 0 && end % 8 == 0).then_some(Self {
                report_id: report.id,
                modifiers: first / 8,
                slots: start / 8..end / 8,
            })
        })
    }

    /// Modifiers and key slots of a report; a report that is short has fewer slots, one of another id none.
    pub(super) fn split<'report>(&self, report: &'report [u8]) -> Option<(u8, &'report [u8])> {
        if self.report_id.is_some() && report.first().copied() != self.report_id {
            return None;
        }
        let modifiers = *report.get(self.modifiers)?;
        let end = self.slots.end.min(report.len());
        Some((modifiers, report.get(self.slots.start..end)?))
    }
}
