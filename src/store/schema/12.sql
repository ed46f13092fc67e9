-- Schema 12: things that bear no serial number of their maker, of which the tag alone is the whole mapping: why it is so.
ALTER TABLE unit ADD COLUMN no_serial_number TEXT;
ALTER TABLE model ADD COLUMN no_serial_number TEXT
