import { sourceKind } from '../source.ts'
import { journaldConfig } from './config.ts'

export const journaldKind = sourceKind({
  type: 'journald',
  config: journaldConfig,
  start: async (config, host) => await (await import('./source.ts')).startJournald({ ...host, config }),
})
