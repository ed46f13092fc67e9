//! `GET /api/v1/cameras` and `…/{name}/preview`: what a camera sees, for whoever stands before this machine.
//!
//! Off unless the configuration switches it on, and only for callers on this machine: a picture of a desk is a picture of
//! people. A watcher asks again and again; each answer is the next picture, at most ten a second.
//! Invariant: nothing is kept; a camera that nobody watches sends no picture.
//! Deliberately absent: video, sound, and pictures for other machines.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use tokio::sync::watch;

use super::problem::{Problem, ProblemKind};
use super::routes::Site;
use super::wire::{self, Query};

/// The longest wait for the next picture; then there is none, and the watcher asks again.
const PATIENCE: Duration = Duration::from_secs(1);
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
    /// The newest small picture.
    pub preview: watch::Receiver<Arc<Preview>>,
    /// Says that somebody watches; to be called at least every two seconds.
    pub watch: Arc<dyn Fn() + Send + Sync>,
}

/// The cameras that may be watched, by the names of their sources.
pub type Eyes = BTreeMap<String, Eye>;

/// Who is at the other end of the connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub(super) Option<IpAddr>);

/// The cameras that may be watched.
pub(super) async fn list(State(site): State<Arc<Site>>) -> Result<Response<Body>, Problem> {
    wire::answer(&site.eyes.keys().collect::<Vec<_>>())
}

/// The picture after the one that the query names by `after`; 204 if none comes in a second.
pub(super) async fn preview(
    State(site): State<Arc<Site>>,
    Path(name): Path<String>,
    request: Request,
) -> Result<Response<Body>, Problem> {
    let eye = allowed(&site, &name, &request)?;
    let after: u64 = Query::of(request.uri()).number("after", 0)?;
    (eye.watch)();
    let mut pictures = eye.preview.clone();
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
fn allowed<'s>(site: &'s Site, name: &str, request: &Request) -> Result<&'s Eye, Problem> {
    let local =
        request.extensions().get::<Peer>().and_then(|it| it.0).is_some_and(|it| it.to_canonical().is_loopback());
    if !local {
        return Err(Problem::new(ProblemKind::ForeignHost, "a camera is shown on its own machine only"));
    }
    site.eyes.get(name).ok_or_else(|| {
        Problem::new(ProblemKind::NotFound, "no camera of this name may be watched: `preview = true` in its [[camera]]")
    })
}
