//! Signed checkpoints: what the station vouched for, at what time.
//!
//! A checkpoint signs the ledger's head with the station's Ed25519 key (`DATA/station.key`, mode 0600). A checkpoint that
//! is kept elsewhere (`kept`), or the public half noted elsewhere, proves the past even if the box is taken.
//! Deliberately absent: when to make one; the station does when it is idle and at least every 10,000 events.

use std::{
    fs,
    io::{ErrorKind, Write as _},
    path::Path,
};

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::{
    chain::{self, Hash, hex, unhex},
    error::{StoreError, file, sql},
    owned,
};

/// Name of the key file in the store's folder.
pub const KEY_FILE: &str = "station.key";

/// First line of what is signed: names the form.
pub(super) const FORM: &str = "scanstation-checkpoint-1";

/// Events after which the station must make a checkpoint; a start checks at most these.
pub const EVENTS_MAX: i64 = 10_000;

/// One signed checkpoint; its JSON is the exported form.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Checkpoint {
    /// The station that signed.
    pub station: String,
    /// Number of the last event it covers.
    pub seq: i64,
    /// The hash of that event, hexadecimal.
    pub head: String,
    /// When it was signed, microseconds since 1970.
    pub time: i64,
    /// The station's public key, hexadecimal.
    pub public_key: String,
    /// Ed25519 over the text of docs/ledger.md, hexadecimal.
    pub signature: String,
}

impl Checkpoint {
    /// Signs a head.
    pub(super) fn sign(key: &SigningKey, station: &str, seq: i64, head: &Hash, time: i64) -> Self {
        let mut made = Self {
            station: station.to_owned(),
            seq,
            head: hex(head),
            time,
            public_key: hex(key.verifying_key().as_bytes()),
            signature: String::new(),
        };
        made.signature = hex(&key.sign(made.text().as_bytes()).to_bytes());
        made
    }

    /// Whether the signature fits the text and the key it carries.
    #[must_use]
    pub fn holds(&self) -> bool {
        let key = unhex(&self.public_key).and_then(|it| <[u8; 32]>::try_from(it).ok());
        let signature = unhex(&self.signature).and_then(|it| <[u8; 64]>::try_from(it).ok());
        match (key.and_then(|it| VerifyingKey::from_bytes(&it).ok()), signature) {
            (Some(key), Some(signature)) => {
                key.verify_strict(self.text().as_bytes(), &Signature::from_bytes(&signature)).is_ok()
            }
            _ => false,
        }
    }

    /// What is signed: five lines, each ended by a line feed.
    pub(super) fn text(&self) -> String {
        format!("{FORM}\n{}\n{}\n{}\n{}\n", self.station, self.seq, self.head, self.time)
    }

    /// What cannot be read is left empty, and so does not hold.
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let blob = |at: usize| row.get_ref(at).ok().and_then(|it| it.as_blob().ok().map(hex)).unwrap_or_default();
        Ok(Self {
            seq: row.get(0)?,
            head: blob(1),
            time: row.get(2).unwrap_or_default(),
            station: chain::text(row, 3).unwrap_or_default().to_owned(),
            public_key: blob(4),
            signature: blob(5),
        })
    }
}

const COLUMNS: &str = "seq, head, time, station, public_key, signature";

/// Writes a checkpoint.
pub(super) fn insert(connection: &Connection, made: &Checkpoint) -> Result<(), StoreError> {
    let blob = |text: &str| unhex(text).unwrap_or_default();
    connection
        .prepare_cached(&format!("INSERT INTO checkpoint ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)"))
        .and_then(|mut it| {
            it.execute(params![
                made.seq,
                blob(&made.head),
                made.time,
                made.station,
                blob(&made.public_key),
                blob(&made.signature)
            ])
        })
        .map_err(sql("write the checkpoint"))?;
    Ok(())
}

/// The newest checkpoint.
pub(super) fn last(connection: &Connection) -> Result<Option<Checkpoint>, StoreError> {
    connection
        .query_row(&format!("SELECT {COLUMNS} FROM checkpoint ORDER BY seq DESC LIMIT 1"), [], Checkpoint::read)
        .optional()
        .map_err(sql("read the last checkpoint"))
}

/// All checkpoints, oldest first.
pub(super) fn all(connection: &Connection) -> Result<Vec<Checkpoint>, StoreError> {
    connection
        .prepare(&format!("SELECT {COLUMNS} FROM checkpoint ORDER BY seq"))
        .and_then(|mut it| it.query_map([], Checkpoint::read)?.collect())
        .map_err(sql("read the checkpoints"))
}

/// The keys that signed checkpoints, hexadecimal, each once.
pub(super) fn keys(connection: &Connection) -> Result<Vec<String>, StoreError> {
    connection
        .prepare("SELECT DISTINCT public_key FROM checkpoint ORDER BY public_key")
        .and_then(|mut it| it.query_map([], |row| Ok(hex(row.get_ref(0)?.as_blob().unwrap_or_default())))?.collect())
        .map_err(sql("read who signed the checkpoints"))
}

/// The station's key: read, or made with mode 0600. The second half says whether it was made now.
pub(super) fn key(data: &Path) -> Result<(SigningKey, bool), StoreError> {
    let path = data.join(KEY_FILE);
    match fs::read(&path) {
        Ok(found) => {
            let secret = <[u8; 32]>::try_from(found.as_slice()).map_err(|_| damaged_key(&path))?;
            Ok((SigningKey::from_bytes(&secret), false))
        }
        Err(found) if found.kind() == ErrorKind::NotFound => {
            let mut secret = [0; 32];
            getrandom::fill(&mut secret)
                .map_err(|it| StoreError::Key(format!("the kernel gives no random bytes for a key: {it}")))?;
            let mut open = owned::make(&path, 0o600).map_err(file("make the station's key", &path))?;
            open.write_all(&secret).and_then(|()| open.sync_all()).map_err(file("write the station's key", &path))?;
            Ok((SigningKey::from_bytes(&secret), true))
        }
        Err(found) => Err(file("read the station's key", &path)(found)),
    }
}

/// The public half of the station's key, hexadecimal; `None` if there is no key yet.
pub fn public_key(data: &Path) -> Result<Option<String>, StoreError> {
    let path = data.join(KEY_FILE);
    match fs::read(&path) {
        Ok(found) => {
            let secret = <[u8; 32]>::try_from(found.as_slice()).map_err(|_| damaged_key(&path))?;
            Ok(Some(hex(SigningKey::from_bytes(&secret).verifying_key().as_bytes())))
        }
        Err(found) if found.kind() == ErrorKind::NotFound => Ok(None),
        Err(found) => Err(file("read the station's key", &path)(found)),
    }
}

fn damaged_key(path: &Path) -> StoreError {
    StoreError::Key(format!(
        "the station's key {} is not 32 bytes long; restore it from your backup, or move it away and a new one is made",
        path.display()
    ))
}
