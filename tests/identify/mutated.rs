//! Mutated and random inputs against every reader: an answer each time, no panic, whatever the bytes.
//!
//! Each reader gets one second by default; `SCANSTATION_FUZZ_SECONDS` sets another length (20 in `./station test`'s
//! full run, 600 in the long mode). The seed is fixed, so a failure can be repeated; the failing input is printed.
//! Deliberately absent: coverage guidance.
