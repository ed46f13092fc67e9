//! The configuration from outside: the sample file, what is refused and in which words, what goes before what.
//!
//! The sample is compared with the table of keys word for word; `SCANSTATION_RENEW=1 cargo test` writes it anew.

use std::fmt::Write as _;
use std::path::Path;

use super::*;
use crate::decode::hid_keyboard::KeyboardOptions;
use crate::domain::StationKind;
use crate::identify;
use crate::rules::Policy;

const SAMPLE: &str = "config/scanstation.toml";

const HEAD: &str = "\
# The configuration of a scanning station: every key, with its default and what it does.
# A key that is left out has the value shown here, so a file may hold only what differs.
# Read from --config FILE, else from /etc/scanstation/scanstation.toml; files *.toml in the folder scanstation.d beside it
# go before it. `scanstation doctor --config` shows what is in force and where it comes from, and opens nothing.
";

const TABLES: &[(&str, &str)] = &[
    ("station", "What this station is."),
    ("rules", "The rules of the place."),
    ("codes", "What our own codes look like."),
    (
        "codes.symbologies",
        "In which symbols our own codes are printed; another one is accepted and flagged. [] means any.",
    ),
    ("store", "Where everything is kept."),
    (
        "retention",
        "How long the words of events are kept, by class. Nothing is purged by itself: `scanstation purge` does it by these.",
    ),
    ("http", "The page and the API."),
    (
        "log",
        "Logs. What was scanned, badges and secrets are logged at no level; the journal in the store has the scans.",
    ),
    ("devices", "What is known of scanners by their USB ids."),
    ("usb", "USB scanners that are no serial ports."),
    (
        "usb_scanner[]",
        "What is to be known of single USB scanners: one such table for each. Take away the # at the line's beginning.",
    ),
    ("usb_scanner[].keyboard", "How it types, if it is a keyboard wedge."),
    ("camera[]", "Cameras: one such table for each. Take away the # at the line's beginning."),
    ("serial[]", "Scanners on serial ports: one such table for each. Take away the # at the line's beginning."),
    ("serial[].framing", "Where a code begins and ends on that line."),
];

fn rendered() -> String {
    let mut text = HEAD.to_owned();
    let mut last = "";
    for key in KEYS {
        let (table, name) = key.path.rsplit_once('.').unwrap_or(("", key.path));
        let mark = if table.contains("[]") { "#" } else { "" };
        if table != last {
            last = table;
            let about = TABLES.iter().find(|it| it.0 == table).map(|it| it.1).unwrap();
            let header = match table.strip_suffix("[]") {
                Some(list) => format!("[[{list}]]"),
                None => format!("[{}]", table.replace("[]", "")),
            };
            write!(text, "\n\n# {about}\n{mark}{header}\n").unwrap();
        }
        let value = match (key.default, key.path) {
            ("", "usb_scanner[].device") => "\"0c2e:1007@1-1.2\"",
            ("", "camera[].device") => "\"/dev/video0\"",
            ("", _) => "\"/dev/serial/by-id/usb-Maker_Scanner_0001-if00\"",
            (default, _) => default,
        };
        write!(text, "\n# {}\n# Expected: {}.\n{mark}{name} = {value}\n", key.about, key.shape.expected()).unwrap();
    }
    text
}

/// The sample with every setting switched on.
fn switched_on(sample: &str) -> String {
    sample
        .lines()
        .map(|it| it.strip_prefix('#').filter(|it| !it.starts_with(' ')).unwrap_or(it))
        .fold(String::new(), |text, line| text + line + "\n")
}

fn parse(text: &str) -> Result<Config, String> {
    Config::parse(Path::new("x.toml"), text, &Overrides::default()).map_err(|it| it.to_string())
}

#[track_caller]
fn refused(text: &str, expected: &str) {
    assert_eq!(parse(text).map(|_| "accepted").unwrap_err(), expected);
}

#[test]
fn the_sample_file_shows_every_key_with_its_default() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(SAMPLE);
    if std::env::var_os("SCANSTATION_RENEW").is_some() {
        std::fs::write(&path, rendered()).unwrap();
    }
    assert!(
        std::fs::read_to_string(&path).unwrap() == rendered(),
        "{SAMPLE} differs from src/config/keys.rs; renew it"
    );
}

