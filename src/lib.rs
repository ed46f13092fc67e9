//! The service behind a scanning station.
//!
//! It reads barcode scanners and a camera, works out what each code is, resolves it to the record in a local store,
//! applies the rules of the place, and writes check-in and check-out events into a ledger that can be trusted.
//! The rooms and the arrows between them are drawn in `docs/architecture.md` and held by `tests/house.rs`.

pub mod cli;
pub mod config;
pub mod decode;
pub mod domain;
pub mod http;
pub mod identify;
pub mod labels;
pub mod queue;
pub mod rules;
pub mod source;
pub mod station;
pub mod store;
pub mod vision;
