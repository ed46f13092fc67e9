//! Renders symbols with the crates that also print our labels.
//!
//! Modules are true where dark, row by row; paper is 235, ink 25, as on a matt label.
//! Deliberately absent: damage.

use scanstation::vision::Luma;

pub(crate) struct Modules {
    width: usize,
    dark: Vec<bool>,
}

pub(crate) enum Message<'a> {
    Text(&'a str),
    Gs1(&'a [u8]),
    Eci(u32, &'a [u8]),
    Kanji(&'a [u8]),
    /// Of so many, this one, with the parity of the whole, and its own bytes.
    Part(u8, u8, u8, &'a [u8]),
}

pub(crate) fn qr(message: Message<'_>) -> Modules {
    use qrcode::bits::Bits;
    use qrcode::{EcLevel, QrCode, Version};
    let made = match message {
        Message::Text(text) => QrCode::with_error_correction_level(text, EcLevel::M).unwrap(),
        Message::Gs1(payload) => {
            let mut bits = Bits::new(Version::Normal(4));
            bits.push_fnc1_first_position().unwrap();
            bits.push_byte_data(payload).unwrap();
            bits.push_terminator(EcLevel::M).unwrap();
            QrCode::with_bits(bits, EcLevel::M).unwrap()
        }
        Message::Eci(number, payload) => {
            let mut bits = Bits::new(Version::Normal(2));
            bits.push_eci_designator(number).unwrap();
            bits.push_byte_data(payload).unwrap();
            bits.push_terminator(EcLevel::M).unwrap();
            QrCode::with_bits(bits, EcLevel::M).unwrap()
        }
        Message::Kanji(payload) => {
            let mut bits = Bits::new(Version::Normal(2));
            bits.push_kanji_data(payload).unwrap();
            bits.push_terminator(EcLevel::M).unwrap();
            QrCode::with_bits(bits, EcLevel::M).unwrap()
        }
        Message::Part(total, place, parity, payload) => return part(total, place, parity, payload),
    };
    modules(&made)
}

/// One symbol of a structured append (ISO/IEC 18004 §8), version 1, which the crate does not make itself.
fn part(total: u8, place: u8, parity: u8, payload: &[u8]) -> Modules {
    use qrcode::{EcLevel, Version, canvas::Canvas, ec::construct_codewords};
    let (version, level) = (Version::Normal(1), EcLevel::M);
    let mut words = vec![(3, 4), (place - 1, 4), (total - 1, 4), (parity, 8), (4, 4), (payload.len() as u8, 8)];
    words.extend(payload.iter().map(|it| (*it, 8)));
    let mut bits: Vec<bool> =
        words.iter().flat_map(|(word, many)| (0..*many).rev().map(move |it| word >> it & 1 == 1)).collect();
    bits.resize((bits.len() + 4).div_ceil(8) * 8, false);
    let byte = |it: &[bool]| it.iter().fold(0, |sum, bit| sum << 1 | u8::from(*bit));
    let mut data: Vec<u8> = bits.chunks(8).map(byte).collect();
    data.extend([0xec, 0x11].iter().cycle().take(16 - data.len()));
    let (data, correction) = construct_codewords(&data, version, level).unwrap();
    let mut canvas = Canvas::new(version, level);
    canvas.draw_all_functional_patterns();
    canvas.draw_data(&data, &correction);
    let colors = canvas.apply_best_mask().into_colors();
    Modules { width: 21, dark: colors.into_iter().map(|it| it == qrcode::Color::Dark).collect() }
}

/// A text of digits that fills this version of QR symbol, and the symbol.
pub(crate) fn filled(version: i16) -> (String, Modules) {
    use qrcode::{EcLevel, QrCode, Version, bits::Bits};
    let version = Version::Normal(version);
    let room = Bits::new(version).max_len(EcLevel::M).unwrap() - 18;
    let text: String = (0..room / 10 * 3).map(|it| char::from(b'0' + (it * it % 7 + it % 3) as u8)).collect();
    (text.clone(), modules(&QrCode::with_version(text, version, EcLevel::M).unwrap()))
}

pub(crate) fn micro_qr(text: &str) -> Modules {
    use qrcode::{EcLevel, QrCode, Version};
    modules(&QrCode::with_version(text, Version::Micro(4), EcLevel::L).unwrap())
}

fn modules(made: &qrcode::QrCode) -> Modules {
    let dark = made.to_colors().into_iter().map(|it| it == qrcode::Color::Dark).collect();
    Modules { width: made.width(), dark }
}

pub(crate) fn data_matrix(text: &str) -> Modules {
    let made = datamatrix::DataMatrix::encode_str(text, datamatrix::SymbolList::default()).unwrap();
    let bitmap = made.bitmap();
    let (width, height) = (bitmap.width(), bitmap.height());
    let mut dark = vec![false; width * height];
    for (x, y) in bitmap.pixels() {
        dark[y * width + x] = true;
    }
    Modules { width, dark }
}

pub(crate) fn code128(text: &str) -> Modules {
    bars(&barcoders::sym::code128::Code128::new(format!("\u{0181}{text}")).unwrap().encode())
}

/// Code 39; a shift in front of a letter says a character of full ASCII.
pub(crate) fn code39(text: &str) -> Modules {
    bars(&barcoders::sym::code39::Code39::new(text).unwrap().encode())
}

pub(crate) fn code93(text: &str) -> Modules {
    bars(&barcoders::sym::code93::Code93::new(text).unwrap().encode())
}

pub(crate) fn codabar(text: &str) -> Modules {
    bars(&barcoders::sym::codabar::Codabar::new(text).unwrap().encode())
}

/// EAN-13, UPC-A or EAN-8, by the number of digits without the check digit.
pub(crate) fn ean(digits: &str) -> Modules {
    match digits.len() {
        7 => bars(&barcoders::sym::ean8::EAN8::new(digits).unwrap().encode()),
        _ => bars(&barcoders::sym::ean13::EAN13::new(digits).unwrap().encode()),
    }
}

/// Interleaved 2 of 5, an even number of digits.
pub(crate) fn itf(text: &str) -> Modules {
    bars(&barcoders::sym::tf::TF::interleaved(text).unwrap().encode())
}

fn bars(bars: &[u8]) -> Modules {
    let row = bars.iter().map(|it| *it == 1);
    Modules { width: bars.len(), dark: (0..25).flat_map(|_| row.clone()).collect() }
}

/// Drawn with `scale` pixels a module, and four modules of quiet zone (ten beside bars are had by the picture's edge).
pub(crate) fn on_paper(modules: &Modules, scale: usize) -> Luma {
    let (width, height) = (modules.width, modules.dark.len() / modules.width);
    let quiet = if height == 25 && width > 50 { 12 } else { 4 };
    Luma::from_fn((width + 2 * quiet) * scale, (height + 2 * quiet) * scale, |x, y| {
        let (x, y) = ((x / scale).wrapping_sub(quiet), (y / scale).wrapping_sub(quiet));
        if x < width && y < height && modules.dark[y * width + x] { 25 } else { 235 }
    })
}

/// Pictures in a row, on paper, their middles level.
pub(crate) fn side_by_side(pictures: &[Luma]) -> Luma {
    let height = pictures.iter().map(Luma::height).max().unwrap();
    let width = pictures.iter().map(Luma::width).sum();
    let starts: Vec<usize> = pictures
        .iter()
        .scan(0, |at, it| {
            *at += it.width();
            Some(*at - it.width())
        })
        .collect();
    Luma::from_fn(width, height, |x, y| {
        let at = starts.iter().rposition(|it| *it <= x).unwrap();
        let top = (height - pictures[at].height()) / 2;
        pictures[at].row(y.wrapping_sub(top).min(height)).get(x - starts[at]).copied().unwrap_or(235)
    })
}
