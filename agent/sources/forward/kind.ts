import { sourceKind } from '../source.ts'
import { forwardConfig } from './config.ts'

export const forwardKind = sourceKind({
  type: 'forward',
  config: forwardConfig,
  listeners: ({ listen }) => [['listen', listen]],
  start: async (config, host) => (await import('./source.ts')).startForwardSource({ ...host, config }),
})
