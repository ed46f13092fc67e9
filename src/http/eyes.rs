//! `GET /api/v1/cameras`, `…/{name}/preview` and `POST …/{name}/still`: what a camera sees, for whoever stands before this
//! machine.
//!
//! Watching is off unless the configuration switches it on, and everything here is only for callers on this machine: a
//! picture of a desk is a picture of people. A watcher asks again and again; each answer is the next picture, at most ten a
//! second. A still is taken for an operator, and kept as one that was sent (`stills.rs`).
//! Invariant: a camera that nobody watches sends no picture but the still that was asked for.
//! Deliberately absent: video, sound, and pictures for other machines.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use tokio::sync::{oneshot, watch};

use super::problem::{Problem, ProblemKind};
use super::routes::Site;
use super::stills;
use super::wire::{self, Path, Query};
use crate::domain::{LaneId, Role};

/// The longest wait for the next picture; then there is none, and the watcher asks again.
const PATIENCE: Duration = Duration::from_secs(1);
/// A still is asked for again after this time (a camera may be starting), and so often.
const STILL_AGAIN: Duration = Duration::from_millis(1_500);
const STILL_TRIES: u32 = 4;
/// What is known of the picture, beside it.
const SIGHT: HeaderName = HeaderName::from_static("scanstation-sight");

/// A small picture, with what was found in it.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct Preview {
    /// Counts the pictures of this camera since the start, from 1.
    pub number: u64,
    /// Pixels a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// The corners of each symbol, clockwise from its own top left, in pixels.
    pub outlines: Vec<[(f32, f32); 4]>,
    /// What could be better: `too-dark`, `glare`, `hold-still`, `too-far`.
    pub hint: Option<&'static str>,
    /// The picture, a JPEG file.
    #[serde(skip)]
    pub jpeg: Vec<u8>,
}

/// One camera as the web room meets it: the wiring hands it in.
#[derive(Clone)]
pub struct Eye {
    /// The side of the station that it looks at.
    pub lane: LaneId,
    /// The newest small picture; `None` where nobody may watch.
    pub preview: Option<watch::Receiver<Arc<Preview>>>,
    /// Says that somebody watches; to be called at least every two seconds.
    pub watch: Arc<dyn Fn() + Send + Sync>,
    /// Takes a still: the next whole picture, a JPEG file.
    pub still: Arc<dyn Fn() -> oneshot::Receiver<Vec<u8>> + Send + Sync>,
}

/// The cameras, by the names of their sources.
pub type Eyes = BTreeMap<String, Eye>;

/// Who is at the other end of the connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub(super) Option<IpAddr>);

#[derive(serde::Serialize)]
struct EyeView<'a> {
    name: &'a str,
    lane: &'a str,
    /// Whether it may be watched.
    preview: bool,
}

/// The cameras.
pub(super) async fn list(State(site): State<Arc<Site>>) -> Result<Response<Body>, Problem> {
    let each = site.eyes.iter();
    let views = each.map(|(name, it)| EyeView { name, lane: it.lane.as_str(), preview: it.preview.is_some() });
    wire::answer(&views.collect::<Vec<_>>())
}

/// Takes a still and keeps it; it is shown at a lane or bound, as the query says.
pub(super) async fn still(
    State(site): State<Arc<Site>>,
    Path(name): Path<String>,
    request: Request,
) -> Result<Response<Body>, Problem> {
    let eye = eye(&site, &name, &request)?;
    let query = Query::of(request.uri());
    let authority = site.authority(request.headers(), &query, Role::Operator).await?;
    let wanted = stills::Wanted::of(&query)?; // A mistake in the address takes no picture.
    wanted.ask(&site).await?;
    for _ in 0..STILL_TRIES {
        if let Ok(Ok(taken)) = tokio::time::timeout(STILL_AGAIN, (eye.still)()).await {
            return stills::keep(&site, taken, authority, &wanted).await;
        }
    }
    Err(Problem::new(ProblemKind::NoPicture, format!("the camera `{name}` sends no picture; nothing was kept")))
}

/// The picture after the one that the query names by `after`; 204 if none comes in a second.
pub(super) async fn preview(
    State(site): State<Arc<Site>>,
    Path(name): Path<String>,
    request: Request,
) -> Result<Response<Body>, Problem> {
    let eye = eye(&site, &name, &request)?;
    let Some(mut pictures) = eye.preview.clone() else {
        let why = "this camera may not be watched: `preview = true` in its [[camera]]";
        return Err(Problem::new(ProblemKind::NotFound, why));
    };
    let after: u64 = Query::of(request.uri()).number("after", 0)?;
    (eye.watch)();
    let newer = tokio::time::timeout(PATIENCE, pictures.wait_for(|it| it.number > after)).await;
    let Ok(Ok(found)) = newer.map(|it| it.map(|it| Arc::clone(&it))) else {
        let mut nothing = wire::json(Body::empty());
        *nothing.status_mut() = StatusCode::NO_CONTENT;
        return Ok(nothing);
    };
    let sight = serde_json::to_string(&*found).unwrap_or_default();
    let mut response = wire::json(found.jpeg.clone());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg"));
    if let Ok(sight) = HeaderValue::from_str(&sight) {
        response.headers_mut().insert(SIGHT, sight);
    }
    Ok(response)
}

/// The camera, for a caller on this machine.
fn eye<'s>(site: &'s Site, name: &str, request: &Request) -> Result<&'s Eye, Problem> {
    let local =
        request.extensions().get::<Peer>().and_then(|it| it.0).is_some_and(|it| it.to_canonical().is_loopback());
    if !local {
        return Err(Problem::new(ProblemKind::ForeignHost, "a camera is for its own machine only"));
    }
    site.eyes.get(name).ok_or_else(|| Problem::new(ProblemKind::NotFound, format!("no camera is called `{name}`")))
}
