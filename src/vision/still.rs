//! One still, read: the ladder climbed, what was found gathered, repeated and joined.
//!
//! Invariant: no two symbols of an answer are the same symbol; the order is by place, so one picture always gives one
//! order. Parts of a message spread over several symbols (structured append) become one symbol when all are there.
//! Deliberately absent: memory between pictures (`live.rs`).

use std::time::Duration;

use super::attempt::View;
use super::bars::{Level, Look};
use super::binarise::{Threshold, binarise};
use super::evidence::SampledGrid;
use super::fit::Fit;
use super::geometry::{Point, inside};
use super::grade::{contrast_within, grade};
use super::ladder::{Plan, Rung, Scale, Share};
use super::luma::Luma;
use super::number::{below, narrow, real};
use super::options::{Engines, HAS_SECOND_ENGINE, Options, Symbologies};
use super::qr::segment::Append;
use super::rqrr_grid::engine_of;
use super::search::{Hope, Limits, search};
use super::second;
use crate::domain::{AimId, Symbol, Symbology};

/// Reads every symbol of one still picture.
///
/// `elapsed` is asked how much time has gone by on a clock of the caller's choice (thread CPU time for benches, wall
/// time at the desk). The answer keeps within [`Options::budget`] plus one call of the second engine.
pub fn read_still(image: &Luma, options: &Options, elapsed: &mut dyn FnMut() -> Duration) -> Vec<Symbol> {
    climbed(image, options, elapsed).answer()
}

/// The same symbols, unordered and none joined, each QR symbol that our own front end sampled with its modules.
pub fn read_still_with_grids(
    image: &Luma,
    options: &Options,
    elapsed: &mut dyn FnMut() -> Duration,
) -> Vec<(Symbol, Option<SampledGrid>)> {
    let seen = climbed(image, options, elapsed).symbols;
    seen.into_iter().map(|it| (it.symbol, it.grid)).collect()
}

fn climbed<'a>(image: &'a Luma, options: &'a Options, elapsed: &mut dyn FnMut() -> Duration) -> Still<'a> {
    let start = elapsed();
    let mut over = || elapsed().saturating_sub(start) >= options.budget;
    let mut still = Still::new(image, options);
    for rung in still.plan().rungs(image) {
        if over() || still.symbols.len() >= options.symbols_max {
            break;
        }
        if still.wants(rung) {
            still.climb(rung, &mut over);
        }
    }
    still
}

/// One cheap look: the rungs in order until one finds something; doubtful sightings are told, not held back.
pub(crate) fn glance(image: &Luma, options: &Options, rungs: &[Rung], over: &mut dyn FnMut() -> bool) -> Vec<Sighting> {
    let mut still = Still::new(image, options);
    still.trusting = true;
    for rung in rungs {
        if !still.symbols.is_empty() || over() {
            break;
        }
        still.climb(*rung, over);
    }
    still.symbols
}

/// Own looks on end without likely finders that end the search in a crowd (measured: a third adds 0.3 % of the symbols
/// and a sixth of the time).
const QUIET_MIN: u32 = 2;

/// A symbol with what only this room needs to know of it.
pub(crate) struct Sighting {
    pub(crate) symbol: Symbol,
    pub(crate) append: Option<Append>,
    /// Its modules, where our own front end sampled them.
    pub(crate) grid: Option<SampledGrid>,
    /// Whether a second look must agree before it is believed.
    pub(crate) doubtful: bool,
}

struct Still<'a> {
    image: &'a Luma,
    options: &'a Options,
    symbols: Vec<Sighting>,
    outlines: Vec<[Point; 4]>,
    /// Symbols seen once that a second look must confirm.
    doubts: Vec<Symbol>,
    /// Whether doubtful symbols are told at once, for a caller that sees many pictures.
    trusting: bool,
    /// Own rungs on end that left no likely finders unread; `None` before the first.
    quiet: Option<u32>,
    /// The likeliest place of an unread symbol.
    hope: Option<Hope>,
    /// The picture with its bars upright, once a look for bars was taken.
    level: Option<Level>,
    attempts: u32,
}

