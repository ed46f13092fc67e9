//! Sums that tell whether units are as the events say, without holding one: the same memory for ten units and ten millions.
//!
//! Each value that an event tells of a unit is a number: a hash of unit, column and value with a key of this run. What
//! events tell is added, what they say was before and what the register has is taken away. A bucket of units whose sum is
//! not zero, or of which an event does not say what was before, is looked at closely (`closely`), which alone makes
//! findings. Deliberately absent: reading the register.

use std::hash::{BuildHasher as _, DefaultHasher, Hash, Hasher, RandomState};
use std::sync::LazyLock;

use super::thing::{TRACKING_AT_FIRST, Tell, Value};
use crate::domain::serial_number::key;
use crate::domain::{Ended, IdentifierKind};
use crate::store::number::Numbered as _;

/// Something differs, or the events do not say enough for a sum.
const CLOSELY: u8 = 1;
/// A purge took words.
const UNSAID: u8 = 2;
/// Something is told in words that are there.
const TOLD: u8 = 4;

/// The highest number of a unit or a model; beyond it the number itself is damage.
const NUMBER_MAX: i64 = 100_000_000;

/// The key of this run: sums that were taken in two threads fit each other.
static KEYS: LazyLock<RandomState> = LazyLock::new(RandomState::new);

/// Sums of units, or of models.
pub(super) struct Sums {
    /// A sum and its marks for each bucket; as many as there are numbers, up to `buckets_max`.
    buckets: Vec<(u64, u8)>,
    buckets_max: usize,
    /// The highest number that an event or the register has.
    highest: i64,
    /// Words are missing that may have been about any of them.
    swept: bool,
}

/// What a sum is made of, beside the columns.
#[derive(Hash)]
enum Term<'a> {
    Column(&'static str, Value<'a>),
    Bound(i64, &'a str, &'a str, i64),
    Ended(i64, &'a str, &'a str, i64),
}

impl Sums {
    /// Sums in that many buckets at most, which is a power of two.
    pub(super) fn new(buckets_max: usize) -> Self {
        debug_assert!(buckets_max.is_power_of_two());
        Self { buckets: Vec::new(), buckets_max, highest: 0, swept: false }
    }

    /// The bucket of a number; `None` if the number itself is damage.
    fn bucket(&mut self, id: i64) -> Option<&mut (u64, u8)> {
        let number = usize::try_from(id).ok().filter(|_| (1..=NUMBER_MAX).contains(&id))?;
        self.highest = self.highest.max(id);
        let place = number & (self.buckets_max - 1);
        if self.buckets.len() <= place {
            let last = if self.swept { UNSAID } else { 0 };
            self.buckets.resize(place + 1, (0, last));
        }
        self.buckets.get_mut(place)
    }

    /// Adds sums that were taken beside these.
    pub(super) fn add(&mut self, beside: &Self) {
        self.buckets.resize(self.buckets.len().max(beside.buckets.len()), (0, 0));
        for (own, (sum, marks)) in self.buckets.iter_mut().zip(&beside.buckets) {
            *own = (own.0.wrapping_add(*sum), own.1 | marks);
        }
        self.highest = self.highest.max(beside.highest);
        self.swept |= beside.swept;
        if self.swept {
            self.buckets.iter_mut().for_each(|it| it.1 |= UNSAID);
        }
    }

    fn change(&mut self, id: i64, by: u64, mark: u8) {
        if let Some(bucket) = self.bucket(id) {
            *bucket = (bucket.0.wrapping_add(by), bucket.1 | mark);
        }
    }

    fn take(&mut self, id: i64, term: &Term<'_>) {
        let hash = hash(id, term);
        if hash != 0 {
            self.change(id, hash.wrapping_neg(), 0);
        }
    }

    /// Adds what an event tells of one of them, written at that time.
    pub(super) fn tell(&mut self, id: i64, at: i64, tell: &Tell<'_>) {
        let added = match tell {
            Tell::Unsaid => return self.change(id, 0, UNSAID),
            Tell::Entered | Tell::Forgotten(_) => return,
            Tell::Column { name, before: Some(before), after } => {
                let [before, after] = [before, after].map(|it| hash(id, &Term::Column(name, *it)));
                after.wrapping_sub(before)
            }
            Tell::Bound { kind, raw } => hash(id, &Term::Bound(kind.number(), raw, &key(raw), at)),
            Tell::Ended { kind: Some(kind), raw, why } => {
                hash(id, &Term::Ended(kind.number(), &key(raw), why.word(), at))
            }
            Tell::Column { before: None, .. } | Tell::Ended { kind: None, .. } | Tell::Revived { .. } => {
                return self.change(id, 0, CLOSELY | TOLD);
            }
        };
        self.change(id, added, TOLD);
    }

