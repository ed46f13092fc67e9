//! `GET /api/v1/units/{id}/picture` shows a unit to anybody, as at the scan; `POST` sets its picture for a keeper.
//!
//! The body is a PNG or a JPEG; with `of=model` it becomes the picture of all units of the model that have none of their own.
//! What is shown is only what was set as a picture: a still that shows a damage or a plate is not reached from here.
//! Deliberately absent: taking a picture away, which is an instruction.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Response, StatusCode, header};

use super::body;
use super::instructions::refused;
use super::problem::{Problem, ProblemKind};
use super::register::{not_found, unit_named};
use super::routes::Site;
use super::scans::{not_taken, unreadable};
use super::stills::{ending, look_over_and_keep};
use super::wire::{self, Path, Query};
use crate::domain::{EventSeq, Role};
use crate::store::{PICTURE_MAX, Still, StoreError, read_still};

#[derive(serde::Serialize)]
struct Set {
    #[serde(flatten)]
    still: Still,
    /// The event that binds it.
    event: EventSeq,
}

/// Keeps a picture and sets it.
pub(super) async fn post(
    State(site): State<Arc<Site>>,
    Path(name): Path<String>,
    request: Request,
) -> Result<Response<Body>, Problem> {
    let (parts, sent) = request.into_parts();
    let query = Query::of(&parts.uri);
    let authority = site.authority(&parts.headers, &query, Role::Keeper).await?;
    let of_model = match query.text("of") {
        None | Some("unit") => false,
        Some("model") => true,
        Some(other) => return Err(unreadable(format!("`of` is `unit` or `model`, not `{other}`"))),
    };
    // Of what nobody knows no picture is kept.
    let asking = site.handle.work(move |store, _| {
        let unit = store.unit_named(&name)?;
        Ok(if of_model { (None, Some(store.model_of(unit)?)) } else { (Some(unit), None) })
    });
    let asked: Result<_, StoreError> = asking.map_err(|it| not_taken(&site, it))?.await.map_err(|_| ending())?;
    let of = asked.map_err(|it| refused(&it))?;
    let picture = body::read(sent, PICTURE_MAX, site.options.body_timeout.saturating_mul(3)).await?;
    let still = look_over_and_keep(&site, picture, PICTURE_MAX).await?;
    let hash = still.still.clone();
    let working = site
        .handle
        .work(move |store, now| store.within(|store| store.set_picture(of, Some(&hash), authority.person, now)));
    let done = working.map_err(|it| not_taken(&site, it))?.await.map_err(|_| ending())?;
    let event = done.map_err(|it| refused(&it))?;
    wire::answer(&Set { still, event })
}

/// Shows the picture of a unit. Asked with its hash (`?still=`) it may be kept for ever, because it never changes.
pub(super) async fn picture(
    State(site): State<Arc<Site>>,
    Path(name): Path<String>,
    request: Request,
) -> Result<Response<Body>, Problem> {
    let still = unit_named(&site, name).await?.and_then(|it| it.picture).ok_or_else(|| not_found("picture"))?;
    let tag = format!("\"{still}\"");
    let known = request.headers().get(header::IF_NONE_MATCH).is_some_and(|it| it.as_bytes() == tag.as_bytes());
    let is_named = Query::of(request.uri()).text("still") == Some(still.as_str());
    let mut response = Response::new(Body::empty());
    if known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    } else {
        let folder = site.readers.folder().to_owned();
        let read = tokio::task::spawn_blocking(move || read_still(&folder, &still)).await.map_err(|_| ending())?;
        let read = read.map_err(|it| Problem::new(ProblemKind::Store, it.to_string()))?;
        let (kind, bytes) = read.ok_or_else(|| not_found("picture"))?;
        *response.body_mut() = Body::from(bytes);
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    }
    let kept = if is_named { "private, max-age=31536000, immutable" } else { "private, no-cache" };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}
