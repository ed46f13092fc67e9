-- Schema 1: register, journal, ledger, custody. Times are microseconds since 1970, UTC.
-- Numbers of kinds and states are places in the lists of src/domain, counted from 1; docs/ledger.md prints them.

CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- Which product. A SKU or a GTIN leads here and never to one unit.
CREATE TABLE model (
  id INTEGER PRIMARY KEY, maker TEXT NOT NULL, maker_key TEXT NOT NULL, name TEXT NOT NULL, name_key TEXT NOT NULL,
  sku TEXT, sku_key TEXT, gtin TEXT, category TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX model_name ON model (maker_key, name_key);
CREATE UNIQUE INDEX model_sku ON model (sku_key) WHERE sku_key IS NOT NULL;
CREATE UNIQUE INDEX model_gtin ON model (gtin) WHERE gtin IS NOT NULL;
CREATE INDEX model_category ON model (category);

CREATE TABLE location (
  id INTEGER PRIMARY KEY, label TEXT NOT NULL, label_key TEXT NOT NULL UNIQUE, name TEXT NOT NULL
) STRICT;

CREATE TABLE holder (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, active INTEGER NOT NULL DEFAULT 1
) STRICT;

-- ended = 0 while the badge is valid, its own id afterwards: the unique index then holds for valid ones only.
CREATE TABLE badge (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL, raw TEXT NOT NULL, holder INTEGER NOT NULL REFERENCES holder,
  valid_from INTEGER NOT NULL, valid_until INTEGER, ended INTEGER NOT NULL DEFAULT 0, ended_why TEXT
) STRICT;
CREATE UNIQUE INDEX badge_key ON badge (key, ended);
CREATE INDEX badge_holder ON badge (holder);

-- The cold half of a unit: what it is.
CREATE TABLE unit (
  id INTEGER PRIMARY KEY, model INTEGER NOT NULL REFERENCES model, lot TEXT, lot_key TEXT, owner TEXT,
  home INTEGER REFERENCES location, registered INTEGER NOT NULL, blocked TEXT, note TEXT
) STRICT;
CREATE INDEX unit_model ON unit (model);
CREATE INDEX unit_lot ON unit (lot_key) WHERE lot_key IS NOT NULL;

-- The hot half: the fold of the ledger (holder, due, state, location, since) and where it was last seen.
CREATE TABLE unit_state (
  unit INTEGER PRIMARY KEY REFERENCES unit, holder INTEGER, due INTEGER, state INTEGER NOT NULL, location INTEGER,
  since INTEGER, seen_time INTEGER, seen_station TEXT, seen_scan INTEGER
) STRICT;
CREATE INDEX unit_state_holder ON unit_state (holder, due) WHERE holder IS NOT NULL;
CREATE INDEX unit_state_location ON unit_state (location) WHERE location IS NOT NULL;

-- scope: the maker of a serial number, the namespace of a tag, empty for what is unique everywhere.
-- ended = 0 while it is live, its own id afterwards.
CREATE TABLE identifier (
  id INTEGER PRIMARY KEY, unit INTEGER NOT NULL REFERENCES unit, kind INTEGER NOT NULL, scope TEXT NOT NULL,
  raw TEXT NOT NULL, key TEXT NOT NULL, rule_version INTEGER NOT NULL,
  valid_from INTEGER NOT NULL, valid_until INTEGER, ended INTEGER NOT NULL DEFAULT 0, ended_why INTEGER,
  place TEXT, medium TEXT, stage TEXT, source_of_truth TEXT, station TEXT, person INTEGER
) STRICT;
CREATE UNIQUE INDEX identifier_key ON identifier (key, kind, scope, ended);
CREATE INDEX identifier_unit ON identifier (unit);

-- Words of names, for the search: subject 1 model, 2 holder, 3 location.
CREATE TABLE name_word (
  word TEXT NOT NULL, subject INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (word, subject, id)
) STRICT, WITHOUT ROWID;

-- One row a scan, the refused ones too. A secret has no payload and no key. key is empty where it is the payload.
CREATE TABLE scan (
  id INTEGER PRIMARY KEY, time INTEGER NOT NULL, event_time INTEGER, source TEXT NOT NULL, lane TEXT NOT NULL,
  transport TEXT NOT NULL, number INTEGER NOT NULL, reading INTEGER, aim TEXT, symbology TEXT, payload BLOB,
  kind INTEGER NOT NULL, key TEXT, answer INTEGER NOT NULL, unit INTEGER, person INTEGER, stale INTEGER NOT NULL,
  idempotency_key TEXT, outcome TEXT
) STRICT;
CREATE UNIQUE INDEX scan_idempotency ON scan (idempotency_key) WHERE idempotency_key IS NOT NULL;

CREATE TABLE event (
  seq INTEGER PRIMARY KEY, uuid BLOB NOT NULL, station TEXT NOT NULL, kind INTEGER NOT NULL,
  record_time INTEGER NOT NULL, event_time INTEGER, person INTEGER, unit INTEGER, holder INTEGER, due INTEGER,
  location INTEGER, state INTEGER, scan INTEGER, corrects INTEGER, salt BLOB, body TEXT, body_hash BLOB,
  hash BLOB NOT NULL
) STRICT;
CREATE INDEX event_unit ON event (unit) WHERE unit IS NOT NULL;

CREATE TABLE checkpoint (
  seq INTEGER PRIMARY KEY, head BLOB NOT NULL, time INTEGER NOT NULL, station TEXT NOT NULL,
  public_key BLOB NOT NULL, signature BLOB NOT NULL
) STRICT;

CREATE TRIGGER event_grows BEFORE INSERT ON event WHEN NEW.seq <= (SELECT max(seq) FROM event)
BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END;
CREATE TRIGGER event_stays BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END;
-- A purge takes body and salt away and leaves their hash; nothing else of an event ever changes.
CREATE TRIGGER event_fixed BEFORE UPDATE ON event WHEN NOT (
  OLD.body_hash IS NULL AND NEW.body_hash IS NOT NULL AND NEW.body IS NULL AND NEW.salt IS NULL
  AND NEW.seq = OLD.seq AND NEW.uuid IS OLD.uuid AND NEW.station IS OLD.station AND NEW.kind IS OLD.kind
  AND NEW.record_time IS OLD.record_time AND NEW.event_time IS OLD.event_time AND NEW.person IS OLD.person
  AND NEW.unit IS OLD.unit AND NEW.holder IS OLD.holder AND NEW.due IS OLD.due AND NEW.location IS OLD.location
  AND NEW.state IS OLD.state AND NEW.scan IS OLD.scan AND NEW.corrects IS OLD.corrects AND NEW.hash IS OLD.hash)
BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END;
CREATE TRIGGER checkpoint_grows BEFORE INSERT ON checkpoint WHEN NEW.seq <= (SELECT max(seq) FROM checkpoint)
BEGIN SELECT RAISE(ABORT, 'checkpoints only grow'); END;
CREATE TRIGGER checkpoint_stays BEFORE DELETE ON checkpoint
BEGIN SELECT RAISE(ABORT, 'checkpoints only grow'); END;
CREATE TRIGGER checkpoint_fixed BEFORE UPDATE ON checkpoint
BEGIN SELECT RAISE(ABORT, 'checkpoints only grow'); END
