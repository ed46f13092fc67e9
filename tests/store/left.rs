//! What a killed writer left in the WAL is copied into the database soon after the next start, so that it never adds up.
//!
//! Deliberately absent: how long a start takes, which the benches measure.

use std::{fs, path::Path};

use rusqlite::Connection;
use scanstation::store::Store;

use super::{Bench, moment, options};

/// The last event in the database file alone, without its WAL; nothing while it is being written.
fn alone(data: &Path) -> Option<i64> {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("station.db");
    fs::copy(data.join("station.db"), &copy).unwrap();
    Connection::open(copy).ok()?.query_row("SELECT max(seq) FROM event", [], |row| row.get(0)).ok()
}

#[test]
fn what_a_killed_writer_left_in_the_wal_is_in_the_database_soon_after_the_next_start() {
    let mut bench = Bench::new();
    let unit = bench.unit("AT-000001", "S1");
    let last = {
        let ann = bench.person("Ann", "1");
        bench.answer(unit, None, Some(ann))
    };
    let killed = tempfile::tempdir().unwrap();
    for name in ["station.db", "station.db-wal", "station.mark", "station.key"] {
        fs::copy(bench.path().join(name), killed.path().join(name)).unwrap();
    }
    assert!(alone(killed.path()) < Some(last), "the WAL alone has it");
    let store = Store::open(&options(killed.path()), moment(900)).unwrap();
    assert!(store.opening().damage.is_empty());
    // The copy is made by a thread of its own; this gives it ten thousand looks.
    let copied = (0..10_000).any(|_| alone(killed.path()) == Some(last));
    assert!(copied, "the WAL was not copied");
    drop(store);
}
