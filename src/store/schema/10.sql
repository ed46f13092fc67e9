-- Schema 10: units in quarantine (state 5): few, and looked for at each end of a shift.
CREATE INDEX unit_state_quarantine ON unit_state (unit) WHERE state = 5
