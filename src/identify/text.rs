//! Bytes as delivered → text: ECI first, then UTF-8, then what the device is set to.
//!
//! The raw bytes stay in the journal; here nothing is ever replaced silently, because a replaced character would make
//! a wrong key. Text that is already ASCII or UTF-8 is borrowed.
//! Deliberately absent: guessing a character set from its statistics.

use std::borrow::Cow;

use encoding_rs::{BIG5, EUC_KR, Encoding, GB18030, SHIFT_JIS, UTF_8, WINDOWS_1252};

/// Whether a device can be set to it: a character set beside UTF-8, by any name that the Encoding Standard has for it.
#[must_use]
pub fn is_charset(name: &str) -> bool {
    Encoding::for_label(name.as_bytes()).is_some_and(|it| it != UTF_8 && it.is_ascii_compatible())
}

/// Decodes a payload; `escaped` says that its symbology identifier announced the ECI protocol.
#[must_use]
pub fn decode<'a>(bytes: &'a [u8], escaped: bool, charset: &str) -> Cow<'a, str> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if escaped && bytes.contains(&b'\\') {
        return Cow::Owned(decode_escaped(bytes, charset));
    }
    decode_plain(bytes, charset)
}

fn decode_plain<'a>(bytes: &'a [u8], charset: &str) -> Cow<'a, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let set = Encoding::for_label(charset.as_bytes()).filter(|it| *it != UTF_8).unwrap_or(WINDOWS_1252);
    let (text, damaged) = set.decode_without_bom_handling(bytes);
    // A set that cannot hold these bytes would put replacement marks into a key: Windows-1252 holds all.
    if damaged { WINDOWS_1252.decode_without_bom_handling(bytes).0 } else { text }
}

/// How the bytes after an ECI switch are read.
enum Set {
    Of(&'static Encoding),
    /// Latin-1 and binary: each byte is the character of that number.
    ByteForByte,
    Unknown,
}

/// The sets behind the ECI assignment numbers (AIM ITS/04-023) that occur on labels.
const fn set(assignment: u32) -> Set {
    match assignment {
        1 | 3 | 899 => Set::ByteForByte,
        20 => Set::Of(SHIFT_JIS),
        23 => Set::Of(WINDOWS_1252),
        26 | 27 | 170 => Set::Of(UTF_8),
        28 => Set::Of(BIG5),
        29 | 32 => Set::Of(GB18030),
        30 => Set::Of(EUC_KR),
        _ => Set::Unknown,
    }
}

fn decode_escaped(bytes: &[u8], charset: &str) -> String {
    let mut text = String::with_capacity(bytes.len());
    let mut current = Set::Unknown;
    let mut run: Vec<u8> = Vec::new();
    let mut rest = bytes;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'\\' {
            run.push(*first);
        } else if let Some(after) = after.strip_prefix(b"\\") {
            run.push(b'\\');
            rest = after;
        } else if let Some((assignment, after)) = assignment(after) {
            flush(&mut run, &current, charset, &mut text);
            current = set(assignment);
            rest = after;
        } else {
            run.push(b'\\');
        }
    }
    flush(&mut run, &current, charset, &mut text);
    text
}

/// The six digits of an ECI assignment number, and what follows them.
fn assignment(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (digits, after) = bytes.split_at_checked(6)?;
    let number = std::str::from_utf8(digits).ok().filter(|it| it.bytes().all(|it| it.is_ascii_digit()))?;
    Some((number.parse().ok()?, after))
}

fn flush(run: &mut Vec<u8>, current: &Set, charset: &str, text: &mut String) {
    match current {
        Set::ByteForByte => text.extend(run.iter().copied().map(char::from)),
        Set::Of(encoding) => {
            let (decoded, damaged) = encoding.decode_without_bom_handling(run);
            if damaged { text.push_str(&decode_plain(run, charset)) } else { text.push_str(&decoded) }
        }
        Set::Unknown => text.push_str(&decode_plain(run, charset)),
    }
    run.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], escaped: bool, charset: &str, expected: &str) {
        assert_eq!(decode(bytes, escaped, charset), expected);
    }

    #[test]
    fn eci_comes_before_utf8_before_the_device_before_windows_1252() {
        check(b"\\000026Gr\xc3\xb6\xc3\x9fe", true, "", "Größe");
        check(b"\\000003Gr\xf6\xdfe", true, "", "Größe");
        check(b"A\\\\B", true, "", "A\\B");
        check(b"A\\\\B", false, "", "A\\\\B");
        check(b"A\\000026B", false, "", "A\\000026B");
        check(b"Gr\xc3\xb6\xc3\x9fe", false, "", "Größe");
        check(b"Gr\xf6\xdfe", false, "", "Größe");
        check(b"\x93\xfa\x96\x7b", false, "shift_jis", "日本");
        check(b"\xef\xbb\xbfSN1", false, "", "SN1");
        check(b"\\000899ABC", true, "", "ABC");
        check(b"\\000020\x93\xfa\\000026\xc3\xb6", true, "", "日ö");
        check(b"\\00002", true, "", "\\00002");
    }
}
