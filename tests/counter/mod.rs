//! The counter's dialogue, scan by scan, on a running station: what a person hears and what the ledger says after it.
//!
//! Each test is a sentence about the desk; words are compared whole, because they are what a person acts on.
//! Deliberately absent: devices and pages, which have topics of their own.

mod anew;
mod asked;
mod badge;
mod bounds;
mod cards;
mod cart;
mod condition;
mod cross;
mod damage;
mod day;
mod desk;
mod direction;
mod dock;
mod doubt;
mod draft;
mod equal;
mod hand_on;
mod hand_over;
mod instead;
mod intents;
mod job;
mod kit;
mod labels;
mod lanes;
mod mapping;
mod memory;
mod pace;
mod parked;
mod picture;
mod pin;
mod policy;
mod release;
mod repeat;
mod resolve;
mod rfid;
mod shelf;
mod shift;
mod states;
mod trust;
mod undo;
mod waiting;
mod weaker;
