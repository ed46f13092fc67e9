//! `GET /api/v1/parked`, `/overdue`, `/reservations`, `/shift`: what is open.
//!
//! Parked texts are shown to whoever may see serial numbers, because a number nobody knew may be one; that of a phone to a
//! keeper.
//! Deliberately absent: changing any of it, which is an instruction.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Response;

use super::problem::Problem;
use super::routes::Site;
use super::wire::{self, Query};
use crate::domain::Sight;
use crate::domain::feedback::mask;
use crate::store::ParkedCode;

/// Codes that wait to be dealt with, the latest first.
pub(super) async fn parked(State(site): State<Arc<Site>>, request: Request) -> Result<Response<Body>, Problem> {
    let query = Query::of(request.uri());
    let (rows, sight) = (query.rows(100, site.options.rows_max)?, site.sight(&query)?);
    let found = site.readers.ask(move |store| store.parked(rows)).await?;
    wire::answer(&found.into_iter().map(|it| shown(it, sight)).collect::<Vec<_>>())
}

/// What is past its due time, the longest first.
pub(super) async fn overdue(State(site): State<Arc<Site>>, request: Request) -> Result<Response<Body>, Problem> {
    let rows = Query::of(request.uri()).rows(100, site.options.rows_max)?;
    let now = (site.clock)();
    wire::answer(&site.readers.ask(move |store| store.overdue(rows, now)).await?)
}

/// The calendar: reservations that have not ended, the next first.
pub(super) async fn reservations(State(site): State<Arc<Site>>, request: Request) -> Result<Response<Body>, Problem> {
    let rows = Query::of(request.uri()).rows(100, site.options.rows_max)?;
    let now = (site.clock)();
    wire::answer(&site.readers.ask(move |store| store.reservations(rows, now)).await?)
}

/// How the shift stands, with the lists behind it.
pub(super) async fn shift(State(site): State<Arc<Site>>, request: Request) -> Result<Response<Body>, Problem> {
    let sight = site.sight(&Query::of(request.uri()))?;
    let seen = sight.sees_serial_numbers();
    let now = (site.clock)();
    let mut report = site.readers.ask(move |store| store.shift(seen, now)).await?;
    report.codes_parked = report.codes_parked.into_iter().map(|it| shown(it, sight)).collect();
    wire::answer(&report)
}

fn shown(code: ParkedCode, sight: Sight) -> ParkedCode {
    let seen = sight.sees_serial_numbers() && sight.sees_scan(code.kind);
    if seen { code } else { ParkedCode { text: mask(&code.text), ..code } }
}
