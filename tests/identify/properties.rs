//! Properties of `identify` over generated inputs.
//!
//! Deliberately absent: tables, which are in `vectors.rs`.
