//! One open serial port: settings, reading, hang-up, and the way back.
//!
//! The driver's read waits in `ppoll`, so bytes and hang-ups wake it at once and nothing else does but the look at the
//! stop signal. Bytes that wait when the port is opened are handed over stamped before the moment of opening.
//! Deliberately absent: retrying (`supervise`).

use std::io::{self, Read as _, Write};
use std::os::fd::{AsFd as _, OwnedFd};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustix::fs::{Mode, OFlags};
use serialport::{ErrorKind, SerialPort as _, TTYPort};

use super::select::{Found, Identity, System};
use super::{DataBits, Flow, Options, Parity, Reply, StopBits};
use crate::decode::Decoder;
use crate::decode::batch::{self, BatchDecoder};
use crate::decode::line::LineDecoder;
use crate::domain::{Delivery, Moment, Transport};
use crate::source::bell::Bell;
use crate::source::profile::Answers;
use crate::source::supervise::Link;
use crate::source::{Attachment, BackChannel, SourceError, answering};

/// Bytes taken from the driver at once.
const READ_MAX: usize = 4_096;

/// Bytes that are taken as "waiting when the port was opened" at most; what is behind them counts as new.
const STALE_MAX: usize = 65_536;

/// After an unplug a stranger at the same path is taken only when the scanner itself has not come back for so long.
const STRANGER: Duration = Duration::from_secs(3);

/// How long the driver may take to accept a reply byte; a scanner that does not listen must not hold the station.
const REPLY_WAIT: Duration = Duration::ZERO;

const ACK: u8 = 0x06;
const NAK: u8 = 0x15;

/// A configured port over all its plugs and unplugs.
pub(super) struct Port {
    options: Options,
    wake: Duration,
    system: System,
    last: Option<Identity>,
    left: Option<Moment>,
    /// Rung at the end; made at the first attempt.
    bell: Option<Bell>,
}

impl Port {
    pub(super) fn new(options: Options, wake: Duration) -> Self {
        Self { options, wake, system: System::default(), last: None, left: None, bell: None }
    }

    /// Opens the port and reads it until it fails or the signal is given.
    pub(super) fn run(&mut self, link: &Link) -> Result<(), SourceError> {
        answering(link.source.as_str());
        let only_last = self.left.is_some_and(|left| link.now().since(left) < STRANGER);
        let found = self.system.find(&self.options.device, self.last.as_ref(), only_last)?;
        let device = self.options.device.to_string();
        let profile = self.options.profile_of(found.identity.as_ref())?;
        let options = self.options.over(profile)?;
        let answers = profile.map(|it| it.answer.clone()).unwrap_or_default();
        if self.bell.is_none() {
            self.bell = Bell::new(&link.stop).ok();
        }
        let (mut port, eyes) = open(&options, &found, &device, self.wake)?;
        let waiting = drain(&mut port, link);
        let opened = link.now();
        let back = WayBack::new(&port, options.reply, &answers);
        link.attach(Attachment {
            source: link.source.clone(),
            lane: link.lane.clone(),
            transport: Transport::Serial,
            description: describe(&found),
            decoder: Some(decoder(&options, profile.and_then(|it| it.batch.clone()), opened)),
            back: back.clone().map(|it| it.channel(options.reply, &answers)),
        })?;
        self.last = found.identity;
        let alarm = self.bell.as_ref().zip(eyes.as_ref());
        let ended = deliver(&mut port, alarm, waiting, link, &device);
        if let Some(back) = back {
            back.close();
        }
        self.left = Some(link.now());
        ended
    }
}

/// Cuts the line into codes; those of a scanner with a memory get the times at which they were read.
fn decoder(options: &Options, batch: Option<batch::Options>, opened: Moment) -> Box<dyn Decoder> {
    let line = LineDecoder::new(options.framing.clone(), opened);
    match batch {
        Some(batch) => Box::new(BatchDecoder::new(line, batch, options.zone.clone())),
        None => Box::new(line),
    }
}

fn deliver(
    port: &mut TTYPort,
    alarm: Option<(&Bell, &OwnedFd)>,
    waiting: Vec<(Vec<u8>, Moment)>,
    link: &Link,
    device: &str,
) -> Result<(), SourceError> {
    for (bytes, at) in waiting {
        link.deliver(Delivery::Bytes(bytes), at)?;
    }
    let mut buffer = [0; READ_MAX];
    loop {
        // Bytes, a hang-up and the end wake this thread; where that cannot be had, it looks at the signal now and then.
        if let Some((bell, eyes)) = alarm {
            bell.wait_beside(&[eyes.as_fd()], None).map_err(|it| lost(port, device, &it.into()))?;
        }
        if link.stop.is_given() {
            return Ok(());
        }
        match port.read(&mut buffer) {
            Ok(0) => return Err(SourceError::Disconnected { doing: "read", device: device.to_owned() }),
            Ok(length) => {
                let at = link.now();
                let bytes = buffer.get(..length).unwrap_or_default().to_vec();
                link.deliver(Delivery::Bytes(bytes), at)?;
            }
            Err(error) if matches!(error.kind(), io::ErrorKind::TimedOut | io::ErrorKind::Interrupted) => {}
            Err(error) => return Err(lost(port, device, &error)),
        }
    }
}

