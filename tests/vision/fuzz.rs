//! Mutated and random pictures: no panic, and no text that no symbol carries.
//!
//! `SCANSTATION_FUZZ_PICTURES_S` says how many seconds (default 1, 20 in `./station test`, 1800 in the long run); `SCANSTATION_FUZZ_SEED` which pictures.
//! Deliberately absent: time limits; the worst cases are measured in `tests/benches/vision.rs`.

use std::time::Duration;

use scanstation::vision::{Luma, Options, picture, read_still};

use super::damage::{Random, blurred, dirty, noisy, slanted, static_noise};
use super::draw::{Message, data_matrix, on_paper, qr};

fn clock() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    Duration::new(now.tv_sec as u64, now.tv_nsec as u32)
}

fn given(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|it| it.parse().ok()).unwrap_or(default)
}

fn finders(random: &mut Random) -> Luma {
    let mut image = Luma::flat(200 + random.below(300), 200 + random.below(300), 255);
    let width = image.width();
    for _ in 0..random.below(40) {
        let (module, left, top) = (1 + random.below(4), random.below(width), random.below(image.height()));
        for (y, row) in image.pixels_mut().chunks_exact_mut(width).skip(top).take(7 * module).enumerate() {
            for (x, pixel) in row.iter_mut().skip(left).take(7 * module).enumerate() {
                let ring = (x / module).abs_diff(3).max((y / module).abs_diff(3));
                *pixel = if ring == 2 { 255 } else { 0 };
            }
        }
    }
    image
}

/// A symbol spoiled in one of seven ways.
fn spoiled(symbols: &[Luma], random: &mut Random) -> Luma {
    let base = &symbols[random.below(symbols.len())];
    match random.below(7) {
        0 => static_noise(1 + random.below(300), 1 + random.below(300), random),
        1 => finders(random),
        2 => static_noise(1 + random.below(12), 1 + random.below(12), random),
        3 => noisy(base, 20.0 + random.below(90) as f32, random),
        4 => {
            let specks = random.below(30);
            dirty(base, specks, random)
        }
        5 => blurred(base, random.below(6)),
        _ => slanted(base, random.below(60) as f32 / 60.0, random.below(63) as f32 / 10.0),
    }
}

const TEXTS: [&str; 3] = ["AT-00417", "https://id.example/01/09521101530001/21/417", "0123456789"];

#[test]
fn no_picture_makes_it_panic_or_read_what_is_not_there() {
    let seed = given("SCANSTATION_FUZZ_SEED", 1);
    let until = clock() + Duration::from_secs(given("SCANSTATION_FUZZ_PICTURES_S", 1));
    let mut random = Random::new(seed);
    let symbols: Vec<Luma> =
        TEXTS.iter().flat_map(|it| [on_paper(&qr(Message::Text(it)), 3), on_paper(&data_matrix(it), 4)]).collect();
    let options = Options::default();
    let (mut round, mut read) = (0u64, 0u64);
    while clock() < until {
        round += 1;
        let image = spoiled(&symbols, &mut random);
        for symbol in read_still(&image, &options, &mut clock) {
            let known = TEXTS.contains(&symbol.text.as_str());
            let linear = symbol.text.chars().count() < 4;
            assert!(known || linear, "seed {seed}, round {round}: {symbol:?}");
            read += u64::from(known);
        }
    }
    println!("seed {seed}: {round} pictures, {read} reads");
    assert!(read > 0 || round < 100, "seed {seed}: {round} pictures and not one was read");
}

#[test]
fn no_bytes_make_the_picture_decoder_panic() {
    let seed = given("SCANSTATION_FUZZ_SEED", 1);
    let mut random = Random::new(seed);
    let png: &[u8] = include_bytes!("../vectors/vision/zxing-qrcode-2-1.png");
    for _ in 0..200 {
        let mut bytes = png.to_vec();
        for _ in 0..=random.below(20) {
            let at = random.below(bytes.len());
            bytes[at] = (random.word() & 0xFF) as u8;
        }
        bytes.truncate(random.below(png.len() * 2));
        // A broken picture is an error or a picture: both are answers.
        if let Ok(image) = picture(&bytes) {
            assert_eq!(image.pixels().len(), image.width() * image.height());
        }
    }
}

/// Two rows of this noise agree on a DataBar symbol, whose check lets one wrong reading in 79 by.
#[test]
fn noise_is_no_databar_symbol() {
    let image = picture(include_bytes!("noise-databar.png")).unwrap();
    let options = Options { budget: Duration::from_secs(600), ..Options::default() };
    let texts: Vec<String> = read_still(&image, &options, &mut clock).into_iter().map(|it| it.text).collect();
    assert!(texts.iter().all(|it| it.chars().count() < 4), "{texts:?}");
}
