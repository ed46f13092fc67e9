//! Making files and folders in a store's folder: what root makes there belongs to whoever the folder belongs to.
//!
//! A command that root runs on the folder of the service's user would else leave files which the service cannot open;
//! SQLite does the same for its WAL. What is given away was made by this call and is held open: a link that somebody put
//! in its place is never followed, and what was there before stays whose it was.
//! Deliberately absent: files outside the store, such as backups, which stay whose command it was.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, ErrorKind},
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, fchown},
    path::Path,
};

use rustix::process::geteuid;

/// Makes a file that must not be there yet, open for reading and writing.
pub(super) fn make(path: &Path, mode: u32) -> io::Result<File> {
    let made = OpenOptions::new().read(true).write(true).create_new(true).mode(mode).open(path)?;
    give(&made, path);
    Ok(made)
}

/// Opens a file for reading and writing, and makes it if it is not there.
pub(super) fn open(path: &Path, mode: u32) -> io::Result<File> {
    let found = || OpenOptions::new().read(true).write(true).open(path);
    match found() {
        Err(missing) if missing.kind() == ErrorKind::NotFound => match make(path, mode) {
            // Another writer was quicker.
            Err(there) if there.kind() == ErrorKind::AlreadyExists => found(),
            made => made,
        },
        opened => opened,
    }
}

/// Makes a folder for its owner alone; one that is there stays as it is.
pub(super) fn folder(path: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(path) {
        Err(there) if there.kind() == ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        Err(found) => Err(found),
        Ok(()) => File::open(path).map(|made| give(&made, path)),
    }
}

/// Copies a file to a place where none is yet, readable by its owner alone; it is not synced.
pub(super) fn copy(from: &Path, to: &Path) -> io::Result<File> {
    let (mut read, mut made) = (File::open(from)?, make(to, 0o600)?);
    io::copy(&mut read, &mut made)?;
    Ok(made)
}

/// Gives what root has just made to the owner and the group of the folder that it is in. Where the system does not let even
/// root, as on some shares, it stays root's, which the log says.
fn give(made: &File, path: &Path) {
    if !geteuid().is_root() {
        return;
    }
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let given = fs::metadata(folder).and_then(|folder| {
        let (own, owner) = (made.metadata()?, (folder.uid(), folder.gid()));
        if (own.uid(), own.gid()) == owner { Ok(()) } else { fchown(made, Some(owner.0), Some(owner.1)) }
    });
    if let Err(error) = given {
        tracing::warn!(%error, path = %path.display(), "not given to the owner of its folder; chown it");
    }
}
