export type LogLevel = 'debug' | 'info' | 'warn' | 'error'
export type LogAttributes = Readonly<Record<string, string | number | boolean | null | undefined>>

export interface LogEntry {
  timeMs: number
  level: LogLevel
  /** Which part of the process speaks: `broker.partition`. */
  component: string
  message: string
  attributes: LogAttributes
  /** True for lines about moving telemetry itself: shown here, never shipped, so that shipping cannot feed on itself. */
  local: boolean
}

export type LogSink = (entry: LogEntry) => void

const ranks: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 }

/**
 * Structured log lines: a message that never varies, and attributes that do.
 *
 * @example
 * const lines: string[] = []
 * const logger = new Logger('broker', [e => lines.push(formatEntry(e))], 'info', () => 0)
 * logger.info('partition opened', { topic: 'a b', partition: 3 })
 * lines[0] // => '1970-01-01T00:00:00.000Z info broker: partition opened topic="a b" partition=3'
 */
export class Logger {
  readonly #component: string
  readonly #sinks: LogSink[]
  readonly #level: LogLevel
  readonly #now: () => number
  readonly #local: boolean

  constructor(component: string, sinks: LogSink[], level: LogLevel = 'info', now = Date.now, local = false) {
    this.#component = component
    this.#sinks = sinks
    this.#level = level
    this.#now = now
    this.#local = local
  }

  /** A logger for a part of this one. `local` keeps its lines off the pipeline, for parts that carry the pipeline. */
  child(part: string, options: { local?: boolean } = {}): Logger {
    const local = options.local ?? this.#local
    return new Logger(`${this.#component}.${part}`, this.#sinks, this.#level, this.#now, local)
  }

  /** Hands every later entry, of this logger and its children, to one more sink. */
  addSink(sink: LogSink): void {
    this.#sinks.push(sink)
  }

  debug(message: string, attributes: LogAttributes = {}): void {
    this.#log('debug', message, attributes)
  }
  info(message: string, attributes: LogAttributes = {}): void {
    this.#log('info', message, attributes)
  }
  warn(message: string, attributes: LogAttributes = {}): void {
    this.#log('warn', message, attributes)
  }
  error(message: string, attributes: LogAttributes = {}): void {
    this.#log('error', message, attributes)
  }

  #log(level: LogLevel, message: string, attributes: LogAttributes): void {
    if (ranks[level] < ranks[this.#level]) return
    const entry = {
      timeMs: this.#now(),
      level,
      component: this.#component,
      message,
      attributes,
      local: this.#local,
    }
    for (const sink of this.#sinks) sink(entry)
  }
}

/** One line of text for one entry: time, level, component, message, then `key=value` as in logfmt. */
export function formatEntry(entry: LogEntry): string {
  const time = new Date(entry.timeMs).toISOString()
  let line = `${time} ${entry.level} ${entry.component}: ${entry.message}`
  for (const [key, value] of Object.entries(entry.attributes))
    if (value !== undefined) line += ` ${key}=${formatValue(value)}`
  return line
}

function formatValue(value: string | number | boolean | null): string {
  const text = String(value)
  return /[\s"=]/.test(text) || text === '' ? JSON.stringify(text) : text
}

/** The usual logger of a process: lines to standard error. */
export function stderrLogger(component: string, level: LogLevel = 'info'): Logger {
  return new Logger(component, [entry => process.stderr.write(`${formatEntry(entry)}\n`)], level)
}

/** A logger for tests: keeps entries, prints nothing. */
export function memoryLogger(): { logger: Logger; entries: LogEntry[] } {
  const entries: LogEntry[] = []
  return { logger: new Logger('test', [entry => entries.push(entry)], 'debug'), entries }
}
