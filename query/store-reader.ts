import { randomUUID } from 'node:crypto'
import type { ClickHouseClient } from '@clickhouse/client'
import { OperatingError } from '../lib/base/index.ts'
import { queryAbortable } from '../store/index.ts'

/** What a question cost the store. */
export interface StoreCost {
  rows: number
  bytes: number
}

export type SqlParams = Record<string, string | number | bigint | readonly (string | bigint)[]>

const maxSeconds = 30
const maxConcurrent = 16
const maxWaiting = 200

/** Read-only questions to the store: limited in number and time, ended in the engine when the asker goes away. */
export class StoreReader {
  readonly #client: ClickHouseClient
  #running = 0
  readonly #waiting: (() => void)[] = []

  constructor(client: ClickHouseClient) {
    this.#client = client
  }

  /** Errors: STORE_UNAVAILABLE when too many wait; the client's own otherwise. */
  async rows<T>(
    sql: string,
    params: SqlParams,
    signal: AbortSignal,
  ): Promise<{ rows: T[]; cost: StoreCost }> {
    await this.#enter()
    try {
      const result = await queryAbortable(
        this.#client,
        {
          query: sql,
          format: 'JSON',
          query_id: randomUUID(),
          query_params: params,
          clickhouse_settings: {
            readonly: '1',
            max_execution_time: maxSeconds,
            output_format_json_quote_64bit_integers: 0,
            output_format_json_quote_denormals: 1,
          },
        },
        signal,
      )
      const answer = await result.json<T>()
      const { rows_read = 0, bytes_read = 0 } = answer.statistics ?? {}
      return { rows: answer.data, cost: { rows: rows_read, bytes: bytes_read } }
    } finally {
      this.#leave()
    }
  }

  async ping(): Promise<boolean> {
    return (await this.#client.ping()).success
  }

  async #enter(): Promise<void> {
    if (this.#running < maxConcurrent) {
      this.#running++
      return
    }
    if (this.#waiting.length >= maxWaiting)
      throw new OperatingError(
        'STORE_UNAVAILABLE',
        `${maxWaiting} queries are waiting already: try again in a moment`,
      )
    await new Promise<void>(resolve => this.#waiting.push(resolve))
  }

  #leave(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#running--
    else next()
  }
}
