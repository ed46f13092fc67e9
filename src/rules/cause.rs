//! Why the rules say no, or say "already": each cause is a value with a stable word for the ledger.
//!
//! The words for people are in `words`; the ledger keeps both.

use crate::domain::{Kind, Mapping, Role, UnitState};

use super::{Doubt, Hitch};

/// Why nothing moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A movement needs a person.
    BadgeFirst,
    /// Nobody bears this badge.
    UnknownBadge,
    /// The badge's bearer has left.
    InactiveBadge,
    /// Somebody else's session is open on this lane.
    OtherSession {
        /// Whose.
        name: String,
    },
    /// Another person has the unit.
    HeldByAnother {
        /// Who.
        name: String,
    },
    /// The person has it already.
    AlreadyOut,
    /// It is not out.
    AlreadyIn {
        /// Where it is, if known.
        place: Option<String>,
    },
    /// It is in the cart already.
    InCart,
    /// The same unit was scanned a moment ago.
    Repeat,
    /// Its state does not let it go out.
    NotLendable {
        /// The state.
        state: UnitState,
    },
    /// A case blocks it; the cause in a few words.
    Blocked {
        /// The cause.
        why: String,
    },
    /// The label was withdrawn or reported lost.
    EndedTag {
        /// Its live tag, if it has one.
        tag: Option<String>,
        /// `voided` or `lost`.
        how: &'static str,
    },
    /// Several units bear this number.
    WhichOfThese {
        /// Their tags, or their makers where they have none.
        labels: Vec<String>,
    },
    /// One picture showed symbols of several things.
    OneAtATime {
        /// Their labels.
        labels: Vec<String>,
    },
    /// A product's number, not a piece's.
    NamesAProduct {
        /// The product.
        model: String,
        /// Free units of it.
        free: u32,
    },
    /// A batch's number, not a piece's.
    NamesABatch {
        /// The batch.
        lot: String,
        /// Units of it.
        units: u32,
    },
    /// The label says otherwise than the record of the unit it leads to.
    Contradicts {
        /// What the label says.
        label: String,
        /// What the record says.
        record: String,
    },
    /// The code names one piece of a product or a batch, and that piece is not on record.
    UnknownPiece {
        /// The product, or the batch.
        of: String,
    },
    /// Nothing we know; set aside.
    Parked,
    /// Damaged, misread.
    Misread {
        /// What is wrong with it.
        reason: String,
    },
    /// A secret; not kept.
    Secret,
    /// The scanner said that it read nothing.
    NothingRead,
    /// No such card.
    UnknownCard {
        /// What it says.
        word: String,
    },
    /// There is nothing to take back.
    NothingToUndo,
    /// The unit has moved since.
    MovedSince {
        /// Its label.
        label: String,
        /// How it is now, in a few words.
        now: String,
    },
    /// The cart is full.
    CartFull {
        /// `cart_max`.
        cart_max: usize,
    },
    /// Nothing waits for DONE or CANCEL.
    NothingOpen,
    /// The person may look, not move.
    RoleNeeded,
    /// Found by a weaker rule: the same code again confirms.
    ConfirmWeak {
        /// What the rule left out.
        rule: &'static str,
    },
    /// It was recalled.
    Recalled {
        /// Why.
        why: String,
    },
    /// It is on hold.
    OnHold {
        /// Why.
        why: String,
    },
    /// Its calibration or inspection is over.
    Expired {
        /// Which.
        what: &'static str,
        /// Since when, as people say it.
        since: String,
    },
    /// Its calibration or inspection would be over before it is back.
    DueSoon {
        /// Which.
        what: &'static str,
        /// When, as people say it.
        when: String,
    },
    /// The person lacks a training.
    TrainingMissing {
        /// Which.
        training: String,
    },
    /// It is regulated, and the person has no licence, or one that is over.
    LicenceNeeded {
        /// Since when it is over, as people say it; `None` if they have none.
        since: Option<String>,
    },
    /// Somebody else is to have it.
    Reserved {
        /// Who.
        name: String,
        /// From when, as people say it.
        begins: String,
    },
    /// The person has as many as one may have.
    OverLimit {
        /// The limit.
        held_max: u32,
        /// Of what.
        category: String,
    },
    /// A job must be named first.
    JobFirst,
    /// A critical unit needs a second proof.
    ProofNeeded {
        /// Within so many seconds.
        seconds: u64,
        /// The other identifier that would prove it, if it bears one.
        other: Option<&'static str>,
    },
    /// It takes a second person.
    SecondPerson {
        /// Within so many seconds.
        seconds: u64,
    },
    /// A desk must know for whom.
    WhoFirst,
    /// Units wait for the other person's badge.
    HandOverOpen,
    /// The badge of somebody else is needed.
    WrongBadge {
        /// Whose; `None` if any but the own.
        name: Option<String>,
    },
    /// A bin must be scanned before what goes into it.
    PlaceFirst,
    /// The maker's plate must be scanned, not the tag.
    PlateNeeded,
    /// Tag and serial number must both be on record.
    MappingNotWhole {
        /// What is missing.
        mapping: Mapping,
    },
    /// This card does not apply to a unit in this state.
    NoWay {
        /// The card's word.
        card: &'static str,
        /// The state.
        state: UnitState,
    },
    /// A card of another station.
    CardElsewhere {
        /// Its word.
        word: &'static str,
    },
    /// The card needs a stronger role.
    CardRole {
        /// The card's word.
        word: &'static str,
        /// The least role.
        role: Role,
    },
    /// Regulated, and nobody can tell which one it is: no serial number is on record.
    NumberNeeded,
    /// It bears no live tag that could be lost.
    NoTag,
    /// The person has as many things as they may have.
    OverOwnLimit {
        /// The limit.
        held_max: u32,
        /// Who.
        name: String,
    },
    /// Something about labels, kits or shelves.
    Doubt(Doubt),
    /// A step beside the movements does not go on.
    Hitch(Hitch),
    /// A location's code that is not on record.
    UnknownPlace {
        /// What it says.
        label: String,
    },
    /// A code of this kind means nothing at this moment.
    NotNow {
        /// Its kind.
        kind: Kind,
    },
}

