import type { SourceHost } from '../source.ts'
import type { SyslogConfig } from './config.ts'

export type SyslogOptions = Pick<
  SourceHost,
  'configKey' | 'intake' | 'clock' | 'logger' | 'hostName' | 'metrics'
> & {
  config: SyslogConfig
}
