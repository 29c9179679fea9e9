import { randomUUID } from 'node:crypto'
import { addAbortSignal } from 'node:stream'
import type { ClickHouseClient, ClickHouseSettings } from '@clickhouse/client'
import { LRUCache } from 'lru-cache'
import { Gate, OperatingError } from '../lib/base/index.ts'
import { queryAbortable, type StoreConnection } from '../store/index.ts'
import { SeenShapes } from './seen-shapes.ts'
import { type Asking, refusalOf, type StoreCost, settingsOf } from './store-asking.ts'
import { silenceOf } from './store-silence.ts'
import { watchStore } from './store-watch.ts'

export type { StoreCost } from './store-asking.ts'

export interface StoreAnswer<T> {
  rows: T[]
  cost: StoreCost
}

export type SqlParams = Record<string, string | number | bigint | readonly (string | bigint)[]>

const maxConcurrent = 16
const maxWaiting = 200
const maxTenants = 64
/** What is not there any more, or was too much, is looked at again after so long. */
const shapesKeptMs = 600_000
const maxRemembered = 1_000
const rememberedMs = 60_000
/** A rollup that is new is found so soon. */
const rollupsUnknownMs = 5_000

/** What all readers of one connection have in common. */
interface Shared {
  shapes: LRUCache<string, SeenShapes>
  fewRows: LRUCache<string, boolean>
  withoutRollups: LRUCache<string, boolean>
  gate: Gate
}

/** Read-only questions to the store: limited in number, time and size, ended in the engine when the asker goes away. */
export class StoreReader {
  readonly #connection: StoreConnection
  readonly #shared: Shared
  readonly #asking: Asking | undefined

  constructor(connection: StoreConnection, asking?: Asking, shared = makeShared()) {
    this.#connection = connection
    this.#asking = asking
    this.#shared = shared
  }

  /** The same store, asked within the limits of somebody. */
  as(asking: Asking): StoreReader {
    return new StoreReader(this.#connection, asking, this.#shared)
  }

  /** What another reader of the same store is made of. */
  get made(): [connection: StoreConnection, asking: Asking | undefined, shared: Shared] {
    return [this.#connection, this.#asking, this.#shared]
  }

  /** See query/read-shapes.ts. */
  seenShapes(tenant: string): SeenShapes {
    const known = this.#shared.shapes.get(tenant)
    if (known !== undefined) return known
    const seen = new SeenShapes()
    this.#shared.shapes.set(tenant, seen)
    return seen
  }

  /** By question and hours, whether indexes leave few rows for it. */
  get fewRows(): LRUCache<string, boolean> {
    return this.#shared.fewRows
  }

  /** Tenants of whose lines no rollup of the configuration counts any. */
  get withoutRollups(): LRUCache<string, boolean> {
    return this.#shared.withoutRollups
  }

  /** Who answers what must be known before a question can be put: this one, unless questions are only explained. */
  get preparation(): StoreReader {
    return this
  }

  /**
   * Errors: STORE_UNAVAILABLE where too many wait or the store does not answer, STORE_TIMEOUT, TOO_MUCH, TOO_MANY_QUERIES,
   * QUERY_KILLED; the client's own otherwise.
   */
  async rows<T>(
    sql: string,
    params: SqlParams,
    signal: AbortSignal,
    settings: ClickHouseSettings = {},
  ): Promise<StoreAnswer<T>> {
    return await this.#watched(signal, async (client, queryId, alive) => {
      const asked = this.#query(sql, params, queryId)
      const given = { ...asked.clickhouse_settings, ...settings }
      const query = { ...asked, clickhouse_settings: given, format: 'JSON' } as const
      const answer = await (await queryAbortable(client, query, alive)).json<T>()
      const { rows_read = 0, bytes_read = 0 } = answer.statistics ?? {}
      return { rows: answer.data, cost: { rows: rows_read, bytes: bytes_read } }
    })
  }

