import type { Context } from 'hono'
import { codeOf, type Logger, messageOf, OperatingError } from '../lib/base/index.ts'
import { QueryError } from '../lib/logql/index.ts'
import { isStoreUnreachable } from '../store/index.ts'
import { logFailure } from './log-failure.ts'

export interface Problem {
  type: string
  title: string
  detail: string
  status: number
  position?: { line: number; column: number }
  suggestion?: string
}

interface Kind {
  status: 400 | 401 | 403 | 404 | 409 | 413 | 422 | 429 | 500 | 503 | 504
  title: string
}

const kinds: Readonly<Record<string, Kind>> = {
  QUERY_EXECUTION: { status: 422, title: 'the query cannot be answered' },
  QUERY_INVALID: { status: 400, title: 'the query cannot be understood' },
  TIME_INVALID: { status: 400, title: 'a time cannot be understood' },
  PARAMETER_INVALID: { status: 400, title: 'a parameter is wrong' },
  CURSOR_INVALID: { status: 400, title: 'the cursor is not one of ours' },
  TOKEN_MISSING: { status: 401, title: 'who asks is not known' },
  TOKEN_INVALID: { status: 401, title: 'who asks is not known' },
  TENANT_MISSING: { status: 401, title: 'whose data are meant is not known' },
  TENANT_FORBIDDEN: { status: 403, title: 'this token may not see that' },
  SCOPE_MISSING: { status: 403, title: 'this token may not do that' },
  CROSS_SITE: { status: 403, title: 'another site may not do that' },
  TOKENS_UNREADABLE: { status: 503, title: 'tokens cannot be read now' },
  BODY_TOO_LARGE: { status: 413, title: 'the request is too large' },
  NOT_FOUND: { status: 404, title: 'there is no such thing' },
  TOO_MUCH: { status: 422, title: 'the answer would be too large' },
  TOO_MANY_QUERIES: { status: 429, title: 'too many queries' },
  QUERY_KILLED: { status: 503, title: 'the query was ended' },
  TOO_MANY_TAILS: { status: 503, title: 'too many live tails' },
  STORE_UNAVAILABLE: { status: 503, title: 'the store cannot be asked now' },
  STORE_TIMEOUT: { status: 504, title: 'the store took too long' },
  KAFKA_UNREACHABLE: { status: 503, title: 'the broker cannot be asked now' },
  KAFKA_TLS_FAILED: { status: 503, title: 'the broker cannot be asked now' },
  KAFKA_AUTHENTICATION_FAILED: { status: 503, title: 'the broker cannot be asked now' },
  CONFIG_INVALID: { status: 400, title: 'the configuration cannot be read' },
  RULES_INVALID: { status: 400, title: 'the rules cannot be read' },
  BOARD_INVALID: { status: 400, title: 'the dashboard cannot be read' },
  BOARD_EXISTS: { status: 409, title: 'there is one of this name' },
  BOARD_CHANGED: { status: 409, title: 'somebody else has saved it' },
  TOO_MANY_BOARDS: { status: 422, title: 'there are too many dashboards' },
  STREAMS_READ_ONLY: { status: 403, title: 'this may only be looked at' },
  KAFKA_FILE_UNREADABLE: { status: 503, title: 'the broker cannot be asked now' },
}

const internal: Kind = { status: 500, title: 'something is wrong in Millrace' }

/** Any failure as problem+json. Source: RFC 9457. */
export function problemOf(error: unknown): Problem {
  const code = error instanceof OperatingError ? error.code : storeCode(error)
  const kind = kinds[code] ?? kafkaKind(code) ?? internal
  return {
    type: `urn:millrace:${code.toLowerCase().replaceAll('_', '-')}`,
    title: kind.title,
    detail: messageOf(error),
    status: kind.status,
    ...(error instanceof QueryError ? { position: { line: error.line, column: error.column } } : {}),
    ...(error instanceof QueryError && error.suggestion !== undefined
      ? { suggestion: error.suggestion }
      : {}),
  }
}

/** What a broker refused is the asker's to mend: it says why. */
function kafkaKind(code: string): Kind | undefined {
  if (!code.startsWith('KAFKA_')) return undefined
  if (/UNKNOWN_TOPIC|NOT_FOUND/.test(code)) return { status: 404, title: 'there is no such thing' }
  if (/AUTHORIZATION_FAILED/.test(code)) return { status: 403, title: 'the broker does not allow that' }
  return { status: 422, title: 'the broker refused' }
}

/** Errors of the ClickHouse client: a broken connection, or a code of the engine as text. */
function storeCode(error: unknown): string {
  if (isStoreUnreachable(error)) return 'STORE_UNAVAILABLE'
  const code = codeOf(error) ?? codeOf((error as { cause?: unknown } | null)?.cause)
  if (code === '159' || /timeout/i.test(messageOf(error))) return 'STORE_TIMEOUT'
  if (code === '202' || code === '210' || code === '241') return 'STORE_UNAVAILABLE'
  if (code === '158' || code === '396') return 'TOO_MUCH'
  if (code === '427') return 'QUERY_INVALID'
  return 'INTERNAL'
}

/** The one place where failures become answers. A bug is logged with its stack; what is the caller's doing is not. */
export function problemResponse(c: Context, error: unknown, logger: Logger): Response {
  const problem = problemOf(error)
  if (problem.status === 500) logFailure(c, error, logger)
  return c.body(JSON.stringify(problem), problem.status as 400, {
    'Content-Type': 'application/problem+json',
  })
}
