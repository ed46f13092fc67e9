//! North American coupons, AI (8110) and (8112): a string of numbers, each with its length in front.
//!
//! Written from the coupon application guideline of GS1 US; the station only needs to know whether one is whole.
//! Deliberately absent: their meaning.

use super::date;
use super::lint::{company_prefix, demand, digits};

struct Reader<'t>(&'t str);

impl<'t> Reader<'t> {
    fn take(&mut self, length: usize) -> Result<&'t str, &'static str> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or("the coupon is cut short")?;
        self.0 = rest;
        Ok(taken)
    }

    /// One digit that must be one of `allowed`.
    fn choice(&mut self, allowed: &str) -> Result<usize, &'static str> {
        let taken = self.take(1)?;
        demand(allowed.contains(taken), "the coupon has a digit that is not allowed at its place")?;
        taken.parse().map_err(|_| "the coupon has a character that is not a digit")
    }

    /// A length digit among `allowed`, then as many digits and `more`.
    fn counted(&mut self, allowed: &str, more: usize) -> Result<&'t str, &'static str> {
        let length = self.choice(allowed)?;
        self.take(length + more)
    }

    fn option(&mut self, number: char) -> bool {
        let rest = self.0.strip_prefix(number);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    /// A requirement: value with its length, kind of requirement, family.
    fn requirement(&mut self) -> Result<(), &'static str> {
        self.counted("12345", 0)?;
        self.choice("012349")?;
        self.take(3).map(|_| ())
    }

    /// A company prefix with its length; 9 stands for the one of the first purchase.
    fn other_company(&mut self) -> Result<(), &'static str> {
        match self.choice("01234569")? {
            9 => Ok(()),
            length => company_prefix(self.take(length + 6)?),
        }
    }
}

/// Checks a coupon of AI (8110).
pub(super) fn check_code(text: &str, year: i16) -> Result<(), &'static str> {
    demand(digits(text), "the coupon has a character that is not a digit")?;
    let mut it = Reader(text);
    company_prefix(it.counted("0123456", 6)?)?;
    it.take(6)?;
    it.counted("12345", 0)?;
    it.requirement()?;
    if it.option('1') {
        it.choice("0123")?;
        it.requirement()?;
        it.other_company()?;
    }
    if it.option('2') {
        it.requirement()?;
        it.other_company()?;
    }
    let mut expiry = None;
    if it.option('3') {
        let end = it.take(6)?;
        date::check_short(end, year, false)?;
        expiry = Some(end);
    }
    if it.option('4') {
        let start = it.take(6)?;
        date::check_short(start, year, false)?;
        demand(expiry.is_none_or(|end| start <= end), "the coupon ends before it starts")?;
    }
    if it.option('5') {
        it.counted("0123456789", 6)?;
    }
    if it.option('6') {
        company_prefix(it.counted("1234567", 6)?)?;
    }
    if it.option('9') {
        it.choice("01256")?;
        it.choice("012")?;
        it.take(1)?;
        it.choice("01")?;
    }
    demand(it.0.is_empty(), "the coupon has more than it should")
}

/// Checks a coupon of AI (8112).
pub(super) fn check_positive_offer(text: &str) -> Result<(), &'static str> {
    demand(digits(text), "the coupon has a character that is not a digit")?;
    let mut it = Reader(text);
    it.choice("01")?;
    it.counted("0123456", 6)?;
    it.take(6)?;
    it.counted("0123456789", 6)?;
    demand(it.0.is_empty(), "the coupon has more than it should")
}
