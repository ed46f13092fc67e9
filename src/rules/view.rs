//! A lane as screens see it: who is there and until when, the mode, the cart, and what is waited for.
//!
//! Made anew from the lane each time; the parts of a kit stand on the line of their kit.
//! Deliberately absent: how screens look, and anything that a lane does not hold.

use std::time::Duration;

use crate::domain::{CartLine, CartPart, Condition, LaneView, Line, Moment, NoticeView, SessionView};

use super::{Lane, Mode, Policy, Session, undo, words};

impl Lane {
    /// The lane as screens see it.
    #[must_use]
    pub fn view(&self, policy: &Policy) -> LaneView {
        LaneView {
            session: self
                .session
                .as_ref()
                .zip(self.renewed)
                .map(|(it, renewed)| it.view(renewed, self.silence(policy))),
            taker: self.session.as_ref().map(|it| it.taker().1.to_owned()),
            mode: words::mode(self.mode).to_owned(),
            cart: self.session.as_ref().map(|it| lines(&it.cart, self.mode)).unwrap_or_default(),
            prompt: words::prompt(self, policy),
            tells_damage: self.tells_damage(),
            notice: self.notice.clone().map(|(answer, why)| NoticeView { answer, why }),
        }
    }
}

impl Session {
    fn view(&self, renewed: Moment, silence: Duration) -> SessionView {
        SessionView {
            holder: self.holder,
            name: self.name.clone(),
            role: self.role,
            held: self.held,
            overdue: self.overdue,
            ends: renewed.wall.checked_add(silence).unwrap_or(renewed.wall),
            undoable: undo::listed(self),
        }
    }
}

/// The cart as screens show it: the parts of a kit stand on its line.
fn lines(cart: &[Line], mode: Mode) -> Vec<CartLine> {
    let with = |it: &Line| it.kit.filter(|kit| cart.iter().any(|other| other.unit == *kit));
    let whole = cart.iter().filter(|it| with(it).is_none());
    whole
        .map(|it| {
            let parts = cart.iter().filter(|part| part.kit == Some(it.unit));
            let parts = parts.map(|part| CartPart { unit: part.unit, label: part.label.clone() });
            CartLine { parts: parts.collect(), ..line(it, mode) }
        })
        .collect()
}

/// A line of a cart as screens show it, without the parts of a kit.
pub(super) fn line(line: &Line, mode: Mode) -> CartLine {
    let direction = match (mode, line.out) {
        (Mode::HandOver, _) => "over",
        (_, true) => "out",
        (_, false) => "in",
    };
    CartLine {
        unit: line.unit,
        label: line.label.clone(),
        model: line.model.clone(),
        direction: direction.to_owned(),
        due: line.due,
        condition: line.condition.map(Condition::word),
        parts: Vec::new(),
    }
}
