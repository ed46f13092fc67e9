//! Which address leads where, and the headers that every answer carries.
//!
//! Deliberately absent: `GET /api/v1/updates`, which never gets here: its connection moves to the screens' thread.

use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::routing::{get, post};
use tokio::sync::Semaphore;

use super::eyes::{self, Eyes};
use super::guard::Guard;
use super::meters::Meters;
use super::options::Options;
use super::problem::{Problem, ProblemKind};
use super::readers::Readers;
use super::screens::Door;
use super::wire::Query;
use super::{
    assets, cards, cases, explain, health, import, instructions, ledger, lists, open, owners, pictures, purge,
    register, scans, stills,
};
use crate::domain::{Clock, Role, Sight};
use crate::station::Handle;
use crate::store;

/// Where the live stream is.
pub(super) const UPDATES: &str = "/api/v1/updates";

/// What every request may need.
pub(super) struct Site {
    pub(super) options: Options,
    pub(super) guard: Guard,
    pub(super) handle: Handle,
    pub(super) clock: Clock,
    pub(super) readers: Readers,
    /// How the store is set up, for a file that is tried on a copy of it.
    pub(super) store: store::Options,
    pub(super) meters: Arc<Meters>,
    pub(super) door: Door,
    pub(super) eyes: Eyes,
    /// Turns at the station's queue for those who come by HTTP.
    pub(super) turns: Semaphore,
}

impl Site {
    /// What the session of the lane that the query names may see; without one, serial numbers are masked.
    pub(super) fn sight(&self, query: &Query) -> Result<Sight, Problem> {
        self.role(query).map(Sight::of)
    }

    /// The role of whoever has a session at the lane that the query names.
    pub(super) fn role(&self, query: &Query) -> Result<Option<Role>, Problem> {
        let lane = scans::lane_of(query.text("lane"))?;
        let view = self.handle.view();
        let view = view.borrow();
        Ok(view.lanes.get(&lane).and_then(|it| it.session.as_ref()).map(|it| it.role))
    }
}

/// All routes.
pub(super) fn router(site: Arc<Site>) -> Router {
    Router::new()
        .route("/api/v1/scans", post(scans::post).get(scans::recent))
        .route("/api/v1/identify", post(explain::post))
        .route("/api/v1/cards", get(cards::list))
        .route("/api/v1/cards/{word}", get(cards::symbol))
        .route("/api/v1/events", get(ledger::events))
        .route("/api/v1/state", get(ledger::state))
        .route("/api/v1/units", get(register::units))
        .route("/api/v1/units/{id}", get(register::unit))
        .route("/api/v1/units/{id}/owners", get(owners::list).post(owners::add))
        .route("/api/v1/units/{id}/picture", get(pictures::picture).post(pictures::post))
        .route("/api/v1/units/{id}/label", get(lists::label))
        .route("/api/v1/cases", get(cases::list))
        .route("/api/v1/cases/{id}/resolve", post(cases::resolve))
        .route("/api/v1/labels", get(lists::labels))
        .route("/api/v1/stock", get(lists::stock))
        .route("/api/v1/models", get(lists::models))
        .route("/api/v1/locations", get(lists::locations))
        .route("/api/v1/categories", get(lists::categories))
        .route("/api/v1/people", get(register::people))
        .route("/api/v1/people/{id}", get(register::person))
        .route("/api/v1/import/{list}", post(import::post))
        .route("/api/v1/purge", post(purge::post))
        .route("/api/v1/cameras", get(eyes::list))
        .route("/api/v1/cameras/{name}/preview", get(eyes::preview))
        .route("/api/v1/cameras/{name}/still", post(eyes::still))
        .route("/api/v1/instructions", post(instructions::post))
        .route("/api/v1/parked", get(open::parked))
        .route("/api/v1/parked/{id}/resolve", post(instructions::resolve))
        .route("/api/v1/overdue", get(open::overdue))
        .route("/api/v1/reservations", get(open::reservations))
        .route("/api/v1/shift", get(open::shift))
        .route("/api/v1/stills", post(stills::post))
        .route("/api/v1/stills/{hash}", get(stills::still))
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(health::metrics))
        .route("/assets/{name}", get(assets::asset))
        .route("/", get(assets::document))
        .route("/events", get(assets::document))
        .route("/cards", get(assets::document))
        .route("/cases", get(assets::document))
        .route("/labels", get(assets::document))
        .route("/stock", get(assets::document))
        .route("/identify", get(assets::document))
        .route("/overdue", get(assets::document))
        .route("/parked", get(assets::document))
        .route("/shift", get(assets::document))
        .route("/camera", get(assets::document))
        .route("/people", get(assets::document))
        .route("/person/{id}", get(assets::document))
        .route("/units", get(assets::document))
        .route("/unit/{id}", get(assets::document))
        .fallback(|| async { Problem::new(ProblemKind::NotFound, "there is no such address; see docs/api.md") })
        .method_not_allowed_fallback(|| async {
            Problem::new(ProblemKind::WrongMethod, "this address is not asked with this method; see docs/api.md")
        })
        .with_state(site)
}

/// Headers that keep a browser from doing anything with an answer that we did not mean.
pub(super) fn secure(headers: &mut HeaderMap) {
    const FIXED: [(HeaderName, HeaderValue); 6] = [
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; \
                 base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
            ),
        ),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
        (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    ];
    for (name, value) in FIXED {
        headers.insert(name, value);
    }
}
