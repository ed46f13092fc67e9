//! Scanners on a real kernel: tests that run inside the virtual machine of `tests/rig/rig`.
//!
//! `tests/rig/run` boots it once and starts this very test program in it as root; the station under test runs as an
//! unprivileged user with our udev rules. Deliberately absent: anything that a normal test run would start.

mod child;
mod guest;
#[cfg(feature = "camera")]
#[allow(clippy::cast_possible_truncation, clippy::as_conversions, reason = "sizes of pictures are small")]
mod lens;
mod listener;
mod machine;
mod plug;
mod service;
mod shipped;
mod sim;
