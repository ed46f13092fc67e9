//! Every key of the configuration: what may stand there, its default, and a sentence for whoever sets it.
//!
//! `config/scanstation.toml` shows the same keys with the same defaults; a test holds the two together and both to the
//! defaults of the rooms.
//! Deliberately absent: reading a file (`document`) and filling a room's options (`fill`).

use super::shape::Shape;
use crate::domain::spelling::edits;
use crate::domain::time::{LocalTime, Zone};
use crate::domain::{Age, LaneId, StationId};
use crate::identify;
use crate::source::serial::select::Selector;
use crate::source::usb;

/// One key of the configuration.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its tables and its name, `rules.repeat_ms`; `[]` stands for each table of a list.
    pub path: &'static str,
    /// What may stand there.
    pub shape: Shape,
    /// Its default, as it would be written; empty if it must be given.
    pub default: &'static str,
    /// What it does, in one sentence or two.
    pub about: &'static str,
}

const fn key(path: &'static str, shape: Shape, default: &'static str, about: &'static str) -> Key {
    Key { path, shape, default, about }
}

const fn whole(from: u64, to: u64, unit: &'static str) -> Shape {
    Shape::Whole { from, to, unit }
}

const fn text(expected: &'static str, fits: fn(&str) -> bool) -> Shape {
    Shape::Text { expected, fits }
}

const fn texts(expected: &'static str, fits: fn(&str) -> bool) -> Shape {
    Shape::Texts { expected, fits }
}

const ANY: Shape = text("any characters", |_| true);
const SOME: Shape = text("at least one character", |it| !it.trim().is_empty());
/// A name for people; `camera.name = "Left desk"` is what somebody would write.
const SHOWN: Shape = text("1 to 64 characters, blanks too, without line ends", |it| {
    !it.trim().is_empty() && it.chars().count() <= 64 && !it.chars().any(char::is_control)
});
const NAME: Shape = text("1 to 32 letters, digits, hyphens, dots or underscores", LaneId::is_name);
const PREFIX: Shape = text("printable characters without a blank; \"\" switches the class off", |it| {
    it.bytes().all(|it| it.is_ascii_graphic())
});
/// How long words are kept.
const KEPT: Shape = text("\"for ever\", or an age such as \"90 days\", \"18 months\" or \"2 years\"", |it| {
    it == super::FOR_EVER || Age::parse(it).is_ok()
});
const ADDRESS: Shape = text(super::ADDRESS, |it| super::address(it).is_ok());
/// Causes that somebody may release, by their words in the ledger.
const RELEASABLE: &[&str] =
    &["on-hold", "training-missing", "reserved", "over-limit", "over-own-limit", "blocked", "not-lendable"];
const SYMBOLOGIES: Shape = Shape::Words(&[
    "QRCode",
    "MicroQR",
    "rMQR",
    "DataMatrix",
    "Aztec",
    "PDF417",
    "Code128",
    "Code39",
    "Code93",
    "Codabar",
    "ITF",
    "EAN13",
    "EAN8",
    "UPCA",
    "UPCE",
    "DataBar",
    "DataBarExpanded",
    "MaxiCode",
]);
const USUAL: &str = "[\"QRCode\", \"MicroQR\", \"rMQR\", \"DataMatrix\", \"Aztec\", \"PDF417\", \"Code128\", \"Code39\", \
    \"Code93\", \"ITF\", \"EAN13\", \"EAN8\", \"UPCA\", \"UPCE\", \"DataBar\", \"DataBarExpanded\"]";
const COUNT_MAX: u64 = 1_000_000;

