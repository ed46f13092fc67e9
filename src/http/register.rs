//! `GET /api/v1/units`, `/units/{id}`, `/people`, `/people/{id}`: the register, for reading.
//!
//! Deliberately absent: changing it, which is a scan, a command or an import, and goes through the station.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Response;

use super::problem::{Problem, ProblemKind};
use super::routes::Site;
use super::view::{Names, Papers, PersonRecord, PersonView};
use super::wire::{self, Path, Query};
use crate::domain::{HolderId, Sight, UnitId, UnitView};
use crate::store::{Found, FoundKind, Reader, StoreError};

/// Events of a unit's story.
const STORY_MAX: usize = 200;

#[derive(serde::Serialize)]
struct FoundView {
    #[serde(flatten)]
    unit: UnitView,
    found_by: Option<FoundKind>,
    matched: Option<String>,
}

/// Units that a search text finds, best first; without a text all of them, in the order of their numbers.
pub(super) async fn units(State(site): State<Arc<Site>>, request: Request) -> Result<Response<Body>, Problem> {
    let query = Query::of(request.uri());
    let sight = site.sight(&query)?;
    let rows = query.rows(50, site.options.rows_max)?;
    let after = UnitId(query.number("after", 0)?);
    let text = query.text("query").unwrap_or("").trim().to_owned();
    let units: Vec<FoundView> = site
        .readers
        .ask(move |store| {
            if text.is_empty() {
                let listed = store.units(after, rows, sight)?.into_iter();
                return Ok(listed.map(|unit| FoundView { unit, found_by: None, matched: None }).collect());
            }
            let found = store.search(&text, rows, sight)?.into_iter();
            let view = |it: Found| FoundView { unit: it.unit, found_by: Some(it.by), matched: Some(it.matched) };
            Ok(found.map(view).collect())
        })
        .await?;
    wire::answer(&units)
}

/// One unit by number, tag or serial number, with its identifiers, who has it, and its story.
pub(super) async fn unit(
    State(site): State<Arc<Site>>,
    Path(name): Path<String>,
    request: Request,
) -> Result<Response<Body>, Problem> {
    let sight = site.sight(&Query::of(request.uri()))?;
    let now = (site.clock)();
    let record = site
        .readers
        .ask(move |store| {
            let Some(id) = unit_id(store, &name)? else { return Ok(None) };
            let story = store.unit(id, STORY_MAX, sight)?;
            story.map(|it| Names::new(store, now).unit(it, sight)).transpose()
        })
        .await?;
    wire::answer(&record.ok_or_else(|| not_found("unit"))?)
}

/// Everybody in the register, in the order of their numbers.
pub(super) async fn people(State(site): State<Arc<Site>>, request: Request) -> Result<Response<Body>, Problem> {
    let query = Query::of(request.uri());
    let (after, rows) = (HolderId(query.number("after", 0)?), query.rows(500, site.options.rows_max)?);
    let now = (site.clock)();
    let people = site.readers.ask(move |store| store.people(after, rows, now)).await?;
    wire::answer(&people.into_iter().map(PersonView::from).collect::<Vec<_>>())
}

/// One person and what they hold.
pub(super) async fn person(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response<Body>, Problem> {
    let sight = site.sight(&Query::of(request.uri()))?;
    let id = HolderId(id.parse().map_err(|_| not_found("person"))?);
    let now = (site.clock)();
    let record = site
        .readers
        .ask(move |store| {
            let Some(found) = store.person(id, sight, now)? else { return Ok(None) };
            let papers = Papers::read(store, &found, sight)?;
            Ok(Some(PersonRecord::new(found, papers, sight)))
        })
        .await?;
    wire::answer(&record.ok_or_else(|| not_found("person"))?)
}

/// The unit of that number, which addresses in answers have, else the one that bears that tag or alone that serial number.
pub(super) fn unit_id(store: &Reader, name: &str) -> Result<Option<UnitId>, StoreError> {
    if let Ok(number) = name.parse().map(UnitId)
        && store.unit_view(number, Sight::of(None))?.is_some()
    {
        return Ok(Some(number));
    }
    store.unit_named(name)
}

/// The unit that an address names, as anybody may see it.
pub(super) async fn unit_named(site: &Site, name: String) -> Result<Option<UnitView>, Problem> {
    let view = move |store: &Reader| match unit_id(store, &name)? {
        Some(id) => store.unit_view(id, Sight::of(None)),
        None => Ok(None),
    };
    site.readers.ask(view).await
}

pub(super) fn not_found(what: &str) -> Problem {
    Problem::new(ProblemKind::NotFound, format!("the register has no such {what}"))
}
