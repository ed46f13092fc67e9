//! Proves the ledger: recomputes the chain, the signatures, the mark, and custody from the events alone.
//!
//! It works on a copy, offline, beside a running station, and names the first number that is missing or does not fit.
//! Deliberately absent: mending anything.

use std::{
    fs,
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    thread,
};

use rusqlite::Connection;

use super::references::References;
use super::{
    FILE, Mark, backup, chain,
    checkpoint::{self, Checkpoint},
    checks::{Checks, Progress},
    connect, custody,
    error::{StoreError, file, sql},
    fold::Folded,
    looking, mark, migration,
    number::Numbered as _,
    purged::Purges,
    report::{Report, span},
    still,
    told::{self, Told},
    trust::Witness,
    walk::{Fit, Walk},
};
use crate::domain::{EventKind, EventSeq};

/// Pages that are kept while the check goes on beside a station, in KiB below zero, as SQLite counts them.
const CACHE_BESIDE: i64 = -256;
/// Events after which a caller is told how far it is.
const PROGRESS_EVENTS: u64 = 10_000;

/// Verifies the store in `data`, or a single database file, without the service.
///
/// Checkpoints must be signed with the key in `data`; without one, the report says that there was none to compare with.
/// `progress` is called every 10,000 events and may end the verification, which then says so and is not ok.
pub fn verify(
    data: &Path,
    checks: Checks,
    progress: impl FnMut(Progress) -> ControlFlow<()>,
) -> Result<Report, StoreError> {
    verify_signed(data, &[], &[], checks, progress)
}

/// Verifies as [`verify`] does, against what is known from elsewhere.
///
/// Checkpoints must be signed with one of `keys`, public halves in hexadecimal, if any is named. The ledger must contain
/// each event of `kept` as it was signed there, with a key that counts as for those in the ledger.
///
/// # Errors
/// [`StoreError::Key`] if one of `keys` is no public key.
pub fn verify_signed(
    data: &Path,
    keys: &[String],
    kept: &[Checkpoint],
    checks: Checks,
    mut progress: impl FnMut(Progress) -> ControlFlow<()>,
) -> Result<Report, StoreError> {
    let mut witness = Witness::of(data, keys)?;
    let path = if data.is_dir() { data.join(FILE) } else { data.to_owned() };
    connect::there(&path)?; // Before its mark: whoever may not read it is told so.
    let mark = if data.is_dir() { mark::read(data)? } else { None };
    let mut report = Report::new();
    witness.keep(kept, &mut report);
    let connection = match connect::reader(&path, 2_000) {
        Err(found @ (StoreError::Damaged { .. } | StoreError::Device { .. })) => {
            report.unreadable(&found);
            return Ok(report);
        }
        opened => opened?,
    };
    let (found, known) = (migration::found(&connection)?, migration::newest());
    if found > known {
        return Err(StoreError::NewerSchema { path, found, known }); // What its events mean is not known here.
    }
    // A WAL that SQLite reads to no further than the making of the tables leaves an empty store.
    if let Some(mark) = mark.filter(|it| found < known && it.seq > 0)
        && !migration::holds_events(&connection)?
    {
        report.shorter_than(&mark, 0);
        return Ok(report);
    }
    begin(&connection, checks)?;
    // SQLite's own check takes as long as the chain and needs nothing of it, so they go side by side.
    let (stop, side) = (AtomicBool::new(false), checks.file && checks.register && found >= migration::REGISTER);
    let (verified, checked, stored) = thread::scope(|scope| {
        let stored = if side { told::beside(scope, &path, &connection, &stop) } else { Ok(None) };
        let file =
            checks.file.then(|| scope.spawn(|| connect::reader(&path, 2_000).and_then(|it| check_file(&it, &path))));
        let stills = checks.file.then(|| stills(data, &connection)).flatten();
        let verified = prove(&connection, mark, checks, stills, &mut progress, &mut witness, &mut report);
        stop.store(!matches!(verified, Ok(Some(_))), Relaxed);
        let stored = stored.map(|it| it.map(thread::ScopedJoinHandle::join));
        (verified, file.map(thread::ScopedJoinHandle::join), stored)
    });
    match checked {
        Some(Ok(Ok(found))) => found.into_iter().for_each(|it| report.bad(None, it)),
        Some(Ok(Err(found))) => report.bad(None, format!("The file cannot be read to its end: {found}.")),
        Some(Err(_)) => report.bad(None, "The check of the file broke off.".to_owned()),
        None => {}
    }
    match verified {
        // What SQLite reads and we cannot was changed, too.
        Err(found @ (StoreError::Damaged { .. } | StoreError::Device { .. } | StoreError::Sql { .. })) => {
            report.unreadable(&found);
            Ok(report)
        }
        Err(found) => Err(found),
        Ok(proved) => {
            let (last, told) = proved.map_or((None, None), |(last, told)| (Some(last), told));
            if let Some(last) = last.filter(|_| !data.is_dir()) {
                backup::compare(&connection, last, &witness, &mut report)?;
            }
            // Looked for again: the first start may have made it meanwhile. A copy of the file alone has none.
            let is_due = data.is_dir() && mark.is_none() && report.events > 0 && !witness.needs_no_mark;
            if is_due && mark::read(data)?.is_none() {
                report.unmarked();
            }
            witness.judge(&mut report);
            // Last, because what is wrong with the ledger itself may be the cause of it.
            let walked = Progress { events: report.events, last: EventSeq(last.unwrap_or(0)) };
            let mut ended = || progress(walked).is_break();
            let compared = stored
                .and_then(|stored| told.map_or(Ok(()), |it| it.compare(&connection, stored, &mut ended, &mut report)));
            match compared {
                Err(found @ (StoreError::Damaged { .. } | StoreError::Device { .. } | StoreError::Sql { .. })) => {
                    report.unreadable(&found);
                }
                compared => compared?,
            }
            Ok(report)
        }
    }
}

