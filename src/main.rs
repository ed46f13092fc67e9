//! The `scanstation` program: wiring, nothing else.

fn main() {}
