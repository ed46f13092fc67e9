//! `GET /api/v1/events` and `/api/v1/state`: what happened, and how things are.
//!
//! Deliberately absent: the live stream, which is `screens`.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Response;

use super::problem::Problem;
use super::routes::Site;
use super::view::Names;
use super::wire::{self, Query};
use crate::domain::EventSeq;

/// Events after a number, in order.
pub(super) async fn events(State(site): State<Arc<Site>>, request: Request) -> Result<Response<Body>, Problem> {
    let query = Query::of(request.uri());
    let after = EventSeq(query.number("after", 0)?);
    let rows = query.rows(100, site.options.rows_max)?;
    let sight = site.sight(&query)?;
    let now = (site.clock)();
    let events = site
        .readers
        .ask(move |store| {
            let mut names = Names::new(store, now);
            store.events(after, rows)?.iter().map(|it| names.event(it, sight)).collect::<Result<Vec<_>, _>>()
        })
        .await?;
    wire::answer(&events)
}

/// The state as the first message of every connection has it.
pub(super) async fn state(State(site): State<Arc<Site>>) -> Result<Response<Body>, Problem> {
    let view = site.handle.view().borrow().clone();
    wire::answer(view.as_ref())
}