/// Begins one read transaction: what the station writes meanwhile does not shift the ground.
fn begin(connection: &Connection, checks: Checks) -> Result<(), StoreError> {
    // A walk reads each page once, so that beside a station few of them are kept.
    let kept = if checks.file { Ok(()) } else { connection.pragma_update(None, "cache_size", CACHE_BESIDE) };
    kept.and_then(|()| connection.execute_batch("BEGIN")).map_err(sql("begin to verify"))
}

/// Where the stills of what is verified lie; a copy of the file alone has none.
fn stills(data: &Path, connection: &Connection) -> Option<PathBuf> {
    if data.is_dir() {
        return Some(data.join(still::FOLDER));
    }
    let beside = still::beside(data);
    (beside.is_dir() || backup::is_one(connection).unwrap_or(false)).then_some(beside)
}

/// Walks along the ledger; returns its last number and what it tells of the register, unless it was ended before.
fn prove(
    connection: &Connection,
    mark: Option<Mark>,
    checks: Checks,
    stills: Option<PathBuf>,
    progress: &mut impl FnMut(Progress) -> ControlFlow<()>,
    witness: &mut Witness,
    report: &mut Report,
) -> Result<Option<(i64, Option<Told>)>, StoreError> {
    let mut references = References::new(stills);
    let mut pending = checkpoint::all(connection)?;
    pending.reverse();
    let last = end(connection)?;
    let (mut marked, mut differing) = (mark, None);
    let (mut units, mut tables): (Vec<custody::Folded>, Folded) = (Vec::new(), Folded::default());
    let mut told = Some(Told::new()).filter(|_| checks.register);
    let (mut walk, mut purges) = (Walk::after(EventSeq(0)), Purges::default());
    let doing = "read the ledger";
    let mut statement =
        connection.prepare(&format!("SELECT {} FROM event ORDER BY seq", chain::COLUMNS)).map_err(sql(doing))?;
    let mut rows = statement.query([]).map_err(sql(doing))?;
    while let Some(row) = rows.next().map_err(sql(doing))? {
        let before = walk.last;
        let (fit, header) = walk.step(row).map_err(sql(doing))?;
        report.events = walk.events;
        let words = chain::text(row, 15);
        judge(report, &fit, header.as_ref(), walk.last, before, words);
        if let Some(header) = &header {
            references.follow(connection, words, header, report)?;
            purges.step(row, header, report);
            witness.read(header, words);
            if let Some(told) = &mut told {
                told.fold(header, words);
            }
        }
        while let Some(signed) = pending.pop_if(|it| it.seq <= walk.last) {
            check_signed(report, witness, &signed, &mut walk);
        }
        witness.compare_kept(&walk, report);
        if let Some(found) = marked.take_if(|it| it.seq <= walk.last) {
            differing = Some(found).filter(|it| it.seq > 0 && (it.seq != walk.last || it.head != walk.hash));
        }
        if let Some(header) = header.filter(|_| checks.custody) {
            custody::fold(&mut units, &header, words);
            tables.fold(&header, words);
        }
        if walk.events.is_multiple_of(PROGRESS_EVENTS)
            && progress(Progress { events: walk.events, last: EventSeq(last) }).is_break()
        {
            report.bad(None, told::ENDED.to_owned());
            return Ok(None);
        }
    }
    report.head = chain::hex(&walk.hash);
    report.unsigned = walk.tail.events();
    let schema = migration::found(connection)?;
    walk.tail.judge(report, schema);
    purges.judge(report);
    if let Some(signed) = pending.first() {
        let seq = signed.seq;
        report.bad(
            Some(walk.last + 1),
            format!("A signed checkpoint names event {seq}, but the ledger ends at {}.", walk.last),
        );
    }
    witness.miss_kept(walk.last, report);
    if let Some(Mark { seq, .. }) = differing.filter(|it| !witness.replaces(it)) {
        report.bad(Some(seq), format!("Event {seq} is not the one that the mark outside the ledger remembers."));
    }
    if let Some(found) = marked.filter(|it| it.seq > 0) {
        report.shorter_than(&found, walk.last);
    }
    if checks.custody {
        custody::compare(connection, &units, report)?;
        if schema >= migration::CASES {
            tables.compare(connection, report)?;
        }
    }
    Ok(Some((walk.last, told.filter(|_| schema >= migration::REGISTER))))
}

