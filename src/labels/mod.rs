//! Symbols and sheets for printing: what is drawn here is read back before anybody prints it.
//!
//! Pure: text in, picture out. Every symbol keeps its quiet zone.
//! Deliberately absent: printers (`output`), and deciding what a label says.

mod calibration;
mod cards;
mod symbol;

pub use calibration::{LabelError, calibration_card};
pub use cards::{PrintedCard, card_sheets};
pub use symbol::qr_symbol;
