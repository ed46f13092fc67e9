//! What `devices assign` and the calibration card taught, kept in a file of the station's state folder.
//!
//! The file is replaced as a whole, so a reader sees the old one or the new one; the running station takes a change up
//! by itself. Threads of one program that change it wait for each other. A damaged file is no file, and a warning says so.
//! Deliberately absent: the configuration, which wins.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use super::policy::Named;
use super::selector::Selector;
use crate::source::profile::KeyboardHabits;

/// The file's form.
#[derive(Default, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    device: Vec<Named>,
}

/// What can go wrong with the file of assignments.
#[derive(Debug, thiserror::Error)]
pub enum BindingError {
    /// It cannot be read.
    #[error("read the assigned devices in {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is not what was written.
    #[error("read the assigned devices in {}: {complaint}; correct the file or remove it and assign again", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        complaint: String,
    },
    /// It cannot be written.
    #[error("write the assigned devices to {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// The file of assignments in a station's folder.
#[must_use]
pub fn file(folder: &Path) -> PathBuf {
    folder.join("scanners.toml")
}

/// Reads the assignments; none if there is no file.
pub fn read(path: &Path) -> Result<Vec<Named>, BindingError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(BindingError::Read { path: path.to_owned(), source }),
    };
    let damaged = |it: toml::de::Error| BindingError::Damaged { path: path.to_owned(), complaint: it.to_string() };
    Ok(toml::from_str::<File>(&text).map_err(damaged)?.device)
}

/// Held from reading the file to replacing it: two scanners may be taught at one time.
static CHANGING: Mutex<()> = Mutex::new(());

/// Stores how a device types; what else is known of it stays.
pub fn teach(path: &Path, device: &Selector, keyboard: KeyboardHabits) -> Result<(), BindingError> {
    let _alone = CHANGING.lock().unwrap_or_else(PoisonError::into_inner);
    let known = read(path)?.into_iter().find(|it| it.device == *device);
    let fresh = || Named {
        device: device.clone(),
        name: None,
        lane: None,
        profile: None,
        ignore: false,
        keyboard: KeyboardHabits::default(),
    };
    put(path, Named { keyboard, ..known.unwrap_or_else(fresh) })
}

/// Stores one assignment; it replaces an earlier one of the same device.
pub fn store(path: &Path, named: Named) -> Result<(), BindingError> {
    let _alone = CHANGING.lock().unwrap_or_else(PoisonError::into_inner);
    put(path, named)
}

fn put(path: &Path, named: Named) -> Result<(), BindingError> {
    let mut device = read(path)?;
    device.retain(|it| it.device != named.device);
    device.push(named);
    let failed = |source| BindingError::Write { path: path.to_owned(), source };
    let text = toml::to_string(&File { device }).map_err(|it| failed(io::Error::other(it)))?;
    let fresh = path.with_extension("new");
    let write = || {
        let mut file = fs::File::create(&fresh)?;
        file.write_all(b"# Written by `scanstation devices assign`; the configuration wins over it.\n\n")?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&fresh, path)
    };
    write().map_err(failed)
}

/// A file of assignments that may change while the station runs.
pub(super) struct Watched {
    path: Option<PathBuf>,
    looked: bool,
    last: Option<(SystemTime, u64)>,
}

impl Watched {
    pub(super) const fn new(path: Option<PathBuf>) -> Self {
        Self { path, looked: false, last: None }
    }

    /// Whether it is another file than at the last call; true at the first.
    pub(super) fn changed(&mut self) -> bool {
        let stat = self.path.as_deref().and_then(|it| fs::metadata(it).ok());
        let now = stat.and_then(|it| Some((it.modified().ok()?, it.len())));
        let first = !std::mem::replace(&mut self.looked, true);
        std::mem::replace(&mut self.last, now) != now || first
    }

    /// What it says; nothing if it cannot be read.
    pub(super) fn read(&self) -> Vec<Named> {
        let Some(path) = &self.path else { return Vec::new() };
        read(path).unwrap_or_else(|error| {
            tracing::warn!(%error, "the assigned devices are not used");
            Vec::new()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Named, read, store, teach};
    use crate::source::profile::KeyboardHabits;

    #[test]
    fn scanners_that_are_taught_at_one_time_are_all_remembered() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("scanners.toml");
        std::thread::scope(|scope| {
            for number in 1..=8 {
                let (path, device) = (&path, format!("1209:{number:04}").parse().unwrap());
                scope.spawn(move || teach(path, &device, KeyboardHabits::default()).unwrap());
            }
        });
        assert_eq!(read(&path).unwrap().len(), 8);
    }

    #[test]
    fn an_assignment_is_read_back_and_replaced_by_a_later_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("devices.toml");
        assert_eq!(read(&path).unwrap(), []);
        let named = |device: &str, lane: &str| Named {
            device: device.parse().unwrap(),
            name: None,
            lane: Some(lane.to_owned()),
            profile: None,
            ignore: false,
            keyboard: KeyboardHabits {
                layout: Some(crate::decode::hid_keyboard::Layout::De),
                replaced: [('|', crate::source::profile::Octets(vec![0x1d]))].into(),
                ..KeyboardHabits::default()
            },
        };
        store(&path, named("1209:0001:W0001", "left")).unwrap();
        store(&path, named("1209:0001@1-1", "right")).unwrap();
        store(&path, named("1209:0001:W0001", "middle")).unwrap();
        assert_eq!(read(&path).unwrap(), [named("1209:0001@1-1", "right"), named("1209:0001:W0001", "middle")]);
        let habits = KeyboardHabits { gap_ms: Some(500), ..KeyboardHabits::default() };
        teach(&path, &"1209:0001@1-1".parse().unwrap(), habits.clone()).unwrap();
        teach(&path, &"1209:0009".parse().unwrap(), habits.clone()).unwrap();
        let taught = read(&path).unwrap();
        assert_eq!(taught[1], Named { keyboard: habits.clone(), ..named("1209:0001@1-1", "right") });
        assert_eq!(taught[2], Named { keyboard: habits, lane: None, ..named("1209:0009", "") });
        std::fs::write(&path, "device = 1").unwrap();
        assert!(read(&path).unwrap_err().to_string().contains("correct the file or remove it"));
    }
}