#[test]
fn the_sample_file_sets_nothing_but_the_defaults_of_the_rooms() {
    let sample = parse(&rendered()).unwrap();
    let nothing = parse("").unwrap();
    let shown = |it: &Config| {
        format!("{:?} {:?} {:?} {:?} {:?} {:?}", it.station, it.store, it.listen, it.http, it.serial_scanners, it.log)
    };
    assert_eq!(shown(&sample), shown(&nothing));
    assert_eq!(sample.http, http::Options::default());
    assert_eq!(sample.station.codes, identify::Options::default());
    assert_eq!(sample.station.policy, Policy::of(StationKind::Crib));
    let station = StationKind::default();
    assert_eq!(station, StationKind::Crib);
}

#[test]
fn the_sample_file_sets_a_scanner_to_the_defaults_of_its_room() {
    let config = parse(&switched_on(&rendered())).unwrap();
    let [scanner] = config.serial_scanners.as_slice() else { panic!("{:?}", config.serial_scanners) };
    let mut options = serial::Options::new(scanner.options.device.clone());
    options.said.clone_from(&scanner.options.said);
    options.profile.clone_from(&scanner.options.profile);
    assert_eq!(scanner.options, options);
    assert_eq!((scanner.name.as_str(), scanner.lane.as_str()), ("serial-1", "serial-1"));
    let [seen] = config.cameras.as_slice() else { panic!("{:?}", config.cameras) };
    assert_eq!(format!("{:?}", seen.options), format!("{:?}", camera::Options::new(seen.options.eye.clone())));
    assert_eq!((seen.name.as_str(), seen.lane.as_str()), ("camera-1", "camera-1"));
    let Some([named]) = config.usb.as_ref().map(|it| it.named.as_slice()) else { panic!("{:?}", config.usb) };
    let mut typing = KeyboardOptions::default();
    named.keyboard.apply(&mut typing);
    assert_eq!(typing, KeyboardOptions::default());
}

#[test]
fn a_desk_waits_longer_and_collects_a_cart() {
    let desk = parse("[station]\nkind = \"desk\"").unwrap().station.policy;
    assert_eq!(desk, Policy::of(StationKind::Desk));
    let desk =
        parse("[station]\nkind = \"desk\"\n[rules]\nself_service = true\nsession_idle_s = 7").unwrap().station.policy;
    assert_eq!((desk.self_service, desk.session_idle.as_secs()), (true, 7));
}

#[test]
fn an_unknown_key_is_refused_and_the_nearest_named() {
    refused("[rules]\n\nrepaet_ms = 5", "x.toml:3: unknown key \"rules.repaet_ms\"; did you mean \"rules.repeat_ms\"?");
    let said = "x.toml:3: unknown key \"serial.buad\"; did you mean \"serial.baud\"?";
    refused("[[serial]]\ndevice = \"/dev/ttyS0\"\nbuad = 5", said);
    refused("[http]\nlisten_on = \"x\"", "x.toml:2: unknown key \"http.listen_on\"; did you mean \"http.listen\"?");
    refused("temperature = 1", "x.toml:1: unknown key \"temperature\"; `scanstation doctor --config` lists all keys");
    refused("[[serail]]\nbaud = 9600", "x.toml:1: unknown key \"serail\"; did you mean \"serial\"?");
    refused("[rule]\nrepeat_ms = 5", "x.toml:1: unknown key \"rule\"; did you mean \"rules\"?");
    refused(
        "[weather]\nrain = true",
        "x.toml:1: unknown key \"weather\"; `scanstation doctor --config` lists all keys",
    );
}

