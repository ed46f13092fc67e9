//! The QR symbol itself: from modules with margins to bytes and text (ISO/IEC 18004:2024).
//!
//! Format, block layout, Reed-Solomon with erasures, and the segments that rqrr refuses or ignores.
//! Invariant: a symbol is answered only if every block was corrected within its capacity less a reserve (see
//! `symbol.rs`): better no read than a wrong one.
//! Deliberately absent: pictures; modules come in sampled.

pub(crate) mod charset;
pub(crate) mod galois;
pub(crate) mod layout;
pub(crate) mod segment;
pub(crate) mod symbol;
