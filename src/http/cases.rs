//! `GET /api/v1/cases`, `POST /api/v1/cases/{id}/resolve`: what somebody must look into, and closing it.
//!
//! It needs a keeper, as every change of the record; what the register says no to is an answer, like a refused scan.
//! Deliberately absent: opening a case, which scans do.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Response;

use super::body;
use super::problem::{Problem, ProblemKind};
use super::register::not_found;
use super::routes::Site;
use super::scans::not_taken;
use super::wire::{self, Path, Query};
use crate::domain::{Answer, CaseId, EventSeq, Role};
use crate::store::StoreError;

/// Bytes of a reason with the JSON around it (chosen: a few sentences).
pub(super) const REASON_MAX: usize = 4 * 1024;

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Reason {
    why: String,
}

/// What came of it.
#[derive(serde::Serialize)]
pub(super) struct Changed {
    pub(super) answer: Answer,
    pub(super) why: String,
    pub(super) event: Option<EventSeq>,
}

/// Cases, newest first; with `all` those that are closed too.
pub(super) async fn list(State(site): State<Arc<Site>>, request: Request) -> Result<Response<Body>, Problem> {
    let query = Query::of(request.uri());
    let (all, rows) = (query.flag("all"), query.rows(100, site.options.rows_max)?);
    let unmasked = site.sight(&query)?.sees_serial_numbers();
    wire::answer(&site.readers.ask(move |store| store.cases(all, rows, unmasked)).await?)
}

/// Closes a case.
pub(super) async fn resolve(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response<Body>, Problem> {
    let (parts, sent) = request.into_parts();
    let authority = site.authority(&parts.headers, &Query::of(&parts.uri), Role::Keeper).await?;
    let sent = body::read(sent, REASON_MAX, site.options.body_timeout).await?;
    let id: i64 = id.parse().map_err(|_| not_found("case"))?;
    let Reason { why } = wire::object(&sent, "{\"why\": \"…\"}")?;
    let working = site
        .handle
        .work(move |store, now| store.within(|store| store.resolve_case(CaseId(id), &why, authority.person, now)));
    match working.map_err(|it| not_taken(&site, it))?.await {
        Ok(Ok(event)) => {
            wire::answer(&Changed { answer: Answer::Done, why: format!("Case {id} closed"), event: Some(event) })
        }
        Ok(Err(StoreError::Unfit(why))) => no(why),
        Ok(Err(cause)) => Err(Problem::new(ProblemKind::Store, cause.to_string())),
        Err(_) => Err(Problem::new(ProblemKind::Ending, "the service is ending; look whether the case was closed")),
    }
}

/// What the register says no to.
pub(super) fn no(why: String) -> Result<Response<Body>, Problem> {
    wire::answer(&Changed { answer: Answer::No, why, event: None })
}
