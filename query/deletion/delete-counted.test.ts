import type { ClickHouseClient } from '@clickhouse/client'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { defaultSettings } from '../../aggregator/range/settings.ts'
import { rollupDefinitions } from '../../aggregator/rollups/definition.ts'
import { sentRecord, takeIn } from '../../aggregator/testing/sent.ts'
import { createStoreClient, formOf, StoreConnection } from '../../store/index.ts'
import { startTestStore, storeUnavailable, type TestStore } from '../../store/testing/store.ts'
import { queryMetrics } from '../metrics.ts'
import { StoreReader } from '../store-reader.ts'
import { deleteLines, previewDeletion } from './delete-lines.ts'
import { finishDeletions } from './unfinished.ts'

const reason = storeUnavailable()
const topic = 'otlp_logs'
const hourMs = 3_600_000
const nowMs = Math.floor(Date.now() / hourMs) * hourMs
const oldMs = nowMs - 72 * hourMs
const settings = {
  ...defaultSettings,
  rollups: rollupDefinitions.parse([
    { name: 'lines', by: ['service'], windows: ['10s', '1m'] },
    { name: 'took_sum', where: '{} |= "order"', value: 'sum took', windows: ['1m'] },
    { name: 'took_max', where: '{} |= "order"', value: 'max took', by: ['service'], windows: ['1m'] },
    { name: 'by_user', by: ['user'], windows: ['1m'], maxSeries: 1 },
    { name: 'most_by_user', value: 'max took', by: ['user'], windows: ['1m'], maxSeries: 1 },
  ]),
}

