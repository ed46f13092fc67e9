//! What a person may see of a camera: small pictures while somebody watches, and a still when one is asked for.
//!
//! Whoever watches says so again every second; when nobody does, no picture leaves the child. Small pictures are off unless
//! the camera's options allow them; a still is taken only when somebody asks for that one.
//! Invariant: a window holds no picture; it hands each on to whoever opened it.
//! Deliberately absent: a page, and where stills are kept.

use std::sync::atomic::{AtomicBool, Ordering};

use super::wire::Preview;

/// What the station's side writes to the child: small pictures, please, for a while.
pub(super) const WATCH: u8 = b'W';
/// One whole picture, please.
pub(super) const STILL: u8 = b'S';

/// Where small pictures go.
type Previews = Box<dyn Fn(Preview) + Send + Sync>;
/// Where stills go: JPEG files.
type Stills = Box<dyn Fn(Vec<u8>) + Send + Sync>;

/// An opening through which a camera can be seen.
pub struct Window {
    watched: AtomicBool,
    wanted: AtomicBool,
    previews: Previews,
    stills: Stills,
}

impl Window {
    /// Opens a window; what comes through it goes to these two.
    pub fn new(
        previews: impl Fn(Preview) + Send + Sync + 'static,
        stills: impl Fn(Vec<u8>) + Send + Sync + 'static,
    ) -> Self {
        let (watched, wanted) = (AtomicBool::new(false), AtomicBool::new(false));
        Self { watched, wanted, previews: Box::new(previews), stills: Box::new(stills) }
    }

    /// Somebody watches, for the next two seconds.
    pub fn watch(&self) {
        self.watched.store(true, Ordering::Release);
    }

    /// Somebody wants a still of the next picture.
    pub fn take(&self) {
        self.wanted.store(true, Ordering::Release);
    }

    /// What the child must be told now.
    pub(super) fn wishes(&self, may_watch: bool) -> Vec<u8> {
        let each = [(&self.watched, WATCH, may_watch), (&self.wanted, STILL, true)];
        each.iter().filter(|(wish, _, may)| wish.swap(false, Ordering::AcqRel) && *may).map(|it| it.1).collect()
    }

    pub(super) fn show(&self, preview: Preview) {
        (self.previews)(preview);
    }

    pub(super) fn keep(&self, still: Vec<u8>) {
        (self.stills)(still);
    }
}
