import { readdir } from 'node:fs/promises'
import type { ClickHouseClient } from '@clickhouse/client'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { FakeKafka } from '../../aggregator/testing/fake-kafka.ts'
import { sentRecord, takeIn } from '../../aggregator/testing/sent.ts'
import { reportText } from '../../cli/verify/report.ts'
import { verify } from '../../cli/verify/verify.ts'
import { parseLogQuery } from '../../lib/logql/index.ts'
import { createStoreClient, formOf, StoreConnection } from '../../store/index.ts'
import { startTestStore, storeUnavailable, type TestStore } from '../../store/testing/store.ts'
import { StoreReader } from '../store-reader.ts'
import { streamSource } from '../streams.ts'
import { deleteLines, previewDeletion } from './delete-lines.ts'
import { finishDeletions } from './unfinished.ts'

const reason = storeUnavailable()
const topic = 'otlp_logs'
const nowMs = Date.now()

describe.skipIf(reason !== undefined)(
  `deleting${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 120_000 },
  () => {
    let store: TestStore
    let client: ClickHouseClient
    let kafka: FakeKafka
    let tokens = 0
    beforeAll(async () => {
      store = await startTestStore()
      client = await createStoreClient(store.config)
    }, 120_000)
    afterAll(async () => {
      await client?.close()
      await store?.close()
    })
    const sources = { web: '/var/log/web', shop: '/var/log/shop' }
    const fill = async () => {
      for (const table of [
        'deleted_counts',
        'otel_logs',
        'ledger',
        'deletions',
        'deleted_rows',
        'log_rollup_10s',
        'log_rollup_1m',
        'log_rollup_5m',
        'log_rollup_1h',
        'pattern_rollup_1m',
        'pattern_rollup_1h',
        'log_patterns',
      ])
        await client.command({ query: `TRUNCATE TABLE ${table}` })
      kafka = new FakeKafka()
      kafka.makeTopic(topic, 1)
      const records = Object.entries(sources).map(([service, source]) =>
        sentRecord({ agent: 'a', source, generation: '1', service, timeMs: nowMs }, 0, [
          { body: `${service}: ann@example.com came` },
          { body: `${service}: bob@example.com came` },
        ]),
      )
      kafka.append(topic, 0, records)
      await takeIn(client, topic, records, 0, `delete ${tokens++}`)
      const member = await kafka.client().joinGroup({ group: 'g', topics: [topic], clientId: 'c' })
      await member.commit([{ topic, partition: 0, offset: 2, metadata: '' }])
    }
    beforeEach(fill, 60_000)
    const rows = async (query: string) =>
      (await (await client.query({ query, format: 'JSONCompactEachRow' })).json<unknown[]>()).flat()
    const options = (match: string, sinceMs?: number, untilMs?: number) => ({
      ...{ store: client, form: formOf(store.config), tenant: 'default', match },
      ...{ sinceMs, untilMs },
    })
    const remove = async (match: string, why?: string) => {
      const preview = await previewDeletion(options(match))
      await deleteLines(options(match), { by: 'root@test', preview, nowMs, why })
    }
    const verified = () =>
      verify({
        ...{ config: store.config, kafka: kafka.client(), store: client, agent: undefined, sinceMs: 0 },
        ...{ isQuick: false, nowMs, progress: () => undefined },
      })

    it('says what would go and what stays, and takes nothing', async () => {
      const preview = await previewDeletion(options('{service="shop"}'))
      const day = new Date(nowMs).toISOString().slice(0, 10)
      expect(preview).toMatchObject({
        lines: 2,
        bytes: 2 * 26,
        days: [{ day, lines: 2 }],
        spans: 0,
        samples: 0,
      })
      expect((await previewDeletion(options('{} |= "ann"'))).stays).toEqual([
        'what is in the topics still, until their retention is over: it is not read again',
        'templates of messages that other lines have as well, with their values left out (log_patterns)',
        'spans and metrics: they go where a query is about services and hosts alone',
      ])
      expect((await previewDeletion(options('{service="shop"}', nowMs + 1))).lines).toBe(0)
      expect((await previewDeletion(options('{service="shop"}', undefined, nowMs - 1))).lines).toBe(0)
      expect(await rows('SELECT count() FROM otel_logs')).toEqual([4])
    })

    it("takes a service's lines, counts and templates, and nothing else", async () => {
      await remove('{service="shop"}')
      expect(await rows('SELECT DISTINCT ServiceName FROM otel_logs')).toEqual(['web'])
      expect(
        await rows('SELECT ServiceName FROM log_rollup_1m GROUP BY ServiceName HAVING sum(Lines) > 0'),
      ).toEqual(['web'])
      expect(await rows('SELECT DISTINCT ServiceName FROM log_patterns')).toEqual(['web'])
    })

    it('touches no part of tables that have nothing of it, and looks for lines in their records alone', async () => {
      await client.command({
        query: `INSERT INTO otel_logs (Tenant, Timestamp, ServiceName, LineRest, IngestedAt, RetentionDays)
          SELECT 'default', now64(9) - toIntervalDay(2), 'other', 'ann@example.com', now64(3), 400`,
        clickhouse_settings: { async_insert: 0 },
      })
      const asked: string[] = []
      const watched = new Proxy(client, {
        get: (target, name) => {
          if (name !== 'command') return Reflect.get(target, name).bind(target)
          return async (...given: Parameters<typeof client.command>) => {
            const { query, query_params: params } = given[0]
            if (query.includes('DELETE WHERE'))
              asked.push(`${query} ${JSON.stringify(params, (_, value) => String(value))}`)
            return await target.command(...given)
          }
        },
      })
      const match = options('{service="shop"}')
      const preview = await previewDeletion(match)
      await deleteLines({ ...match, store: watched }, { by: 'root@test', preview, nowMs })
      const [first, ...others] = asked.map(query => query.split(' ')[2])
      expect(first).toBe('otel_logs')
      expect(others.sort()).toEqual(['deleted_counts', 'log_patterns'])
      expect(asked[0]).toContain('TopicOffset IN {narrowOffsets:Array(UInt64)} AND ')
      expect(await rows('SELECT DISTINCT ServiceName FROM otel_logs ORDER BY ServiceName')).toEqual([
        'other',
        'web',
      ])
    })

    it('takes what is left of a service whose lines are gone already', async () => {
      await client.command({
        query: "ALTER TABLE otel_logs DELETE WHERE ServiceName = 'shop' SETTINGS mutations_sync = 2",
      })
      const left = await previewDeletion(options('{service="shop"}'))
      // a window of each length, and one template
      expect(left).toMatchObject({ lines: 0, spans: 0, samples: 0, counts: 4 + 2 * 2 + 2 })
      expect((await previewDeletion(options('{service="shop"} |= "ann"'))).counts).toBe(0)
      await remove('{service="shop"}')
      expect((await previewDeletion(options('{service="shop"}'))).counts).toBe(0)
      expect(await rows('SELECT DISTINCT ServiceName FROM log_rollup_1h')).toEqual(['web'])
      expect(await rows('SELECT count() FROM deletions')).toEqual([0])
    })

    it('takes lines from all counts, however often it runs, and leaves those of the others', async () => {
      const counted = async () => ({
        lines: await Promise.all(
          ['10s', '1m', '5m', '1h'].map(name =>
            rows(
              `SELECT ServiceName, sum(Lines), sum(Bytes) FROM log_rollup_${name} GROUP BY ServiceName ORDER BY ServiceName`,
            ),
          ),
        ),
        patterns: await Promise.all(
          ['1m', '1h'].map(name =>
            rows(
              `SELECT ServiceName, sum(Lines) FROM pattern_rollup_${name} GROUP BY ServiceName ORDER BY ServiceName`,
            ),
          ),
        ),
      })
      await remove('{} |= "ann@example.com"')
      for (const match of ['{} |= "ann@example.com"', '{service="shop"} |= "bob"']) {
        const shop = match.includes('shop') ? [0, 0] : [1, 26]
        await remove(match)
        expect(await counted()).toEqual({
          lines: Array.from({ length: 4 }, () => ['shop', ...shop, 'web', 1, 25]),
          patterns: Array.from({ length: 2 }, () => ['shop', shop[0], 'web', 1]),
        })
      }
      const reader = new StoreReader(new StoreConnection(store.config, { application: 'test' }))
      const search = { query: parseLogQuery('{}'), tenant: 'default', by: ['ServiceName'] as const }
      const range = { startNs: 0n, endNs: BigInt(nowMs + 7_200_000) * 1_000_000n }
      const nothing = new AbortController().signal
      const source = await streamSource(reader, { ...search, ...range }, nothing)
      expect((await reader.rows(source?.sql.slice(1, -1) ?? '', source?.params ?? {}, nothing)).rows).toEqual(
        [{ ServiceName: 'web', lines: 1, bytes: 25 }],
      )
    })

    it('goes on where it was ended, between any two steps, and takes nothing twice', async () => {
      const match = '{} |= "ann@example.com"'
      const dying = (after: number) => {
        let commands = 0
        return new Proxy(client, {
          get: (target, name) => {
            if (name !== 'command') return Reflect.get(target, name).bind(target)
            return async (...given: Parameters<typeof client.command>) => {
              if (commands++ >= after) throw new Error('ended')
              return await target.command(...given)
            }
          },
        })
      }
      const counts = () =>
        rows(
          `SELECT * FROM (SELECT 'lines', sum(Lines), sum(Bytes) FROM log_rollup_10s UNION ALL SELECT 'hours', sum(Lines), sum(Bytes) FROM log_rollup_1h
            UNION ALL SELECT 'patterns', sum(Lines), 0 FROM pattern_rollup_1m) ORDER BY 1`,
        )
      // two notes, the counts, that it begins, told to go; then templates and statements, and window by window
      for (const after of [3, 4, 5, 6, 9, 12, 13]) {
        const preview = await previewDeletion(options(match))
        if (preview.lines > 0)
          await expect(
            deleteLines({ ...options(match), store: dying(after) }, { by: 'root@test', preview, nowMs }),
          ).rejects.toThrow('ended')
        const isBegun = after > 4
        expect([after, await finishDeletions(options(match))]).toEqual([after, isBegun ? 1 : 0])
        expect([after, (await previewDeletion(options(match))).lines]).toEqual([after, isBegun ? 0 : 2])
        if (!isBegun) await remove(match)
        expect([after, await finishDeletions(options(match))]).toEqual([after, 0])
        expect([after, ...(await counts())]).toEqual([
          after,
          'hours',
          2,
          51,
          'lines',
          2,
          51,
          'patterns',
          2,
          0,
        ])
        expect(await rows('SELECT Template FROM log_patterns ORDER BY Template')).toEqual([
          'shop: bob@example.com came',
          'web: bob@example.com came',
        ])
        await fill()
      }
    })

    it("takes a person's lines, of which verify says who deleted them, and when", async () => {
      expect((await verified()).isProven).toBe(true)
      await remove('{} |= "ann@example.com"')
      expect(await rows('SELECT Body FROM otel_logs ORDER BY Body')).toEqual([
        'shop: bob@example.com came',
        'web: bob@example.com came',
      ])
      const check = await verified()
      expect(check.findings).toEqual([])
      const at = `${new Date(nowMs).toISOString().slice(0, 19)}Z`
      expect(reportText(check)).toContain(
        `2 lines were deleted\ndeleted: 2 lines at ${at} by root@test: millrace store delete --match {} |= "ann@example.com"\n`,
      )
    })

    it('notes a reason in place of a query that says what is to be forgotten', async () => {
      await remove('{} |= "ann@example.com"', 'request 17')
      expect(await rows('SELECT Query, Reason FROM deletions')).toEqual(['', 'request 17'])
    })

    it('leaves what is to be forgotten in no statement that the engine keeps, also where it was ended before', async () => {
      const kept = async () => {
        const files = await readdir(store.config.dataDir, { recursive: true })
        return files.filter(file => /mutation_\d+\.txt$/.test(file))
      }
      await client.command({
        query: `ALTER TABLE otel_logs DELETE WHERE Body LIKE '%bob@%' SETTINGS mutations_sync = 2`,
      })
      expect(await kept()).not.toEqual([])
      await store.crash()
      await vi.waitFor(async () => expect(await kept()).toEqual([]), { timeout: 20_000, interval: 100 })
      await remove('{} |= "ann@example.com"', 'request 17')
      expect(await kept()).toEqual([])
      expect(await rows('SELECT Template FROM log_patterns ORDER BY Template')).toEqual([
        'shop: bob@example.com came',
        'web: bob@example.com came',
      ])
      expect(await rows('SELECT command FROM system.mutations')).toEqual([])
    })

    it('is no excuse for what else is missing', async () => {
      await remove('{} |= "ann@example.com"')
      await client.command({
        query: "ALTER TABLE otel_logs DELETE WHERE ServiceName = 'web' SETTINGS mutations_sync = 2",
      })
      expect((await verified()).findings.map(({ message }) => message)).toEqual([
        '2 lines in the record, 0 rows in the store, 1 deleted',
      ])
    })
  },
)
