-- Schema 9: when a unit was bought and until when its warranty lasts, days as 2027-03-31; pictures of units and models.

ALTER TABLE unit ADD COLUMN purchased TEXT;
ALTER TABLE unit ADD COLUMN warranty_until TEXT;

-- The hash of the still by which people know it; that of its model where a unit has none of its own.
ALTER TABLE unit ADD COLUMN picture TEXT;
ALTER TABLE model ADD COLUMN picture TEXT
