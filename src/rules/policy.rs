//! The rules of the place, as its keeper set them.
//!
//! Deliberately absent: reading the configuration, which hands a [`Policy`] in.

use std::time::Duration;

use super::{Cause, Mode};
use crate::domain::time::{LocalTime, Zone};
use crate::domain::{Role, StationKind};

/// How one station behaves.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// What the station is for.
    pub kind: StationKind,
    /// Each movement is booked on its scan (people walk away); otherwise a cart waits for DONE.
    pub self_service: bool,
    /// A session ends after this silence.
    pub session_idle: Duration,
    /// So long before its end silence is answered by a warning; zero where it is not.
    pub warning: Duration,
    /// Units wait this long for the badge of the person who takes them over.
    pub hand_over: Duration,
    /// A critical unit waits this long for its second proof.
    pub proof: Duration,
    /// The same unit on the same lane within this time is one scan.
    pub repeat: Duration,
    /// When a unit that goes out is due back.
    pub due: DueRule,
    /// The zone in which people read the clock.
    pub zone: Zone,
    /// Lines a cart may have.
    pub cart_max: usize,
    /// Pieces of a consumable that are taken at once, where its shelf says nothing else.
    pub take_max: i64,
    /// What our own tags begin with; the station fills it in.
    pub tag_prefix: String,
    /// What our badges and command cards begin with; the station fills it in.
    pub card_prefixes: [String; 2],
    /// What our places, numbers and jobs begin with; the station fills it in.
    pub code_prefixes: [String; 3],
    /// The station's name, for what is booked to nobody; the station fills it in.
    pub station: String,
    /// A refusal may be released within this time, and each step of releasing it within as much again.
    pub release: Duration,
    /// The least role that releases what [`Cause::lifted_by`](super::Cause::lifted_by) lets somebody release.
    pub release_role: Role,
    /// Causes that nobody releases here, by their words in the ledger.
    pub release_never: Vec<String>,
    /// UNDO asks first and is confirmed within this time; zero where it does it at once.
    pub undo_confirm: Duration,
}

/// When a unit that goes out is due back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DueRule {
    /// At the end of the shift: the next time the clock shows this.
    EndOfShift(LocalTime),
    /// After so many days, at the end of the shift.
    Days(u16, LocalTime),
    /// Never.
    Never,
}

impl Policy {
    /// How long a crib's session lasts without a scan (chosen).
    pub const CRIB_IDLE: Duration = Duration::from_secs(30);
    /// How long a desk's session lasts without a scan (chosen).
    pub const DESK_IDLE: Duration = Duration::from_secs(90);

    /// How long before its end a crib's session is warned of (chosen).
    pub const CRIB_WARNING: Duration = Duration::from_secs(10);
    /// How long before its end a desk's session is warned of (chosen).
    pub const DESK_WARNING: Duration = Duration::from_secs(15);

    /// How long a hand-over waits for the second badge (chosen).
    pub const HAND_OVER: Duration = Duration::from_secs(60);

    /// How long a critical unit waits for its second proof (chosen).
    pub const PROOF: Duration = Duration::from_secs(20);

    /// Pieces of a consumable at once (chosen: a packet).
    pub const TAKE_MAX: i64 = 200;
    /// How long a refusal may be released (chosen: the way to a keeper who stands by).
    pub const RELEASE: Duration = Duration::from_secs(30);

    /// How long UNDO at a desk waits to be confirmed (chosen).
    pub const UNDO_CONFIRM: Duration = Duration::from_secs(5);

    /// The starting values for a kind of station.
    #[must_use]
    pub fn of(kind: StationKind) -> Self {
        Self {
            kind,
            self_service: kind == StationKind::Crib,
            session_idle: if kind == StationKind::Crib { Self::CRIB_IDLE } else { Self::DESK_IDLE },
            warning: if kind == StationKind::Crib { Self::CRIB_WARNING } else { Self::DESK_WARNING },
            hand_over: Self::HAND_OVER,
            proof: Self::PROOF,
            repeat: Duration::from_secs(1),
            due: DueRule::EndOfShift(LocalTime::new(17, 0)),
            zone: Zone::system(),
            cart_max: 200,
            take_max: Self::TAKE_MAX,
            tag_prefix: String::new(),
            card_prefixes: Default::default(),
            code_prefixes: Default::default(),
            station: String::new(),
            release: Self::RELEASE,
            release_role: Role::Keeper,
            release_never: Vec::new(),
            undo_confirm: if kind == StationKind::Desk { Self::UNDO_CONFIRM } else { Duration::ZERO },
        }
    }

    /// What scanning a unit means to whoever is there, until a card says otherwise: a dock lends nothing by itself.
    #[must_use]
    pub fn first_mode(&self) -> Mode {
        if self.kind == StationKind::Dock { Mode::In } else { Mode::Auto }
    }

    /// Who may release what was refused for this cause; `None` if nobody.
    #[must_use]
    pub fn lifted_by(&self, cause: &Cause) -> Option<Role> {
        let least = cause.lifted_by().filter(|_| self.release_never.iter().all(|it| it != cause.word()))?;
        Some(least.max(self.release_role))
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::of(StationKind::Crib)
    }
}
