//! The page: plain files compiled into the program, so that it works with the network off.
//!
//! Deliberately absent: a build step, templates, and any address that is not ours.

use std::borrow::Cow;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use rust_embed::{EmbeddedFile, RustEmbed};

use super::problem::{Problem, ProblemKind};
use super::wire::Path;

#[derive(RustEmbed)]
#[folder = "src/http/web/"]
struct Web;

/// The one document; its modules look at the address and show what belongs there.
pub(super) async fn document(headers: HeaderMap) -> Result<Response<Body>, Problem> {
    serve("index.html", &headers)
}

/// One file of the page.
pub(super) async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Result<Response<Body>, Problem> {
    serve(&name, &headers)
}

fn serve(name: &str, headers: &HeaderMap) -> Result<Response<Body>, Problem> {
    let file = Web::get(name).ok_or_else(|| Problem::new(ProblemKind::NotFound, "the page has no such file"))?;
    let tag = entity_tag(&file);
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|it| it.as_bytes() == tag.as_bytes());
    let kind = file.metadata.mimetype().to_owned();
    let body = match file.data {
        _ if known => Body::empty(),
        Cow::Borrowed(bytes) => Body::from(bytes),
        Cow::Owned(bytes) => Body::from(bytes),
    };
    let mut response = Response::new(body);
    if known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let kind = if kind.starts_with("text/") { format!("{kind}; charset=utf-8") } else { kind };
    let headers = response.headers_mut();
    // Asked again each time and answered 304: after an update of the program no screen shows the old page.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    for (name, value) in [(header::ETAG, tag), (header::CONTENT_TYPE, kind)] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    Ok(response)
}

fn entity_tag(file: &EmbeddedFile) -> String {
    let digest = file.metadata.sha256_hash();
    let digits: Vec<String> = digest.iter().take(12).map(|it| format!("{it:02x}")).collect();
    format!("\"{}\"", digits.concat())
}
