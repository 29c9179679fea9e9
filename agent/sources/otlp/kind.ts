import { sourceKind } from '../source.ts'
import { otlpConfig } from './config.ts'

export const otlpKind = sourceKind({
  type: 'otlp',
  config: otlpConfig,
  listeners: ({ http, grpc }) => [
    ['http', http],
    ['grpc', grpc],
  ],
  start: async (config, host) => (await import('./source.ts')).startOtlpSource({ ...host, config }),
})
