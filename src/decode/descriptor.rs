//! HID report descriptors: what a device says about the bytes it sends (HID 1.11, 6.2.2).
//!
//! Untrusted like everything that comes over the wire: any bytes, always an answer, and never more memory than the
//! limits allow. It is our own because the crate for it panics on a missing usage page (see `docs/decisions`).
//! Deliberately absent: units, ranges of values, output and feature reports, and what fields mean.

use std::ops::Range;

/// Longest descriptor that is looked at, bytes; real ones have 50 to 300.
pub const DESCRIPTOR_MAX: usize = 4096;
/// Most bits in one report; a full-speed report has 512.
const BITS_MAX: usize = 65_536;
/// Most fields in all reports together.
const FIELDS_MAX: usize = 4096;
/// Deepest nesting of collections and of pushed globals; real descriptors have 2 to 4.
const DEPTH_MAX: usize = 16;

/// A parsed report descriptor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Descriptor {
    reports: Vec<InputReport>,
}

/// One input report a device may send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputReport {
    /// Its id, the first byte on the wire; `None` if the device uses no ids.
    pub id: Option<u8>,
    fields: Vec<Field>,
    bits: usize,
}

/// One field of an input report; equal neighbours are one field with a count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Usage page.
    pub page: u16,
    /// First and last usage on that page, one pair a run.
    pub usages: Vec<(u16, u16)>,
    /// The usage page and usage of each collection around it, outermost first.
    pub collections: Vec<(u16, u16)>,
    /// Where it lies, bits from the start of the report, the id's byte counted.
    pub bits: Range<usize>,
    /// Elements in it.
    pub count: usize,
    /// An array: its values are usages.
    pub array: bool,
}

impl Descriptor {
    /// Parses a report descriptor; `None` if it is damaged or past the limits.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > DESCRIPTOR_MAX {
            return None;
        }
        let mut parser = Parser::default();
        let mut rest = bytes;
        while let [prefix, tail @ ..] = rest {
            let length = match prefix {
                0xfe => return None, // Long items are reserved; no device uses them.
                _ => [0, 1, 2, 4].get(usize::from(prefix & 0x03)).copied()?,
            };
            let (value, after) = tail.split_at_checked(length)?;
            let value = value.iter().rev().fold(0_u32, |sum, it| (sum << 8) | u32::from(*it));
            parser.item(prefix & 0xfc, value, length == 4)?;
            rest = after;
        }
        parser.collections.is_empty().then_some(Self { reports: parser.reports })
    }

    /// Its input reports.
    pub fn input_reports(&self) -> impl Iterator<Item = &InputReport> {
        self.reports.iter()
    }

    /// The longest input report, bytes, its id counted; `None` if there is none.
    #[must_use]
    pub fn report_max(&self) -> Option<usize> {
        self.reports.iter().map(|it| it.bits.div_ceil(8)).max().filter(|it| *it > 0)
    }

    /// Whether a field lies in a collection of this usage: what sort of device it is.
    #[must_use]
    pub fn has_collection(&self, page: u16, usage: u16) -> bool {
        self.reports.iter().flat_map(InputReport::fields).any(|it| it.collections.contains(&(page, usage)))
    }
}

impl InputReport {
    /// Its fields in the order of the report, padding left out.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter()
    }
}

impl Field {
    /// Whether the field carries this usage.
    #[must_use]
    pub fn has(&self, page: u16, usage: u16) -> bool {
        self.page == page && self.usages.iter().any(|(first, last)| (*first..=*last).contains(&usage))
    }

    /// Width of one element, bits.
    #[must_use]
    pub fn bits_each(&self) -> usize {
        self.bits.len().checked_div(self.count).unwrap_or(0)
    }
}

/// State items that hold until they are changed (6.2.2.7).
#[derive(Clone, Copy, Default)]
struct Globals {
    page: u16,
    size: usize,
    count: usize,
    id: Option<u8>,
}

