import { sourceKind } from '../source.ts'
import { statsdConfig } from './config.ts'

export const statsdKind = sourceKind({
  type: 'statsd',
  config: statsdConfig,
  listeners: ({ tcp }) => [['tcp', tcp]],
  datagrams: ({ udp }) => [['udp', udp]],
  start: async (config, host) => (await import('./source.ts')).startStatsd({ ...host, config }),
})
