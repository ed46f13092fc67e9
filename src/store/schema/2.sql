-- Schema 2: kits and things counted instead of numbered.

ALTER TABLE unit ADD COLUMN kit INTEGER REFERENCES unit;
CREATE INDEX unit_kit ON unit (kit) WHERE kit IS NOT NULL;

-- serialised, lot or quantity.
ALTER TABLE model ADD COLUMN tracking TEXT NOT NULL DEFAULT 'serialised';

-- Consumables: known by the code on their shelf, with a quantity and a minimum.
CREATE TABLE stock (
  id INTEGER PRIMARY KEY, model INTEGER NOT NULL REFERENCES model, shelf TEXT NOT NULL, shelf_key TEXT NOT NULL UNIQUE,
  location INTEGER REFERENCES location, quantity INTEGER NOT NULL, minimum INTEGER NOT NULL
) STRICT
