//! What a purge would take, read beside whoever writes: the same events by the same rules, and nothing changes.
//!
//! Deliberately absent: asking who may know it; whoever reads the store's folder does.

use std::path::Path;

use super::{PIECE_EVENTS, PurgeOrder, PurgeReport, copies, ordered};
use crate::domain::{EventSeq, Moment};
use crate::store::Reader;
use crate::store::error::StoreError;
use crate::store::purgeable::{self, Fate};

impl Reader {
    /// What a purge of these classes would take; nothing changes.
    ///
    /// # Errors
    /// As [`Purge::new`], but that no reason is needed.
    pub fn rehearse_purge(&self, orders: &[PurgeOrder], now: Moment) -> Result<PurgeReport, StoreError> {
        let (orders, mut report) = ordered(orders, now)?;
        let mut open = OpenScan::default();
        let mut after = 0;
        while let Some(first) = purgeable::next(&self.connection, after)? {
            after = first.saturating_add(PIECE_EVENTS - 1);
            for it in purgeable::candidates(&self.connection, first, after)? {
                let fate = it.fate(&self.connection, &orders)?;
                report.scans += u64::from(open.ends_before(it.scan));
                open.sees(it.scan, fate);
                let Some(class) = report.classes.iter_mut().find(|known| known.class == it.class) else { continue };
                match fate {
                    Fate::Due => {
                        class.events += 1;
                        class.up_to = Some(EventSeq(it.seq));
                    }
                    Fate::Needed => class.needed += 1,
                    Fate::Gone | Fate::Kept => {}
                }
            }
        }
        report.scans += u64::from(open.ends_before(None));
        report.copies = self.connection.path().and_then(|it| Path::new(it).parent()).map(copies).unwrap_or_default();
        Ok(report)
    }
}

/// The scan whose events are being looked at, which stand together.
#[derive(Default)]
struct OpenScan {
    scan: Option<i64>,
    any_due: bool,
    any_stays: bool,
}

impl OpenScan {
    /// Whether the scan ends here and loses its words.
    fn ends_before(&mut self, next: Option<i64>) -> bool {
        if next.is_some() && next == self.scan {
            return false;
        }
        let ended = std::mem::replace(self, Self { scan: next, ..Self::default() });
        ended.scan.is_some() && ended.any_due && !ended.any_stays
    }

    fn sees(&mut self, scan: Option<i64>, fate: Fate) {
        if scan.is_some() {
            self.any_due |= fate == Fate::Due;
            self.any_stays |= matches!(fate, Fate::Needed | Fate::Kept);
        }
    }
}
