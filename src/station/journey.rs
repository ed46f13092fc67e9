//! A journey: a tape walked through a station, each scan told step by step from read to answer.
//!
//! The clock is the tape's, so a day at the desk takes no time and the same tape gives the same journey on the same
//! store. Between two steps the clock stops where the station waits for it, so that a silence ends when it is over.
//! Deliberately absent: a way round the station; a journey is what the station's own loop did.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::SignedDuration;
use tokio::sync::broadcast::Receiver;

use crate::decode::{Decoded, Decoder};
use crate::domain::time::Clock;
use crate::domain::{Answer, Delivery, EventSeq, LaneId, Moment, SourceId, Update, UpdateName};
use crate::source::tape::{Act, Player, Tape};
use crate::source::{Attachment, Sink, SourceInput};
use crate::store::Store;

use super::told::{Journey, Line, Told, What};
use super::{Handle, NotTaken, Options, start};

/// Time after the last step: longer than any silence.
const END: Duration = Duration::from_secs(200);

/// Why a tape could not be walked to its end.
#[derive(Debug, thiserror::Error)]
pub enum JourneyError {
    /// The station's thread could not be started.
    #[error("start the station for the tape")]
    Start(#[source] std::io::Error),
    /// The station ended before the tape did.
    #[error("walk the tape: the station ended before it")]
    Ended,
}

impl From<NotTaken> for JourneyError {
    fn from(_: NotTaken) -> Self {
        Self::Ended
    }
}

/// Walks a tape through a station on this store and returns what happened, step by step.
///
/// `begun` is the tape's start: its wall time is what the ledger will say, its uptime should be zero.
pub fn journey(tape: &Tape, options: Options, store: Store, begun: Moment) -> Result<Journey, JourneyError> {
    let seen = store.head().0;
    let time = Arc::new(Mutex::new(begun));
    let hand = Arc::clone(&time);
    let clock: Clock = Arc::new(move || *hand.lock().unwrap_or_else(PoisonError::into_inner));
    let station = start(options, store, clock).map_err(JourneyError::Start)?;
    let handle = station.handle.clone();
    let mut walk = Walk {
        sink: handle.sink(),
        updates: handle.updates(),
        handle,
        time,
        begun,
        at: Duration::ZERO,
        seen,
        decoders: BTreeMap::new(),
        told: Vec::new(),
        notices: BTreeMap::new(),
    };
    let walked = walk.tape(tape);
    walk.handle.stop();
    station.join();
    walked.map(|()| Journey(walk.told))
}

struct Walk {
    handle: Handle,
    sink: Sink,
    updates: Receiver<Update>,
    time: Arc<Mutex<Moment>>,
    /// What both clocks said at the tape's start, as far as the wall clock was not set since.
    begun: Moment,
    at: Duration,
    seen: EventSeq,
    /// The same decoders as the station has, so that frames can be printed.
    decoders: BTreeMap<SourceId, Box<dyn Decoder>>,
    told: Vec<Told>,
    /// What each lane last said without being asked.
    notices: BTreeMap<LaneId, Option<(Answer, String)>>,
}

impl Walk {
    fn tape(&mut self, tape: &Tape) -> Result<(), JourneyError> {
        let (mut player, mut mirror) = (Player::new(), Player::new());
        self.settle()?;
        for step in &tape.steps {
            self.pass_until(step.at)?;
            if let Act::Clock(wall) = step.act {
                self.begun.wall = wall.saturating_sub(signed(step.at)).unwrap_or(wall);
                self.say(What::Clock { time: wall });
            }
            let now = self.tick();
            for input in mirror.inputs(&step.act, now) {
                self.print(input, now);
            }
            for input in player.inputs(&step.act, now) {
                (self.sink)(input).map_err(|_| JourneyError::Ended)?;
            }
            self.settle()?;
        }
        // What is still open is ended by silence.
        self.pass_until(self.at.saturating_add(END))
    }

    /// Lets time pass up to a step, with a stop wherever a silence is over on the way.
    fn pass_until(&mut self, at: Duration) -> Result<(), JourneyError> {
        while self.at < at {
            self.at = self.deadline()?.filter(|it| *it > self.at).map_or(at, |it| it.min(at));
            let now = self.tick();
            for (source, mut decoder) in std::mem::take(&mut self.decoders) {
                let mut decoded = Vec::new();
                decoder.expire(now, &mut decoded);
                self.decoders.insert(source, decoder);
                self.say_decoded(&decoded);
            }
            self.settle()?;
        }
        Ok(())
    }

