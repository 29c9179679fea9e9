import { sourceKind } from '../source.ts'
import { fileConfig } from './config.ts'

export const fileKind = sourceKind({
  type: 'file',
  config: fileConfig,
  start: async (config, host) => {
    const { FileSource } = await import('./source.ts')
    return new FileSource({
      ...host,
      config,
      laneOf: (source, topic) => host.spool.lane('logs', source, topic),
    })
  },
})
