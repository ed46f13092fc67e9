//! `scanstation demo`, and the small tool crib that a demo begins with.
//!
//! Everything is entered as a keeper would enter it: two imported lists, then what lists cannot say, and the opening
//! balance as events of the ledger, so that `verify` proves the demo too. A store that has units is left alone.
//! Deliberately absent: any short cut; the simulated scanner is a real terminal, its tape plays through the real path.

use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context, Result, bail};
use jiff::Span;

use super::exit::Exit;
use super::serve::{self, ServeArgs};
use super::{log, say};
use crate::domain::serial_number::key;
use crate::domain::{
    Body, Confidence, Ended, EventKind, HolderId, Identifier, IdentifierKind, Kind, ModelId, Moment, Movement,
    NewEvent, Question, StationKind, Subject, UnitId, UnitState,
};
use crate::rules::Policy;
use crate::source::tape::Tape;
use crate::store::{Instruction, NewIdentifier, NewModel, NewStock, NewUnit, Store, StoreError, keep_still};

const UNITS: &str = include_str!("../../config/demo/units.csv");
const PEOPLE: &str = include_str!("../../config/demo/people.csv");
const TAPE: &str = include_str!("../../config/demo/tape.txt");

/// Drawn by config/demo/pictures/draw, each named by the SKU of its model.
const PICTURES: &[(&str, &[u8])] = &[
    ("EQ-4001", include_bytes!("../../config/demo/pictures/EQ-4001.png")),
    ("EQ-4002", include_bytes!("../../config/demo/pictures/EQ-4002.png")),
    ("HT-3001", include_bytes!("../../config/demo/pictures/HT-3001.png")),
    ("MS-2001", include_bytes!("../../config/demo/pictures/MS-2001.png")),
    ("TL-1001", include_bytes!("../../config/demo/pictures/TL-1001.png")),
    ("TL-1002", include_bytes!("../../config/demo/pictures/TL-1002.png")),
];

/// Show a running station on a throw-away store, with a tape of scans playing.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example:
  scanstation demo                  then open the address it prints and watch

The store is in a temporary folder and is removed at the end. To keep one: scanstation serve --demo --data DIR.")]
pub struct DemoArgs {
    /// Where the page is served; port 0 takes any free one [default: 127.0.0.1:8417].
    #[arg(long, value_name = "HOST:PORT", env = "SCANSTATION_LISTEN", value_parser = crate::config::address)]
    pub listen: Option<SocketAddr>,
    /// Do not play the tape.
    #[arg(long)]
    pub quiet: bool,
}

/// Runs the demo until it is told to end.
pub fn run(args: &DemoArgs) -> Result<Exit> {
    let folder = std::env::temp_dir().join(format!("scanstation-demo-{}", std::process::id()));
    std::fs::create_dir_all(&folder).with_context(|| format!("make {}", folder.display()))?;
    let serve_args = ServeArgs {
        place: super::place::Place { folder: Some(folder.clone()), ..Default::default() },
        listen: args.listen,
        demo: true,
        ..ServeArgs::default()
    };
    let mut config = serve_args.config()?;
    // Nobody's own configuration may point the demo at real scanners.
    config.serial_scanners.clear();
    let _written = log::start_beside(&config.log)?;
    let tape = (!args.quiet).then(tape).transpose()?;
    let ended = serve::serve(&config, &serve_args, tape);
    if let Err(error) = std::fs::remove_dir_all(&folder) {
        say::aside(format!("{} is left behind: {error}", folder.display()));
    }
    ended
}

/// The tape of the demo.
pub fn tape() -> Result<Tape> {
    TAPE.parse().context("read config/demo/tape.txt")
}

/// What a newcomer reads below the ready line.
pub(super) fn greeting(address: SocketAddr, data: &Path, scanner: &Path, policy: &Policy) -> String {
    let scanner = scanner.display();
    let [first, second] = to_try(policy).map(|it| it.replace("{scanner}", &scanner.to_string()));
    format!(
        "
A small tool crib is in the store at {data}. A simulated scanner reads what is written to
  {scanner}

Three things to try, from a second shell, with http://{address}/ open in a browser:
  1. {first}
  2. {second}
  3. Prove the ledger:   ./station verify      (or: scanstation verify --data {data})

Ctrl+C ends the station.",
        data = data.display()
    )
}

