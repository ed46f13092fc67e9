//! `GET` and `POST /api/v1/units/{id}/owners`: the chain of owners of a unit, and a new link of it.
//!
//! It needs a keeper, as every change of the record; what the register says no to is an answer.
//! Deliberately absent: the paper that proves it; its number or hash stands in the event.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Response;

use super::body;
use super::cases::{Changed, REASON_MAX, no};
use super::problem::{Problem, ProblemKind};
use super::register::{not_found, unit_named};
use super::routes::Site;
use super::scans::not_taken;
use super::wire::{self, Path, Query};
use crate::domain::{Answer, Role};
use crate::store::{NewOwner, StoreError};

/// The chain, oldest first.
pub(super) async fn list(State(site): State<Arc<Site>>, Path(name): Path<String>) -> Result<Response<Body>, Problem> {
    let unit = unit_named(&site, name).await?.ok_or_else(|| not_found("unit"))?.id;
    wire::answer(&site.readers.ask(move |store| store.owners(unit)).await?)
}

/// Notes a change of owner.
pub(super) async fn add(
    State(site): State<Arc<Site>>,
    Path(name): Path<String>,
    request: Request,
) -> Result<Response<Body>, Problem> {
    let (parts, sent) = request.into_parts();
    let authority = site.authority(&parts.headers, &Query::of(&parts.uri), Role::Keeper).await?;
    let sent = body::read(sent, REASON_MAX, site.options.body_timeout).await?;
    let form = "{\"to\": \"…\", \"how\": \"purchase\", \"date\": \"2026-02-03\", \"proof\": \"…\"}";
    let new: NewOwner = wire::object(&sent, form)?;
    let unit = unit_named(&site, name).await?.ok_or_else(|| not_found("unit"))?.id;
    let working = site.handle.work(move |store, now| {
        store.within(|store| store.change_owner(unit, &new, authority.person, now).map(|()| store.head().0))
    });
    match working.map_err(|it| not_taken(&site, it))?.await {
        Ok(Ok(event)) => {
            wire::answer(&Changed { answer: Answer::Done, why: "Owner noted".to_owned(), event: Some(event) })
        }
        Ok(Err(found @ (StoreError::Unfit(_) | StoreError::NotFound { .. }))) => no(found.to_string()),
        Ok(Err(cause)) => Err(Problem::new(ProblemKind::Store, cause.to_string())),
        Err(_) => Err(Problem::new(ProblemKind::Ending, "the service is ending; look whether it was noted")),
    }
}
