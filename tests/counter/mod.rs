//! The counter's dialogue, scan by scan, on a running station: what a person hears and what the ledger says after it.
//!
//! Each test is a sentence about the desk; words are compared whole, because they are what a person acts on.
//! Deliberately absent: devices and pages, which have topics of their own.

mod badge;
mod bounds;
mod cards;
mod cart;
mod day;
mod desk;
mod direction;
mod doubt;
mod draft;
mod hand_over;
mod lanes;
mod memory;
mod picture;
mod policy;
mod repeat;
mod rfid;
mod states;
mod trust;
mod undo;
