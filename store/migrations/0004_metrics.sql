-- Series and their samples, in Prometheus' terms: names and labels as its OTLP receiver makes them.
-- A series may stand in several rows until parts merge: read with FINAL, or GROUP BY Fingerprint.
CREATE TABLE IF NOT EXISTS metric_series
(
    Tenant LowCardinality(String),
    MetricName LowCardinality(String),
    Fingerprint UInt64,
    Type SimpleAggregateFunction(anyLast, LowCardinality(String)),
    Unit SimpleAggregateFunction(anyLast, LowCardinality(String)),
    Description SimpleAggregateFunction(anyLast, String),
    Temporality SimpleAggregateFunction(anyLast, LowCardinality(String)),
    Labels SimpleAggregateFunction(anyLast, Map(String, String)),
    ServiceName SimpleAggregateFunction(anyLast, LowCardinality(String)),
    Host SimpleAggregateFunction(anyLast, LowCardinality(String)),
    FirstSeen SimpleAggregateFunction(min, DateTime64(3)),
    LastSeen SimpleAggregateFunction(max, DateTime64(3))
)
ENGINE = AggregatingMergeTree
ORDER BY (Tenant, MetricName, Fingerprint)
SETTINGS non_replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS metric_samples
(
    Tenant LowCardinality(String),
    Fingerprint UInt64,
    Timestamp DateTime64(3) CODEC(DoubleDelta, ZSTD(1)),
    Value Float64 CODEC(Gorilla, ZSTD(1)),
    IngestedOn Date CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toDate(Timestamp)
ORDER BY (Tenant, Fingerprint, Timestamp)
TTL greatest(toDate(Timestamp), IngestedOn) + toIntervalDay(90)
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000;
