-- 1 in one row, without lines, of a deletion whose lines have been told to go: it is gone on with where it was ended, and has no
-- rows here when it is done.
ALTER TABLE deleted_counts ADD COLUMN IF NOT EXISTS IsBegun UInt8;
