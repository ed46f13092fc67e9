//! `POST /api/v1/stills` keeps a picture, `GET /api/v1/stills/{hash}` shows it to those who may see serial numbers.
//!
//! Keeping one needs a session of an operator. With `event` in the query it is bound to that event, with `unit` and
//! `identifier` to that identifier; with a lane alone its hash is scanned there, as the card `STILL`, so that the rules bind
//! it to the damage or the unknown code. A camera's still goes the same way.
//! Invariant: nothing is kept for what is not there, nor that was not looked over as a whole, one picture after the other, so that memory is bounded.
//! Deliberately absent: taking the picture (`eyes.rs`).

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Response, header};
use tokio::sync::Semaphore;

use super::authority::Authority;
use super::body;
use super::instructions::refused;
use super::problem::{Problem, ProblemKind};
use super::routes::Site;
use super::scans::{lane_of, not_taken, unreadable};
use super::wire::{self, Path, Query};
use crate::domain::{EventSeq, IdentifierKind, LaneId, Message, Role, Transport};
use crate::station::look_over;
use crate::store::{STILL_MAX, Shown, Still, StoreError, keep_still, read_still};

/// Pictures that are looked over at one time: unpacked, one may take 300 MiB.
static LOOKED_OVER: Semaphore = Semaphore::const_new(1);

#[derive(serde::Serialize)]
struct Kept {
    #[serde(flatten)]
    still: Still,
    /// The answer to the card, as `POST /api/v1/scans` gives it; `null` if it was not shown at a lane.
    answer: Option<serde_json::Value>,
    /// The event that binds it to what the query named.
    event: Option<EventSeq>,
}

/// What becomes of a still once it is kept.
pub(super) enum Wanted {
    /// Nothing more.
    Kept,
    /// It is shown at a lane.
    Scanned(LaneId),
    /// It is bound.
    Bound(Shown),
}

impl Wanted {
    /// What the query asks for.
    pub(super) fn of(query: &Query) -> Result<Self, Problem> {
        let event = query.text("event").map(|_| query.number("event", 0)).transpose()?.map(EventSeq);
        match (event, query.text("unit"), query.text("identifier"), query.text("lane")) {
            (Some(event), None, None, _) => Ok(Self::Bound(Shown::Event(event))),
            (None, Some(unit), Some(kind), _) => {
                let known = IdentifierKind::parse(kind);
                let kind = known.ok_or_else(|| unreadable(format!("`{kind}` is no kind of identifier")))?;
                let raw = query.text("ending").map(str::to_owned);
                Ok(Self::Bound(Shown::Identifier { unit: unit.to_owned(), kind, raw }))
            }
            (None, None, None, Some(lane)) => lane_of(Some(lane)).map(Self::Scanned),
            (None, None, None, None) => Ok(Self::Kept),
            _ => Err(unreadable("a still shows either an `event`, or an `identifier` of a `unit`")),
        }
    }
}

impl Wanted {
    /// Asks whether what is to be shown is there: of what nobody knows no picture is kept, and a camera takes none.
    pub(super) async fn ask(&self, site: &Site) -> Result<(), Problem> {
        let Self::Bound(shown) = self else { return Ok(()) };
        let shown = shown.clone();
        let asking = site.handle.work(move |store, _| store.showable(&shown).map(drop));
        let asked: Result<(), StoreError> = asking.map_err(|it| not_taken(site, it))?.await.map_err(|_| ending())?;
        asked.map_err(|it| refused(&it))
    }
}

/// Keeps one picture.
pub(super) async fn post(State(site): State<Arc<Site>>, request: Request) -> Result<Response<Body>, Problem> {
    let (parts, sent) = request.into_parts();
    let query = Query::of(&parts.uri);
    let authority = site.authority(&parts.headers, &query, Role::Operator).await?;
    let wanted = Wanted::of(&query)?;
    wanted.ask(&site).await?;
    let patience = site.options.body_timeout.saturating_mul(3);
    let bytes = body::read(sent, STILL_MAX, patience).await?;
    keep(&site, bytes, authority, &wanted).await
}

