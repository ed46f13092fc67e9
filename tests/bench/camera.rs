//! A camera at the bench: it shows symbols, several in one picture.
//!
//! What comes over is what the camera's child sends; the pictures themselves are `vision`'s topic.

use scanstation::domain::{Delivery, Engine, Read, SourceId, Symbol, Symbology, Transport, UpdateName};
use scanstation::source::{Attachment, SourceInput};

use super::{Bench, Heard};

impl Bench {
    /// A camera on the bench's lane shows symbols in one picture; the screens' answer once it is durable.
    pub(crate) fn show(&mut self, codes: &[&str]) -> Heard {
        self.advance(self.pause);
        let (sink, mut updates) = (self.handle().sink(), self.handle().updates());
        let (source, at) = (SourceId::new("camera"), self.now());
        let (lane, transport, description) = (self.lane.clone(), Transport::Camera, String::new());
        let attachment = Attachment { source: source.clone(), lane, transport, description, decoder: None, back: None };
        sink(SourceInput::Attached(attachment)).unwrap();
        let symbols = codes.iter().map(|it| symbol(it)).collect();
        sink(SourceInput::Read(Read { source, at, delivery: Delivery::Symbols(symbols) })).unwrap();
        loop {
            let update = updates.blocking_recv().unwrap();
            if update.name == UpdateName::Scan {
                return Heard { json: update.json, recorded: update.seq.is_some() };
            }
        }
    }
}

fn symbol(code: &str) -> Symbol {
    Symbol {
        symbology: Symbology::Code128,
        aim: None,
        bytes: code.as_bytes().to_vec(),
        text: code.to_owned(),
        corners: [(0.0, 0.0); 4],
        engine: Engine::ZxingCpp,
        attempts: 1,
        confidence: 1.0,
        grade: 4,
    }
}
