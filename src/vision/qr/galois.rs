//! Reed-Solomon over GF(256) with the QR polynomial x^8 + x^4 + x^3 + x^2 + 1 (ISO/IEC 18004 §7.5).
//!
//! Corrects errors at unknown places and erasures at known ones, by Euclid's algorithm and Forney's formula.
//! Invariant: what [`correct`] accepts has no syndrome left; what it refuses is to be thrown away.
//! Deliberately absent: how many corrections are to be believed, which `symbol.rs` decides.

/// Powers of the generator (twice over, to add exponents without a remainder) and their logarithms.
const TABLES: ([u8; 512], [u8; 256]) = tables();

#[allow(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "evaluated by the compiler only: a wrong index would not build"
)]
const fn tables() -> ([u8; 512], [u8; 256]) {
    let mut powers = [0u8; 512];
    let mut logs = [0u8; 256];
    let mut value = 1usize;
    let mut exponent = 0usize;
    while exponent < 255 {
        powers[exponent] = value as u8;
        powers[exponent + 255] = value as u8;
        logs[value] = exponent as u8;
        value <<= 1;
        if value & 0x100 != 0 {
            value ^= 0x11D;
        }
        exponent += 1;
    }
    powers[510] = powers[0];
    powers[511] = powers[1];
    (powers, logs)
}

#[inline]
fn power(exponent: usize) -> u8 {
    TABLES.0.get(exponent).copied().unwrap_or(0)
}

#[inline]
fn log(value: u8) -> usize {
    usize::from(TABLES.1.get(usize::from(value)).copied().unwrap_or(0))
}

#[inline]
fn multiply(a: u8, b: u8) -> u8 {
    if a == 0 || b == 0 { 0 } else { power(log(a) + log(b)) }
}

#[inline]
fn inverse(value: u8) -> u8 {
    power(255 - log(value))
}

/// A polynomial, lowest power first.
#[derive(Clone)]
pub(crate) struct Polynomial(Vec<u8>);

impl Polynomial {
    fn at(&self, power: usize) -> u8 {
        self.0.get(power).copied().unwrap_or(0)
    }

    fn degree(&self) -> Option<usize> {
        self.0.iter().rposition(|it| *it != 0)
    }

    fn value(&self, x: u8) -> u8 {
        self.0.iter().rev().fold(0, |sum, it| multiply(sum, x) ^ it)
    }

    fn times(&self, other: &Self) -> Self {
        let mut product = vec![0u8; self.0.len() + other.0.len() - 1];
        for (shift, a) in self.0.iter().enumerate().filter(|(_, it)| **it != 0) {
            for (slot, b) in product.iter_mut().skip(shift).zip(&other.0) {
                *slot ^= multiply(*a, *b);
            }
        }
        Self(product)
    }

    /// Adds `factor * other * x^shift`; what would lie beyond the end is dropped.
    fn add(&mut self, other: &Self, factor: u8, shift: usize) {
        for (slot, it) in self.0.iter_mut().skip(shift).zip(&other.0) {
            *slot ^= multiply(factor, *it);
        }
    }

    fn scaled(&self, factor: u8) -> Self {
        Self(self.0.iter().map(|it| multiply(*it, factor)).collect())
    }

    fn derivative(&self) -> Self {
        Self(self.0.iter().enumerate().skip(1).map(|(at, it)| if at % 2 == 1 { *it } else { 0 }).collect())
    }
}

/// What is left when the block is divided by the code; `None` if nothing: the block is whole.
pub(crate) fn syndromes(block: &[u8], parity: usize) -> Option<Polynomial> {
    let sums: Vec<u8> = (0..parity)
        .map(|root| block.iter().fold(0u8, |sum, it| if sum == 0 { *it } else { power(log(sum) + root) ^ it }))
        .collect();
    sums.iter().any(|it| *it != 0).then_some(Polynomial(sums))
}

/// How a block was corrected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Corrected {
    /// Bytes changed.
    pub(crate) changed: usize,
    /// Of those, bytes that were not named as erased.
    pub(crate) unforeseen: usize,
}

/// Corrects a block in place, given its syndromes; `erased` holds places in the block that are not to be trusted.
///
/// Gives up, before the costly search for the places of errors, if there are more than `errors_max` beside the erasures.
pub(crate) fn correct(
    block: &mut [u8],
    syndromes: &Polynomial,
    erased: &[usize],
    errors_max: usize,
) -> Option<Corrected> {
    let parity = syndromes.0.len();
    let length = block.len();
    if erased.len() > parity || length > 255 {
        return None;
    }
    let mut known = Polynomial(vec![1]);
    for place in erased {
        known = known.times(&Polynomial(vec![1, power(length.checked_sub(1 + place)?)]));
    }
    let mut modified = syndromes.times(&known);
    modified.0.truncate(parity);
    let (locator, evaluator) = euclid(modified, parity, erased.len())?;
    if locator.degree()? > errors_max {
        return None;
    }
    let locator = locator.times(&known);
    let expected = locator.degree().filter(|it| *it > 0)?;
    let slope = locator.derivative();
    let mut corrected = Corrected { changed: 0, unforeseen: 0 };
    let mut roots = 0;
    for (place, byte) in block.iter_mut().enumerate() {
        let exponent = length - 1 - place;
        let x = power(255 - exponent);
        if locator.value(x) != 0 {
            continue;
        }
        roots += 1;
        let divisor = slope.value(x);
        if divisor == 0 {
            return None;
        }
        let error = multiply(multiply(evaluator.value(x), inverse(divisor)), power(exponent));
        if error != 0 {
            corrected.changed += 1;
            corrected.unforeseen += usize::from(!erased.contains(&place));
            *byte ^= error;
        }
    }
    (roots == expected && self::syndromes(block, parity).is_none()).then_some(corrected)
}

