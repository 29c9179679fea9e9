import { z } from '@hono/zod-openapi'
import { OperatingError } from '../../lib/base/index.ts'
import { parseTime } from '../time.ts'

export const maxLines = 5_000

const timeHint = 'RFC 3339, Unix s, ms, µs or ns, now, or now-15m'

export const rangeParameters = {
  query: z
    .string()
    .max(20_000)
    .default('')
    .openapi({ description: 'LogQL, or plain words', example: '{level="error"} |= "timeout"' }),
  start: z
    .string()
    .default('now-1h')
    .openapi({ description: `included; ${timeHint}` }),
  end: z
    .string()
    .default('now')
    .openapi({ description: `excluded; ${timeHint}` }),
}

const maxFields = 50

export const fieldsParameter = z.string().max(5_000).default('').openapi({
  description: 'of each line these alone, separated by commas; none: everything',
  example: 'message,http.route',
})

/** Names separated by commas. */
export function namesOf(text: string): string[] {
  const names = text.split(',').map(name => name.trim())
  return names.filter(name => name !== '').slice(0, maxFields)
}

/** A whole number in a query string. */
export function count(fallback: number, max: number) {
  return z.coerce.number().int().min(0).max(max).default(fallback)
}

/** Errors: TIME_INVALID, PARAMETER_INVALID when the range is empty. */
export function parseRange(
  given: { start: string; end: string },
  nowMs: number,
): { startNs: bigint; endNs: bigint } {
  const startNs = parseTime(given.start, nowMs)
  const endNs = parseTime(given.end, nowMs)
  if (startNs >= endNs)
    throw new OperatingError(
      'PARAMETER_INVALID',
      `start must be before end, found ${given.start} and ${given.end}`,
    )
  return { startNs, endNs }
}

/** Refuses what zod found wrong, all at once. Errors: PARAMETER_INVALID. */
export function refuse(error: {
  issues: readonly { path: readonly PropertyKey[]; message: string }[]
}): never {
  const problems = error.issues.map(issue => `${issue.path.join('.')}: ${issue.message.toLowerCase()}`)
  throw new OperatingError('PARAMETER_INVALID', problems.join(', '))
}
