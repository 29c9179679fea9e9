-- Column names are those of the OpenTelemetry ClickHouse exporter. Duration is in nanoseconds.
CREATE TABLE IF NOT EXISTS otel_traces
(
    Timestamp DateTime64(9) CODEC(Delta(8), ZSTD(1)),
    TraceId String CODEC(ZSTD(1)),
    SpanId String CODEC(ZSTD(1)),
    ParentSpanId String CODEC(ZSTD(1)),
    TraceState String CODEC(ZSTD(1)),
    SpanName LowCardinality(String) CODEC(ZSTD(1)),
    SpanKind LowCardinality(String) CODEC(ZSTD(1)),
    ServiceName LowCardinality(String) CODEC(ZSTD(1)),
    ResourceAttributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    ScopeName LowCardinality(String) CODEC(ZSTD(1)),
    ScopeVersion LowCardinality(String) CODEC(ZSTD(1)),
    SpanAttributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    Duration UInt64 CODEC(ZSTD(1)),
    StatusCode LowCardinality(String) CODEC(ZSTD(1)),
    StatusMessage String CODEC(ZSTD(1)),
    Events Nested
    (
        Timestamp DateTime64(9),
        Name LowCardinality(String),
        Attributes Map(LowCardinality(String), String)
    ) CODEC(ZSTD(1)),
    Links Nested
    (
        TraceId String,
        SpanId String,
        TraceState String,
        Attributes Map(LowCardinality(String), String)
    ) CODEC(ZSTD(1)),
    Tenant LowCardinality(String) CODEC(ZSTD(1)),
    Host LowCardinality(String) CODEC(ZSTD(1)),
    Topic LowCardinality(String) CODEC(ZSTD(1)),
    TopicPartition UInt32 CODEC(ZSTD(1)),
    TopicOffset UInt64 CODEC(Delta(8), ZSTD(1)),
    TopicIndex UInt32 CODEC(Delta(4), ZSTD(1)),
    IngestedAt DateTime64(3) CODEC(Delta(8), ZSTD(1)),
    RetentionDays UInt16 CODEC(ZSTD(1)),
    INDEX idx_trace_id TraceId TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX idx_span_keys mapKeys(SpanAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_span_values mapValues(SpanAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_duration Duration TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY (toDate(Timestamp), RetentionDays)
ORDER BY (Tenant, toStartOfFiveMinutes(Timestamp), ServiceName, SpanName, Timestamp)
TTL toDate(greatest(Timestamp, toDateTime64(IngestedAt, 9))) + toIntervalDay(RetentionDays)
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000;
