//! Who has custody: a person, or a place that stands for one (custodian in property management).
//!
//! A holder is named by a badge, and a badge names one holder only; what they may do is their role.
//! Deliberately absent: sessions, which are `rules`, and passwords, which are `http`.

use std::fmt;

/// Numbers a holder in the register.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct HolderId(pub i64);

/// What a person may do here, weakest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// May look; serial numbers stay masked.
    #[default]
    Viewer,
    /// May take out and bring back.
    Operator,
    /// May print and bind tags.
    Tagger,
    /// May run audits.
    Auditor,
    /// Keeps the crib: corrections, overrides.
    Keeper,
    /// Everything, users included.
    Admin,
}

impl Role {
    /// All roles, weakest first.
    pub const ALL: [Self; 6] = [Self::Viewer, Self::Operator, Self::Tagger, Self::Auditor, Self::Keeper, Self::Admin];

    /// The word for it in files, in the store and on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Tagger => "tagger",
            Self::Auditor => "auditor",
            Self::Keeper => "keeper",
            Self::Admin => "admin",
        }
    }

    /// The role of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }

    /// Whether serial numbers of the record are shown unmasked.
    #[must_use]
    pub fn sees_serial_numbers(self) -> bool {
        self >= Self::Operator
    }
}

impl fmt::Display for Role {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.word())
    }
}

/// A person, or a place that stands for one, as the register knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Its number in the register.
    pub id: HolderId,
    /// The name people use.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// False once they have left; an inactive badge opens nothing.
    pub active: bool,
    /// How many units they hold now.
    pub held: u32,
    /// How many of those are past their due time.
    pub overdue: u32,
    /// What they left in a cart, not booked; read only when their badge is scanned.
    pub left_behind: Vec<super::Line>,
    /// Their trainings; read only when their badge is scanned.
    pub trained: Vec<super::Training>,
    /// Their licence for regulated things.
    pub licence: Option<super::Licence>,
    /// Units that they may have at one time; `None` without a limit of their own.
    pub held_max: Option<u32>,
    /// How many of what they hold must be calibrated or inspected within a week; read only when their badge is scanned.
    pub check_due: u32,
    /// Stolen units that were scanned since they were said to be; read only when a keeper's badge is scanned.
    pub stolen_seen: Vec<String>,
}
