//! `POST /api/v1/import/units` and `/people`: a CSV file into the register, all of it or nothing.
//!
//! It is done by the store's only writer between two groups of scans; the report says line and column of each mistake.
//! A file with mistakes is an answer (200, `done` is false), because it could be read.
//! Deliberately absent: reading CSV, which is the store's.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::Response;

use super::body;
use super::problem::{Problem, ProblemKind};
use super::routes::Site;
use super::scans::not_taken;
use super::wire::{self, Query};

/// Imports the list that the address names.
pub(super) async fn post(
    State(site): State<Arc<Site>>,
    Path(list): Path<String>,
    request: Request,
) -> Result<Response<Body>, Problem> {
    let is_units = match list.as_str() {
        "units" => true,
        "people" => false,
        _ => return Err(Problem::new(ProblemKind::NotFound, "`units` and `people` can be imported")),
    };
    let dry_run = Query::of(request.uri()).flag("dry_run");
    // A large file takes longer than a scan, and each stretch of silence is still bounded by the connection.
    let patience = site.options.body_timeout.saturating_mul(6);
    let file = body::read(request.into_body(), site.options.import_max, patience).await?;
    let working = site.handle.work(move |store, now| {
        let file = file.as_slice();
        let report = if is_units {
            store.import_units(file, dry_run, None, now)
        } else {
            store.import_people(file, dry_run, None, now)
        };
        report.map_err(|it| it.to_string())
    });
    let report = working.map_err(|it| not_taken(&site, it))?.await;
    match report {
        Ok(Ok(report)) => wire::answer(&report),
        Ok(Err(cause)) => Err(Problem::new(ProblemKind::Store, cause)),
        Err(_) => Err(Problem::new(ProblemKind::Ending, "the service is ending; look whether the file was imported")),
    }
}
