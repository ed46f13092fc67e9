//! The query part of an address and the answers in JSON: small things that every route needs.
//!
//! Deliberately absent: the shapes themselves, which stand beside their routes.

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Response, Uri, header};

use super::problem::{Problem, ProblemKind};
use crate::domain::spelling::nearest;
use crate::store::OF_FIELD;

/// The names and values of a query, decoded.
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads the query of an address; bytes that are no UTF-8 become replacement characters.
    pub(super) fn of(uri: &Uri) -> Self {
        let pairs = uri.query().unwrap_or("").split('&').filter(|it| !it.is_empty());
        Self(pairs.map(|it| it.split_once('=').unwrap_or((it, ""))).map(|(k, v)| (decoded(k), decoded(v))).collect())
    }

    /// The names, in their order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|it| it.0.as_str())
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

/// The part of an address that names something, decoded; one that is no text is told as every problem is.
pub(super) struct Path<T>(pub(super) T);

impl<S: Send + Sync, T: serde::de::DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let found = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        let expected =
            "a name in this address is no text; write it in UTF-8, each byte that needs it as % and two digits";
        found.map(|it| Self(it.0)).map_err(|_| Problem::new(ProblemKind::Unreadable, expected))
    }
}

/// A body that must be one JSON object, with an example of it for whoever sent something else.
///
/// What was sent is not repeated: it may hold a badge or a PIN. A day that cannot be read is ([`OF_FIELD`]).
pub(super) fn object<T: serde::de::DeserializeOwned>(sent: &[u8], example: &str) -> Result<T, Problem> {
    let unreadable = |why: String| {
        Problem::new(ProblemKind::Unreadable, format!("the body must be a JSON object like {example}; {why}"))
    };
    // An array would be taken for the fields in their order.
    if sent.trim_ascii_start().first() != Some(&b'{') {
        return Err(unreadable(instead(sent).to_owned()));
    }
    serde_json::from_slice(sent).map_err(|it| {
        // Where the kind of the object decides what its fields are, the place is not known.
        let place = (it.line() > 0).then(|| format!("line {}, column {}", it.line(), it.column()));
        let place =
            |before: &str, after: &str| place.as_ref().map_or(String::new(), |it| format!("{before}{it}{after}"));
        let said = it.to_string();
        let names_a_field = ["unknown field", "missing field", "duplicate field"].iter().any(|it| said.starts_with(it));
        unreadable(match said.rsplit_once(", expected ") {
            _ if said.starts_with(OF_FIELD) => said.rsplit_once(" at line ").map_or(&*said, |it| it.0).to_owned(),
            _ if !it.is_data() => format!("it is no JSON{}", place(" from ", " on")),
            // What else is said may repeat a value.
            _ if names_a_field => {
                let said = said.split(" at line ").next().unwrap_or(&said);
                format!("{said}{}{}", meant(said), place(" (", ")"))
            }
            Some((found, expected)) if found.starts_with("invalid ") || found.starts_with("unknown variant") => {
                let expected = expected.split(" at line ").next().unwrap_or(expected);
                format!("expected {expected}{}", place(" before ", ""))
            }
            _ => format!("a value cannot be read{}", place(" before ", "")),
        })
    })
}

/// The known field that was meant by an unknown one, as the end of what serde says of it; empty if none is near.
fn meant(said: &str) -> String {
    let names: Vec<&str> = said.split('`').skip(1).step_by(2).collect();
    let unknown = names.split_first().filter(|_| said.starts_with("unknown field"));
    let near = unknown.and_then(|(unknown, known)| nearest(unknown, known));
    near.map(|it| format!("; did you mean `{it}`?")).unwrap_or_default()
}

/// What a body is that does not begin as an object does.
fn instead(sent: &[u8]) -> &'static str {
    let sent = sent.trim_ascii();
    match (sent.first(), serde_json::from_slice(sent)) {
        (None, _) => "it is empty",
        (Some(b'['), _) => "this one is an array",
        (_, Ok(serde_json::Value::Null)) => "this one is null",
        (_, Ok(serde_json::Value::Bool(_))) => "this one is only true or false",
        (_, Ok(serde_json::Value::Number(_))) => "this one is only a number",
        (_, Ok(serde_json::Value::String(_))) => "this one is only a text",
        (_, Ok(serde_json::Value::Array(_) | serde_json::Value::Object(_)) | Err(_)) => "this one is no JSON",
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
    use super::{Query, object};

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "it is only read")]
    struct Form {
        why: String,
        typed: Option<bool>,
        at: Option<jiff::Timestamp>,
    }

    #[track_caller]
    fn told(body: &str, expected: &str) {
        let found = object::<Form>(body.as_bytes(), "{\"why\": \"…\"}").unwrap_err().detail;
        assert_eq!(found, format!("the body must be a JSON object like {{\"why\": \"…\"}}; {expected}"), "{body}");
    }

    #[test]
    fn a_body_that_is_no_such_object_is_told_in_plain_words_and_not_repeated() {
        object::<Form>(b" \n{\"why\": \"lost\"}", "").unwrap();
        told("", "it is empty");
        told(" \r\n", "it is empty");
        told("[]", "this one is an array");
        told("[\"lost\", true]", "this one is an array");
        told("\"lost\"", "this one is only a text");
        told(" null ", "this one is null");
        told("true", "this one is only true or false");
        told("4711", "this one is only a number");
        told("why=lost", "this one is no JSON");
        told("nul", "this one is no JSON");
        told("{\"why\": ", "it is no JSON from line 1, column 8 on");
        told("{\"why\": 5}", "expected a string before line 1, column 9");
        told("{\"why\": \"\",\n \"typed\": \"BDG-1\"}", "expected a boolean before line 2, column 17");
        told("{}", "missing field `why` (line 1, column 2)");
        told(
            "{\"why\": \"\", \"x\": 1}",
            "unknown field `x`, expected one of `why`, `typed`, `at` (line 1, column 15)",
        );
        told(
            "{\"wy\": \"\"}",
            "unknown field `wy`, expected one of `why`, `typed`, `at`; did you mean `why`? (line 1, column 5)",
        );
        told("{\"why\": \"\", \"at\": \"BDG-1\"}", "a value cannot be read before line 1, column 25");
    }

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
