//! Pictures made to cost most: noise, stripes, a field of finders, by size; how long one call and one still take.
//!
//! The second engine cannot be interrupted, so its pixel limit comes from the first column; the last one is what a person
//! at a still waits for.
//! Deliberately absent: photographs, which cost a tenth of this.

use std::time::Duration;

use scanstation::vision::{Luma, Options, Symbologies, Tracker, read_still};

use super::{cpu, zxing};

const SIZES: [(usize, usize); 6] = [(640, 480), (1280, 720), (1920, 1080), (2592, 1944), (4000, 3000), (4920, 3264)];

fn noise(x: usize, y: usize) -> u8 {
    let mut word = (x as u64) << 32 ^ (y as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    word = (word ^ (word >> 31)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (word >> 56) as u8
}

fn finders(x: usize, y: usize) -> u8 {
    let ring = (x % 24 / 3).abs_diff(3).max((y % 24 / 3).abs_diff(3));
    if ring == 2 || ring > 3 { 255 } else { 0 }
}

type Draw = fn(usize, usize) -> u8;

const KINDS: [(&str, Draw); 5] = [
    ("noise", noise),
    ("stripes of 2", |x, _| if x / 2 % 2 == 0 { 0 } else { 255 }),
    ("stripes of 7", |x, _| if x / 7 % 2 == 0 { 20 } else { 230 }),
    ("chequers of 3", |x, y| if (x / 3 + y / 3) % 2 == 0 { 0 } else { 255 }),
    ("finders", finders),
];

fn timed<T>(work: impl FnOnce() -> T) -> f64 {
    let start = cpu();
    std::hint::black_box(work());
    cpu().saturating_sub(start).as_secs_f64() * 1e3
}

/// Prints the table; times are of the thread's processor.
pub(crate) fn table() {
    println!(
        "| picture | megapixels | one call, QR | one call, usual | a still, budget 250 ms | worst of 8 in a stream, budget 15 ms |"
    );
    println!("|---|---|---|---|---|---|");
    let qr = Symbologies::parse("QRCode").unwrap();
    for (kind, draw) in KINDS {
        for (width, height) in SIZES {
            let image = Luma::from_fn(width, height, draw);
            let moved = Luma::from_fn(width, height, |x, y| draw(x + 11, y + 5));
            let call = timed(|| zxing(&image, qr));
            let usual = timed(|| zxing(&image, Symbologies::usual()));
            let still = timed(|| read_still(&image, &Options::default(), &mut cpu));
            let mut tracker = Tracker::new(Options { budget: Duration::from_millis(15), ..Options::default() });
            let pictures = (0..8).map(|it| if it % 2 == 0 { &image } else { &moved });
            let live = pictures.map(|it| timed(|| tracker.look(it, &mut cpu))).fold(0.0, f64::max);
            let pixels = (width * height) as f64 / 1e6;
            println!("| {kind} | {pixels:.1} | {call:.0} | {usual:.0} | {still:.0} | {live:.0} |");
        }
    }
}
