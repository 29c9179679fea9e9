-- What was taken out of the store before its time, by whom and why, so that verify can tell it from what never came.
CREATE TABLE IF NOT EXISTS deletions
(
    Id String,
    Tenant LowCardinality(String),
    DeletedAt DateTime64(3),
    DeletedBy String,
    -- The LogQL that chose the rows; '' where whole days went for want of room.
    Query String,
    Reason String,
    Rows UInt64
)
ENGINE = MergeTree
ORDER BY (DeletedAt, Id);

-- How many rows of each record went with it. Noted before they go.
CREATE TABLE IF NOT EXISTS deleted_rows
(
    DeletionId String CODEC(ZSTD(1)),
    Topic LowCardinality(String),
    TopicPartition UInt32,
    TopicOffset UInt64 CODEC(Delta(8), ZSTD(1)),
    Rows UInt32 CODEC(ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (Topic, TopicPartition, TopicOffset);
