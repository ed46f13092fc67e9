//! What command cards do.
//!
//! Deliberately absent: UNDO, which has a file of its own.

use crate::domain::{Answer, CartLine, CartPart, Decision, EventKind, Line, NewEvent, UnitFacts};

use super::anew::Left;
use super::visit::DueCard;
use super::{
    Card, Case, Cause, Hitch, Lane, Mark, Mode, Session, anew, condition, job, mark, movement, pairing, release,
    session, shelf, shift, still, undo, view, words,
};

/// Decides about a command card.
pub(super) fn card(case: &Case<'_>) -> Decision<Lane> {
    let Some(card) = Card::parse(&case.identifier.key) else {
        if case.lane.shelf.is_some() && Card::is_quantity(&case.identifier.key) {
            return shelf::count(case, 0); // No number that anybody could mean.
        }
        return case.answer(Answer::No, &Cause::UnknownCard { word: case.identifier.key.clone() });
    };
    if let Some(cause) = forbidden(case, card) {
        return case.answer(Answer::No, &cause);
    }
    match card {
        Card::Out => mode(case, Mode::Out),
        Card::In => mode(case, Mode::In),
        Card::Auto if case.lane.session.is_some() => mode(case, case.policy.first_mode()),
        Card::Auto => mode(case, Mode::Auto),
        Card::HandOver => mode(case, Mode::HandOver),
        Card::Move => mode(case, Mode::Move),
        Card::Mark(mark @ (Mark::Damaged | Mark::Checked)) => {
            let needs_keeper = || condition::needs_keeper(case, mark).map(|it| case.answer(Answer::No, &it));
            let returned = condition::of_returned(case, mark).or_else(needs_keeper);
            returned.unwrap_or_else(|| mode(case, Mode::Mark(mark)))
        }
        Card::Mark(mark) => mode(case, Mode::Mark(mark)),
        Card::Condition(is) => condition::card(case, is),
        Card::Label(label) => mode(case, Mode::Label(label)),
        Card::Missing => mode(case, Mode::Missing),
        Card::Quantity(number) => shelf::count(case, number.into()),
        Card::Done => done(case),
        Card::Cancel => cancel(case),
        Card::Undo(back) => undo::undo(case, back),
        Card::Due(days) => due(case, DueCard::Days(days)),
        Card::DueWithJob => due(case, DueCard::Job),
        Card::Job => job::card(case),
        Card::Print => mark::print(case),
        Card::Help => case.kept(case.observed(Answer::Good, words::help(case.lane, case.policy))),
        Card::Override | Card::Take => release::card(case, card),
        Card::Shift => shift::card(case),
        Card::Still => still::card(case),
        Card::Elsewhere(word) => case.answer(Answer::No, &Cause::CardElsewhere { word }),
    }
}

/// Why this card may not be used now.
fn forbidden(case: &Case<'_>, card: Card) -> Option<Cause> {
    if case.lane.hands_over() && !matches!(card, Card::Cancel | Card::Undo(_) | Card::Help) {
        return Some(Cause::HandOverOpen);
    }
    let least = card.role()?;
    match &case.lane.session {
        None if card == Card::HandOver => None, // The badge of the giver comes next.
        None => Some(Cause::BadgeFirst),
        Some(session) if session.role < least => Some(Cause::CardRole { word: card.word(), role: least }),
        Some(session) if card == Card::HandOver && !session.cart.is_empty() => {
            Some(Cause::OtherSession { name: session.name.clone() })
        }
        Some(_) => None,
    }
}

fn mode(case: &Case<'_>, mode: Mode) -> Decision<Lane> {
    let mut lane = case.lane.clone();
    lane.mode = mode;
    let asks = lane.session.as_ref().is_some_and(|it| lane.waits_for_borrower(case.policy, it));
    let why = if asks { words::who() } else { words::mode_set(mode, case.lane) };
    let mut decision = case.observed(Answer::Good, why);
    decision.lane.mode = mode;
    decision.lane.handed_in = false;
    if let Some(session) = &mut decision.lane.session {
        session.place = None;
        session.giver = None;
        session.condition.take_if(|_| mode != Mode::In); // What was said of a return is not said of a loan.
    }
    pairing::forget(&mut decision.lane);
    decision
}

