/**
 * Metadata of a metric whose histograms with explicit bounds are Prometheus' native ones, and not series of buckets. Source:
 * Prometheus native histograms specification, schema -53; OTLP, Metric.metadata.
 */
export const schemaMetadata = 'prometheus.histogram.schema'
export const ownBoundsSchema = -53
