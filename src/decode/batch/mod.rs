//! Dumps of scanners with a memory: lines of a time and a code become codes with their original times.
//!
//! Which column holds what, and how the time is written, a profile says; what a code holds stays as it was read. The same
//! dump, read twice, names each of its codes by the same key, so that a second upload is recognised.
//! Deliberately absent: deciding whether a scanner's clock was right (`rules`), and any clock of our own.

mod decoder;
mod keys;

pub use decoder::BatchDecoder;
pub use keys::Keys;

use jiff::Timestamp;
use jiff::fmt::strtime;

use crate::domain::time::Zone;

/// Characters of a line's time that a complaint repeats.
const SHOWN_MAX: usize = 40;

/// How a scanner with a memory writes its lines.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Options {
    /// What stands in a line, from left to right: `time` and `code` once each, `date` before `time` if it stands apart.
    pub columns: Vec<Column>,
    /// What stands between two columns. Default a comma. A code may hold it.
    #[serde(default = "comma")]
    pub separator: char,
    /// How the time is written, in the letters of `strftime`; a date that stands apart comes first, then a blank.
    ///
    /// Default `%Y-%m-%d %H:%M:%S`. With `%z` the line says its own zone, otherwise it is the station's.
    #[serde(default = "iso")]
    pub time: String,
}

const fn comma() -> char {
    ','
}

fn iso() -> String {
    "%Y-%m-%d %H:%M:%S".to_owned()
}

/// What stands in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Column {
    /// What was scanned.
    Code,
    /// When, or the time of day if the date stands apart.
    Time,
    /// The date.
    Date,
    /// Something that is not used: a number, a kind of symbol.
    Skip,
}

/// Why a line is not a time and a code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It has too few columns.
    #[error("it has fewer than the {0} columns of this profile")]
    Columns(usize),
    /// Its time is none.
    #[error("{text:?} is no time of the form {form}")]
    Time {
        /// What stands there.
        text: String,
        /// What should.
        form: String,
    },
    /// It has a time and nothing else.
    #[error("it has a time and no code")]
    Empty,
}

impl Options {
    /// What is wrong with the options; `None` if they can be used.
    #[must_use]
    pub fn mistake(&self) -> Option<String> {
        let place = |wanted| self.columns.iter().position(|it| *it == wanted);
        let many = |wanted| self.columns.iter().filter(|it| **it == wanted).count();
        if (many(Column::Code), many(Column::Time)) != (1, 1) || many(Column::Date) > 1 {
            return Some("a line has the columns `time` and `code` once each, and `date` at most once".to_owned());
        }
        if place(Column::Date).is_some_and(|date| Some(date) > place(Column::Time)) {
            return Some("the column `date` stands before `time`".to_owned());
        }
        let sample = jiff::civil::date(2026, 3, 10).at(8, 15, 59, 0).to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        let written = strtime::format(&self.time, &sample).ok();
        let read = written.and_then(|it| self.instant(&it, &Zone::utc()));
        let kept = read.is_some_and(|it| it.as_second() / 60 == sample.timestamp().as_second() / 60);
        (!kept).then(|| format!("{:?} does not say a date and a time in the letters of strftime", self.time))
    }

    /// Cuts a line without its end into the time and the code.
    pub fn cut<'line>(&self, line: &'line [u8], zone: &Zone) -> Result<(Timestamp, &'line [u8]), Unreadable> {
        let mut buffer = [0; 4];
        let separator = self.separator.encode_utf8(&mut buffer).as_bytes();
        let few = || Unreadable::Columns(self.columns.len());
        let code = self.columns.iter().position(|it| *it == Column::Code).ok_or_else(few)?;
        let (mut rest, mut date, mut time) = (line, "", "");
        let before = self.columns.iter().take(code).map(|it| (it, true));
        let behind = self.columns.iter().skip(code + 1).rev().map(|it| (it, false));
        // The code is what is left between the columns before and behind it, whatever it holds.
        for (column, in_front) in before.chain(behind) {
            let found = if in_front { split_first(rest, separator) } else { split_last(rest, separator) };
            let (cell, left) = found.ok_or_else(few)?;
            rest = left;
            let cell = std::str::from_utf8(cell).unwrap_or("\u{fffd}").trim();
            match column {
                Column::Time => time = cell,
                Column::Date => date = cell,
                Column::Code | Column::Skip => {}
            }
        }
        let text = if self.columns.contains(&Column::Date) { format!("{date} {time}") } else { time.to_owned() };
        let Some(at) = self.instant(&text, zone) else {
            let text = text.chars().take(SHOWN_MAX).collect();
            return Err(Unreadable::Time { text, form: self.time.clone() });
        };
        if rest.is_empty() { Err(Unreadable::Empty) } else { Ok((at, rest)) }
    }

    fn instant(&self, text: &str, zone: &Zone) -> Option<Timestamp> {
        let read = strtime::parse(&self.time, text).ok()?;
        if read.offset().is_some() {
            return read.to_timestamp().ok();
        }
        zone.moment_of(read.to_datetime().ok()?)
    }
}

