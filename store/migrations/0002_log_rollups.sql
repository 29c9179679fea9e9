-- Partial aggregates of the aggregator: additive, so late lines amend their window and any number of aggregators add up.
-- Bytes are those of the bodies. Sums may stand in several rows until parts merge: always read with sum().
CREATE TABLE IF NOT EXISTS log_rollup_10s
(
    Tenant LowCardinality(String),
    ServiceName LowCardinality(String),
    Host LowCardinality(String),
    Level LowCardinality(String),
    Window DateTime CODEC(Delta(4), ZSTD(1)),
    Lines UInt64 CODEC(ZSTD(1)),
    Bytes UInt64 CODEC(ZSTD(1))
)
ENGINE = SummingMergeTree((Lines, Bytes))
PARTITION BY toYYYYMM(Window)
ORDER BY (Tenant, Window, ServiceName, Level, Host)
TTL Window + toIntervalDay(90)
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS log_rollup_1m
(
    Tenant LowCardinality(String),
    ServiceName LowCardinality(String),
    Host LowCardinality(String),
    Level LowCardinality(String),
    Window DateTime CODEC(Delta(4), ZSTD(1)),
    Lines UInt64 CODEC(ZSTD(1)),
    Bytes UInt64 CODEC(ZSTD(1))
)
ENGINE = SummingMergeTree((Lines, Bytes))
PARTITION BY toYYYYMM(Window)
ORDER BY (Tenant, Window, ServiceName, Level, Host)
TTL Window + toIntervalDay(400)
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000;