#[test]
fn a_value_that_does_not_fit_is_refused_with_what_was_expected() {
    let said = "x.toml:2: rules.repeat_ms is \"soon\"; expected a whole number of milliseconds from 0 to 60000";
    refused("[rules]\nrepeat_ms = \"soon\"", said);
    refused("[rules]\nrepeat_ms = -1", &said.replace("\"soon\"", "-1"));
    refused("rules = 3", "x.toml:1: rules is 3; expected a table, [rules]");
    refused("[serial]\nbaud = 3", "x.toml:1: serial is [serial]; expected tables, each [[serial]]");
    let said = "x.toml:2: station.kind is \"shop\"; expected one of \"desk\", \"crib\", \"dock\"";
    refused("[station]\nkind = \"shop\"", said);
    let said = "x.toml:2: codes.symbologies.tag is [\"QRcode\"]; expected a list of some of \"QRCode\", \"MicroQR\", \"rMQR\", \
        \"DataMatrix\", \"Aztec\", \"PDF417\", \"Code128\", \"Code39\", \"Code93\", \"Codabar\", \"ITF\", \"EAN13\", \"EAN8\", \
        \"UPCA\", \"UPCE\", \"DataBar\", \"DataBarExpanded\", \"MaxiCode\"";
    refused("[codes]\nsymbologies.tag = [\"QRcode\"]", said);
    let said = "x.toml:1: [[serial]] has no `device`; expected a text: a path, a name in /dev/serial/by-id, or \
        vendor:product in hexadecimal, also with :number or @port behind";
    refused("[[serial]]\nbaud = 9600", said);
}

#[test]
fn a_level_of_the_log_is_one_that_is_known_everywhere_or_by_room() {
    let check = |level: &str, fits: bool| {
        let text = format!("[log]\n\nlevel = {level:?}");
        if fits {
            assert_eq!(parse(&text).unwrap().log.level, level);
        } else {
            refused(&text, &format!("x.toml:3: log.level is {level:?}; expected a text: {LEVEL}"));
        }
    };
    for level in ["off", "error", "WARN", "info", "debug", "trace", "info,scanstation::source=debug", "a-b=off, warn"] {
        check(level, true);
    }
    for level in ["loud", "", "a=b=c", "info,loud", "scanstation=loud", "=info", "info,", "a b=info", "[x]=info"] {
        check(level, false);
    }
}

#[test]
fn a_character_set_that_nobody_knows_is_refused_with_those_that_are() {
    for known in ["windows-1252", "latin1", "Shift_JIS", "iso-8859-15"] {
        assert_eq!(parse(&format!("[codes]\ncharset = {known:?}")).unwrap().station.codes.charset, known);
    }
    for unknown in ["klingon", "", "utf-8", "utf-16le", "iso-2022-kr"] {
        let said = format!("x.toml:2: codes.charset is {unknown:?}; expected a text: {CHARSET}");
        refused(&format!("[codes]\ncharset = {unknown:?}"), &said);
    }
}

#[test]
fn a_host_has_no_port_and_its_capitals_do_not_matter() {
    let hosts = parse("[http]\nhosts = [\"Crib.Example\", \"192.0.2.7\", \"[2001:DB8::7]\"]").unwrap().http.hosts;
    assert_eq!(hosts, ["crib.example", "192.0.2.7", "[2001:db8::7]"]);
    for wrong in
        ["Crib.Example:80", "http://crib.example", "crib.example/", "a b", "", "[2001:db8::7]:80", "2001:db8::7"]
    {
        let said = format!("x.toml:2: http.hosts is [{wrong:?}]; expected a list of texts: {HOST}");
        refused(&format!("[http]\nhosts = [{wrong:?}]"), &said);
    }
}

#[test]
fn an_address_that_others_reach_is_refused() {
    let said = "x.toml:2: http.listen is \"0.0.0.0:8417\"; expected an address that this machine alone reaches, \
        \"127.0.0.1:8417\"; for others put a proxy with TLS and sign-in in front of it (docs/network.md)";
    refused("[http]\nlisten = \"0.0.0.0:8417\"", said);
}

#[test]
fn what_contradicts_itself_is_refused() {
    let said = "x.toml:2: codes.command_prefix and codes.tag_prefix contradict each other: \"A\" and \"AT-\" begin alike, so \
        nobody could tell the two apart; expected prefixes of which none begins another";
    refused("[codes]\ncommand_prefix = \"A\"", said);
    let said = "x.toml:4: codes.badge_prefix and codes.tag_prefix contradict each other: \"A\" and \"AB\" begin alike, so \
        nobody could tell the two apart; expected prefixes of which none begins another";
    refused("[codes]\ntag_prefix = \"AB\"\njob_prefix = \"J\"\nbadge_prefix = \"A\"", said);
    let said = "x.toml:2: serial[0].name and serial[1].name contradict each other: both scanners are named \"serial-2\"; \
        expected a name of its own for each";
    refused("[[serial]]\nname=\"serial-2\"\ndevice=\"/a\"\n[[serial]]\ndevice=\"/b\"", &said.replace(":2:", ":4:"));
    let said = "x.toml:6: serial[0].name and serial[1].name contradict each other: both scanners are named \"a\"; expected a \
        name of its own for each";
    refused("[[serial]]\ndevice=\"/a\"\nname=\"a\"\n[[serial]]\ndevice=\"/b\"\nname=\"a\"", said);
}

