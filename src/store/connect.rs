//! How connections to the database file are opened: one that writes, others that only read.
//!
//! WAL with `synchronous=FULL`: a commit is durable when it returns. The writer never copies the WAL itself.
//! Deliberately absent: checking what is in the file, which is in `opening` and `verify`.

use std::{
    fs,
    io::ErrorKind,
    os::unix::fs::DirBuilderExt as _,
    path::Path,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use rusqlite::{Connection, ErrorCode, OpenFlags, config::DbConfig};
use rustix::{
    fs::{Access, access},
    io::Errno,
};

use super::{
    Options,
    error::{StoreError, file, sql},
    owned,
};

/// Prepared statements kept by a connection; the store has some eighty.
const STATEMENTS_MAX: usize = 128;

/// The connection that writes; makes the file with mode 0600.
pub(super) fn writer(options: &Options) -> Result<Connection, StoreError> {
    let path = options.path();
    if !path.exists() {
        // An empty file is a new database; WAL and shared memory files take its mode and its owner.
        owned::make(&path, 0o600).map_err(file("make the store", &path))?;
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(&path, flags).map_err(sql("open the store"))?;
    set_up(&connection, options.busy_ms_max)?;
    let doing = "set up the store's file";
    connection
        .pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))
        .and_then(|()| connection.pragma_update(None, "synchronous", "full"))
        .and_then(|()| connection.pragma_update_and_check(None, "wal_autocheckpoint", 0, |_| Ok(())))
        // What one bulk entry or a burst made of the WAL is given back when it is begun anew.
        .and_then(|()| {
            let limit = wal_bytes_max(options).unwrap_or(-1);
            connection.pragma_update_and_check(None, "journal_size_limit", limit, |_| Ok(()))
        })
        // What is removed is overwritten, so that a purge leaves no copy of a word in pages that are free.
        .and_then(|()| connection.pragma_update_and_check(None, "secure_delete", true, |_| Ok(())))
        // Without it INSERT OR REPLACE would remove rows behind the back of the delete triggers.
        .and_then(|()| connection.pragma_update(None, "recursive_triggers", true))
        .map_err(sql(doing))?;
    Ok(connection)
}

/// Bytes of the WAL file beyond which it is shortened when it is begun anew (chosen: well above what a burst needs);
/// `None` if it keeps no length.
pub(super) fn wal_bytes_max(options: &Options) -> Option<i64> {
    i64::try_from(options.wal_bytes_min.saturating_mul(4)).ok().filter(|it| *it > 0)
}

/// A connection that only reads.
pub(super) fn reader(path: &Path, busy_ms_max: u64) -> Result<Connection, StoreError> {
    there(path)?;
    let open = |immutable: bool| {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
        Connection::open_with_flags(uri(path, immutable), flags)
            .and_then(|it| it.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())).map(|()| it))
    };
    // A folder that cannot be written has no room for the shared memory of WAL; without a WAL none is needed.
    let no_wal = || fs::metadata(wal_of(path)).map_or(true, |it| it.len() == 0);
    let connection = match open(false) {
        Ok(connection) => connection,
        Err(_) if no_wal() => open(true).map_err(sql("open the store for reading"))?,
        Err(found) if found.sqlite_error_code() == Some(ErrorCode::CannotOpen) => copied(path)?,
        Err(found) => return Err(sql("open the store for reading")(found)),
    };
    set_up(&connection, busy_ms_max)?;
    Ok(connection)
}

/// Whether a file is there: that it is not, or that this user may not look or read, is said. It is not opened: closing it
/// would drop the locks that SQLite has on it in this process.
pub(super) fn there(path: &Path) -> Result<(), StoreError> {
    match fs::metadata(path) {
        Ok(_) if access(path, Access::READ_OK) == Err(Errno::ACCESS) => {
            Err(StoreError::NotAllowed { path: path.to_owned() })
        }
        Ok(_) => Ok(()),
        Err(found) if found.kind() == ErrorKind::PermissionDenied => {
            Err(StoreError::NotAllowed { path: path.to_owned() })
        }
        Err(_) => Err(StoreError::Missing { path: path.to_owned() }),
    }
}

/// Whether there is a store in a folder.
///
/// # Errors
/// [`StoreError::Missing`] if there is none, [`StoreError::NotAllowed`] if this user may not look into the folder.
pub fn is_there(data: &Path) -> Result<(), StoreError> {
    there(&data.join(super::FILE))
}

/// A connection to a copy in the system's folder for temporary files; it is gone when the connection closes.
fn copied(path: &Path) -> Result<Connection, StoreError> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("scanstation-{}-{number}", std::process::id()));
    fs::DirBuilder::new().mode(0o700).create(&folder).map_err(file("make the folder", &folder))?;
    let to = folder.join(super::FILE);
    let opened = fs::copy(path, &to)
        .and_then(|_| fs::copy(wal_of(path), wal_of(&to)))
        .map_err(file("copy for reading", path))
        .and_then(|_| {
            let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            Connection::open_with_flags(&to, flags)
                .and_then(|it| it.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())).map(|()| it))
                .and_then(|it| it.pragma_update(None, "query_only", true).map(|()| it))
                .map_err(sql("open a copy of the store for reading"))
        });
    // What is open stays readable without its name.
    fs::remove_dir_all(&folder).map_err(file("remove the folder", &folder))?;
    opened
}

/// The WAL beside a database file.
pub(super) fn wal_of(path: &Path) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

fn set_up(connection: &Connection, busy_ms_max: u64) -> Result<(), StoreError> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    connection
        .busy_timeout(Duration::from_millis(busy_ms_max))
        .and_then(|()| connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true).map(drop))
        // Or each newly bound value makes SQLite plan the statement again: half the processor time of a scan.
        .and_then(|()| connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(drop))
        .and_then(|()| connection.pragma_update(None, "trusted_schema", false))
        .map_err(sql("set up the store's file"))
}

fn uri(path: &Path, immutable: bool) -> String {
    let mut uri = String::from("file:");
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => uri.push(char::from(*byte)),
            _ => {
                uri.push('%');
                uri.push_str(&super::chain::hex(&[*byte]));
            }
        }
    }
    uri.push_str("?mode=ro");
    if immutable {
        uri.push_str("&immutable=1");
    }
    uri
}
