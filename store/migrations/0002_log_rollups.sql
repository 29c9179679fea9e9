-- Partial aggregates of the aggregator: additive, so late lines amend their window and any number of aggregators add up.
-- Bytes are those of the bodies. Sums may stand in several rows until parts merge: always read with sum().
-- IngestedOn keeps the window of a late line as long as that of a line in time.
CREATE TABLE IF NOT EXISTS log_rollup_10s
(
    Tenant LowCardinality(String),
    ServiceName LowCardinality(String),
    Host LowCardinality(String),
    Level LowCardinality(String),
    Window DateTime CODEC(Delta(4), ZSTD(1)),
    Lines SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    Bytes SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    IngestedOn SimpleAggregateFunction(max, Date) CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(Window)
ORDER BY (Tenant, Window, ServiceName, Level, Host)
TTL greatest(toDate(Window), IngestedOn) + toIntervalDay(90)
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS log_rollup_1m
(
    Tenant LowCardinality(String),
    ServiceName LowCardinality(String),
    Host LowCardinality(String),
    Level LowCardinality(String),
    Window DateTime CODEC(Delta(4), ZSTD(1)),
    Lines SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    Bytes SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    IngestedOn SimpleAggregateFunction(max, Date) CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(Window)
ORDER BY (Tenant, Window, ServiceName, Level, Host)
TTL greatest(toDate(Window), IngestedOn) + toIntervalDay(400)
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000;
