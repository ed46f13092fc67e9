//! `GET /api/v1/labels`, `/stock`, `/units/{id}/owners`: what somebody must print, order, prove.
//!
//! Deliberately absent: changing any of it; cases, which have a file of their own.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::Response;

use super::problem::{Problem, ProblemKind};
use super::routes::Site;
use super::wire::{self, Query};
use crate::domain::UnitId;

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

/// The chain of owners of a unit, oldest first.
pub(super) async fn owners(State(site): State<Arc<Site>>, Path(id): Path<String>) -> Result<Response<Body>, Problem> {
    let unit = id.parse().map(UnitId);
    let unit = unit.map_err(|_| Problem::new(ProblemKind::NotFound, "the register has no such unit"))?;
    wire::answer(&site.readers.ask(move |store| store.owners(unit)).await?)
}
