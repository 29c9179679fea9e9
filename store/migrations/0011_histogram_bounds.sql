-- Where buckets of histograms with schema -53 end, rising: see metricHistogramColumns.
ALTER TABLE metric_histograms ADD COLUMN IF NOT EXISTS CustomBounds Array(Float64) CODEC(ZSTD(1)) AFTER NegativeCounts;
