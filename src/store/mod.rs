//! The store: register, scan journal, ledger, custody, on one SQLite file with one writer.
//!
//! An answer means on disk: `journal_mode=WAL`, `synchronous=FULL`, and a high-water mark outside the file.
//! Deliberately absent: deciding anything, and the clock.

/// The store's only writer.
pub struct Store;