fn due(case: &Case<'_>, until: DueCard) -> Decision<Lane> {
    let cause = match &case.lane.session {
        None => Some(Cause::BadgeFirst),
        Some(session) => (until == DueCard::Job && session.job.is_none()).then_some(Cause::JobFirst),
    };
    if let Some(cause) = cause {
        return case.answer(Answer::No, &cause);
    }
    let mut decision = case.observed(Answer::Good, words::due_set(until));
    if let Some(session) = &mut decision.lane.session {
        session.due = Some(until);
    }
    decision
}

/// Books the cart in one go and ends the session.
pub(super) fn done(case: &Case<'_>) -> Decision<Lane> {
    let Some(session) = &case.lane.session else {
        let mut decision = case.answer(Answer::Already, &Cause::NothingOpen);
        decision.lane.mode = Mode::Auto;
        return decision;
    };
    if let Some(bound) = pairing::done(case) {
        return bound;
    }
    if session.unplaced().is_some() {
        return case.answer(Answer::No, &Cause::PlaceFirst); // CANCEL leaves it without its bin.
    }
    if let Some(nobody) = unserved(case, session) {
        return nobody;
    }
    let (booked, stayed) = split(case, session);
    if let Some(jobless) = jobless(&stayed) {
        return case.keeping(Answer::No, &jobless); // It can still be named; CANCEL leaves without.
    }
    let mut events: Vec<NewEvent> = booked.iter().map(|(line, facts)| movement::event(case, facts, line)).collect();
    let mut left = session.clone();
    left.cart = stayed.iter().map(|(it, _)| (*it).clone()).collect();
    let goes_on = session.borrower.is_some();
    if !goes_on {
        events.push(session::closed(&left, "done"));
    } else if events.is_empty() {
        let body = case.body().with("cause", "not booked").with("cart", session::labels(&left.cart));
        events.push(NewEvent { body, person: case.person(), ..NewEvent::new(EventKind::Observed) });
    }
    let open = case.lane.leaves_open();
    let left_out: Vec<String> = stayed.iter().map(|(it, why)| why.told(it)).collect();
    let why = words::done(&booked, &left_out, session, &words::left_open(case.lane));
    let answer = if stayed.is_empty() && !open { Answer::Done } else { Answer::No };
    let mut decision = case.decided(answer, why, events);
    decision.receipt = receipt(&booked);
    if goes_on {
        for (line, facts) in &booked {
            movement::note(&mut decision.lane, facts, line, case.now().wall);
        }
        served(&mut decision.lane);
    } else {
        session::ended(&mut decision.lane);
    }
    decision
}

/// What may not be booked before a job is named, a kit by its own label; `None` if nothing waits for one.
fn jobless(stayed: &[(&Line, Left)]) -> Option<Cause> {
    let waits = || stayed.iter().filter(|(_, why)| *why == Left::Against(Cause::JobFirst)).map(|(line, _)| *line);
    let whole = waits().filter(|it| it.kit.is_none_or(|kit| waits().all(|other| other.unit != kit)));
    let labels: Vec<String> = whole.map(|it| it.label.clone()).collect();
    (!labels.is_empty()).then_some(Cause::Hitch(Hitch::JobMissing { labels }))
}

/// What was booked, as the person may read it again.
fn receipt(booked: &[(&Line, &UnitFacts)]) -> Vec<CartLine> {
    let lines = booked.iter().filter(|(it, _)| !booked.iter().any(|(kit, _)| it.kit == Some(kit.unit)));
    let with_parts = lines.map(|(line, _)| {
        let parts = booked.iter().filter(|(it, _)| it.kit == Some(line.unit));
        let parts = parts.map(|(it, _)| CartPart { unit: it.unit, label: it.label.clone() });
        CartLine { parts: parts.collect(), ..view::line(line, Mode::Auto) }
    });
    with_parts.collect()
}

