//! One look-up for every identifier a unit bears, and never a unit by what names only its kind.

use scanstation::domain::serial_number::SerialRule;
use scanstation::domain::{
    Confidence, Ended, Identifier, IdentifierKind, InsteadOf, Kind, Mapping, Question, Reservation, Resolution,
    Restrictions, Subject, UnitId,
};
use scanstation::store::{NewIdentifier, NewModel, NewUnit, Reserved, Store, StoreError};

use super::{Bench, drill, moment};

fn asked(questions: Vec<Question>) -> Identifier {
    let mut identifier = Identifier::new(Kind::Unknown, "x", Confidence::Low, "Nothing claims it.");
    identifier.questions = questions;
    identifier
}

fn by(kind: IdentifierKind, key: &str) -> Question {
    Question::Unit { kind, key: key.to_owned(), rule: None }
}

fn words(resolution: &Resolution) -> String {
    match &resolution.subject {
        Subject::Unit(unit) => {
            let ended = unit.hit.ended.map(|it| format!(" {it}")).unwrap_or_default();
            format!("unit {} by {} {}{ended}", unit.id.0, unit.hit.kind, unit.hit.raw)
        }
        Subject::Several(units) => {
            format!("several {}", units.iter().map(|it| it.id.0.to_string()).collect::<Vec<_>>().join(" "))
        }
        Subject::Holder(holder) => format!("holder {} {}", holder.name, holder.held),
        Subject::Model(model) => format!("model {} {} free {}", model.maker, model.name, model.free),
        Subject::Lot { lot, units } => format!("lot {lot} of {units}"),
        Subject::Stock(stock) => format!("shelf {}", stock.shelf),
        Subject::Location { location, .. } => format!("location {} {}", location.label, location.name),
        Subject::Unknown => "unknown".to_owned(),
        Subject::NotAsked | Subject::Shift(_) | Subject::Still(_) | Subject::Pin(_) => "not asked".to_owned(),
    }
}

#[track_caller]
fn check(bench: &mut Bench, questions: Vec<Question>, expected: &str) {
    let resolution = bench.store().resolve(&asked(questions), moment(1_000)).unwrap();
    assert_eq!(words(&resolution), expected);
}

/// A register with all that is hard: two makers with one serial number, ended identifiers, a phone, a lot.
fn hard() -> Bench {
    let mut bench = Bench::new();
    bench.unit("AT-000001", "SN-100");
    let now = moment(5);
    bench
        .store()
        .within(|store| {
            let saw = NewModel { maker: "Makita".into(), name: "DHS680".into(), ..NewModel::default() };
            let saw = store.add_model(&saw, None, now)?;
            let second = NewUnit::new(saw)
                .bearing(IdentifierKind::AssetTag, "AT-000002")
                .bearing(IdentifierKind::SerialNumber, "sn-100");
            store.add_unit(&second, None, now)?;
            let phone = NewModel { maker: "Fairphone".into(), name: "5".into(), ..NewModel::default() };
            let phone = store.add_model(&phone, None, now)?;
            let third = NewUnit { lot: Some("L7".into()), ..NewUnit::new(phone) }
                .bearing(IdentifierKind::Imei, "490154203237518")
                .bearing(IdentifierKind::Imei, "356938035643809");
            let third = store.add_unit(&third, None, now)?;
            let shelf = store.add_location("LOC-A1", "Shelf A1", None, now)?;
            let fourth = NewUnit { lot: Some("L7".into()), home: Some(shelf), ..NewUnit::new(saw) }
                .bearing(IdentifierKind::AssetTag, "AT-000004")
                .bearing(IdentifierKind::SerialNumber, "OLD-1");
            let fourth = store.add_unit(&fourth, None, now)?;
            store.end_identifier(fourth, IdentifierKind::SerialNumber, "OLD-1", Ended::Superseded, None, now)?;
            store.bind(fourth, &NewIdentifier::new(IdentifierKind::SerialNumber, "NEW-1"), None, now)?;
            store.end_identifier(fourth, IdentifierKind::AssetTag, "AT-000004", Ended::Voided, None, now)?;
            store.bind(third, &NewIdentifier::new(IdentifierKind::SerialNumber, "WRONG"), None, now)?;
            store.end_identifier(third, IdentifierKind::SerialNumber, "WRONG", Ended::Corrected, None, now)
        })
        .unwrap();
    bench.person("Ann", "0042");
    bench
}

