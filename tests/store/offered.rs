//! What is the number of a product, a batch, a phone or a place is never the serial number of one piece.

use scanstation::domain::IdentifierKind;
use scanstation::store::{NewIdentifier, NewUnit};

use super::import::{check, units};
use super::{Bench, moment};

const NAMES: &str = "tag,serial_number,maker,model,sku,gtin,lot,imei\n";

fn refusal(line: u64, text: &str, what: &str) -> String {
    format!("line {line}, column serial_number: {text} is {what}, not the serial number of one piece")
}

#[test]
fn an_import_refuses_a_serial_number_that_is_another_number_of_its_line() {
    let rows = "AT-000001,S1,Acme,Drill,SKU-1,04013288169303,L1,\n\
                AT-000002,04013288169303,Acme,Drill,SKU-1,04013288169303,L1,\n\
                AT-000003,4013288169303,Acme,Drill,SKU-1,4013288169303,L1,\n\
                AT-000004,l1,Acme,Drill,SKU-1,04013288169303,L1,\n\
                AT-000005,sku-1,Acme,Drill,SKU-1,04013288169303,L1,\n\
                AT-000006,DRILL,Acme,Drill,,,,\n\
                AT-000007,S7,Acme,Drill,,,L1,\n";
    check(
        &format!("{NAMES}{rows}"),
        &[
            &refusal(3, "04013288169303", "the GTIN of this line"),
            &refusal(4, "4013288169303", "the GTIN of this line"),
            &refusal(5, "l1", "the lot of this line"),
            &refusal(6, "sku-1", "the SKU of this line"),
            &refusal(7, "DRILL", "the model of this line"),
        ],
    );
}

#[test]
fn an_import_refuses_a_serial_number_that_is_a_known_number_of_something_else() {
    let rows = "AT-000001,S1,Acme,Drill,SKU-1,04013288169303,L1,490154203237518\n\
                AT-000002,SKU-1,Other,Saw,,,,\n\
                AT-000003,4013288169303,Other,Saw,,,,\n\
                AT-000004,L1,Acme,Drill,,,,\n\
                AT-000005,L1,Other,Saw,,,,\n\
                AT-000006,at-000001,Other,Saw,,,,\n\
                AT-000007,Drill,Other,Saw,,,,\n\
                ,4013288169303,,,,,,\n";
    check(
        &format!("{NAMES}{rows}"),
        &[
            &refusal(3, "SKU-1", "the SKU of Acme Drill"),
            &refusal(4, "4013288169303", "the GTIN of Acme Drill"),
            &refusal(5, "L1", "a lot of Acme Drill"),
            &refusal(7, "at-000001", "the tag of a unit"),
            &refusal(9, "4013288169303", "the GTIN of Acme Drill"),
        ],
    );
    let mut bench = Bench::new();
    bench.store().within(|store| store.add_location("Bay 7", "The bay", None, moment(1))).unwrap();
    let report = units(&mut bench, "tag,serial_number\nT1,bay 7\n", false);
    assert_eq!(report.problems[0].to_string(), refusal(2, "bay 7", "the label of the place The bay"));
}

#[test]
fn an_import_refuses_a_tag_of_free_form_that_is_the_number_of_a_product_or_a_batch() {
    let tag = |line: u64, text: &str, what: &str| {
        format!("line {line}, column tag: {text} is {what}, not the tag of one piece")
    };
    let rows = "AT-000001,S1,Acme,Drill,SKU-1,04013288169303,L1,\n\
                SKU-1,S2,Acme,Drill,SKU-1,,,\n\
                4013288169303,S3,Acme,Saw,,,,\n\
                l1,S4,Acme,Drill,,,,\n\
                L1,S5,Acme,Saw,,,,\n\
                BOX-7,S6,Acme,Drill,,,,\n";
    check(
        &format!("{NAMES}{rows}"),
        &[
            &tag(3, "SKU-1", "the SKU of this line"),
            &tag(4, "4013288169303", "the GTIN of Acme Drill"),
            &tag(5, "l1", "a lot of Acme Drill"),
        ],
    );
}

#[test]
fn an_import_refuses_an_imei_as_a_serial_number_and_says_where_it_belongs() {
    let imei = |line: u64, text: &str| {
        format!(
            "line {line}, column serial_number: {text} has the 15 digits and the check digit of an IMEI, which is never \
             stored as a serial number; enter it in the column imei, where a scan finds it too"
        )
    };
    let rows = "AT-000001,490154203237518,Fairphone,5,,,,490154203237518\n\
                AT-000002,35-693803-564380-9,Fairphone,5,,,,\n\
                AT-000003,490154203237519,Fairphone,5,,,,\n\
                AT-000004,000000000000000,Fairphone,5,,,,\n";
    check(&format!("{NAMES}{rows}"), &[&imei(2, "490154203237518"), &imei(3, "35-693803-564380-9")]);
}

#[test]
fn every_way_of_binding_refuses_the_same() {
    let mut bench = Bench::new();
    let unit = bench.unit("AT-000001", "");
    let phone = bench.store().within(|store| {
        let model = store.model_id("Bosch", "GSR 18V-60")?.unwrap();
        let phone = NewUnit { lot: Some("L1".to_owned()), ..NewUnit::new(model) };
        let tagged = phone.bearing(IdentifierKind::AssetTag, "AT-000002");
        store.add_unit(&tagged.bearing(IdentifierKind::Imei, "490154203237518"), None, moment(2))
    });
    phone.unwrap();
    for (text, what) in [
        ("drill-18", "the SKU of Bosch GSR 18V-60"),
        ("04059952533643", "the GTIN of Bosch GSR 18V-60"),
        ("4059952533643", "the GTIN of Bosch GSR 18V-60"),
        ("gsr 18v-60", "the name of the model Bosch GSR 18V-60"),
        ("l1", "a lot of Bosch GSR 18V-60"),
        ("490154203237518", "the IMEI of AT-000002"),
        ("AT-000002", "the tag of a unit"),
    ] {
        let new = NewIdentifier::new(IdentifierKind::SerialNumber, text);
        let why = format!("{text} is {what}, not the serial number of one piece");
        assert_eq!(bench.store().unbindable(unit, &new).unwrap(), Some(why.clone()));
        let bound = bench.store().within(|store| store.bind(unit, &new, None, moment(3)));
        assert_eq!(bound.unwrap_err().to_string(), why);
    }
    for kind in [IdentifierKind::ForeignTag, IdentifierKind::RfidUid] {
        let new = NewIdentifier::new(kind, "DRILL-18");
        let why = format!("DRILL-18 is the SKU of Bosch GSR 18V-60, not the {kind} of one piece");
        assert_eq!(bench.store().unbindable(unit, &new).unwrap(), Some(why));
        assert_eq!(bench.store().unbindable(unit, &NewIdentifier::new(kind, "4711")).unwrap(), None);
    }
    let free = NewIdentifier::new(IdentifierKind::SerialNumber, "4711");
    assert_eq!(bench.store().unbindable(unit, &free).unwrap(), None);
}
