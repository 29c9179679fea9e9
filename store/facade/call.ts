import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { unsupported } from './errors.ts'
import { engineSettings, statementParameters } from './settings.ts'

/** One request to ClickHouse's HTTP interface, taken apart. */
export interface Call {
  queryId: string
  database: string
  /** SQL of the query string; '' where the body carries it. */
  query: string
  settings: Map<string, string>
  parameters: Map<string, string>
  readonly: boolean
  defaultFormat: string
  /** Answer only when the whole result is there: errors always get a status, and the summary is exact. */
  waitEndOfQuery: boolean
  /** Compress the answer with gzip. */
  gzip: boolean
}

/** Errors: UNKNOWN_SETTING, SUPPORT_IS_DISABLED. */
export function readCall(request: IncomingMessage, url: URL): Call {
  const p = url.searchParams
  if (p.has('session_id')) throw unsupported('session_id')
  if (isOn(p.get('compress')) || isOn(p.get('decompress')))
    throw unsupported("ClickHouse's own block compression (compress=1, decompress=1)")
  const accepted = String(request.headers['accept-encoding'] ?? '')
  return {
    queryId: p.get('query_id') ?? randomUUID(),
    database: p.get('database') ?? header(request, 'x-clickhouse-database') ?? 'default',
    query: p.get('query') ?? '',
    settings: engineSettings(p),
    parameters: statementParameters(p),
    // 2 would allow settings, which are applied here anyway, and file(), which a reader must not reach
    readonly: request.method === 'GET' || isOn(p.get('readonly')),
    defaultFormat: p.get('default_format') ?? header(request, 'x-clickhouse-format') ?? 'TabSeparated',
    waitEndOfQuery: isOn(p.get('wait_end_of_query')),
    gzip: isOn(p.get('enable_http_compression')) && /\bgzip\b/.test(accepted),
  }
}

function isOn(value: string | null): boolean {
  return value !== null && value !== '0' && value !== 'false' && value !== ''
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name]
  return typeof value === 'string' ? value : undefined
}
