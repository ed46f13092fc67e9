//! The accept loop, and the life of one connection: served by hyper, or moved to the screens' thread.
//!
//! A browser reuses its connections, so a screen's request may come on any of them. When it does, hyper is stopped
//! without an answer and the bare connection goes to the thread that writes to screens, which answers.
//! Deliberately absent: what is answered (`routes.rs`), and TLS.

use std::cell::RefCell;
use std::future::poll_fn;
use std::net::{SocketAddr, TcpListener as StdListener};
use std::num::NonZero;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, Response, header};
use axum::response::IntoResponse;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{LocalOptions, LocalRuntime};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tower::ServiceExt;

use super::error::HttpError;
use super::eyes::{Eyes, Peer};
use super::guard::Guard;
use super::meters::Meters;
use super::names;
use super::options::Options;
use super::problem::{Problem, ProblemKind};
use super::readers::Readers;
use super::routes::{self, Site, UPDATES};
use super::screens::{self, Joining, Place};
use super::wire::Query;
use crate::domain::{Clock, EventSeq};
use crate::station::{Handle, answering_at};
use crate::store;

/// Time for requests under way when the service ends.
const FAREWELL: Duration = Duration::from_secs(2);
/// Silence after which a client has read the answer to a request whose body we did not want, or has gone.
const LINGER: Duration = Duration::from_secs(2);
/// Bytes of such a body that are thrown away (chosen: twice the largest file that may be sent). Most clients read nothing
/// before they have sent all, and only hear that the connection broke if it ends before.
const LINGER_MAX: usize = 64 * 1024 * 1024;
/// Bytes that are thrown away of what a connection too many sends.
const TURNED_AWAY_MAX: usize = 256 * 1024;
/// Connections too many that are heard out at one time, however few may be open (chosen: a burst of one program).
const TURNED_AWAY_MIN: usize = 16;
/// Threads that ask the store for pages and programs.
const ASKING_THREADS: usize = 4;
/// They stay: one that was started later would be real-time as the thread that serves requests.
const ASKING_KEPT: Duration = Duration::from_secs(10 * 365 * 86_400);

/// Whether the room may serve at that address: on this machine only, because it has neither TLS nor sign-in.
pub fn allowed(address: SocketAddr) -> Result<(), HttpError> {
    if address.ip().is_loopback() { Ok(()) } else { Err(HttpError::OpenToNetwork(address)) }
}

/// Serves until `stop` becomes true (or its sender is gone) and returns when every thread of the room has ended.
///
/// `store` is the folder of the store, read beside its writer; `eyes` are the cameras that may be watched. The calling thread serves requests; one more writes to screens and one reads the ledger for screens that return.
pub fn run(
    options: Options,
    listener: StdListener,
    handle: Handle,
    store: PathBuf,
    clock: Clock,
    eyes: Eyes,
    stop: watch::Receiver<bool>,
) -> Result<(), HttpError> {
    allowed(listener.local_addr().map_err(HttpError::Listener)?)?;
    listener.set_nonblocking(true).map_err(HttpError::Listener)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(ASKING_THREADS)
        .thread_keep_alive(ASKING_KEPT)
        .build_local(LocalOptions::default())
        .map_err(|source| HttpError::Runtime { thread: "http", source })?;
    let meters = Arc::new(Meters::default());
    let mut set_up = store::Options::new(store.clone(), handle.view().borrow().station.clone());
    set_up.prefixes = handle.codes().prefixes();
    set_up.zone = options.zone.clone();
    let readers = Readers::new(store, &set_up.prefixes.tag);
    let (door, threads) = screens::start(&options, &handle, &readers, &meters, clock.clone(), stop.clone())?;
    let guard = Guard::new(&options.hosts);
    let turns = Semaphore::new(options.scans_waiting_max.max(1));
    let store = set_up;
    let site = Arc::new(Site { options, guard, handle, clock, readers, store, meters, door, eyes, turns });
    quicken(&runtime, site.options.requests_priority);
    let served = runtime.block_on(accept(site, listener, stop));
    runtime.shutdown_timeout(FAREWELL);
    for thread in threads {
        if thread.join().is_err() {
            tracing::error!("a thread of the web room ended by a panic");
        }
    }
    served
}

