import { sourceKind } from '../source.ts'
import { hostMetricsConfig } from './config.ts'

export const hostMetricsKind = sourceKind({
  type: 'hostmetrics',
  config: hostMetricsConfig,
  start: async (config, host) => (await import('./source.ts')).startHostMetrics({ ...host, config }),
})
