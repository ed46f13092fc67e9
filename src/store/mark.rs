//! The high-water mark: the last answered event, kept outside the database in `DATA/station.mark`.
//!
//! SQLite takes a damaged end of its WAL for its end, without an error, and the events behind it are gone; the mark
//! remembers that they were there. It is written after each commit without a sync of its own and synced at
//! checkpoints, so it may lag behind the ledger and never leads it. Two slots, each with a checksum, are written in turn:
//! a torn write leaves the other.
//! Deliberately absent: what to do about a difference, which is in `opening`.

use std::{
    fs::File,
    io::ErrorKind,
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};

use super::{
    backup::sync_folder,
    chain::Hash,
    error::{StoreError, file},
    owned,
};

/// Name of the mark file in the store's folder.
pub(super) const FILE: &str = "station.mark";

const MAGIC: &[u8; 8] = b"scanmrk1";
/// Each slot has a sector of its own, the unit in which disks tear.
const SLOT_STRIDE: u64 = 512;
const SUM_LEN: usize = 16;
const SLOT_LEN: usize = 8 + 8 + 8 + 32 + SUM_LEN;

/// The last answered event and the last scan of the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Number of the event.
    pub seq: i64,
    /// Its hash.
    pub head: Hash,
    /// Number of the last scan.
    pub scan: i64,
}

/// The open mark file.
#[derive(Debug)]
pub(super) struct MarkFile {
    open: File,
    path: PathBuf,
    next_slot: u64,
}

impl MarkFile {
    /// Opens the mark in `data`, or makes an empty one with mode 0600.
    pub(super) fn open(data: &Path) -> Result<(Self, Option<Mark>), StoreError> {
        let path = data.join(FILE);
        let open = owned::open(&path, 0o600).map_err(file("open the mark", &path))?;
        let [first, second] = [slot(&open, 0), slot(&open, 1)];
        let newest = newer(first, second);
        // Never overwrite the newest valid slot.
        let next_slot = u64::from(newest.is_some() && newest == first);
        Ok((Self { open, path, next_slot }, newest))
    }

    /// Writes the first mark of a file that has none, on disk with its name: from then on a missing one is damage.
    pub(super) fn begin(&mut self, mark: &Mark, data: &Path) -> Result<(), StoreError> {
        self.write(mark)?;
        self.open.sync_all().map_err(file("sync the mark", &self.path))?;
        sync_folder(data)
    }

    /// Writes the mark without a sync.
    pub(super) fn write(&mut self, mark: &Mark) -> Result<(), StoreError> {
        self.open
            .write_all_at(&encode(mark), self.next_slot * SLOT_STRIDE)
            .map_err(file("write the mark", &self.path))?;
        self.next_slot = 1 - self.next_slot;
        Ok(())
    }

    /// Waits until the mark is on disk.
    pub(super) fn sync(&self) -> Result<(), StoreError> {
        self.open.sync_data().map_err(file("sync the mark", &self.path))
    }
}

/// The mark in `data`, if there is a valid one.
pub(super) fn read(data: &Path) -> Result<Option<Mark>, StoreError> {
    let path = data.join(FILE);
    match File::open(&path) {
        Ok(open) => Ok(newer(slot(&open, 0), slot(&open, 1))),
        Err(found) if found.kind() == ErrorKind::NotFound => Ok(None),
        Err(found) if found.kind() == ErrorKind::PermissionDenied => Err(StoreError::NotAllowed { path }),
        Err(found) => Err(file("open the mark", &path)(found)),
    }
}

fn newer(first: Option<Mark>, second: Option<Mark>) -> Option<Mark> {
    match (first, second) {
        (Some(first), Some(second)) if (second.seq, second.scan) > (first.seq, first.scan) => Some(second),
        (Some(first), _) => Some(first),
        (None, second) => second,
    }
}

fn encode(mark: &Mark) -> [u8; SLOT_LEN] {
    let mut slot = [0; SLOT_LEN];
    let text = [MAGIC.as_slice(), &mark.seq.to_le_bytes(), &mark.scan.to_le_bytes(), &mark.head].concat();
    let sum = Sha256::digest(&text);
    for (to, from) in slot.iter_mut().zip(text.iter().chain(sum.iter())) {
        *to = *from;
    }
    slot
}

fn slot(open: &File, number: u64) -> Option<Mark> {
    let mut found = [0; SLOT_LEN];
    open.read_exact_at(&mut found, number * SLOT_STRIDE).ok()?;
    let (magic, rest) = found.split_first_chunk::<8>()?;
    let (seq, rest) = rest.split_first_chunk::<8>()?;
    let (scan, rest) = rest.split_first_chunk::<8>()?;
    let (head, _) = rest.split_first_chunk::<32>()?;
    let mark = Mark { seq: i64::from_le_bytes(*seq), head: *head, scan: i64::from_le_bytes(*scan) };
    (magic == MAGIC && encode(&mark) == found).then_some(mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(seq: i64) -> Mark {
        Mark { seq, head: [7; 32], scan: seq * 2 }
    }

    #[test]
    fn the_newest_mark_is_read_back_and_a_torn_slot_leaves_the_other() {
        let folder = tempfile::tempdir().unwrap();
        let (mut marks, none) = MarkFile::open(folder.path()).unwrap();
        assert_eq!(none, None);
        for seq in 1..=5 {
            marks.write(&mark(seq)).unwrap();
            assert_eq!(read(folder.path()).unwrap(), Some(mark(seq)));
        }
        let newest = 1 - marks.next_slot;
        marks.open.write_all_at(&[0xff], newest * SLOT_STRIDE + 20).unwrap();
        assert_eq!(read(folder.path()).unwrap(), Some(mark(4)));
        let (mut marks, found) = MarkFile::open(folder.path()).unwrap();
        assert_eq!(found, Some(mark(4)));
        marks.write(&mark(6)).unwrap();
        assert_eq!(read(folder.path()).unwrap(), Some(mark(6)));
    }
}