/// Makes the calling thread, which serves requests, one of those that answer: on a busy machine a request waits three times
/// for its thread, and each time some milliseconds. The threads that compute for it are started before and stay ordinary.
///
/// With one core nothing is done: a flood of requests would keep everything else there from it.
fn quicken(runtime: &LocalRuntime, priority: Option<u8>) {
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let Some(priority) = priority.filter(|_| cores > 1) else { return };
    let gate = Arc::new(Mutex::new(()));
    let closed = gate.lock().unwrap_or_else(PoisonError::into_inner);
    for _ in 0..ASKING_THREADS {
        let gate = gate.clone(); // None of them is idle before all are there.
        runtime.spawn_blocking(move || drop(gate.lock()));
    }
    drop(closed);
    answering_at(priority, "http");
}

async fn accept(site: Arc<Site>, listener: StdListener, mut stop: watch::Receiver<bool>) -> Result<(), HttpError> {
    let listener = TcpListener::from_std(listener).map_err(HttpError::Listener)?;
    let router = routes::router(site.clone());
    let (mut connections, mut refused) = (JoinSet::new(), JoinSet::new());
    let connections_max = site.options.connections_max;
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = connections.join_next() => continue,
            Some(_) = refused.join_next() => continue,
            _ = stop.wait_for(|it| *it) => break,
        };
        match accepted {
            Ok((stream, _)) if connections.len() < connections_max => {
                let life = live(site.clone(), router.clone(), stream, stop.clone());
                connections.spawn_local(life);
            }
            Ok((stream, _)) => {
                turn_away(&site, &stream);
                if refused.len() < connections_max.max(TURNED_AWAY_MIN) {
                    refused.spawn_local(linger(stream, 2 * LINGER, TURNED_AWAY_MAX));
                }
            }
            Err(error) => {
                // Out of file descriptors, mostly: waiting is all that helps.
                tracing::warn!(%error, "accept a connection");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
    drop(listener);
    let farewell = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(FAREWELL, farewell).await.is_err() {
        tracing::info!("requests were still under way at the end and were cut off");
    }
    connections.shutdown().await;
    refused.shutdown().await;
    Ok(())
}

/// Tells one connection too many that it is; nothing that it sends is looked at.
fn turn_away(site: &Site, stream: &TcpStream) {
    site.meters.connections_refused.fetch_add(1, Relaxed);
    let problem = Problem::new(ProblemKind::Busy, "too many connections (connections_max)").json();
    let answer = format!(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/problem+json\r\nretry-after: {}\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{problem}",
        Problem::RETRY_AFTER_S,
        problem.len()
    );
    // A fresh connection's buffer takes this at once; if not, the client sees it closed.
    if stream.try_write(answer.as_bytes()).is_err() {
        tracing::debug!("a connection too many left before it was told");
    }
}

/// A screen's request was found on a connection: hyper shall stop without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection moves to the screens")]
struct Moves;

/// What a screen asked for.
struct Watching {
    after: Option<EventSeq>,
    place: Place,
}

async fn live(site: Arc<Site>, router: Router, stream: TcpStream, mut stop: watch::Receiver<bool>) {
    // Answers are small and must leave at once.
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let peer = Peer(stream.peer_addr().ok().map(|it| it.ip()));
    let _open = Open::count(site.meters.clone());
    let watching: Rc<RefCell<Option<Watching>>> = Rc::default();
    let service = service_fn(|request| {
        let (site, router, watching) = (site.clone(), router.clone(), watching.clone());
        Box::pin(async move {
            match serve(&site, router, request, peer).await {
                Served::Answered(response) => Ok(response),
                Served::Watches(it) => {
                    watching.replace(Some(it));
                    Err(Moves)
                }
            }
        })
    });
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(site.options.header_timeout)
        .serve_connection(TokioIo::new(stream), service);
    let mut ending = false;
    loop {
        tokio::select! {
            ended = poll_fn(|cx| connection.poll_without_shutdown(cx)) => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "a connection ended");
                }
                break;
            }
            _ = stop.wait_for(|it| *it), if !ending => {
                ending = true;
                std::pin::Pin::new(&mut connection).graceful_shutdown();
            }
        }
    }
    let stream = connection.into_parts().io.into_inner();
    match watching.take() {
        Some(Watching { after, place }) => match stream.into_std() {
            Ok(stream) => site.door.join(Joining { stream, after, place }),
            Err(error) => tracing::warn!(%error, "move a screen's connection"),
        },
        None => linger(stream, site.options.body_timeout, LINGER_MAX).await,
    }
}

