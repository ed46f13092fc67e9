//! `POST /api/v1/import/units` and `/people`: a CSV file into the register, all of it or nothing.
//!
//! It needs a keeper's session, and an admin's to enter an admin. A file of more than a hundred rows is tried as a whole on
//! a copy of the register first, and then taken in piece by piece, so that scans pass in between; it goes on when the
//! client leaves, and at the next start when the service ends. The report says line and column of each mistake; a file
//! with mistakes is an answer (200, `done` is false), because it could be read.
//! Deliberately absent: reading CSV, which is the store's.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Response;

use super::body;
use super::pieces;
use super::problem::{Problem, ProblemKind};
use super::routes::Site;
use super::wire::{self, Path, Query};
use crate::domain::{Moment, Role};
use crate::store::{By, Import, ImportList, Next, Store, StoreError};

/// What is said of an import that does not come to its end.
const SAID: pieces::Said = pieces::Said {
    broken_off: "a part of the file is in: import the same file again, and it goes on there",
    ending: "the service is ending; a file of which a part is in goes in whole at the next start",
};

/// Imports the list that the address names.
pub(super) async fn post(
    State(site): State<Arc<Site>>,
    Path(list): Path<String>,
    request: Request,
) -> Result<Response<Body>, Problem> {
    let list = match list.as_str() {
        "units" => ImportList::Units,
        "people" => ImportList::People,
        _ => return Err(Problem::new(ProblemKind::NotFound, "`units` and `people` can be imported")),
    };
    let (parts, sent) = request.into_parts();
    let query = Query::of(&parts.uri);
    let authority = site.authority(&parts.headers, &query, Role::Keeper).await?;
    let by = By { person: authority.person, role_max: authority.role };
    let dry_run = query.flag("dry_run");
    // A large file takes longer than a scan, and each stretch of silence is still bounded by the connection.
    let patience = site.options.body_timeout.saturating_mul(6);
    let file = body::read(sent, site.options.import_max, patience).await?;
    let (options, now) = (site.store.clone(), (site.clock)());
    let prepared = tokio::task::spawn_blocking(move || {
        let import = Import::read(list, &file, by, &options, now)?;
        if import.is_small() {
            return Ok((import.noted(&file), None));
        }
        let tried = import.rehearse(&file, &options, now)?;
        let goes_in = !dry_run && tried.wrong == 0;
        Ok((if goes_in { import.stage(&file, &options)? } else { import }, Some(tried)))
    });
    let (import, tried) = prepared.await.map_err(|_| SAID.ending())?.map_err(|it: StoreError| pieces::failed(&it))?;
    match tried {
        Some(report) if dry_run || report.wrong > 0 => wire::answer(&report),
        _ if import.report().wrong > 0 && !import.is_small() => wire::answer(import.report()),
        _ => {
            // A task of its own: a client that leaves does not leave half a file.
            let mut import = import;
            let piece = move |store: &mut Store, now: Moment| {
                let more = import.piece(store, dry_run, now)?;
                Ok((if more { Next::Piece } else { Next::End }, import.report().clone()))
            };
            let done = tokio::spawn(async move { pieces::done(&site, piece, &SAID).await });
            wire::answer(&done.await.map_err(|_| SAID.ending())??)
        }
    }
}
