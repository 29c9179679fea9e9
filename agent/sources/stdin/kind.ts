import { sourceKind } from '../source.ts'
import { stdinConfig } from './config.ts'

export const stdinKind = sourceKind({
  type: 'stdin',
  config: stdinConfig,
  start: async (config, host) => {
    const { StdinSource } = await import('./source.ts')
    return new StdinSource({ ...host, config, input: process.stdin, onEnd: host.finished })
  },
})
