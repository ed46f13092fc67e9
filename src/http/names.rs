//! Which names each address takes behind `?`: another one is refused, so that a mistyped `dry_run` never does the real thing.
//!
//! Every read takes `lane`, whose session says what may be seen. Deliberately absent: what the names mean, which each
//! route says, and the pages, whose script reads their query.

use axum::http::{Method, Uri};

use super::problem::{Problem, ProblemKind};
use super::wire::Query;
use crate::domain::spelling::nearest;

/// What needs a session, or the pass of the store's owner.
const WHO: &[&str] = &["lane", "as"];
const LANE: &[&str] = &["lane"];
const ROWS: &[&str] = &["lane", "limit"];
const PAGE: &[&str] = &["lane", "limit", "after"];

/// The addresses behind `/api/v1/` by their parts, `*` for any; what is read, and what is posted.
const TABLE: &[(&str, &[&str], &[&str])] = &[
    ("scans", ROWS, &[]),
    ("identify", &[], &[]),
    ("cards", LANE, &[]),
    ("cards/*", LANE, &[]),
    ("events", PAGE, &[]),
    ("state", LANE, &[]),
    ("updates", &["lane", "after"], &[]),
    ("units", &["lane", "limit", "after", "query"], &[]),
    ("units/*", LANE, &[]),
    ("units/*/owners", LANE, WHO),
    ("units/*/picture", &["lane", "still"], &["lane", "as", "of"]),
    ("units/*/label", LANE, &[]),
    ("cases", &["lane", "limit", "all"], &[]),
    ("cases/*/resolve", &[], WHO),
    ("labels", ROWS, &[]),
    ("stock", &["lane", "limit", "low"], &[]),
    ("models", &["lane", "limit", "query"], &[]),
    ("locations", &["lane", "limit", "query"], &[]),
    ("categories", LANE, &[]),
    ("people", PAGE, &[]),
    ("people/*", LANE, &[]),
    ("import/*", &[], &["lane", "as", "dry_run"]),
    ("cameras", LANE, &[]),
    ("cameras/*/preview", &["lane", "after"], &[]),
    ("cameras/*/still", &[], &["lane", "as", "event", "unit", "identifier", "ending"]),
    ("instructions", &[], WHO),
    ("parked", ROWS, &[]),
    ("parked/*/resolve", &[], WHO),
    ("overdue", ROWS, &[]),
    ("reservations", ROWS, &[]),
    ("shift", LANE, &[]),
    ("stills", &[], &["lane", "as", "event", "unit", "identifier", "ending"]),
    ("stills/*", LANE, &[]),
];

/// Refuses a query with a name that the address does not take.
pub(super) fn check(method: &Method, uri: &Uri) -> Result<(), Problem> {
    let Some(path) = uri.query().and_then(|_| uri.path().strip_prefix("/api/v1/")) else { return Ok(()) };
    let Some((_, read, posted)) = TABLE.iter().find(|it| fits(it.0, path)) else { return Ok(()) };
    let known = if method == Method::POST { *posted } else { *read };
    let query = Query::of(uri);
    let Some(name) = query.names().find(|it| !known.contains(it)) else { return Ok(()) };
    let name: String = name.chars().take(40).collect();
    let detail = if known.is_empty() {
        format!("`{name}` stands behind ? in vain: this address takes nothing there; what it needs is in the body")
    } else {
        let meant = nearest(&name, known).map(|it| format!("; did you mean `{it}`?")).unwrap_or_default();
        let stop = if meant.is_empty() { "." } else { "" };
        format!("`{name}` is no name in the query of this address{meant}{stop} It takes {}", known.join(", "))
    };
    Err(Problem::new(ProblemKind::Unreadable, detail))
}

fn fits(pattern: &str, path: &str) -> bool {
    let (mut wanted, mut found) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), found.next()) {
            (None, None) => return true,
            (Some(part), Some(it)) if part == "*" || part == it => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Method, check};

    #[track_caller]
    fn told(method: &Method, address: &str, expected: &str) {
        let found = check(method, &address.parse().unwrap());
        assert_eq!(found.map_err(|it| it.detail).err().unwrap_or_default(), expected, "{address}");
    }

    #[test]
    fn a_name_that_an_address_does_not_take_is_refused_with_the_one_that_was_meant() {
        let post = Method::POST;
        told(&post, "/api/v1/import/units?dry_run=true&lane=left", "");
        told(
            &post,
            "/api/v1/import/units?dry-run=true",
            "`dry-run` is no name in the query of this address; did you mean `dry_run`? It takes lane, as, dry_run",
        );
        told(&post, "/api/v1/instructions?x", "`x` is no name in the query of this address. It takes lane, as");
        told(
            &post,
            "/api/v1/scans?lane=left",
            "`lane` stands behind ? in vain: this address takes nothing there; what it needs is in the body",
        );
        told(&Method::GET, "/api/v1/scans?limit=3", "");
        told(&Method::GET, "/api/v1/units/AT-1/owners?lane=left", "");
        told(&Method::GET, "/api/v1/nothing?x=1", "");
        told(&Method::GET, "/units?x=1", "");
    }
}
