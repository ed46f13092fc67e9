//! The ledger: appends events to the chain and keeps custody in step, in the same transaction.
//!
//! Numbers have no gaps but a declared one; the hash of each event covers the one before it.
//! Deliberately absent: any change to an event; a purge, which takes words and leaves their hash, is in `purge`.

use rusqlite::{OptionalExtension as _, Row, params, types::ValueRef};
use uuid::{Builder, Uuid};

use super::{
    Store, chain, custody,
    error::{StoreError, sql},
    fold,
    number::{Numbered as _, micros, time},
};
use crate::domain::{
    Body, Event, EventId, EventKind, EventSeq, HolderId, LocationId, Moment, NewEvent, ScanId, StationId, UnitId,
    UnitState,
};

/// Random bytes asked from the kernel at once: enough for 150 events.
const RANDOM_LEN: usize = 4_000;
/// Bytes of salt in front of a body.
const SALT_LEN: usize = 16;

/// Random bytes from the kernel, asked for in blocks.
#[derive(Default)]
pub(super) struct Random {
    block: Vec<u8>,
}

impl Random {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], StoreError> {
        if self.block.len() < N {
            self.block.resize(RANDOM_LEN, 0);
            getrandom::fill(&mut self.block)
                .map_err(|it| StoreError::Key(format!("the kernel gives no random bytes: {it}")))?;
        }
        let rest = self.block.len() - N;
        let mut taken = [0; N];
        for (to, from) in taken.iter_mut().zip(self.block.drain(rest..)) {
            *to = from;
        }
        Ok(taken)
    }
}

impl Store {
    /// Appends events, in order, and applies them to custody. Needs an open transaction.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if a movement's former holder is not the one on record; the caller rolls back.
    pub fn record_events(
        &mut self,
        scan: Option<ScanId>,
        events: &[NewEvent],
        now: Moment,
    ) -> Result<Vec<EventSeq>, StoreError> {
        events.iter().map(|it| self.append(scan, it, now)).collect()
    }

    /// One event by its number.
    pub fn event(&self, seq: EventSeq) -> Result<Option<Event>, StoreError> {
        self.connection
            .prepare_cached(&format!("SELECT {} FROM event WHERE seq = ?", chain::COLUMNS))
            .and_then(|mut it| it.query_row([seq.0], read).optional())
            .map_err(sql("read an event"))
    }

    fn append(&mut self, scan: Option<ScanId>, event: &NewEvent, now: Moment) -> Result<EventSeq, StoreError> {
        if self.connection.is_autocommit() {
            return Err(StoreError::Order("record events"));
        }
        let change = custody::change(&self.connection, event, now)?;
        let seq = self.heads.seq + 1;
        let record_time = micros(now.wall);
        let header = chain::Header {
            seq,
            uuid: self.uuid(now)?,
            station: self.options.station.as_str(),
            kind: event.kind.number(),
            record_time,
            event_time: event.event_time.map(micros).filter(|it| *it != record_time),
            person: event.person.map(|it| it.0),
            unit: event.unit.map(|it| it.0),
            holder: change.holder,
            due: change.due,
            location: event.location.map(|it| it.0),
            state: event.state.map(UnitState::number),
            scan: scan.map(|it| it.0),
            corrects: event.corrects.map(|it| it.0),
        };
        let salt: [u8; SALT_LEN] = self.random.take()?;
        let body = compact(&event.body);
        header.write(&mut self.buffer);
        let hash = chain::link(&self.heads.hash, &self.buffer, &chain::body_hash(&salt, &body));
        insert(&self.connection, &header, &salt, &body, &hash)?;
        custody::apply(&self.connection, event, &change)?;
        fold::apply(&self.connection, seq, event, now)?;
        self.noted.extend(scan.zip(event.unit));
        self.note_signing(event.kind, record_time);
        self.heads.seq = seq;
        self.heads.hash = hash;
        Ok(EventSeq(seq))
    }

    fn uuid(&mut self, now: Moment) -> Result<Uuid, StoreError> {
        let millis = u64::try_from(now.wall.as_millisecond()).unwrap_or(0);
        Ok(Builder::from_unix_timestamp_millis(millis, &self.random.take()?).into_uuid())
    }
}

