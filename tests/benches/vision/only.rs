//! The outlined symbols that we read and zxing-cpp does not, each checked: its text is encoded again by an encoder that is
//! not ours and compared with the modules that were sampled, block by block, against what the code can correct.
//!
//! The encoder gets version, level and mask as read; how the text was split into segments is not known, so that a few ways
//! are tried and the nearest counts.
//! Deliberately absent: symbols that both read.

use qrcode::bits::Bits;
use qrcode::canvas::{Canvas, MaskPattern};
use qrcode::ec::{construct_codewords, max_allowed_errors};
use qrcode::{EcLevel, Version};
use scanstation::domain::{Engine, Symbol, Symbology};
use scanstation::vision::{Luma, Options, SampledGrid, Symbologies, read_still_with_grids};

use crate::{budget, cpu, matching, pictures, zxing};

/// Parity bytes that our repair never spends on erasures.
const SPARE: usize = 3;

/// How a symbol's modules compare with its text encoded again.
struct Compared {
    /// Codewords that differ in the worst block, and how many the code corrects there.
    worst: usize,
    capacity: usize,
    parity: usize,
    /// Share of all modules that differ.
    modules: f64,
}

impl Compared {
    fn verdict(&self) -> &'static str {
        if self.worst <= self.capacity {
            "agrees"
        } else if self.worst + SPARE <= self.parity {
            "agrees with erasures"
        } else {
            "not encoded alike"
        }
    }
}

pub(crate) fn table() {
    let qr = Symbologies::NONE.with(Symbology::QRCode);
    let options = Options { symbologies: qr, budget: budget(), ..Options::default() };
    let (mut lines, mut counts) = (Vec::new(), std::collections::BTreeMap::<&str, usize>::new());
    for picture in pictures::all().into_iter().filter(|it| !it.outlines.is_empty()) {
        let Some(image) = pictures::load(&picture.path) else { continue };
        let ours = read_still_with_grids(&image, &options, &mut cpu);
        let theirs = zxing(&image, qr);
        for outline in &picture.outlines {
            let within = |corners: &[(f32, f32)]| matching::contains(outline, matching::centre(corners));
            let Some((symbol, grid)) = ours.iter().find(|(it, _)| within(&it.corners)) else { continue };
            if theirs.iter().any(|it| within(&it.corners)) {
                continue;
            }
            let place = format!("{}/{}", picture.set, picture.name);
            let (verdict, line) = told(&image, symbol, grid.as_ref());
            *counts.entry(verdict).or_default() += 1;
            lines.push(format!("{place}: {line}"));
        }
    }
    for line in &lines {
        println!("{line}");
    }
    println!("{} symbols: {counts:?}", lines.len());
}

fn told(image: &Luma, symbol: &Symbol, grid: Option<&SampledGrid>) -> (&'static str, String) {
    let text = symbol.text.chars().take(40).collect::<String>();
    let Some(grid) = grid else {
        let who = if symbol.engine == Engine::ZxingCpp { "second engine" } else { "no grid" };
        return (who, format!("{who}, {}x{}, {text:?}", image.width(), image.height()));
    };
    let name = format!("{}-{} mask {}", grid.version, grid.level, grid.mask);
    let nearest = encodings(symbol, grid)
        .into_iter()
        .filter_map(|bits| compared(grid, &bits))
        .min_by_key(|it| (it.worst, (it.modules * 1e6) as u64));
    let Some(found) = nearest else {
        return ("not encoded alike", format!("{name}, does not fit, {text:?}"));
    };
    let verdict = found.verdict();
    let (worst, capacity, parity) = (found.worst, found.capacity, found.parity);
    let modules = 100.0 * found.modules;
    let line = format!("{name}, {worst} of {capacity} ({parity} parity), modules {modules:.1} %: {verdict}, {text:?}");
    (verdict, line)
}

fn version(grid: &SampledGrid) -> Version {
    Version::Normal(i16::try_from(grid.version).unwrap())
}

fn level(grid: &SampledGrid) -> EcLevel {
    match grid.level {
        'L' => EcLevel::L,
        'M' => EcLevel::M,
        'Q' => EcLevel::Q,
        _ => EcLevel::H,
    }
}

/// The data codewords of the text, split into segments in each of the ways an encoder is likely to have taken.
fn encodings(symbol: &Symbol, grid: &SampledGrid) -> Vec<Vec<u8>> {
    let version = version(grid);
    let bytes = &symbol.bytes;
    let utf8 = symbol.text.as_bytes();
    let mut found = Vec::new();
    let mut made = |fill: &dyn Fn(&mut Bits) -> qrcode::QrResult<()>| {
        let mut bits = Bits::new(version);
        if fill(&mut bits).is_ok() && bits.push_terminator(level(grid)).is_ok() {
            found.push(bits.into_bytes());
        }
    };
    made(&|it| push(it, Kind::Numeric, bytes));
    made(&|it| push(it, Kind::Alphanumeric, bytes));
    made(&|it| it.push_byte_data(bytes));
    made(&|it| it.push_optimal_data(bytes));
    made(&|it| it.push_eci_designator(26).and_then(|()| it.push_byte_data(utf8)));
    made(&|it| it.push_eci_designator(3).and_then(|()| it.push_byte_data(bytes)));
    made(&|it| it.push_byte_data(utf8));
    for numeric in [false, true] {
        made(&|it| by_character(bytes, numeric).iter().try_for_each(|(kind, part)| push(it, *kind, part)));
    }
    for cut in 1..bytes.len().min(SPLIT_MAX) {
        let (head, tail) = bytes.split_at(cut);
        for kind in [Kind::Numeric, Kind::Alphanumeric] {
            made(&|it| push(it, Kind::Byte, head).and_then(|()| push(it, kind, tail)));
            made(&|it| push(it, kind, head).and_then(|()| push(it, Kind::Byte, tail)));
        }
    }
    found
}