impl<'a> Still<'a> {
    const fn new(image: &'a Luma, options: &'a Options) -> Self {
        Self {
            image,
            options,
            symbols: Vec::new(),
            outlines: Vec::new(),
            doubts: Vec::new(),
            trusting: false,
            quiet: None,
            hope: None,
            level: None,
            attempts: 0,
        }
    }

    fn plan(&self) -> Plan {
        let wanted = self.options.symbologies;
        let qr = wanted.has(Symbology::QRCode);
        let second = HAS_SECOND_ENGINE && self.options.engines != Engines::Own;
        Plan {
            own_qr: qr && self.options.engines != Engines::Second,
            second_qr: qr && second,
            others: second && !wanted.without(Symbology::QRCode).is_empty(),
            retail: match wanted.retail() {
                none if none.is_empty() => Share::None,
                all if all == wanted.without(Symbology::QRCode) => Share::All,
                _ => Share::Part,
            },
        }
    }

    /// Whether a rung could still find something.
    fn wants(&self, rung: Rung) -> bool {
        match rung {
            Rung::Own { scale, .. } => {
                scale.suits(self.image) && !self.qr_is_done() && (scale != Scale::Double || self.hope.is_some())
            }
            Rung::SecondQr(_) => !self.qr_is_done(),
            Rung::SecondAll(_) => true,
            Rung::SecondOn(Scale::Double, _) => {
                let others = self.options.symbologies.without(Symbology::QRCode);
                self.symbols.is_empty() && self.image.pixels().len() * 4 <= self.call_pixels_max(others)
            }
            Rung::Retail(look) => {
                let pixels = self.image.pixels().len() * look.growth();
                self.symbols.is_empty() && pixels <= self.call_pixels_max(self.options.symbologies.retail())
            }
            Rung::SecondOn(scale, _) => scale.suits(self.image) && self.symbols.is_empty(),
        }
    }

    /// Whether no further QR symbol is expected: what was found fills a good part of the picture, or our own search saw
    /// no likely finders besides those read, in one look after the other.
    fn qr_is_done(&self) -> bool {
        let seen = self.outlines.iter().map(area).sum::<f64>() * 12.0 > real(self.image.pixels().len());
        !self.symbols.is_empty() && (seen && self.quiet != Some(0) || self.quiet.is_some_and(|it| it >= QUIET_MIN))
    }

    fn climb(&mut self, rung: Rung, over: &mut dyn FnMut() -> bool) {
        let wanted = self.options.symbologies;
        let qr = Symbologies::NONE.with(Symbology::QRCode);
        match rung {
            Rung::Own { scale, threshold, inverted } => self.own(scale, threshold, inverted, over),
            Rung::SecondQr(effort) => self.second(Scale::Full, qr, effort),
            Rung::SecondAll(effort) => self.second(Scale::Full, wanted, effort),
            Rung::Retail(look) => self.retail(look),
            Rung::SecondOn(scale, effort) => self.second(scale, wanted.without(Symbology::QRCode), effort),
        }
    }

