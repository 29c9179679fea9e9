import { createClient } from '@clickhouse/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { memoryLogger } from '../lib/base/index.ts'
import {
  columnsOf,
  createStoreClient,
  insertNative,
  migrate,
  queryAbortable,
  storePassword,
} from './index.ts'
import { startTestStore, storeUnavailable, type TestStore } from './testing/store.ts'

type Client = Awaited<ReturnType<typeof createStoreClient>>

const reason = storeUnavailable()

describe.skipIf(reason !== undefined)(
  `the embedded store${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 30_000 },
  () => {
    let store: TestStore
    let client: Client

    beforeAll(async () => {
      store = await startTestStore({ store: { maxConcurrentQueries: 2 } })
      client = await createStoreClient(store.config)
      await client.command({
        query:
          'CREATE TABLE t (a UInt64, s String) ENGINE = MergeTree ORDER BY a SETTINGS non_replicated_deduplication_window = 100',
      })
    }, 30_000)

    afterAll(async () => {
      await client?.close()
      await store?.close()
    })

    const rows = async <T>(query: string, more: object = {}): Promise<T[]> => {
      const result = await client.query({ query, format: 'JSONEachRow', ...more })
      return await result.json<T>()
    }

    it('answers ping without a password and queries only with it', async () => {
      expect(await (await fetch(`${store.url}/ping`)).text()).toBe('Ok.\n')
      expect((await fetch(`${store.url}/?query=SELECT%201`)).status).toBe(401)
      const wrong = createClient({ url: store.url, password: 'wrong', log: { level: 127 } })
      await expect(wrong.query({ query: 'SELECT 1' })).rejects.toMatchObject({ code: '516' })
      await wrong.close()
      const password = await storePassword(store.config)
      expect(password.length).toBeGreaterThan(20)
      const answer = await fetch(`${store.url}/?query=SELECT%201`, {
        headers: { 'X-ClickHouse-User': 'default', 'X-ClickHouse-Key': password },
      })
      expect(await answer.text()).toBe('1\n')
    })

    it('carries parameters with every awkward character unchanged', async () => {
      const text = `it's \\ "q" \n\t \u00e9 \ud83d\ude80`
      const query_params = { text, list: ["o'x", 'y"'], map: { "k'": "v\\'1" }, none: null }
      const query =
        'SELECT {text:String} AS text, {list:Array(String)} AS list, {map:Map(String, String)} AS map, {none:Nullable(String)} AS none'
      expect(await rows(query, { query_params })).toEqual([query_params])
    })

    it('carries parameters as long as ClickHouse takes them', async () => {
      for (const bytes of [20_000, 300_000, 900_000]) {
        const query_params = { text: 'x'.repeat(bytes) }
        expect(await rows('SELECT length({text:String}) AS n', { query_params })).toEqual([{ n: bytes }])
      }
      const ids = Array.from({ length: 10_000 }, (_, i) => 2n ** 64n - 1n - BigInt(i))
      expect(await rows('SELECT length({ids:Array(UInt64)}) AS n', { query_params: { ids } })).toEqual([
        { n: 10_000 },
      ])
    })

    it('gives ClickHouse its code and name for what is wrong', async () => {
      await expect(rows('SELEC 1')).rejects.toMatchObject({ code: '62', type: 'SYNTAX_ERROR' })
      await expect(rows('SELECT * FROM nosuch')).rejects.toMatchObject({ code: '60', type: 'UNKNOWN_TABLE' })
      const clickhouse_settings = { format_schema: 'x' }
      await expect(rows('SELECT 1', { clickhouse_settings })).rejects.toMatchObject({
        type: 'UNKNOWN_SETTING',
      })
    })

    it('tells a result that breaks half-way from one that is complete', async () => {
      const query = "SELECT throwIf(number = 900000, 'broke') AS broke, number FROM numbers(2000000)"
      await expect(rows(query)).rejects.toMatchObject({ code: '395' })
      expect((await rows('SELECT number FROM numbers(200000)')).length).toBe(200_000)
    })

    it('keeps a reader from files, writes and settings', async () => {
      const clickhouse_settings = { readonly: '1' as const }
      for (const query of [
        "SELECT * FROM file('/etc/passwd', LineAsString)",
        'DROP TABLE t',
        'SET max_threads = 1',
        "SELECT 1 INTO OUTFILE '/tmp/millrace-outfile'",
      ])
        await expect(rows(query, { clickhouse_settings })).rejects.toMatchObject({ type: 'READONLY' })
      expect(await rows('SELECT 1 AS one', { clickhouse_settings })).toEqual([{ one: 1 }])
    })

    it('runs one statement only, however it is dressed up', async () => {
      for (const query of ['SELECT 1; DROP TABLE t', "SELECT $$ ' $$; DROP TABLE t; SELECT ' '"])
        await expect(rows(query)).rejects.toMatchObject({ type: 'SYNTAX_ERROR' })
      expect(await rows('EXISTS t')).toEqual([{ result: 1 }])
    })

    it('takes rows that look like SQL as rows', async () => {
      const s = "x'); \n\n\nDROP TABLE t; SELECT '1\n\n"
      await client.insert({ table: 't', values: [{ a: 1, s }], format: 'JSONEachRow' })
      await client.command({ query: "INSERT INTO t (a, s) VALUES (2, 'a''b\n\nDROP TABLE t')" })
      const body = 'INSERT INTO t (a, s) FORMAT CSV\n3,"c"\n\nDROP TABLE t\n'
      const password = await storePassword(store.config)
      const url = `${store.url}/?database=millrace&user=default&password=${password}`
      expect((await fetch(url, { method: 'POST', body })).ok).toBe(false)
      expect(await rows('SELECT * FROM t WHERE a < 3 ORDER BY a')).toEqual([
        { a: 1, s },
        { a: 2, s: "a'b\n\nDROP TABLE t" },
      ])
    })

    it('does not show where it keeps the rows of a failed insert', async () => {
      const values = [{ a: 'not a number' }]
      const failure = client.insert({ table: 't', values, format: 'JSONEachRow' })
      const message = await failure.then(
        () => '',
        (error: Error) => error.message,
      )
      expect(message).toContain('Cannot parse')
      expect(message).not.toContain(store.config.dataDir)
      expect(message).not.toContain('spool')
    })

    it('drops the second insert with a token, and no other', async () => {
      const block = Buffer.from([1, 3, 1, 0x61, 6, ...Buffer.from('UInt64')])
      const values = Buffer.alloc(24)
      for (const [i, v] of [100, 101, 102].entries()) values.writeBigUInt64LE(BigInt(v), i * 8)
      const native = Buffer.concat([block, values])
      const insert = (token: string) => insertNative(client, 't' as never, native, token)
      await insert('range-1')
      await insert('range-1')
      expect(await rows('SELECT count() AS n FROM t WHERE a >= 100')).toEqual([{ n: 3 }])
      await insert('range-2')
      expect(await rows('SELECT count() AS n FROM t WHERE a >= 100')).toEqual([{ n: 6 }])
    })

    it('ends a query whose client has gone', async () => {
      const controller = new AbortController()
      const query = 'SELECT number, sleepEachRow(0.001) FROM numbers(100000000)'
      const settings = { max_block_size: '100' }
      const result = await queryAbortable(
        client,
        { query, format: 'JSONEachRow', clickhouse_settings: settings },
        controller.signal,
      )
      controller.abort()
      await expect(result.json()).rejects.toThrow()
      const running =
        "SELECT count() AS n FROM system.processes WHERE query LIKE '%sleepEachRow%' AND query NOT LIKE '%processes%'"
      await expect.poll(async () => await rows(running), { timeout: 15_000 }).toEqual([{ n: 0 }])
    })

    it('ends a query by its id', async () => {
      const query_id = 'kill-me'
      const query = 'SELECT count() FROM numbers(1000000000000)'
      const running = client.query({ query, query_id, format: 'JSONEachRow' })
      const ended = expect(running).rejects.toMatchObject({ type: 'QUERY_WAS_CANCELLED' })
      const processes = `SELECT count() AS n FROM system.processes WHERE Settings['log_comment'] = '${query_id}'`
      await expect.poll(async () => await rows(processes), { timeout: 15_000 }).toEqual([{ n: 1 }])
      await client.command({ query: `KILL QUERY WHERE query_id = '${query_id}'` })
      await ended
    })

    it('lets so many queries run at once, and the rest wait', async () => {
      const slow = Array.from({ length: 6 }, (_, i) =>
        rows(`SELECT ${i} AS i, sleep(0.2) FORMAT JSONEachRow`),
      )
      const running = "SELECT count() AS n FROM system.processes WHERE query LIKE '%sleep(0.2)%'"
      expect((await rows<{ n: number }>(running))[0]?.n).toBeLessThanOrEqual(2)
      expect((await Promise.all(slow)).length).toBe(6)
    })

    it('takes bodies that are compressed, and refuses broken ones', async () => {
      const { gzipSync } = await import('node:zlib')
      const password = await storePassword(store.config)
      const url = `${store.url}/?database=millrace&user=default&password=${password}&query=${encodeURIComponent('INSERT INTO t FORMAT JSONEachRow')}`
      const headers = { 'Content-Encoding': 'gzip' }
      const good = await fetch(url, { method: 'POST', headers, body: gzipSync('{"a":7,"s":"gz"}\n') })
      expect(good.status).toBe(200)
      const bad = await fetch(url, { method: 'POST', headers, body: Buffer.from('not gzip') })
      expect([bad.status, bad.headers.get('x-clickhouse-exception-code')]).toEqual([400, '271'])
      expect(await rows('SELECT s FROM t WHERE a = 7')).toEqual([{ s: 'gz' }])
    })

    it('has the tables that the code names, column for column', async () => {
      for (const [table, columns] of Object.entries(columnsOf)) {
        const found = await rows<{ name: string; default_type: string }>(`DESCRIBE TABLE ${table}`)
        const stored = found.filter(column => column.default_type !== 'ALIAS')
        expect(stored.map(column => column.name).sort(), table).toEqual(Object.keys(columns).sort())
      }
    })

    it('migrates once, though two processes try it together', async () => {
      const { logger, entries } = memoryLogger()
      const config = { ...store.config, clickhouse: { ...store.config.clickhouse, database: 'other' } }
      const password = await storePassword(store.config)
      const other = { ...config, clickhouse: { ...config.clickhouse, password } }
      await client.command({ query: 'CREATE DATABASE other ENGINE = Atomic' })
      await Promise.all([migrate(other, logger), migrate(other, logger), migrate(other, logger)])
      const applied = entries.filter(entry => entry.message === 'migrated').length
      expect(await rows('SELECT count() AS n FROM other.schema_migrations')).toEqual([{ n: applied }])
      await migrate(other, logger)
      expect(entries.filter(entry => entry.message === 'migrated').length).toBe(applied)
    })

    it('refuses tables that another version made, and says what to do', async () => {
      const { logger } = memoryLogger()
      const password = await storePassword(store.config)
      const other = {
        ...store.config,
        clickhouse: { ...store.config.clickhouse, password, database: 'older' },
      }
      await client.command({ query: 'CREATE DATABASE older ENGINE = Atomic' })
      await migrate(other, logger)
      await client.command({
        query:
          "INSERT INTO older.schema_migrations (Version, Name, Checksum, AppliedAt) VALUES (1, '0001_logs', '0123', now64(3) + 1)",
      })
      await expect(migrate(other, logger)).rejects.toMatchObject({
        code: 'SCHEMA_DIFFERS',
        message: expect.stringContaining('0001_logs differs'),
      })
    })

    it('refuses a second process on its folder', async () => {
      await expect(startTestStore({}, store.config.dataDir)).rejects.toMatchObject({ code: 'FOLDER_LOCKED' })
    })

    it('keeps what it has answered through kill -9', async () => {
      await client.insert({ table: 't', values: [{ a: 5000, s: 'kept' }], format: 'JSONEachRow' })
      await store.crash()
      expect(await rows('SELECT s FROM t WHERE a = 5000')).toEqual([{ s: 'kept' }])
    }, 15_000)
  },
)
