//! The serial source on real pseudo-terminals: what the kernel does, not what we imagine that it does.
//!
//! A [`Desk`] holds one configured port and what it told; every wait has a deadline, nothing sleeps.
//! Deliberately absent: the station behind it.

mod faults;
mod profiles;
mod reading;
mod simulated;

use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use scanstation::decode::{Decoded, Decoder};
use scanstation::domain::{Clock, Delivery, Fault, FaultKind, LaneId, Moment, SourceId};
use scanstation::source::serial::select::Selector;
use scanstation::source::serial::{Options, start_with};
use scanstation::source::supervise::{Backoff, Place, Supervised};
use scanstation::source::{Attachment, Closed, Sink, SourceInput, Stop};

/// Longer than anything here takes on a busy machine; meeting it is a failure.
const PATIENCE: Duration = Duration::from_secs(60);

#[allow(clippy::disallowed_methods, reason = "the test's clock: real devices have real time")]
fn clock() -> Clock {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let start = *START;
    Arc::new(move || Moment::new(Timestamp::UNIX_EPOCH, start.elapsed()))
}

/// What the station would see.
#[derive(Debug, PartialEq, Eq)]
enum Seen {
    Attached,
    Code(String),
    Discard(String),
    Fault(FaultKind),
}

/// One configured port, its thread, and what it told.
struct Desk {
    told: Receiver<SourceInput>,
    stop: Stop,
    thread: Option<Supervised>,
    decoder: Option<Box<dyn Decoder>>,
    attachment: Option<Attachment>,
    pending: Vec<Seen>,
    last_fault: Option<Fault>,
}

impl Desk {
    fn open(path: &Path) -> Self {
        Self::with(Options::new(Selector::Path(path.to_owned())))
    }

    fn with(options: Options) -> Self {
        let (queue, told) = sync_channel(1_024);
        let sink: Sink = Arc::new(move |input| queue.send(input).map_err(|_| Closed));
        let stop = Stop::new();
        let place =
            Place { source: SourceId::new("gun"), lane: LaneId::new("left"), sink, clock: clock(), stop: stop.clone() };
        let backoff = Backoff { first: Duration::from_millis(5), max: Duration::from_millis(20) };
        let mut thread = start_with(place, options, backoff, Duration::from_millis(20)).expect("a thread starts");
        assert!(thread.wait_for_first_attempt(PATIENCE), "the port is tried");
        let thread = Some(thread);
        Self { told, stop, thread, decoder: None, attachment: None, pending: Vec::new(), last_fault: None }
    }

    /// The next thing the station would see.
    #[track_caller]
    fn next(&mut self) -> Seen {
        loop {
            if !self.pending.is_empty() {
                return self.pending.remove(0);
            }
            let wait = self.decoder.as_ref().and_then(|it| it.deadline());
            let wait = wait.map_or(PATIENCE, |it| it.saturating_sub(clock()().uptime));
            match self.told.recv_timeout(wait) {
                Ok(input) => self.take(input),
                Err(_) if self.decoder.as_ref().is_some_and(|it| it.deadline().is_some()) => {
                    self.decode(|decoder, out| decoder.expire(clock()(), out));
                }
                Err(error) => panic!("nothing came: {error}"),
            }
        }
    }

    /// What comes next is a code.
    #[track_caller]
    fn expect(&mut self, code: &str) {
        assert_eq!(self.next(), Seen::Code(code.to_owned()));
    }

    fn take(&mut self, input: SourceInput) {
        match input {
            SourceInput::Attached(mut attachment) => {
                self.decoder = attachment.decoder.take();
                self.attachment = Some(attachment);
                self.pending.push(Seen::Attached);
            }
            SourceInput::Read(read) => {
                let Delivery::Bytes(bytes) = read.delivery else { panic!("a line delivers bytes") };
                self.decode(|decoder, out| decoder.push(&bytes, read.at, out));
            }
            SourceInput::Discarded(_, discard) => self.pending.push(Seen::Discard(format!("{discard:?}"))),
            SourceInput::Faulted(_, fault) => {
                self.decode(|decoder, out| decoder.pulled(out));
                self.decoder = None;
                self.pending.push(Seen::Fault(fault.kind));
                self.last_fault = Some(fault);
            }
            SourceInput::Ended(_) => {}
        }
    }

    fn decode(&mut self, work: impl FnOnce(&mut dyn Decoder, &mut Vec<Decoded>)) {
        let mut out = Vec::new();
        if let Some(decoder) = &mut self.decoder {
            work(decoder.as_mut(), &mut out);
        }
        self.pending.extend(out.into_iter().map(|it| match it {
            Decoded::Frame(frame) => Seen::Code(frame.bytes.escape_ascii().to_string()),
            Decoded::Discard(discard) => Seen::Discard(format!("{discard:?}")),
        }));
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.stop.stop();
        // The queue may be full of what the test did not look at.
        drop(std::mem::replace(&mut self.told, sync_channel(0).1));
        if let Some(thread) = self.thread.take() {
            thread.join();
        }
    }
}
