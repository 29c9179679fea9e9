-- Column names are those of the OpenTelemetry ClickHouse exporter; what the promises need stands behind them.
-- Why this key, these indexes and these codecs: docs/decisions/log-table.md.
CREATE TABLE IF NOT EXISTS otel_logs
(
    Timestamp DateTime64(9) CODEC(GCD, Delta(8), ZSTD(1)),
    ObservedTimestamp DateTime64(9) CODEC(GCD, Delta(8), ZSTD(1)),
    -- Random bytes; zeros stand for no id.
    TraceIdBytes FixedString(16) CODEC(ZSTD(1)),
    SpanIdBytes FixedString(8) CODEC(ZSTD(1)),
    TraceId String ALIAS if(empty(TraceIdBytes), '', lower(hex(TraceIdBytes))),
    SpanId String ALIAS if(empty(SpanIdBytes), '', lower(hex(SpanIdBytes))),
    TraceFlags UInt8 CODEC(ZSTD(1)),
    SeverityText LowCardinality(String) CODEC(ZSTD(1)),
    SeverityNumber UInt8 CODEC(ZSTD(1)),
    ServiceName LowCardinality(String) CODEC(ZSTD(1)),
    -- The line, kept once (aggregator/shapes): the text around its values and the
    -- keys of its attributes, and what of it stands in no other column.
    LineShape LowCardinality(String) CODEC(ZSTD(1)),
    LineRest String CODEC(ZSTD(3)),
    -- The bytes of the source that the line was made of: 0 the line and LF, 1 the line and CR LF, 2 the line alone,
    -- 3 OriginalText, the line and LF, 4 OriginalText.
    OriginalKind UInt8 CODEC(ZSTD(1)),
    OriginalText String CODEC(ZSTD(3)),
    ResourceSchemaUrl LowCardinality(String) CODEC(ZSTD(1)),
    ResourceAttributes Map(LowCardinality(String), String) CODEC(ZSTD(3)),
    ScopeSchemaUrl LowCardinality(String) CODEC(ZSTD(1)),
    ScopeName LowCardinality(String) CODEC(ZSTD(1)),
    ScopeVersion LowCardinality(String) CODEC(ZSTD(1)),
    ScopeAttributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    -- The attribute that says what the line says (lib/otlp/message.ts) and `log.file.path`, in columns of their own, and all others.
    MessageKey LowCardinality(String) CODEC(ZSTD(1)),
    MessageText String CODEC(ZSTD(3)),
    LogFilePath LowCardinality(String) CODEC(ZSTD(1)),
    LogAttributes Map(LowCardinality(String), String) CODEC(ZSTD(3)),
    AllAttributes Map(LowCardinality(String), String) ALIAS mapConcat(if(MessageKey = '', map(), map(MessageKey, MessageText)),
        if(LogFilePath = '', map(), map('log.file.path', LogFilePath)), LogAttributes),
    EventName LowCardinality(String) CODEC(ZSTD(1)),
    Tenant LowCardinality(String) CODEC(ZSTD(1)),
    Host LowCardinality(String) CODEC(ZSTD(1)),
    Level LowCardinality(String) CODEC(ZSTD(1)),
    Agent LowCardinality(String) CODEC(ZSTD(1)),
    Topic LowCardinality(String) CODEC(ZSTD(1)),
    TopicPartition UInt32 CODEC(ZSTD(1)),
    TopicOffset UInt64 CODEC(Delta(8), ZSTD(1)),
    TopicIndex UInt32 CODEC(Delta(4), ZSTD(1)),
    IngestedAt DateTime64(3) CODEC(Delta(8), ZSTD(1)),
    RetentionDays UInt16 CODEC(ZSTD(1)),
    -- Of the template of the line's message: see log_patterns.
    PatternId UInt64 CODEC(ZSTD(1)),
    -- The line as it was written, exactly: values and texts sorted by the places that the shape begins with.
    Body String ALIAS if(LineShape = '', LineRest, arrayStringConcat(arraySlice(arraySort((part, place) -> place,
        arrayConcat(
            splitByChar('\0', LineShape),
            [substring(toString(Timestamp, 'UTC'), 1, 10), substring(toString(Timestamp, 'UTC'), 12, 8),
                substring(toString(Timestamp, 'UTC'), 21, 3), substring(toString(Timestamp, 'UTC'), 21, 6),
                substring(toString(Timestamp, 'UTC'), 21, 9), SeverityText::String, lower(hex(TraceIdBytes)), lower(hex(SpanIdBytes)),
                MessageText],
            splitByChar('\0', LineRest),
            mapValues(LogAttributes)),
        splitByString('', splitByChar('\0', LineShape)[1])), 1, 2 * length(splitByChar('\0', LineShape)) - 5))),
    Original String ALIAS multiIf(OriginalKind = 0, concat(Body, '\n'), OriginalKind = 1, concat(Body, '\r\n'), OriginalKind = 2, Body,
        OriginalKind = 3, concat(OriginalText, Body, '\n'), OriginalText),
    -- What people read of a line: as lib/otlp/message.ts, without its care for colours.
    Message String ALIAS if(MessageKey = '', Body, MessageText),
    -- All that differs from line to line, for the indexes.
    LineText String ALIAS lower(concat(SeverityText, ' ', LineRest, ' ', MessageText, ' ', arrayStringConcat(mapValues(LogAttributes), ' '))),
    LineWords Array(String) ALIAS tokens(lower(concat(SeverityText, ' ', LineRest, ' ', MessageText, ' ', arrayStringConcat(mapValues(LogAttributes), ' '))), 'splitByNonAlpha'),
    INDEX idx_line_words tokens(lower(concat(SeverityText, ' ', LineRest, ' ', MessageText, ' ', arrayStringConcat(mapValues(LogAttributes), ' '))), 'splitByNonAlpha') TYPE bloom_filter(0.025) GRANULARITY 1,
    INDEX idx_line_text lower(concat(SeverityText, ' ', LineRest, ' ', MessageText, ' ', arrayStringConcat(mapValues(LogAttributes), ' '))) TYPE ngrambf_v1(3, 8192, 1, 0) GRANULARITY 1,
    INDEX idx_line_shape LineShape TYPE set(256) GRANULARITY 1,
    INDEX idx_trace_id if(empty(TraceIdBytes), '', lower(hex(TraceIdBytes))) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_resource_values mapValues(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_topic_offset TopicOffset TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY (toDate(Timestamp), RetentionDays)
PRIMARY KEY (Tenant, toStartOfFiveMinutes(Timestamp), ServiceName, Timestamp)
ORDER BY (Tenant, toStartOfFiveMinutes(Timestamp), ServiceName, Timestamp, TopicPartition, TopicOffset, TopicIndex)
-- A line that arrives late keeps its full retention from then on.
TTL toDate(greatest(Timestamp, toDateTime64(IngestedAt, 9))) + toIntervalDay(RetentionDays)
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000,
    map_serialization_version = 'with_buckets', map_serialization_version_for_zero_level_parts = 'basic',
    map_buckets_strategy = 'linear', map_buckets_coefficient = 2, map_buckets_min_avg_size = 0, max_buckets_in_map = 32,
    -- What was inserted is one file until it is merged, and merged ten at a time: see docs/decisions/log-table.md.
    min_bytes_for_wide_part = 33554432, merge_selector_base = 10;