fn split_first<'l>(bytes: &'l [u8], separator: &[u8]) -> Option<(&'l [u8], &'l [u8])> {
    let at = bytes.windows(separator.len()).position(|it| it == separator)?;
    Some((bytes.get(..at)?, bytes.get(at + separator.len()..)?))
}

/// The last cell, and what stands before it.
fn split_last<'l>(bytes: &'l [u8], separator: &[u8]) -> Option<(&'l [u8], &'l [u8])> {
    let at = bytes.windows(separator.len()).rposition(|it| it == separator)?;
    Some((bytes.get(at + separator.len()..)?, bytes.get(..at)?))
}

/// The lines of a dump with their numbers from 1, without their ends (CR, LF or CR LF) and without a byte order mark before
/// the first; empty ones are left out.
pub fn lines(dump: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let dump = dump.strip_prefix(b"\xef\xbb\xbf").unwrap_or(dump);
    let end = if dump.contains(&b'\n') { b'\n' } else { b'\r' };
    let bare = |it: &'_ [u8]| it.strip_suffix(b"\r").map_or(it.len(), <[u8]>::len);
    let each = dump.split(move |it| *it == end).enumerate();
    each.map(move |(number, line)| (number + 1, line.get(..bare(line)).unwrap_or(line)))
        .filter(|(_, it)| !it.is_empty())
}

#[cfg(test)]
mod tests {
    use super::Column::{Code, Date, Skip, Time};
    use super::{Options, lines};
    use crate::domain::time::Zone;

    fn options(columns: &[super::Column], time: &str) -> Options {
        Options { columns: columns.to_vec(), separator: ',', time: time.to_owned() }
    }

    #[track_caller]
    fn check(options: &Options, line: &str, expected: &str) {
        assert_eq!(options.mistake(), None);
        let zone = Zone::named("Europe/Berlin").unwrap();
        let found = match options.cut(line.as_bytes(), &zone) {
            Ok((time, code)) => format!("{time} {}", code.escape_ascii()),
            Err(why) => why.to_string(),
        };
        assert_eq!(found, expected, "{line}");
    }

    #[test]
    fn a_line_is_a_time_and_a_code_in_the_columns_of_its_profile() {
        let first = options(&[Time, Code], "%Y-%m-%d %H:%M:%S");
        check(&first, "2026-03-10 09:15:00,AT-000123", "2026-03-10T08:15:00Z AT-000123");
        check(&first, "2026-03-10 09:15:00,a,b, c", "2026-03-10T08:15:00Z a,b, c");
        let last = options(&[Code, Skip, Date, Time], "%d/%m/%y %H:%M");
        check(&last, "a,b,QR,10/03/26,09:15", "2026-03-10T08:15:00Z a,b");
        let zoned = options(&[Skip, Time, Code], "%Y-%m-%dT%H:%M:%S%:z");
        check(&zoned, "0007,2026-03-10T09:15:00+02:00,]C1010", "2026-03-10T07:15:00Z ]C1010");
        check(&options(&[Time, Code], "%Y%m%d%H%M%S"), "20260310091500,x", "2026-03-10T08:15:00Z x");
    }

    #[test]
    fn a_line_that_does_not_fit_says_why() {
        let form = options(&[Time, Code], "%Y-%m-%d %H:%M:%S");
        check(&form, "AT-000123", "it has fewer than the 2 columns of this profile");
        check(&form, "2026-03-10 09:15:00,", "it has a time and no code");
        check(&form, "2026-13-10 09:15:00,x", "\"2026-13-10 09:15:00\" is no time of the form %Y-%m-%d %H:%M:%S");
    }

    #[test]
    fn options_that_cannot_be_used_are_told() {
        let told = |it: &Options| it.mistake().unwrap_or_default();
        assert!(told(&options(&[Code], "%Y")).contains("once each"));
        assert!(told(&options(&[Time, Date, Code], "%Y-%m-%d %H:%M")).contains("stands before"));
        assert!(told(&options(&[Time, Code], "%H:%M")).contains("does not say a date and a time"));
        assert!(told(&options(&[Time, Code], "%Q%!")).contains("does not say a date and a time"));
    }

    #[test]
    fn lines_end_as_they_do_in_the_field() {
        let check = |dump: &str, expected: &[(usize, &str)]| {
            let found: Vec<_> = lines(dump.as_bytes()).map(|(at, it)| (at, std::str::from_utf8(it).unwrap())).collect();
            assert_eq!(found, expected, "{dump:?}");
        };
        check("a\r\n\r\nb\r\n", &[(1, "a"), (3, "b")]);
        check("a\nb", &[(1, "a"), (2, "b")]);
        check("\u{feff}a\r\nb", &[(1, "a"), (2, "b")]);
        check("a\rb\r", &[(1, "a"), (2, "b")]);
        check("", &[]);
    }
}
