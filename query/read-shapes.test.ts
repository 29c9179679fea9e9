import type { ClickHouseClient } from '@clickhouse/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SentLine, sentRecord, takeIn } from '../aggregator/testing/sent.ts'
import { StoreConnection } from '../store/index.ts'
import { startTestStore, storeUnavailable, type TestStore } from '../store/testing/store.ts'
import { readShapes } from './read-shapes.ts'
import { type SqlParams, StoreReader } from './store-reader.ts'

const reason = storeUnavailable()
const timeMs = Date.now()
const range = { tenant: 'default', startNs: 0n, endNs: BigInt(timeMs + 3_600_000) * 1_000_000n }
const { signal } = new AbortController()

/** Says which questions were put. */
class HeardReader extends StoreReader {
  readonly heard: string[] = []

  override async rows<T>(sql: string, params: SqlParams, until: AbortSignal) {
    this.heard.push(sql)
    return await super.rows<T>(sql, params, until)
  }

  /** Questions about lines since the last time. */
  ofLines(): number {
    return this.heard.splice(0).filter(sql => sql.includes('FROM otel_logs')).length
  }
}

const line = (key: string): SentLine => ({
  body: `{"${key}":"some value","n":12345}`,
  attributes: { [key]: 'some value', n: 12_345 },
})

describe.skipIf(reason !== undefined)(`shapes of lines${reason === undefined ? '' : ` (${reason})`}`, () => {
  let store: TestStore
  let connection: StoreConnection
  let reader: HeardReader
  let client: ClickHouseClient
  let next = 0

  beforeAll(async () => {
    store = await startTestStore()
    connection = new StoreConnection(store.config, { application: 'test' })
    client = await connection.client()
    reader = new HeardReader(connection)
  }, 30_000)
  afterAll(async () => {
    await connection?.close()
    await store?.close()
  })

  const take = async (key: string) => {
    const file = { agent: 'web1', source: '/x', generation: '7', service: 'web', timeMs }
    await takeIn(client, 'otlp_logs', [sentRecord(file, next * 100, [line(key)])], next, `shapes ${next}`)
    next++
  }
  const keysFound = async () => {
    const rows = (await readShapes(reader, range, signal)) ?? []
    return rows.map(({ shape }) => /"(\w+)":"/.exec(shape)?.[1]).toSorted()
  }

  it('are those of all parts, also of new and of merged ones, and none is looked through twice', async () => {
    await take('a')
    expect(await keysFound()).toEqual(['a'])
    await take('b')
    expect(await keysFound()).toEqual(['a', 'b'])
    reader.ofLines()
    expect(await keysFound()).toEqual(['a', 'b'])
    expect(reader.ofLines()).toBe(0)
    await client.command({ query: 'OPTIMIZE TABLE otel_logs FINAL' })
    expect(await keysFound()).toEqual(['a', 'b'])
    expect(reader.ofLines()).toBe(0)
    await take('c')
    await client.command({ query: 'OPTIMIZE TABLE otel_logs FINAL' })
    expect(await keysFound()).toEqual(['a', 'b', 'c'])
    expect(reader.ofLines()).toBe(1)
  })

  it('are known once each, though several ask at the same time', async () => {
    const others = new HeardReader(connection)
    await Promise.all([1, 2, 3].map(() => readShapes(others, range, signal)))
    expect((await readShapes(others, range, signal))?.length).toBe(3)
  })

  it('are those of a table that was made anew', async () => {
    const query = 'SHOW CREATE TABLE otel_logs'
    const made = await (await client.query({ query, format: 'TabSeparatedRaw' })).text()
    await client.command({ query: 'DROP TABLE otel_logs SYNC' })
    await client.command({ query: made })
    await take('d')
    await take('e')
    expect(await keysFound()).toEqual(['a', 'b', 'c', 'd', 'e'])
  })
})
