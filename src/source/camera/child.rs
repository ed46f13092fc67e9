//! The station's side of a camera: starts the child, listens, kills it when it is silent, starts it again.
//!
//! Deliberately absent: pictures. What comes over is symbols, a beat, and small previews for whoever watches.

use std::ffi::OsString;
use std::io::Write as _;
use std::os::fd::AsFd;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, read};

use super::wire::{Message, unpack};
use super::{Eye, Options, SILENCE_MAX, Window};
use crate::domain::{Delivery, Transport};
use crate::source::supervise::{Backoff, Link, Place, Supervised, supervise};
use crate::source::{Attachment, SourceError};
use crate::vision::Symbologies;

const WAKE: Timespec = Timespec { tv_sec: 0, tv_nsec: 250_000_000 };

/// How the child is called: our own binary, and the words before its arguments.
#[derive(Clone, Debug)]
pub struct Program {
    /// The binary.
    pub path: PathBuf,
    /// Its first words. Default: `camera worker`.
    pub words: Vec<String>,
}

impl Program {
    /// This binary.
    pub fn own() -> Result<Self, SourceError> {
        let path = std::env::current_exe();
        let path = path.map_err(|it| SourceError::from_io("find", "our own binary", &it))?;
        Ok(Self { path, words: vec!["camera".to_owned(), "worker".to_owned()] })
    }
}

/// Starts a supervised camera; stills come through the window, and small pictures if the options allow them.
///
/// Its thread is not real-time as those of scanners are: the child would be so too, and decoding takes whole milliseconds.
pub fn start(
    place: Place,
    program: Program,
    options: Options,
    window: Option<Arc<Window>>,
) -> Result<Supervised, SourceError> {
    supervise(place, Backoff::default(), move |link| run(link, &program, &options, window.as_deref()))
}

/// A child that is killed when it is let go.
struct Leashed(Child);

impl Drop for Leashed {
    fn drop(&mut self) {
        // It may have ended by itself: then there is nothing to kill.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

fn run(link: &Link, program: &Program, options: &Options, window: Option<&Window>) -> Result<(), SourceError> {
    let name = link.source.to_string();
    let failed = |doing: &'static str, error: &std::io::Error| SourceError::from_io(doing, &name, error);
    let child = Command::new(&program.path)
        .args(&program.words)
        .args(arguments(options))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn();
    let mut child = Leashed(child.map_err(|it| failed("start the child of", &it))?);
    let Some(mut output) = child.0.stdout.take() else { return Err(broken(&name, "its child has no output")) };
    let mut wishes = child.0.stdin.take();
    let mut arrived = Vec::new();
    let silence_max = SILENCE_MAX + options.vision.budget;
    let mut heard = link.now().uptime;
    while !link.stop.is_given() {
        match unpack(&mut arrived) {
            Ok(Some(message)) => {
                heard = link.now().uptime;
                if !told(link, message, window)? {
                    return Ok(());
                }
                continue;
            }
            Ok(None) => {}
            Err(error) => return Err(broken(&name, &error.to_string())),
        }
        if link.now().uptime.saturating_sub(heard) > silence_max {
            return Err(broken(&name, &format!("no picture for {} s; its child was ended", silence_max.as_secs())));
        }
        if let (Some(window), Some(input)) = (window, wishes.as_mut()) {
            // A child that does not take it has ended: that is heard at its output.
            input.write_all(&window.wishes(options.preview)).ok();
        }
        more(&mut output, &mut arrived, &name)?;
    }
    Ok(())
}

/// Waits a little for more of the child's output.
fn more(output: &mut ChildStdout, arrived: &mut Vec<u8>, name: &str) -> Result<(), SourceError> {
    match poll(&mut [PollFd::new(output, PollFlags::IN)], Some(&WAKE)) {
        Ok(0) | Err(Errno::INTR) => return Ok(()),
        Ok(_) => {}
        Err(error) => return Err(SourceError::from_io("listen to", name, &error.into())),
    }
    let mut buffer = vec![0; 65_536];
    let many = read(output.as_fd(), &mut buffer).map_err(|it| SourceError::from_io("read", name, &it.into()))?;
    if many == 0 {
        return Err(broken(name, "its child ended without a word"));
    }
    arrived.extend_from_slice(buffer.get(..many).unwrap_or_default());
    Ok(())
}

/// Passes a message on; false if the source ended for good.
fn told(link: &Link, message: Message, window: Option<&Window>) -> Result<bool, SourceError> {
    match message {
        Message::Opened(description) => link.attach(Attachment {
            source: link.source.clone(),
            lane: link.lane.clone(),
            transport: Transport::Camera,
            description,
            decoder: None,
            back: None,
        })?,
        Message::Beat => {}
        Message::Symbols(symbols) => link.deliver(Delivery::Symbols(symbols), link.now())?,
        Message::Preview(preview) => {
            if let Some(window) = window {
                window.show(preview);
            }
        }
        Message::Still(jpeg) => {
            if let Some(window) = window {
                window.keep(jpeg);
            }
        }
        Message::Fault(fault) => return Err(SourceError::Child(Box::new(fault))),
        Message::Ended => return Ok(false),
    }
    Ok(true)
}

fn broken(name: &str, cause: &str) -> SourceError {
    SourceError::Other { doing: "watch", device: name.to_owned(), cause: cause.to_owned() }
}

/// The child's arguments, which `scanstation camera worker` understands.
fn arguments(options: &Options) -> Vec<OsString> {
    let mut words: Vec<OsString> = Vec::new();
    let mut word = |name: &str, value: OsString| words.extend([OsString::from(name), value]);
    match &options.eye {
        Eye::Device(name) => word("--device", name.into()),
        Eye::Folder { path, rate, again } => {
            word("--folder", path.into());
            word("--folder-rate", rate.to_string().into());
            if *again {
                word("--again", "true".into());
            }
        }
    }
    word("--width", options.width.to_string().into());
    word("--height", options.height.to_string().into());
    word("--rate", options.rate.to_string().into());
    word("--budget", milliseconds(options.vision.budget).into());
    let names: Vec<&str> = options.vision.symbologies.each().map(Symbologies::name_of).collect();
    word("--symbologies", names.join(",").into());
    for (name, value) in &options.controls {
        word("--control", format!("{name}={value}").into());
    }
    words
}

fn milliseconds(time: Duration) -> String {
    time.as_millis().to_string()
}