/// The error locator and evaluator (Sugiyama's use of Euclid's algorithm).
fn euclid(modified: Polynomial, parity: usize, erased: usize) -> Option<(Polynomial, Polynomial)> {
    let mut r0 = Polynomial(vec![0; parity + 1]);
    *r0.0.last_mut()? = 1;
    let mut r1 = modified;
    r1.0.resize(parity + 1, 0);
    let mut t0 = Polynomial(vec![0; parity + 2]);
    let mut t1 = t0.clone();
    *t1.0.first_mut()? = 1;
    let limit = usize::midpoint(parity, erased);
    while let Some(degree) = r1.degree().filter(|it| *it >= limit) {
        let lead = inverse(r1.at(degree));
        while let Some(high) = r0.degree().filter(|it| *it >= degree) {
            let factor = multiply(r0.at(high), lead);
            r0.add(&r1, factor, high - degree);
            t0.add(&t1, factor, high - degree);
        }
        std::mem::swap(&mut r0, &mut r1);
        std::mem::swap(&mut t0, &mut t1);
    }
    let constant = t1.at(0);
    (constant != 0).then(|| (t1.scaled(inverse(constant)), r1.scaled(inverse(constant))))
}

#[cfg(test)]
mod tests {
    use super::{Corrected, correct, multiply, power, syndromes};

    /// Encodes by long division, the textbook way.
    fn encoded(message: &[u8], parity: usize) -> Vec<u8> {
        let mut generator = vec![1u8];
        for root in 0..parity {
            let mut next = vec![0u8; generator.len() + 1];
            for (at, it) in generator.iter().enumerate() {
                next[at] ^= it;
                next[at + 1] ^= multiply(*it, power(root));
            }
            generator = next;
        }
        let mut rest = message.to_vec();
        rest.resize(message.len() + parity, 0);
        for at in 0..message.len() {
            let factor = rest[at];
            for (shift, it) in generator.iter().enumerate() {
                rest[at + shift] ^= multiply(*it, factor);
            }
        }
        [message, &rest[message.len()..]].concat()
    }

    #[track_caller]
    fn check(errors: &[usize], erased: &[usize], expected: Option<Corrected>) {
        let message: Vec<u8> = (0..20).map(|it| it * 11 + 3).collect();
        let whole = encoded(&message, 10);
        let mut block = whole.clone();
        for place in errors {
            block[*place] ^= 0x5A;
        }
        let found = match syndromes(&block, 10) {
            Some(it) => correct(&mut block, &it, erased, 5),
            None => Some(Corrected { changed: 0, unforeseen: 0 }),
        };
        assert_eq!(found, expected, "errors {errors:?}, erased {erased:?}");
        if found.is_some() {
            assert_eq!(block, whole, "errors {errors:?}, erased {erased:?}");
        }
    }

    #[test]
    fn the_example_of_the_standard_is_whole() {
        // ISO/IEC 18004 annex I: "01234567" in a version 1-M symbol.
        let message = [0x10, 0x20, 0x0C, 0x56, 0x61, 0x80, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11];
        let parity = [0xA5, 0x24, 0xD4, 0xC1, 0xED, 0x36, 0xC7, 0x87, 0x2C, 0x55];
        assert_eq!(encoded(&message, 10)[16..], parity);
        assert!(syndromes(&[message.as_slice(), &parity].concat(), 10).is_none());
    }

    #[test]
    fn errors_cost_two_parity_bytes_and_erasures_one() {
        let corrected = |changed, unforeseen| Some(Corrected { changed, unforeseen });
        check(&[], &[], corrected(0, 0));
        check(&[0], &[], corrected(1, 1));
        check(&[0, 7, 12, 20, 29], &[], corrected(5, 5));
        check(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], corrected(10, 0));
        check(&[0, 1, 2, 3, 28, 29], &[0, 1, 2, 3, 10], corrected(6, 2));
        check(&[1, 2, 3], &[9, 10], corrected(3, 3));
    }

    #[test]
    fn more_errors_than_the_code_can_bear_are_refused_or_at_least_not_taken_for_whole() {
        let message: Vec<u8> = (0..20).collect();
        let mut block = encoded(&message, 10);
        for byte in block.iter_mut().take(8) {
            *byte = !*byte;
        }
        let rest = syndromes(&block, 10).unwrap();
        assert!(correct(&mut block, &rest, &[], 5).is_none_or(|it| it.changed <= 5));
        assert_eq!(correct(&mut block, &rest, &[], 0), None);
    }
}
