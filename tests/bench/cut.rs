//! Power that goes away: the store's files as they were at that instant, their ends torn, and a start on them.
//!
//! What was answered was synced, so a cut leaves all of it, perhaps with half a write behind it, and a mark that lags. A
//! disk that lied lost answered writes, and then the start must say so.
//! Deliberately absent: a kernel that reorders; SQLite's own tests have that.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::Bench;

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// Where in a WAL the commits of its present generation end, oldest first.
fn commits(wal: &[u8]) -> Vec<usize> {
    let Some(header) = wal.get(..HEADER) else { return Vec::new() };
    let page = usize::try_from(u32::from_be_bytes(header[8..12].try_into().unwrap())).unwrap();
    let (mut at, mut found) = (HEADER, Vec::new());
    while let Some(frame) = wal.get(at..at + FRAME_HEADER + page).filter(|it| it[8..16] == header[16..24]) {
        at += frame.len();
        if frame[4..8] != [0; 4] {
            found.push(at);
        }
    }
    found
}

/// How the files' ends look after a cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Torn {
    /// Nothing was being written.
    Clean,
    /// Half a frame behind the last commit, the mark not yet written.
    Wal(usize),
    /// The newest slot of the mark is half written.
    Mark(usize),
}

impl Bench {
    /// Power goes away and comes back: the station starts on what was on disk, with its ends torn.
    pub(crate) fn power_cut(&mut self, torn: Torn) -> &mut Self {
        let copy = self.snapshot();
        self.stop();
        for name in ["station.db-shm", "station.db-wal"] {
            drop(fs::remove_file(self.path().join(name)));
        }
        tear(copy.path(), torn);
        for entry in fs::read_dir(copy.path()).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), self.path().join(entry.file_name())).unwrap();
        }
        let store = self.open();
        assert_eq!(store.opening().damage, Vec::<String>::new(), "{torn:?}");
        self.start(store);
        self
    }

    /// What a start says on a copy that lacks the last commits; `None` if there is no commit to lose, or if what is lost is
    /// only a signature over events that are all there.
    pub(crate) fn lost_writes(&self, commits_lost: usize) -> Option<Vec<String>> {
        let copy = self.snapshot();
        let path = copy.path().join("station.db-wal");
        let wal = fs::read(&path).unwrap();
        let found = commits(&wal);
        let end = *found.get(found.len().checked_sub(commits_lost + 1)?)?;
        fs::write(&path, &wal[..end]).unwrap();
        let mut options = scanstation::store::Options::new(copy.path(), self.options.station.clone());
        options.wal_bytes_min = 0;
        // Pages of the lost commits may have reached the database already: then it is damaged, and that is said, too.
        let opened = scanstation::store::Store::open(&options, self.now());
        let head = self.work(|store, _| store.head().0);
        if opened.as_ref().is_ok_and(|it| it.opening().damage.is_empty() && it.head().0 == head) {
            return None;
        }
        Some(opened.map_or_else(|it| vec![it.to_string()], |it| it.opening().damage.clone()))
    }

    /// The files as they are now; the station is idle between two scans.
    fn snapshot(&self) -> TempDir {
        self.work(|_, _| ());
        let copy = tempfile::tempdir_in(self.path().parent().unwrap()).unwrap();
        let path = |name: &str| -> PathBuf { self.path().join(name) };
        // Only the present generation of the WAL: what lies behind it was never this one's.
        let wal = fs::read(path("station.db-wal")).unwrap_or_default();
        let end = commits(&wal).last().copied().unwrap_or(wal.len().min(HEADER));
        fs::write(copy.path().join("station.db-wal"), &wal[..end]).unwrap();
        for name in ["station.db", "station.mark", "station.key"] {
            fs::copy(path(name), copy.path().join(name)).unwrap();
        }
        copy
    }
}

fn tear(folder: &Path, torn: Torn) {
    match torn {
        Torn::Clean => {}
        Torn::Wal(length) => {
            let path = folder.join("station.db-wal");
            let mut wal = fs::read(&path).unwrap();
            let frame: Vec<u8> = wal.get(HEADER..).unwrap_or_default().iter().take(length).copied().collect();
            wal.extend(frame);
            fs::write(&path, wal).unwrap();
        }
        Torn::Mark(length) => {
            let path = folder.join("station.mark");
            let mut mark = fs::read(&path).unwrap();
            let number = |slot: usize| {
                mark.get(slot * 512 + 8..slot * 512 + 16).map(|it| i64::from_le_bytes(it.try_into().unwrap()))
            };
            let newest = usize::from(number(1) > number(0));
            for byte in mark.iter_mut().skip(newest * 512 + length % 72).take(16) {
                *byte ^= 0x5a;
            }
            fs::write(&path, mark).unwrap();
        }
    }
}
