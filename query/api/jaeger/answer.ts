import type { Context } from 'hono'
import type { Logger } from '../../../lib/base/index.ts'
import { QueryError } from '../../../lib/logql/index.ts'
import { logFailure } from '../../log-failure.ts'
import { problemOf } from '../../problem.ts'

/** An answer in Jaeger's form. Source: jaegertracing/jaeger, cmd/query/app/http_handler.go, structuredResponse. */
export function success(c: Context, data: unknown, total = 0): Response {
  return c.json({ data, total, limit: 0, offset: 0, errors: null })
}

/** A failure in Jaeger's form; what went wrong here is logged. */
export function failure(c: Context, error: unknown, logger: Logger): Response {
  const { status, detail } = problemOf(error)
  if (status === 500) logFailure(c, error, logger)
  const place = error instanceof QueryError ? `${error.line}:${error.column}: ` : ''
  const errors = [{ code: status, msg: `${place}${detail}` }]
  return c.json({ data: null, total: 0, limit: 0, offset: 0, errors }, status as 400)
}
