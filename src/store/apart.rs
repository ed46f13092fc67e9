//! A folder of one's own in the store's folder, for files that are in use for a moment: gone when it is dropped.
//!
//! What a kill leaves behind is removed by the next one that is made, from a day later on.
//! Deliberately absent: what lies in it.

use std::{
    fs,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

use super::{
    backup::LEFT_OVER_S,
    chain,
    error::{StoreError, file},
    owned,
};
use crate::domain::Moment;

/// How its name begins; eight random hexadecimal digits follow.
const PREFIX: &str = "apart-";
const RANDOM_BYTES: usize = 4;

/// The folder, mode 0700.
#[derive(Debug)]
pub struct Apart(PathBuf);

impl Apart {
    /// Makes one in the store's folder, or, while there is none, in the system's folder for such files.
    ///
    /// # Errors
    /// [`StoreError::File`] if none can be made there.
    pub fn begin(data: &Path, now: Moment) -> Result<Self, StoreError> {
        let system = std::env::temp_dir();
        let folder = if data.is_dir() { data } else { &system };
        clear(folder, now);
        let mut random = [0; RANDOM_BYTES];
        getrandom::fill(&mut random)
            .map_err(|it| StoreError::Key(format!("the kernel gives no random bytes: {it}")))?;
        let path = folder.join(format!("{PREFIX}{}", chain::hex(&random)));
        owned::folder(&path).map_err(file("make the folder", &path))?;
        Ok(Self(path))
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Apart {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            tracing::warn!(%error, path = %self.0.display(), "remove a folder that is not needed any more");
        }
    }
}

/// Removes those that were left so long ago that nobody uses them any more.
fn clear(folder: &Path, now: Moment) {
    for found in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = found.file_name();
        let random = name.to_str().and_then(|it| it.strip_prefix(PREFIX)).and_then(chain::unhex);
        let written = found.metadata().map_or(i64::MAX, |it| it.mtime());
        if random.is_some_and(|it| it.len() == RANDOM_BYTES)
            && now.wall.as_second().saturating_sub(written) > LEFT_OVER_S
        {
            drop(Apart(found.path()));
        }
    }
}
