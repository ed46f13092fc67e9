//! Which text some bytes are: by the ECI that the symbol names, else by a careful guess.
//!
//! ECI numbers are those of AIM ITS/04-023 (the "Extended Channel Interpretations" list).
//! Without one the standard says ISO 8859-1, and the world says UTF-8 or Shift_JIS: UTF-8 if it is valid, Shift_JIS
//! only if it is valid and looks Japanese, else ISO 8859-1, which takes any bytes.
//! Deliberately absent: the tables themselves, which are `encoding_rs`'s.

/// What a segment's bytes are written in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Charset {
    /// Digits and the alphanumeric mode's 45 characters.
    Ascii,
    /// No ECI: to be guessed.
    Unsaid,
    /// An ECI, 0 to 999999.
    Eci(u32),
    /// Kanji mode.
    ShiftJis,
    /// Hanzi mode.
    Gb18030,
}

/// The text of one run of bytes.
pub(crate) fn text_of(charset: Charset, bytes: &[u8]) -> String {
    match charset {
        Charset::Ascii => latin1(bytes),
        Charset::Unsaid => guessed(bytes),
        Charset::ShiftJis => encoding_rs::SHIFT_JIS.decode_without_bom_handling(bytes).0.into_owned(),
        Charset::Gb18030 => encoding_rs::GB18030.decode_without_bom_handling(bytes).0.into_owned(),
        Charset::Eci(number) => match label_of(number).and_then(|it| encoding_rs::Encoding::for_label(it.as_bytes())) {
            Some(encoding) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
            None if matches!(number, 1 | 3 | 899) => latin1(bytes),
            None => guessed(bytes),
        },
    }
}

/// The encoding label of an ECI number, where one of the web's encodings is a superset of it.
const fn label_of(eci: u32) -> Option<&'static str> {
    Some(match eci {
        4 => "iso-8859-2",
        5 => "iso-8859-3",
        6 => "iso-8859-4",
        7 => "iso-8859-5",
        8 => "iso-8859-6",
        9 => "iso-8859-7",
        10 => "iso-8859-8",
        11 => "windows-1254",
        12 => "iso-8859-10",
        13 => "windows-874",
        15 => "iso-8859-13",
        16 => "iso-8859-14",
        17 => "iso-8859-15",
        18 => "iso-8859-16",
        20 => "shift_jis",
        21 => "windows-1250",
        22 => "windows-1251",
        23 => "windows-1252",
        24 => "windows-1256",
        25 => "utf-16be",
        26 | 27 | 170 => "utf-8",
        28 => "big5",
        29 | 31 => "gbk",
        30 => "euc-kr",
        32 => "gb18030",
        33 => "utf-16le",
        _ => return None,
    })
}

fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|it| char::from(*it)).collect()
}

fn guessed(bytes: &[u8]) -> String {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let (text, wrong) = encoding_rs::SHIFT_JIS.decode_without_bom_handling(bytes);
    if !wrong && looks_japanese(&text) { text.into_owned() } else { latin1(bytes) }
}

/// Private-use characters are what stray Latin letters become; a lone half-width kana is an accented letter.
fn looks_japanese(text: &str) -> bool {
    let private = text.chars().any(|it| ('\u{E000}'..='\u{F8FF}').contains(&it));
    let kana = |it: char| ('\u{FF61}'..='\u{FF9F}').contains(&it);
    let wide = text.chars().any(|it| !it.is_ascii() && !kana(it));
    let runs = text.split(|it| !kana(it)).filter(|it| !it.is_empty());
    let kana_is_text = runs.clone().all(|it| it.chars().count() >= 2) && runs.count() > 0;
    !private && (wide || kana_is_text)
}

#[cfg(test)]
mod tests {
    use super::{Charset, text_of};

    #[track_caller]
    fn check(charset: Charset, bytes: &[u8], expected: &str) {
        assert_eq!(text_of(charset, bytes), expected, "{charset:?} {bytes:02x?}");
    }

    #[test]
    fn without_an_eci_the_bytes_are_guessed() {
        check(Charset::Unsaid, b"AT-00417", "AT-00417");
        check(Charset::Unsaid, "Größe".as_bytes(), "Größe");
        check(Charset::Unsaid, b"Gr\xF6\xDFe", "Größe");
        check(Charset::Unsaid, b"M\xFCller", "Müller");
        check(Charset::Unsaid, b"\xDCBERMORGEN", "ÜBERMORGEN");
        check(Charset::Unsaid, b"\x93\xFA\x96\x7B", "日本");
        check(Charset::Unsaid, b"\xC3\xBD\xC4", "ﾃｽﾄ");
    }

    #[test]
    fn an_eci_is_obeyed() {
        check(Charset::Eci(3), b"\xFC", "ü");
        check(Charset::Eci(26), b"\xC3\xBC", "ü");
        check(Charset::Eci(9), b"\xE1", "α");
        check(Charset::Eci(20), b"\x93\xFA", "日");
        check(Charset::Eci(123_456), b"\xFF", "ÿ");
    }
}
