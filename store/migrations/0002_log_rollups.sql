-- Lines per service, level and host, and per template: the tables that store/rollups.ts describes.
ROLLUP logs;
ROLLUP patterns;

-- Templates of messages (aggregator/patterns) by their ids, with the services whose lines have them.
CREATE TABLE IF NOT EXISTS log_patterns
(
    Tenant LowCardinality(String),
    ServiceName LowCardinality(String),
    PatternId UInt64,
    Template String CODEC(ZSTD(1)),
    IngestedOn Date CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(IngestedOn)
ORDER BY (Tenant, ServiceName, PatternId)
TTL IngestedOn + toIntervalDay(2000)
SETTINGS non_replicated_deduplication_window = 10000;
