//! Whether a read says what the annotation says, presentation aside.
//!
//! Lenient about separators, trailing blanks, start and stop letters, leading zeros of EAN/UPC and the expansion of UPC-E;
//! for bytes without a named character set, about the character set.
//! Deliberately absent: leniency about content.

use scanstation::domain::Symbology as S;

use crate::Hit;
use crate::pictures::Picture;

pub(crate) fn centre(outline: &[(f32, f32)]) -> (f32, f32) {
    let many = outline.len().max(1) as f32;
    let sum = outline.iter().fold((0.0, 0.0), |sum, it| (sum.0 + it.0, sum.1 + it.1));
    (sum.0 / many, sum.1 / many)
}

pub(crate) fn contains(outline: &[(f32, f32)], (x, y): (f32, f32)) -> bool {
    let mut within = false;
    for (at, p) in outline.iter().enumerate() {
        let q = outline[(at + outline.len() - 1) % outline.len()];
        if (p.1 > y) != (q.1 > y) && x < (q.0 - p.0) * (y - p.1) / (q.1 - p.1) + p.0 {
            within = !within;
        }
    }
    within
}

fn plain(text: &str) -> String {
    text.replace("<GS>", "").replace(['\u{1d}', '\0', '\n', '\r'], "").trim_end().to_owned()
}

fn expanded(text: &str) -> String {
    let digits = text.as_bytes();
    if text.len() != 8 || !digits.iter().all(u8::is_ascii_digit) {
        return text.to_owned();
    }
    let body = &text[1..7];
    let middle = match digits[6] {
        last @ b'0'..=b'2' => format!("{}{}0000{}", &body[..2], char::from(last), &body[2..5]),
        b'3' => format!("{}00000{}", &body[..3], &body[3..5]),
        b'4' => format!("{}00000{}", &body[..4], &body[4..5]),
        last => format!("{}0000{}", &body[..5], char::from(last)),
    };
    format!("{}{middle}{}", &text[..1], &text[7..])
}

fn same(picture: &Picture, want: &str, got: &str) -> bool {
    let (a, b) = (plain(want), plain(got));
    if a == b {
        return true;
    }
    if picture.wanted.has(S::EAN13) && !picture.wanted.has(S::QRCode) {
        let first = |it: &str| it.split(' ').next().unwrap_or("").to_owned();
        let (a, b) = (first(&a), first(&b));
        let bare = |it: &str| it.trim_start_matches('0').to_owned();
        return bare(&expanded(&a)) == bare(&expanded(&b)) || bare(&a) == bare(&b);
    }
    if picture.wanted.has(S::Codabar) && picture.group == "codabar" {
        let bare = |it: &str| it.to_uppercase().trim_matches(|it: char| it.is_alphabetic() || it == '*').to_owned();
        return bare(&a) == bare(&b);
    }
    if picture.group == "code39" {
        return a.trim_matches('*') == b.trim_matches('*');
    }
    if picture.wanted.has(S::DataBar) && !picture.wanted.has(S::QRCode) {
        let bare = |it: &str| it.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
        let (a, b) = (bare(&a), bare(&b));
        return a == b || b == format!("01{a}") || a == format!("01{b}");
    }
    false
}

pub(crate) fn says(picture: &Picture, hit: &Hit) -> bool {
    if let Some(want) = &picture.text {
        let encodings = [
            encoding_rs::UTF_8,
            encoding_rs::SHIFT_JIS,
            encoding_rs::WINDOWS_1252,
            encoding_rs::GB18030,
            encoding_rs::BIG5,
            encoding_rs::ISO_8859_2,
        ];
        let latin: String = hit.bytes.iter().map(|it| char::from(*it)).collect();
        return same(picture, want, &hit.text)
            || same(picture, want, &latin)
            || encodings.iter().any(|it| same(picture, want, &it.decode(&hit.bytes).0));
    }
    picture.bytes.as_ref().is_some_and(|want| *want == hit.bytes)
}