/// The last number of the ledger.
fn end(connection: &Connection) -> Result<i64, StoreError> {
    connection
        .query_row("SELECT coalesce(max(seq), 0) FROM event", [], |row| row.get(0))
        .map_err(sql("read the end of the ledger"))
}

fn judge(
    report: &mut Report,
    fit: &Fit,
    header: Option<&chain::Header<'_>>,
    seq: i64,
    before: i64,
    body: Option<&str>,
) {
    let is = |kind: EventKind| header.is_some_and(|it| it.kind == kind.number());
    match fit {
        Fit::Fits if is(EventKind::GapDeclared) => {
            report.declared(seq, looking::declared(seq, body));
        }
        Fit::Fits => {}
        Fit::Declared if is(EventKind::Restored) => {
            let lost = span(before + 1, seq - 1, "was", "were");
            report.say(format!("{lost} given up when a backup was restored (event {seq})."));
        }
        Fit::Declared => {
            let lost = span(before + 1, seq - 1, "was", "were");
            report.declared(before + 1, format!("{lost} lost, as event {seq} declares."));
        }
        Fit::Missing => {
            report.bad(Some(before + 1), format!("{} missing.", span(before + 1, seq - 1, "is", "are")));
        }
        Fit::Broken => report.bad(Some(seq), format!("The hash of event {seq} does not fit: it was changed.")),
        Fit::Unreadable => report.bad(Some(seq), format!("Event {seq} cannot be read: it was changed.")),
    }
}

fn check_signed(report: &mut Report, witness: &mut Witness, signed: &Checkpoint, walk: &mut Walk) {
    let seq = signed.seq;
    if !signed.holds() {
        report.bad(Some(seq), format!("The signature of the checkpoint at event {seq} does not hold."));
    } else if seq == walk.last && signed.head != chain::hex(&walk.hash) {
        report.bad(Some(seq), format!("The signed checkpoint at event {seq} has another hash than the ledger."));
    } else if seq != walk.last {
        report.bad(Some(seq), format!("Event {seq} was signed in a checkpoint and is missing."));
    } else {
        witness.signed(signed);
        walk.tail.signed(seq);
    }
}

/// What SQLite finds wrong with pages and indexes, a sentence each; and a last page that was cut, which it fills up with
/// zeros without a word.
fn check_file(connection: &Connection, path: &Path) -> Result<Vec<String>, StoreError> {
    let doing = "check the file";
    let mut statement = connection.prepare("PRAGMA quick_check(5)").map_err(sql(doing))?;
    let found: Vec<String> =
        statement.query_map([], |row| row.get(0)).and_then(Iterator::collect).map_err(sql(doing))?;
    let page: u32 = connection.pragma_query_value(None, "page_size", |row| row.get(0)).map_err(sql(doing))?;
    let bytes = fs::metadata(path).map_err(file(doing, path))?.len();
    let cut = (!bytes.is_multiple_of(u64::from(page.max(1))))
        .then(|| format!("The file ends inside a page, after {bytes} bytes: its end was cut off."));
    let damage = found.into_iter().filter(|it| it != "ok");
    Ok(damage.map(|it| format!("SQLite finds the file damaged: {it}.")).chain(cut).collect())
}
