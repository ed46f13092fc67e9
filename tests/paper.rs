//! Paper: the dark pieces of a drawn page painted into pixels, as a printer does, for the station's own eyes.
//!
//! It knows what our pages are made of: groups that are moved, and paths of pieces `Mx yhRUNv1h-RUNz` that are moved and
//! scaled. Words are not painted. Deliberately absent: a browser, which `tests/browser` has.

use std::time::Duration;

use scanstation::domain::Symbology;
use scanstation::vision::{Luma, Options, read_still};

/// A dark piece: left, top, width, height in millimetres, or in modules where a symbol stands alone.
type Piece = [f32; 4];

/// The two numbers behind a word and its bracket, `translate(1 2)`.
fn pair(line: &str, word: &str) -> Option<[f32; 2]> {
    let inside = line.split_once(&format!("{word}("))?.1.split_once(')')?.0;
    let (first, second) = inside.split_once(' ')?;
    Some([first.parse().ok()?, second.parse().ok()?])
}

/// The pieces of each symbol of a page, in the order in which they stand there.
pub(crate) fn symbols(page: &str) -> Vec<Vec<Piece>> {
    let (mut symbols, mut moved) = (Vec::new(), [0.0, 0.0]);
    for line in page.lines() {
        if line.starts_with("<g ") {
            moved = pair(line, "translate").unwrap_or([0.0, 0.0]);
        } else if line == "</g>" {
            moved = [0.0, 0.0];
        }
        let Some((_, rest)) = line.split_once("<path") else { continue };
        let (at, by) = (pair(rest, "translate").unwrap_or([0.0, 0.0]), pair(rest, "scale"));
        let by = by.or_else(|| {
            let inside = rest.split_once("scale(")?.1.split_once(')')?.0;
            inside.parse().ok().map(|it| [it, it])
        });
        let [across, down] = by.unwrap_or([1.0, 1.0]);
        let drawn = rest.split_once(" d=\"").unwrap().1.split_once('"').unwrap().0;
        let pieces = drawn.split('M').skip(1).map(|piece| {
            let (place, run) = piece.split_once('h').unwrap();
            let (x, y) = place.split_once(' ').unwrap();
            let [x, y, run] = [x, y, run.split_once('v').unwrap().0].map(|it| it.parse::<f32>().unwrap());
            [moved[0] + at[0] + x * across, moved[1] + at[1] + y * down, run * across, down]
        });
        symbols.push(pieces.collect());
    }
    symbols
}

/// Paints pieces with so many dots a unit, each edge on the nearest dot, with so many units of white around.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::as_conversions,
    reason = "pixels of a small picture"
)]
pub(crate) fn painted(pieces: &[Piece], dots: f32, white: f32) -> Luma {
    let edge = |at: usize, with: Option<usize>| pieces.iter().map(move |it| it[at] + with.map_or(0.0, |w| it[w]));
    let (left, top) = (edge(0, None).fold(f32::MAX, f32::min) - white, edge(1, None).fold(f32::MAX, f32::min) - white);
    let (right, bottom) = (edge(0, Some(2)).fold(0.0, f32::max) + white, edge(1, Some(3)).fold(0.0, f32::max) + white);
    let pixel = |units: f32| (units * dots).round() as usize;
    let (width, height) = (pixel(right - left), pixel(bottom - top));
    let mut pixels = vec![255; width * height];
    for [x, y, wide, high] in pieces {
        for row in pixel(y - top)..pixel(y + high - top) {
            pixels[row * width + pixel(x - left)..row * width + pixel(x + wide - left)].fill(0);
        }
    }
    Luma::new(width, height, pixels).unwrap()
}

/// What the station's eye reads in a picture.
pub(crate) fn read(picture: &Luma) -> Vec<(Symbology, Vec<u8>)> {
    let seen = read_still(picture, &Options::default(), &mut || Duration::ZERO);
    seen.into_iter().map(|it| (it.symbology, it.bytes)).collect()
}
