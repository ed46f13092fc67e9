//! The camera: captured and decoded in a child process of our own binary, watched by its heartbeat.
//!
//! A camera driver can block for ever and a C++ decoder can fault; a child can be killed, a thread cannot. Pictures stay in
//! the child: symbols come over, each picture's as one reading, and a small preview if somebody watches.
//! Invariant: the desk's queue never sees a picture; a child that says nothing for [`SILENCE_MAX`] is killed and started
//! again with the back-off of every source.
//! Deliberately absent: reading symbols (`vision`), and what they mean.

#[cfg(feature = "camera")]
pub mod capture;
pub mod child;
#[cfg(feature = "camera")]
mod direct;
pub mod folder;
mod window;
pub mod wire;
pub mod worker;

use std::path::PathBuf;
use std::time::Duration;

use crate::vision;

pub use child::start;
pub use window::Window;
pub use wire::Preview;

/// The child is killed if it says nothing for so long and the time for one picture (chosen: five pictures at the slowest
/// rate we use, and one call of the second engine).
pub const SILENCE_MAX: Duration = Duration::from_secs(3);

/// Where pictures come from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Eye {
    /// A V4L2 device: `/dev/v4l/by-id/…` (stable over replugging), `/dev/videoN`, or a bare number.
    Device(String),
    /// A folder of pictures, shown in the order of their names: for tests and for films taken apart.
    Folder {
        /// The folder.
        path: PathBuf,
        /// Pictures a second.
        rate: u32,
        /// Whether to begin again after the last; otherwise the source ends.
        again: bool,
    },
}

/// How one camera is used.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where pictures come from.
    pub eye: Eye,
    /// Pixels a row asked for. Default 1280; the exact size is asked, because stepwise sizes are listed badly.
    pub width: u32,
    /// Rows asked for. Default 720.
    pub height: u32,
    /// Pictures a second asked for. Default 30.
    pub rate: u32,
    /// What is looked for, and the time for one picture (default 15 ms).
    pub vision: vision::Options,
    /// Whether small pictures for the page may come over while somebody watches. Default: no.
    pub preview: bool,
    /// Exposure and focus, as the driver names and counts them (`exposure_absolute = 200`). Default: none are touched.
    pub controls: Vec<(String, i64)>,
}

impl Options {
    /// Pictures a second asked for where nothing is said.
    pub const RATE: u32 = 30;

    /// The defaults for a camera.
    pub fn new(eye: Eye) -> Self {
        let vision = vision::Options { budget: Duration::from_millis(15), ..vision::Options::default() };
        Self { eye, width: 1280, height: 720, rate: Self::RATE, vision, preview: false, controls: Vec::new() }
    }
}

/// Reads a control as people write it: `exposure=200`.
#[must_use]
pub fn control(text: &str) -> Option<(String, i64)> {
    let (name, value) = text.split_once('=')?;
    let name = name.trim();
    Some((name.to_owned(), value.trim().parse().ok()?)).filter(|_| !name.is_empty())
}
