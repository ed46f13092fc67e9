//! What is this code? The test vectors, the engine's own inputs, the properties and the mutated inputs.
//!
//! A row that we answer differently on purpose stands in `differences.rs` with its reason; it is never dropped.
//! Deliberately absent: tests of one reader alone, which stand beside it.

mod differences;
mod engine;
mod mutated;
mod properties;
mod rows;
mod vectors;
