import { sourceKind } from '../source.ts'
import { dockerConfig } from './config.ts'

export const dockerKind = sourceKind({
  type: 'docker',
  config: dockerConfig,
  start: async (config, host) => (await import('./source.ts')).startDocker({ ...host, config }),
})
