//! The order of attempts at one still: cheap first, each rung only if those before left something to find.
//!
//! A rung is a picture (as it is, smaller, larger, softened), a threshold, and who looks at it.
//! The orders below were chosen by new reads a millisecond on one half of the photographs and judged on the other
//! (docs/benchmarks.md).
//! Invariant: the budget is asked before each rung and within our own; one engine call is all that can go over it.
//! Deliberately absent: what a rung does inside.

use super::bars::Look;
use super::binarise::Threshold;
use super::luma::{Luma, soften};
use super::number::{narrow, real};
use super::second::Effort;

/// The picture a rung looks at.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Scale {
    /// As it came.
    Full,
    /// Half the size: noise and fine texture go.
    Half,
    /// A quarter of the size.
    Quarter,
    /// Twice the size: modules of two pixels and less.
    Double,
    /// Blurred by 1-2-1: one-pixel noise goes.
    Soft,
    /// The longest side brought down to this many pixels.
    Fit(usize),
}

impl Scale {
    /// The picture, and the factor from its pixels back to the still's; `None` where it would be the still itself.
    pub(crate) fn apply(self, still: &Luma) -> Option<(Luma, f32)> {
        let made = match self {
            Self::Full => return None,
            Self::Half => still.half(),
            Self::Quarter => still.shrunk(4),
            Self::Double => still.doubled(),
            Self::Soft => soften(still),
            Self::Fit(side) => still.fitted(side),
        };
        let factor = narrow(real(still.width()) / real(made.width()));
        Some((made, factor))
    }

    /// Whether the rung makes sense for a still: doubling a large picture costs much and finds nothing.
    pub(crate) fn suits(self, still: &Luma) -> bool {
        let pixels = still.pixels().len();
        match self {
            Self::Full | Self::Soft => true,
            Self::Half => pixels > 10_000,
            Self::Quarter => pixels > 300_000,
            Self::Double => pixels <= 1_400_000,
            Self::Fit(side) => still.longest() > side + side / 4,
        }
    }
}

/// One rung of the ladder.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Rung {
    /// Our own front end, for QR symbols.
    Own { scale: Scale, threshold: Threshold, inverted: bool },
    /// The second engine on QR symbols only.
    SecondQr(Effort),
    /// The second engine on everything that is wanted.
    SecondAll(Effort),
    /// The second engine on everything but QR, on another picture: only while nothing was found.
    SecondOn(Scale, Effort),
    /// The second engine on retail symbols (EAN, UPC), on a picture made for bars: only while nothing was found.
    Retail(Look),
}

pub(crate) const fn own(scale: Scale, threshold: Threshold) -> Rung {
    Rung::Own { scale, threshold, inverted: false }
}

/// How much of something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Share {
    None,
    Part,
    All,
}

/// What is wanted and who may look.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// QR symbols are wanted and our front end may look.
    pub(crate) own_qr: bool,
    /// QR symbols are wanted and the second engine may look.
    pub(crate) second_qr: bool,
    /// Others are wanted and the second engine may look.
    pub(crate) others: bool,
    /// How much of that is retail symbols.
    pub(crate) retail: Share,
}

/// Pixels from which a still is a photograph of many megapixels, where small pictures are the cheap ones.
const LARGE: usize = 2_000_000;

impl Plan {
    /// The rungs in order.
    pub(crate) fn rungs(self, still: &Luma) -> Vec<Rung> {
        let large = still.pixels().len() > LARGE;
        let mut rungs: Vec<Rung> = Vec::new();
        if self.others {
            rungs.push(Rung::SecondAll(Effort::FULL));
            rungs.extend(if self.own_qr { own_rungs(large) } else { Vec::new() });
            if self.retail != Share::None {
                rungs.extend(RETAIL.map(Rung::Retail));
            }
            if self.retail != Share::All {
                rungs.extend(other_rungs());
            }
        } else if self.own_qr && self.second_qr {
            rungs.extend(both_rungs(large));
        } else if self.own_qr {
            rungs.extend(own_rungs(large));
        } else if self.second_qr {
            rungs.push(Rung::SecondQr(Effort::FULL));
        }
        rungs
    }
}

/// Pictures made for bars, in the order in which they read most a millisecond on one half of the photographs.
const RETAIL: [Look; 3] = [Look::Redrawn, Look::Sharp, Look::Double];

fn own_rungs(large: bool) -> Vec<Rung> {
    let inverted = Rung::Own { scale: Scale::Full, threshold: Threshold::Blocks, inverted: true };
    if large {
        return vec![
            own(Scale::Half, Threshold::Otsu),
            own(Scale::Half, Threshold::Blocks),
            own(Scale::Fit(640), Threshold::Mean),
            own(Scale::Fit(1000), Threshold::Blocks),
            own(Scale::Full, Threshold::Blocks),
            own(Scale::Quarter, Threshold::Blocks),
            own(Scale::Fit(1000), Threshold::MidRange),
            own(Scale::Soft, Threshold::Blocks),
        ];
    }
    vec![
        own(Scale::Full, Threshold::Otsu),
        own(Scale::Half, Threshold::Blocks),
        own(Scale::Soft, Threshold::Blocks),
        inverted,
        own(Scale::Double, Threshold::Blocks),
        own(Scale::Double, Threshold::Otsu),
        own(Scale::Full, Threshold::MidRange),
        own(Scale::Full, Threshold::Blocks),
    ]
}

fn both_rungs(large: bool) -> Vec<Rung> {
    if large {
        return vec![
            own(Scale::Full, Threshold::Otsu),
            own(Scale::Half, Threshold::Blocks),
            Rung::SecondQr(Effort::QUICK),
            own(Scale::Quarter, Threshold::Blocks),
            own(Scale::Fit(640), Threshold::Mean),
            Rung::SecondQr(Effort::FULL),
            own(Scale::Fit(1000), Threshold::Blocks),
            own(Scale::Fit(1000), Threshold::MidRange),
            own(Scale::Full, Threshold::Blocks),
        ];
    }
    vec![
        Rung::SecondQr(Effort::QUICK),
        own(Scale::Full, Threshold::Otsu),
        own(Scale::Half, Threshold::Blocks),
        Rung::SecondQr(Effort::FULL),
        own(Scale::Double, Threshold::Otsu),
        own(Scale::Double, Threshold::Blocks),
        own(Scale::Double, Threshold::Mean),
        own(Scale::Full, Threshold::MidRange),
    ]
}

fn other_rungs() -> Vec<Rung> {
    let straight = Effort { invert: false, shrink: false, ..Effort::FULL };
    vec![
        Rung::SecondOn(Scale::Full, Effort { global: true, ..straight }),
        Rung::SecondOn(Scale::Soft, straight),
        Rung::SecondOn(Scale::Double, straight),
        Rung::SecondOn(Scale::Half, straight),
    ]
}
