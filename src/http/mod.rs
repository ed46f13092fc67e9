//! The web room: API, live screens and the page, over HTTP/1.1 on a bound listener.
//!
//! Everybody who asks goes through the station's queue like a scanner; a "no" of the rules is an answer, not an error.
//! Screens live on a thread and a runtime of their own, so that a flood of requests cannot make them late.
//! Async stops here: [`run`] blocks until every thread of the room has ended.
//! Deliberately absent: TLS and sign-in; so it is served on this machine only.

mod assets;
mod authority;
mod body;
mod cards;
mod cases;
mod error;
mod explain;
mod eyes;
mod guard;
mod health;
mod import;
mod instructions;
mod ledger;
mod lists;
mod meters;
mod names;
mod open;
mod options;
mod owners;
mod pictures;
mod pieces;
mod problem;
mod purge;
mod readers;
mod register;
mod routes;
mod scans;
mod screens;
mod server;
mod sight;
mod stills;
mod view;
mod wire;

pub use error::HttpError;
pub use eyes::{Eye, Eyes, Preview};
pub use options::Options;
pub use problem::{Problem, ProblemKind};
pub use server::{allowed, run};
