//! Writes rows of cells as CSV (RFC 4180) or as JSON lines.
//!
//! In CSV a cell that begins like a formula (`=`, `+`, `-`, `@`, tab, carriage return) gets an apostrophe in front, so that
//! no spreadsheet runs what somebody scanned; so does one that begins with apostrophes and then so, so that an import can
//! take exactly one off again. Numbers of our own are not touched. What would steer a terminal or turn the reading direction
//! is escaped: `\xNN` a byte in a cell of text, `\uNNNN` in JSON, which means the same there.
//! Deliberately absent: where cells come from.

use std::io::{self, Write};

use super::chain::hex;
use crate::domain::steers;

/// One cell.
pub(super) enum Cell<'a> {
    Nothing,
    Number(i64),
    /// Microseconds since 1970, shown as RFC 3339 in UTC.
    Time(i64),
    Text(&'a str),
    /// JSON as it stands.
    Json(&'a str),
}

/// A row being written.
pub(super) struct Sheet {
    csv: bool,
    line: Vec<u8>,
    first: bool,
}

impl Sheet {
    pub(super) const fn new(csv: bool) -> Self {
        Self { csv, line: Vec::new(), first: true }
    }

    /// The line of names; JSON lines have none.
    pub(super) fn names<'a>(&mut self, names: impl Iterator<Item = &'a str>) {
        if self.csv {
            self.begin();
            for name in names {
                self.cell(name, &Cell::Text(name));
            }
            self.end();
        }
    }

    pub(super) fn begin(&mut self) {
        self.first = true;
        if !self.csv {
            self.line.push(b'{');
        }
    }

    pub(super) fn end(&mut self) {
        self.line.extend_from_slice(if self.csv { b"\r\n" } else { b"}\n" });
    }

    pub(super) fn cell(&mut self, name: &str, cell: &Cell<'_>) {
        if !std::mem::take(&mut self.first) {
            self.line.push(b',');
        }
        if self.csv {
            self.csv_cell(cell);
        } else {
            self.line.push(b'"');
            self.line.extend_from_slice(name.as_bytes());
            self.line.extend_from_slice(b"\":");
            self.json_cell(cell);
        }
    }

    /// Hands the line on.
    pub(super) fn flush(&mut self, out: &mut impl Write) -> io::Result<()> {
        out.write_all(&self.line)?;
        self.line.clear();
        Ok(())
    }

    fn csv_cell(&mut self, cell: &Cell<'_>) {
        match cell {
            Cell::Nothing => {}
            Cell::Number(number) => super::chain::decimal(&mut self.line, *number),
            Cell::Time(micros) => time(&mut self.line, *micros),
            Cell::Text(text) if may_steer(text) => self.csv_text(&inert(text)),
            Cell::Json(text) if may_steer(text) => self.csv_text(&escaped(text)),
            Cell::Text(text) | Cell::Json(text) => self.csv_text(text),
        }
    }

    fn csv_text(&mut self, text: &str) {
        let formula = is_formula(text);
        // All bytes are looked at, without an early end: many at once.
        let parts = |it| matches!(it, b'"' | b',' | b'\r' | b'\n' | b';' | b'\t');
        if text.bytes().fold(false, |found, it| found | parts(it)) {
            self.line.push(b'"');
            if formula {
                self.line.push(b'\'');
            }
            for part in text.as_bytes().split_inclusive(|it| *it == b'"') {
                self.line.extend_from_slice(part);
                if part.ends_with(b"\"") {
                    self.line.push(b'"');
                }
            }
            self.line.push(b'"');
        } else {
            if formula {
                self.line.push(b'\'');
            }
            self.line.extend_from_slice(text.as_bytes());
        }
    }

    fn json_cell(&mut self, cell: &Cell<'_>) {
        match cell {
            Cell::Nothing => self.line.extend_from_slice(b"null"),
            Cell::Number(number) => super::chain::decimal(&mut self.line, *number),
            Cell::Time(micros) => {
                self.line.push(b'"');
                time(&mut self.line, *micros);
                self.line.push(b'"');
            }
            Cell::Text(text) if !may_steer(text) && text.bytes().all(|it| it >= b' ' && it != b'"' && it != b'\\') => {
                self.line.push(b'"');
                self.line.extend_from_slice(text.as_bytes());
                self.line.push(b'"');
            }
            // A text can be written as JSON.
            Cell::Text(text) => {
                let json = serde_json::to_string(text).unwrap_or_default();
                self.line.extend_from_slice(escaped(&json).as_bytes());
            }
            Cell::Json(text) if may_steer(text) => self.line.extend_from_slice(escaped(text).as_bytes()),
            Cell::Json(text) => self.line.extend_from_slice(text.as_bytes()),
        }
    }
}

/// Whether a character that steers may be in a text, ends of lines and tabs aside, which a cell may have. Told by bytes alone,
/// all of which are looked at: none such begins otherwise, while some that begin so are none.
fn may_steer(text: &str) -> bool {
    let may = |it: u8| (it < b' ' && !matches!(it, b'\t' | b'\r' | b'\n')) || matches!(it, 0x7f | 0xc2 | 0xe2);
    text.bytes().fold(false, |found, it| found | may(it))
}

/// A text of which nothing steers what shows it.
fn inert(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() + 16);
    for found in text.chars() {
        if steers(found) && !matches!(found, '\t' | '\r' | '\n') {
            escape(&mut shown, found);
        } else {
            shown.push(found);
        }
    }
    shown
}

/// Writes a character by its bytes, `\xNN` each.
pub(super) fn escape(text: &mut String, found: char) {
    for byte in found.encode_utf8(&mut [0; 4]).bytes() {
        text.extend(["\\x", &hex(&[byte])]);
    }
}

