//! A stream of pictures, read one by one: what was seen is followed, what is new is searched for a little in each.
//!
//! First where the last symbols were; then the whole picture, small; then one rung more, another one each picture, so that
//! after some pictures all has been tried and no picture costs much. A picture like the one before is not searched again.
//! Invariant: a retail symbol, and one that needed erasures, is told only after two pictures agreed on it.
//! Deliberately absent: the clock (handed in), the camera, and deciding what a symbol means twice (the station's guard).

use std::time::Duration;

use super::binarise::Threshold;
use super::hint::{Hint, hint};
use super::ladder::{Rung, Scale, own};
use super::luma::Luma;
use super::number::{below, narrow, real, word};
use super::options::{Engines, HAS_SECOND_ENGINE, Options, Symbologies};
use super::second::Effort;
use super::still::{Sighting, glance};
use crate::domain::{Symbol, Symbology};

/// What one picture of a stream showed.
#[derive(Clone, Debug)]
pub struct Sight {
    /// The symbols, in a fixed order; those of the picture before, if nothing moved since.
    pub symbols: Vec<Symbol>,
    /// Whether the picture was searched: false if nothing moved since the last one that was read.
    pub searched: bool,
    /// What the person could do better, if nothing was read.
    pub hint: Option<Hint>,
    /// Pictures on end in which nothing moved: a camera may slow down.
    pub still: u32,
}

/// Follows symbols through a stream of pictures.
pub struct Tracker {
    options: Options,
    count: u32,
    region: Option<Region>,
    last: Vec<Symbol>,
    thumbnail: Vec<u8>,
    still: u32,
    doubts: Vec<(Symbology, Vec<u8>, u32)>,
}

#[derive(Clone, Copy)]
struct Region {
    left: usize,
    top: usize,
    width: usize,
    height: usize,
}

/// Longest side of the small picture looked at first (measured: at 720p it costs a third and reads 4 % less).
const SMALL: usize = 640;
/// Distance between the points compared to see motion, in pixels.
const GRID: usize = 16;
/// A picture that stands still is searched again after so many, in case the light changed slowly.
const SEARCH_AGAIN: u32 = 15;
/// Pictures within which a second sighting must confirm a doubtful one (half a second at 30 a second).
const CONFIRM_WITHIN: u32 = 15;

impl Tracker {
    /// Starts with nothing seen. The budget of the options is for one picture here; 15 ms suit 30 pictures a second.
    pub fn new(options: Options) -> Self {
        let (last, thumbnail, doubts) = (Vec::new(), Vec::new(), Vec::new());
        Self { options, count: 0, region: None, last, thumbnail, still: 0, doubts }
    }

    /// Looks at the next picture.
    pub fn look(&mut self, image: &Luma, elapsed: &mut dyn FnMut() -> Duration) -> Sight {
        let start = elapsed();
        let budget = self.options.budget;
        let mut spent = || elapsed().saturating_sub(start);
        self.count = self.count.wrapping_add(1);
        self.still = if self.moved(image) { 0 } else { self.still.saturating_add(1) };
        if self.still > 0 && !self.still.is_multiple_of(SEARCH_AGAIN) && !self.last.is_empty() {
            return Sight { symbols: self.last.clone(), searched: false, hint: None, still: self.still };
        }
        let mut found = self.follow(image, &mut || spent() >= budget);
        if found.is_empty() {
            found = self.search(image, &mut spent);
        }
        self.region = region(image, &found);
        let symbols = self.believed(found);
        let hint = if symbols.is_empty() { hint(image, self.region.is_some()) } else { None };
        self.last.clone_from(&symbols);
        Sight { symbols, searched: true, hint, still: self.still }
    }

    /// Where the last symbols were.
    fn follow(&self, image: &Luma, over: &mut dyn FnMut() -> bool) -> Vec<Sighting> {
        let Some(region) = self.region else { return Vec::new() };
        let part = image.crop(region.left, region.top, region.width, region.height);
        let mut found = glance(&part, &self.options, &self.quick(), over);
        let (left, top) = (narrow(real(region.left)), narrow(real(region.top)));
        for sighting in &mut found {
            sighting.symbol.corners = sighting.symbol.corners.map(|(x, y)| (x + left, y + top));
        }
        found
    }

    /// The whole picture, small first, then with one rung more, another one each time.
    fn search(&self, image: &Luma, spent: &mut dyn FnMut() -> Duration) -> Vec<Sighting> {
        let budget = self.options.budget;
        let small = image.fitted(SMALL);
        let factor = narrow(real(image.width()) / real(small.width()));
        let mut found = glance(&small, &self.options, &self.quick(), &mut || spent() >= budget);
        for sighting in &mut found {
            sighting.symbol.corners = sighting.symbol.corners.map(|(x, y)| (x * factor, y * factor));
        }
        // A dearer look has steps that nobody interrupts: it begins only where half of the time is left.
        if found.is_empty() && spent() < budget / 2 {
            found = glance(image, &self.options, &[self.extra()], &mut || spent() >= budget);
        }
        found
    }

