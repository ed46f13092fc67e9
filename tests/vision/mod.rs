//! Rendered symbols under blur, noise, perspective, glare, curvature and dirt, and photographs, read through the room's door.
//!
//! Symbols are rendered here (never called photographs), seeds are fixed, and the budget is given by a clock that stands
//! still: what is read does not depend on how fast the machine is.
//! Deliberately absent: time, which is measured in `tests/benches/vision.rs`.
#![allow(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::many_single_char_names,
    clippy::needless_pass_by_value,
    reason = "drawing for tests: all numbers are small and written here"
)]

mod camera;
mod command;
mod damage;
pub(crate) mod draw;
mod fuzz;
mod kinds;
mod photographs;
mod served;

use std::time::Duration;

use scanstation::domain::{Engine, Symbol, Symbology};
use scanstation::vision::{Engines, HAS_SECOND_ENGINE, Luma, Options, Symbologies, read_still};

use damage::{Random, bent, blurred, dirty, glaring, noisy, slanted};
use draw::{Message, code128, data_matrix, on_paper, qr, side_by_side};

fn still(image: &Luma, options: &Options) -> Vec<Symbol> {
    read_still(image, options, &mut || Duration::ZERO)
}

fn own() -> Options {
    let symbologies = Symbologies::NONE.with(Symbology::QRCode);
    Options { symbologies, engines: Engines::Own, ..Options::default() }
}

fn texts(symbols: &[Symbol]) -> Vec<&str> {
    symbols.iter().map(|it| it.text.as_str()).collect()
}

#[track_caller]
fn check(image: &Luma, expected: &[&str]) {
    let symbols = still(image, &own());
    assert_eq!(texts(&symbols), expected);
}

const TEXT: &str = "AT-00417 hand-held label";

#[test]
fn a_clean_symbol_is_read_by_rqrr_and_graded_clean() {
    let symbols = still(&on_paper(&qr(Message::Text(TEXT)), 4), &own());
    let [symbol] = symbols.as_slice() else { panic!("{symbols:?}") };
    assert_eq!((symbol.text.as_str(), symbol.bytes.as_slice()), (TEXT, TEXT.as_bytes()));
    assert_eq!((symbol.engine, symbol.symbology), (Engine::Rqrr, Symbology::QRCode));
    assert_eq!(symbol.aim.map(|it| it.to_string()).as_deref(), Some("]Q1"));
    assert_eq!((symbol.grade, symbol.confidence), (4, 1.0));
}

#[test]
fn corners_go_clockwise_from_the_symbols_own_top_left_however_it_is_turned() {
    let upright = on_paper(&qr(Message::Text(TEXT)), 4);
    for turn in 0..4u32 {
        let symbols = still(&upright.turned(turn), &own());
        let [a, b, c, d] = symbols[0].corners;
        let (left, right) = (16.0, upright.width() as f32 - 16.0);
        let square = [(left, left), (right, left), (right, right), (left, right)];
        for (at, corner) in [a, b, c, d].into_iter().enumerate() {
            let wanted = square[(at + turn as usize) % 4];
            let off = (corner.0 - wanted.0).hypot(corner.1 - wanted.1);
            assert!(off < 3.0, "turn {turn}: corner {at} is {corner:?}, not {wanted:?}");
        }
    }
}

#[test]
fn white_on_black_and_mirrored_symbols_are_read() {
    let image = on_paper(&qr(Message::Text(TEXT)), 4);
    check(&image.inverted(), &[TEXT]);
    let mirrored = Luma::from_fn(image.width(), image.height(), |x, y| image.row(y)[image.width() - 1 - x]);
    check(&mirrored, &[TEXT]);
}

#[test]
fn damage_of_every_kind_is_read_through() {
    let image = on_paper(&qr(Message::Text(TEXT)), 5);
    let mut random = Random::new(7);
    check(&blurred(&image, 2), &[TEXT]);
    check(&noisy(&image, 40.0, &mut random), &[TEXT]);
    check(&slanted(&image, 0.25, 0.4), &[TEXT]);
    check(&bent(&image, 0.06), &[TEXT]);
    check(&glaring(&image, 0.35), &[TEXT]);
    check(&dirty(&image, 4, &mut random), &[TEXT]);
    check(&noisy(&blurred(&slanted(&image, 0.15, 1.1), 1), 15.0, &mut random), &[TEXT]);
}

