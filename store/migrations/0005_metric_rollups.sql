-- Samples per series, and the rollups that the configuration defines: the tables that store/rollups.ts describes.
ROLLUP metrics;
ROLLUP custom;

-- What the rollups of the configuration have counted: see customRollupRangeColumns.
CREATE TABLE IF NOT EXISTS custom_rollup_ranges
(
    Tenant LowCardinality(String),
    RollupName LowCardinality(String),
    Definition UInt64,
    Kind SimpleAggregateFunction(anyLast, LowCardinality(String)),
    Windows SimpleAggregateFunction(anyLast, Array(String)),
    Topic LowCardinality(String),
    TopicId String,
    TopicPartition UInt32,
    FromOffset UInt64,
    ToOffset SimpleAggregateFunction(max, UInt64),
    IsDone SimpleAggregateFunction(max, UInt8),
    Newest SimpleAggregateFunction(max, DateTime64(3))
)
ENGINE = AggregatingMergeTree
ORDER BY (Tenant, RollupName, Definition, Topic, TopicId, TopicPartition, FromOffset)
SETTINGS non_replicated_deduplication_window = 10000;
