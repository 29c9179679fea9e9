import { sourceKind } from '../source.ts'
import { syslogConfig } from './config.ts'

export const syslogKind = sourceKind({
  type: 'syslog',
  config: syslogConfig,
  listeners: ({ tcp, secure }) => [
    ['tcp', tcp],
    ['secure', secure],
  ],
  datagrams: ({ udp }) => [['udp', udp]],
  start: async (config, host) => (await import('./source.ts')).startSyslog({ ...host, config }),
})
