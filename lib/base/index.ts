export { type Clock, FakeClock, systemClock } from './clock.ts'
export { Closers } from './closers.ts'
export { type BrokerListener, brokerListeners, mainListener } from './config/broker-listeners.ts'
export { ConfigError, defaultConfigFiles, type LoadOptions, loadConfig, parseConfig } from './config/load.ts'
export type {
  Config,
  ConfigInput,
  FileSource,
  ForwardSource,
  HostMetricsSource,
  OtlpSource,
  Source,
} from './config/schema.ts'
export { nearest } from './config/suggest.ts'
export { assert, codeOf, messageOf, OperatingError } from './errors.ts'
export { ensureFolder, lockFolder } from './folder.ts'
export { formatHostPort, type HostPort, isLoopback, listen, listenError, parseHostPort } from './listen.ts'
export {
  formatEntry,
  type LogAttributes,
  type LogEntry,
  Logger,
  type LogLevel,
  type LogSink,
  memoryLogger,
  stderrLogger,
} from './logger.ts'
export {
  type Counter,
  type Histogram,
  type Labels,
  latencyBoundsMs,
  type Metric,
  type MetricKind,
  type MetricSeries,
  Metrics,
} from './metrics.ts'
export { OnceAMinute } from './once-a-minute.ts'
export { addProcessMetrics } from './process-metrics.ts'
export { formatPrometheus, prometheusContentType } from './prometheus.ts'
export type { Role, RoleContext } from './role.ts'
export { packageVersion } from './version.ts'
