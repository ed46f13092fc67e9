//! `POST /api/v1/scans`: one whole message into the station's queue, its answer back when it is durable.
//!
//! All four answers are 200; a 4xx means that the request itself could not be read, and nothing was recorded.
//! Deliberately absent: what a scan means; that is the station's.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Response};

use super::problem::{Problem, ProblemKind};
use super::routes::Site;
use super::sight::masked;
use super::wire::{self, Query};
use super::{body, guard};
use crate::domain::{AimId, EventSeq, LaneId, Message, Transport};
use crate::station::NotTaken;
use crate::store::OF_FIELD;

/// The lane of a request that names none.
pub(super) const LANE_DEFAULT: &str = "web";
/// Characters of an idempotency key; a UUID has 36.
const KEY_LEN_MAX: usize = 128;

/// The least that a scan is sent as.
pub(super) const EXAMPLE: &str = "{\"data\": \"…\"}";

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Posted {
    data: Option<String>,
    bytes_hex: Option<String>,
    aim: Option<String>,
    lane: Option<String>,
    /// When it was scanned, if the scanner kept the time itself.
    #[serde(default, deserialize_with = "event_time")]
    event_time: Option<jiff::Timestamp>,
    /// Whether a person typed it: then a serial number is asked for twice.
    #[serde(default)]
    typed: bool,
}

/// A moment that cannot be read is told by its field.
fn event_time<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<jiff::Timestamp>, D::Error> {
    use serde::de::{Deserialize as _, Error as _};
    let value = serde_json::Value::deserialize(from)?;
    if value.is_null() {
        return Ok(None);
    }
    let found = value.as_str().and_then(|it| it.parse().ok());
    let expected = || format!("{OF_FIELD}event_time`: it is a text like \"2027-03-31T14:30:00Z\"");
    found.map(Some).ok_or_else(|| D::Error::custom(expected()))
}

/// Takes one scan.
pub(super) async fn post(State(site): State<Arc<Site>>, request: Request) -> Result<Response<Body>, Problem> {
    let (parts, sent) = request.into_parts();
    let options = &site.options;
    // JSON may write a byte as six characters (`\u0000`), and there are names and punctuation around it.
    let body_max = options.payload_max.saturating_mul(6).saturating_add(1024);
    let sent = body::read(sent, body_max, options.body_timeout).await?;
    let posted: Posted = wire::object(&sent, EXAMPLE)?;
    let lane = lane_of(posted.lane.as_deref())?;
    let (late, typed) = (posted.event_time.is_some(), posted.typed);
    let message = message(posted, options.payload_max)?;
    let key = idempotency_key(&parts.headers)?;
    let transport = match guard::is_own_page(&parts.headers) {
        _ if late => Transport::Batch,
        true => Transport::Page,
        false if typed => Transport::CommandLine,
        false => Transport::Http,
    };
    // Those who wait here are served in order, and a scanner's scan never waits behind more than a few of them.
    let _turn = site.turns.acquire().await;
    let waiting = site.handle.scan(message, transport, lane, key).map_err(|it| not_taken(&site, it))?;
    let answered = tokio::time::timeout(options.answer_timeout, waiting).await;
    match answered {
        Ok(Ok(reply)) if reply.key_is_taken => {
            Err(Problem::new(ProblemKind::KeyTaken, "lane, `aim` or bytes differ from those sent first; use a new key"))
        }
        Ok(Ok(reply)) => Ok(wire::json(reply.json.as_bytes().to_vec())),
        Ok(Err(_)) | Err(_) => Err(Problem::new(
            ProblemKind::NoAnswer,
            "whether it was recorded is not known; send it again with the same Idempotency-Key",
        )),
    }
}

/// The newest outcomes, newest first, each as the screens got it: `GET /api/v1/scans?limit=N`.
pub(super) async fn recent(State(site): State<Arc<Site>>, request: Request) -> Result<Response<Body>, Problem> {
    let rows = Query::of(request.uri()).rows(20, site.options.rows_max)?;
    let outcomes = site.readers.ask(move |store| store.recent_outcomes(rows)).await?;
    let rows: Vec<_> = outcomes.iter().rev().map(|(EventSeq(seq), json)| row(*seq, json)).collect();
    Ok(wire::json(format!("[{}]", rows.join(","))))
}

fn row(seq: i64, outcome: &str) -> String {
    format!("{{\"seq\":{seq},\"outcome\":{}}}", masked(outcome))
}

/// Why an input was not taken, as a problem.
pub(super) fn not_taken(site: &Site, cause: NotTaken) -> Problem {
    match cause {
        NotTaken::Full => {
            site.meters.queue_full.fetch_add(1, Relaxed);
            Problem::new(ProblemKind::Busy, cause.to_string())
        }
        NotTaken::Ended => Problem::new(ProblemKind::Ending, cause.to_string()),
    }
}

