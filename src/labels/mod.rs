//! Symbols and sheets for printing: what is drawn here is read back before anybody prints it.
//!
//! Pure: text in, picture out. Every symbol keeps its quiet zone. Reading back is the work of `station`, which may ask
//! `vision`. Deliberately absent: printers (`output`), and deciding what a label says.

mod calibration;
mod cards;
mod grid;
mod layout;
mod sheet;
mod stock;
mod symbol;
mod text;
mod zpl;

pub use calibration::calibration_card;
pub use cards::{PrintedCard, card_sheets};
pub use grid::{Form, Grid, LabelError};
pub use layout::{Label, Line};
pub use sheet::sheet;
pub use stock::Stock;
pub use symbol::symbol;
pub use zpl::{Dpi, zpl};