    fn second(&self) -> bool {
        HAS_SECOND_ENGINE && self.options.engines != Engines::Own
    }

    fn own(&self) -> bool {
        self.options.symbologies.has(Symbology::QRCode) && self.options.engines != Engines::Second
    }

    fn quick(&self) -> Vec<Rung> {
        let turned = Effort { rotate: self.has_linear(), ..Effort::QUICK };
        let mut rungs = Vec::with_capacity(2);
        if self.second() {
            rungs.push(Rung::SecondAll(turned));
        }
        if self.own() {
            rungs.push(own(Scale::Full, Threshold::Otsu));
        }
        rungs
    }

    fn has_linear(&self) -> bool {
        let matrix = [Symbology::QRCode, Symbology::MicroQR, Symbology::RectangularMicroQR, Symbology::DataMatrix];
        let rest = matrix.into_iter().fold(self.options.symbologies, Symbologies::without);
        !rest.without(Symbology::Aztec).without(Symbology::MaxiCode).is_empty()
    }

    /// The one dearer look of this picture.
    fn extra(&self) -> Rung {
        let second = Rung::SecondAll(Effort { rotate: self.has_linear(), shrink: true, ..Effort::QUICK });
        match (self.count % 4, self.own(), self.second()) {
            (1, true, _) => own(Scale::Half, Threshold::Blocks),
            (3, true, _) | (_, true, false) => own(Scale::Soft, Threshold::Otsu),
            (2, _, _) => Rung::SecondAll(Effort { thorough: true, rotate: true, ..Effort::QUICK }),
            _ => second,
        }
    }

    /// Whether points of a coarse grid changed since the last picture.
    fn moved(&mut self, image: &Luma) -> bool {
        let rows = image.rows().skip(GRID / 2).step_by(GRID);
        let now: Vec<u8> =
            rows.flat_map(|row| row.iter().skip(GRID / 2).step_by(GRID).copied().collect::<Vec<u8>>()).collect();
        let same_size = now.len() == self.thumbnail.len();
        let changed = now.iter().zip(&self.thumbnail).filter(|(a, b)| a.abs_diff(**b) > 24).count();
        let moved = !same_size || changed * 200 >= now.len();
        self.thumbnail = now;
        moved
    }

    /// The symbols that may be told: doubtful ones only when an earlier picture had them.
    fn believed(&mut self, found: Vec<Sighting>) -> Vec<Symbol> {
        let now = self.count;
        self.doubts.retain(|(_, _, seen)| now.wrapping_sub(*seen) <= CONFIRM_WITHIN);
        let mut new = Vec::new();
        let mut symbols = Vec::with_capacity(found.len());
        for Sighting { symbol, doubtful, .. } in found {
            let known = self.doubts.iter().any(|(kind, bytes, _)| *kind == symbol.symbology && *bytes == symbol.bytes);
            if doubtful || retail(symbol.symbology) {
                new.push((symbol.symbology, symbol.bytes.clone(), now));
                if !known {
                    continue;
                }
            }
            symbols.push(symbol);
        }
        self.doubts.append(&mut new);
        symbols
    }
}

const fn retail(symbology: Symbology) -> bool {
    matches!(symbology, Symbology::EAN13 | Symbology::EAN8 | Symbology::UPCA | Symbology::UPCE)
}

/// The surroundings of what was found: a third of its size more all round, for it moves.
fn region(image: &Luma, found: &[Sighting]) -> Option<Region> {
    let corners = found.iter().flat_map(|it| it.symbol.corners);
    let bounds = corners.fold(None, |bounds: Option<[f32; 4]>, (x, y)| {
        let [a, b, c, d] = bounds.unwrap_or([x, y, x, y]);
        Some([a.min(x), b.min(y), c.max(x), d.max(y)])
    });
    let [left, top, right, bottom] = bounds?.map(f64::from);
    let margin = (right - left).max(bottom - top) * 0.35 + 8.0;
    let (left, top) = (below(left - margin), below(top - margin));
    let (right, bottom) = (below(right + margin).min(image.width()), below(bottom + margin).min(image.height()));
    let (width, height) = (right.checked_sub(left)?, bottom.checked_sub(top)?);
    let worth = width > 20 && height > 20 && word(width * height) < word(image.pixels().len());
    worth.then_some(Region { left, top, width, height })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Tracker;
    use crate::vision::{Luma, Options};

    #[test]
    fn an_empty_stream_has_no_symbols_and_says_why() {
        let mut tracker = Tracker::new(Options::default());
        let sight = tracker.look(&Luma::flat(640, 480, 3), &mut || Duration::ZERO);
        assert!(sight.symbols.is_empty() && sight.searched);
        assert_eq!(sight.hint, Some(super::Hint::TooDark));
        let sight = tracker.look(&Luma::flat(640, 480, 3), &mut || Duration::ZERO);
        assert_eq!(sight.still, 1);
    }
}
