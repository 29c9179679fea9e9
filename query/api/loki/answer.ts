import type { Context } from 'hono'
import { codeOf, type Logger, messageOf } from '../../../lib/base/index.ts'
import { QueryError } from '../../../lib/logql/index.ts'
import { logFailure } from '../../log-failure.ts'
import { problemOf } from '../../problem.ts'

/** What Loki answers when nobody waits any more. Source: Loki pkg/util/server/error.go. */
const clientClosedRequest = 499

/** An answer in Loki's form; without `data` where there is none. Source: Loki HTTP API. */
export function success(c: Context, data?: unknown): Response {
  return c.json(data === undefined ? { status: 'success' } : { status: 'success', data })
}

/** A failure as Loki says it: one line of plain text. What went wrong here is logged. */
export function failure(c: Context, error: unknown, logger: Logger): Response {
  const status = statusOf(c, error)
  if (status === 500) logFailure(c, error, logger)
  return c.body(`${textOf(error)}\n`, status as 400, { 'Content-Type': 'text/plain; charset=utf-8' })
}

/** Go's answer to a path that nobody serves: Grafana tells by it what is not there. */
export function notFound(c: Context): Response {
  return c.body('404 page not found\n', 404, { 'Content-Type': 'text/plain; charset=utf-8' })
}

function textOf(error: unknown): string {
  if (!(error instanceof QueryError)) return messageOf(error)
  const hint = error.suggestion === undefined ? '' : `: ${error.suggestion}`
  return `parse error at line ${error.line}, col ${error.column}: ${error.message}${hint}`
}

function statusOf(c: Context, error: unknown): number {
  if (c.req.raw.signal.aborted && codeOf(error) !== 'QUERY_KILLED') return clientClosedRequest
  const { status } = problemOf(error)
  // what is too much to answer is a wrong question in Loki's terms
  return status === 422 || status === 413 ? 400 : status
}
