//! A test that cannot run here says so where everybody sees it, and `./station test` counts it as skipped, not as passed.
//!
//! The line goes to standard error itself: the test program shows what it captured only for tests that fail.
//! Deliberately absent: deciding what is missing; that is the test's.

use std::io::Write as _;

/// Says that the calling test did not run, and why: one line that begins with `test skipped: `, which `station` counts.
pub(crate) fn skipped(why: &str) {
    let thread = std::thread::current();
    let line = format!("\ntest skipped: {}: {why}\n", thread.name().unwrap_or("a test"));
    std::io::stderr().write_all(line.as_bytes()).unwrap();
}
