//! The profile files that come with the program, compiled in.
//!
//! A test compares the list with the folder `config/devices`. Deliberately absent: reading files at run time.

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/config/devices/", $name)))),*]
    };
}

/// File name and text.
pub(super) const FILES: &[(&str, &str)] = files![
    "access-is.toml",
    "code.toml",
    "datalogic.toml",
    "generic.toml",
    "honeywell.toml",
    "id-tech.toml",
    "memory.toml",
    "newland.toml",
    "opticon.toml",
    "rfid.toml",
    "zebra.toml",
];
