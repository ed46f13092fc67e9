-- Schema 9: of what waits in a cart, what proved it where it is critical, for which job it was scanned, and who had it if it
-- comes back. What an earlier program left there comes back from whoever has it now.
ALTER TABLE cart ADD COLUMN second_proof TEXT NOT NULL DEFAULT '';
ALTER TABLE cart ADD COLUMN job TEXT;
ALTER TABLE cart ADD COLUMN former INTEGER;
UPDATE cart SET former = (SELECT s.holder FROM unit_state s WHERE s.unit = cart.unit) WHERE out = 0
