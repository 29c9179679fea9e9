-- Where a record first stood that was put back out of the dead letters; '' for all others.
ALTER TABLE ledger ADD COLUMN IF NOT EXISTS ReplayOf String CODEC(ZSTD(1));
