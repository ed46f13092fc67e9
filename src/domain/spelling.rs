//! Words that somebody misspelt: how far one is from another, and the known one that was meant.
//!
//! What is found is only ever named ("did you mean"), never taken.
//! Deliberately absent: numbers of things, whose near twins follow other rules (`twin`).

/// How many characters must be put in, taken out, changed or swapped with their neighbour to make one text the other.
#[must_use]
pub fn edits(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (row, left) in one.iter().enumerate() {
        let mut line = vec![row + 1];
        for (column, right) in other.iter().enumerate() {
            let at = |line: &[usize], place: usize| line.get(place).copied().unwrap_or(usize::MAX / 2);
            let changed = at(&last, column) + usize::from(left != right);
            let mut best = changed.min(at(&last, column + 1) + 1).min(at(&line, column) + 1);
            let swapped =
                row > 0 && column > 0 && one.get(row - 1) == Some(right) && other.get(column - 1) == Some(left);
            if swapped {
                best = best.min(at(&before, column - 1) + 1);
            }
            line.push(best);
        }
        before = std::mem::replace(&mut last, line);
    }
    last.last().copied().unwrap_or_default()
}

/// Characters that two words must begin with alike to be forms of one: `purchase` and `purchased` (chosen).
const STEM_MIN: usize = 5;

/// Characters of a word that is looked at; a longer one is no misspelt name.
const WORD_MAX: usize = 64;

/// The known word that was meant by one with `_` between its parts: the whole in which it is a part, the least edits, the
/// same beginning; `None` if none is near.
#[must_use]
pub fn nearest<'known>(word: &str, known: &[&'known str]) -> Option<&'known str> {
    let length = word.chars().count();
    if length > WORD_MAX {
        return None;
    }
    let parts =
        |it: &str, of: &str| it.split('_').filter(|it| it.len() > 2).any(|part| of.split('_').any(|it| it == part));
    let stem = |it: &str| word.chars().zip(it.chars()).take_while(|(a, b)| a == b).count();
    let distance = |it: &str| {
        let edits = edits(word, it);
        let near = if edits * 3 <= length.max(it.chars().count()) { Some(edits) } else { None };
        let related = if parts(word, it) { Some(2) } else { None };
        let stemmed = if stem(it) >= STEM_MIN { Some(3) } else { None };
        [near, related, stemmed].into_iter().flatten().min().map(|least| (least, edits))
    };
    known.iter().filter_map(|it| Some((distance(it)?, *it))).min_by_key(|it| it.0).map(|it| it.1)
}

/// Whether a character steers what shows it and is not shown itself: a control character, an end of a line, or one that
/// turns the reading direction.
#[must_use]
pub fn steers(it: char) -> bool {
    it.is_control() || matches!(it, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_counted() {
        assert_eq!(
            [edits("", "abc"), edits("abc", "acb"), edits("kitten", "sitting"), edits("same", "same")],
            [3, 1, 3, 0]
        );
    }

    #[test]
    fn the_word_that_was_meant_is_found_and_none_where_none_is_near() {
        let known = ["tag", "serial_number", "maker", "model", "quantity", "on_hold", "calibration_due", "purchased"];
        let check = |word: &str, expected: Option<&str>| assert_eq!(nearest(word, &known), expected, "{word}");
        check("serial", Some("serial_number"));
        check("seriel_number", Some("serial_number"));
        check("serialnumber", Some("serial_number"));
        check("number", Some("serial_number"));
        check("tga", Some("tag"));
        check("modle", Some("model"));
        check("hold", Some("on_hold"));
        check("calibration", Some("calibration_due"));
        check("purchase_date", Some("purchased"));
        check("quantitiy", Some("quantity"));
        check("colour", None);
        check("x", None);
        check("", None);
        check(&"tag".repeat(100), None);
    }
}
