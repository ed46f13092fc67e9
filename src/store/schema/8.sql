-- Schema 8: when a unit was bought and until when its warranty lasts, days as 2027-03-31; pictures of units and
-- models; licences of people.

ALTER TABLE unit ADD COLUMN purchased TEXT;
ALTER TABLE unit ADD COLUMN warranty_until TEXT;

-- The hash of the still by which people know it; that of its model where a unit has none of its own.
ALTER TABLE unit ADD COLUMN picture TEXT;
ALTER TABLE model ADD COLUMN picture TEXT;

-- What a person must show to take regulated things, and until when it is valid (for ever if empty).
ALTER TABLE holder ADD COLUMN licence TEXT;
ALTER TABLE holder ADD COLUMN licence_until INTEGER