/// JSON of the same value, of which nothing steers what shows it. Controls of ASCII are escaped in JSON anyway.
fn escaped(json: &str) -> String {
    let mut shown = String::with_capacity(json.len() + 16);
    for found in json.chars() {
        if !found.is_ascii_control() && steers(found) || found == '\u{7f}' {
            for unit in found.encode_utf16(&mut [0; 2]) {
                shown.extend(["\\u", &hex(&unit.to_be_bytes())]);
            }
        } else {
            shown.push(found);
        }
    }
    shown
}

/// Whether a spreadsheet would take a text for a formula, or an import would take an apostrophe of its own off.
fn is_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// A cell of an import without the apostrophe that an export put in front.
pub(super) fn plain(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|it| is_formula(it)).unwrap_or(cell)
}

/// Microseconds since 1970 as RFC 3339 in UTC; four times as fast as the general formatter, which an export notices.
fn time(out: &mut Vec<u8>, micros: i64) {
    const DAY: i64 = 86_400_000_000;
    let (days, rest) = (micros.div_euclid(DAY), micros.rem_euclid(DAY));
    // Proleptic Gregorian calendar by eras of 400 years that begin in March, so that leap days come last.
    let shifted = days + 719_468;
    let (era, day) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, carry) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    digits::<4>(out, year + era * 400 + carry);
    for (mark, number) in [
        (b'-', month),
        (b'-', day),
        (b'T', rest / 3_600_000_000),
        (b':', rest / 60_000_000 % 60),
        (b':', rest / 1_000_000 % 60),
    ] {
        out.push(mark);
        digits::<2>(out, number);
    }
    out.push(b'.');
    digits::<6>(out, rest % 1_000_000);
    out.push(b'Z');
}

/// The last digits of a number that is not negative.
fn digits<const WIDTH: usize>(out: &mut Vec<u8>, mut number: i64) {
    let mut text = [b'0'; WIDTH];
    for digit in text.iter_mut().rev() {
        *digit += u8::try_from(number.rem_euclid(10)).unwrap_or(0);
        number /= 10;
    }
    out.extend_from_slice(&text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(cell: &Cell<'_>, csv: &str, json: &str) {
        for (form, expected) in [(true, csv), (false, json)] {
            let mut sheet = Sheet::new(form);
            if form {
                sheet.csv_cell(cell);
            } else {
                sheet.json_cell(cell);
            }
            assert_eq!(String::from_utf8(sheet.line).unwrap(), expected);
        }
    }

    #[test]
    fn a_cell_that_begins_like_a_formula_is_defused_and_json_keeps_it() {
        check(&Cell::Text("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"", "\"=HYPERLINK(\\\"x\\\")\"");
        check(&Cell::Text("=1+1"), "'=1+1", "\"=1+1\"");
        check(&Cell::Text("+1"), "'+1", "\"+1\"");
        check(&Cell::Text("-1"), "'-1", "\"-1\"");
        check(&Cell::Text("@x"), "'@x", "\"@x\"");
        check(&Cell::Text("\tx"), "\"'\tx\"", "\"\\tx\"");
        check(&Cell::Text("'=1"), "''=1", "\"'=1\"");
        check(&Cell::Text("'a"), "'a", "\"'a\"");
        for text in ["=1", "+1", "-1", "@x", "'=1", "''-1", "'a", "'", "a"] {
            let mut sheet = Sheet::new(true);
            sheet.csv_cell(&Cell::Text(text));
            assert_eq!(plain(&String::from_utf8(sheet.line).unwrap()), text);
        }
        check(&Cell::Text("a=b"), "a=b", "\"a=b\"");
        check(&Cell::Text("a,b\nc"), "\"a,b\nc\"", "\"a,b\\nc\"");
        check(&Cell::Text("caf\u{e9} \u{b0} \u{20ac}"), "caf\u{e9} \u{b0} \u{20ac}", "\"caf\u{e9} \u{b0} \u{20ac}\"");
        check(&Cell::Number(-5), "-5", "-5");
        check(&Cell::Nothing, "", "null");
        check(&Cell::Json("{\"a\":1}"), "\"{\"\"a\"\":1}\"", "{\"a\":1}");
    }

    #[test]
    fn nothing_in_a_list_steers_what_shows_it_and_json_means_the_same() {
        check(&Cell::Text("a\u{202e}b\u{2069}"), "a\\xe2\\x80\\xaeb\\xe2\\x81\\xa9", "\"a\\u202eb\\u2069\"");
        check(&Cell::Text("\u{1b}[2J\u{7f}\u{85}"), "\\x1b[2J\\x7f\\xc2\\x85", "\"\\u001b[2J\\u007f\\u0085\"");
        let body = "{\"a\":\"\u{202e},\u{7f}\"}";
        check(&Cell::Json(body), "\"{\"\"a\"\":\"\"\\u202e,\\u007f\"\"}\"", "{\"a\":\"\\u202e,\\u007f\"}");
        let same = |it: &str| serde_json::from_str::<serde_json::Value>(it).unwrap();
        assert_eq!(same(&escaped(body)), same(body));
    }

    #[test]
    fn times_are_those_of_the_general_formatter() {
        for micros in [
            0,
            1,
            -1,
            951_782_400_000_000,
            951_868_799_999_999,
            1_763_700_000_123_456,
            4_107_542_399_000_000,
            -62_135_596_800_000_000,
        ] {
            let mut found = Vec::new();
            time(&mut found, micros);
            let expected = jiff::Timestamp::from_microsecond(micros).unwrap();
            assert_eq!(String::from_utf8(found).unwrap(), format!("{expected:.6}"));
        }
    }
}
