//! What a QR symbol was read from: its modules before any repair, for whoever wants to check a read.
//!
//! Encoding the text again and comparing it with these modules shows whether a read is more than a lucky repair;
//! `cargo bench --bench vision -- --only-ours` does so for every symbol that only we read.
//! Deliberately absent: the check itself, which belongs to an encoder that is not ours.

/// The modules of one QR symbol as they were sampled, upright, mirroring undone, nothing repaired.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SampledGrid {
    /// 1 to 40; a side has `4 * version + 17` modules.
    pub version: usize,
    /// Error correction level: `L`, `M`, `Q` or `H`.
    pub level: char,
    /// 0 to 7, as the format word has it.
    pub mask: u8,
    /// Blocks that error correction treats by themselves.
    pub blocks: usize,
    /// Dark modules are true, row by row.
    pub dark: Vec<bool>,
}
