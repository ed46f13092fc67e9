//! All integration tests in one linked program; each module is one topic.
//!
//! Linking is what costs, so there is one program; a topic that needs room gets a folder of its own.
//! Deliberately absent: the tests of one function, which stand beside it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a test says what went wrong by ending there"
)]

mod bench;
mod card;
mod counter;
mod hostile;
mod house;
mod http;
mod identify;
mod journeys;
mod lists;
mod memory;
mod paper;
mod priorities;
mod program;
mod rig;
mod serial;
mod service;
mod skip;
mod store;
mod tapes;
mod vision;