    /// Words are missing that may have been about any of them.
    pub(super) fn sweep(&mut self) {
        if !self.swept {
            self.buckets.iter_mut().for_each(|it| it.1 |= UNSAID);
        }
        self.swept = true;
    }

    /// Takes away what the register has in a column.
    pub(super) fn has(&mut self, id: i64, name: &'static str, value: Value<'_>) {
        self.take(id, &Term::Column(name, value));
    }

    /// Takes away an identifier of the register, as it is looked up, and its end if it has one.
    pub(super) fn bears(
        &mut self,
        id: i64,
        (kind, raw, key, from): (i64, &str, &str, i64),
        ended: Option<(Ended, i64)>,
    ) {
        self.take(id, &Term::Bound(kind, raw, key, from));
        if let Some((why, until)) = ended {
            self.take(id, &Term::Ended(kind, key, why.word(), until));
        }
    }

    /// A row does not fit itself.
    pub(super) fn odd(&mut self, id: i64) {
        self.change(id, 0, CLOSELY);
    }

    /// The numbers that are to be looked at closely, bucket by bucket.
    pub(super) fn closely(&self) -> impl Iterator<Item = i64> {
        let max = i64::try_from(self.buckets_max).unwrap_or(i64::MAX);
        let of = move |place: usize| {
            let first = i64::try_from(place).unwrap_or(i64::MAX);
            (0..=self.highest / max).map(move |it| it * max + first).filter(|it| (1..=self.highest).contains(it))
        };
        (0..self.buckets.len()).filter(|it| self.buckets.get(*it).is_some_and(is_due)).flat_map(of)
    }

    /// Whether a number is one that can be.
    pub(super) fn counts(id: i64) -> bool {
        (1..=NUMBER_MAX).contains(&id)
    }
}

/// What a value of one of them counts in a sum; nothing if there is none.
fn hash(id: i64, term: &Term<'_>) -> u64 {
    if let Term::Column(name, value) = term
        && (value.is_empty() || (*name == "tracking" && *value == Value::Text(TRACKING_AT_FIRST)))
    {
        return 0;
    }
    let mut gathered = Gathered { hasher: KEYS.build_hasher(), bytes: [0; GATHERED_MAX], len: 0 };
    (id, term).hash(&mut gathered);
    gathered.finish()
}

/// Bytes that are gathered (chosen: an identifier with its look-up key).
const GATHERED_MAX: usize = 128;

/// Hashes the short pieces of a term together, in half of the time that it takes one by one.
struct Gathered {
    hasher: DefaultHasher,
    bytes: [u8; GATHERED_MAX],
    len: usize,
}

impl Hasher for Gathered {
    fn write(&mut self, piece: &[u8]) {
        if let Some(room) = self.bytes.get_mut(self.len..self.len + piece.len()) {
            room.copy_from_slice(piece);
            self.len += piece.len();
            return;
        }
        self.hasher.write(self.bytes.get(..self.len).unwrap_or_default());
        self.hasher.write(piece);
        self.len = 0;
    }

    fn finish(&self) -> u64 {
        let mut hasher = self.hasher.clone();
        hasher.write(self.bytes.get(..self.len).unwrap_or_default());
        hasher.finish()
    }
}

/// Where words are missing and nothing else is told, there is nothing to compare with.
fn is_due(bucket: &(u64, u8)) -> bool {
    let (sum, marks) = *bucket;
    marks & CLOSELY != 0 || if marks & UNSAID != 0 { marks & TOLD != 0 } else { sum != 0 }
}

/// A kind of identifier by its number, in words; any text for a number that is none.
pub(super) fn named(kind: i64) -> String {
    match IdentifierKind::of(kind) {
        Ok(IdentifierKind::SerialNumber) => "serial number".to_owned(),
        Ok(kind) => kind.word().to_owned(),
        Err(_) => format!("identifier of kind {kind}"),
    }
}
