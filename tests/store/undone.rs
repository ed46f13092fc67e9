//! SQLite may undo a whole group by itself: nothing of it is kept, and what is told is what went wrong first.
//!
//! A trigger that rolls back stands for a disk that becomes full in the middle of a statement; SQLite does the same then.
//! Deliberately absent: a group that cannot be committed, which `faults` and `counter::trust` try.

use rusqlite::Connection;
use scanstation::domain::{EventKind, NewEvent};

use super::{Bench, moment};
use crate::bench::{ANA, Bench as Station, DRILL, SAW};

/// From the next scan of this tag on the disk gives up.
fn give_up(database: &std::path::Path, tag: &str) {
    let script = format!(
        "CREATE TRIGGER gives_up BEFORE INSERT ON scan WHEN cast(NEW.payload AS TEXT) = '{tag}' \
         BEGIN SELECT RAISE(ROLLBACK, 'the disk gave up'); END"
    );
    Connection::open(database.join("station.db")).unwrap().execute_batch(&script).unwrap();
}

#[test]
fn a_group_that_sqlite_undid_names_the_first_cause() {
    let mut station = Station::crib();
    station.all_good(&[ANA, DRILL]);
    give_up(station.path(), SAW);
    let head = station.ledger().len();
    let heard = station.scan(SAW);
    assert!(!heard.recorded);
    assert!(heard.why().contains("write the scan into the journal: the disk gave up"), "{}", heard.why());
    assert_eq!(station.ledger().len(), head, "nothing of it stays");
    Connection::open(station.path().join("station.db")).unwrap().execute_batch("DROP TRIGGER gives_up").unwrap();
    station.scan(SAW).good("Out to Ana: Makita HS7601, due 17:00");
    station.verify();
}

#[test]
fn a_store_that_sqlite_undid_goes_back_to_where_the_group_began() {
    let mut bench = Bench::new();
    bench.unit("AT-000001", "");
    let script =
        "CREATE TRIGGER gives_up BEFORE INSERT ON event WHEN NEW.kind = 6 BEGIN SELECT RAISE(ROLLBACK, 'x'); END";
    Connection::open(bench.path().join("station.db")).unwrap().execute_batch(script).unwrap();
    let head = bench.store().head();
    let store = bench.store();
    store.begin().unwrap();
    store.savepoint().unwrap();
    store.record_events(None, &[NewEvent::new(EventKind::Observed)], moment(50)).unwrap();
    store.release().unwrap();
    store.savepoint().unwrap();
    assert!(store.record_events(None, &[NewEvent::new(EventKind::Refused)], moment(50)).is_err());
    assert!(store.is_undone());
    store.rollback_to().unwrap();
    assert!(store.is_undone(), "there is nothing left to keep");
    assert!(store.savepoint().is_err() && store.commit().is_err());
    assert_eq!(store.head(), head);
    assert!(!store.is_undone());
    let found = store.within(|store| store.record_events(None, &[NewEvent::new(EventKind::Refused)], moment(51)));
    assert_eq!(found.unwrap_err().to_string(), "append to the ledger: x");
    bench.store().within(|store| store.record_events(None, &[NewEvent::new(EventKind::Observed)], moment(52))).unwrap();
    assert!(bench.verify().ok);
}
