//! Import of units and people from CSV.

/// What an import found.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct ImportReport {
    /// Rows read.
    pub rows: u64,
    /// What is wrong.
    pub problems: Vec<Problem>,
}

/// One thing that is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    /// The line in the file, from 1.
    pub line: u64,
    /// The column's name.
    pub column: String,
    /// What is wrong and what was expected.
    pub message: String,
}
