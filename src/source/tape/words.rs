//! One line of a tape as words: bare words, quoted bytes, and where each stands.
//!
//! A quoted word holds any bytes: `\r \n \t \\ \" \xNN` and printable characters as they are.
//! Deliberately absent: what words mean.

use super::TapeError;

/// One word of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// Where it begins, counted from 1.
    pub(super) column: usize,
    /// It stood in quotes.
    pub(super) quoted: bool,
    /// What it says.
    pub(super) bytes: Vec<u8>,
}

impl Word {
    /// What it says as text, if it is text.
    pub(super) fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.bytes).ok()
    }
}

/// Cuts a line into words; a comment ends it.
pub(super) fn words(line: &str, number: usize) -> Result<Vec<Word>, TapeError> {
    let mut found = Vec::new();
    let mut rest = line.chars().enumerate().peekable();
    while let Some((place, first)) = rest.next() {
        let column = place + 1;
        match first {
            '#' => break,
            '"' => found.push(Word { column, quoted: true, bytes: quoted(&mut rest, number, column)? }),
            _ if first.is_whitespace() => {}
            _ => {
                let mut text = String::from(first);
                while let Some((_, more)) = rest.next_if(|(_, it)| !it.is_whitespace() && *it != '"') {
                    text.push(more);
                }
                found.push(Word { column, quoted: false, bytes: text.into_bytes() });
            }
        }
    }
    Ok(found)
}

fn quoted(rest: &mut impl Iterator<Item = (usize, char)>, line: usize, column: usize) -> Result<Vec<u8>, TapeError> {
    let mut bytes = Vec::new();
    let error = |column, expected: &str| TapeError { line, column, expected: expected.to_owned() };
    while let Some((place, found)) = rest.next() {
        let here = place + 1;
        match found {
            '"' => return Ok(bytes),
            '\\' => {
                let escape = rest.next().map(|(_, it)| it);
                let byte = match escape {
                    Some('r') => b'\r',
                    Some('n') => b'\n',
                    Some('t') => b'\t',
                    Some('\\') => b'\\',
                    Some('"') => b'"',
                    Some('x') => {
                        let digits: String = rest.by_ref().take(2).map(|(_, it)| it).collect();
                        let byte = u8::from_str_radix(&digits, 16).ok().filter(|_| digits.len() == 2);
                        byte.ok_or_else(|| error(here, "two hexadecimal digits after \\x"))?
                    }
                    _ => return Err(error(here, "one of \\r \\n \\t \\\\ \\\" \\xNN")),
                };
                bytes.push(byte);
            }
            _ => bytes.extend_from_slice(found.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    Err(error(column, "a closing quote"))
}

/// Writes bytes as a quoted word.
pub(super) fn quote(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = String::from("\"");
    for chunk in bytes.utf8_chunks() {
        for found in chunk.valid().chars() {
            match found {
                '\r' => text.push_str("\\r"),
                '\n' => text.push_str("\\n"),
                '\t' => text.push_str("\\t"),
                '\\' => text.push_str("\\\\"),
                '"' => text.push_str("\\\""),
                ' '..='~' => text.push(found),
                _ if found.is_alphanumeric() => text.push(found),
                _ => {
                    for byte in found.encode_utf8(&mut [0; 4]).bytes() {
                        write!(text, "\\x{byte:02x}").ok();
                    }
                }
            }
        }
        for byte in chunk.invalid() {
            write!(text, "\\x{byte:02x}").ok();
        }
    }
    text.push('"');
    text
}
