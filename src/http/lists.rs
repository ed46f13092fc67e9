//! `GET /api/v1/labels`, `/stock`: what somebody must print and order.
//!
//! Deliberately absent: changing any of it; cases and owners, which have files of their own.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Response;

use super::problem::Problem;
use super::routes::Site;
use super::wire::{self, Query};

/// Labels that wait to be printed, oldest first.
pub(super) async fn labels(State(site): State<Arc<Site>>, request: Request) -> Result<Response<Body>, Problem> {
    let rows = Query::of(request.uri()).rows(100, site.options.rows_max)?;
    wire::answer(&site.readers.ask(move |store| store.label_queue(rows)).await?)
}

/// Shelves of consumables; with `low` those to be ordered.
pub(super) async fn stock(State(site): State<Arc<Site>>, request: Request) -> Result<Response<Body>, Problem> {
    let query = Query::of(request.uri());
    let (low, rows) = (query.flag("low"), query.rows(100, site.options.rows_max)?);
    wire::answer(&site.readers.ask(move |store| store.stock(low, rows)).await?)
}