    fn own(&mut self, scale: Scale, threshold: Threshold, inverted: bool, over: &mut dyn FnMut() -> bool) {
        // A closer look is worth its cost only where something is.
        let window = self.hope.filter(|_| scale == Scale::Double).and_then(|it| window(self.image, &it.outline));
        let (part, origin) = window.map_or((None, Point::default()), |(part, origin)| (Some(part), origin));
        let still = part.as_ref().unwrap_or(self.image);
        let changed = scale.apply(still);
        let (mut image, factor) = changed.as_ref().map_or((still, 1.0), |(image, factor)| (image, *factor));
        let mut bits = binarise(image, threshold);
        let negative;
        if inverted {
            negative = image.inverted();
            image = &negative;
            bits = bits.inverted();
        }
        let skip: Vec<[Point; 4]> = self.outlines.iter().map(|it| it.map(|p| p * (1.0 / f64::from(factor)))).collect();
        let shrunk = factor > 1.0;
        let limits = Limits {
            row_step: if factor < 1.0 {
                2
            } else if shrunk {
                1
            } else {
                (image.height() / 400).clamp(1, 3)
            },
            triples_max: 24,
            symbols_max: self.options.symbols_max.saturating_sub(self.symbols.len()),
        };
        let found = search(View { image, bits: &bits, deep: true }, limits, &skip, over);
        let before = self.quiet.unwrap_or(0);
        self.quiet = Some(match (found.unread, found.fits.is_empty()) {
            (0, true) if found.barren && !self.symbols.is_empty() => before + QUIET_MIN,
            (0, true) => before + 1,
            (0, false) => 1,
            _ => 0,
        });
        if let Some(hope) = found.hope.filter(|it| self.hope.is_none_or(|old| it.likeness > old.likeness)) {
            let outline = hope.outline.map(|it| it * f64::from(factor) + origin);
            self.hope = Some(Hope { outline, ..hope });
        }
        for fit in found.fits {
            self.attempts += fit.attempts;
            self.add_fit(&fit, |it| it * f64::from(factor) + origin);
        }
    }

    fn add_fit(&mut self, fit: &Fit, place: impl Fn(Point) -> Point) {
        let Some(engine) = engine_of(&fit.read) else { return };
        let content = &fit.read.content;
        let outline = fit.corners.map(place);
        let symbol = Symbol {
            symbology: Symbology::QRCode,
            aim: AimId::new(b'Q', content.aim_modifier()),
            bytes: content.bytes.clone(),
            text: content.text.clone(),
            corners: outline.map(|it| (narrow(it.x), narrow(it.y))),
            engine,
            attempts: self.attempts.max(1),
            confidence: fit.read.unused,
            grade: grade(fit.read.unused, fit.contrast),
        };
        let grid = Some(fit.read.seen.clone());
        self.add(Sighting { symbol, append: content.append, grid, doubtful: fit.read.soft });
    }

    /// The second engine on a picture made for bars that stand upright.
    fn retail(&mut self, look: Look) {
        self.attempts += 1;
        let level = self.level.take().unwrap_or_else(|| Level::of(self.image));
        let made = look.apply(&level.image);
        let side = |old: usize, new: usize| real(old) / real(new);
        let (x, y) = (side(level.image.width(), made.width()), side(level.image.height(), made.height()));
        let effort = second::Effort { thorough: true, lines_sure: look.lines_sure(), ..second::Effort::QUICK };
        let seen = second::read(&made, self.options.symbologies.retail(), effort);
        self.hear(seen, |(across, down)| {
            let at = level.back(Point::new(f64::from(across) * x, f64::from(down) * y));
            (narrow(at.x), narrow(at.y))
        });
        self.level = Some(level);
    }

    fn second(&mut self, scale: Scale, wanted: Symbologies, effort: second::Effort) {
        self.attempts += 1;
        let pixels_max = self.call_pixels_max(wanted);
        let pixels = self.image.pixels().len();
        let limited = (2..8).find(|it| pixels / (it * it) <= pixels_max).filter(|_| pixels > pixels_max).map(|by| {
            let small = self.image.shrunk(by);
            let factor = narrow(real(self.image.width()) / real(small.width()));
            (small, factor)
        });
        let changed = limited.or_else(|| scale.apply(self.image));
        let (image, factor) = changed.as_ref().map_or((self.image, 1.0), |(image, factor)| (image, *factor));
        let seen = second::read(image, wanted, effort);
        self.hear(seen, |(x, y)| (x * factor, y * factor));
    }

    /// Takes what the second engine saw in one look: what is doubtful waits for another look that agrees.
    fn hear(&mut self, seen: Vec<Sighting>, place: impl Fn((f32, f32)) -> (f32, f32)) {
        let before = self.doubts.len();
        for mut sighting in seen {
            let symbol = &mut sighting.symbol;
            symbol.corners = symbol.corners.map(&place);
            symbol.attempts = self.attempts;
            symbol.grade = grade(symbol.confidence, contrast_within(self.image, &symbol.corners));
            let same = |it: &Symbol| it.symbology == symbol.symbology && it.bytes == symbol.bytes;
            // Only an earlier look counts: two sightings of one look are one opinion.
            let agreed = self.doubts.iter().take(before).any(same);
            if sighting.doubtful && !agreed && !self.trusting {
                self.doubts.push(sighting.symbol);
            } else {
                self.add(sighting);
            }
        }
    }

