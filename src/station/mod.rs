//! The one loop: takes all that waits, walks the eight steps for each, commits once, then speaks.
//!
//! One plain thread owns the lanes, the decoders and the store's only write connection; there is no lock in the core.
//! Everybody else holds a [`Handle`]: it puts inputs into the bounded queue and watches the outcome.
//! Deliberately absent: deciding (`rules`), drivers (`source`), SQL (`store`).

mod handle;

pub use handle::{Handle, Input, NotTaken, Reply, Request, Work};
