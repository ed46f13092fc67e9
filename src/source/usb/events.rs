//! What tells the watcher to look: the kernel's messages of plugs, a change of the file of assignments, and the end.
//!
//! libusb hears the kernel's messages itself, with or without udevd; its thread sleeps between them. They do not reach a
//! process whose user namespace is not the first one (some containers): there the watcher must look by itself.
//! Deliberately absent: what was plugged in; a message only rings the bell.

use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::path::Path;
use std::thread::JoinHandle;
use std::time::Duration;

use rusb::{Context, Hotplug, HotplugBuilder, UsbContext as _};
use rustix::fs::inotify;

use crate::source::bell::Bell;
use crate::source::{SourceError, Stop};

/// libusb waits no longer than it is told; nothing happens after an hour but that it waits again.
const NAP: Duration = Duration::from_secs(3_600);

/// Number of the first user namespace, `PROC_USER_INIT_INO` of the kernel.
const FIRST_USER_NAMESPACE: &str = "user:[4026531837]";

/// The messages of a running watcher.
pub(super) struct Events {
    bell: Bell,
    listener: Option<JoinHandle<()>>,
    folder: Option<OwnedFd>,
}

/// Rung by libusb.
struct Rope(Bell);

impl Hotplug<Context> for Rope {
    // Inside this call a transfer would fail with `Busy`: it only rings.
    fn device_arrived(&mut self, _: rusb::Device<Context>) {
        self.0.ring();
    }

    fn device_left(&mut self, _: rusb::Device<Context>) {
        self.0.ring();
    }
}

impl Events {
    /// Begins to listen; `assignments` is the file that `devices assign` replaces.
    pub(super) fn listen(stop: &Stop, assignments: Option<&Path>) -> Result<Self, SourceError> {
        let bell = Bell::new(stop).map_err(|it| SourceError::from_io("listen to", "usb", &it.into()))?;
        let listener = listener(&bell, stop);
        let folder = assignments.and_then(Path::parent).and_then(watch);
        Ok(Self { bell, listener, folder })
    }

    /// Whether plugs are told; if not, looking is all there is.
    pub(super) fn tell_plugs(&self) -> bool {
        let namespace = std::fs::read_link("/proc/self/ns/user").ok();
        let first = namespace.is_none_or(|it| it.as_os_str() == FIRST_USER_NAMESPACE);
        first && self.listener.is_some()
    }

    /// Whether a new file of assignments is told.
    pub(super) const fn tell_assignments(&self) -> bool {
        self.folder.is_some()
    }

    /// Waits until something is told, as long as given at most; whether it was a plug.
    pub(super) fn wait(&self, at_most: Duration) -> bool {
        let folder: Vec<BorrowedFd<'_>> = self.folder.iter().map(OwnedFd::as_fd).collect();
        if self.bell.wait_beside(&folder, Some(at_most)).is_err() {
            return false;
        }
        let mut buffer = [0; 4_096];
        // Which file was replaced does not matter: the watcher looks at its own. It shall not wake it again.
        if let Some(folder) = &self.folder {
            rustix::io::read(folder, &mut buffer).ok();
        }
        self.bell.silence()
    }

    /// Waits for the listener's end; the signal has been given.
    pub(super) fn join(self) {
        if let Some(listener) = self.listener {
            drop(listener.join());
        }
    }
}

/// A thread that sleeps in libusb until the kernel tells of a plug; `None` where libusb cannot listen.
fn listener(bell: &Bell, stop: &Stop) -> Option<JoinHandle<()>> {
    let deaf = |error: rusb::Error| tracing::info!(%error, "no USB events here; looking every second instead");
    let context = Context::new().map_err(deaf).ok()?;
    let registration = HotplugBuilder::new().register(&context, Box::new(Rope(bell.clone()))).map_err(deaf).ok()?;
    let (stop, waked) = (stop.clone(), context.clone());
    let ended = stop.clone();
    let listen = move || {
        while !stop.is_given() && context.handle_events(Some(NAP)).is_ok() {}
        drop(registration);
    };
    let thread = std::thread::Builder::new().name("usb-events".to_owned()).spawn(listen).ok()?;
    ended.on_given(move || waked.interrupt_handle_events());
    Some(thread)
}

/// Watches a folder for files that are put in place there.
fn watch(folder: &Path) -> Option<OwnedFd> {
    let flags = inotify::CreateFlags::NONBLOCK | inotify::CreateFlags::CLOEXEC;
    let watched = inotify::init(flags).ok()?;
    inotify::add_watch(&watched, folder, inotify::WatchFlags::MOVED_TO).ok()?;
    Some(watched)
}
