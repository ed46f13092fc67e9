-- Schema 9: what proved a critical thing that waits in a cart, and for which job it was scanned; the movement out of the
-- cart names both.
ALTER TABLE cart ADD COLUMN second_proof TEXT NOT NULL DEFAULT '';
ALTER TABLE cart ADD COLUMN job TEXT
