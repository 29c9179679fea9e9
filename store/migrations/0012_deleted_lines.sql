-- Which lines of the record went, one after the other, and how many bytes of their source: so that the others can be given back
-- at their places. Empty where whole days went.
ALTER TABLE deleted_rows ADD COLUMN IF NOT EXISTS Runs Array(Tuple(First UInt32, Lines UInt32, Bytes UInt64));
