//! Rows that we answer differently on purpose, each with its reason.
//!
//! Deliberately absent: rows that we have not got right yet; there are none.

/// File, input as written in it, and why we answer otherwise.
pub(super) const DIFFERENCES: &[(&str, &str, &str)] = &[
    (
        "gs1_scandata",
        "]XX",
        "GS1 scanning knows no such carrier; for us a symbology identifier with nothing behind it is an empty scan. \
         `--as gs1` refuses it.",
    ),
    (
        "gs1_scandata",
        "]E0123456789012",
        "GS1 scanning wants thirteen digits behind ]E0; Honeywell scanners send UPC-A there as twelve (captured), and \
         its check digit holds. `--as gs1` refuses it.",
    ),
    (
        "gs1_scandata",
        "]Q1https://a/NOPRIMARYAI",
        "No Digital Link, but a web address all the same, and the table of scans says so. `--as gs1` refuses it.",
    ),
];

/// Why a row is answered differently, if it is.
pub(super) fn reason(file: &str, input: &str) -> Option<&'static str> {
    DIFFERENCES.iter().find(|(a, b, _)| *a == file && *b == input).map(|(_, _, reason)| *reason)
}
