import { parseLogQuery } from '../../../lib/logql/index.ts'
import { facets } from '../../../query/facets.ts'
import { histogram } from '../../../query/histogram.ts'
import { searchLogs } from '../../../query/logs.ts'
import type { StoreReader } from '../../../query/store-reader.ts'

/** A question in the words of both, and how many lines, or lines counted, an answer tells of. */
export interface Question {
  name: string
  /** Our interface: path under /api and query. Without it the question is one of SQL alone. */
  api?: { path: 'logs' | 'logs/histogram' | 'logs/facets'; query: string; step?: string }
  sql?: string
  logsQl: string
  /** Of VictoriaLogs. Lines have a limit, aggregates have none. */
  path: 'query' | 'facets'
}

export const limit = 100
const facetValues = 20

/** What stands in some line of the middle, for questions by a value. */
export interface KnownValues {
  traceId: string
  userId: string
}

export function questions({ traceId, userId }: KnownValues): Question[] {
  return [
    lines('newest 100 of a service', '{service="payment"}', 'service:=payment'),
    lines('newest 100 of all', '', '*'),
    lines('rare word, some lines', 'zebrafish', 'zebrafish'),
    lines('rare word, one line', 'quokka', 'quokka'),
    lines('rare word in a field', '{message=~".*zebrafish.*"}', '_msg:zebrafish'),
    lines('|= "quokka-7f3a"', '|= "quokka-7f3a"', '"quokka-7f3a"'),
    lines('trace id', `{traceId="${traceId}"}`, `trace_id:="${traceId}"`),
    lines('field = value', `{user_id="${userId}"}`, `user_id:="${userId}"`),
    counts('count per minute by level, all', '', '*'),
    counts('count per minute by level of |= "timed out"', '|= "timed out"', '"timed out"'),
    counts('regex counted', '|~ "order [0-9]*99 accepted"', '_msg:~"order [0-9]*99 accepted"'),
    counts(
      'regex on a field counted',
      '{message=~".*order [0-9]*99 accepted.*"}',
      '_msg:~"order [0-9]*99 accepted"',
    ),
    lines('newest 100 of a regex', '|~ "order [0-9]*99 accepted"', '_msg:~"order [0-9]*99 accepted"'),
    {
      name: 'p99 of a number by service',
      sql: `SELECT ServiceName, quantile(0.99)(toFloat64OrNull(LogAttributes['duration_ms'])) AS p99 FROM otel_logs GROUP BY ServiceName`,
      logsQl: '* | stats by (service) quantile(0.99, duration_ms) p99',
      path: 'query',
    },
    { name: 'facets', api: { path: 'logs/facets', query: '' }, logsQl: '*', path: 'facets' },
  ]
}

function lines(name: string, query: string, logsQl: string): Question {
  return { name, api: { path: 'logs', query }, logsQl, path: 'query' }
}

function counts(name: string, query: string, logsQl: string): Question {
  const api = { path: 'logs/histogram', query, step: '1m' } as const
  return { name, api, logsQl: `${logsQl} | stats by (_time:1m, level) count() n`, path: 'query' }
}

export interface AskedRange {
  startNs: bigint
  endNs: bigint
}

/** The parameters of our interface. */
export function apiParameters({ api }: Question, range: AskedRange): Record<string, string> {
  return {
    query: api?.query ?? '',
    start: String(range.startNs),
    end: String(range.endNs),
    ...(api?.path === 'logs' ? { limit: String(limit) } : {}),
    ...(api?.step === undefined ? {} : { step: api.step }),
  }
}

export function logsQlParameters(question: Question, range: AskedRange): Record<string, string> {
  return {
    query: question.logsQl,
    start: String(range.startNs),
    end: String(range.endNs),
    ...(question.api?.path === 'logs' ? { limit: String(limit) } : {}),
    ...(question.path === 'facets' ? { limit: String(facetValues) } : {}),
  }
}

/** What our interface asks the store for, asked without it: what is left is the engine's. */
export async function askStore(
  reader: StoreReader,
  question: Question,
  tenant: string,
  range: AskedRange,
): Promise<void> {
  const query = parseLogQuery(question.api?.query ?? '')
  const search = { query, tenant, ...range }
  const { signal } = new AbortController()
  const path = question.api?.path
  if (path === 'logs') {
    const page = { ...search, limit, direction: 'backward', after: undefined } as const
    await searchLogs(reader, page, signal)
  } else if (path === 'logs/histogram') await histogram(reader, { ...search, stepMs: 60_000 }, signal)
  else if (path === 'logs/facets')
    await facets(reader, { ...search, fields: [], search: '', limit: 20, hasStatistics: false }, signal)
  else if (question.sql !== undefined) await reader.rows(question.sql, {}, signal)
}

/** Lines in an answer of ours, or lines that it has counted. */
export function foundByUs(text: string): number {
  const answer = JSON.parse(text) as {
    logs?: unknown[]
    buckets?: { counts: Record<string, number> }[]
  }
  if (answer.logs !== undefined) return answer.logs.length
  const buckets = answer.buckets ?? []
  return buckets.flatMap(bucket => Object.values(bucket.counts)).reduce((sum, count) => sum + count, 0)
}

export function foundByVictoriaLogs(text: string): number {
  const rows = text
    .split('\n')
    .filter(row => row !== '')
    .map(row => JSON.parse(row) as { n?: string })
  return rows.reduce((sum, { n }) => sum + (n === undefined ? 1 : Number(n)), 0)
}
