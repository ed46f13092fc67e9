//! Pictures in, symbols out: the camera's eye, without the camera.
//!
//! Our own front end finds, samples and repairs QR symbols; rqrr decodes the repaired grid; our segment reader takes
//! what rqrr refuses; the second engine (zxing-cpp, feature `second-engine`) reads the other symbologies and gives a
//! second opinion. `docs/camera.md` explains the search with pictures.
//! Promise: any picture, always an answer, within the budget handed in plus one engine call; no clock, no device, no file.
//! Deliberately absent: capturing pictures, which is in `source/camera`, and what a symbol names, which is in `identify`.
#![allow(
    clippy::many_single_char_names,
    reason = "points, runs and matrices are named as in the papers they come from: x, y, a to f"
)]

mod append;
mod attempt;
mod bars;
mod binarise;
mod edges;
mod error;
mod evidence;
mod file;
mod finder;
mod fit;
mod geometry;
mod grade;
mod grid;
mod hint;
mod ladder;
mod live;
mod luma;
mod number;
mod options;
mod presence;
mod qr;
mod raw;
mod rqrr_grid;
mod sample;
mod search;
mod second;
mod still;
mod triple;
mod whole;

pub use error::PictureError;
pub use evidence::SampledGrid;
pub use file::{jpeg, picture};
pub use hint::Hint;
pub use live::{Sight, Tracker};
pub use luma::Luma;
pub use options::{Engines, HAS_SECOND_ENGINE, Options, Symbologies};
pub use presence::Presence;
pub use raw::{RawFormat, unpack};
pub use still::{read_still, read_still_with_grids};
pub use whole::look_over;
