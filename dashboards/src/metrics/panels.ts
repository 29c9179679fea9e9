import type { Unit } from '../ui/units.ts'

export interface Panel {
  title: string
  query: string
  unit: Unit
  /** The label that names a series in the legend; all labels where there is none. */
  by?: string
}

/** What one looks at first on a machine. Names are OpenTelemetry's in Prometheus' form. */
export const hostPanels: readonly Panel[] = [
  {
    title: 'Processor in use',
    query:
      '1 - sum by (host) (rate(system_cpu_time_seconds_total{cpu_mode="idle"}[1m])) / sum by (host) (rate(system_cpu_time_seconds_total[1m]))',
    unit: 'share',
    by: 'host',
  },
  { title: 'Load, 1 minute', query: 'system_cpu_load_average_1m', unit: 'number', by: 'host' },
  {
    title: 'Memory',
    query: 'sum by (system_memory_state) (system_memory_usage_bytes)',
    unit: 'bytes',
    by: 'system_memory_state',
  },
  {
    title: 'Network',
    query: 'sum by (network_io_direction) (rate(system_network_io_bytes_total[1m]))',
    unit: 'bytes/s',
    by: 'network_io_direction',
  },
  {
    title: 'Disk',
    query: 'sum by (disk_io_direction) (rate(system_disk_io_bytes_total[1m]))',
    unit: 'bytes/s',
    by: 'disk_io_direction',
  },
  {
    title: 'File systems in use',
    query: 'max by (system_filesystem_mountpoint) (system_filesystem_utilization_ratio)',
    unit: 'share',
    by: 'system_filesystem_mountpoint',
  },
  {
    title: 'Millrace: memory of each role',
    query: 'max by (service) (process_memory_usage_bytes{service=~"millrace-.+"})',
    unit: 'bytes',
    by: 'service',
  },
  {
    title: 'Millrace: processor of each role',
    query: 'sum by (service) (rate(process_cpu_time_seconds_total{service=~"millrace-.+"}[1m]))',
    unit: 'share',
    by: 'service',
  },
  {
    title: 'Millrace: records the aggregator is behind',
    query: 'sum by (service) (millrace_aggregator_lag)',
    unit: 'number',
    by: 'service',
  },
]
