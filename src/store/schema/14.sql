-- Schema 14: exports are events, of a kind that an earlier program cannot read: from which event on none is missing.
INSERT INTO setting (name, value) VALUES ('exports_noted_from', (SELECT coalesce(max(seq), 0) + 1 FROM event))
