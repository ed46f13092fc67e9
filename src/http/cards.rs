//! `GET /api/v1/cards`: the command cards of this station; `GET /api/v1/cards/{word}`: one of them as a QR code.
//!
//! Both are what the rules know: a card that they do not know is neither listed nor drawn.
//! Deliberately absent: scanning one, which is a scan.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, Response, header};

use super::problem::{Problem, ProblemKind};
use super::routes::Site;
use super::wire::{self, Path};
use crate::labels::{self, Form};
use crate::station::{CardBrief, cards, drawn, is_card};

#[derive(serde::Serialize)]
struct Listed {
    #[serde(flatten)]
    card: CardBrief,
    /// What a scanner reads; a number follows where `number` is true.
    text: String,
}

/// All cards, in the order of the rules.
pub(super) async fn list(State(site): State<Arc<Site>>) -> Result<Response<Body>, Problem> {
    let prefix = &site.handle.codes().command_prefix;
    let listed: Vec<_> = cards().map(|card| Listed { text: format!("{prefix}{}", card.word), card }).collect();
    wire::answer(&listed)
}

/// One card as a QR code (SVG).
pub(super) async fn symbol(State(site): State<Arc<Site>>, Path(word): Path<String>) -> Result<Response<Body>, Problem> {
    if !is_card(&word) {
        return Err(Problem::new(ProblemKind::NotFound, "no such card; GET /api/v1/cards lists them"));
    }
    let text = format!("{}{word}", site.handle.codes().command_prefix);
    symbol_of(Form::Qr, text).await
}

/// A text as a symbol (SVG) that was read back, away from the threads that serve connections.
pub(super) async fn symbol_of(form: Form, text: String) -> Result<Response<Body>, Problem> {
    let drawing = tokio::task::spawn_blocking(move || drawn(form, &text).map(|it| labels::symbol(&it))).await;
    let picture = drawing.map_err(|_| Problem::new(ProblemKind::Ending, "the service is ending"))?;
    let picture = picture.map_err(|it| Problem::new(ProblemKind::Unreadable, it.to_string()))?;
    let mut response = Response::new(Body::from(picture));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml"));
    Ok(response)
}
