//! Watches the quotation marks of a CSV file while it is read: one that is opened and never closed swallows all lines
//! behind it, and the reader takes them for one cell without a word.
//!
//! It follows RFC 4180 as the reader does: a mark opens at the beginning of a cell only, and two inside stand for one.
//! Deliberately absent: changing anything of what passes through.

use std::cell::Cell;
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

/// The line on which the cell begins that is open at the end of what was read so far; none if none is.
pub(super) type Open = Rc<Cell<Option<u64>>>;

/// A file that tells of its open quotation mark.
pub(super) struct Watched<R> {
    input: R,
    separator: u8,
    at: At,
    line: u64,
    /// The line on which the last quoted cell begins.
    begun: u64,
    open: Open,
}

impl<R: Read> Watched<R> {
    pub(super) fn new(input: R, separator: u8) -> (Self, Open) {
        let open = Open::default();
        (Self { input, separator, at: At::Begin, line: 1, begun: 0, open: Rc::clone(&open) }, open)
    }

    fn step(&mut self, byte: u8) {
        let ends = byte == self.separator || matches!(byte, b'\n' | b'\r');
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
        if byte == b'\n' {
            self.line += 1;
        }
    }
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        for byte in buffer.iter().take(read) {
            self.step(*byte);
        }
        self.open.set((self.at == At::Quoted).then_some(self.begun));
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(file: &str, expected: Option<u64>) {
        for piece in [1, 3, 4096] {
            let (mut watched, open) = Watched::new(file.as_bytes(), b',');
            let mut buffer = vec![0; piece];
            while watched.read(&mut buffer).unwrap() > 0 {}
            assert_eq!(open.get(), expected, "{file:?} in pieces of {piece}");
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
}
