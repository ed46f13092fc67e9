//! The words of the command line; each command is a file here.
//!
//! Deliberately absent: doing the work, which the rooms do.

pub mod decode;
pub mod identify;
