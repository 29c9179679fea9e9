-- What a rollup of the configuration counts (CountedRollup in store/rollups.ts), so that deleted lines can be taken from it,
-- whatever the configuration has now.
ALTER TABLE custom_rollup_ranges ADD COLUMN IF NOT EXISTS Described SimpleAggregateFunction(max, String) CODEC(ZSTD(1));

-- What a deletion has to take from the rollups of the configuration, as deleted_counts has it for the others.
CREATE TABLE IF NOT EXISTS deleted_rollups
(
    DeletionId String CODEC(ZSTD(1)),
    Tenant LowCardinality(String),
    RollupName LowCardinality(String),
    Definition UInt64,
    -- Of what is counted anew alone: 0 in the others.
    Series UInt64 CODEC(ZSTD(1)),
    Window DateTime CODEC(Delta(4), ZSTD(1)),
    Labels Map(String, String) CODEC(ZSTD(1)),
    Count UInt64 CODEC(ZSTD(1)),
    Sum Float64 CODEC(ZSTD(1)),
    Min Float64 CODEC(ZSTD(1)),
    Max Float64 CODEC(ZSTD(1)),
    NotedAt DateTime DEFAULT now()
)
ENGINE = MergeTree
ORDER BY (DeletionId, Tenant, RollupName, Definition, Window)
TTL NotedAt + toIntervalDay(1)
SETTINGS ttl_only_drop_parts = 1;

-- In the row with IsBegun: the rollups of which windows between these moments (ms) go as a whole, found by the query again.
ALTER TABLE deleted_counts ADD COLUMN IF NOT EXISTS Whole Array(String);
ALTER TABLE deleted_counts ADD COLUMN IF NOT EXISTS WholeFrom Int64;
ALTER TABLE deleted_counts ADD COLUMN IF NOT EXISTS WholeTo Int64;
