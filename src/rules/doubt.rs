//! Causes about labels, mappings, kits and shelves: what was read does not fit what is on record, or is not enough.
//!
//! They are causes like all others, kept apart because they grew together.
//! Deliberately absent: their words for people, which are in `words`.

use crate::domain::Kind;

/// Why nothing was bound, counted or taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// Tag and plate of different units were read from one thing.
    Conflict,
    /// A case about its tag and its plate is open.
    CaseOpen,
    /// A tag or a serial number is on another unit already.
    Duplicate {
        /// How to call the other unit.
        label: String,
    },
    /// The tag of another thing, while the one before is not bound.
    NextThing {
        /// How to call the other thing.
        label: String,
    },
    /// The plate does not say what is on record.
    ReadingDiffers {
        /// How to call the unit.
        label: String,
    },
    /// The unit bears a tag already.
    HasTag {
        /// The tag.
        tag: String,
    },
    /// Neither the tag nor the plate leads to a unit.
    NeitherKnown,
    /// Half of a pair was read.
    PairOpen,
    /// The tag can be read.
    TagReads,
    /// It was typed once.
    TypedOnce,
    /// What was typed the second time differs.
    TypedOtherwise,
    /// As many IMEIs as a phone has were read for the pair.
    ImeisRead {
        /// The limit.
        imei_max: usize,
    },
    /// An identity of another kind.
    WrongKind {
        /// Its kind.
        kind: Kind,
    },
    /// The register refuses to bind it, with its sentence.
    Unbindable {
        /// The sentence.
        why: String,
    },
    /// A number that counts nothing.
    NotACount,
    /// More than anybody takes at once.
    TooMany {
        /// The limit.
        take_max: i64,
    },
    /// The shelf holds less.
    Short {
        /// What it holds.
        left: i64,
        /// What lies there.
        what: String,
    },
    /// No kit that comes back has this part.
    NotInKit,
}

impl Doubt {
    /// The stable word for the ledger.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Conflict => "mapping-conflict",
            Self::CaseOpen => "case-open",
            Self::Duplicate { .. } => "duplicate",
            Self::NextThing { .. } => "next-thing",
            Self::ReadingDiffers { .. } => "reading-differs",
            Self::HasTag { .. } => "has-tag",
            Self::NeitherKnown => "neither-known",
            Self::PairOpen => "pair-open",
            Self::TagReads => "tag-reads",
            Self::TypedOnce => "typed-once",
            Self::TypedOtherwise => "typed-otherwise",
            Self::ImeisRead { .. } => "imeis-read",
            Self::WrongKind { .. } => "wrong-kind",
            Self::Unbindable { .. } => "unbindable",
            Self::NotACount => "not-a-count",
            Self::TooMany { .. } => "too-many",
            Self::Short { .. } => "short",
            Self::NotInKit => "not-in-kit",
        }
    }
}
