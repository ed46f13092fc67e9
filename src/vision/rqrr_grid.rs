//! rqrr decodes the grid that our front end sampled and repaired; where both read, the bytes must agree.
//!
//! rqrr never sees a picture: on whole photographs it panics, takes minutes, and finds half of what is there.
//! What it refuses (FNC1, structured append, hanzi) stays with our own segment reader, and the symbol says so.
//! Invariant: a symbol whose bytes the two read differently is no symbol.
//! Deliberately absent: finding and sampling.

use super::qr::symbol::Read;
use crate::domain::Engine;

struct Printed<'a>(&'a Read);

impl rqrr::BitGrid for Printed<'_> {
    fn size(&self) -> usize {
        self.0.side
    }

    fn bit(&self, y: usize, x: usize) -> bool {
        self.0.modules.get(y * self.0.side + x).copied().unwrap_or(false)
    }
}

/// Who read the symbol; `None` if rqrr reads other bytes, or refuses what it should have understood.
pub(crate) fn engine_of(read: &Read) -> Option<Engine> {
    let mut bytes = Vec::with_capacity(read.content.bytes.len());
    let decoded = rqrr::Grid::new(Printed(read)).decode_to(&mut bytes);
    match decoded {
        Ok(_) if bytes == read.content.bytes => Some(Engine::Rqrr),
        // With FNC1 the two mean different things by a percent sign: ours is the standard's.
        Ok(_) => read.content.fnc1.is_some().then_some(Engine::OwnSegments),
        Err(_) => (!read.soft || unknown_to_rqrr(read)).then_some(Engine::OwnSegments),
    }
}

const fn unknown_to_rqrr(read: &Read) -> bool {
    read.content.fnc1.is_some() || read.content.append.is_some() || read.content.eci
}
