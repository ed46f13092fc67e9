//! What each command card does, in a sentence: for the printed sheet and for programs that list the cards.
//!
//! The page has the same sentences in its own languages, by the word of the card.
//! Deliberately absent: which cards there are, which `card` says; a card without a sentence is not printed.

/// What the card of that word does; `None` for a card that is not laid on a counter.
#[must_use]
pub fn about(word: &str) -> Option<&'static str> {
    if word == "DUE JOB" {
        return Some("What goes out from now on is due when the job is done.");
    }
    let word = word.split(' ').next().unwrap_or(word);
    let sentence = match word {
        "OUT" => "What is scanned goes out to the person of the badge.",
        "IN" => "What is scanned comes back, also for somebody else.",
        "AUTO" => "Out or in follows from who has the unit.",
        "DONE" => "Books the cart and ends the session.",
        "CANCEL" => "Empties the cart and leaves the mode.",
        "UNDO" => "Takes back your last action, UNDO 3 the third last.",
        "HELP" => "Says what can be done now.",
        "HANDOVER" => "From person to person: the tools, then the other badge.",
        "MOVE" => "Puts away: the bin first, then what goes into it.",
        "FOUND" => "Something was found; needs no badge.",
        "LOST" => "The thing is lost. For a lost label: TAGLOST.",
        "STOLEN" => "The thing was stolen; the keeper is told.",
        "DAMAGED" => "The thing is damaged and goes to quarantine; before or after it.",
        "DIRTY" => "What comes back is to be cleaned; before or after it.",
        "WORN" => "What comes back is worn; before or after it.",
        "OK" => "Checked and in order: back in service.",
        "REPAIR" => "To repair or back from it: scan the serial plate.",
        "TRANSIT" => "On its way to another place.",
        "DECOMMISSION" => "Taken out of service.",
        "DISPOSE" => "Disposed of: tag and serial must both be known.",
        "TAGLOST" => "The label is lost, the thing is here.",
        "BADLABEL" => "The label reads badly: it joins the queue to print.",
        "OVERRIDE" => "Releases what was refused, with a reason and a supervisor's badge.",
        "TAKE" => "Takes over what another has, with a reason and a keeper's badge.",
        "PRINT" => "The label of what was scanned last joins those to print.",
        "SHIFT" => "How the shift stands; a keeper's badge closes it.",
        "PAIR" => "Binds tag and serial plate to each other.",
        "RELABEL" => "A new tag in place of the old one.",
        "NOTAG" => "A unit that bears no tag yet.",
        "MISSING" => "What is missing from the kit that comes back.",
        "AUDIT" => "Counts what lies at a place.",
        "DUE" => "What goes out from now on is due in so many days.",
        "QTY" => "So many pieces of what lies on the shelf.",
        "JOB" => "All lines from now on are for a job: scan its code next.",
        _ => return None,
    };
    Some(sentence)
}