/// A lane's name, or the default: letters, digits, `-`, `_` and `.`.
pub(super) fn lane_of(name: Option<&str>) -> Result<LaneId, Problem> {
    let name = name.unwrap_or(LANE_DEFAULT);
    if LaneId::is_name(name) { Ok(LaneId::new(name)) } else { Err(unreadable(LaneId::EXPECTED)) }
}

fn message(posted: Posted, payload_max: usize) -> Result<Message, Problem> {
    let bytes = bytes_of(posted.data, posted.bytes_hex, payload_max)?;
    Ok(Message { bytes, aim: aim_of(posted.aim.as_deref())?, event_time: posted.event_time })
}

/// The payload, given as text or as hexadecimal bytes, of at most so many bytes.
pub(super) fn bytes_of(
    text: Option<String>,
    bytes_hex: Option<String>,
    payload_max: usize,
) -> Result<Vec<u8>, Problem> {
    let bytes = match (text, bytes_hex) {
        (Some(text), None) => text.into_bytes(),
        (None, Some(digits)) => from_hex(&digits)?,
        (Some(_), Some(_)) => return Err(unreadable("`data` and `bytes_hex` exclude each other")),
        (None, None) => return Err(unreadable("either `data` or `bytes_hex` must be there")),
    };
    if bytes.len() > payload_max {
        return Err(Problem::new(ProblemKind::TooLarge, format!("a scan has {payload_max} bytes at most")));
    }
    Ok(bytes)
}

/// The symbology identifier that the reader gave apart, if it did.
pub(super) fn aim_of(text: Option<&str>) -> Result<Option<AimId>, Problem> {
    match text {
        None | Some("") => Ok(None),
        Some(text) => AimId::parse(text).map(Some).ok_or_else(|| unreadable("`aim` has three characters, like `]C1`")),
    }
}

fn from_hex(digits: &str) -> Result<Vec<u8>, Problem> {
    let pairs = digits.as_bytes().chunks(2);
    pairs
        .map(|pair| match pair {
            [high, low] => wire::hex(*high, *low),
            _ => None,
        })
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| unreadable("`bytes_hex` has two hexadecimal digits a byte and nothing else"))
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    match value.to_str() {
        Ok(key) if (1..=KEY_LEN_MAX).contains(&key.len()) => Ok(Some(key.to_owned())),
        _ => Err(unreadable(format!("an Idempotency-Key has 1 to {KEY_LEN_MAX} printable ASCII characters"))),
    }
}

/// A request that cannot be read, with what was expected.
pub(super) fn unreadable(detail: impl Into<String>) -> Problem {
    Problem::new(ProblemKind::Unreadable, detail)
}

#[cfg(test)]
mod tests {
    use super::{Posted, lane_of, message};
    use crate::http::problem::ProblemKind;

    #[track_caller]
    fn check(json: &str, expected: Result<&[u8], ProblemKind>) {
        let posted: Posted = serde_json::from_str(json).unwrap();
        let found = message(posted, 8).map(|it| it.bytes).map_err(|it| it.kind);
        assert_eq!(found.as_deref().map_err(|it| *it), expected, "{json}");
    }

    #[test]
    fn a_payload_comes_as_text_or_as_hexadecimal_bytes() {
        check(r#"{"data":"AT-1"}"#, Ok(b"AT-1"));
        check(r#"{"data":""}"#, Ok(b""));
        check(r#"{"data":"\u001d1"}"#, Ok(b"\x1d1"));
        check(r#"{"bytes_hex":"00fFa0"}"#, Ok(&[0, 255, 160]));
        check(r#"{"bytes_hex":"0"}"#, Err(ProblemKind::Unreadable));
        check(r#"{"bytes_hex":"0g"}"#, Err(ProblemKind::Unreadable));
        check(r#"{"bytes_hex":"é0"}"#, Err(ProblemKind::Unreadable));
        check(r#"{"data":"1","bytes_hex":"31"}"#, Err(ProblemKind::Unreadable));
        check(r#"{"lane":"left"}"#, Err(ProblemKind::Unreadable));
        check(r#"{"data":"12345678"}"#, Ok(b"12345678"));
        check(r#"{"data":"123456789"}"#, Err(ProblemKind::TooLarge));
        check(r#"{"data":"1","aim":"]C1"}"#, Ok(b"1"));
        check(r#"{"data":"1","aim":"C1"}"#, Err(ProblemKind::Unreadable));
    }

    #[test]
    fn a_lane_is_named_in_plain_letters() {
        assert_eq!(lane_of(None).unwrap().as_str(), "web");
        assert_eq!(lane_of(Some("left-2")).unwrap().as_str(), "left-2");
        assert!(lane_of(Some("")).is_err() && lane_of(Some("a b")).is_err() && lane_of(Some("<b>")).is_err());
    }
}
