-- Partial aggregates per series and window; Last is the newest sample of the window with its time.
CREATE TABLE IF NOT EXISTS metric_rollup_10s
(
    Tenant LowCardinality(String),
    Fingerprint UInt64,
    Window DateTime CODEC(Delta(4), ZSTD(1)),
    Count SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    Sum SimpleAggregateFunction(sum, Float64) CODEC(ZSTD(1)),
    Min SimpleAggregateFunction(min, Float64) CODEC(ZSTD(1)),
    Max SimpleAggregateFunction(max, Float64) CODEC(ZSTD(1)),
    Last SimpleAggregateFunction(max, Tuple(Timestamp DateTime64(3), Value Float64)) CODEC(ZSTD(1)),
    IngestedOn SimpleAggregateFunction(max, Date) CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(Window)
ORDER BY (Tenant, Fingerprint, Window)
TTL greatest(toDate(Window), IngestedOn) + toIntervalDay(90)
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS metric_rollup_1m
(
    Tenant LowCardinality(String),
    Fingerprint UInt64,
    Window DateTime CODEC(Delta(4), ZSTD(1)),
    Count SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    Sum SimpleAggregateFunction(sum, Float64) CODEC(ZSTD(1)),
    Min SimpleAggregateFunction(min, Float64) CODEC(ZSTD(1)),
    Max SimpleAggregateFunction(max, Float64) CODEC(ZSTD(1)),
    Last SimpleAggregateFunction(max, Tuple(Timestamp DateTime64(3), Value Float64)) CODEC(ZSTD(1)),
    IngestedOn SimpleAggregateFunction(max, Date) CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(Window)
ORDER BY (Tenant, Fingerprint, Window)
TTL greatest(toDate(Window), IngestedOn) + toIntervalDay(400)
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000;
