import { severityOfPriority } from './priority.ts'
import { endOfDigits } from './time/digits.ts'
import { WordTable } from './word-table.ts'

/** Words for a severity as the value of a field, by OpenTelemetry's number for each. */
const words: readonly (readonly [number: number, words: readonly string[]])[] = [
  [1, ['trace', 'trc', 'trce', 'finest', 't']],
  [2, ['finer']],
  [5, ['debug', 'dbg', 'dbug', 'fine', 'verbose', 'vrb', 'd', 'd1', 'd2', 'd3', 'd4', 'd5', 'v']],
  [8, ['config']],
  [9, ['info', 'inf', 'information', 'informational', 'note', 'system', 'log', 'success', 'i']],
  [10, ['notice']],
  [13, ['warn', 'wrn', 'warning', 'w']],
  [17, ['error', 'err', 'severe', 'fail', 'failure', 'e']],
  [18, ['crit', 'dpanic']],
  [19, ['alert']],
  [21, ['critical', 'fatal', 'ftl', 'panic', 'pnc', 'emerg', 'emergency', 'f', 'c']],
]
/** OpenTelemetry's own short names, four to a level: INFO, INFO2, … */
const numbered = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'].flatMap((word, i) =>
  [2, 3, 4].map(n => [`${word}${n}`, i * 4 + n] as const),
)

/**
 * What the value of a field says of the severity.
 * Source: https://opentelemetry.io/docs/specs/otel/logs/data-model-appendix/#appendix-b-severitynumber-example-mappings
 */
export const severityWords = new WordTable<number>([
  ...words.flatMap(([number, ofNumber]) => ofNumber.map(word => [word, number] as const)),
  ...numbered,
])

const tens = [1, 5, 9, 13, 17, 21] as const
const hundreds = [5, 9, 10, 13, 17, 18, 19, 21] as const

/**
 * A level given as a number: 1 to 7 are syslog's (GELF, journald; 0 is more often somebody's verbosity), 10 to 60 pino's
 * and bunyan's, 100 to 800 Google Cloud's. 0 for any other.
 */
export function severityOfNumber(level: number): number {
  if (level >= 1 && level <= 7) return severityOfPriority(level)?.number ?? 0
  if (level >= 10 && level < 70) return tens[Math.floor(level / 10) - 1] ?? 0
  return level >= 100 && level < 900 ? (hundreds[Math.floor(level / 100) - 1] ?? 0) : 0
}

/** The same for a number that came as text; 0 where it is none. */
export function severityOfDigits(bytes: Buffer, start: number, end: number): number {
  const isNumber = end > start && end - start <= 3 && endOfDigits(bytes, start, end) === end
  return isNumber ? severityOfNumber(Number(bytes.toString('latin1', start, end))) : 0
}
