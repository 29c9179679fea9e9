import type { ClickHouseSettings } from '@clickhouse/client'
import { codeOf, OperatingError } from '../lib/base/index.ts'

/** What a question cost the store. */
export interface StoreCost {
  rows: number
  bytes: number
}

/** What one question may take of the store. */
export interface StoreLimits {
  deadlineSeconds: number
  /** null: as many as there are. */
  rowsRead: number | null
  bytesRead: number | null
}

/** On whose behalf the store is asked. */
export interface Asking {
  limits: StoreLimits
  /** Resolves when it is the tenant's turn. Errors: TOO_MANY_QUERIES. */
  enter(signal: AbortSignal): Promise<() => void>
  /** Aborted when somebody ends what is running. */
  signal: AbortSignal
  /** A question begins; what it returns is called at its end. */
  begin(queryId: string): (cost: StoreCost) => void
}

export const defaultDeadlineSeconds = 30

/** The engine keeps the limits itself. Source: ClickHouse, restrictions on query complexity. */
export function settingsOf(limits: StoreLimits | undefined): ClickHouseSettings {
  const { deadlineSeconds = defaultDeadlineSeconds, rowsRead = null, bytesRead = null } = limits ?? {}
  return {
    readonly: '1',
    max_execution_time: deadlineSeconds,
    ...(rowsRead === null ? {} : { max_rows_to_read: String(rowsRead) }),
    ...(bytesRead === null ? {} : { max_bytes_to_read: String(bytesRead) }),
    output_format_json_quote_64bit_integers: 0,
    output_format_json_quote_denormals: 1,
    // threads would read ahead of a page's end, most of the table
    read_in_order_use_buffering: 0,
  }
}

const tooManyRows = '158'
const tooManyBytes = '307'
const less = 'ask about a shorter time or fewer streams'

/** What the engine refuses for a limit, with the limit and what to do; any other failure as it is. */
export function refusalOf(error: unknown, asking: Asking | undefined): unknown {
  const code = codeOf(error)
  if (code !== tooManyRows && code !== tooManyBytes) return error
  const { rowsRead, bytesRead } = asking?.limits ?? { rowsRead: null, bytesRead: null }
  const limit =
    code === tooManyRows
      ? `${rowsRead} rows (query.limits.rowsRead)`
      : `${bytesRead} bytes (query.limits.bytesRead)`
  return new OperatingError('TOO_MUCH', `the store would read more than ${limit}: ${less}`, { cause: error })
}
