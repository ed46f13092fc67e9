-- Schema 11: files that are taken in piece by piece. `next` is the first row that is not in yet and goes on in the transaction of
-- each piece; `ended` is when the last one went in, and empty while the rest waits in the file `import-<hash>.csv` of the folder.
CREATE TABLE import_file (
    hash TEXT PRIMARY KEY,
    list TEXT NOT NULL,
    rows INTEGER NOT NULL,
    next INTEGER NOT NULL,
    person INTEGER,
    role_max TEXT NOT NULL,
    begun INTEGER NOT NULL,
    ended INTEGER
) STRICT
