import { sourceKind } from '../source.ts'
import { httpConfig } from './config.ts'

export const httpKind = sourceKind({
  type: 'http',
  config: httpConfig,
  listeners: ({ listen, gelfTcp }) => [
    ['listen', listen],
    ['gelfTcp', gelfTcp],
  ],
  datagrams: ({ gelfUdp }) => [['gelfUdp', gelfUdp]],
  start: async (config, host) => (await import('./source.ts')).startHttpSource({ ...host, config }),
})