/// What does something at that kind of station: in a cart it is booked by DONE.
fn to_try(policy: &Policy) -> [&'static str; 2] {
    const BADGE: &str = "Badge in:           printf 'BDG-0042\\r' > {scanner}";
    match (policy.kind, policy.self_service) {
        (StationKind::Dock, true) => [
            BADGE,
            "Take a wrench in:   printf 'AT-000117\\r' > {scanner}\n     from Jonas, who had it; nothing goes out without the card OUT.",
        ],
        (StationKind::Dock, false) => [
            BADGE,
            "Take a wrench in:   printf 'AT-000117\\r!CMD:DONE\\r' > {scanner}\n     from Jonas, who had it; nothing goes out without the card OUT.",
        ],
        (StationKind::Desk, _) => [
            "Look a drill up:    printf 'AT-000123\\r' > {scanner}",
            "Lend it to Priya:   printf 'BDG-0042\\r!CMD:OUT\\rBDG-0023\\rAT-000123\\r!CMD:DONE\\r' > {scanner}",
        ],
        (StationKind::Crib, true) => [
            BADGE,
            "Take a drill out:   printf 'AT-000123\\r' > {scanner}\n     and bring it back by scanning it again.",
        ],
        (StationKind::Crib, false) => [
            BADGE,
            "Take a drill out:   printf 'AT-000123\\r!CMD:DONE\\r' > {scanner}\n     and bring it back by scanning badge, drill and DONE again.",
        ],
    }
}

/// Fills an empty store with the crib; a store that has units is left alone.
pub fn fill(store: &mut Store, now: Moment) -> Result<()> {
    if store.unit(UnitId(1))?.is_some() {
        return Ok(());
    }
    store.within(|store| {
        for (label, name) in LOCATIONS {
            store.add_location(label, name, None, now)?;
        }
        let quarantine = Instruction::Quarantine { location: "LOC-Q".to_owned(), ended: false };
        store.carry_out(&quarantine, None, now).map(drop)
    })?;
    for report in [
        store.import_people(PEOPLE.as_bytes(), false, None, now)?,
        store.import_units(UNITS.as_bytes(), false, None, now)?,
    ] {
        if let Some(problem) = report.problems.first() {
            bail!("the demo's own lists have a problem: {problem}");
        }
    }
    store.within(|store| {
        let mut crib = Crib { store, now };
        crib.kit()?;
        crib.consumables()?;
        crib.history()?;
        crib.pictures()?;
        crib.opening_balance()
    })?;
    Ok(())
}

const LOCATIONS: &[(&str, &str)] = &[
    ("LOC-A", "Bay A"),
    ("LOC-M", "Cabinet M"),
    ("LOC-F", "Cabinet F"),
    ("LOC-W", "Wall rack"),
    ("LOC-S", "Consumables shelf"),
    ("LOC-Q", "Quarantine bin"),
];

type Done<T = ()> = std::result::Result<T, StoreError>;

/// The parts of a crib that lists cannot say.
struct Crib<'s> {
    store: &'s mut Store,
    now: Moment,
}

