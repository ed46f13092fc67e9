//! `GET /api/v1/labels`, `/stock`: what somebody must print and order; `/models`, `/locations`, `/categories`: what may be named;
//! `/units/{id}/label`: a label's symbol.
//!
//! Deliberately absent: changing any of it; cases and owners, which have files of their own.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Response, header};

use super::cards::symbol_of;
use super::problem::Problem;
use super::register::{not_found, unit_named};
use super::routes::Site;
use super::wire::{self, Path, Query};
use crate::labels::Form;

/// Labels that wait to be printed, oldest first; with serial number and lot for a tagger or a keeper.
pub(super) async fn labels(State(site): State<Arc<Site>>, request: Request) -> Result<Response<Body>, Problem> {
    let query = Query::of(request.uri());
    let (rows, role) = (query.rows(100, site.options.rows_max)?, site.role(&query)?);
    wire::answer(&site.readers.ask(move |store| store.labels_to_print(rows, role)).await?)
}

/// The live tag of a unit as a QR code (SVG): what its label bears beside the tag in letters.
pub(super) async fn label(State(site): State<Arc<Site>>, Path(name): Path<String>) -> Result<Response<Body>, Problem> {
    let tag = unit_named(&site, name).await?.and_then(|it| it.tag).ok_or_else(|| not_found("tag"))?;
    let mut response = symbol_of(Form::Qr, tag).await?;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}

/// Models that have the words of `query` in maker, name, SKU or GTIN, by maker and name; without it all.
pub(super) async fn models(State(site): State<Arc<Site>>, request: Request) -> Result<Response<Body>, Problem> {
    let query = Query::of(request.uri());
    let (text, rows) = (query.text("query").unwrap_or_default().to_owned(), query.rows(100, site.options.rows_max)?);
    wire::answer(&site.readers.ask(move |store| store.models(&text, rows)).await?)
}

/// Locations that have the words of `query` in label or name, by label; without it all.
pub(super) async fn locations(State(site): State<Arc<Site>>, request: Request) -> Result<Response<Body>, Problem> {
    let query = Query::of(request.uri());
    let (text, rows) = (query.text("query").unwrap_or_default().to_owned(), query.rows(100, site.options.rows_max)?);
    wire::answer(&site.readers.ask(move |store| store.locations(&text, rows)).await?)
}

/// The names of categories.
pub(super) async fn categories(State(site): State<Arc<Site>>) -> Result<Response<Body>, Problem> {
    wire::answer(&site.readers.ask(crate::store::Reader::categories).await?)
}

/// Shelves of consumables; with `low` those to be ordered.
pub(super) async fn stock(State(site): State<Arc<Site>>, request: Request) -> Result<Response<Body>, Problem> {
    let query = Query::of(request.uri());
    let (low, rows) = (query.flag("low"), query.rows(100, site.options.rows_max)?);
    wire::answer(&site.readers.ask(move |store| store.stock(low, rows)).await?)
}