#[test]
fn every_identifier_leads_to_its_unit() {
    let mut bench = hard();
    check(&mut bench, vec![by(IdentifierKind::AssetTag, "AT-000001")], "unit 1 by tag AT-000001");
    check(&mut bench, vec![by(IdentifierKind::Imei, "490154203237518")], "unit 3 by imei 490154203237518");
    check(&mut bench, vec![by(IdentifierKind::Imei, "356938035643809")], "unit 3 by imei 356938035643809");
    check(&mut bench, vec![Question::Text { key: "NEW-1".into() }], "unit 4 by serial NEW-1");
    check(&mut bench, vec![by(IdentifierKind::AssetTag, "SN-100")], "unknown");
    check(&mut bench, vec![], "not asked");
}

#[test]
fn a_text_that_several_units_bear_is_answered_with_all_of_them() {
    let mut bench = hard();
    check(&mut bench, vec![by(IdentifierKind::SerialNumber, "SN-100")], "several 1 2");
    check(&mut bench, vec![Question::Text { key: "SN-100".into() }], "several 1 2");
}

#[test]
fn the_first_question_with_a_hit_decides_and_names_its_rule() {
    let mut bench = hard();
    let weak = Question::Unit {
        kind: IdentifierKind::SerialNumber,
        key: "NEW-1".into(),
        rule: Some(SerialRule::WithoutPrefix),
    };
    let found = bench.store().resolve(&asked(vec![Question::Badge { key: "9".into() }, weak]), moment(9)).unwrap();
    let Subject::Unit(unit) = found.subject else { panic!("{found:?}") };
    assert_eq!(
        (unit.id, unit.hit.rule, unit.mapping),
        (UnitId(4), Some(SerialRule::WithoutPrefix), Mapping::SerialOnly)
    );
    assert_eq!(unit.home.map(|it| it.label), Some("LOC-A1".to_owned()));
    assert_eq!(unit.location.map(|it| it.name), Some("Shelf A1".to_owned()));
}

#[test]
fn ended_identifiers_are_known_when_seen_and_corrected_ones_lead_nowhere() {
    let mut bench = hard();
    check(&mut bench, vec![by(IdentifierKind::SerialNumber, "OLD-1")], "unit 4 by serial OLD-1 superseded");
    check(&mut bench, vec![by(IdentifierKind::AssetTag, "AT-000004")], "unit 4 by tag AT-000004 voided");
    check(&mut bench, vec![by(IdentifierKind::SerialNumber, "WRONG")], "unknown");
}

#[test]
fn what_names_a_kind_or_a_batch_names_no_unit() {
    let mut bench = hard();
    let model = "model Bosch GSR 18V-60 free 1";
    check(&mut bench, vec![Question::Sku { key: "drill-18".into() }], model);
    check(&mut bench, vec![Question::Gtin { key: "04059952533643".into() }], model);
    check(&mut bench, vec![Question::Lot { key: "l7".into() }], "lot l7 of 2");
    check(&mut bench, vec![Question::Badge { key: "0042".into() }], "holder Ann 0");
    check(&mut bench, vec![Question::Location { key: "loc-a1".into() }], "location LOC-A1 Shelf A1");
}

#[track_caller]
fn refused(bench: &mut Bench, unit: &NewUnit, expected: &str) {
    let head = bench.store().head();
    let found = bench.store().within(|store| store.add_unit(unit, None, moment(8))).unwrap_err();
    assert_eq!(found.to_string(), expected);
    assert_eq!(bench.store().head(), head);
}

#[test]
fn the_cross_reference_refuses_what_would_make_it_ambiguous() {
    let mut bench = hard();
    let model = bench.store().model_id("bosch", "gsr 18v-60").unwrap().unwrap();
    let unit = || NewUnit::new(model);
    let serial = IdentifierKind::SerialNumber;
    let tag = IdentifierKind::AssetTag;
    refused(&mut bench, &unit().bearing(serial, "sn-100"), "serial number of BOSCH sn-100 already belongs to unit 1");
    refused(&mut bench, &unit().bearing(tag, "at-000001"), "tag at-000001 already belongs to unit 1");
    refused(
        &mut bench,
        &unit().bearing(tag, "AT-000004"),
        "tag AT-000004 already belongs to unit 4, from which it was withdrawn; a tag is never issued again",
    );
    refused(
        &mut bench,
        &unit().bearing(tag, "AT-000009").bearing(serial, "at-000009"),
        "tag and serial number are both at-000009; a tag is ours, a serial number the maker's, and they must differ",
    );
    refused(
        &mut bench,
        &unit().bearing(tag, "AT-000008").bearing(tag, "AT-000009"),
        "the unit already bears the tag AT-000008; RELABEL replaces it (a unit has one live tag)",
    );
    refused(
        &mut bench,
        &unit().bearing(IdentifierKind::Imei, "490154203237518"),
        "IMEI 490154203237518 already belongs to unit 3",
    );
    refused(&mut bench, &unit().bearing(serial, " "), "the serial number is empty");
    let again = bench.store().within(|store| store.add_model(&drill(), None, moment(8))).unwrap_err();
    assert!(matches!(again, StoreError::Taken { .. }), "{again}");
    assert!(bench.verify().ok);
}

