//! The camera's child process: one thread takes pictures, one looks at the newest and says what it saw.
//!
//! Older pictures are dropped here, so that what is told is never late. A beat goes out only after a picture was taken
//! *and* looked at: a driver that blocks and a decoder that hangs are silent alike, and the station kills both.
//! Deliberately absent: starting and killing it (`child.rs`).

use std::io::{Read, Write};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use super::folder::Film;
use super::window::{STILL, WATCH};
use super::wire::{Message, Preview, pack};
use super::{Eye, Options};
use crate::domain::Symbol;
use crate::source::{SourceError, Stop};
use crate::vision::{Luma, Presence, Sight, Tracker, jpeg};

/// Longest side of a preview.
const PREVIEW_SIDE: usize = 640;
/// At most ten previews a second.
const PREVIEW_EVERY: Duration = Duration::from_millis(100);
/// Previews after each wish for them (two seconds of them); a watcher wishes again every second.
const PREVIEWS_A_WISH: u32 = 20;
/// Quality of a preview and of a still, of 100 (chosen: bars stay readable in a still).
const PREVIEW_QUALITY: u8 = 60;
const STILL_QUALITY: u8 = 90;
/// A beat at least so often while pictures come.
const BEAT_EVERY: Duration = Duration::from_millis(250);
/// Pictures on end without motion after which every picture is waited for longer (10 s at 30 a second).
const IDLE_AFTER: u32 = 300;
/// The pause between pictures while nothing moves.
const IDLE_PAUSE: Duration = Duration::from_millis(150);

/// Where the newest picture lies; an older one that nobody looked at is dropped.
#[derive(Clone, Default)]
pub struct Slot(Arc<(Mutex<Held>, Condvar)>);

#[derive(Default)]
struct Held {
    image: Option<Luma>,
    ended: Option<Result<(), SourceError>>,
}