impl Crib<'_> {
    /// A kit with its parts: one tag leads to all of them.
    fn kit(&mut self) -> Done {
        let model = self.model("", "Rigging Kit", "KT-7001", "kit")?;
        let home = self.store.location_id("LOC-F")?;
        let mut kit = NewUnit::new(model).bearing(IdentifierKind::AssetTag, "AT-000160");
        kit.home = home;
        kit.note = Some("Six parts; count them on return".to_owned());
        let kit = self.store.add_unit(&kit, None, self.now)?;
        let sling = self.model("Dolezych", "Round Sling 2 t", "KT-7002", "lifting")?;
        let shackle = self.model("Green Pin", "Bow Shackle 3.25 t", "KT-7003", "lifting")?;
        for (place, model) in [sling, sling, shackle, shackle, shackle, shackle].into_iter().enumerate() {
            let mut part = NewUnit::new(model).bearing(IdentifierKind::AssetTag, format!("AT-0001{}", 61 + place));
            part.home = home;
            part.kit = Some(kit);
            self.store.add_unit(&part, None, self.now)?;
        }
        Ok(())
    }

    /// Things that are only counted, by the code on their shelf.
    fn consumables(&mut self) -> Done {
        let location = self.store.location_id("LOC-S")?;
        let shelves = [
            ("Klingspor", "Cutting Disc 125 mm", "CS-8001", "SHELF-01", 180, 50),
            ("HellermannTyton", "Cable Ties 200 mm, bag of 100", "CS-8002", "SHELF-02", 24, 10),
            ("Ansell", "HyFlex 11-840 Gloves, size 9", "CS-8003", "SHELF-03", 7, 12),
        ];
        for (maker, name, sku, shelf, quantity, minimum) in shelves {
            let new = NewModel { tracking: "quantity".to_owned(), ..named(maker, name, sku, "consumable") };
            let model = self.store.add_model(&new, None, self.now)?;
            let shelf = shelf.to_owned();
            self.store.add_stock(&NewStock { model, shelf, location, quantity, minimum }, None, self.now)?;
        }
        Ok(())
    }

    /// A replaced plate, a withdrawn tag, a person who left, a tool that must not go out.
    fn history(&mut self) -> Done {
        let hammer = self.unit("AT-000121")?;
        let ended = Ended::Superseded;
        self.store.end_identifier(hammer, IdentifierKind::SerialNumber, "210734501", ended, None, self.now)?;
        self.bind(hammer, IdentifierKind::SerialNumber, "210799120")?;
        let laser = self.unit("AT-000109")?;
        self.store.end_identifier(laser, IdentifierKind::AssetTag, "AT-000109", Ended::Voided, None, self.now)?;
        self.bind(laser, IdentifierKind::AssetTag, "AT-000159")?;
        let wrench = self.unit("AT-000112")?;
        self.store.set_blocked(wrench, Some("calibration expired on 31 October"), None, self.now)?;
        let left = self.holder("0055")?;
        self.store.set_holder_active(left, false, None, self.now)?;
        let broken = self.unit("AT-000116")?;
        let location = self.store.location_id("LOC-Q")?;
        let body = Body::new().with("note", "guard cracked");
        let state = Some(UnitState::Quarantine);
        let event = NewEvent { unit: Some(broken), state, location, body, ..NewEvent::new(EventKind::StateChanged) };
        self.store.record_events(None, &[event], self.now).map(drop)
    }

    /// What some of the tools look like.
    fn pictures(&mut self) -> Done {
        for (sku, picture) in PICTURES {
            let still = keep_still(&self.store.options().data, picture)?.still;
            let model = self.store.model_by_sku(sku)?;
            self.store.set_picture((None, model), Some(&still), None, self.now)?;
        }
        Ok(())
    }

    /// Who has what on the first day, as events; one of them is overdue.
    fn opening_balance(&mut self) -> Done {
        let out = [
            ("AT-000101", "0021", 26, -2),
            ("AT-000117", "0021", 3, 6),
            ("AT-000130", "0023", 2, 6),
            ("AT-000135", "0023", 2, 6),
            ("AT-000143", "0029", 50, 96),
            ("AT-000149", "0034", 120, 600),
        ];
        for (tag, badge, hours_ago, hours_left) in out {
            let (unit, holder) = (self.unit(tag)?, self.holder(badge)?);
            let moved = |hours: i64| self.now.wall.checked_add(Span::new().hours(hours)).ok();
            let movement = Movement { former: None, holder: Some(holder), due: moved(hours_left) };
            let body = Body::new().with("note", "opening balance");
            let event = NewEvent {
                unit: Some(unit),
                movement: Some(movement),
                person: Some(holder),
                event_time: moved(-hours_ago),
                body,
                ..NewEvent::new(EventKind::CheckedOut)
            };
            self.store.record_events(None, &[event], self.now)?;
        }
        Ok(())
    }

    fn model(&mut self, maker: &str, name: &str, sku: &str, category: &str) -> Done<ModelId> {
        self.store.add_model(&named(maker, name, sku, category), None, self.now)
    }

    fn bind(&mut self, unit: UnitId, kind: IdentifierKind, raw: &str) -> Done {
        self.store.bind(unit, &NewIdentifier::new(kind, raw), None, self.now)
    }

    fn unit(&self, tag: &str) -> Done<UnitId> {
        let question = Question::Unit { kind: IdentifierKind::AssetTag, key: key(tag), rule: None };
        if let Subject::Unit(facts) = self.ask(Kind::AssetTag, question)? {
            return Ok(facts.id);
        }
        Err(StoreError::Unfit(format!("the demo has no unit with the tag {tag}")))
    }

    fn holder(&self, badge: &str) -> Done<HolderId> {
        if let Subject::Holder(holder) = self.ask(Kind::Badge, Question::Badge { key: badge.to_owned() })? {
            return Ok(holder.id);
        }
        Err(StoreError::Unfit(format!("the demo has nobody with the badge {badge}")))
    }

    fn ask(&self, kind: Kind, question: Question) -> Done<Subject> {
        let mut identifier = Identifier::new(kind, "", Confidence::Certain, "");
        identifier.questions.push(question);
        Ok(self.store.resolve(&identifier, self.now)?.subject)
    }
}

fn named(maker: &str, name: &str, sku: &str, category: &str) -> NewModel {
    NewModel {
        maker: maker.to_owned(),
        name: name.to_owned(),
        sku: Some(sku.to_owned()),
        category: category.to_owned(),
        ..NewModel::default()
    }
}
