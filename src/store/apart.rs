//! A folder of one's own in the store's folder, for files that are in use for a moment: gone when it is dropped.
//!
//! It is locked as long as its process lives, so what a kill leaves behind is known and removed: by the next one that is
//! made there, and when the store is opened.
//! Deliberately absent: what lies in it.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use rustix::fs::{FlockOperation, flock};

use super::{
    chain,
    error::{StoreError, file},
    owned,
};

/// How its name begins; eight random hexadecimal digits follow. Until it is locked a dot is before it.
const PREFIX: &str = "apart-";
const RANDOM_BYTES: usize = 4;

/// The folder, mode 0700.
#[derive(Debug)]
pub struct Apart {
    path: PathBuf,
    /// Holds the lock.
    _open: File,
}

impl Apart {
    /// Makes one in the store's folder, or, while there is none, in the system's folder for such files.
    ///
    /// # Errors
    /// [`StoreError::File`] if none can be made there.
    pub fn begin(data: &Path) -> Result<Self, StoreError> {
        let system = std::env::temp_dir();
        let folder = if data.is_dir() { data } else { &system };
        clear(folder);
        let mut random = [0; RANDOM_BYTES];
        getrandom::fill(&mut random)
            .map_err(|it| StoreError::Key(format!("the kernel gives no random bytes: {it}")))?;
        let name = format!("{PREFIX}{}", chain::hex(&random));
        let (hidden, path) = (folder.join(format!(".{name}")), folder.join(name));
        owned::folder(&hidden).map_err(file("make the folder", &path))?;
        let locked = File::open(&hidden).and_then(|open| {
            flock(&open, FlockOperation::NonBlockingLockExclusive)?;
            fs::rename(&hidden, &path)?;
            Ok(open)
        });
        let open = locked.inspect_err(|_| drop(fs::remove_dir(&hidden))).map_err(file("make the folder", &path))?;
        Ok(Self { path, _open: open })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Apart {
    fn drop(&mut self) {
        remove(&self.path);
    }
}

fn remove(path: &Path) {
    if let Err(error) = fs::remove_dir_all(path) {
        tracing::warn!(%error, path = %path.display(), "remove a folder that is not needed any more");
    }
}

/// Removes those whose process has ended.
pub(super) fn clear(folder: &Path) {
    for found in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = found.file_name();
        let random = name.to_str().and_then(|it| it.strip_prefix(PREFIX)).and_then(chain::unhex);
        let left = random.is_some_and(|it| it.len() == RANDOM_BYTES)
            && File::open(found.path()).is_ok_and(|it| flock(&it, FlockOperation::NonBlockingLockExclusive).is_ok());
        if left {
            remove(&found.path());
        }
    }
}
