import { randomUUID } from 'node:crypto'
import type { ClickHouseClient } from '@clickhouse/client'
import { LRUCache } from 'lru-cache'
import { Gate, OperatingError } from '../lib/base/index.ts'
import { queryAbortable, type StoreConnection } from '../store/index.ts'
import { watchStore } from './store-watch.ts'

/** What a question cost the store. */
export interface StoreCost {
  rows: number
  bytes: number
}

export interface StoreAnswer<T> {
  rows: T[]
  cost: StoreCost
}

export type SqlParams = Record<string, string | number | bigint | readonly (string | bigint)[]>

const maxSeconds = 30
const maxConcurrent = 16
const maxWaiting = 200
const maxTenants = 64
/** What is not there any more, or was too much, is looked at again after so long. */
const shapesKeptMs = 600_000

/** A shape of lines, and its id for conditions. */
export interface ShapeRow {
  shape: string
  id: string
}

/** Read-only questions to the store: limited in number and time, ended in the engine when the asker goes away. */
export class StoreReader {
  /** Shapes of lines seen in answers before, by tenant: see query/read-shapes.ts. */
  readonly shapes = new LRUCache<string, readonly ShapeRow[]>({ max: maxTenants, ttl: shapesKeptMs })
  readonly #connection: StoreConnection
  readonly #gate = new Gate(maxConcurrent, maxWaiting, tooMany)

  constructor(connection: StoreConnection) {
    this.#connection = connection
  }

  /** Errors: STORE_UNAVAILABLE where too many wait or the store does not answer, STORE_TIMEOUT; the client's own otherwise. */
  async rows<T>(sql: string, params: SqlParams, signal: AbortSignal): Promise<StoreAnswer<T>> {
    const leave = await this.#gate.enter(signal)
    try {
      return await this.#watched<T>(sql, params, signal)
    } catch (error) {
      if (!this.#connection.refused(error)) throw error
      return await this.#watched<T>(sql, params, signal)
    } finally {
      leave()
    }
  }

  async #watched<T>(sql: string, params: SqlParams, signal: AbortSignal): Promise<StoreAnswer<T>> {
    const client = await this.#connection.client()
    const watch = new AbortController()
    const stop = watchStore(client, this.#connection.url, error => watch.abort(error))
    try {
      return await ask<T>(client, sql, params, AbortSignal.any([signal, watch.signal]))
    } catch (error) {
      throw watch.signal.aborted ? watch.signal.reason : error
    } finally {
      stop()
    }
  }
}

async function ask<T>(
  client: ClickHouseClient,
  sql: string,
  params: SqlParams,
  signal: AbortSignal,
): Promise<StoreAnswer<T>> {
  const query = {
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
  } as const
  const answer = await (await queryAbortable(client, query, signal)).json<T>()
  const { rows_read = 0, bytes_read = 0 } = answer.statistics ?? {}
  return { rows: answer.data, cost: { rows: rows_read, bytes: bytes_read } }
}

function tooMany(waiting: number): OperatingError {
  const message = `${waiting} queries are waiting already: try again in a moment`
  return new OperatingError('STORE_UNAVAILABLE', message)
}
