//! Reading the body of a request: never more than a limit, never longer than a deadline.
//!
//! Deliberately absent: what is in it.

use std::{future::poll_fn, pin::pin, time::Duration};

use axum::body::{Body, HttpBody};

use super::problem::{Problem, ProblemKind};

/// Reads a whole body of at most `size_max` bytes within `patience`.
pub(super) async fn read(body: Body, size_max: usize, patience: Duration) -> Result<Vec<u8>, Problem> {
    let too_large = || Problem::new(ProblemKind::TooLarge, format!("the body may have {size_max} bytes at most"));
    let announced = body.size_hint().lower();
    if usize::try_from(announced).map_or(true, |it| it > size_max) {
        return Err(too_large());
    }
    let reading = async {
        let mut body = pin!(body);
        let mut bytes = Vec::new();
        while let Some(frame) = poll_fn(|cx| body.as_mut().poll_frame(cx)).await {
            let frame = frame.map_err(|_| Problem::new(ProblemKind::Unreadable, "the body broke off"))?;
            if let Ok(chunk) = frame.into_data() {
                if bytes.len().saturating_add(chunk.len()) > size_max {
                    return Err(too_large());
                }
                bytes.extend_from_slice(&chunk);
            }
        }
        Ok(bytes)
    };
    tokio::time::timeout(patience, reading)
        .await
        .unwrap_or_else(|_| Err(Problem::new(ProblemKind::TooSlow, "the body did not arrive in time")))
}
