-- Schema 9: what proved a critical thing that waits in a cart: the movement out of the cart names it.
ALTER TABLE cart ADD COLUMN second_proof TEXT NOT NULL DEFAULT ''