fn insert(
    connection: &rusqlite::Connection,
    header: &chain::Header<'_>,
    salt: &[u8],
    body: &str,
    hash: &chain::Hash,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO event (seq, uuid, station, kind, record_time, event_time, person, unit, holder, due, \
             location, state, scan, corrects, salt, body, hash) VALUES \
             (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .and_then(|mut it| {
            it.execute(params![
                header.seq,
                header.uuid.as_bytes(),
                header.station,
                header.kind,
                header.record_time,
                header.event_time,
                header.person,
                header.unit,
                header.holder,
                header.due,
                header.location,
                header.state,
                header.scan,
                header.corrects,
                salt,
                body,
                hash
            ])
        })
        .map_err(sql("append to the ledger"))?;
    Ok(())
}

/// The body as it is stored and hashed: JSON without blanks, names in order.
fn compact(body: &Body) -> String {
    serde_json::to_string(body).unwrap_or_else(|_| "{}".to_owned())
}

/// The word in an event of which something cannot be read: its row was changed, and `verify` names it.
const UNREADABLE: &str = "unreadable";

/// Reads a row of [`chain::COLUMNS`] as an event. What cannot be read is left out, and the event says so in its words.
pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Event> {
    let mut broken = false;
    let mut number = |column: usize| -> Option<i64> {
        row.get(column).unwrap_or_else(|_| {
            broken = true;
            None
        })
    };
    let (kind, record_time) = (number(3), number(4));
    let [event_time, person, unit, holder, due, location, state, scan, corrects] =
        [5, 6, 7, 8, 9, 10, 11, 12, 13].map(&mut number);
    let moment = |it: Option<i64>| it.map(time).transpose();
    let read = (
        kind.map_or(Err(rusqlite::Error::QueryReturnedNoRows), EventKind::of),
        moment(record_time),
        moment(event_time),
        moment(due),
        state.map(UnitState::of).transpose(),
        chain::text(row, 2).and_then(StationId::parse),
        words(row),
    );
    broken |= matches!(&read, (Err(_), ..) | (_, Err(_), ..) | (_, _, Err(_), ..) | (_, _, _, Err(_), ..));
    let (kind, record_time, event_time, due, state, station, body) = read;
    broken |= state.is_err() || station.is_none() || body.is_err();
    let record_time = record_time.ok().flatten().unwrap_or_default();
    let unnamed = || StationId::parse(UNREADABLE).ok_or(rusqlite::Error::QueryReturnedNoRows);
    let mut body = body.unwrap_or_default();
    if broken {
        let said = "this event was changed and cannot be read whole; run scanstation verify";
        body = Some(body.unwrap_or_default().with(UNREADABLE, said));
    }
    Ok(Event {
        id: EventId {
            station: station.map_or_else(unnamed, Ok)?,
            seq: EventSeq(row.get(0)?),
            uuid: row.get_ref(1)?.as_blob().ok().and_then(|it| Uuid::from_slice(it).ok()).unwrap_or_default(),
        },
        kind: kind.unwrap_or(EventKind::GapDeclared),
        record_time,
        event_time: event_time.ok().flatten().unwrap_or(record_time),
        person: person.map(HolderId),
        unit: unit.map(UnitId),
        holder: holder.map(HolderId),
        due: due.ok().flatten(),
        location: location.map(LocationId),
        state: state.ok().flatten(),
        scan: scan.map(ScanId),
        corrects: corrects.map(EventSeq),
        body,
    })
}

/// The words of an event; none after a purge.
fn words(row: &Row<'_>) -> Result<Option<Body>, ()> {
    match row.get_ref(15) {
        Ok(ValueRef::Null) => Ok(None),
        Ok(ValueRef::Text(text)) => serde_json::from_slice(text).map(Some).map_err(drop),
        Ok(ValueRef::Integer(_) | ValueRef::Real(_) | ValueRef::Blob(_)) | Err(_) => Err(()),
    }
}
