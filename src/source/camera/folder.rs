//! A folder of pictures as a camera: in the order of their names, at a steady rate.
//!
//! The same worker, the same process, the same messages: tests, films taken apart, and measuring without a lens.
//! Deliberately absent: watching the folder for new pictures.

use std::path::{Path, PathBuf};

use crate::source::SourceError;
use crate::vision::{Luma, picture};

/// The pictures of a folder, opened one by one.
pub struct Film {
    files: Vec<PathBuf>,
    next: usize,
    again: bool,
}

impl Film {
    /// Lists a folder's pictures.
    pub fn open(folder: &Path, again: bool) -> Result<Self, SourceError> {
        let name = folder.display().to_string();
        let entries = std::fs::read_dir(folder).map_err(|it| SourceError::from_io("open the folder", &name, &it))?;
        let mut files: Vec<PathBuf> = entries.flatten().map(|it| it.path()).filter(|it| it.is_file()).collect();
        files.sort();
        Ok(Self { files, next: 0, again })
    }

    /// The next picture; what is no picture is passed over. `None` after the last.
    pub fn next_image(&mut self) -> Option<Luma> {
        for _ in 0..self.files.len() {
            if self.next >= self.files.len() && self.again {
                self.next = 0;
            }
            let file = self.files.get(self.next)?;
            self.next += 1;
            if let Some(image) = std::fs::read(file).ok().and_then(|it| picture(&it).ok()) {
                return Some(image);
            }
        }
        None
    }
}