/// All keys, in the order of the sample file.
pub const KEYS: &[Key] = &[
    // What this station is.
    key(
        "station.name",
        text("1 to 16 lower-case letters, digits and hyphens", |it| StationId::parse(it).is_some()),
        "\"station\"",
        "Names this station in every event of the ledger, for ever: choose it before the first scan and leave it.",
    ),
    key(
        "station.kind",
        Shape::Word(&["desk", "crib", "dock"]),
        "\"crib\"",
        "What the station is for: a clerk's desk, a tool crib, or a dock, which takes things in and lends only after OUT; receiving deliveries against orders is not built yet.",
    ),
    key(
        "station.zone",
        text("a name of the IANA time zone database, \"Europe/Berlin\", or \"system\"", |it| {
            it == "system" || Zone::named(it).is_some()
        }),
        "\"system\"",
        "The time zone in which people read the clock: due times are told in it, days begin and end by it.",
    ),
    key(
        "station.queue_max",
        whole(16, COUNT_MAX, "inputs"),
        "1024",
        "Scans that may wait; when the queue is full a scanner waits and a web request gets 503.",
    ),
    key("station.group_max", whole(1, 1_000, "inputs"), "64", "Scans that are made durable by one write to the disk."),
    key(
        "station.updates_max",
        whole(16, COUNT_MAX, "messages"),
        "1024",
        "Messages a slow screen may lag behind before it reads the ledger again.",
    ),
    // The rules of the place.
    key(
        "rules.self_service",
        Shape::Flag,
        "true",
        "Each scan is booked at once, because people walk away; false collects a cart until DONE. A desk and a dock have false unless it is set.",
    ),
    key(
        "rules.session_idle_s",
        whole(5, 3_600, "seconds"),
        "30",
        "A session ends after this silence; a desk and a dock have 90 unless it is set.",
    ),
    key(
        "rules.repeat_ms",
        whole(0, 60_000, "milliseconds"),
        "1000",
        "The same unit on the same lane within this time is one scan.",
    ),
    key(
        "rules.due",
        Shape::Word(&["end-of-shift", "days", "never"]),
        "\"end-of-shift\"",
        "When a unit that goes out is due back.",
    ),
    key(
        "rules.due_days",
        whole(1, 3_650, "days"),
        "1",
        "With due = \"days\": after so many days, at the end of the shift.",
    ),
    key(
        "rules.shift_end",
        text("a time of day, \"17:00\"", |it| LocalTime::parse(it).is_some()),
        "\"17:00\"",
        "When the shift ends.",
    ),
    key("rules.cart_max", whole(1, 10_000, "lines"), "200", "Lines a cart may have."),
    key(
        "rules.take_max",
        whole(1, 999_999, "pieces"),
        "200",
        "Pieces of a consumable at once, where its shelf says nothing else.",
    ),
    key(
        "rules.release_s",
        whole(5, 600, "seconds"),
        "30",
        "A refusal may be released within this time, and each step of releasing it within as much again.",
    ),
    key(
        "rules.release_role",
        Shape::Word(&["keeper", "admin"]),
        "\"keeper\"",
        "Whose badge releases a refusal; what is recalled, expired or in conflict is released by nobody.",
    ),
    key("rules.release_never", Shape::Words(RELEASABLE), "[]", "Causes that nobody releases here."),
    // Our own codes.
    key("codes.command_prefix", PREFIX, "\"!CMD:\"", "What command cards begin with; no tag may use it."),
    key("codes.badge_prefix", PREFIX, "\"BDG-\"", "What badges begin with."),
    key(
        "codes.tag_prefix",
        PREFIX,
        "\"AT-\"",
        "What our own asset tags begin with; six digits or capital letters without I, L, O and U follow, then the check character.",
    ),
    key(
        "codes.tag_check",
        Shape::Word(&["optional", "required"]),
        "\"optional\"",
        "Whether a tag must end in its check character; if it is there it must hold in any case.",
    ),
    key("codes.location_prefix", PREFIX, "\"LOC-\"", "What location labels begin with."),
    key("codes.quantity_prefix", PREFIX, "\"QTY-\"", "What number cards begin with; digits follow."),
    key("codes.job_prefix", PREFIX, "\"JOB-\"", "What job and cost-centre cards begin with."),
    key(
        "codes.own_url",
        ANY,
        "\"https://inv.example/a/\"",
        "The address in front of a tag in our own QR codes; it is compared and never opened.",
    ),
    key(
        "codes.bare_data_identifiers",
        texts("MH10.8.2 data identifiers", |_| true),
        "[\"1T\", \"1H\", \"I\", \"22S\", \"23S\"]",
        "Data identifiers that are believed without an ISO/IEC 15434 envelope around them.",
    ),
    key(
        "codes.no_read",
        texts("what the scanner sends", |_| true),
        "[\"NR\", \"NOREAD\", \"NO READ\"]",
        "What a fixed scanner sends when it read nothing.",
    ),
    key(
        "codes.charset",
        text(super::CHARSET, identify::text::is_charset),
        "\"windows-1252\"",
        "The character set of scanners that send neither UTF-8 nor an ECI.",
    ),
    key(
        "codes.short_gtin_links",
        Shape::Flag,
        "false",
        "Reads Digital Links with a GTIN of 8, 12 or 13 digits (old links).",
    ),
    key("codes.word_links", Shape::Flag, "false", "Reads Digital Links with words, /gtin/…/ser/… (withdrawn form)."),
    key(
        "codes.symbologies.command",
        SYMBOLOGIES,
        "[\"Code128\", \"QRCode\", \"DataMatrix\"]",
        "In which symbols command cards are printed; another one is accepted and flagged. [] means any.",
    ),
    key(
        "codes.symbologies.badge",
        SYMBOLOGIES,
        "[\"Code128\", \"Code39\", \"QRCode\", \"DataMatrix\"]",
        "The same for badges.",
    ),
    key("codes.symbologies.tag", SYMBOLOGIES, "[\"Code128\", \"QRCode\", \"DataMatrix\"]", "The same for tags."),
    key(
        "codes.symbologies.location",
        SYMBOLOGIES,
        "[\"Code128\", \"QRCode\", \"DataMatrix\"]",
        "The same for location labels.",
    ),
    key(
        "codes.symbologies.quantity",
        SYMBOLOGIES,
        "[\"Code128\", \"QRCode\", \"DataMatrix\"]",
        "The same for number cards.",
    ),
    key("codes.symbologies.job", SYMBOLOGIES, "[\"Code128\", \"QRCode\", \"DataMatrix\"]", "The same for job cards."),
    // Where everything is kept.
    key(
        "store.data",
        SOME,
        "\"/var/lib/scanstation\"",
        "The folder of the register, the ledger and its key; --data and $SCANSTATION_DATA go before it.",
    ),
    key(
        "store.busy_ms_max",
        whole(0, 60_000, "milliseconds"),
        "2000",
        "How long to wait for another program that holds the database file.",
    ),
    key(
        "store.wal_commits_max",
        whole(100, COUNT_MAX, "commits"),
        "500",
        "Commits after which the write-ahead log is copied into the database, beside the scans.",
    ),
    // How long words are kept.
    key(
        "retention.movements",
        KEPT,
        "\"for ever\"",
        "Words of what units did: out, in, handed over, moved, changes of state. What a unit that is out did since it went out is never purged.",
    ),
    key(
        "retention.sessions",
        KEPT,
        "\"for ever\"",
        "Words of who was at the desk, and the counts at the end of a shift.",
    ),
    key("retention.scans", KEPT, "\"for ever\"", "Words of what was only looked up or refused."),
    key(
        "retention.parked",
        KEPT,
        "\"for ever\"",
        "Words of codes that nobody knew; one that still waits to be dealt with is never purged.",
    ),
    // The page and the API.
    key(
        "http.listen",
        ADDRESS,
        "\"127.0.0.1:8417\"",
        "Where the page and the API are served; --listen goes before it.",
    ),
    key(
        "http.hosts",
        texts(super::HOST, super::is_host),
        "[]",
        "Names under which the page may be opened besides localhost.",
    ),
    key(
        "http.connections_max",
        whole(1, 65_536, "connections"),
        "256",
        "Connections at one time; the next one is told 503.",
    ),
    key("http.screens_max", whole(1, 65_536, "screens"), "64", "Live screens at one time; the next one is told 503."),
    key(
        "http.header_timeout_s",
        whole(1, 3_600, "seconds"),
        "30",
        "Time in which the head of a request must be complete.",
    ),
    key(
        "http.body_timeout_s",
        whole(1, 3_600, "seconds"),
        "10",
        "Time in which the body of a request must be complete.",
    ),
    key(
        "http.answer_timeout_s",
        whole(1, 3_600, "seconds"),
        "30",
        "Time a request waits for its answer before it is told that the outcome is unknown.",
    ),
    key(
        "http.payload_max",
        whole(64, 1_048_576, "bytes"),
        "8192",
        "Bytes of one scan over HTTP; a longer one is told 413.",
    ),
    key("http.import_max", whole(1_024, 1_073_741_824, "bytes"), "33554432", "Bytes of one imported file."),
    key("http.rows_max", whole(1, 10_000, "rows"), "500", "Rows of one page of a list."),
    key(
        "http.screen_buffer_max",
        whole(4_096, 67_108_864, "bytes"),
        "262144",
        "Bytes waiting for a screen that does not read; then it is dropped and comes back by itself.",
    ),
    key(
        "http.keep_alive_s",
        whole(1, 600, "seconds"),
        "15",
        "Silence after which a screen is sent a comment, so that both sides notice a dead line.",
    ),
    key(
        "http.screens_priority",
        whole(0, 99, "steps"),
        "5",
        "Real-time priority of the thread that writes to screens, where the system allows it; 0 for none.",
    ),
    key(
        "http.requests_priority",
        whole(0, 99, "steps"),
        "4",
        "The same of the thread that serves requests, where there is more than one core; best below that of the screens.",
    ),
    // Logs.
    key(
        "log.level",
        text(super::LEVEL, |it| super::level(it).is_ok()),
        "\"info\"",
        "How much is logged, everywhere or by room.",
    ),
    key(
        "log.form",
        Shape::Word(&["auto", "text", "json", "journald"]),
        "\"auto\"",
        "The form of the log; auto takes the journal under systemd and text elsewhere.",
    ),
    // What is known of devices.
    key(
        "devices.profiles",
        SOME,
        "\"/etc/scanstation/devices\"",
        "A folder with device profiles of this place, *.toml; they win over those that come with the program.",
    ),
    // USB scanners.
    key(
        "usb.scanners",
        Shape::Flag,
        "true",
        "Reads USB scanners that are no serial ports (HID POS and known keyboard wedges); an ordinary keyboard is never taken.",
    ),
    key("usb.lane", NAME, "\"counter\"", "The side of the station for a USB scanner that nobody has given one."),
    key(
        "usb_scanner[].device",
        text(
            "vendor:product, vendor:product:number or vendor:product@port, as `scanstation devices` shows them",
            |it| it.parse::<usb::Selector>().is_ok(),
        ),
        "",
        "Which USB device, or which kind of them.",
    ),
    key(
        "usb_scanner[].name",
        SHOWN,
        "\"usb-1\"",
        "The scanner's name on screens and in the journal; by default its own stable name.",
    ),
    key("usb_scanner[].lane", NAME, "\"counter\"", "The side of the station it belongs to; by default usb.lane."),
    key(
        "usb_scanner[].profile",
        SOME,
        "\"generic-keyboard\"",
        "The profile to use whatever its ids say; by default the one that knows them.",
    ),
    key("usb_scanner[].ignore", Shape::Flag, "false", "Leaves it alone, even if it is a scanner."),
    key(
        "usb_scanner[].keyboard.layout",
        Shape::Word(&["us", "gb", "de", "fr"]),
        "\"us\"",
        "The country setting of a scanner that types.",
    ),
    key(
        "usb_scanner[].keyboard.ending",
        Shape::Word(&["any", "enter", "tab", "silence"]),
        "\"any\"",
        "What ends a scan of a scanner that types.",
    ),
    key(
        "usb_scanner[].keyboard.gap_ms",
        whole(1, 60_000, "milliseconds"),
        "200",
        "Silence that ends a scan; wireless scanners need 500.",
    ),
    key("usb_scanner[].keyboard.dead_keys_plain", Shape::Flag, "false", "A dead key types its accent at once."),
    key(
        "usb_scanner[].keyboard.case_inverted",
        Shape::Flag,
        "false",
        "It types lower case for upper and the reverse (Caps Lock on at the scanner).",
    ),
    key("usb_scanner[].keyboard.prefix", ANY, "\"\"", "Text in front that it adds; taken off once."),
    key("usb_scanner[].keyboard.suffix", ANY, "\"\"", "Text behind that it adds; taken off once."),
    // Cameras.
    key("camera[].device", SOME, "", "Which camera: a name from `scanstation camera list`, /dev/video0, or a number."),
    key(
        "camera[].name",
        SHOWN,
        "\"camera-1\"",
        "Its name on screens and in the journal; by default numbered in the order of this file.",
    ),
    key(
        "camera[].lane",
        NAME,
        "\"camera-1\"",
        "The side of the station it belongs to; by default its own name, with a hyphen for each character a side cannot have.",
    ),
    key("camera[].width", whole(160, 7_680, "pixels"), "1280", "Pixels a row asked for."),
    key("camera[].height", whole(120, 4_320, "pixels"), "720", "Rows asked for."),
    key("camera[].rate", whole(1, 240, "pictures a second"), "30", "Pictures a second asked for."),
    key(
        "camera[].folder",
        ANY,
        "\"\"",
        "A folder of pictures in place of a camera, in the order of their names at that rate; \"\" for none.",
    ),
    key("camera[].again", Shape::Flag, "false", "Begins the folder again after its last picture."),
    key(
        "camera[].symbologies",
        SYMBOLOGIES,
        USUAL,
        "What is looked for; each one more costs time, MaxiCode and Codabar most.",
    ),
    key(
        "camera[].budget_ms",
        whole(1, 60_000, "milliseconds"),
        "15",
        "Time for one picture; one call of the second engine may go over it.",
    ),
    key(
        "camera[].controls",
        texts("NAME=VALUE, such as \"exposure=200\", \"focus=30\", \"gain=10\"", |_| true),
        "[]",
        "Exposure and focus as the driver counts them (v4l2-ctl -L shows the limits); either switches its automatic off.",
    ),
    key(
        "camera[].preview",
        Shape::Flag,
        "false",
        "Shows what the camera sees on this machine's own page: small pictures, at most ten a second.",
    ),
    // Scanners on serial ports.
    key(
        "serial[].device",
        text(
            "a path, a name in /dev/serial/by-id, or vendor:product in hexadecimal, also with :number or @port behind",
            |it| it.parse::<Selector>().is_ok(),
        ),
        "",
        "Which port: by path, by its stable name, or by the USB ids that lsusb shows.",
    ),
    key(
        "serial[].name",
        SHOWN,
        "\"serial-1\"",
        "The scanner's name on screens and in the journal; by default numbered in the order of this file.",
    ),
    key(
        "serial[].lane",
        NAME,
        "\"serial-1\"",
        "The side of the station it belongs to, with a session of its own; by default its own name, with a hyphen for each character a side cannot have.",
    ),
    key(
        "serial[].profile",
        SOME,
        "\"zebra-cdc\"",
        "The profile to use whatever its USB ids say: line settings, framing, beeps; by default the one that knows them, none for no profile.",
    ),
    key("serial[].baud", whole(50, 4_000_000, "bits a second"), "9600", "Speed of the line; USB scanners do not care."),
    key("serial[].data_bits", whole(5, 8, "bits"), "8", "Bits a character."),
    key("serial[].parity", Shape::Word(&["none", "odd", "even"]), "\"none\"", "Parity bit."),
    key("serial[].stop_bits", whole(1, 2, "bits"), "1", "Stop bits."),
    key(
        "serial[].flow",
        Shape::Word(&["none", "software", "hardware"]),
        "\"none\"",
        "Flow control: none, XON/XOFF, or RTS/CTS.",
    ),
    key(
        "serial[].dtr_on_open",
        Shape::Flag,
        "true",
        "The DTR line when the port is opened; false for boards that it resets.",
    ),
    key("serial[].exclusive", Shape::Flag, "true", "Nobody else may open the port while the station has it."),
    key(
        "serial[].reply",
        Shape::Word(&["none", "ack-nak"]),
        "\"none\"",
        "What the scanner is told after each code: nothing, or ACK when it is recorded and NAK when not.",
    ),
    key(
        "serial[].framing.terminator",
        Shape::Word(&["line", "cr", "lf", "crlf", "etx", "tab", "none"]),
        "\"line\"",
        "What ends a code; line is CR, LF or CR LF, none is a silence of gap_ms.",
    ),
    key("serial[].framing.prefix", ANY, "\"\"", "Text before each code, taken off once if it is there."),
    key(
        "serial[].framing.suffix",
        ANY,
        "\"\"",
        "Text between a code and its terminator, taken off once if it is there.",
    ),
    key(
        "serial[].framing.envelope",
        Shape::Word(&["none", "stx-etx", "stx-etx-bcc", "stx-etx-bcc-over-etx"]),
        "\"none\"",
        "STX and ETX around each code, with or without a check byte; then terminator is not used.",
    ),
    key(
        "serial[].framing.frame_max",
        whole(1, 1_048_576, "bytes"),
        "4096",
        "Bytes a code may have; a longer one is thrown away whole, visibly.",
    ),
    key(
        "serial[].framing.gap_ms",
        whole(1, 60_000, "milliseconds"),
        "200",
        "Silence that ends a code where nothing else does.",
    ),
    key(
        "serial[].framing.partial_max_ms",
        whole(1, 60_000, "milliseconds"),
        "2000",
        "Silence after which half a code is given up, visibly.",
    ),
    key(
        "serial[].framing.last_terminator_only",
        Shape::Flag,
        "false",
        "Codes may have line ends inside; every answer then comes gap_ms later.",
    ),
    key(
        "serial[].framing.stale",
        Shape::Word(&["discard", "mark", "accept"]),
        "\"discard\"",
        "What to do with codes that waited in the device before anybody listened: throw them away, visibly; book them and mark them in the journal (stale); or book them.",
    ),
    key(
        "serial[].framing.stale_ms",
        whole(0, 60_000, "milliseconds"),
        "0",
        "How long after opening a code may begin and still count as having waited.",
    ),
];

