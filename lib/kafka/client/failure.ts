import { codeOf, messageOf, OperatingError } from '../../base/index.ts'
import type { Security } from './security/settings.ts'
import { tlsProblem } from './security/tls-problem.ts'

/** Errors of a connection that may pass by themselves: the broker comes back, someone mends the configuration. */
const unavailable: ReadonlySet<string> = new Set([
  'KAFKA_UNREACHABLE',
  'KAFKA_TLS_FAILED',
  'KAFKA_AUTHENTICATION_FAILED',
  'KAFKA_FILE_UNREADABLE',
])

/** Whether it is the way to a broker that failed, and not what was asked of it. */
export function isUnavailable(error: unknown): boolean {
  return unavailable.has(codeOf(error) ?? '')
}

/** What went wrong with a connection, as an error that says what to do: KAFKA_TLS_FAILED or KAFKA_UNREACHABLE. */
export function connectionFailure(address: string, error: unknown, remedy: string): OperatingError {
  const cause = (error as { cause?: unknown }).cause ?? error
  const problem = tlsProblem(cause)
  return problem === undefined
    ? failed(
        'KAFKA_UNREACHABLE',
        `no answer from the broker ${address}: ${messageOf(cause)}; ${remedy}`,
        error,
      )
    : failed('KAFKA_TLS_FAILED', `no TLS with the broker ${address}: ${problem}`, error)
}

function failed(code: string, message: string, cause: unknown): OperatingError {
  return new OperatingError(code, message, { cause })
}

/** How far a connection has come: being made, made, told the versions, answered as one who may ask. */
export type Stage = 'dialling' | 'connected' | 'greeted' | 'accepted'

/** What to do where a broker does not answer. One that hangs up on who has just come may have minded something. */
export function remedyOf({ tls, sasl }: Security, stage: Stage): string {
  const question = 'is it running?'
  if (stage === 'greeted') return sasl === null ? `${question} it may ask for kafka.sasl` : question
  if (stage !== 'connected') return question
  if (tls === null) return `${question} it may ask for kafka.tls`
  const doubt = tls.cert === null ? 'it may ask for kafka.tls.cert' : 'it may not trust kafka.tls.cert'
  return `${question} ${doubt}`
}
