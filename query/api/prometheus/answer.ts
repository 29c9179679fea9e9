import type { Context } from 'hono'
import { codeOf, type Logger, messageOf, OperatingError } from '../../../lib/base/index.ts'
import { QueryError } from '../../../lib/logql/index.ts'
import { logFailure } from '../../log-failure.ts'
import { problemOf } from '../../problem.ts'

type ErrorType =
  | 'unauthorized'
  | 'forbidden'
  | 'bad_data'
  | 'execution'
  | 'timeout'
  | 'unavailable'
  | 'not_found'
  | 'internal'

const statusOf: Readonly<Record<ErrorType, 400 | 401 | 403 | 404 | 422 | 500 | 503>> = {
  unauthorized: 401,
  forbidden: 403,
  bad_data: 400,
  not_found: 404,
  execution: 422,
  timeout: 503,
  unavailable: 503,
  internal: 500,
}

/** An answer in Prometheus' form. Source: Prometheus HTTP API, format overview. */
export function success(
  c: Context,
  data: unknown,
  more: { warnings?: string[]; infos?: string[] } = {},
): Response {
  return c.json({ status: 'success', data, ...more })
}

/** A failure in Prometheus' form; what went wrong here is logged. */
export function failure(c: Context, error: unknown, logger: Logger): Response {
  const errorType = errorTypeOf(error)
  if (errorType === 'internal') logFailure(c, error, logger)
  return c.json({ status: 'error', errorType, error: textOf(error) }, statusOf[errorType])
}

/** The same for who reads no JSON. */
export function plainFailure(c: Context, error: unknown, logger: Logger): Response {
  const answer = failure(c, error, logger)
  const headers = { 'Content-Type': 'text/plain; charset=utf-8' }
  return c.body(`${textOf(error)}\n`, answer.status as 400, headers)
}

function textOf(error: unknown): string {
  if (!(error instanceof QueryError)) return messageOf(error)
  const hint = error.suggestion === undefined ? '' : `: ${error.suggestion}`
  return `${error.line}:${error.column}: parse error: ${error.message}${hint}`
}

function errorTypeOf(error: unknown): ErrorType {
  if (error instanceof QueryError) return 'bad_data'
  if (error instanceof OperatingError && codeOf(error) === 'QUERY_EXECUTION') return 'execution'
  const { status } = problemOf(error)
  if (status === 400 || status === 413) return 'bad_data'
  if (status === 401) return 'unauthorized'
  if (status === 403) return 'forbidden'
  if (status === 404) return 'not_found'
  if (status === 422) return 'execution'
  if (status === 504) return 'timeout'
  return status === 503 || status === 429 ? 'unavailable' : 'internal'
}