#[test]
fn a_free_equal_is_of_the_same_model_else_of_the_same_category_and_near() {
    let mut bench = Bench::new();
    let first = bench.unit("AT-000001", "");
    let second = bench.unit("AT-000002", "");
    let ann = bench.person("Ann", "1");
    assert_eq!(bench.store().substitute(instead_of(first), moment(10)).unwrap().map(|it| it.unit.id), Some(second));
    bench.answer(second, None, Some(ann));
    assert_eq!(bench.store().substitute(instead_of(first), moment(10)).unwrap(), None);
    let other = bench
        .store()
        .within(|store| {
            let other = NewModel { name: "DDF482".into(), category: "power tool".into(), ..NewModel::default() };
            let other = store.add_model(&other, None, moment(9))?;
            store.add_unit(&NewUnit::new(other).bearing(IdentifierKind::AssetTag, "AT-000003"), None, moment(9))
        })
        .unwrap();
    let found = bench.store().substitute(instead_of(first), moment(10)).unwrap().unwrap();
    assert_eq!((found.unit.id, found.unit.tag.as_deref(), found.alike), (other, Some("AT-000003"), false));
}

#[test]
fn what_would_be_refused_itself_is_no_free_equal() {
    let mut bench = Bench::new();
    let first = bench.unit("AT-000001", "");
    let held = bench.unit("AT-000002", "");
    let over = bench.unit("AT-000003", "");
    let wanted = bench.unit("AT-000004", "");
    let sound = bench.unit("AT-000005", "");
    let (ann, later) = (bench.person("Ann", "1"), moment(20).wall);
    let told = |store: &mut Store| {
        let hold = Restrictions { on_hold: Some("lab".into()), ..Restrictions::default() };
        store.restrict(held, &hold, None, moment(9))?;
        let expired = Restrictions { calibration_due: Some(moment(8).wall), ..Restrictions::default() };
        store.restrict(over, &expired, None, moment(9))?;
        let until = Reservation { holder: ann, name: String::new(), begins: moment(9).wall, ends: later };
        store.reserve(Reserved::Unit(wanted), &until, None, moment(9)).map(drop)
    };
    bench.store().within(told).unwrap();
    assert_eq!(bench.store().substitute(instead_of(first), moment(10)).unwrap().map(|it| it.unit.id), Some(sound));
    assert_eq!(bench.store().substitute(instead_of(first), moment(30)).unwrap().map(|it| it.unit.id), Some(wanted));
}

/// A loan without an end.
const fn instead_of(unit: UnitId) -> InsteadOf {
    InsteadOf { unit, until: None }
}

#[test]
fn people_name_a_unit_by_its_tag_its_serial_number_or_its_number_in_the_register() {
    let mut bench = hard();
    let third = bench.unit("AT-000003", "2").0;
    let store = bench.store();
    let named = |name: &str| store.unit_named(name).map(|it| it.0).map_err(|it| it.to_string());
    assert_eq!((named("at-000001"), named("AT-000002")), (Ok(1), Ok(2)));
    assert_eq!((named("#2"), named("1"), named(&format!("#{third}"))), (Ok(2), Ok(1), Ok(third)));
    let said = "SN-100 leads to several units: AT-000001 (#1), AT-000002 (#2); name one by its tag or by that number";
    assert_eq!(named("SN-100"), Err(said.to_owned()));
    // A serial number that looks like the number of another unit names neither.
    let said = format!(
        "2 leads to several units: AT-000003 (#{third}), AT-000002 (#2); name one by its tag or by that number"
    );
    assert_eq!(named("2"), Err(said));
    for unknown in ["AT-999999", "#999", "999", "SN-1", ""] {
        let said = format!("no unit bears the tag {unknown}, and none has that serial number");
        assert_eq!(named(unknown), Err(said));
    }
}
