import type { Asked } from './asked.ts'
import { lokiVersion } from './build-info.ts'

const levelFields = ['level', 'severity', 'severity_text', 'SeverityText']

/** `drilldown-limits`: what Logs Drilldown may ask for, and which of its views have data. Source: Loki pkg/loki/config_handler.go. */
export function drilldownLimits({ context, limits: { lines, deadlineSeconds } }: Asked): object {
  const days = context.config.retention.days
  const limits = {
    discover_log_levels: true,
    discover_service_name: ['service.name', 'service', 'app', 'job', 'container'],
    log_level_fields: levelFields,
    max_entries_limit_per_query: lines,
    max_line_size_truncate: false,
    max_query_bytes_read: '0B',
    max_query_length: '0s',
    max_query_lookback: '0s',
    max_query_range: '0s',
    max_query_series: 10_000,
    metric_aggregation_enabled: false,
    otlp_config: { resource_attributes: { attributes_config: [] } },
    pattern_persistence_enabled: true,
    query_timeout: `${deadlineSeconds}s`,
    retention_period: `${days * 24}h`,
    retention_stream: [],
    volume_enabled: true,
    volume_max_series: 10_000,
  }
  return { limits, pattern_ingester_enabled: true, version: lokiVersion }
}
