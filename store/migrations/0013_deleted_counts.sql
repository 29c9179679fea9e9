-- What a deletion has to take from the rollups of lines: noted before the lines go, taken once they are gone.
CREATE TABLE IF NOT EXISTS deleted_counts
(
    DeletionId String CODEC(ZSTD(1)),
    Tenant LowCardinality(String),
    Window DateTime CODEC(Delta(4), ZSTD(1)),
    ServiceName LowCardinality(String),
    Level LowCardinality(String),
    Host LowCardinality(String),
    PatternId UInt64 CODEC(ZSTD(1)),
    Lines UInt64 CODEC(ZSTD(1)),
    Bytes UInt64 CODEC(ZSTD(1)),
    NotedAt DateTime DEFAULT now()
)
ENGINE = MergeTree
ORDER BY (DeletionId, Window, ServiceName, Level, Host, PatternId)
TTL NotedAt + toIntervalDay(1)
SETTINGS ttl_only_drop_parts = 1;