#[test]
fn what_is_too_damaged_gives_no_read_and_never_a_wrong_one() {
    let image = on_paper(&qr(Message::Text(TEXT)), 4);
    let mut random = Random::new(11);
    for round in 0..12 {
        let worse = noisy(&blurred(&image, 2 + round % 4), 60.0 + 10.0 * round as f32, &mut random);
        let symbols = still(&worse, &own());
        assert!(texts(&symbols).iter().all(|it| *it == TEXT), "round {round}: {:?}", texts(&symbols));
    }
}

#[test]
fn large_versions_are_read_by_their_alignment_patterns() {
    let long: String = (0..900).map(|it| char::from(b'a' + (it * 7 % 26) as u8)).collect();
    check(&on_paper(&qr(Message::Text(&long)), 3), &[&long]);
    check(&bent(&on_paper(&qr(Message::Text(&long)), 3), 0.03), &[&long]);
}

#[test]
fn several_symbols_of_one_picture_come_in_reading_order() {
    let image = side_by_side(&["SN-1", "SN-2", "SN-3", "SN-4"].map(|it| on_paper(&qr(Message::Text(it)), 4)));
    check(&image, &["SN-1", "SN-2", "SN-3", "SN-4"]);
}

#[test]
fn gs1_data_keeps_its_separators_and_says_what_it_is() {
    let payload = b"0109521101530001\x1d21SN417\x1d10LOT7";
    let symbols = still(&on_paper(&qr(Message::Gs1(payload)), 4), &own());
    assert_eq!(symbols.len(), 1);
    assert_eq!(symbols[0].aim.map(|it| it.to_string()).as_deref(), Some("]Q3"));
    assert_eq!(symbols[0].bytes, payload);
    assert_eq!(symbols[0].engine, Engine::OwnSegments);
}

#[test]
fn an_eci_names_the_character_set() {
    let symbols = still(&on_paper(&qr(Message::Eci(9, b"\xe1\xe2")), 4), &own());
    assert_eq!(texts(&symbols), ["αβ"]);
    assert_eq!(symbols[0].bytes, b"\xe1\xe2");
    assert_eq!(symbols[0].aim.map(|it| it.to_string()).as_deref(), Some("]Q2"));
}

#[test]
fn only_the_symbologies_asked_for_are_read() {
    if !HAS_SECOND_ENGINE {
        crate::skip::skipped("it was built without the second engine");
        return;
    }
    let label = side_by_side(&[
        on_paper(&qr(Message::Text("AT-1")), 4),
        on_paper(&data_matrix("SN-2"), 5),
        on_paper(&code128("LOT-3"), 2),
    ]);
    let read = |wanted: Symbologies| {
        let options = Options { symbologies: wanted, ..Options::default() };
        let mut read: Vec<_> = still(&label, &options).iter().map(|it| (it.symbology, it.text.clone())).collect();
        read.sort();
        read
    };
    let (qr, matrix, line) = (
        (Symbology::QRCode, "AT-1".to_owned()),
        (Symbology::DataMatrix, "SN-2".to_owned()),
        (Symbology::Code128, "LOT-3".to_owned()),
    );
    assert_eq!(read(Symbologies::usual()), [qr.clone(), matrix.clone(), line.clone()]);
    assert_eq!(read(Symbologies::NONE.with(Symbology::DataMatrix)), [matrix]);
    assert_eq!(read(Symbologies::NONE.with(Symbology::Code128)), [line]);
    assert_eq!(read(Symbologies::NONE.with(Symbology::QRCode)), [qr]);
    assert_eq!(read(Symbologies::NONE), []);
}

#[test]
fn a_spent_budget_ends_the_search() {
    let image = on_paper(&qr(Message::Text(TEXT)), 4);
    let options = Options { budget: Duration::ZERO, ..own() };
    assert_eq!(still(&image, &options), []);
    let mut asked = 0u64;
    let options = Options { budget: Duration::from_millis(3), ..own() };
    let noise = damage::static_noise(300, 200, &mut Random::new(3));
    read_still(&noise, &options, &mut || {
        asked += 1;
        Duration::from_millis(asked)
    });
    assert!(asked <= 12, "the clock was asked {asked} times after the budget was spent");
}
