//! `POST /api/v1/instructions` and `/api/v1/parked/{id}/resolve`: changes of the record that a keeper asks for.
//!
//! The body is one instruction; it is carried out by the station's writer between two groups of scans, whole or not at
//! all, under the person who asks.
//! Deliberately absent: what an instruction does, which is the store's.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Response;

use super::authority::Authority;
use super::body;
use super::problem::{Problem, ProblemKind};
use super::register::not_found;
use super::routes::Site;
use super::scans::not_taken;
use super::wire::{self, Path, Query};
use crate::domain::{EventSeq, IdentifierKind, Role};
use crate::station;
use crate::store::{Instruction, StoreError};

/// Bytes of an instruction (chosen: a reason is a sentence).
const INSTRUCTION_MAX: usize = 4 * 1024;

/// An instruction about a parked code without its number, which stands in the address.
#[derive(serde::Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
enum Settling {
    Bind {
        unit: String,
        #[serde(rename = "as")]
        kind: Option<IdentifierKind>,
    },
    Create {
        model: String,
        #[serde(rename = "as")]
        kind: Option<IdentifierKind>,
    },
    Dismiss {
        why: String,
    },
}

#[derive(serde::Serialize)]
struct CarriedOut {
    event: EventSeq,
}

/// Carries one instruction out.
pub(super) async fn post(State(site): State<Arc<Site>>, request: Request) -> Result<Response<Body>, Problem> {
    let (parts, sent) = request.into_parts();
    let authority = site.authority(&parts.headers, &Query::of(&parts.uri), Role::Keeper).await?;
    let sent = body::read(sent, INSTRUCTION_MAX, site.options.body_timeout).await?;
    let form = "{\"do\": \"hold\", \"unit\": \"AT-000123\", \"why\": \"…\"} (all are in docs/api.md)";
    let instruction: Instruction = wire::object(&sent, form)?;
    if instruction.lacks_its_thing() {
        return Err(Problem::new(ProblemKind::Unreadable, "either `unit` or `model` must be there"));
    }
    carry_out(&site, authority, instruction).await
}

/// Deals with one parked code: the body is the instruction `bind`, `create` or `dismiss` without its number.
pub(super) async fn resolve(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response<Body>, Problem> {
    let (parts, sent) = request.into_parts();
    let authority = site.authority(&parts.headers, &Query::of(&parts.uri), Role::Keeper).await?;
    let sent = body::read(sent, INSTRUCTION_MAX, site.options.body_timeout).await?;
    let parked: i64 = id.parse().map_err(|_| not_found("parked code"))?;
    let form = "{\"do\": \"bind\", \"unit\": …, \"as\": …}, {\"do\": \"create\", \"model\": …, \"as\": …} or \
         {\"do\": \"dismiss\", \"why\": …}";
    let wanted = match wire::object(&sent, form)? {
        Settling::Bind { unit, kind } => Instruction::Bind { parked, unit, kind },
        Settling::Create { model, kind } => Instruction::Create { parked, model, kind },
        Settling::Dismiss { why } => Instruction::Dismiss { parked, why },
    };
    carry_out(&site, authority, wanted).await
}

pub(super) async fn carry_out(
    site: &Site,
    authority: Authority,
    wanted: Instruction,
) -> Result<Response<Body>, Problem> {
    let codes = site.handle.codes().clone();
    let working = site.handle.work(move |store, now| {
        let event = store.within(|store| station::carry_out(store, &wanted, &codes, authority.person, now))?;
        if wanted.closes_shift() {
            store.checkpoint(now)?;
        }
        Ok(event)
    });
    match working.map_err(|it| not_taken(site, it))?.await {
        Ok(Ok(event)) => wire::answer(&CarriedOut { event }),
        Ok(Err(cause)) => Err(refused(&cause)),
        Err(_) => Err(Problem::new(ProblemKind::Ending, "the service is ending; look whether it was done")),
    }
}

/// What the store says no to is about the request; everything else is about the store, which may be full.
pub(super) fn refused(cause: &StoreError) -> Problem {
    let kind = match cause {
        it if it.is_refusal() => ProblemKind::Refused,
        it if it.is_not_recorded() => ProblemKind::NotRecording,
        _ => ProblemKind::Store,
    };
    Problem::new(kind, cause.to_string())
}

#[cfg(test)]
mod tests {
    use super::{ProblemKind, StoreError, refused};

    #[test]
    fn a_full_disk_is_told_from_a_no_and_from_a_store_that_is_broken() {
        let kind = |cause: StoreError| refused(&cause).kind;
        assert_eq!(kind(StoreError::Full { doing: "hold a unit" }), ProblemKind::NotRecording);
        assert_eq!(kind(StoreError::Unfit("there is no such unit".to_owned())), ProblemKind::Refused);
        assert_eq!(kind(StoreError::Order("hold a unit")), ProblemKind::Store);
    }
}
