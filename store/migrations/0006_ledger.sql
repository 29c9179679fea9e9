-- One row for every record of the topics that the aggregator took in, whoever sent it (Agent is '' where no agent did): what
-- its sender says of it, how many rows were made of it, and why not where it could not be read. A row stands for the offsets
-- from TopicOffset up to NextOffset: for more than one where a whole batch could not be read. Few bytes for hundreds of
-- lines, and no TTL: what retention took of the lines can still be told from what never came.
CREATE TABLE IF NOT EXISTS ledger
(
    Tenant LowCardinality(String),
    Topic LowCardinality(String),
    TopicPartition UInt32,
    TopicOffset UInt64 CODEC(Delta(8), ZSTD(1)),
    NextOffset UInt64 CODEC(Delta(8), ZSTD(1)),
    Agent LowCardinality(String),
    Source LowCardinality(String),
    Generation LowCardinality(String),
    `From` UInt64 CODEC(Delta(8), ZSTD(1)),
    `To` UInt64 CODEC(Delta(8), ZSTD(1)),
    Lines UInt32 CODEC(ZSTD(1)),
    Rows UInt32 CODEC(ZSTD(1)),
    -- What no row was made of: a JSON object of counts by rule or reason.
    Dropped String CODEC(ZSTD(1)),
    -- As in the headers (lib/ledger/gaps.ts).
    Gaps String CODEC(ZSTD(1)),
    Services String CODEC(ZSTD(1)),
    HasCrc UInt8 CODEC(ZSTD(1)),
    Crc32c UInt32 CODEC(ZSTD(1)),
    IngestedAt DateTime64(3) CODEC(Delta(8), ZSTD(1)),
    -- The least of its lines' retention; 0 where it has no lines.
    RetentionDays UInt16 CODEC(ZSTD(1)),
    Error String CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(IngestedAt)
ORDER BY (Tenant, Topic, TopicPartition, TopicOffset)
SETTINGS non_replicated_deduplication_window = 10000;
