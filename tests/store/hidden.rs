//! Words that were taken away, or put beside a hash, by somebody who is no purge: the chain holds, and `verify` names them.
//!
//! Deliberately absent: a purge itself, which is `purge`; a past that was rewritten, which is `forged`.

use rusqlite::Connection;
use scanstation::domain::{EventClass, EventKind, EventSeq};

use super::Bench;
use super::purge::{days, lent, of, purge, scanned};

/// Changes the file from outside, with the triggers away, and returns what verify says.
fn forged(bench: &Bench, statement: &str) -> Vec<String> {
    let file = Connection::open(bench.path().join("station.db")).unwrap();
    let fixed: String =
        file.query_row("SELECT sql FROM sqlite_schema WHERE name = 'event_fixed'", [], |row| row.get(0)).unwrap();
    file.execute_batch("DROP TRIGGER event_fixed").unwrap();
    file.execute_batch(statement).unwrap();
    file.execute_batch(&fixed).unwrap();
    drop(file);
    let found = bench.verify();
    assert!(!found.ok && !found.is_declared(), "{found:?}");
    found.sentences
}

/// Takes words away as a purge does, without its tombstone; SQLite alone cannot hash them, so the hash is handed in.
fn hide(bench: &Bench, seq: EventSeq) -> Vec<String> {
    use sha2::Digest as _;
    let file = Connection::open(bench.path().join("station.db")).unwrap();
    let (salt, body): (Vec<u8>, String) = file
        .query_row("SELECT salt, body FROM event WHERE seq = ?", [seq.0], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    let hash = scanstation::store::hex(&sha2::Sha256::digest([salt.as_slice(), body.as_bytes()].concat()));
    drop(file);
    let seq = seq.0;
    forged(bench, &format!("UPDATE event SET salt = NULL, body = NULL, body_hash = x'{hash}' WHERE seq = {seq}"))
}

#[test]
fn words_that_are_missing_without_a_purge_are_a_finding() {
    let mut bench = Bench::new();
    let (_, _, [out, ..]) = lent(&mut bench);
    let looked = scanned(&mut bench, "LOOKED", &[of(EventKind::Observed, "LOOKED"), of(EventKind::Observed, "SEEN")]);
    purge(bench.store(), &[EventClass::Movements], days(1), days(9));
    let tombstone = bench.store().head().0;
    bench.store = None;
    assert!(bench.verify().ok);
    let (first, second) = (looked.0, looked.0 + 1);
    assert_eq!(
        hide(&bench, looked),
        [format!("Event {first} has no words, and no purge says that it took them: they were removed.")]
    );
    assert_eq!(
        hide(&bench, EventSeq(second)),
        [format!("Events {first} to {second} have no words, and no purge says that it took them: they were removed.")]
    );
    // The purge that names others is no cover, and its own words cannot go.
    let said = hide(&bench, tombstone);
    let seq = tombstone.0;
    assert!(
        said.contains(&format!("Event {seq} has no words, and no purge takes those of its kind: they were removed.")),
        "{said:?}"
    );
    assert!(said.iter().any(|it| it.starts_with(&format!("Events {} to ", out.0))), "{said:?}");
}

#[test]
fn words_that_stand_again_where_a_purge_took_them_are_a_finding() {
    let mut bench = Bench::new();
    let (_, _, [out, back, _]) = lent(&mut bench);
    let file = Connection::open(bench.path().join("station.db")).unwrap();
    let (salt, words): (String, String) = file
        .query_row("SELECT hex(salt), body FROM event WHERE seq = ?", [out.0], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    drop(file);
    purge(bench.store(), &[EventClass::Movements], days(1), days(9));
    bench.store = None;
    let seq = out.0;
    // The chain covers the hash that the purge left, so that any words would do beside it.
    let said = forged(&bench, &format!("UPDATE event SET body = '{{\"by\":\"somebody\"}}' WHERE seq = {seq}"));
    assert_eq!(said[0], format!("Event {seq} has words beside the hash that a purge leaves: it was changed."));
    let said = forged(
        &bench,
        &format!("UPDATE event SET salt = x'{salt}', body = '{words}', body_hash = NULL WHERE seq = {seq}"),
    );
    assert_eq!(
        said,
        [format!(
            "Event {seq} has words or another kind, and a purge says that it took the words: the ledger was changed."
        )]
    );
    assert_eq!(bench.verify().purged[0].up_to, back);
}
