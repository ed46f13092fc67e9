//! `GET /api/v1/units`, `/units/{id}`, `/people`, `/people/{id}`: the register, for reading.
//!
//! Deliberately absent: changing it, which is a scan, a command or an import, and goes through the station.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::Response;

use super::problem::{Problem, ProblemKind};
use super::routes::Site;
use super::wire::{self, Query};
use crate::domain::{HolderId, UnitId};

/// Characters of a search text that are looked at; more is a mistake.
const QUERY_LEN_MAX: usize = 200;

/// Units that a search text finds.
pub(super) async fn units(State(site): State<Arc<Site>>, request: Request) -> Result<Response<Body>, Problem> {
    let query = Query::of(request.uri());
    let sight = site.sight(&query)?;
    let rows = query.rows(50, site.options.rows_max)?;
    let text: String = query.text("query").unwrap_or("").trim().chars().take(QUERY_LEN_MAX).collect();
    let units = site.readers.ask(move |store| store.search(&text, rows)).await?;
    wire::answer(&units.into_iter().map(|it| sight.unit(it)).collect::<Vec<_>>())
}

/// One unit with its identifiers, who had it, and its story.
pub(super) async fn unit(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response<Body>, Problem> {
    let sight = site.sight(&Query::of(request.uri()))?;
    let id = UnitId(number(&id)?);
    let found = site.readers.ask(move |store| store.unit(id)).await?;
    let record = found.ok_or_else(|| not_found("unit"))?;
    wire::answer(&sight.record(record))
}

/// Everybody in the register.
pub(super) async fn people(State(site): State<Arc<Site>>) -> Result<Response<Body>, Problem> {
    wire::answer(&site.readers.ask(|store| store.people()).await?)
}

/// One person and what they hold.
pub(super) async fn person(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response<Body>, Problem> {
    let sight = site.sight(&Query::of(request.uri()))?;
    let id = HolderId(number(&id)?);
    let found = site.readers.ask(move |store| store.person(id)).await?;
    let (person, held) = found.ok_or_else(|| not_found("person"))?;
    let units: Vec<_> = held.into_iter().map(|it| sight.unit(it)).collect();
    wire::answer(&serde_json::json!({ "person": person, "units": units }))
}

fn number(text: &str) -> Result<i64, Problem> {
    text.parse().map_err(|_| not_found("record"))
}

fn not_found(what: &str) -> Problem {
    Problem::new(ProblemKind::NotFound, format!("the register has no {what} of that number"))
}