#[test]
fn a_scanner_may_be_named_as_people_speak_and_its_side_is_named_like_it() {
    let config = parse(
        "[[serial]]\ndevice = \"/a\"\nname = \"Left desk\"\n[[serial]]\ndevice = \"/b\"\nname = \"柜台\"\n\
         [[serial]]\ndevice = \"/c\"\nname = \"Right desk\"\nlane = \"right\"\n\
         [[camera]]\ndevice = \"0\"\nname = \"Eye at the door, above the bins of the crib\"",
    );
    let config = config.unwrap();
    let scanners = config.serial_scanners.iter().map(|it| (it.name.as_str(), it.lane.as_str()));
    let expected = [("Left desk", "Left-desk"), ("柜台", "serial-2"), ("Right desk", "right")];
    assert_eq!(scanners.collect::<Vec<_>>(), expected);
    let alike = parse(
        "[[serial]]\ndevice = \"/a\"\nname = \"Schalter \u{c4}\"\n[[serial]]\ndevice = \"/b\"\nname = \"Schalter \u{d6}\"",
    );
    let lanes: Vec<_> = alike.unwrap().serial_scanners.iter().map(|it| it.lane.as_str().to_owned()).collect();
    assert_eq!(lanes, ["Schalter--", "serial-2"], "two names never share a side");
    let seen = &config.cameras[0];
    assert_eq!(seen.name.as_str(), "Eye at the door, above the bins of the crib");
    assert_eq!(seen.lane.as_str(), "Eye-at-the-door--above-the-bins-");
    assert!(LaneId::is_name(seen.lane.as_str()));
    let said = "x.toml:3: serial.name is \"a\\nb\"; expected a text: 1 to 64 characters, blanks too, without line ends";
    refused("[[serial]]\ndevice = \"/a\"\nname = \"a\\nb\"", said);
    let said = "x.toml:3: serial.lane is \"Left desk\"; expected a text: 1 to 32 letters, digits, hyphens, dots or underscores";
    refused("[[serial]]\ndevice = \"/a\"\nlane = \"Left desk\"", said);
}

#[test]
fn what_is_no_toml_is_refused_with_its_line() {
    assert!(parse("[rules]\nrepeat_ms = = 3").unwrap_err().starts_with("x.toml:2: not TOML: "));
    assert!(parse("[rules]\ncart_max = 3\ncart_max = 4").unwrap_err().starts_with("x.toml:3: not TOML: "));
}

#[test]
fn options_go_before_the_file_and_drop_ins_before_both() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scanstation.toml");
    std::fs::write(&path, "[rules]\nrepeat_ms = 1\ncart_max = 2\n[[serial]]\ndevice = \"/dev/a\"\n").unwrap();
    std::fs::create_dir(folder.path().join("scanstation.d")).unwrap();
    let dropped = folder.path().join("scanstation.d/10-crib.toml");
    std::fs::write(dropped, "[rules]\ncart_max = 3\n[[serial]]\ndevice = \"/dev/b\"\nbaud = 1200\n").unwrap();
    let device = "/dev/c".parse().unwrap();
    let overrides = Overrides { serial_scanners: vec![device], folder: Some("/x".into()), ..Overrides::default() };
    let config = Config::load(Some(&path), &overrides).unwrap();
    assert_eq!((config.station.policy.repeat.as_millis(), config.station.policy.cart_max), (1, 3));
    let devices: Vec<_> =
        config.serial_scanners.iter().map(|it| (it.name.to_string(), it.options.device.to_string())).collect();
    let expected = [("serial-1", "/dev/a"), ("serial-2", "/dev/b"), ("serial-3", "/dev/c")];
    assert_eq!(devices, expected.map(|(name, device)| (name.to_owned(), device.to_owned())));
    let place = |key: &str| config.settings.iter().find(|it| it.key == key).map(|it| it.place.to_string()).unwrap();
    assert!(place("rules.cart_max").ends_with("scanstation.d/10-crib.toml:2"), "{}", place("rules.cart_max"));
    assert!(place("serial[1].baud").ends_with("10-crib.toml:5"), "{}", place("serial[1].baud"));
    assert_eq!([place("serial[2].device"), place("store.data"), place("rules.due")], ["--serial", "--data", "default"]);
}

