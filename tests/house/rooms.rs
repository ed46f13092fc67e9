//! The rooms of the house, the arrows between them, and where each foreign crate may live.
//!
//! This table is the law; `docs/architecture.md` draws it. A new arrow costs a decision in `docs/decisions/`.
//! Deliberately absent: how it is checked, which is in `arrows.rs`.

/// One room: a folder of `src`, or a file at its top.
pub(super) struct Room {
    pub(super) name: &'static str,
    /// What it may import of ours.
    pub(super) may_import: &'static [&'static str],
    /// What to do instead of a new arrow.
    pub(super) advice: &'static str,
}

const fn room(name: &'static str, may_import: &'static [&'static str], advice: &'static str) -> Room {
    Room { name, may_import, advice }
}

/// All rooms there may be, innermost first.
pub(super) const ROOMS: &[Room] = &[
    room("queue", &[], "it knows nothing of what waits in it"),
    room("domain", &[], "a noun that two rooms need belongs into `domain`; a verb never does"),
    room("decode", &["domain"], "hand the bytes in; `source` and `station` call `decode`, never the other way"),
    room("identify", &["domain"], "ask by a `Question` in the `Identifier`; `store` answers it"),
    room("vision", &["domain"], "hand the image in and the symbols out; `source` owns the camera"),
    room("rules", &["domain"], "put what the rule asks into `UnitFacts`; `store` fills it in, `station` hands it over"),
    room("labels", &["domain"], "return the picture; `station` prints it and `vision` reads it back"),
    room("output", &["domain"], "take bytes; what they say is decided in `rules` and drawn in `labels`"),
    room(
        "source",
        &["domain", "decode", "queue", "vision"],
        "give what you have to the `Sink`; the station loop takes it from there",
    ),
    room("store", &["domain", "queue"], "let the caller decide and hand the decision in as nouns"),
    room("hub", &["domain", "store"], "read the outbox of `store`; the station does not know that there is a hub"),
    room(
        "station",
        &["domain", "decode", "identify", "queue", "rules", "source", "store", "labels", "vision", "output"],
        "the loop speaks to the world by its `Handle`: `http` and `cli` come to it",
    ),
    room(
        "http",
        &["domain", "store", "station", "labels", "identify"],
        "go through the station's `Handle`, as a scanner does",
    ),
    room(
        "config",
        &[
            "decode", "domain", "http", "hub", "identify", "labels", "output", "rules", "source", "station", "store",
            "vision",
        ],
        "fill that room's `Options`; no room reads the configuration",
    ),
    room(
        "cli",
        &[
            "config", "decode", "domain", "http", "hub", "identify", "labels", "output", "queue", "rules", "source",
            "station", "store", "vision",
        ],
        "the command line wires everything and nothing imports it",
    ),
    room("lib", &[], "`lib.rs` names the rooms and does nothing"),
    room("main", &["cli"], "`main.rs` calls `cli` and does nothing"),
];

/// Where a foreign crate may be named; one that stands in no row may be named nowhere.
pub(super) const CRATES: &[(&str, &[&str])] = &[
    // The vocabulary: our nouns are made of these, so whoever handles a noun meets them.
    ("jiff", EVERYWHERE),
    ("uuid", EVERYWHERE),
    ("thiserror", EVERYWHERE),
    ("serde", EVERYWHERE), // Derives: each room's `Options` is read by `config` without a copy of its own.
    ("serde_json", &["http", "store", "station", "cli"]),
    ("tracing", &["source", "store", "hub", "station", "http", "output", "cli", "main"]),
    // The drivers: each behind one door.
    ("encoding_rs", &["identify", "vision"]),
    ("unicode_normalization", &["domain", "identify"]),
    ("percent_encoding", &["identify"]),
    ("regex", &["identify"]),
    ("rqrr", &["vision"]),
    ("zxingcpp", &["vision"]),
    ("image", &["vision"]),
    ("zune_jpeg", &["vision"]),
    ("qrcode", &["labels"]),
    ("datamatrix", &["labels"]),
    ("barcoders", &["labels"]),
    ("rusb", &["source"]),
    ("serialport", &["source"]),
    ("nokhwa", &["source"]),
    ("v4l", &["source"]),
    ("rusqlite", &["store"]),
    ("sha2", &["store"]),
    ("ed25519_dalek", &["store"]),
    ("argon2", &["store"]),
    ("getrandom", &["store"]),
    ("csv", &["store"]),
    ("tokio", &["station", "http", "cli"]), // In `station` only `tokio::sync`, see `arrows.rs`.
    ("axum", &["http"]),
    ("hyper", &["http"]),
    ("hyper_util", &["http"]),
    ("tower", &["http"]),
    ("rust_embed", &["http"]),
    ("toml", &["config", "identify", "source"]), // In `identify` the maker rules that ship; in `source` the device profiles and what `devices assign` stores.
    ("rustix", &["source", "output", "store", "cli"]),
    ("thread_priority", &["source"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("anyhow", &["cli", "main"]),
    ("tracing_subscriber", &["cli"]),
    ("tracing_journald", &["cli"]),
    ("sd_notify", &["cli"]),
];

const EVERYWHERE: &[&str] = &[
    "domain", "decode", "identify", "vision", "rules", "labels", "output", "source", "store", "hub", "station", "http",
    "config", "cli",
];

/// Crates that wait for their use, and what will use them.
pub(super) const AWAITED: &[(&str, &str)] = &[];

/// Crates that only tests may name.
pub(super) const TEST_CRATES: &[&str] = &["proptest", "tempfile", "hidreport", "rxing", "quircs"];

/// The room of that name.
pub(super) fn find(name: &str) -> Option<&'static Room> {
    ROOMS.iter().find(|it| it.name == name)
}
