-- Schema 3: carts, kept from scan to scan, so that an open one survives its session, a crash and a restart.
-- left_behind = 1 once its person has left; it is given back at their next badge.

CREATE TABLE cart (
  lane TEXT NOT NULL, left_behind INTEGER NOT NULL, holder INTEGER NOT NULL REFERENCES holder, place INTEGER NOT NULL,
  unit INTEGER NOT NULL REFERENCES unit, label TEXT NOT NULL, model TEXT NOT NULL, out INTEGER NOT NULL, due INTEGER,
  scanned TEXT NOT NULL
) STRICT;
CREATE INDEX cart_lane ON cart (lane, left_behind);
CREATE INDEX cart_holder ON cart (holder, left_behind)
