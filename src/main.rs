//! The `scanstation` program: it hands its words to `cli` and ends with the status that comes back.
//!
//! It decides nothing, so that all of it can be tested in the library.
//! Deliberately absent: options, wiring and words, which are in `cli`.

fn main() -> std::process::ExitCode {
    scanstation::cli::run()
}
