//! Keyboard wedges: boot keyboard reports to frames (usage page 0x07).
//!
//! A wedge sends keystrokes, not bytes, so what the keys mean is a setting of each device; an unknown key spoils the
//! whole scan, visibly, and is never skipped. A scan ends by Enter, Tab or silence. Frames are UTF-8, control bytes kept.
//! Deliberately absent: claiming the device away from the kernel (`source::usb`), guessing the layout.

mod alt_code;
mod dead_key;
mod decoder;
mod fields;
mod keys;
mod layout;
mod retype;
mod table;
#[cfg(test)]
pub(crate) mod tests;

pub use alt_code::OemPage;
pub use decoder::{Ending, KeyboardDecoder, KeyboardOptions};
pub use fields::KeyFields;
pub use layout::Layout;
pub use retype::{read_keys, retype};
