//! `POST /api/v1/purge`: takes the words of old events away, class by class.
//!
//! It needs an admin: a session, or the owner of the store by its pass. It goes on when the client leaves; what ends the
//! service in between leaves a part of it done, which is whole by itself, and the next purge does the rest.
//! Deliberately absent: a trial, which only reads, so that the command line does it by itself.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Response;

use super::body;
use super::instructions::refused;
use super::pieces;
use super::problem::Problem;
use super::routes::Site;
use super::wire::{self, Query};
use crate::domain::{Moment, Role};
use crate::store::{Purge, PurgeOrder, Store};

/// Bytes of an order (chosen: a reason is a sentence, and there are four classes).
const ORDER_MAX: usize = 4 * 1024;

/// What is said of a purge that does not come to its end.
const SAID: pieces::Said = pieces::Said {
    broken_off: "what is purged so far is purged: purge again, and it does the rest",
    ending: "the service is ending; what is purged so far is purged, the next purge does the rest",
};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Ordered {
    classes: Vec<PurgeOrder>,
    why: String,
}

/// Purges what is ordered.
pub(super) async fn post(State(site): State<Arc<Site>>, request: Request) -> Result<Response<Body>, Problem> {
    let (parts, sent) = request.into_parts();
    let authority = site.authority(&parts.headers, &Query::of(&parts.uri), Role::Admin).await?;
    let sent = body::read(sent, ORDER_MAX, site.options.body_timeout).await?;
    let form = "{\"classes\": [{\"class\": \"scans\", \"before\": \"2026-01-01T00:00:00Z\"}], \"why\": \"…\"}";
    let ordered: Ordered = wire::object(&sent, form)?;
    let purge = Purge::new(&ordered.classes, authority.person, &ordered.why, (site.clock)());
    let mut purge = purge.map_err(|it| refused(&it))?;
    let piece = move |store: &mut Store, now: Moment| Ok((purge.piece(store, now)?, purge.report().clone()));
    // A task of its own: a client that leaves does not stop it.
    let done = tokio::spawn(async move { pieces::done(&site, piece, &SAID).await });
    wire::answer(&done.await.map_err(|_| SAID.ending())??)
}
