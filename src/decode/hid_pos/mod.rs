//! HID POS scanners: scanned data reports to frames (usage page 0x8C, HID POS Usage Tables 1.02).
//!
//! Fields are found in the device's report descriptor; where that is missing or wrong, by the layouts seen in the field.
//! The length byte rules: a NUL inside it is content. A message too long for one report is joined; half of one is dropped
//! after a time, visibly. Deliberately absent: commands to the scanner (`output::beep`).

mod decoder;
mod fields;
#[cfg(test)]
mod tests;
mod vendor;

pub use decoder::{PosDecoder, PosOptions};
pub use fields::{PosFields, is_scanner};
pub use vendor::symbology;
