import { sourceKind } from '../source.ts'
import { execConfig } from './config.ts'

export const execKind = sourceKind({
  type: 'exec',
  config: execConfig,
  start: async (config, host) => new (await import('./source.ts')).ExecSource({ ...host, config }),
})
