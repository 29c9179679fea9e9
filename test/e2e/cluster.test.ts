import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ClickHouseClient } from '@clickhouse/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStoreClient, insertNative, schemaStatements } from '../../store/index.ts'
import { startTestStore, storeUnavailable, type TestStore } from '../../store/testing/store.ts'
import { freePort } from '../free-ports.ts'
import { run, type Stack, searchLogs, startStack, until } from './stack.ts'

const reason = storeUnavailable()
const database = 'clustered'
const day = { start: '2026-01-02T00:00:00Z', end: '2026-01-03T00:00:00Z' }
const line = (n: number) =>
  `{"time":"2026-01-02T03:04:05.${String(n).padStart(3, '0')}Z","level":"${n % 10 === 0 ? 'error' : 'info'}","service":"shop${n % 2}","msg":"order ${n} accepted","ms":${n}}\n`
const content = Array.from({ length: 600 }, (_, n) => line(n)).join('')

/**
 * The tables of a cluster, but for what takes several servers: they are not made on others and not replicated. Everything is written
 * and asked through the distributed ones.
 */
async function onOneServer(): Promise<string[]> {
  const statements = await schemaStatements(database, { cluster: 'logs', storagePolicy: null })
  return statements.map(statement =>
    statement
      .replaceAll(' ON CLUSTER `logs`', '')
      .replaceAll(/ENGINE = Replicated(\w+)\('[^']*', '[^']*'(?:, )?/g, 'ENGINE = $1(')
      .replaceAll(/replicated_deduplication_window_seconds = \d+, /g, '')
      .replaceAll(/\breplicated_deduplication_window\b/g, 'non_replicated_deduplication_window'),
  )
}

/** What a server of a cluster has in its configuration, beside that of the store. */
function clusterXml(port: number): string {
  return `<clickhouse><tcp_port>${port}</tcp_port><remote_servers><logs><shard><internal_replication>true</internal_replication>
<replica><host>127.0.0.1</host><port>${port}</port></replica></shard></logs></remote_servers></clickhouse>`
}

describe.skipIf(reason !== undefined)(
  `the roles on a cluster's tables${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-cluster-'))
    const logs = join(folder, 'shop.log')
    let store: TestStore
    let client: ClickHouseClient
    let stack: Stack
    let set: string[]

    beforeAll(async () => {
      const config = join(folder, 'data', 'store', 'server.d')
      mkdirSync(config, { recursive: true })
      writeFileSync(join(config, 'cluster.xml'), clusterXml(await freePort()))
      writeFileSync(logs, content)
      store = await startTestStore({}, join(folder, 'data'))
      const password = readFileSync(join(folder, 'data', 'store', 'password'), 'utf8').trim()
      const clickhouse = { ...store.config.clickhouse, password, database, cluster: 'logs' }
      client = await createStoreClient({ ...store.config, clickhouse }, { database: 'default' })
      const [first = '', ...others] = await onOneServer()
      await client.command({ query: first })
      await client.close()
      client = await createStoreClient({ ...store.config, clickhouse })
      for (const query of others) await client.command({ query })
      set = [
        `clickhouse.url=${store.url}`,
        `clickhouse.password=${password}`,
        `clickhouse.database=${database}`,
        'clickhouse.cluster=logs',
        `agent.sources=[{type: file, include: [${JSON.stringify(logs)}]}]`,
        'telemetry.enabled=false',
      ]
      stack = await startStack(set)
    }, 90_000)

    afterAll(async () => {
      await stack?.stop()
      await client?.close()
      await store?.close()
      rmSync(folder, { recursive: true, force: true })
    })

    const command = async (...words: string[]) =>
      await run([...words, ...stack.arguments, ...set.flatMap(assignment => ['--set', assignment])])
    const ask = async (path: string, parameters: Record<string, string>) => {
      const response = await fetch(`${stack.url}${path}?${new URLSearchParams({ ...day, ...parameters })}`)
      expect(response.status).toBe(200)
      return (await response.json()) as Record<string, unknown>
    }

    it('write each line once and find it', async () => {
      await until(
        async () => (await searchLogs(stack, { ...day, query: '', limit: '1000' })).logs.length === 600,
        30_000,
        stack.output,
      )
      const found = await searchLogs(stack, { ...day, query: '{service="shop1"} |= "order 77 "' })
      expect(found.logs.map(({ attributes }) => attributes['ms'])).toEqual(['77'])
      expect((await searchLogs(stack, { ...day, query: '| ms >= 598' })).logs).toHaveLength(2)
    })

    it('count, from the rollups and from the lines', async () => {
      for (const query of ['', '|= "accepted"'])
        expect(await ask('/api/logs/histogram', { query, step: '1d' })).toMatchObject({
          buckets: [{ counts: { info: 540, error: 60 } }],
        })
      expect(await ask('/api/logs/facets', { query: '', fields: 'service' })).toMatchObject({
        facets: expect.arrayContaining([
          expect.objectContaining({
            field: 'service',
            values: [
              { value: 'shop0', count: 300 },
              { value: 'shop1', count: 300 },
            ],
          }),
        ]),
      })
      expect(await ask('/api/logs/patterns', { query: '' })).toMatchObject({
        patterns: [{ template: 'order <num> accepted', count: 600 }],
      })
    })

    it('drop a block that comes again', async () => {
      const rows = async () => {
        const answer = await client.query({
          query: 'SELECT toUInt32(count()) AS n FROM log_patterns',
          format: 'JSONEachRow',
        })
        return (await answer.json<{ n: number }>())[0]?.n
      }
      const native = await client.exec({ query: 'SELECT * FROM log_patterns FORMAT Native' })
      const block = Buffer.concat(await native.stream.toArray())
      const before = (await rows()) ?? 0
      for (let i = 0; i < 2; i++) await insertNative(client, 'log_patterns', block, 'again')
      expect(await rows()).toBe(before * 2)
    })

    it('prove and give back the file', async () => {
      const path = `${hostname()}:${logs}`
      expect(await command('verify')).toMatchObject({ code: 0, stdout: expect.stringContaining('600 lines') })
      expect(await command('cat', path)).toMatchObject({ code: 0, stdout: content })
      expect((await command('store', 'check')).code).toBe(0)
    }, 60_000)
  },
)