impl Cause {
    /// The word of [`Cause::HeldByAnother`]: TAKE releases it, not OVERRIDE.
    pub const HELD_BY_ANOTHER: &'static str = "held-by-another";

    /// The stable word for the ledger.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::BadgeFirst => "badge-first",
            Self::UnknownBadge => "unknown-badge",
            Self::InactiveBadge => "inactive-badge",
            Self::OtherSession { .. } => "other-session",
            Self::HeldByAnother { .. } => Self::HELD_BY_ANOTHER,
            Self::AlreadyOut => "already-out",
            Self::AlreadyIn { .. } => "already-in",
            Self::InCart => "in-cart",
            Self::Repeat => "repeat",
            Self::NotLendable { .. } => "not-lendable",
            Self::Blocked { .. } => "blocked",
            Self::EndedTag { .. } => "ended-tag",
            Self::WhichOfThese { .. } => "which-of-these",
            Self::OneAtATime { .. } => "one-at-a-time",
            Self::NamesAProduct { .. } => "names-a-product",
            Self::NamesABatch { .. } => "names-a-batch",
            Self::Contradicts { .. } => "contradiction",
            Self::UnknownPiece { .. } => "unknown-piece",
            Self::Parked => "unknown-code",
            Self::Misread { .. } => "misread",
            Self::Secret => "secret",
            Self::NothingRead => "nothing-read",
            Self::UnknownCard { .. } => "unknown-card",
            Self::NothingToUndo => "nothing-to-undo",
            Self::MovedSince { .. } => "moved-since",
            Self::CartFull { .. } => "cart-full",
            Self::NothingOpen => "nothing-open",
            Self::RoleNeeded => "role-needed",
            Self::ConfirmWeak { .. } => "confirm-weak-match",
            Self::Recalled { .. } => "recalled",
            Self::OnHold { .. } => "on-hold",
            Self::Expired { .. } => "expired",
            Self::DueSoon { .. } => "due-soon",
            Self::TrainingMissing { .. } => "training-missing",
            Self::LicenceNeeded { since: None } => "licence-missing",
            Self::LicenceNeeded { .. } => "licence-expired",
            Self::NumberNeeded => "number-missing",
            Self::Reserved { .. } => "reserved",
            Self::OverLimit { .. } => "over-limit",
            Self::JobFirst => "job-first",
            Self::ProofNeeded { .. } => "second-proof",
            Self::SecondPerson { .. } => "second-person",
            Self::WhoFirst => "who-first",
            Self::HandOverOpen => "hand-over-open",
            Self::WrongBadge { .. } => "wrong-badge",
            Self::PlaceFirst => "place-first",
            Self::PlateNeeded => "plate-needed",
            Self::MappingNotWhole { .. } => "mapping-not-whole",
            Self::NoWay { .. } => "no-transition",
            Self::CardElsewhere { .. } => "card-elsewhere",
            Self::CardRole { .. } => "card-role",
            Self::NoTag => "no-tag",
            Self::OverOwnLimit { .. } => "over-own-limit",
            Self::Doubt(doubt) => doubt.word(),
            Self::Hitch(hitch) => hitch.word(),
            Self::UnknownPlace { .. } => "unknown-place",
            Self::NotNow { .. } => "not-now",
        }
    }

    /// Whether it is a question about what was scanned, which is booked once it is answered.
    #[must_use]
    pub const fn asks(&self) -> bool {
        matches!(
            self,
            Self::ProofNeeded { .. }
                | Self::SecondPerson { .. }
                | Self::ConfirmWeak { .. }
                | Self::Doubt(Doubt::TypedOnce)
                | Self::Hitch(Hitch::ConfirmUndo { .. } | Hitch::CartOpen { .. })
        )
    }

    /// Who may lift what stands against lending; `None` where nobody may, or nothing has to be lifted.
    #[must_use]
    pub fn lifted_by(&self) -> Option<Role> {
        let keeper = [
            "on-hold",
            "due-soon",
            "training-missing",
            "reserved",
            "over-limit",
            "over-own-limit",
            "blocked",
            "not-lendable",
            Self::HELD_BY_ANOTHER,
        ];
        keeper.contains(&self.word()).then_some(Role::Keeper)
    }
}