#[test]
fn a_named_file_must_be_there_and_the_usual_one_need_not() {
    let said = Config::load(Some(Path::new("/nowhere/x.toml")), &Overrides::default()).unwrap_err().to_string();
    assert!(said.starts_with("read the configuration /nowhere/x.toml: "), "{said}");
}

#[test]
fn the_explanation_names_value_origin_and_purpose() {
    let text = explained(&parse("[rules]\nrepeat_ms = 5").unwrap().settings);
    let expected = "  repeat_ms = 5  (x.toml:2, default 1000)\n      The same unit on the same lane within this time is one scan.\n";
    assert!(text.contains("\n[rules]\n") && text.contains(expected), "{text}");
    assert!(text.contains("  cart_max = 200  (default)\n"), "{text}");
}

#[test]
fn the_explanation_shows_what_is_in_force_at_that_kind_of_station() {
    let text = explained(&parse("[station]\nkind = \"desk\"").unwrap().settings);
    assert!(text.contains("  self_service = false  (default of a desk)\n"), "{text}");
    assert!(text.contains("  session_idle_s = 90  (default of a desk)\n"), "{text}");
    let text = explained(&parse("").unwrap().settings);
    assert!(text.contains("  self_service = true  (default of a crib)\n"), "{text}");
    let text = explained(&parse("[station]\nkind = \"dock\"\n[rules]\nsession_idle_s = 30").unwrap().settings);
    assert!(text.contains("  session_idle_s = 30  (x.toml:4, default 90)\n"), "{text}");
}

#[test]
fn profiles_of_the_place_are_read_and_checked_with_file_line_and_key() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ours.toml");
    let text = format!(
        "[devices]\nprofiles = {:?}\n[[serial]]\ndevice = \"/dev/a\"\nprofile = \"ours\"\n[serial.framing]\ngap_ms = 9\n",
        folder.path()
    );
    let said = parse(&text).map(|_| "accepted").unwrap_err();
    assert!(said.starts_with("x.toml:5: serial[0].profile is \"ours\"; expected none, or one of access-is-"), "{said}");
    let profile =
        "[[profile]]\nname = \"ours\"\ntitle = \"Ours\"\nmode = \"serial\"\nids = []\nserial = { baud = 1200 }\n";
    std::fs::write(&file, profile).unwrap();
    let config = parse(&text).unwrap();
    assert_eq!(config.profiles.named("ours").unwrap().title, "Ours");
    let options = &config.serial_scanners[0].options;
    assert_eq!(options.said.iter().map(String::as_str).collect::<Vec<_>>(), ["device", "framing.gap_ms", "profile"]);
    std::fs::write(&file, profile.replace("1200", "\"fast\"")).unwrap();
    let said = parse(&text).map(|_| "accepted").unwrap_err();
    assert!(said.contains("ours.toml:6: key `serial`"), "{said}");
}

#[test]
fn an_address_is_a_number_or_localhost() {
    let check = |text: &str, expected: Option<&str>| {
        assert_eq!(address(text).ok().map(|it| it.to_string()).as_deref(), expected, "{text}");
    };
    check("127.0.0.1:0", Some("127.0.0.1:0"));
    check("[::1]:8417", Some("[::1]:8417"));
    check("localhost:8417", Some("127.0.0.1:8417"));
    check("LOCALHOST:1", Some("127.0.0.1:1"));
    check("localhost", None);
    check("localhost:", None);
    check("localhost:70000", None);
    check("crib.example:8417", None);
    check("nowhere", None);
}