/// Longer texts are not cut at every place.
const SPLIT_MAX: usize = 80;

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Numeric,
    Alphanumeric,
    Byte,
}

impl Kind {
    fn of(byte: u8, numeric: bool) -> Self {
        match byte {
            b'0'..=b'9' if numeric => Self::Numeric,
            b'0'..=b'9' | b'A'..=b'Z' => Self::Alphanumeric,
            _ if b" $%*+-./:".contains(&byte) => Self::Alphanumeric,
            _ => Self::Byte,
        }
    }
}

fn push(bits: &mut Bits, kind: Kind, part: &[u8]) -> qrcode::QrResult<()> {
    if part.iter().any(|it| kind != Kind::Byte && Kind::of(*it, kind == Kind::Numeric) != kind) {
        return Err(qrcode::types::QrError::InvalidCharacter);
    }
    match kind {
        Kind::Numeric => bits.push_numeric_data(part),
        Kind::Alphanumeric => bits.push_alphanumeric_data(part),
        Kind::Byte => bits.push_byte_data(part),
    }
}

/// A new segment wherever the next character would fit a narrower kind or not fit this one.
fn by_character(bytes: &[u8], numeric: bool) -> Vec<(Kind, &[u8])> {
    let runs = bytes.chunk_by(move |a, b| Kind::of(*a, numeric) == Kind::of(*b, numeric));
    runs.filter_map(|it| Some((Kind::of(*it.first()?, numeric), it))).collect()
}

fn drawn(grid: &SampledGrid, data: &[u8], parity: &[u8], mask: Option<MaskPattern>) -> Vec<bool> {
    let mut canvas = Canvas::new(version(grid), level(grid));
    canvas.draw_all_functional_patterns();
    canvas.draw_data(data, parity);
    if let Some(mask) = mask {
        canvas.apply_mask(mask);
    }
    canvas.into_colors().into_iter().map(|it| it.select(true, false)).collect()
}

fn compared(grid: &SampledGrid, bits: &[u8]) -> Option<Compared> {
    let version = version(grid);
    let (data, parity) = construct_codewords(bits, version, level(grid)).ok()?;
    let masks = [
        MaskPattern::Checkerboard,
        MaskPattern::HorizontalLines,
        MaskPattern::VerticalLines,
        MaskPattern::DiagonalLines,
        MaskPattern::LargeCheckerboard,
        MaskPattern::Fields,
        MaskPattern::Diamonds,
        MaskPattern::Meadow,
    ];
    let expected = drawn(grid, &data, &parity, masks.get(usize::from(grid.mask)).copied());
    let owners = owners(grid, data.len(), parity.len());
    let mut wrong = vec![false; data.len() + parity.len()];
    let mut differing = 0usize;
    for ((want, seen), owner) in expected.iter().zip(&grid.dark).zip(&owners) {
        differing += usize::from(want != seen);
        if let Some(slot) = owner.and_then(|it| wrong.get_mut(it)).filter(|_| want != seen) {
            *slot = true;
        }
    }
    let per_block = parity.len() / grid.blocks;
    let mut blocks = vec![0usize; grid.blocks];
    for (at, _) in wrong.iter().enumerate().filter(|(_, it)| **it) {
        blocks[block_of(at, data.len(), grid.blocks)] += 1;
    }
    Some(Compared {
        worst: blocks.into_iter().max()?,
        capacity: max_allowed_errors(version, level(grid)).ok()? / grid.blocks,
        parity: per_block,
        modules: differing as f64 / grid.dark.len() as f64,
    })
}

/// The block of a codeword in the order in which they are placed: short blocks come first, longer ones have one more.
fn block_of(at: usize, data: usize, blocks: usize) -> usize {
    let even = data / blocks * blocks;
    let shorts = blocks - data % blocks;
    match at {
        _ if at < even => at % blocks,
        _ if at < data => shorts + at - even,
        _ => (at - data) % blocks,
    }
}

/// The codeword each module belongs to: every codeword's number is drawn bit by bit, each bit as a whole symbol.
fn owners(grid: &SampledGrid, data: usize, parity: usize) -> Vec<Option<usize>> {
    let filled = |value: &dyn Fn(usize) -> bool| {
        let bytes: Vec<u8> = (0..data + parity).map(|it| if value(it) { 0xFF } else { 0 }).collect();
        drawn(grid, &bytes[..data], &bytes[data..], None)
    };
    let (none, all) = (filled(&|_| false), filled(&|_| true));
    let mut owners: Vec<Option<usize>> = none.iter().zip(&all).map(|(a, b)| (a != b).then_some(0)).collect();
    for bit in 0..12 {
        let plane = filled(&|it| it >> bit & 1 == 1);
        for (slot, dark) in owners.iter_mut().zip(plane) {
            *slot = slot.map(|it| it | usize::from(dark) << bit);
        }
    }
    owners
}
