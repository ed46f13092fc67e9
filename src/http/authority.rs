//! Who asks for a change of the record: a session at the station, or the owner of the store by the service's pass.
//!
//! A session counts if it is open at the lane that the query names and its role is strong enough. The pass lies in a file
//! that only the service's user can read; with `as=BADGE` the owner acts as that person, with `lane=` as whose session is
//! open there, if one is: what a person does is noted under the person, whoever types it.
//! Deliberately absent: what may be asked, which each route says by its least role.

use axum::http::HeaderMap;

use super::problem::{Problem, ProblemKind};
use super::routes::Site;
use super::scans::lane_of;
use super::wire::Query;
use crate::domain::{HolderId, LaneId, Role};

/// The header that carries the pass.
pub(super) const PASS: &str = "x-scanstation-pass";

/// Who asks, and what they may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Authority {
    /// Who; `None` for the owner of the store without a badge.
    pub(super) person: Option<HolderId>,
    /// What they may.
    pub(super) role: Role,
}

impl Site {
    /// Who asks, if their role is at least this one.
    pub(super) async fn authority(
        &self,
        headers: &HeaderMap,
        query: &Query,
        least: Role,
    ) -> Result<Authority, Problem> {
        let found = match headers.get(PASS) {
            Some(shown) => {
                let fits = self.options.pass.as_ref().is_some_and(|it| it.is(shown.to_str().unwrap_or_default()));
                if !fits {
                    return Err(forbidden("this pass is not the running service's".to_owned()));
                }
                self.owner(query).await?
            }
            None => self.session(query, least)?,
        };
        if found.role < least {
            return Err(forbidden(format!("this needs the role {least}; the session has the role {}", found.role)));
        }
        Ok(found)
    }

    fn session(&self, query: &Query, least: Role) -> Result<Authority, Problem> {
        let lane = lane_of(query.text("lane"))?;
        self.at(&lane).ok_or_else(|| {
            let article = if matches!(least, Role::Operator | Role::Auditor | Role::Admin) { "an" } else { "a" };
            forbidden(format!(
                "nobody's session is open at the lane `{lane}`; scan {article} {least}'s badge there first"
            ))
        })
    }

    /// Whose session is open at a lane.
    fn at(&self, lane: &LaneId) -> Option<Authority> {
        let view = self.handle.view();
        let view = view.borrow();
        let session = view.lanes.get(lane).and_then(|it| it.session.as_ref());
        session.map(|it| Authority { person: Some(it.holder), role: it.role })
    }

    async fn owner(&self, query: &Query) -> Result<Authority, Problem> {
        let Some(badge) = query.text("as").filter(|it| !it.is_empty()) else {
            let named = query.text("lane").map(|it| lane_of(Some(it))).transpose()?;
            let session = named.and_then(|it| self.at(&it));
            return Ok(session.unwrap_or(Authority { person: None, role: Role::Admin }));
        };
        let (badge, prefix, now) = (badge.to_owned(), self.store.prefixes.badge.clone(), (self.clock)());
        let found = self.readers.ask(move |store| store.bearer(&badge, &prefix, now)).await?.filter(|it| it.active);
        let found = found.ok_or_else(|| forbidden("nobody here has this badge".to_owned()))?;
        Ok(Authority { person: Some(found.id), role: found.role })
    }
}

fn forbidden(detail: String) -> Problem {
    Problem::new(ProblemKind::Forbidden, detail)
}
