//! `/healthz`, `/readyz` and `/metrics`: for machines that watch over the service.
//!
//! Alive means that requests are answered; ready means that scans are taken and recorded.
//! Deliberately absent: anything that would wait for the store.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, Response, header};

use super::problem::{Problem, ProblemKind};
use super::routes::Site;
use super::wire;

/// Alive.
pub(super) async fn healthz() -> Response<Body> {
    wire::json("{\"ok\":true}")
}

/// Ready, or not with the reason.
pub(super) async fn readyz(State(site): State<Arc<Site>>) -> Result<Response<Body>, Problem> {
    // The station's end of the watch is gone when its loop has ended.
    if site.handle.view().has_changed().is_err() {
        return Err(Problem::new(ProblemKind::Ending, "the station's loop has ended"));
    }
    let view = site.handle.view().borrow().clone();
    if !view.recording {
        return Err(Problem::new(ProblemKind::NotRecording, view.alarms.join(" ")));
    }
    wire::answer(&serde_json::json!({ "ok": true, "head": view.head, "alarms": view.alarms }))
}

/// Counters for Prometheus, text format 0.0.4.
pub(super) async fn metrics(State(site): State<Arc<Site>>) -> Response<Body> {
    let view = site.handle.view().borrow().clone();
    let mut response = wire::json(site.meters.text(&view, &site.handle.pace()));
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
