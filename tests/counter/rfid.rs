//! Chips: a unit that was lent by its printed tag comes back by the number of its chip, however the reader sends it.
//!
//! What the readers send goes through the decoders of their profiles: an EM4100 reader that types, a UHF reader on a line.
//! Deliberately absent: claiming a reader, which is the rig's.

use scanstation::decode::Decoder;
use scanstation::decode::hid_keyboard::{KeyboardDecoder, KeyboardOptions};
use scanstation::decode::line::{LineDecoder, Options};
use scanstation::domain::{Delivery, IdentifierKind, LaneId, Read, SourceId, Transport};
use scanstation::source::profile::Profiles;
use scanstation::source::{Attachment, SourceInput};
use scanstation::store::NewIdentifier;

use crate::bench::{ANA, Bench, DRILL, DRILL_2, SAW, unit_id};

/// A reader that is attached to the bench.
struct Reader<'b> {
    bench: &'b Bench,
    source: SourceId,
}

impl<'b> Reader<'b> {
    fn attach(bench: &'b Bench, profile: &str) -> Self {
        let profiles = Profiles::shipped();
        let profile = profiles.named(profile).unwrap();
        let (decoder, transport): (Box<dyn Decoder>, _) = if profile.serial.is_empty() {
            let mut options = KeyboardOptions::default();
            profile.keyboard.apply(&mut options);
            (Box::new(KeyboardDecoder::new(options)), Transport::HidKeyboard)
        } else {
            (Box::new(LineDecoder::listening(Options::default())), Transport::Serial)
        };
        let source = SourceId::new(&profile.name);
        let attachment = Attachment {
            source: source.clone(),
            lane: LaneId::new("left"),
            transport,
            description: profile.title.clone(),
            decoder: Some(decoder),
            back: None,
        };
        assert!((bench.handle().sink())(SourceInput::Attached(attachment)).is_ok());
        Self { bench, source }
    }

    fn deliver(&self, delivery: Delivery) {
        let read = Read { source: self.source.clone(), at: self.bench.now(), delivery };
        assert!((self.bench.handle().sink())(SourceInput::Read(read)).is_ok());
    }

    /// Types a number and Enter as an EM4100 reader does: one key down, one up.
    fn types(&self, number: &str) {
        for character in number.chars().chain(['\r']) {
            let usage = match character {
                '0' => 0x27,
                '1'..='9' => u8::try_from(character).unwrap() - b'1' + 0x1e,
                'A'..='F' => u8::try_from(character).unwrap() - b'A' + 0x04,
                _ => 0x28,
            };
            let shift = if character.is_ascii_uppercase() { 0x02 } else { 0 };
            self.deliver(Delivery::Report(vec![shift, 0, usage, 0, 0, 0, 0, 0]));
            self.deliver(Delivery::Report(vec![0; 8]));
        }
    }
}

#[test]
fn a_unit_lent_by_its_printed_tag_comes_back_by_its_chip() {
    let mut bench = Bench::crib();
    // Ten decimal digits, ten hexadecimal digits, and the EPC of 96 bits that a UHF reader sends (GS1 Tag Data Standard).
    let chips = [(DRILL, "0004563821"), (DRILL_2, "010045A35D"), (SAW, "3074257BF7194E4000001A85")];
    for (tag, chip) in chips {
        let chip = NewIdentifier::new(IdentifierKind::RfidUid, chip);
        bench.register(move |store, now| store.bind(unit_id(tag), &chip, None, now));
    }
    bench.all_good(&[ANA, DRILL, DRILL_2, SAW, "!CMD:DONE"]);
    let holders = |bench: &Bench| [DRILL, DRILL_2, SAW].map(|it| bench.holder(it));
    assert_eq!(holders(&bench), [(); 3].map(|()| Some("Ana".to_owned())));
    bench.all_good(&[ANA]);
    let wedge = Reader::attach(&bench, "em4100-keyboard");
    wedge.types(chips[0].1);
    wedge.types(chips[1].1);
    let uhf = Reader::attach(&bench, "uhf-serial");
    uhf.deliver(Delivery::Bytes(format!("{}\r\n", chips[2].1).into_bytes()));
    bench.work(|_, _| ());
    assert_eq!(holders(&bench), [None, None, None]);
    bench.stop();
    bench.verify();
}
