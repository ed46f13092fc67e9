//! Near twins: numbers that a person or a worn label turns into one another.
//!
//! A twin is only ever shown ("did you mean"), never taken. Texts are look-up keys (`serial_number::key`), so capitals.
//! Deliberately absent: asking which twins exist, which `store` does.

/// Shortest text that has twins; of a shorter one nearly everything would be.
pub const TWIN_MIN: usize = 5;

/// Longest text of which one edit is tried at every place; of a longer one only look-alikes and swaps (chosen: the
/// longest serial number of a maker we have rules for has 20 characters).
pub const EDITED_MAX: usize = 24;

/// Spellings of one text by look-alikes alone: six doubtful places, two readings each.
const ALIKE_MAX: usize = 64;

/// A letter and the digit it is read as, and the other way round.
const LOOK_ALIKE: &[(char, char)] = &[('O', '0'), ('I', '1'), ('B', '8'), ('S', '5'), ('Z', '2')];

/// What a text may have been before it was misread or mistyped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Twins {
    /// By letters and digits that look alike, and by two neighbours swapped.
    pub alike: Vec<String>,
    /// By one character changed, left out or put in.
    pub edited: Vec<String>,
}

/// The twins of a look-up key; their number is bounded by its length, at most 1,914.
#[must_use]
pub fn twins(key: &str) -> Twins {
    let characters: Vec<char> = key.chars().collect();
    let plain = |it: &char| it.is_ascii_alphanumeric() || matches!(it, '-' | '.' | '/' | '_' | ' ');
    if characters.len() < TWIN_MIN || !characters.iter().all(plain) {
        return Twins::default();
    }
    let mut alike = readings(&characters);
    alike.extend(swaps(&characters));
    let edited = if characters.len() <= EDITED_MAX { edits(&characters) } else { Vec::new() };
    Twins { alike, edited }
}

/// The key without separators, its letters read as the digits they look like, leading zeros left out: equal for a
/// number, its weaker forms and its look-alikes. The store indexes the same.
#[must_use]
pub fn folded(key: &str) -> String {
    let read = |it: char| LOOK_ALIKE.iter().find(|(letter, _)| *letter == it).map_or(it, |(_, digit)| *digit);
    let bare: String = key.chars().filter(|it| !matches!(it, '-' | ' ' | '.' | '/' | '_')).map(read).collect();
    bare.trim_start_matches('0').to_owned()
}

fn other(found: char) -> Option<char> {
    LOOK_ALIKE.iter().find_map(|(letter, digit)| match found {
        it if it == *letter => Some(*digit),
        it if it == *digit => Some(*letter),
        _ => None,
    })
}

/// All letters as digits, all digits as letters, and each doubtful place by itself or with the others, up to a limit.
fn readings(characters: &[char]) -> Vec<String> {
    let doubtful: Vec<usize> =
        (0..characters.len()).filter(|at| characters.get(*at).copied().and_then(other).is_some()).collect();
    let flipped = |chosen: &dyn Fn(usize) -> bool| -> String {
        let flip = |(at, it): (usize, &char)| if chosen(at) { other(*it).unwrap_or(*it) } else { *it };
        characters.iter().enumerate().map(flip).collect()
    };
    let mut found = vec![
        flipped(&|at| characters.get(at).is_some_and(char::is_ascii_alphabetic)),
        flipped(&|at| characters.get(at).is_some_and(char::is_ascii_digit)),
    ];
    found.extend(doubtful.iter().map(|only| flipped(&|at| at == *only)));
    let places = doubtful.len().min(ALIKE_MAX.ilog2().try_into().unwrap_or(0));
    for choice in 1..1_usize << places {
        let chosen =
            |at: usize| doubtful.iter().take(places).position(|it| *it == at).is_some_and(|bit| choice >> bit & 1 == 1);
        found.push(flipped(&chosen));
    }
    let whole: String = characters.iter().collect();
    found.retain(|it| *it != whole);
    found
}

fn swaps(characters: &[char]) -> impl Iterator<Item = String> {
    (1..characters.len()).filter(|at| characters.get(at - 1) != characters.get(*at)).map(|at| {
        let mut swapped = characters.to_vec();
        swapped.swap(at - 1, at);
        swapped.into_iter().collect()
    })
}

/// One character changed, left out or put in; a number of digits alone stays one.
fn edits(characters: &[char]) -> Vec<String> {
    let digits = characters.iter().all(char::is_ascii_digit);
    let alphabet = || ('0'..='9').chain('A'..='Z').take(if digits { 10 } else { 36 });
    let spelled = |before: usize, put: Option<char>, after: usize| -> String {
        let (head, tail) = (characters.iter().take(before), characters.iter().skip(after));
        head.copied().chain(put).chain(tail.copied()).collect()
    };
    let mut found = Vec::new();
    for at in 0..characters.len() {
        let here = characters.get(at).copied();
        found.extend(alphabet().filter(|it| Some(*it) != here).map(|it| spelled(at, Some(it), at + 1)));
        found.push(spelled(at, None, at + 1));
    }
    for at in 0..=characters.len() {
        // The same character in front of itself or behind itself is the same text.
        let next = characters.get(at).copied();
        found.extend(alphabet().filter(|it| Some(*it) != next).map(|it| spelled(at, Some(it), at)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(key: &str, twin: &str, expected: &str) {
        let found = twins(key);
        let has = |list: &[String]| list.iter().any(|it| it == twin);
        let how = match (has(&found.alike), has(&found.edited)) {
            (true, _) => "alike",
            (false, true) => "edited",
            (false, false) => "no",
        };
        assert_eq!(how, expected, "{key} and {twin}");
    }

    #[test]
    fn what_looks_alike_or_is_swapped_is_a_twin() {
        check("SN77O01", "SN77001", "alike");
        check("5N7700I", "SN77001", "alike");
        check("AB12345", "A812345", "alike");
        check("AT-OOO123", "AT-000123", "alike");
        check("SN77010", "SN77001", "alike");
        check("SN77001", "SN77001", "no");
    }

    #[test]
    fn one_edit_is_a_twin_and_two_are_none() {
        check("SN77001", "SN77003", "edited");
        check("SN77001", "SN7701", "edited");
        check("SN77001", "SN777001", "edited");
        check("SN77001", "SN770019", "edited");
        check("SN77001", "SN78003", "no");
        check("490154203237519", "490154203237518", "edited");
        check("A1B2", "A1B3", "no");
    }

    #[test]
    fn their_number_is_bounded() {
        let most = |key: &str| {
            let found = twins(key);
            found.alike.len() + found.edited.len()
        };
        assert!(most(&"O0".repeat(12)) <= 1_914, "{}", most(&"O0".repeat(12)));
        assert!(most(&"0".repeat(24)) <= 1_914);
        assert!(most(&"O0".repeat(32)) <= 64 + 64 + 66, "{}", most(&"O0".repeat(32)));
        assert_eq!(most("a\u{1f}bcdef"), 0);
    }

    #[test]
    fn weaker_forms_and_look_alikes_fold_into_one() {
        assert_eq!(folded("00-88.123 4"), "881234");
        assert_eq!(folded("SNO1I"), "5N011");
        assert_eq!(folded("000"), "");
    }
}
