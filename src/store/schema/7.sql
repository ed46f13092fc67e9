-- Schema 7: which bins are for damaged things, and in what condition a unit came back; no condition means in order.

ALTER TABLE location ADD COLUMN quarantine INTEGER NOT NULL DEFAULT 0;
ALTER TABLE unit ADD COLUMN condition TEXT;
ALTER TABLE cart ADD COLUMN condition TEXT;

-- Stolen units (state 9): few, and looked for at each keeper's badge.
CREATE INDEX unit_state_stolen ON unit_state (unit) WHERE state = 9
