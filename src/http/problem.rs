//! Every way in which a request is told "not like this": the only table of status codes (RFC 9457, problem+json).
//!
//! A refusal by the rules is not a problem: it is an answer, with status 200. Inner rooms know no status codes.
//! Deliberately absent: words for people at the station; these are for whoever wrote the client.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

/// The sorts of problem, each with one status and one title.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// The request could not be read.
    Unreadable,
    /// The Host header names no station of ours: DNS rebinding, or a name missing from the configuration.
    ForeignHost,
    /// A page of another origin asked.
    ForeignOrigin,
    /// Nobody who may ask for this is there.
    Forbidden,
    /// What was asked contradicts the record; nothing was done.
    Refused,
    /// Nothing is there.
    NotFound,
    /// It is there, but not to be asked like this.
    WrongMethod,
    /// The body did not arrive in time.
    TooSlow,
    /// The body is larger than the limit.
    TooLarge,
    /// The idempotency key was used for another scan: nothing was done.
    KeyTaken,
    /// The queue or another limit is full: nothing was done, ask again.
    Busy,
    /// The station is ending: nothing was done.
    Ending,
    /// Scans are answered and cannot be recorded: a full disk, a store that cannot be written.
    NotRecording,
    /// The answer did not come in time: whether it was recorded is not known, ask again with the same key.
    NoAnswer,
    /// A camera sends no picture: nothing was kept.
    NoPicture,
    /// The store could not be read.
    Store,
}

impl ProblemKind {
    /// All of them, for the description in `docs/api.md`.
    pub const ALL: [Self; 16] = [
        Self::Unreadable,
        Self::ForeignHost,
        Self::ForeignOrigin,
        Self::Forbidden,
        Self::Refused,
        Self::NotFound,
        Self::WrongMethod,
        Self::TooSlow,
        Self::TooLarge,
        Self::KeyTaken,
        Self::Busy,
        Self::Ending,
        Self::NotRecording,
        Self::NoAnswer,
        Self::NoPicture,
        Self::Store,
    ];

    /// The table: status, the last word of the type's address, title.
    #[must_use]
    pub const fn row(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::Unreadable => (StatusCode::BAD_REQUEST, "unreadable", "The request could not be read"),
            Self::ForeignHost => (StatusCode::MISDIRECTED_REQUEST, "foreign-host", "This name is not this station's"),
            Self::ForeignOrigin => (StatusCode::FORBIDDEN, "foreign-origin", "Another site's page may not ask"),
            Self::Forbidden => (StatusCode::FORBIDDEN, "forbidden", "Nobody who may ask for this is there"),
            Self::Refused => (StatusCode::CONFLICT, "refused", "It contradicts the record: nothing was done"),
            Self::NotFound => (StatusCode::NOT_FOUND, "not-found", "Nothing is there"),
            Self::WrongMethod => (StatusCode::METHOD_NOT_ALLOWED, "wrong-method", "Not to be asked like this"),
            Self::TooSlow => (StatusCode::REQUEST_TIMEOUT, "too-slow", "The body did not arrive in time"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too-large", "The body is larger than the limit"),
            Self::KeyTaken => {
                (StatusCode::UNPROCESSABLE_ENTITY, "key-taken", "That key was used for another scan: nothing was done")
            }
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy", "Full: nothing was done, ask again"),
            Self::Ending => (StatusCode::SERVICE_UNAVAILABLE, "ending", "The station is ending: nothing was done"),
            Self::NotRecording => (StatusCode::SERVICE_UNAVAILABLE, "not-recording", "Nothing can be recorded now"),
            Self::NoAnswer => {
                (StatusCode::GATEWAY_TIMEOUT, "no-answer", "No answer in time: ask again with the same key")
            }
            Self::NoPicture => (StatusCode::GATEWAY_TIMEOUT, "no-picture", "The camera sends no picture"),
            Self::Store => (StatusCode::INTERNAL_SERVER_ERROR, "store", "The store could not be read"),
        }
    }
}

/// One problem, with what was wrong this time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Its sort.
    pub kind: ProblemKind,
    /// One sentence about this very request; never a payload or a badge.
    pub detail: String,
}

impl Problem {
    /// Seconds a client should wait before it asks again when something is full.
    pub const RETRY_AFTER_S: u32 = 1;

    pub(super) fn new(kind: ProblemKind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into() }
    }

    /// The JSON of RFC 9457, on one line.
    #[must_use]
    pub fn json(&self) -> String {
        let (status, name, title) = self.kind.row();
        serde_json::json!({
            "type": format!("/problems/{name}"),
            "title": title,
            "status": status.as_u16(),
            "detail": self.detail,
        })
        .to_string()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.json()));
        *response.status_mut() = self.kind.row().0;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if matches!(self.kind, ProblemKind::Busy | ProblemKind::Ending) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(Self::RETRY_AFTER_S));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::{Problem, ProblemKind};

    #[test]
    fn each_problem_has_a_name_of_its_own_and_a_status_of_the_error_classes() {
        let mut names: Vec<_> = ProblemKind::ALL.iter().map(|it| it.row().1).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ProblemKind::ALL.len());
        assert!(ProblemKind::ALL.iter().all(|it| it.row().0.is_client_error() || it.row().0.is_server_error()));
    }

    #[test]
    fn a_problem_is_told_as_rfc_9457_says() {
        assert_eq!(
            Problem::new(ProblemKind::TooLarge, "a scan has 8192 bytes at most").json(),
            r#"{"detail":"a scan has 8192 bytes at most","status":413,"title":"The body is larger than the limit","type":"/problems/too-large"}"#
        );
    }
}
