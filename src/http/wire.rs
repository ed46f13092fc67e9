//! The query part of an address and the answers in JSON: small things that every route needs.
//!
//! Deliberately absent: the shapes themselves, which stand beside their routes.

use axum::body::Body;
use axum::http::{HeaderValue, Response, Uri, header};

use super::problem::{Problem, ProblemKind};

/// The names and values of a query, decoded.
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads the query of an address; bytes that are no UTF-8 become replacement characters.
    pub(super) fn of(uri: &Uri) -> Self {
        let pairs = uri.query().unwrap_or("").split('&').filter(|it| !it.is_empty());
        Self(pairs.map(|it| it.split_once('=').unwrap_or((it, ""))).map(|(k, v)| (decoded(k), decoded(v))).collect())
    }

    /// The value of a name; the first one counts.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|it| it.0 == name).map(|it| it.1.as_str())
    }

    /// A number of a name, or its default.
    pub(super) fn number<T: std::str::FromStr>(&self, name: &str, default: T) -> Result<T, Problem> {
        match self.text(name) {
            None => Ok(default),
            Some(text) => text
                .parse()
                .map_err(|_| Problem::new(ProblemKind::Unreadable, format!("`{name}` must be a whole number"))),
        }
    }

    /// A yes or no; the bare name means yes.
    pub(super) fn flag(&self, name: &str) -> bool {
        self.text(name).is_some_and(|it| !matches!(it, "0" | "false" | "no"))
    }

    /// How many rows are wanted: at least one, at most the limit.
    pub(super) fn rows(&self, default: usize, rows_max: usize) -> Result<usize, Problem> {
        Ok(self.number("limit", default)?.clamp(1, rows_max))
    }
}

/// An answer in JSON that nobody keeps.
pub(super) fn json(text: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(text.into());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Something of ours as an answer in JSON.
pub(super) fn answer(value: &impl serde::Serialize) -> Result<Response<Body>, Problem> {
    serde_json::to_string(value).map(json).map_err(|it| Problem::new(ProblemKind::Store, format!("write JSON: {it}")))
}

/// Decodes a part of a query (application/x-www-form-urlencoded); a percent sign without two digits stays.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        match (first, after) {
            (b'+', _) => bytes.push(b' '),
            (b'%', [high, low, after @ ..]) => match hex(*high, *low) {
                Some(byte) => {
                    bytes.push(byte);
                    rest = after;
                }
                None => bytes.push(b'%'),
            },
            _ => bytes.push(*first),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The byte that two hexadecimal digits stand for.
pub(super) fn hex(high: u8, low: u8) -> Option<u8> {
    let digit = |it: u8| char::from(it).to_digit(16).and_then(|it| u8::try_from(it).ok());
    Some((digit(high)? << 4) | digit(low)?)
}

#[cfg(test)]
mod tests {
    use super::Query;

    #[track_caller]
    fn check(query: &str, name: &str, expected: Option<&str>) {
        let uri = format!("/x?{query}").parse().unwrap();
        assert_eq!(Query::of(&uri).text(name), expected);
    }

    #[test]
    fn a_query_is_decoded_as_browsers_write_it() {
        check("query=bosch+gsr%2018", "query", Some("bosch gsr 18"));
        check("query=%C3%A4&limit=3", "query", Some("ä"));
        check("query=100%25&x", "x", Some(""));
        check("query=50%", "query", Some("50%"));
        check("query=%zz", "query", Some("%zz"));
        check("a=1&a=2", "a", Some("1"));
        check("", "a", None);
    }
}