/// A run of usages, its page and its ends.
type Run = (u16, u16, u16);

#[derive(Default)]
struct Parser {
    globals: Globals,
    saved: Vec<Globals>,
    usages: Vec<(Option<u16>, u16, u16)>,
    usage_first: Option<(Option<u16>, u16)>,
    collections: Vec<(u16, u16)>,
    reports: Vec<InputReport>,
    fields: usize,
}

impl Parser {
    /// Takes one item; `None` if a limit is passed.
    fn item(&mut self, tag: u8, value: u32, extended: bool) -> Option<()> {
        let [low, high] = [value & 0xffff, value >> 16].map(|it| u16::try_from(it).unwrap_or(u16::MAX));
        let page = extended.then_some(high);
        match tag {
            0x04 => self.globals.page = low,
            0x74 => self.globals.size = usize::try_from(value).ok()?,
            0x84 => self.globals.id = Some(u8::try_from(value).ok()?),
            0x94 => self.globals.count = usize::try_from(value).ok()?,
            0xa4 if self.saved.len() < DEPTH_MAX => self.saved.push(self.globals),
            0xb4 => self.globals = self.saved.pop()?,
            0x08 => self.usages.push((page, low, low)),
            0x18 => self.usage_first = Some((page, low)),
            0x28 => {
                // Some Cypress readers publish the two ends swapped (hid-cypress.c of Linux).
                let (page, first) = self.usage_first.take()?;
                self.usages.push((page, first.min(low), first.max(low)));
            }
            0x80 => self.input(value)?,
            0x90 | 0xb0 => self.end_locals(),
            0xa0 if self.collections.len() < DEPTH_MAX => {
                let around = self.runs().first().map_or((0, 0), |(page, first, _)| (*page, *first));
                self.collections.push(around);
                self.end_locals();
            }
            0xc0 => {
                self.collections.pop()?;
                self.end_locals();
            }
            0xa4 | 0xa0 => return None,
            _ => {}
        }
        Some(())
    }

    /// An Input item: fields of the report that the current id names.
    fn input(&mut self, flags: u32) -> Option<()> {
        let Globals { size, count, id, .. } = self.globals;
        let runs = self.runs();
        self.end_locals();
        let total = size.checked_mul(count).filter(|it| *it <= BITS_MAX)?;
        let place = self.reports.iter().position(|it| it.id == id).unwrap_or_else(|| {
            let bits = if id.is_some() { 8 } else { 0 };
            self.reports.push(InputReport { id, fields: Vec::new(), bits });
            self.reports.len() - 1
        });
        let report = self.reports.get_mut(place)?;
        let start = report.bits;
        report.bits = start.checked_add(total).filter(|it| *it <= BITS_MAX)?;
        let (constant, variable) = (flags & 0x01 != 0, flags & 0x02 != 0);
        if constant || total == 0 || runs.is_empty() {
            return Some(());
        }
        let collections = &self.collections;
        let field = |page, usages, from: usize, count: usize, array| Field {
            page,
            usages,
            collections: collections.clone(),
            bits: start + from * size..start + (from + count) * size,
            count,
            array,
        };
        if variable {
            let shares = shares(&runs, count);
            report.fields.extend(
                shares
                    .into_iter()
                    .map(|(page, usage, from, count)| field(page, vec![(usage, usage)], from, count, false)),
            );
        } else {
            let (page, ..) = *runs.first()?;
            let usages = runs.iter().filter(|it| it.0 == page).map(|(_, first, last)| (*first, *last)).collect();
            report.fields.push(field(page, usages, 0, count, true));
        }
        self.fields = self.reports.iter().map(|it| it.fields.len()).sum();
        (self.fields <= FIELDS_MAX).then_some(())
    }

    /// The usages collected for the next main item; a page that was not given with a usage is the global one.
    fn runs(&self) -> Vec<Run> {
        self.usages.iter().map(|(page, first, last)| (page.unwrap_or(self.globals.page), *first, *last)).collect()
    }

