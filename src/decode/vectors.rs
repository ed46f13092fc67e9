//! Reads the vector files of `tests/vectors` for the tests of this room.
//!
//! Tab separated, one header line; bytes outside printable ASCII and the backslash are written `\xHH`.
//! Deliberately absent: anything that ships; the module exists in test builds only.

/// One row of a vector file, by column name.
pub(crate) struct Row {
    cells: Vec<(&'static str, &'static str)>,
}

impl Row {
    /// A cell as it stands.
    pub(crate) fn text(&self, column: &str) -> &'static str {
        self.cells.iter().find(|(name, _)| *name == column).unwrap_or_else(|| panic!("no column {column}")).1
    }

    /// A cell with its `\xHH` undone.
    pub(crate) fn bytes(&self, column: &str) -> Vec<u8> {
        let mut parts = self.text(column).split("\\x");
        let mut out = parts.next().unwrap().as_bytes().to_vec();
        for part in parts {
            out.push(u8::from_str_radix(&part[..2], 16).unwrap());
            out.extend_from_slice(&part.as_bytes()[2..]);
        }
        out
    }

    /// A cell of hexadecimal bytes.
    pub(crate) fn hex(&self, column: &str) -> Vec<u8> {
        hex(self.text(column))
    }
}

/// Bytes from their hexadecimal form.
pub(crate) fn hex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap()).collect()
}

/// The rows of a file.
pub(crate) fn rows(file: &'static str) -> Vec<Row> {
    let mut lines = file.lines();
    let names: Vec<&str> = lines.next().unwrap().split('\t').collect();
    lines.map(|line| Row { cells: names.iter().copied().zip(line.split('\t')).collect() }).collect()
}
