//! `POST /api/v1/stills` keeps a picture, `GET /api/v1/stills/{hash}` shows it to those who may see serial numbers.
//!
//! Keeping one needs a session of an operator. With a lane in the query its hash is then scanned there, as the card
//! `STILL`, so that the rules bind it to the damage; the answer is both.
//! Deliberately absent: looking at the picture.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, Response, header};

use super::body;
use super::instructions::refused;
use super::problem::{Problem, ProblemKind};
use super::routes::Site;
use super::scans::{lane_of, not_taken};
use super::wire::{self, Query};
use crate::domain::{Message, Role, Transport};
use crate::store::{STILL_MAX, Still, keep_still, read_still};

#[derive(serde::Serialize)]
struct Kept {
    #[serde(flatten)]
    still: Still,
    /// The answer to the card, as `POST /api/v1/scans` gives it; `null` without a lane.
    answer: Option<serde_json::Value>,
}

/// Keeps one picture.
pub(super) async fn post(State(site): State<Arc<Site>>, request: Request) -> Result<Response<Body>, Problem> {
    let (parts, sent) = request.into_parts();
    let query = Query::of(&parts.uri);
    site.authority(&parts.headers, &query, Role::Operator).await?;
    let patience = site.options.body_timeout.saturating_mul(3);
    let bytes = body::read(sent, STILL_MAX, patience).await?;
    let folder = site.readers.folder().to_owned();
    let kept = tokio::task::spawn_blocking(move || keep_still(&folder, &bytes)).await;
    let still = kept.map_err(|_| ending())?.map_err(|it| refused(&it))?;
    let answer = match query.text("lane") {
        Some(lane) => Some(show(&site, &still, lane).await?),
        None => None,
    };
    wire::answer(&Kept { still, answer })
}

/// Scans the still on its lane.
async fn show(site: &Site, still: &Still, lane: &str) -> Result<serde_json::Value, Problem> {
    let card = format!("{}STILL {}", site.handle.codes().command_prefix, still.still);
    let message = Message { bytes: card.into_bytes(), ..Message::default() };
    let waiting = site.handle.scan(message, Transport::Http, lane_of(Some(lane))?, None);
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

fn ending() -> Problem {
    Problem::new(ProblemKind::Ending, "the service is ending")
}
