//! The names of codes in uploads: by side, original time, content, and which of several equal ones it is.
//!
//! A dump that is sent again, whole or longer, gives the same names; ten equal boxes of one second keep ten.
//! Deliberately absent: remembering what was uploaded, which the journal does.

use jiff::Timestamp;

use crate::domain::LaneId;

/// Names the codes of one upload in their order.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    last: Option<(Timestamp, u64)>,
    ordinal: u32,
}

impl Keys {
    /// The name of the next code: at most 128 printable characters for a side's name of 32.
    pub fn next(&mut self, lane: &LaneId, event_time: Timestamp, code: &[u8]) -> String {
        let mark = (event_time, fingerprint(code));
        self.ordinal = if self.last == Some(mark) { self.ordinal.saturating_add(1) } else { 0 };
        self.last = Some(mark);
        format!("batch:{lane}:{}:{}:{:016x}", event_time.as_microsecond(), self.ordinal, mark.1)
    }
}

/// FNV-1a, 64 bits (draft-eastlake-fnv): the same in every build, which the standard library's hash is not.
fn fingerprint(bytes: &[u8]) -> u64 {
    const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    bytes.iter().fold(BASIS, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use super::{Keys, fingerprint};
    use crate::domain::LaneId;

    #[test]
    fn an_upload_names_its_codes_the_same_every_time_and_equal_ones_apart() {
        let lane = LaneId::new("gun");
        let name = |codes: &[(&str, &str)]| -> Vec<String> {
            let mut keys = Keys::default();
            codes.iter().map(|(time, code)| keys.next(&lane, time.parse().unwrap(), code.as_bytes())).collect()
        };
        let dump = [
            ("2026-03-10T08:00:00Z", "BOX"),
            ("2026-03-10T08:00:00Z", "BOX"),
            ("2026-03-10T08:00:01Z", "BOX"),
            ("2026-03-10T08:00:01Z", "AT-1"),
        ];
        let (first, longer) = (name(&dump[..3]), name(&dump));
        assert_eq!(first, longer[..3]);
        let different: std::collections::BTreeSet<_> = longer.iter().collect();
        assert_eq!(different.len(), 4, "{longer:?}");
        assert!(longer.iter().all(|it| it.len() <= 128 && it.is_ascii()));
    }

    #[test]
    fn the_fingerprint_is_the_published_one() {
        assert_eq!(fingerprint(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fingerprint(b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(fingerprint(b"foobar"), 0x8594_4171_f739_67e8);
    }
}
