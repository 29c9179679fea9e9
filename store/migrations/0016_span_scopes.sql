-- Attributes of the instrumentation scope, as lines have them; what came before has none.
ALTER TABLE otel_traces ADD COLUMN IF NOT EXISTS ScopeAttributes Map(LowCardinality(String), String) CODEC(ZSTD(1)) AFTER ScopeVersion;
