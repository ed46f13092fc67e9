//! Badges: whose turn it is, and when a turn ends.
//!
//! Own badge again, DONE or silence ends a session; another badge never commits under the wrong name.

use crate::domain::{Answer, Body, Change, Decision, EventKind, Holder, Line, Moment, NewEvent, Role, StationKind};

use super::{
    Borrower, Case, Cause, Hitch, Lane, Mode, Policy, Session, anew, desk, hand_on, hand_over, movement, proof,
    release, shift, undo, words,
};

/// Decides about a scan that names a person.
pub(super) fn badge(case: &Case<'_>, holder: &Holder) -> Decision<Lane> {
    if !holder.active {
        return case.keeping(Answer::No, &Cause::InactiveBadge);
    }
    let special = proof::badge(case, holder)
        .or_else(|| proof::late(case, holder))
        .or_else(|| release::badge(case, holder))
        .or_else(|| release::late(case, holder))
        .or_else(|| shift::badge(case, holder))
        .or_else(|| undo::badge(case, holder));
    if let Some(special) = special {
        return special;
    }
    match &case.lane.session {
        Some(session) if case.lane.hands_over() => hand_over::badge(case, session, holder),
        Some(session) if case.lane.mode == Mode::HandOver && session.giver != Some(holder.id) => {
            hand_over::giver(case, holder)
        }
        Some(session) if names_borrower(case, session, holder) || still_served(session, holder) => {
            borrower(case, holder)
        }
        Some(session) if [session.holder, session.taker().0].contains(&holder.id) => desk::done(case),
        Some(session) if !session.cart.is_empty() => hand_on::badge(case, session, holder),
        Some(session) if session.unplaced().is_some() || session.piece.is_some() => {
            case.answer(Answer::No, &Cause::PlaceFirst)
        }
        open => {
            // Whoever was asked something has heard no answer yet.
            let asked = open.as_ref().filter(|_| case.lane.leaves_unanswered()).map(|it| it.name.as_str());
            let closed = open.as_ref().map(|it| closed(it, "another badge"));
            let opened =
                NewEvent { person: Some(holder.id), body: case.body(), ..NewEvent::new(EventKind::SessionOpened) };
            let events = closed.into_iter().chain([opened]).collect();
            let welcome = words::welcome(holder, case.policy, case.now().wall, &gone(case, holder));
            let answer = if asked.is_some() { Answer::No } else { Answer::Good };
            let hands_over = case.lane.mode == Mode::HandOver;
            let gives = open.is_none() && hands_over && holder.role >= Role::Operator;
            let then = if gives { words::tools_next() } else { "" };
            let mut decision = case.decided(answer, welcome + then + &words::unanswered(asked), events);
            if open.is_some() || case.lane.handed_in || (hands_over && !gives) {
                decision.lane.mode = Mode::Auto; // What one person chose is not done under another's name.
            }
            decision.lane.handed_in = false;
            let mut session = opening(holder);
            decision.changes.extend(give_back(case, &mut session, holder));
            decision.lane.session = Some(session);
            decision.unmasked = decision.lane.unmasked();
            decision
        }
    }
}

/// The badge of somebody whose role is not the one that is asked for: nothing changes, and the question stands.
pub(super) fn not_asked(case: &Case<'_>, holder: &Holder, card: &'static str, role: Role) -> Decision<Lane> {
    case.keeping(Answer::No, &Cause::Hitch(Hitch::BadgeRole { card, role, name: holder.name.clone() }))
}

/// A desk that asked "Who?" takes the next badge as the answer; also another one, as long as nothing lies in the cart.
fn names_borrower(case: &Case<'_>, session: &Session, holder: &Holder) -> bool {
    let asks = case.policy.kind == StationKind::Desk && case.lane.mode == Mode::Out && !session.takes_out();
    asks && session.borrower.as_ref().is_none_or(|it| it.holder != holder.id && session.holder != holder.id)
}

/// The badge of whom a clerk serves, before anything lies in the cart: they are asked once more.
fn still_served(session: &Session, holder: &Holder) -> bool {
    session.cart.is_empty() && session.borrower.as_ref().is_some_and(|it| it.holder == holder.id)
}

fn borrower(case: &Case<'_>, holder: &Holder) -> Decision<Lane> {
    let mut decision = case.observed(Answer::Good, words::borrower(holder, &gone(case, holder)));
    if let Some(event) = decision.events.first_mut() {
        event.body = std::mem::take(&mut event.body).with("borrower", &*holder.name);
    }
    if let Some(session) = &mut decision.lane.session {
        session.borrower = Some(Borrower::from(holder));
        decision.changes.extend(give_back(case, session, holder));
    }
    decision
}

