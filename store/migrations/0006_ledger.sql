-- One row for every record of the topics that the aggregator took in, whoever sent it: what its sender says of it, and
-- what became of it. It outlives the rows by far, so that what retention took can be told from what is missing.
CREATE TABLE IF NOT EXISTS ledger
(
    Tenant LowCardinality(String),
    Topic LowCardinality(String),
    TopicPartition UInt32,
    TopicOffset UInt64 CODEC(Delta(8), ZSTD(1)),
    Agent LowCardinality(String),
    Source LowCardinality(String),
    Generation String CODEC(ZSTD(1)),
    `From` UInt64 CODEC(Delta(8), ZSTD(1)),
    `To` UInt64 CODEC(Delta(8), ZSTD(1)),
    Lines UInt32 CODEC(ZSTD(1)),
    Rows UInt32 CODEC(ZSTD(1)),
    Dropped String CODEC(ZSTD(1)),
    Gaps String CODEC(ZSTD(1)),
    HasCrc UInt8 CODEC(ZSTD(1)),
    Crc32c UInt32 CODEC(ZSTD(1)),
    Services String CODEC(ZSTD(1)),
    RecordTime DateTime64(3) CODEC(Delta(8), ZSTD(1)),
    Error String CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(RecordTime)
ORDER BY (Tenant, Topic, TopicPartition, TopicOffset)
TTL toDate(RecordTime) + toIntervalDay(3650)
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000;
