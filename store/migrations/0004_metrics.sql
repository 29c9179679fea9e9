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

-- Native histograms, one sample a row: see metricHistogramColumns.
CREATE TABLE IF NOT EXISTS metric_histograms
(
    Tenant LowCardinality(String),
    Fingerprint UInt64,
    Timestamp DateTime64(3) CODEC(DoubleDelta, ZSTD(1)),
    IsStale UInt8 CODEC(ZSTD(1)),
    Schema Int8 CODEC(ZSTD(1)),
    ZeroThreshold Float64 CODEC(ZSTD(1)),
    ZeroCount UInt64 CODEC(ZSTD(1)),
    Count UInt64 CODEC(Delta(8), ZSTD(1)),
    Sum Float64 CODEC(Gorilla, ZSTD(1)),
    PositiveOffsets Array(Int32) CODEC(ZSTD(1)),
    PositiveLengths Array(UInt32) CODEC(ZSTD(1)),
    PositiveCounts Array(UInt64) CODEC(ZSTD(1)),
    NegativeOffsets Array(Int32) CODEC(ZSTD(1)),
    NegativeLengths Array(UInt32) CODEC(ZSTD(1)),
    NegativeCounts Array(UInt64) CODEC(ZSTD(1)),
    IngestedOn Date CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toDate(Timestamp)
ORDER BY (Tenant, Fingerprint, Timestamp)
TTL greatest(toDate(Timestamp), IngestedOn) + toIntervalDay(90)
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS metric_exemplars
(
    Tenant LowCardinality(String),
    Fingerprint UInt64,
    Timestamp DateTime64(3) CODEC(DoubleDelta, ZSTD(1)),
    Value Float64 CODEC(Gorilla, ZSTD(1)),
    TraceId String CODEC(ZSTD(1)),
    SpanId String CODEC(ZSTD(1)),
    Labels Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    IngestedOn Date CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toDate(Timestamp)
ORDER BY (Tenant, Fingerprint, Timestamp)
TTL greatest(toDate(Timestamp), IngestedOn) + toIntervalDay(90)
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000;
