import { sourceKind } from '../source.ts'
import { prometheusConfig } from './config.ts'

export const prometheusKind = sourceKind({
  type: 'prometheus',
  config: prometheusConfig,
  start: async (config, host) => new (await import('./source.ts')).PrometheusSource({ ...host, config }),
})