/// Closes in a way that lets the client read the last answer: our end first, then what it still sends goes nowhere, as
/// long as it goes on sending and neither time nor bytes are used up.
async fn linger(mut stream: TcpStream, patience: Duration, bytes_max: usize) {
    let parting = async {
        stream.shutdown().await.ok()?;
        let mut bin = vec![0; 16 * 1024];
        let mut left = bytes_max;
        while left > 0 {
            let read = tokio::time::timeout(LINGER, stream.read(&mut bin)).await.ok()?;
            let count = read.ok().filter(|it| *it > 0)?;
            left = left.saturating_sub(count);
        }
        Some(())
    };
    drop(tokio::time::timeout(patience, parting).await);
}

enum Served {
    Answered(Response<Body>),
    Watches(Watching),
}

async fn serve(site: &Site, router: Router, mut request: Request<Incoming>, peer: Peer) -> Served {
    request.extensions_mut().insert(peer);
    let asked = tracing::enabled!(tracing::Level::DEBUG)
        .then(|| (request.method().clone(), without_names(request.uri().path())));
    let allowed = site.guard.check(request.uri(), request.headers());
    let response = match allowed.and_then(|()| names::check(request.method(), request.uri())) {
        Err(problem) => problem.into_response(),
        Ok(()) if request.uri().path() == UPDATES && request.method() != Method::GET => {
            let problem =
                Problem::new(ProblemKind::WrongMethod, "this address is only asked with GET; see docs/api.md");
            ([(header::ALLOW, "GET")], problem).into_response()
        }
        Ok(()) if request.uri().path() == UPDATES => match watching(site, &request) {
            Ok(it) => return Served::Watches(it),
            Err(problem) => problem.into_response(),
        },
        Ok(()) => match router.oneshot(request.map(Body::new)).await {
            Ok(response) => response,
            Err(never) => match never {},
        },
    };
    let mut response = response;
    routes::secure(response.headers_mut());
    let status = response.status().as_u16();
    site.meters.answered(status);
    if let Some((method, path)) = asked {
        tracing::debug!(%method, path, status, "a request is answered");
    }
    Served::Answered(response)
}

/// An address as it is logged: a star where a unit, a person or a code is named, which may be what was scanned.
fn without_names(path: &str) -> String {
    let named = if path.starts_with("/api/") { 4 } else { 2 };
    let parts = path.split('/').enumerate();
    parts.map(|(place, part)| if place == named { "*" } else { part }).collect::<Vec<_>>().join("/")
}

/// Reads what a screen asks for: `Last-Event-ID`, or `after` in the address for its first time.
fn watching(site: &Site, request: &Request<Incoming>) -> Result<Watching, Problem> {
    let unreadable = || Problem::new(ProblemKind::Unreadable, "Last-Event-ID and `after` are ledger numbers");
    let header = match request.headers().get("last-event-id") {
        None => None,
        Some(value) if value.is_empty() => None,
        Some(value) => Some(value.to_str().ok().and_then(|it| it.parse::<i64>().ok()).ok_or_else(unreadable)?),
    };
    let query = Query::of(request.uri());
    let address = query.text("after").map(|it| it.parse::<i64>().map_err(|_| unreadable())).transpose()?;
    let full = || Problem::new(ProblemKind::Busy, "too many screens (screens_max)");
    let place = site.door.place().ok_or_else(full)?;
    Ok(Watching { place, after: header.or(address).map(|it| EventSeq(it.max(0))) })
}

/// Counts a connection while it is open.
struct Open(Arc<Meters>);

impl Open {
    fn count(meters: Arc<Meters>) -> Self {
        meters.connections.fetch_add(1, Relaxed);
        Self(meters)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.connections.fetch_sub(1, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::without_names;

    #[test]
    fn an_address_is_logged_without_what_it_names() {
        for (path, logged) in [
            ("/api/v1/units/C02XK1ABJG5H/owners", "/api/v1/units/*/owners"),
            ("/api/v1/state", "/api/v1/state"),
            ("/person/7", "/person/*"),
            ("/nope", "/nope"),
            ("/", "/"),
        ] {
            assert_eq!(without_names(path), logged);
        }
    }
}
