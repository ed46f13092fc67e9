//! The calibration card and the command cards as they are printed, read back by the station's own eyes.
//!
//! The page's rectangles are painted into an image, so that what is tested is what a printer gets.
//! Deliberately absent: what a scan of the card tells, which stands beside its function.

use std::time::Duration;

use scanstation::decode::calibration::card;
use scanstation::labels::{calibration_card, qr_symbol};
use scanstation::station::cards;
use scanstation::vision::{Luma, Options, read_still};

/// Pixels a millimetre.
const SCALE: f32 = 9.0;

/// The dark rectangles of the page: left, top, width, height in millimetres.
fn rectangles(page: &str) -> Vec<[f32; 4]> {
    let measure = |line: &str, name: &str| -> Option<f32> {
        line.split_once(&format!("{name}=\""))?.1.split_once('"')?.0.parse().ok()
    };
    let lines = page.lines().filter(|it| it.starts_with("<rect x="));
    lines
        .filter_map(|it| Some([measure(it, " x")?, measure(it, " y")?, measure(it, "width")?, measure(it, "height")?]))
        .collect()
}

/// What is read in a part of the page, 10 mm of white round it.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::as_conversions,
    reason = "pixels of a small picture"
)]
fn read(rectangles: &[[f32; 4]]) -> Vec<Vec<u8>> {
    let edge =
        |at: usize, with: usize| rectangles.iter().map(move |it| it[at] + if with == 0 { 0.0 } else { it[with] });
    let (left, top) = (edge(0, 0).fold(f32::MAX, f32::min) - 10.0, edge(1, 0).fold(f32::MAX, f32::min) - 10.0);
    let (right, bottom) = (edge(0, 2).fold(0.0, f32::max) + 10.0, edge(1, 3).fold(0.0, f32::max) + 10.0);
    let pixel = |millimetres: f32| (millimetres * SCALE).round() as usize;
    let (width, height) = (pixel(right - left), pixel(bottom - top));
    let mut pixels = vec![255; width * height];
    for [x, y, wide, high] in rectangles {
        for row in pixel(y - top)..pixel(y + high - top) {
            pixels[row * width + pixel(x - left)..row * width + pixel(x + wide - left)].fill(0);
        }
    }
    let image = Luma::new(width, height, pixels).unwrap();
    read_still(&image, &Options::default(), &mut || Duration::ZERO).into_iter().map(|it| it.bytes).collect()
}

#[test]
fn the_calibration_card_reads_back_as_its_text_in_both_symbols() {
    let page = calibration_card(&card()).unwrap();
    let (strip, square): (Vec<_>, Vec<_>) = rectangles(&page).into_iter().partition(|it| it[3] > 10.0);
    assert_eq!(read(&square), [card().into_bytes()]);
    if scanstation::vision::HAS_SECOND_ENGINE {
        assert_eq!(read(&strip), [card().into_bytes()]);
    }
}

/// The dark squares of a QR code drawn in modules, with a quiet zone, as millimetres.
fn squares(drawn: &str) -> Vec<[f32; 4]> {
    let path = drawn.split_once(" d=\"").unwrap().1.split_once('"').unwrap().0;
    let places = path.split('M').skip(1).map(|it| it.split_once("h1v1h-1z").unwrap().0.split_once(' ').unwrap());
    // A module of two thirds of a millimetre, as on the sheet.
    places
        .map(|(x, y)| [x.parse::<f32>().unwrap() / 1.5, y.parse::<f32>().unwrap() / 1.5, 2.0 / 3.0, 2.0 / 3.0])
        .collect()
}

#[test]
fn every_command_card_reads_back_as_its_text() {
    let cards: Vec<_> = cards().collect();
    assert!(cards.len() > 15);
    for card in cards {
        let text = format!("!CMD:{}{}", card.word, if card.number { " 14" } else { "" });
        assert_eq!(read(&squares(&qr_symbol(&text).unwrap())), [text.clone().into_bytes()], "{text}");
    }
}
