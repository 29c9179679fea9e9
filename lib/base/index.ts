export { nodeHttp, nodeHttp2, nodeHttps, nodeTls } from './built-in.ts'
export { type Clock, FakeClock, systemClock } from './clock.ts'
export { Closers } from './closers.ts'
export { saslMechanism } from './config/client-security.ts'
export { address, positive } from './config/fields.ts'
export { listenerTls, type TlsSettings } from './config/listener-tls.ts'
export {
  ConfigError,
  defaultConfigFiles,
  type LoadOptions,
  loadConfigAs,
  parseConfigAs,
} from './config/load.ts'
export { type SharedConfig, sharedSections } from './config/shared.ts'
export { nearest } from './config/suggest.ts'
export { assert, codeOf, messageOf, OperatingError } from './errors.ts'
export { keepsDigits, parseExactJson, parseRawJson, parseWrittenJson } from './exact-json.ts'
export { ensureFolder, lockFolder, namesIn } from './folder.ts'
export { Gate } from './gate.ts'
export { goExponent, goNumber } from './go-number.ts'
export { goQuoted } from './go-quoted.ts'
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
export { packageFile } from './package-file.ts'
export { addProcessMetrics } from './process-metrics.ts'
export { formatPrometheus, prometheusContentType } from './prometheus.ts'
export { createFile, replaceFile } from './replace-file.ts'
export type { Role, RoleContext } from './role.ts'
export { rotateFiles, sizeOfFile } from './rotate-files.ts'
export { syncFolder } from './sync-folder.ts'
export { followTlsFiles, type LoadedTls, loadTls } from './tls-files.ts'
export { Turns } from './turns.ts'
export { packageVersion } from './version.ts'
export { Wake } from './wake.ts'
export { within } from './within.ts'
export { type ZoneOffset, zoneOffset } from './zone-offset.ts'
