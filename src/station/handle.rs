//! The way in for everybody who is not a scanner, and the way out for everybody who watches.
//!
//! The queue is bounded: a web request that finds it full is told so at once and nothing of it is done.
//! Deliberately absent: any state of its own; a handle can be cloned freely.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{broadcast, oneshot, watch};

use crate::domain::{LaneId, Message, Moment, SourceId, StationView, Transport, Update};
use crate::identify;
use crate::queue::{NotSent, Sender};
use crate::source::{Closed, Sink, SourceInput};
use crate::store::Store;

use super::pace::{Pace, PaceView};

/// A piece of work on the store's writer, done between two groups of scans: import, export of a snapshot, a purge.
pub type Work = Box<dyn FnOnce(&mut Store, Moment) + Send>;

/// What the station's queue holds.
pub enum Input {
    /// From a scanner.
    Source(SourceInput),
    /// From the API, the page or the command line: one whole message that wants an answer.
    Request(Request),
    /// Work on the register that only the writer may do.
    Work(Work),
    /// When time comes for something next, by uptime; `None` if the station waits for inputs alone. For one who asks
    /// when nothing else waits: what is before it in the queue may change it.
    Deadline(oneshot::Sender<Option<Duration>>),
    /// What the operator must know until it is mended, a whole sentence; screens show it.
    Alarm(String),
    /// End after the inputs that are already waiting.
    Stop,
}

/// One whole message that wants an answer.
pub struct Request {
    /// What was scanned or typed.
    pub message: Message,
    /// Who asks; one of [`Transport::Http`], [`Transport::Page`], [`Transport::CommandLine`].
    pub transport: Transport,
    /// Names the asking client in the journal.
    pub source: SourceId,
    /// The side of the station; an unknown one is opened.
    pub lane: LaneId,
    /// A repeated key gets the first answer, byte for byte, if lane and bytes are those of the first scan.
    pub idempotency_key: Option<String>,
    /// Where the answer goes, only after it is durable.
    pub reply: oneshot::Sender<Reply>,
}

/// The answer to a request: JSON of a [`Feedback`](crate::domain::Feedback).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The JSON, on one line; empty if the key is taken.
    pub json: Arc<str>,
    /// False if the answer is "NOT recorded".
    pub recorded: bool,
    /// The idempotency key was used for another scan: nothing was done.
    pub key_is_taken: bool,
}

/// Why an input was not taken; nothing of it was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    /// The queue is full: ask again.
    #[error("the station's queue is full; nothing was done, try again")]
    Full,
    /// The station has ended.
    #[error("the station has ended; nothing was done")]
    Ended,
}

/// A way into the station's queue and a view of its state.
#[derive(Clone)]
pub struct Handle {
    queue: Sender<Input>,
    updates: broadcast::Sender<Update>,
    view: watch::Receiver<Arc<StationView>>,
    life: watch::Receiver<()>,
    codes: Arc<identify::Options>,
    pace: Arc<Pace>,
}

impl Handle {
    pub(super) fn new(
        queue: Sender<Input>,
        updates: broadcast::Sender<Update>,
        view: watch::Receiver<Arc<StationView>>,
        life: watch::Receiver<()>,
        codes: identify::Options,
        pace: Arc<Pace>,
    ) -> Self {
        Self { queue, updates, view, life, codes: Arc::new(codes), pace }
    }

    /// What our own codes look like here: whoever explains a code explains it as the station reads it.
    #[must_use]
    pub fn codes(&self) -> &identify::Options {
        &self.codes
    }

    /// Puts a message into the queue and returns where its answer will arrive.
    pub fn scan(
        &self,
        message: Message,
        transport: Transport,
        lane: LaneId,
        idempotency_key: Option<String>,
    ) -> Result<oneshot::Receiver<Reply>, NotTaken> {
        let (reply, answer) = oneshot::channel();
        let source = SourceId::new(transport.word());
        self.put(Input::Request(Request { message, transport, source, lane, idempotency_key, reply }))?;
        Ok(answer)
    }

    /// Has work done on the store's writer and returns where its result will arrive.
    pub fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Store, Moment) -> T + Send + 'static,
    ) -> Result<oneshot::Receiver<T>, NotTaken> {
        let (done, result) = oneshot::channel();
        self.put(Input::Work(Box::new(move |store, now| {
            drop(done.send(work(store, now)));
        })))?;
        Ok(result)
    }

    /// Asks when time comes for something next, by the station's uptime: a silence ends, the head is to be signed.
    pub fn deadline(&self) -> Result<oneshot::Receiver<Option<Duration>>, NotTaken> {
        let (reply, deadline) = oneshot::channel();
        self.put(Input::Deadline(reply))?;
        Ok(deadline)
    }

    /// Resolves when the station's loop has ended, and never wakes before.
    pub async fn ended(&self) {
        let mut life = self.life.clone();
        while life.changed().await.is_ok() {}
    }

    /// Shows a sentence on every screen until the service ends: something that a person must mend.
    pub fn alarm(&self, sentence: String) -> Result<(), NotTaken> {
        self.put(Input::Alarm(sentence))
    }

    /// Messages to screens from now on; a receiver that lags is told so and resumes from the ledger.
    #[must_use]
    pub fn updates(&self) -> broadcast::Receiver<Update> {
        self.updates.subscribe()
    }

    /// The state as screens see it; the receiver also wakes when it changes.
    #[must_use]
    pub fn view(&self) -> watch::Receiver<Arc<StationView>> {
        self.view.clone()
    }

    /// How long scans of devices took from their read to durable.
    #[must_use]
    pub fn pace(&self) -> PaceView {
        self.pace.view()
    }

    /// Where scanners put what they have: waits while the queue is full.
    #[must_use]
    pub fn sink(&self) -> Sink {
        let queue = self.queue.clone();
        Arc::new(move |input| queue.send(Input::Source(input)).map_err(|_| Closed))
    }

    /// Asks the station to end after the inputs that already wait.
    pub fn stop(&self) {
        drop(self.queue.send(Input::Stop));
    }

    fn put(&self, input: Input) -> Result<(), NotTaken> {
        self.queue.try_send(input).map_err(|it| match it {
            NotSent::Full(_) => NotTaken::Full,
            NotSent::Ended(_) => NotTaken::Ended,
        })
    }
}
