-- Schema 6: codes that were set aside, PINs and limits of people, recalls and reservations of models.

-- A projection of the ledger's `parked` events. text is empty once its payload was purged; resolved is the event that
-- dealt with it.
CREATE TABLE parked (
  event INTEGER PRIMARY KEY, scan INTEGER, time INTEGER NOT NULL, lane TEXT NOT NULL, text TEXT NOT NULL,
  kind INTEGER NOT NULL, still TEXT, resolved INTEGER
) STRICT;
CREATE INDEX parked_open ON parked (text) WHERE resolved IS NULL;
INSERT INTO parked (event, scan, time, lane, text, kind)
  SELECT e.seq, e.scan, e.record_time, coalesce(s.lane, ''), coalesce(s.key, CAST(s.payload AS TEXT), ''),
  coalesce(s.kind, 1) FROM event e LEFT JOIN scan s ON s.id = e.scan WHERE e.kind = 7;

-- pin: argon2id with its parameters, salt and hash; never the number.
ALTER TABLE holder ADD COLUMN pin TEXT;
ALTER TABLE holder ADD COLUMN pin_wrong INTEGER NOT NULL DEFAULT 0;
ALTER TABLE holder ADD COLUMN pin_until INTEGER;
ALTER TABLE holder ADD COLUMN held_max INTEGER;

ALTER TABLE model ADD COLUMN recalled TEXT;
ALTER TABLE model ADD COLUMN on_hold TEXT;

-- Either one unit is reserved or any of a model.
CREATE TABLE reserved (
  id INTEGER PRIMARY KEY, unit INTEGER REFERENCES unit, model INTEGER REFERENCES model,
  holder INTEGER NOT NULL REFERENCES holder, begins INTEGER NOT NULL, ends INTEGER NOT NULL
) STRICT;
INSERT INTO reserved (id, unit, holder, begins, ends) SELECT id, unit, holder, begins, ends FROM reservation;
DROP TABLE reservation;
ALTER TABLE reserved RENAME TO reservation;
CREATE INDEX reservation_unit ON reservation (unit, ends) WHERE unit IS NOT NULL;
CREATE INDEX reservation_model ON reservation (model, ends) WHERE model IS NOT NULL