/// The key of that path.
pub(super) fn find(path: &str) -> Option<&'static Key> {
    KEYS.iter().find(|it| it.path == path)
}

/// The known key that differs least from an unknown one: in its own table first, then anywhere.
pub(super) fn nearest(path: &str) -> Option<&'static str> {
    let (table, name) = path.rsplit_once('.').unwrap_or(("", path));
    let distance = |it: &Key| {
        let (its_table, its_name) = it.path.rsplit_once('.').unwrap_or(("", it.path));
        edits(name, its_name) * 2 + usize::from(table != its_table) + edits(table, its_table).min(3)
    };
    let near = KEYS.iter().map(|it| (distance(it), it.path)).min()?;
    (near.0 <= name.len().max(4)).then_some(near.1)
}

/// The known table that differs least from an unknown one: `serial` for `serail`.
pub(super) fn nearest_table(path: &str) -> Option<String> {
    let path = path.replace("[]", "");
    let tables = KEYS.iter().filter_map(|it| it.path.rsplit_once('.')).map(|(table, _)| table.replace("[]", ""));
    let near = tables.map(|it| (edits(&path, &it), it)).min()?;
    (near.0 * 2 < path.len().max(4)).then_some(near.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(unknown: &str, expected: Option<&str>) {
        assert_eq!(nearest(unknown), expected);
    }

    #[test]
    fn the_nearest_key_is_found_in_its_table_first() {
        check("rules.sesion_idle_s", Some("rules.session_idle_s"));
        check("rules.repaet_ms", Some("rules.repeat_ms"));
        check("serial[].buad", Some("serial[].baud"));
        check("serial[].gap_ms", Some("serial[].framing.gap_ms"));
        check("log.format", Some("log.form"));
        check("station.listen", Some("http.listen"));
        check("rule.cart_max", Some("rules.cart_max"));
        check("weather.temperature_outside", None);
    }

    #[test]
    fn no_key_stands_twice_and_each_has_a_sentence() {
        for (place, key) in KEYS.iter().enumerate() {
            assert!(KEYS.iter().skip(place + 1).all(|it| it.path != key.path), "{}", key.path);
            assert!(key.about.ends_with('.') && key.about.len() > 8, "{}", key.path);
        }
    }
}