describe.skipIf(reason !== undefined)(
  `lines that were counted and are deleted${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 120_000 },
  () => {
    let store: TestStore
    let client: ClickHouseClient
    let tokens = 0
    beforeAll(async () => {
      store = await startTestStore()
      client = await createStoreClient(store.config)
    }, 120_000)
    afterAll(async () => {
      await client?.close()
      await store?.close()
    })
    beforeEach(async () => {
      const answer = await client.query({
        query: `SELECT name FROM system.tables WHERE database = currentDatabase() AND name NOT LIKE 'schema%'`,
        format: 'JSONEachRow',
      })
      for (const { name } of await answer.json<{ name: string }>())
        await client.command({ query: `TRUNCATE TABLE ${name}` })
    })

    const rows = async (query: string) =>
      (await (await client.query({ query, format: 'JSONCompactEachRow' })).json<unknown[]>()).flat()
    const record = (service: string, timeMs: number, lines: readonly [user: string, took: number][]) =>
      sentRecord(
        { agent: 'a', source: `/var/log/${service}`, generation: '1', service, timeMs },
        0,
        lines.map(([user, took]) => ({ body: `order of ${user}`, attributes: { user, took } })),
      )
    const take = async (offset: number, ...records: ReturnType<typeof record>[]) =>
      await takeIn(client, topic, records, offset, `counted ${tokens++}`, settings)
    const options = (match: string, sinceMs?: number, untilMs?: number) => ({
      ...{ store: client, form: formOf(store.config), tenant: 'default', match },
      ...{ sinceMs, untilMs },
    })
    const remove = async (asked: ReturnType<typeof options>) =>
      await deleteLines(asked, { by: 'root@test', preview: await previewDeletion(asked), nowMs: Date.now() })
    /** Of the minute from `nowMs` on, by label. */
    const asked = async (promql: string) => {
      const reader = new StoreReader(new StoreConnection(store.config, { application: 'test' }))
      const steps = { startMs: nowMs + 60_000, stepMs: 60_000, count: 1 }
      const { series } = await queryMetrics(reader, 'default', promql, steps, new AbortController().signal)
      return Object.fromEntries(
        series.map(({ labels, values }) => [labels['service'] ?? labels['user'] ?? '', values[0]]),
      )
    }
    /** Told of each command, before it goes. */
    const watched = (told: (query: string) => Promise<void> | void) => {
      return new Proxy(client, {
        get: (target, name) => {
          if (name !== 'command') return Reflect.get(target, name).bind(target)
          return async (...given: Parameters<typeof client.command>) => {
            await told(given[0].query)
            return await target.command(...given)
          }
        },
      })
    }
    /** Ends before a statement that has this. */
    const endedAt = (text: string) =>
      watched(query => {
        if (query.includes(text)) throw new Error('ended')
      })
    const everyone: [string, number][] = [
      ['ann', 7],
      ['bob', 5],
      ['bob', 2],
    ]

    it('are taken from the rollups of the configuration: counts, sums, extremes, and series among the others', async () => {
      await take(0, record('web', nowMs, everyone), record('shop', nowMs, [['ann', 9]]))
      expect(await asked('by_user')).toEqual({ ann: 2, __overflow__: 2 })
      await remove(options('{} |= "ann"'))
      expect(await asked('increase(lines[1m])')).toEqual({ web: 2 })
      expect(await asked('lines')).toEqual({})
      expect(await asked('last_over_time(lines[1m])')).toEqual({ web: 2 })
      expect(await asked('took_sum')).toEqual({ '': 7 })
      expect(await asked('took_max')).toEqual({ web: 5 })
      expect(await asked('by_user')).toEqual({ __overflow__: 2 })
      await remove(options('{} |= "bob"'))
      for (const name of ['lines', 'took_sum', 'took_max', 'by_user'])
        expect([name, await asked(`last_over_time(${name}[1m])`)]).toEqual([name, {}])
      expect(await rows('SELECT count() FROM deleted_rollups')).toEqual([0])
    })

    it('leave no greatest value among the others of a window where a line that is gone may have had it', async () => {
      const most = async () => await asked('last_over_time(most_by_user[1m])')
      const shop: [string, number][] = [
        ['ann', 7],
        ['bob', 5],
        ['cid', 9],
        ['cid', 3],
      ]
      await take(0, record('web', nowMs, shop))
      expect(await most()).toEqual({ ann: 7, __overflow__: 9 })
      await remove(options('{} |= "bob"'))
      expect(await most()).toEqual({ ann: 7, __overflow__: 9 })
      await remove(options('{} | took = 9'))
      expect(await most()).toEqual({ ann: 7 })
      await take(1, record('web', nowMs, shop))
      await remove(options('{} |= "ann"'))
      expect(await most()).toEqual({ __overflow__: 9 })
    })

    it('are taken from no rollup that had not counted them', async () => {
      await takeIn(client, topic, [record('web', nowMs, everyone)], 0, `before ${tokens++}`)
      await take(1, record('web', nowMs, [['bob', 1]]))
      await remove(options('{} |= "ann"'))
      expect(await asked('last_over_time(lines[1m])')).toEqual({ web: 1 })
    })

    it('are taken once, wherever it was ended', async () => {
      const steps = [
        'INTO custom_rollup_1m',
        'ALTER TABLE custom_rollup_1m',
        'Recounted',
        'ALTER TABLE deleted_',
      ]
      for (const [round, step] of steps.entries()) {
        await take(10 * round, record('web', nowMs, everyone))
        const all = options('{} |= "ann"')
        const preview = await previewDeletion(all)
        const ended = deleteLines({ ...all, store: endedAt(step) }, { by: 'root@test', preview, nowMs })
        await expect(ended).rejects.toThrow('ended')
        expect([step, await finishDeletions(all)]).toEqual([step, 1])
        const times = round + 1
        expect([step, await asked('last_over_time(lines[1m])')]).toEqual([step, { web: 2 * times }])
        expect([step, await asked('took_sum')]).toEqual([step, { '': 7 * times }])
        expect([step, await asked('took_max')]).toEqual([step, { web: 5 }])
        expect([step, ...(await rows('SELECT sum(Lines) FROM log_rollup_1h'))]).toEqual([step, 2 * times])
      }
    })

    it('of a service go with its windows, and at the edges of a time are counted down, also where it was ended', async () => {
      const counts = () =>
        rows(
          `SELECT Window, sum(Lines) AS n FROM log_rollup_1m WHERE ServiceName = 'web' GROUP BY Window HAVING n > 0 ORDER BY Window`,
        )
      const times = [0, 50_000, 70_000, 130_000, 170_000]
      for (const [round, command] of ['KILL MUTATION', 'ALTER TABLE log_rollup_1m', 'none'].entries()) {
        await take(100 * round, ...times.map(ms => record('web', oldMs + ms, [['ann', 1]])))
        const part = options('{service="web"}', oldMs + 45_000, oldMs + 150_000)
        const preview = await previewDeletion(part)
        const deleted = deleteLines({ ...part, store: endedAt(command) }, { by: 'root@test', preview, nowMs })
        if (command === 'none') await deleted
        else await expect(deleted).rejects.toThrow('ended')
        await finishDeletions(part)
        if ((await previewDeletion(part)).counts > 0) await remove(part)
        const of = (ms: number) => new Date(oldMs + ms).toISOString().slice(0, 19).replace('T', ' ')
        expect([command, ...(await counts())]).toEqual([command, of(0), round + 1, of(120_000), round + 1])
      }
    })

    it('are left where their range is on its way: its counts are still to come', async () => {
      await take(0, record('web', nowMs, everyone))
      await take(1, record('web', nowMs, everyone))
      await client.command({
        query: 'ALTER TABLE ledger DELETE WHERE TopicOffset = 1 SETTINGS mutations_sync = 2',
      })
      await remove(options('{} |= "ann"'))
      expect(await rows(`SELECT TopicOffset FROM otel_logs WHERE Body LIKE '%ann%'`)).toEqual([1])
      expect(await asked('last_over_time(lines[1m])')).toEqual({ web: 5 })
    })

    it('leave alone what comes in meanwhile', async () => {
      const many = Array.from({ length: 1_001 }, () => record('web', nowMs, [['ann', 1]]))
      await take(0, ...many)
      const all = options('{service="web"}')
      let come = 5_000
      const busy = watched(async query => {
        if (query.startsWith('ALTER TABLE')) await take(come++, record('web', nowMs, [['ann', 1]]))
      })
      const preview = await previewDeletion(all)
      await deleteLines({ ...all, store: busy }, { by: 'root@test', preview, nowMs: Date.now() })
      expect(come).toBeGreaterThan(5_001)
      const lines = come - 5_000
      expect(await rows('SELECT count() FROM otel_logs')).toEqual([lines])
      for (const name of ['log_rollup_10s', 'log_rollup_1h', 'pattern_rollup_1m'])
        expect([name, ...(await rows(`SELECT sum(Lines) FROM ${name}`))]).toEqual([name, lines])
      expect(await asked('last_over_time(lines[1m])')).toEqual({ web: lines })
    })
  },
)
