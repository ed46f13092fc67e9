//! `POST /api/v1/identify`: what is this code? Explained field by field; nothing is asked of our records.
//!
//! No scan, no session, no row: whoever may open the page may paste a code. The keys are those of
//! `scanstation identify --json`, and `elements`.
//! Deliberately absent: what our records say; that is a scan, or the register's search.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Response;

use super::problem::Problem;
use super::routes::Site;
use super::scans::{EXAMPLE, aim_of, bytes_of, unreadable};
use super::{body, wire};
use crate::identify::{ElementLine, Explanation, Inspected, elements, inspect, is_reader, single};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    data: Option<String>,
    bytes_hex: Option<String>,
    aim: Option<String>,
    #[serde(rename = "as")]
    reader: Option<String>,
}

#[derive(serde::Serialize)]
struct Explained<'a> {
    #[serde(flatten)]
    explanation: Explanation<'a>,
    elements: Vec<ElementLine>,
}

/// Explains one code.
pub(super) async fn post(State(site): State<Arc<Site>>, request: Request) -> Result<Response<Body>, Problem> {
    let options = &site.options;
    // JSON may write a byte as six characters (`\u0000`), and there are names and punctuation around it.
    let body_max = options.payload_max.saturating_mul(6).saturating_add(1024);
    let sent = body::read(request.into_body(), body_max, options.body_timeout).await?;
    let asked: Asked = wire::object(&sent, EXAMPLE)?;
    let reader = asked.reader.as_deref().filter(|it| !it.is_empty());
    if let Some(name) = reader.filter(|it| !is_reader(it)) {
        return Err(unreadable(format!(
            "`as` {name:?} is no kind; kinds are {}, and the check algorithms of docs/identifiers.md",
            single::KINDS.join(", ")
        )));
    }
    let aim = aim_of(asked.aim.as_deref())?;
    let bytes = bytes_of(asked.data, asked.bytes_hex, options.payload_max)?;
    let at = (site.clock)();
    let found = inspect(Inspected { bytes: &bytes, aim, symbology: None, reader, at }, site.handle.codes());
    let year = at.wall.to_zoned(jiff::tz::TimeZone::UTC).year();
    wire::answer(&Explained { explanation: Explanation::from(&found), elements: elements(&found, year) })
}