/// A read that failed: unplugged, if the port is no longer where it was opened.
fn lost(port: &TTYPort, device: &str, error: &io::Error) -> SourceError {
    let is_there = port.name().is_some_and(|it| std::fs::exists(it).unwrap_or(false));
    if is_there {
        SourceError::from_io("read", device, error)
    } else {
        SourceError::Disconnected { doing: "read", device: device.to_owned() }
    }
}

/// Opens and sets up the port, and a second look at it that can be waited for.
fn open(
    options: &Options,
    found: &Found,
    device: &str,
    wake: Duration,
) -> Result<(TTYPort, Option<OwnedFd>), SourceError> {
    let builder = serialport::new(found.path.to_string_lossy(), options.baud)
        .data_bits(match options.data_bits {
            DataBits::Five => serialport::DataBits::Five,
            DataBits::Six => serialport::DataBits::Six,
            DataBits::Seven => serialport::DataBits::Seven,
            DataBits::Eight => serialport::DataBits::Eight,
        })
        .parity(match options.parity {
            Parity::None => serialport::Parity::None,
            Parity::Odd => serialport::Parity::Odd,
            Parity::Even => serialport::Parity::Even,
        })
        .stop_bits(match options.stop_bits {
            StopBits::One => serialport::StopBits::One,
            StopBits::Two => serialport::StopBits::Two,
        })
        .flow_control(match options.flow {
            Flow::None => serialport::FlowControl::None,
            Flow::Software => serialport::FlowControl::Software,
            Flow::Hardware => serialport::FlowControl::Hardware,
        })
        .dtr_on_open(options.dtr_on_open)
        .exclusive(false)
        .timeout(wake);
    let mut port = TTYPort::open(&builder).map_err(|it| refused(&it, device))?;
    // The crate's port can be read and not waited for beside something else. From here on nobody else can open it.
    let flags = OFlags::RDONLY | OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let eyes = rustix::fs::open(&found.path, flags, Mode::empty()).ok();
    port.set_exclusive(options.exclusive).map_err(|it| refused(&it, device))?;
    Ok((port, eyes))
}

/// What the crate's error means; it reports a port that somebody else holds as "no device".
fn refused(error: &serialport::Error, device: &str) -> SourceError {
    let (doing, named) = ("open", device.to_owned());
    match error.kind {
        ErrorKind::NoDevice => SourceError::Busy { doing, device: named },
        ErrorKind::InvalidInput => SourceError::Unsupported { doing, device: named, cause: error.to_string() },
        ErrorKind::Io(kind) => SourceError::from_io(doing, device, &io::Error::new(kind, error.to_string())),
        ErrorKind::Unknown => SourceError::Other { doing, device: named, cause: error.to_string() },
    }
}

/// Takes what was waiting before the port was opened, each part stamped with its time.
fn drain(port: &mut TTYPort, link: &Link) -> Vec<(Vec<u8>, Moment)> {
    let mut waiting = Vec::new();
    let mut taken = 0;
    let mut buffer = [0; READ_MAX];
    while taken < STALE_MAX && port.bytes_to_read().is_ok_and(|it| it > 0) {
        // An error here comes again at the next read, where it is handled.
        let Ok(length) = port.read(&mut buffer) else { break };
        taken += length;
        waiting.push((buffer.get(..length).unwrap_or_default().to_vec(), link.now()));
    }
    waiting
}

fn describe(found: &Found) -> String {
    let path = found.path.display();
    match &found.identity {
        Some(identity) if !identity.name.is_empty() => format!("{} ({path})", identity.name),
        _ => path.to_string(),
    }
}

/// The way back to the scanner; it closes with the port, so that a port that left is not held by those who answer.
#[derive(Clone)]
struct WayBack(Arc<Mutex<Option<TTYPort>>>);

impl WayBack {
    fn new(port: &TTYPort, reply: Reply, answers: &Answers) -> Option<Self> {
        if reply == Reply::None && answers.is_silent() {
            return None;
        }
        let mut back = port.try_clone_native().ok()?;
        back.set_timeout(REPLY_WAIT).ok()?;
        Some(Self(Arc::new(Mutex::new(Some(back)))))
    }

    fn channel(self, reply: Reply, answers: &Answers) -> BackChannel {
        let (on_frame, on_damage) = match reply {
            Reply::None => (Vec::new(), Vec::new()),
            Reply::AckNak => (vec![ACK], vec![NAK]),
        };
        BackChannel { port: Box::new(self), on_frame, on_damage, on_answer: answers.in_order() }
    }

    fn close(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl Write for WayBack {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut back = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let port = back.as_mut().ok_or_else(|| io::Error::from(io::ErrorKind::BrokenPipe))?;
        port.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(()) // Waiting until the line has carried it would hold the station.
    }
}
