-- An attribute may be the resource's: where none has its key, the indexes over a line's texts tell of it.
ALTER TABLE otel_logs ADD INDEX IF NOT EXISTS idx_resource_keys mapKeys(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1;