impl Slot {
    /// Puts a newer picture in place of the one before.
    pub fn put(&self, image: Luma) {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).image = Some(image);
        self.0.1.notify_one();
    }

    /// Says that no more pictures come, and why.
    pub fn end(&self, why: Result<(), SourceError>) {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).ended = Some(why);
        self.0.1.notify_one();
    }

    /// Whether the newest picture was taken away: a film waits for this, a camera does not.
    pub fn is_empty(&self) -> bool {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).image.is_none()
    }

    fn take(&self) -> Result<Luma, Result<(), SourceError>> {
        let mut held = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(image) = held.image.take() {
                return Ok(image);
            }
            if let Some(why) = held.ended.take() {
                return Err(why);
            }
            held = self.0.1.wait(held).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Starts the thread that takes pictures.
fn started(options: &Options) -> Result<Slot, SourceError> {
    let slot = Slot::default();
    let (into, options) = (slot.clone(), options.clone());
    let body = move || {
        let why = capture(&options, &into);
        into.end(why);
    };
    match std::thread::Builder::new().name("capture".to_owned()).spawn(body) {
        Ok(_) => Ok(slot),
        Err(error) => Err(SourceError::from_io("start", "the capture thread", &error)),
    }
}

/// One picture.
pub fn one(options: &Options) -> Result<Luma, SourceError> {
    let ended =
        || SourceError::Other { doing: "read", device: described(options), cause: "it has no picture".to_owned() };
    started(options)?.take().map_err(|why| why.err().unwrap_or_else(ended))
}

/// Looks at picture after picture and tells what each showed and the milliseconds it took, until the pictures end.
pub fn watch(options: &Options, told: &mut dyn FnMut(&Sight, f64) -> std::io::Result<()>) -> Result<(), SourceError> {
    let slot = started(options)?;
    let mut tracker = Tracker::new(options.vision.clone());
    loop {
        let image = match slot.take() {
            Ok(image) => image,
            Err(why) => return why,
        };
        let start = uptime();
        let sight = tracker.look(&image, &mut uptime);
        let spent = uptime().saturating_sub(start).as_secs_f64() * 1e3;
        told(&sight, spent).map_err(|it| SourceError::from_io("write to", "the terminal", &it))?;
    }
}

/// Runs the child until its pictures or its listener end; `wishes` are the station's, its end is the child's.
pub fn run(options: &Options, wishes: impl Read + Send + 'static, out: &mut dyn Write) -> std::io::Result<()> {
    let slot = match started(options) {
        Ok(slot) => slot,
        Err(error) => return say(out, &Message::Fault(error.fault())),
    };
    let asked = listening(wishes, slot.clone())?;
    say(out, &Message::Opened(described(options)))?;
    let mut tracker = Tracker::new(options.vision.clone());
    let mut presence = Presence::new();
    let pause = Stop::new();
    let (mut beat, mut shown) = (Duration::ZERO, Duration::ZERO);
    loop {
        let image = match slot.take() {
            Ok(image) => image,
            Err(why) => {
                tell(out, presence.end())?;
                return say(out, &why.map_or_else(|it| Message::Fault(it.fault()), |()| Message::Ended));
            }
        };
        let sight = tracker.look(&image, &mut uptime);
        let now = uptime();
        tell(out, presence.see(&sight.symbols, now))?;
        if asked.still.swap(false, Ordering::AcqRel) {
            say(out, &Message::Still(jpeg(&image, STILL_QUALITY)))?;
        }
        if now.saturating_sub(shown) >= PREVIEW_EVERY && asked.wants_preview() {
            shown = now;
            say(out, &Message::Preview(preview(&image, &sight)))?;
        }
        if now.saturating_sub(beat) >= BEAT_EVERY {
            beat = now;
            say(out, &Message::Beat)?;
        }
        if sight.still > IDLE_AFTER && matches!(options.eye, Eye::Device(_)) {
            let _ended = pause.wait(IDLE_PAUSE);
        }
    }
}

/// What somebody at the page wants to see.
#[derive(Default)]
struct Asked {
    previews: AtomicU32,
    still: AtomicBool,
}

impl Asked {
    fn wants_preview(&self) -> bool {
        self.previews.fetch_update(Ordering::AcqRel, Ordering::Acquire, |left| left.checked_sub(1)).is_ok()
    }
}

/// Listens to the station; when it has gone, no more pictures are needed.
fn listening(mut wishes: impl Read + Send + 'static, slot: Slot) -> std::io::Result<Arc<Asked>> {
    let asked = Arc::new(Asked::default());
    let heard = Arc::clone(&asked);
    let body = move || {
        let mut word = [0];
        while wishes.read_exact(&mut word).is_ok() {
            match word {
                [WATCH] => heard.previews.store(PREVIEWS_A_WISH, Ordering::Release),
                [STILL] => heard.still.store(true, Ordering::Release),
                _ => {}
            }
        }
        slot.end(Ok(()));
    };
    std::thread::Builder::new().name("wishes".to_owned()).spawn(body)?;
    Ok(asked)
}

fn tell(out: &mut dyn Write, reading: Vec<Symbol>) -> std::io::Result<()> {
    if reading.is_empty() { Ok(()) } else { say(out, &Message::Symbols(reading)) }
}

fn say(out: &mut dyn Write, message: &Message) -> std::io::Result<()> {
    out.write_all(&pack(message))?;
    out.flush()
}

fn described(options: &Options) -> String {
    match &options.eye {
        Eye::Device(name) => format!("camera {name}, {} x {}", options.width, options.height),
        Eye::Folder { path, .. } => format!("pictures in {}", path.display()),
    }
}

fn preview(image: &Luma, sight: &Sight) -> Preview {
    let small = image.fitted(PREVIEW_SIDE);
    let share = |small: usize, large: usize| {
        let side = |it: usize| f32::from(u16::try_from(it).unwrap_or(u16::MAX));
        side(small) / side(large)
    };
    let (x, y) = (share(small.width(), image.width()), share(small.height(), image.height()));
    let outlines = sight.symbols.iter().map(|it| it.corners.map(|p| (p.0 * x, p.1 * y))).collect();
    let (width, height) = (small.width(), small.height());
    Preview { jpeg: jpeg(&small, PREVIEW_QUALITY), width, height, outlines, hint: sight.hint }
}

/// The machine's uptime: a child has no station to hand it a clock.
fn uptime() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    Duration::new(u64::try_from(now.tv_sec).unwrap_or(0), u32::try_from(now.tv_nsec).unwrap_or(0))
}

fn capture(options: &Options, slot: &Slot) -> Result<(), SourceError> {
    match &options.eye {
        Eye::Folder { path, rate, again } => {
            let mut film = Film::open(path, *again)?;
            let pause = Stop::new();
            let between = Duration::from_secs(1) / (*rate).clamp(1, 1_000);
            while let Some(image) = film.next_image() {
                slot.put(image);
                // A film is looked at whole, unlike a camera, whose older pictures are dropped.
                while !slot.is_empty() && !pause.wait(Duration::from_millis(1)) {}
                if pause.wait(between) {
                    break;
                }
            }
            Ok(())
        }
        Eye::Device(name) => device(name, options, slot),
    }
}

#[cfg(feature = "camera")]
fn device(name: &str, options: &Options, slot: &Slot) -> Result<(), SourceError> {
    super::capture::run(name, options, slot)
}

#[cfg(not(feature = "camera"))]
fn device(name: &str, _: &Options, _: &Slot) -> Result<(), SourceError> {
    let cause = "this build has no camera; build it with the feature `camera`".to_owned();
    Err(SourceError::Unsupported { doing: "open", device: name.to_owned(), cause })
}
