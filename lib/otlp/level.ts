/** The normalised severities, from least to most severe; 'unknown' where a record says nothing of it. */
export const levels = ['unknown', 'trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const
export type Level = (typeof levels)[number]

const words: Readonly<Record<string, Level>> = {
  trace: 'trace',
  debug: 'debug',
  info: 'info',
  information: 'info',
  informational: 'info',
  notice: 'info',
  warn: 'warn',
  warning: 'warn',
  error: 'error',
  err: 'error',
  critical: 'fatal',
  crit: 'fatal',
  alert: 'fatal',
  emerg: 'fatal',
  emergency: 'fatal',
  fatal: 'fatal',
  panic: 'fatal',
}

/**
 * The level of a log record: by its severity number (four to a level, 1 to 24), else by its severity text.
 * Source: OpenTelemetry logs data model, SeverityNumber.
 *
 * @example
 * levelOf(17, '') // => 'error'
 * levelOf(0, 'Warning') // => 'warn'
 */
export function levelOf(severityNumber: number, severityText: string): Level {
  if (severityNumber >= 1 && severityNumber <= 24) return levels[Math.ceil(severityNumber / 4)] as Level
  const word = severityText.toLowerCase()
  return Object.hasOwn(words, word) ? (words[word] as Level) : 'unknown'
}