    /// How large a picture one call may get, which nobody can interrupt.
    fn call_pixels_max(&self, wanted: Symbologies) -> usize {
        if wanted.without(Symbology::QRCode).is_empty() {
            return self.options.call_pixels_max;
        }
        let share = if self.trusting { 2 } else { 1 }; // Only a stream trusts, and the next picture of it waits.
        self.options.call_pixels_max.min(self.options.call_others_pixels_max / share)
    }

    /// Adds a symbol unless it lies on one that is known.
    fn add(&mut self, sighting: Sighting) {
        let outline = sighting.symbol.corners.map(|(x, y)| Point::new(f64::from(x), f64::from(y)));
        let centre = outline.iter().fold(Point::default(), |sum, it| sum + *it) * 0.25;
        let known = self.symbols.iter().zip(&self.outlines).any(|(other, there)| {
            let same =
                other.symbol.symbology == sighting.symbol.symbology && other.symbol.bytes == sighting.symbol.bytes;
            let middle = there.iter().fold(Point::default(), |sum, it| sum + *it) * 0.25;
            let near = inside(there, centre) || inside(&outline, middle);
            near && (same || matrix(other.symbol.symbology) && matrix(sighting.symbol.symbology))
                || same && sighting.append.is_none() && !matrix(other.symbol.symbology)
        });
        if !known && self.symbols.len() < self.options.symbols_max {
            self.symbols.push(sighting);
            self.outlines.push(outline);
        }
    }

    /// The symbols in reading order: by rows a sixteenth of the picture high, from left to right.
    fn answer(self) -> Vec<Symbol> {
        let band = narrow(real(self.image.height()) / 16.0);
        let mut symbols = super::append::joined(self.symbols);
        let place = |it: &Symbol| {
            let (x, y) = it.corners.iter().fold((0.0, 0.0), |sum, it| (sum.0 + it.0 / 4.0, sum.1 + it.1 / 4.0));
            ((y / band).floor(), x)
        };
        symbols.sort_by(|a, b| {
            let (a, b) = (place(a), place(b));
            a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
        });
        symbols
    }
}

/// The part of a picture round an outline, and where it begins; `None` if it would be most of the picture.
fn window(image: &Luma, outline: &[Point; 4]) -> Option<(Luma, Point)> {
    let [a, b, c, d] = *outline;
    let least = |x: f64, y: f64| x.min(y).max(0.0);
    let (left, top) = (least(a.x.min(b.x), c.x.min(d.x)), least(a.y.min(b.y), c.y.min(d.y)));
    let (right, bottom) = (a.x.max(b.x).max(c.x.max(d.x)), a.y.max(b.y).max(c.y.max(d.y)));
    let (left, top, right, bottom) = (below(left), below(top), below(right), below(bottom));
    let (right, bottom) = (right.min(image.width()), bottom.min(image.height()));
    let (width, height) = (right.checked_sub(left)?, bottom.checked_sub(top)?);
    let worth = width > 20 && height > 20 && width * height * 10 < image.pixels().len() * 7;
    worth.then(|| (image.crop(left, top, width, height), Point::new(real(left), real(top))))
}

/// Whether a symbology is a matrix, of which two cannot lie on each other.
const fn matrix(symbology: Symbology) -> bool {
    matches!(
        symbology,
        Symbology::QRCode
            | Symbology::MicroQR
            | Symbology::RectangularMicroQR
            | Symbology::DataMatrix
            | Symbology::Aztec
            | Symbology::MaxiCode
    )
}

fn area(outline: &[Point; 4]) -> f64 {
    let [a, b, c, d] = *outline;
    ((c - a).cross(d - b) / 2.0).abs()
}