  /**
   * Hands over rows one by one as they come, with the bytes of each, until there are no more or `take` answers false; then the question ends in the
   * engine. Their number is what it cost: what was read for them, such an answer does not say. For answers that are not to be held as a whole. Errors: as of `rows`.
   */
  async each<T>(
    sql: string,
    params: SqlParams,
    signal: AbortSignal,
    take: (row: T, bytes: number) => boolean,
  ): Promise<void> {
    await this.#watched(signal, async (client, queryId, alive) => {
      const query = { ...this.#query(sql, params, queryId), format: 'JSONEachRow' } as const
      const result = await queryAbortable(client, query, alive)
      const cost = { rows: 0, bytes: 0 }
      for await (const rows of result.stream<T>()) {
        const isEnough = !rows.every(row => {
          cost.rows++
          cost.bytes += row.text.length
          return take(row.json<T>(), row.text.length)
        })
        if (isEnough) break
      }
      result.close()
      return { cost }
    })
  }

  /**
   * Hands over an answer's blocks in ClickHouse's Native format, in pieces as they come; no more comes than `read` takes. Errors: as of
   * `rows`.
   */
  async native(
    sql: string,
    params: SqlParams,
    settings: ClickHouseSettings,
    signal: AbortSignal,
    read: (pieces: AsyncIterable<Buffer>) => Promise<void>,
  ): Promise<StoreCost> {
    const { cost } = await this.#watched(signal, async (client, queryId, alive) => {
      const asked = this.#query(`${sql} FORMAT Native`, params, queryId)
      // errors have a status then, and not their text between blocks
      const whole = { ...asked.clickhouse_settings, ...settings, wait_end_of_query: 1 } as const
      const answer = await client.exec({ ...asked, clickhouse_settings: whole, abort_signal: alive })
      await read(addAbortSignal(alive, answer.stream))
      const { read_rows = '0', read_bytes = '0' } = answer.summary ?? {}
      return { cost: { rows: Number(read_rows), bytes: Number(read_bytes) } }
    })
    return cost
  }

  async #watched<T extends { cost: StoreCost }>(
    signal: AbortSignal,
    ask: (client: ClickHouseClient, queryId: string, alive: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const asking = this.#asking
    const alive = asking === undefined ? signal : AbortSignal.any([signal, asking.signal])
    const leave = await this.#enter(alive)
    try {
      return await this.#attempt(alive, ask).catch(async (error: unknown) => {
        if (!this.#connection.refused(error)) throw error
        return await this.#attempt(alive, ask)
      })
    } catch (error) {
      if (asking?.signal.aborted === true) throw asking.signal.reason
      throw silenceOf(refusalOf(error, asking), this.#connection.url)
    } finally {
      leave()
    }
  }

  /** The tenant's turn first, so that who asks much waits for himself. */
  async #enter(signal: AbortSignal): Promise<() => void> {
    const leaveTenant = (await this.#asking?.enter(signal)) ?? (() => undefined)
    try {
      const leave = await this.#shared.gate.enter(signal)
      return () => {
        leave()
        leaveTenant()
      }
    } catch (error) {
      leaveTenant()
      throw error
    }
  }

  async #attempt<T extends { cost: StoreCost }>(
    signal: AbortSignal,
    ask: (client: ClickHouseClient, queryId: string, alive: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const client = await this.#connection.client()
    const watch = new AbortController()
    const seconds = this.#asking?.limits.deadlineSeconds
    const stop = watchStore(client, this.#connection.url, error => watch.abort(error), seconds)
    const queryId = randomUUID()
    const end = this.#asking?.begin(queryId)
    let cost: StoreCost = { rows: 0, bytes: 0 }
    try {
      const answer = await ask(client, queryId, AbortSignal.any([signal, watch.signal]))
      cost = answer.cost
      return answer
    } catch (error) {
      throw watch.signal.aborted ? watch.signal.reason : error
    } finally {
      end?.(cost)
      stop()
    }
  }

  #query(sql: string, params: SqlParams, queryId: string) {
    return {
      query: sql,
      query_id: queryId,
      query_params: params,
      clickhouse_settings: settingsOf(this.#asking?.limits),
    }
  }
}

function makeShared(): Shared {
  return {
    shapes: new LRUCache({ max: maxTenants, ttl: shapesKeptMs }),
    fewRows: new LRUCache({ max: maxRemembered, ttl: rememberedMs }),
    withoutRollups: new LRUCache({ max: maxRemembered, ttl: rollupsUnknownMs }),
    gate: new Gate(maxConcurrent, maxWaiting, tooMany),
  }
}

function tooMany(waiting: number): OperatingError {
  const message = `${waiting} queries are waiting already: try again in a moment`
  return new OperatingError('STORE_UNAVAILABLE', message)
}