    /// When the station does something next that nobody asks for, on the tape's clock.
    fn deadline(&self) -> Result<Option<Duration>, JourneyError> {
        let deadline = self.handle.deadline()?.blocking_recv().map_err(|_| JourneyError::Ended)?;
        Ok(deadline.map(|it| it.saturating_sub(self.begun.uptime)))
    }

    /// Sets the station's clock.
    fn tick(&self) -> Moment {
        let wall = self.begun.wall.saturating_add(signed(self.at)).unwrap_or(self.begun.wall);
        let now = Moment::new(wall, self.begun.uptime.saturating_add(self.at));
        *self.time.lock().unwrap_or_else(PoisonError::into_inner) = now;
        now
    }

    /// Waits until the station has done all that it was told, and prints what it answered.
    fn settle(&mut self) -> Result<(), JourneyError> {
        // The first round may still be ending silences when its work is done; after the second it has spoken too.
        for _ in 0..2 {
            self.handle.work(|_, _| ())?.blocking_recv().map_err(|_| JourneyError::Ended)?;
        }
        while let Ok(update) = self.updates.try_recv() {
            if update.name == UpdateName::Scan {
                self.say(What::Scan { outcome: serde_json::from_str(&update.json).unwrap_or_default() });
                if let Some(last) = update.seq {
                    self.print_events(last)?;
                }
            }
        }
        let head = self.handle.work(|store, _| store.head().0)?.blocking_recv().map_err(|_| JourneyError::Ended)?;
        if head > self.seen {
            self.say(What::Silence);
        }
        self.print_events(head)?;
        self.print_notices();
        Ok(())
    }

    /// Prints what the lanes said without being asked, once.
    fn print_notices(&mut self) {
        let view = self.handle.view().borrow().clone();
        for (lane, shown) in &view.lanes {
            let notice = shown.notice.as_ref().map(|it| (it.answer, it.why.clone()));
            let before = self.notices.insert(lane.clone(), notice.clone()).flatten();
            if let Some((answer, why)) = notice.filter(|it| before.as_ref() != Some(it)) {
                self.say(What::Notice { lane: lane.clone(), answer, why });
            }
        }
    }

    /// Prints the events that were not printed yet, up to that one.
    fn print_events(&mut self, last: EventSeq) -> Result<(), JourneyError> {
        while self.seen < last {
            self.seen = EventSeq(self.seen.0.saturating_add(1));
            let seq = self.seen;
            let read = self.handle.work(move |store, _| store.event(seq).ok().flatten())?;
            if let Some(event) = read.blocking_recv().map_err(|_| JourneyError::Ended)? {
                self.say(What::Event(Line::of(event)));
            }
        }
        Ok(())
    }

    fn say(&mut self, what: What) {
        self.told.push(Told { at: self.at, what });
    }

    /// Prints what a source tells, and what its decoder makes of it.
    fn print(&mut self, input: SourceInput, now: Moment) {
        let mut decoded = Vec::new();
        match input {
            SourceInput::Attached(Attachment { source, lane, decoder, .. }) => {
                self.say(What::Attached { source: source.clone(), lane });
                if let Some(decoder) = decoder {
                    self.decoders.insert(source, decoder);
                }
            }
            SourceInput::Read(read) => {
                let (delivered, bytes) = match read.delivery {
                    Delivery::Bytes(bytes) => ("bytes", bytes),
                    Delivery::Report(bytes) => ("report", bytes),
                    Delivery::Message(message) => ("message", message.bytes),
                    Delivery::Symbols(_) => return,
                };
                if let Some(decoder) = self.decoders.get_mut(&read.source) {
                    decoder.push(&bytes, now, &mut decoded);
                }
                self.say(What::Read { source: read.source, delivered, bytes });
            }
            SourceInput::Faulted(source, fault) => {
                if let Some(mut decoder) = self.decoders.remove(&source) {
                    decoder.pulled(&mut decoded);
                }
                self.say(What::Fault { source, why: fault.message });
            }
            SourceInput::Discarded(..) | SourceInput::Ended(_) => {}
        }
        self.say_decoded(&decoded);
    }

    fn say_decoded(&mut self, decoded: &[Decoded]) {
        for it in decoded {
            self.say(What::from(it));
        }
    }
}

fn signed(time: Duration) -> SignedDuration {
    SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX)
}
