//! One flipped bit in the WAL: SQLite takes a damaged frame for the end of the WAL and says nothing; the mark must notice.
//!
//! A run takes some places; `SCANSTATION_LONG=1` takes every bit for what SQLite then sees, and every byte for a whole
//! start: minutes, on all cores. Deliberately absent: other damage.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::thread;

use scanstation::domain::EventSeq;
use scanstation::store::{Reader, Store};

use super::damage::{Killed, copy, killed, memory_folder};
use super::{moment, options};

/// Header of the WAL, header of a frame, and a frame, bytes.
const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
const FRAME: usize = FRAME_HEADER + 4_096;

fn is_long() -> bool {
    std::env::var_os("SCANSTATION_LONG").is_some()
}

/// Bits to flip: all of them, or all of the headers' bytes and some of the pages'.
fn places(killed: &Killed, of_a_byte: usize) -> Vec<usize> {
    let bytes = fs::read(wal(killed.folder.path())).unwrap().len();
    let chosen = |byte: usize| {
        let header = byte < HEADER || (byte - HEADER) % FRAME < FRAME_HEADER;
        is_long() || header || byte.is_multiple_of(397)
    };
    let all = (0..bytes).filter(|it| chosen(*it)).flat_map(|byte| (0..8).map(move |bit| byte * 8 + bit));
    if of_a_byte == 8 { all.collect() } else { all.filter(|it| it % 8 == (it / 8) % 8).collect() }
}

fn wal(folder: &Path) -> std::path::PathBuf {
    folder.join("station.db-wal")
}

fn flip(folder: &Path, bit: usize) {
    let file = OpenOptions::new().read(true).write(true).open(wal(folder)).unwrap();
    let (place, mut byte) = (u64::try_from(bit / 8).unwrap(), [0]);
    file.read_exact_at(&mut byte, place).unwrap();
    file.write_all_at(&[byte[0] ^ 1 << (bit % 8)], place).unwrap();
}

/// Tries all places on all cores; returns how many lost an answered event.
fn lost(places: &[usize], attempt: impl Fn(&Path, usize) -> bool + Sync) -> usize {
    let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    thread::scope(|scope| {
        let parts = places.chunks(places.len().div_ceil(cores).max(1));
        let attempt = &attempt;
        let threads: Vec<_> = parts
            .map(|part| {
                scope.spawn(move || {
                    let folder = memory_folder();
                    part.iter().filter(|it| attempt(folder.path(), **it)).count()
                })
            })
            .collect();
        threads.into_iter().map(|it| it.join().unwrap()).sum()
    })
}

#[track_caller]
fn bites(what: &str, lost: usize, tried: usize) {
    println!("{what}: {tried} flipped, {lost} lost an answered event, none of them silently");
    assert!(tried > 400 && lost > tried / 2, "{lost} of {tried} lost something: the test does not bite");
}

#[test]
fn a_start_tells_of_every_flipped_bit_that_loses_an_answered_event() {
    let killed = killed(3);
    let places = places(&killed, 1);
    let lost = lost(&places, |folder, bit| {
        for left in fs::read_dir(folder).unwrap().map(Result::unwrap).filter(|it| it.path().is_dir()) {
            fs::remove_dir_all(left.path()).unwrap();
        }
        drop(fs::remove_file(folder.join("station.db-shm")));
        copy(killed.folder.path(), folder);
        flip(folder, bit);
        let store = Store::open(&options(folder), moment(900)).unwrap();
        let opening = store.opening().clone();
        let missing = opening.head < killed.last;
        assert_eq!(missing, !opening.damage.is_empty(), "bit {bit}: {opening:?}");
        assert_eq!(missing, opening.kept_aside.is_some(), "bit {bit}");
        missing
    });
    bites("starts", lost, places.len());
}

/// What a start compares with the mark: the last event that SQLite sees is the answered one, or an earlier one.
#[test]
fn a_flipped_bit_changes_nothing_that_is_seen_or_leaves_an_earlier_end() {
    let killed = killed(3);
    let answered = Reader::open(killed.folder.path()).unwrap().head().unwrap();
    assert_eq!(answered.0, EventSeq(killed.last));
    let places = places(&killed, 8);
    let lost = lost(&places, |folder, bit| {
        if !folder.join("station.db").exists() {
            copy(killed.folder.path(), folder);
        }
        flip(folder, bit);
        // SQLite reads the WAL anew where there is no index of it; reading changes neither it nor the database.
        drop(fs::remove_file(folder.join("station.db-shm")));
        let head = Reader::open(folder).unwrap().head().unwrap();
        flip(folder, bit);
        assert!(head == answered || head.0 < answered.0, "bit {bit}: {head:?}");
        head.0 < answered.0
    });
    bites("views", lost, places.len());
    let folder = memory_folder();
    copy(killed.folder.path(), folder.path());
    assert_eq!(Reader::open(folder.path()).unwrap().head().unwrap(), answered, "the files were not changed");
}
