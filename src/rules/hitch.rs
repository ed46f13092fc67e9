//! Why a step beside the movements does not go on: releasing, proving, taking back, showing, opening a lane.
//!
//! As with every cause, each is a value with a stable word for the ledger; the words for people are in `words`.
//! Deliberately absent: what keeps a unit from going out, which is in `cause`.

use crate::domain::{PinCheck, Role};

/// Why a step does not go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hitch {
    /// Nothing that may be released was refused a moment ago.
    NothingRefused,
    /// The badge of somebody of another role is asked for.
    BadgeRole {
        /// The card that asks.
        card: &'static str,
        /// The least role.
        role: Role,
        /// Whose badge was read.
        name: String,
    },
    /// Whoever releases says why.
    ReasonNeeded {
        /// The card that says it.
        card: &'static str,
    },
    /// The number typed proves nothing.
    PinRefused {
        /// Why.
        check: PinCheck,
    },
    /// The time for the second proof is over.
    ProofLate,
    /// Somebody else's cart is open; their badge again makes it theirs.
    CartOpen {
        /// Whose it is.
        from: String,
        /// Whose it would be.
        to: String,
    },
    /// UNDO asks before it does it.
    ConfirmUndo {
        /// What would be taken back.
        what: String,
    },
    /// The unit had no place before that one.
    NoPlaceBefore {
        /// Its label.
        label: String,
    },
    /// The file of a still is not in the store's folder.
    NoSuchStill,
    /// A still that shows nothing: no damage was told, and no code was set aside just before.
    NothingToShow,
    /// A bin that is not for damaged things.
    NotQuarantine {
        /// The bin.
        place: String,
    },
    /// Our own tag in the signs of another keyboard.
    Layout,
    /// Our own badge or card with capital and small letters swapped, or in the signs of another keyboard.
    CapsLock,
    /// There is no unit whose label could be printed.
    NothingToPrint,
    /// Another label than the one that was printed is on the thing.
    WrongLabel {
        /// The tag of the one that is waited for.
        tag: String,
    },
    /// It lies in the own cart, so it is not put away yet.
    InOwnCart,
    /// Lines of the cart ask for a job, and none was named.
    JobMissing {
        /// Their labels.
        labels: Vec<String>,
    },
    /// As many lanes are in use as there may be.
    LanesFull {
        /// The limit.
        lanes_max: usize,
    },
}

impl Hitch {
    /// The stable word for the ledger.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::NothingRefused => "nothing-refused",
            Self::BadgeRole { .. } => "badge-role",
            Self::ReasonNeeded { .. } => "reason-needed",
            Self::PinRefused { check: PinCheck::Stray } => "pin-not-asked",
            Self::PinRefused { .. } => "wrong-pin",
            Self::ProofLate => "proof-late",
            Self::CartOpen { .. } => "cart-open",
            Self::ConfirmUndo { .. } => "confirm-undo",
            Self::NoPlaceBefore { .. } => "no-place-before",
            Self::NoSuchStill => "no-such-still",
            Self::NothingToShow => "nothing-to-show",
            Self::NotQuarantine { .. } => "not-quarantine",
            Self::Layout => "layout",
            Self::CapsLock => "caps-lock",
            Self::NothingToPrint => "nothing-to-print",
            Self::WrongLabel { .. } => "wrong-label",
            Self::InOwnCart => "in-own-cart",
            Self::JobMissing { .. } => "job-first",
            Self::LanesFull { .. } => "lanes-full",
        }
    }
}