/// Keeps a picture and does with it what is wanted.
pub(super) async fn keep(
    site: &Site,
    picture: Vec<u8>,
    authority: Authority,
    wanted: &Wanted,
) -> Result<Response<Body>, Problem> {
    let still = look_over_and_keep(site, picture, STILL_MAX).await?;
    let (answer, event) = match wanted {
        Wanted::Kept => (None, None),
        Wanted::Scanned(lane) => (Some(show(site, &still, lane).await?), None),
        Wanted::Bound(shown) => (None, Some(bind(site, &still, shown.clone(), authority).await?)),
    };
    wire::answer(&Kept { still, answer, event })
}

/// Keeps a picture of at most so many bytes if it is one that can be shown.
pub(super) async fn look_over_and_keep(site: &Site, picture: Vec<u8>, bytes_max: usize) -> Result<Still, Problem> {
    let folder = site.readers.folder().to_owned();
    // The turn goes with the thread: it looks on when whoever sent the picture has gone.
    let turn = LOOKED_OVER.acquire().await.map_err(|_| ending())?;
    let looked_over = tokio::task::spawn_blocking(move || {
        let found = look_over(&picture, bytes_max);
        drop(turn);
        found.map(|()| picture)
    });
    let found = looked_over.await.map_err(|_| ending())?;
    let picture = found.map_err(|it| Problem::new(ProblemKind::Refused, it.to_string()))?;
    let kept = tokio::task::spawn_blocking(move || keep_still(&folder, &picture)).await;
    kept.map_err(|_| ending())?.map_err(|it| refused(&it))
}

/// Binds the still under the person who asks.
async fn bind(site: &Site, still: &Still, shown: Shown, authority: Authority) -> Result<EventSeq, Problem> {
    let hash = still.still.clone();
    let working = site
        .handle
        .work(move |store, now| store.within(|store| store.bind_still(&hash, &shown, authority.person, now)));
    let bound = working.map_err(|it| not_taken(site, it))?.await.map_err(|_| ending())?;
    bound.map_err(|it| refused(&it))
}

/// Scans the still on its lane.
async fn show(site: &Site, still: &Still, lane: &LaneId) -> Result<serde_json::Value, Problem> {
    let card = format!("{}STILL {}", site.handle.codes().command_prefix, still.still);
    let message = Message { bytes: card.into_bytes(), ..Message::default() };
    let waiting = site.handle.scan(message, Transport::Http, lane.clone(), None);
    let reply = waiting.map_err(|it| not_taken(site, it))?.await.map_err(|_| ending())?;
    serde_json::from_str(&reply.json).map_err(|it| Problem::new(ProblemKind::Store, format!("read the answer: {it}")))
}

/// Shows one picture.
pub(super) async fn still(
    State(site): State<Arc<Site>>,
    Path(hash): Path<String>,
    request: Request,
) -> Result<Response<Body>, Problem> {
    if !site.sight(&Query::of(request.uri()))?.sees_serial_numbers() {
        return Err(Problem::new(
            ProblemKind::Forbidden,
            "a picture may show a serial plate; scan an operator's badge",
        ));
    }
    let folder = site.readers.folder().to_owned();
    let read = tokio::task::spawn_blocking(move || read_still(&folder, &hash)).await.map_err(|_| ending())?;
    let (kind, bytes) = read
        .map_err(|it| Problem::new(ProblemKind::Store, it.to_string()))?
        .ok_or_else(|| Problem::new(ProblemKind::NotFound, "there is no such still"))?;
    let mut response = Response::new(Body::from(bytes));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(response)
}

pub(super) fn ending() -> Problem {
    Problem::new(ProblemKind::Ending, "the service is ending")
}
