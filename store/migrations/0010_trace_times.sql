-- When each trace was: with its times a trace is found by its id without asking the index of every granule.
-- A trace may stand in several rows until parts merge: read with min and max.
CREATE TABLE IF NOT EXISTS trace_times
(
    Tenant LowCardinality(String),
    TraceIdBytes FixedString(16),
    -- Of its spans the first and the last start, and the last end.
    FirstStart SimpleAggregateFunction(min, DateTime64(9)) CODEC(ZSTD(1)),
    LastStart SimpleAggregateFunction(max, DateTime64(9)) CODEC(ZSTD(1)),
    LastEnd SimpleAggregateFunction(max, DateTime64(9)) CODEC(ZSTD(1)),
    RetentionDays SimpleAggregateFunction(max, UInt16) CODEC(ZSTD(1)),
    IngestedOn SimpleAggregateFunction(max, Date) CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(FirstStart)
ORDER BY (Tenant, TraceIdBytes)
TTL greatest(toDate(FirstStart), IngestedOn) + toIntervalDay(RetentionDays)
SETTINGS ttl_only_drop_parts = 1, index_granularity = 1024, non_replicated_deduplication_window = 10000;
