//! All QR symbols of one thresholded picture.
//!
//! Finder patterns are grouped by threes, the likeliest three tried first; a symbol that was read takes its patterns
//! (and all others within its outline) out of the game.
//! Invariant: the number of triples tried is limited, and the budget is asked between tries.
//! Deliberately absent: which picture and which threshold (`ladder.rs`).

use super::attempt::View;
use super::finder::{self, Pattern};
use super::fit::{Fit, fit};
use super::geometry::{Point, inside};
use super::triple::{Triple, triples};

/// How a search is limited.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    /// Every how many rows the finder search looks.
    pub(crate) row_step: usize,
    /// Triples tried without success before giving up; each success allows more.
    pub(crate) triples_max: usize,
    /// Most symbols of one picture.
    pub(crate) symbols_max: usize,
}

/// Patterns seen by the most rows that are kept (chosen: a hundred symbols).
const KEPT_MAX: usize = 320;

/// What a search brought.
pub(crate) struct Found {
    pub(crate) fits: Vec<Fit>,
    /// Likely triples that stayed unread: there may be more symbols.
    pub(crate) unread: usize,
    /// Whether there are not even three finders outside what was known: no further symbol shows itself.
    pub(crate) barren: bool,
    /// Where the likeliest symbol is that stayed unread.
    pub(crate) hope: Option<Hope>,
}

/// A place where there very likely is a symbol, though it could not be read.
#[derive(Clone, Copy)]
pub(crate) struct Hope {
    /// How much it looks like one: 2 is perfect.
    pub(crate) likeness: f32,
    pub(crate) outline: [Point; 4],
}

/// Reads every symbol outside the outlines to skip.
pub(crate) fn search(view: View<'_>, limits: Limits, skip: &[[Point; 4]], over: &mut dyn FnMut() -> bool) -> Found {
    let mut patterns = finder::find(view.bits, limits.row_step);
    patterns.retain(|it| !skip.iter().any(|outline| inside(outline, it.centre())));
    patterns.sort_by_key(|it| std::cmp::Reverse(it.rows));
    patterns.truncate(KEPT_MAX);
    let mut taken = vec![false; patterns.len()];
    let mut found = Found { fits: Vec::new(), unread: 0, barren: patterns.len() < 3, hope: None };
    let tries_max = limits.triples_max + patterns.len() / 4;
    let mut tries = 0usize;
    for triple in triples(&patterns) {
        let Some(finders) = free(&patterns, &taken, triple) else { continue };
        tries += 1;
        if tries > tries_max || found.fits.len() >= limits.symbols_max || over() {
            break;
        }
        let (likeness, fit) = fit(view, finders, over);
        let Some(fit) = fit else {
            if likeness > found.hope.map_or(HOPEFUL, |it| it.likeness) {
                found.hope = Some(Hope { likeness, outline: outline_of(finders) });
            }
            found.unread += usize::from(triple.score < LIKELY);
            continue;
        };
        for (slot, pattern) in taken.iter_mut().zip(&patterns) {
            *slot |= inside(&fit.corners, pattern.centre());
        }
        for at in [triple.corner, triple.right, triple.below] {
            if let Some(slot) = taken.get_mut(at) {
                *slot = true;
            }
        }
        tries = tries.saturating_sub(8);
        found.fits.push(fit);
    }
    found
}

/// Likeness from which a place is worth a closer look (measured: false triples stay below).
const HOPEFUL: f32 = 1.45;

/// A generous outline of the symbol with these finders: two modules more than its quiet zone all round.
fn outline_of([corner, right, below]: [&Pattern; 3]) -> [Point; 4] {
    let (a, b, d) = (corner.centre(), right.centre(), below.centre());
    let (along, across) = ((b - a).unit(), (d - a).unit());
    let margin = f64::from(corner.module.max(right.module).max(below.module)) * 10.0;
    let (out_x, out_y) = (along * margin, across * margin);
    let c = b + d - a;
    [a - out_x - out_y, b + out_x - out_y, c + out_x + out_y, d - out_x + out_y]
}

/// Below this score three patterns are almost surely a symbol's (measured on photographs: nine in ten are).
const LIKELY: f32 = 0.25;

fn free<'a>(patterns: &'a [Pattern], taken: &[bool], triple: Triple) -> Option<[&'a Pattern; 3]> {
    let one = |at: usize| patterns.get(at).filter(|_| taken.get(at) == Some(&false));
    Some([one(triple.corner)?, one(triple.right)?, one(triple.below)?])
}
