-- Schema 5: cases, labels to be printed, parts in a cart, limits of consumables.
-- case_file, label_queue and the quantities of stock are written by events alone: they are their fold (src/store/fold.rs).

-- Set while a case about the unit is open.
ALTER TABLE unit ADD COLUMN conflict INTEGER NOT NULL DEFAULT 0;

-- id is the number of the event that opened it.
CREATE TABLE case_file (
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL, unit INTEGER NOT NULL REFERENCES unit, other INTEGER REFERENCES unit,
  tag TEXT, serial_number TEXT, opened INTEGER NOT NULL, person INTEGER, readings INTEGER NOT NULL DEFAULT 1,
  location INTEGER REFERENCES location, resolved INTEGER, resolved_by INTEGER, resolution TEXT
) STRICT;
CREATE INDEX case_file_unit ON case_file (unit) WHERE resolved IS NULL;
CREATE INDEX case_file_other ON case_file (other) WHERE resolved IS NULL;

-- id is the number of the event that asked for it.
CREATE TABLE label_queue (
  id INTEGER PRIMARY KEY, unit INTEGER NOT NULL REFERENCES unit, reason TEXT NOT NULL, tag TEXT,
  asked INTEGER NOT NULL, person INTEGER, settled INTEGER, settled_by INTEGER
) STRICT;
CREATE UNIQUE INDEX label_queue_unit ON label_queue (unit) WHERE settled IS NULL;

ALTER TABLE stock ADD COLUMN take_max INTEGER;
ALTER TABLE stock ADD COLUMN reorder_since INTEGER;

ALTER TABLE cart ADD COLUMN kit INTEGER REFERENCES unit;
ALTER TABLE cart ADD COLUMN missing TEXT NOT NULL DEFAULT '';
ALTER TABLE cart ADD COLUMN verified INTEGER NOT NULL DEFAULT 0;

-- Serial numbers without separators, letters read as the digits they look like, leading zeros left out: finds weaker
-- forms and near twins. The expression stands in src/store/near.rs too, word for word.
CREATE INDEX identifier_fold ON identifier (ltrim(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(key, '-', ''), ' ', ''), '.', ''), '/', ''), '_', ''), 'O', '0'), 'I', '1'), 'B', '8'), 'S', '5'), 'Z', '2'), '0')) WHERE kind = 1;
