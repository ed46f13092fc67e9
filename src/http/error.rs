//! Why the web room could not be opened; once it runs, nothing that a client does ends it.
//!
//! Deliberately absent: what a request is told, which is in `problem.rs`.

use std::{io, net::SocketAddr};

/// The web room could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// The address can be reached by other machines, and requests are not authenticated.
    #[error(
        "listen on {0}: other machines could reach it and requests are not authenticated; listen on 127.0.0.1 \
         and put a proxy with TLS and sign-in in front of it (docs/network.md)"
    )]
    OpenToNetwork(SocketAddr),
    /// The listener could not be used.
    #[error("use the listener: {0}")]
    Listener(#[source] io::Error),
    /// A runtime could not be built.
    #[error("build the runtime of thread `{thread}`: {source}")]
    Runtime {
        /// The thread it was for.
        thread: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// A thread could not be started.
    #[error("start thread `{thread}`: {source}")]
    Thread {
        /// The thread.
        thread: &'static str,
        /// What the system said.
        source: io::Error,
    },
}