/// A borrower was served; the clerk's session goes on.
fn served(lane: &mut Lane) {
    lane.mode = Mode::Auto;
    if let Some(session) = &mut lane.session {
        session.cart.clear();
        session.lifted.clear();
        session.borrower = None;
        session.due = None;
        session.job = None;
    }
}

/// The end of serving a borrower for whom nothing lies in the cart.
fn unserved(case: &Case<'_>, session: &Session) -> Option<Decision<Lane>> {
    let borrower = session.borrower.as_ref().filter(|_| session.cart.is_empty())?;
    let answer = if case.lane.leaves_open() { Answer::No } else { Answer::Done };
    let why = words::no_longer_for(&borrower.name) + &words::left_open(case.lane);
    let mut decision = case.observed(answer, why);
    served(&mut decision.lane);
    Some(decision)
}

/// Lines of a cart with what is known of their units.
pub(super) type Booked<'a> = Vec<(&'a Line, &'a UnitFacts)>;

/// Parts a cart into what can be booked and what cannot, with the reason; a kit that stays keeps its parts.
pub(super) fn split<'a>(case: &'a Case<'_>, session: &'a Session) -> (Booked<'a>, Vec<(&'a Line, Left)>) {
    let (mut booked, mut stayed) = (Vec::new(), Vec::<(&Line, Left)>::new());
    let mut taken = Session { cart: Vec::new(), ..session.clone() };
    let (out, back): (Vec<&Line>, Vec<&Line>) = session.cart.iter().partition(|it| it.out);
    for line in back.into_iter().chain(out) {
        let with = stayed.iter().find(|(it, _)| line.out && line.kit == Some(it.unit));
        let stands = match with {
            Some((_, why)) => Err(why.clone()),
            None => anew::stands(case, &taken, line, session.lifted(line.unit)),
        };
        match stands {
            Ok(facts) => {
                taken.cart.push(line.clone());
                booked.push((line, facts));
            }
            Err(why) => stayed.push((line, why)),
        }
    }
    (booked, stayed)
}

fn cancel(case: &Case<'_>) -> Decision<Lane> {
    let Some(session) = &case.lane.session else {
        let mut decision = case.answer(Answer::Already, &Cause::NothingOpen);
        decision.lane.mode = Mode::Auto;
        return decision;
    };
    if session.pairing.is_open() {
        let mut decision = case.observed(Answer::Done, words::nothing_bound());
        pairing::forget(&mut decision.lane);
        return decision;
    }
    let in_doubt = session.piece.as_ref().map(|it| it.label.as_str());
    if let Some(label) = session.unplaced().or(in_doubt) {
        let mut decision = case.observed(Answer::Done, words::not_placed(label));
        if let Some(session) = &mut decision.lane.session {
            session.placing = None;
            session.piece = None;
        }
        decision.lane.mode = Mode::Auto;
        return decision;
    }
    if let Some(nobody) = unserved(case, session) {
        return nobody;
    }
    if session.cart.is_empty() {
        let mut decision =
            case.decided(Answer::Done, words::done(&[], &[], session, ""), vec![session::closed(session, "cancelled")]);
        session::ended(&mut decision.lane);
        return decision;
    }
    let borrower = session.borrower.as_ref().map(|it| it.name.as_str());
    let why = words::cart_emptied(&session.cart) + &words::still_for(borrower);
    let mut decision = case.observed(Answer::Done, why);
    if let Some(session) = &mut decision.lane.session {
        session.cart.clear();
        session.lifted.clear();
        session.giver = None;
        session.still = None;
    }
    // Whom a clerk serves still stands there: the right thing is scanned next.
    decision.lane.mode = if borrower.is_some() { Mode::Out } else { Mode::Auto };
    decision
}
