//! Watches lines and quotation marks of a CSV file while it is read: a mark that is opened and never closed swallows all
//! lines behind it, and the reader takes them for one cell without a word; and the reader counts a line that ends in
//! CR LF, as spreadsheets write them, or that is empty, only once it has begun the next one.
//!
//! It follows RFC 4180 as the reader does: a mark opens at the beginning of a cell only, and two inside stand for one.
//! Deliberately absent: changing anything of what passes through.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::io::{self, Read};
use std::rc::Rc;

/// Where a reader is in its cell.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Begin,
    Plain,
    Quoted,
    /// Behind a mark inside a quoted cell: the end of it, or the first of two.
    Closing,
}

/// What is known of the part of the file that was read so far.
#[derive(Default)]
pub(super) struct Told {
    /// The line on which the cell begins that is open at the end of it; none if none is.
    open: Cell<Option<u64>>,
    /// The lines on which rows begin that nobody has asked for; empty lines are no rows.
    rows: RefCell<VecDeque<u64>>,
}

impl Told {
    pub(super) fn open(&self) -> Option<u64> {
        self.open.get()
    }

    /// The line on which the next row begins; asked once for each row that the reader gives.
    pub(super) fn next_row(&self) -> Option<u64> {
        self.rows.borrow_mut().pop_front()
    }
}

/// A file that tells of its lines and its open quotation mark.
pub(super) struct Watched<R> {
    input: R,
    separator: u8,
    at: At,
    line: u64,
    /// Nothing of the next row was read.
    between: bool,
    before: u8,
    /// The line on which the last quoted cell begins.
    begun: u64,
    told: Rc<Told>,
}

impl<R: Read> Watched<R> {
    /// Watches a file of which the first byte stands on that line.
    pub(super) fn new(input: R, separator: u8, line: u64) -> (Self, Rc<Told>) {
        let told = Rc::<Told>::default();
        let theirs = Rc::clone(&told);
        (Self { input, separator, at: At::Begin, line, between: true, before: 0, begun: 0, told }, theirs)
    }

    fn step(&mut self, byte: u8) {
        let breaks = matches!(byte, b'\n' | b'\r');
        let ends = byte == self.separator || breaks;
        if self.between && !breaks {
            self.between = false;
            self.told.rows.borrow_mut().push_back(self.line);
        }
        self.at = match self.at {
            At::Begin | At::Closing if byte == b'"' => {
                if self.at == At::Begin {
                    self.begun = self.line;
                }
                At::Quoted
            }
            At::Quoted if byte == b'"' => At::Closing,
            At::Quoted => At::Quoted,
            At::Begin | At::Plain | At::Closing if ends => At::Begin,
            At::Begin | At::Plain | At::Closing => At::Plain,
        };
        self.between |= breaks && self.at != At::Quoted;
        // The two bytes of CR LF are one end of a line; CR alone is one, too.
        if breaks && !(byte == b'\n' && self.before == b'\r') {
            self.line += 1;
        }
        self.before = byte;
    }
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        for byte in buffer.iter().take(read) {
            self.step(*byte);
        }
        self.told.open.set((self.at == At::Quoted).then_some(self.begun));
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(file: &str, expected: Option<u64>) {
        for piece in [1, 3, 4096] {
            let (mut watched, told) = Watched::new(file.as_bytes(), b',', 1);
            let mut buffer = vec![0; piece];
            while watched.read(&mut buffer).unwrap() > 0 {}
            assert_eq!(told.open(), expected, "{file:?} in pieces of {piece}");
        }
    }

    #[test]
    fn a_mark_that_is_never_closed_is_found_with_its_line() {
        check("a,b\n1,\"2\"\n", None);
        check("a,b\n1,\"2\n3,4\n", Some(2));
        check("a,b\n1,\"2\n3,\"\"4\n", Some(2));
        check("a,b\n\"1\n2\",3\n4,\"5", Some(4));
        check("a,b\n1,\"say \"\"hi\"\"\"\n", None);
        check("a,b\n1,5\" pipe\n", None);
        check("a,b\n1,\"2\"x\n", None);
        check("", None);
    }

    #[test]
    fn rows_are_found_with_their_lines_however_these_end() {
        for piece in [1, 3, 4096] {
            for end in ["\n", "\r\n", "\r"] {
                let file = ["a,b", "1,2", "", "3,\"4", "5\"", " ", "6"].join(end);
                let (mut watched, told) = Watched::new(file.as_bytes(), b',', 1);
                let mut buffer = vec![0; piece];
                while watched.read(&mut buffer).unwrap() > 0 {}
                let rows: Vec<u64> = std::iter::from_fn(|| told.next_row()).collect();
                assert_eq!(rows, [1, 2, 4, 6, 7], "{file:?} in pieces of {piece}");
            }
        }
    }
}
