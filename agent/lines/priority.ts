/**
 * OpenTelemetry's severity for syslog's eight, 0 to 7.
 * Source: https://opentelemetry.io/docs/specs/otel/logs/data-model-appendix/#appendix-b-severitynumber-example-mappings
 */
const severities = [
  { number: 21, text: 'emerg' },
  { number: 19, text: 'alert' },
  { number: 18, text: 'crit' },
  { number: 17, text: 'err' },
  { number: 13, text: 'warning' },
  { number: 10, text: 'notice' },
  { number: 9, text: 'info' },
  { number: 5, text: 'debug' },
] as const

const facilities = [
  'kern',
  'user',
  'mail',
  'daemon',
  'auth',
  'syslog',
  'lpr',
  'news',
  'uucp',
  'cron',
  'authpriv',
  'ftp',
  'ntp',
  'audit',
  'alert',
  'clock',
  'local0',
  'local1',
  'local2',
  'local3',
  'local4',
  'local5',
  'local6',
  'local7',
] as const

/** Of a priority (facility × 8 + severity) or of a severity alone; undefined where it is neither. */
export function severityOfPriority(priority: number): { number: number; text: string } | undefined {
  return Number.isInteger(priority) && priority >= 0 ? severities[priority % 8] : undefined
}

export function facilityOfPriority(priority: number): string | undefined {
  return facilities[Math.floor(priority / 8)]
}
