import type { Context } from 'hono'
import type { Logger } from '../../../lib/base/index.ts'
import { QueryError } from '../../../lib/logql/index.ts'
import { logFailure } from '../../log-failure.ts'
import { problemOf } from '../../problem.ts'

/** A failure as Tempo answers it: one line of text. */
export function failure(c: Context, error: unknown, logger: Logger): Response {
  const { status, detail } = problemOf(error)
  if (status === 500) logFailure(c, error, logger)
  return c.text(textOf(error, detail), status as 400)
}

function textOf(error: unknown, detail: string): string {
  if (!(error instanceof QueryError)) return detail
  const hint = error.suggestion === undefined ? '' : ` (${error.suggestion})`
  return `invalid TraceQL query: parse error at line ${error.line}, col ${error.column}: ${error.message}${hint}`
}
