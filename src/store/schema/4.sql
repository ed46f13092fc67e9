-- Schema 4: what may keep a unit from going out, and what people may take. Written by src/store/restriction.rs.

ALTER TABLE unit ADD COLUMN recalled TEXT;
ALTER TABLE unit ADD COLUMN on_hold TEXT;
ALTER TABLE unit ADD COLUMN calibration_due INTEGER;
ALTER TABLE unit ADD COLUMN inspection_due INTEGER;

-- Policy that a category carries; a category without a row has none.
CREATE TABLE category (
  name TEXT PRIMARY KEY, training TEXT, held_max INTEGER, job_required INTEGER NOT NULL, critical INTEGER NOT NULL,
  regulated INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE training (
  holder INTEGER NOT NULL REFERENCES holder, name TEXT NOT NULL, valid_until INTEGER, PRIMARY KEY (holder, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE reservation (
  id INTEGER PRIMARY KEY, unit INTEGER NOT NULL REFERENCES unit, holder INTEGER NOT NULL REFERENCES holder,
  begins INTEGER NOT NULL, ends INTEGER NOT NULL
) STRICT;
CREATE INDEX reservation_unit ON reservation (unit, ends)
