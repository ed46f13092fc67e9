//! Stills: pictures as files in `DATA/stills`, each named by the SHA-256 of its bytes.
//!
//! A still is written once, synced, readable by the owner alone, and never changed; an event binds it by its hash, so that
//! `verify` can say whether it is still there and the same.
//! Deliberately absent: looking at the picture, beyond the first bytes that say what it is; whoever hands one in from outside
//! has looked it over before.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest as _, Sha256};

use super::chain::hex;
use super::error::{StoreError, file};
use super::owned;

/// The folder of the stills in the store's folder.
pub(super) const FOLDER: &str = "stills";

/// Bytes of one still (chosen: a camera's 12 megapixel JPEG has 3 to 6 MB).
pub const STILL_MAX: usize = 8 * 1024 * 1024;

/// Hexadecimal digits of a still's name.
const NAME_LEN: usize = 64;

/// A still that is kept.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Still {
    /// SHA-256 of its bytes, hexadecimal: its name.
    pub still: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// `image/png` or `image/jpeg`.
    pub kind: &'static str,
}

/// Keeps a picture and returns its name; the same picture again is the same file.
///
/// # Errors
/// [`StoreError::Unfit`] if it is no PNG or JPEG or larger than [`STILL_MAX`].
pub fn keep_still(data: &Path, bytes: &[u8]) -> Result<Still, StoreError> {
    let Some(kind) = kind(bytes) else {
        return Err(StoreError::Unfit("a still is a PNG or a JPEG picture".to_owned()));
    };
    if bytes.len() > STILL_MAX {
        return Err(StoreError::Unfit(format!("a still has {STILL_MAX} bytes at most, this one has {}", bytes.len())));
    }
    let still = hex(&Sha256::digest(bytes));
    let kept = Still { bytes: u64::try_from(bytes.len()).unwrap_or(u64::MAX), kind, still };
    write(&data.join(FOLDER), &kept.still, bytes, Whose::TheStores)?;
    Ok(kept)
}

/// The folder beside a backup with the stills that its events bind: `FILE.stills`.
pub(super) fn beside(backup: &Path) -> PathBuf {
    let mut path = backup.as_os_str().to_owned();
    path.push(".stills");
    path.into()
}

/// To whom belongs what root makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    /// To the owner of the store's folder.
    TheStores,
    /// To whoever made it: a backup is not the store.
    Ours,
}

/// Copies the stills of one folder that are not yet in the other; returns how many that were.
pub(super) fn copy(from: &Path, to: &Path, whose: Whose) -> Result<u64, StoreError> {
    let doing = "copy the stills of";
    let found = match fs::read_dir(from) {
        Err(found) if found.kind() == ErrorKind::NotFound => return Ok(0),
        found => found.map_err(file(doing, from))?,
    };
    let mut copied = 0;
    for each in found {
        let path = each.map_err(file(doing, from))?.path();
        let Some(name) = path.file_name().and_then(|it| it.to_str()).filter(|it| is_name(it)) else { continue };
        if !is_same(&to.join(name), name) {
            write(to, name, &fs::read(&path).map_err(file(doing, &path))?, whose)?;
            copied += 1;
        }
    }
    Ok(copied)
}

/// Writes a still aside and renames it, so that a file of this name is whole; one that is there and the same stays.
///
/// Two threads may write the same still at once, each aside by itself.
fn write(folder: &Path, name: &str, bytes: &[u8], whose: Whose) -> Result<(), StoreError> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let path = folder.join(name);
    if is_same(&path, name) {
        return Ok(());
    }
    let made = match whose {
        Whose::TheStores => owned::folder(folder),
        Whose::Ours => DirBuilder::new().recursive(true).mode(0o700).create(folder),
    };
    made.map_err(file("make the folder", folder))?;
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let aside = folder.join(format!("{name}.{}-{number}.part", std::process::id()));
    drop(fs::remove_file(&aside)); // What another process of this number left that was killed.
    let made = match whose {
        Whose::TheStores => owned::make(&aside, 0o600),
        Whose::Ours => OpenOptions::new().write(true).create_new(true).mode(0o600).open(&aside),
    };
    let written = made
        .and_then(|mut it| it.write_all(bytes).and_then(|()| it.sync_all()))
        .and_then(|()| fs::rename(&aside, &path))
        .and_then(|()| fs::File::open(folder)?.sync_all());
    written.map_err(|found| {
        drop(fs::remove_file(&aside)); // It may not be there.
        file("keep the still", &path)(found)
    })
}

/// Reads a still with its kind; `None` if there is none of that name.
pub fn read_still(data: &Path, still: &str) -> Result<Option<(&'static str, Vec<u8>)>, StoreError> {
    if !is_name(still) {
        return Ok(None);
    }
    let path = path_of(data, still);
    match fs::read(&path) {
        Ok(bytes) => Ok(Some((kind(&bytes).unwrap_or("application/octet-stream"), bytes))),
        Err(found) if found.kind() == ErrorKind::NotFound => Ok(None),
        Err(found) => Err(file("read the still", &path)(found)),
    }
}

/// How many bytes a still has; `None` if there is none of that name.
pub(super) fn size(data: &Path, still: &str) -> Option<u64> {
    let found = fs::metadata(path_of(data, still)).ok().filter(|_| is_name(still))?;
    found.is_file().then_some(found.len())
}

/// Whether a file of that name is there; what is in it is not read.
#[must_use]
pub fn has_still(data: &Path, still: &str) -> bool {
    is_name(still) && path_of(data, still).is_file()
}

/// What is wrong with a bound still in a folder of stills, as the end of a sentence; `None` if it is there and unchanged.
pub(super) fn wrong(folder: &Path, still: &str) -> Option<&'static str> {
    if !is_name(still) {
        return Some("is missing");
    }
    match fs::read(folder.join(still)) {
        Ok(bytes) if hex(&Sha256::digest(&bytes)) == still => None,
        Ok(_) => Some("was changed"),
        Err(found) if found.kind() == ErrorKind::NotFound => Some("is missing"),
        Err(_) => Some("cannot be read"),
    }
}

fn is_same(path: &Path, still: &str) -> bool {
    fs::read(path).is_ok_and(|it| hex(&Sha256::digest(&it)) == still)
}

fn path_of(data: &Path, still: &str) -> PathBuf {
    data.join(FOLDER).join(still)
}

fn is_name(still: &str) -> bool {
    still.len() == NAME_LEN && still.bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'))
}

fn kind(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some("image/png")
    } else if bytes.starts_with(b"\xff\xd8\xff") {
        Some("image/jpeg")
    } else {
        None
    }
}