/// Lines of a draft whose unit somebody has moved since.
pub(super) fn gone(case: &Case<'_>, holder: &Holder) -> Vec<String> {
    let facts = |line: &Line| case.facts.iter().find(|it| it.id == line.unit);
    let changed = |line: &&Line| facts(line).is_none_or(|it| anew::moved(it, line));
    holder.left_behind.iter().filter(changed).map(|it| it.label.clone()).collect()
}

/// What a person left in a cart lies in this one again, unless it is too much for it; a loan whose end has passed meanwhile
/// gets a new one.
pub(super) fn give_back(case: &Case<'_>, session: &mut Session, holder: &Holder) -> Option<Change> {
    let left = &holder.left_behind;
    if left.is_empty() || (!session.cart.is_empty() && session.cart.len() + left.len() > case.policy.cart_max) {
        return None;
    }
    let anew = movement::due(case, session);
    for line in left {
        let over = line.due.is_some_and(|it| it <= case.now().wall);
        if session.cart.iter().all(|it| it.unit != line.unit) {
            session.cart.push(Line { due: if over { anew } else { line.due }, ..line.clone() });
        }
    }
    Some(Change::CartsGivenBack { holder: holder.id })
}

/// The session that a badge opens.
pub(super) fn opening(holder: &Holder) -> Session {
    Session {
        holder: holder.id,
        name: holder.name.clone(),
        role: holder.role,
        trained: holder.trained.clone(),
        licence: holder.licence.clone(),
        held: holder.held,
        overdue: holder.overdue,
        cart: Vec::new(),
        undoable: Vec::new(),
        due: None,
        job: None,
        borrower: None,
        giver: None,
        place: None,
        placing: None,
        pairing: super::Pairing::default(),
        typed: None,
        piece: None,
        lifted: Vec::new(),
        held_max: holder.held_max,
        still: None,
        condition: None,
    }
}

/// Warns a lane that silence is about to end its session; `None` while there is time, or where it was said.
#[must_use]
pub fn warn(lane: &Lane, policy: &Policy, now: Moment) -> Option<Lane> {
    let at = lane.warns(policy).filter(|it| *it <= now.uptime)?;
    let left = lane.ends(policy)?.saturating_sub(at.max(now.uptime));
    let notice = (Answer::Already, words::about_to_end(lane, left));
    Some(Lane { warned: true, notice: Some(notice), ..lane.clone() })
}

/// Ends session and mode of a lane after its silence; `None` while there is still time.
///
/// An open cart is never committed: its units stay where they are, the event names them, and the cart waits for the
/// next badge of its person.
#[must_use]
pub fn expire(lane: &Lane, policy: &Policy, now: Moment) -> Option<Decision<Lane>> {
    let deadline = lane.ends(policy)?;
    (deadline <= now.uptime).then(|| {
        let session = lane.session.as_ref();
        let lost = session.is_some_and(|it| !it.cart.is_empty() || it.unplaced().is_some()) || lane.leaves_open();
        left(lane, "idle", if lost { Answer::No } else { Answer::Done }, words::idle(lane))
    })
}

/// Ends the session of a lane whose person, or whom they serve, may be here no longer; the cart waits as after silence.
#[must_use]
pub fn withdrawn(lane: &Lane, name: &str) -> Option<Decision<Lane>> {
    lane.session.as_ref().map(|_| left(lane, "badge withdrawn", Answer::No, words::withdrawn(name)))
}

/// The lane as nobody has it, after whoever was there has left without a word.
fn left(lane: &Lane, cause: &str, answer: Answer, why: String) -> Decision<Lane> {
    Decision {
        answer,
        asks: false,
        why: why.clone(),
        events: lane.session.iter().map(|it| closed(it, cause)).collect(),
        changes: lane.open_cart().map(|_| Change::CartLeft).into_iter().collect(),
        lane: Lane { notice: Some((answer, why)), pin_asked: lane.pin_asked, ..Lane::default() },
        unit: None,
        unmasked: false,
        substitute_for: None,
        receipt: Vec::new(),
    }
}

/// The event that ends a session; it names what still lay in the cart.
pub(super) fn closed(session: &Session, cause: &str) -> NewEvent {
    NewEvent {
        person: Some(session.holder),
        body: Body::new().with("cause", cause).with("cart", labels(&session.cart)),
        ..NewEvent::new(EventKind::SessionClosed)
    }
}

/// The lines of a cart as events name them.
pub(super) fn labels(cart: &[Line]) -> String {
    let labels: Vec<&str> = cart.iter().map(|it| it.label.as_str()).collect();
    labels.join(" ")
}

/// The lane after a session: mode back to `auto`, nothing remembered.
pub(super) fn ended(lane: &mut Lane) {
    lane.session = None;
    lane.mode = Mode::Auto;
    lane.asked = None;
    lane.refused = None;
}
