//! Bytes of a serial line to frames: how a scanner on a tty says where a code begins and ends.
//!
//! RS-232, CDC-ACM, USB bridges, Bluetooth SPP and pseudo-terminals all deliver bytes cut anywhere; [`LineDecoder`] finds
//! the messages in them. Invariant: frames do not depend on where reads were cut, and memory is bounded by `frame_max`.
//! Deliberately absent: line settings and opening the port (`source::serial`).

mod decoder;
#[cfg(test)]
mod table;

pub use decoder::LineDecoder;

/// How a serial scanner frames its codes; every key has a default, unknown keys are refused.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// What ends a code. Default `line`: CR, LF or CR LF, whichever comes.
    pub terminator: Terminator,
    /// Text before each code, taken off once if it is there. Default none.
    pub prefix: String,
    /// Text between a code and its terminator, taken off once if it is there. Default none.
    pub suffix: String,
    /// STX and ETX around each code, with or without a check byte. Default `none`; otherwise `terminator` is not used.
    pub envelope: Envelope,
    /// Bytes a code may have, prefix and suffix apart; a longer one is thrown away whole. Default 4,096.
    pub frame_max: usize,
    /// Silence that ends a code where nothing else does, milliseconds. Default 200.
    ///
    /// Gaps of 1 to 19 ms between characters were measured on five wedge scanners; 40 to 300 ms is what drivers in the
    /// field wait.
    pub gap_ms: u64,
    /// Silence after which half a code is given up, milliseconds. Default 2,000.
    pub partial_max_ms: u64,
    /// A code may have line ends inside (vCard, ISO/IEC 15434): only the last terminator before a silence of `gap_ms`
    /// counts. Default off; it delays every answer by `gap_ms` and joins codes that come faster.
    pub last_terminator_only: bool,
    /// What to do with what was waiting in the device before anybody listened. Default `discard`.
    pub stale: Stale,
    /// How long after opening a code may begin and still count as waiting, milliseconds. Default 0: only what the
    /// system held when the port was opened.
    pub stale_ms: u64,
}

impl Options {
    /// Default of [`Options::frame_max`], bytes: above any symbol in use (QR 40-L holds 2,953), below one page of memory.
    pub const FRAME_MAX: usize = 4096;
}

impl Default for Options {
    fn default() -> Self {
        Self {
            terminator: Terminator::default(),
            prefix: String::new(),
            suffix: String::new(),
            envelope: Envelope::default(),
            frame_max: Self::FRAME_MAX,
            gap_ms: 200,
            partial_max_ms: 2_000,
            last_terminator_only: false,
            stale: Stale::default(),
            stale_ms: 0,
        }
    }
}

/// What ends a code on a serial line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Terminator {
    /// CR, LF or CR LF, whichever comes; an empty line is nothing.
    #[default]
    Line,
    /// CR alone; LF belongs to the code.
    Cr,
    /// LF alone; CR belongs to the code.
    Lf,
    /// CR followed by LF; either alone belongs to the code.
    #[serde(rename = "crlf")]
    CrLf,
    /// ETX (0x03).
    Etx,
    /// Tab (0x09).
    Tab,
    /// Nothing: a silence of `gap_ms` ends the code.
    None,
}

impl Terminator {
    /// Its word in configurations and tapes.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Cr => "cr",
            Self::Lf => "lf",
            Self::CrLf => "crlf",
            Self::Etx => "etx",
            Self::Tab => "tab",
            Self::None => "none",
        }
    }
}

/// STX and ETX around a code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Envelope {
    /// Codes are not enclosed.
    #[default]
    None,
    /// STX code ETX.
    StxEtx,
    /// STX code ETX and one byte: the XOR of the code's bytes (Unitech).
    StxEtxBcc,
    /// STX code ETX and one byte: the XOR of the code's bytes and ETX.
    StxEtxBccOverEtx,
}

impl Envelope {
    /// Its word in configurations and tapes.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::StxEtx => "stx-etx",
            Self::StxEtxBcc => "stx-etx-bcc",
            Self::StxEtxBccOverEtx => "stx-etx-bcc-over-etx",
        }
    }
}

/// What to do with codes that waited in the device before the port was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stale {
    /// Throw them away, counted and shown: nobody saw an answer, so the person scans again.
    #[default]
    Discard,
    /// Deliver them marked as stale.
    Mark,
    /// Deliver them like any other.
    Accept,
}

impl Stale {
    /// Its word in configurations and tapes.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Discard => "discard",
            Self::Mark => "mark",
            Self::Accept => "accept",
        }
    }
}
