-- Schema 13: the search by state. The words of owners and notes (subjects 4 and 5 of name_word, the id is the unit's) are
-- entered before this step. State 3 is in service.
CREATE INDEX unit_state_state ON unit_state (state) WHERE state <> 3