    fn end_locals(&mut self) {
        self.usages.clear();
        self.usage_first = None;
    }
}

/// Deals usages out to the elements of a variable field: one each, the last for all that remain (6.2.2.8).
///
/// Gives page, usage, first element and number of elements.
fn shares(runs: &[Run], count: usize) -> Vec<(u16, u16, usize, usize)> {
    let each = runs.iter().flat_map(|(page, first, last)| (*first..=*last).map(|usage| (*page, usage)));
    let mut out: Vec<_> =
        each.take(count.min(FIELDS_MAX)).zip(0..).map(|((page, usage), at)| (page, usage, at, 1)).collect();
    if let Some((_, _, from, length)) = out.last_mut() {
        *length = count - *from;
    }
    out
}

#[cfg(test)]
mod tests {
    use hidreport::Report as _;

    use super::Descriptor;
    use crate::decode::vectors;

    /// Descriptors for the tests of this room: a boot keyboard and a scanner with report ids.
    const DESCRIPTORS: [&str; 4] = [
        // HID 1.11, appendix E.6: a keyboard.
        "05010906a101050719e029e7150025017501950881029501750881039505750105081901290591029501750391039506750815002665000507190029658100c0",
        // Appendix E.10: a mouse.
        "05010902a1010901a1000509190129031500250195037501810295017505810105010930093115812 57f750895028106c0c0",
        // A scanner after the HID POS Usage Tables 1.02, with a push and a pop in it.
        "058c0902a1010912a1028502150026ff00750895010501093b8102058ca4950309fb09fc09fd8102b4953809fe820201c0c0",
        // Two reports under two ids.
        "05010906a1018501050719e029e715002501750195088102c005010902a10185020509190129031500250195037501810295017505810 1c0",
    ];

    #[test]
    fn well_formed_descriptors_read_as_the_hidreport_crate_reads_them() {
        for text in DESCRIPTORS {
            let bytes = vectors::hex(&text.replace(' ', ""));
            let ours = Descriptor::parse(&bytes).unwrap();
            let theirs = hidreport::ReportDescriptor::try_from(bytes.as_slice()).unwrap();
            assert_eq!(ours.reports.len(), theirs.input_reports().len());
            for (ours, theirs) in ours.reports.iter().zip(theirs.input_reports()) {
                assert_eq!(ours.id, theirs.report_id().map(|it| u8::from(&it)));
                let covered = |bit: usize| ours.fields().find(|it| it.bits.contains(&bit));
                for field in theirs.fields() {
                    let (usage, array) = match field {
                        hidreport::Field::Variable(it) => (it.usage, false),
                        hidreport::Field::Array(it) => (it.usages()[0], true),
                        hidreport::Field::Constant(it) => {
                            assert_eq!(covered(it.bits.start), None);
                            continue;
                        }
                    };
                    let found = covered(field.bits().start).unwrap();
                    assert!(found.has(u16::from(&usage.usage_page), u16::from(&usage.usage_id)), "{text}: {field:?}");
                    assert_eq!(found.array, array);
                    assert!(found.bits.end >= field.bits().end);
                    assert_eq!(found.collections.len(), field.collections().len());
                }
            }
        }
    }

    #[test]
    fn a_damaged_descriptor_is_no_descriptor() {
        assert_eq!(Descriptor::parse(&[0x05]), None);
        assert_eq!(Descriptor::parse(&[0xfe, 0, 0]), None);
        assert_eq!(Descriptor::parse(&[0xc0]), None);
        assert_eq!(Descriptor::parse(&[0xb4]), None);
        assert_eq!(Descriptor::parse(&[0xa1, 0x01]), None);
        assert_eq!(Descriptor::parse(&[0x97, 0xff, 0xff, 0xff, 0xff, 0x75, 0x20, 0x09, 0x01, 0x81, 0x02]), None);
        assert_eq!(Descriptor::parse(&[]), Some(Descriptor::default()));
    }
}
