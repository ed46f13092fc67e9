-- Schema 9: when a unit was bought and until when its warranty lasts, days as 2027-03-31.

ALTER TABLE unit ADD COLUMN purchased TEXT;
ALTER TABLE unit ADD COLUMN warranty_until TEXT
