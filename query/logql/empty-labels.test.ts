import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sentRecord, takeIn } from '../../aggregator/testing/sent.ts'
import { type MetricQuery, parseLogQl } from '../../lib/logql/index.ts'
import { StoreConnection } from '../../store/index.ts'
import { startTestStore, storeUnavailable, type TestStore } from '../../store/testing/store.ts'
import { StoreReader } from '../store-reader.ts'
import { evaluateLogMetrics } from './metrics.ts'

const reason = storeUnavailable()
const { signal } = new AbortController()
const startMs = Math.floor(Date.now() / 600_000) * 600_000 - 3_600_000
const steps = { startMs: startMs + 60_000, stepMs: 60_000, count: 1 }

describe.skipIf(reason !== undefined)(
  `labels without a value in metrics${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 60_000 },
  () => {
    let store: TestStore
    let connection: StoreConnection

    beforeAll(async () => {
      store = await startTestStore()
      connection = new StoreConnection(store.config, { application: 'test' })
      const file = { agent: 'a', source: '/web', generation: '1', service: 'web', timeMs: startMs + 10_000 }
      const lines = ['one two', 'three', 'two one'].map(body => ({ body }))
      await takeIn(await connection.client(), 'otlp_logs', [sentRecord(file, 0, lines)], 0, 'empty')
    }, 120_000)
    afterAll(async () => {
      await connection?.close()
      await store?.close()
    })

    it.each([
      ['count_over_time({service="web"} | logfmt --keep-empty [5m])', { 'one two': 2, three: 1 }],
      ['count_over_time({service="web"} | logfmt --keep-empty [5m]) * 2', { 'one two': 4, three: 2 }],
      ['count_over_time({service="web"} | logfmt [5m])', { '': 3 }],
    ])('tell series apart, as in Loki: %s', async (query, expected) => {
      const reader = new StoreReader(connection)
      const parsed = parseLogQl(query) as MetricQuery
      const { value } = await evaluateLogMetrics(reader, 'default', parsed, steps, signal)
      if (value.kind !== 'vector') throw new Error(`${value.kind} was not asked for`)
      const emptyIn = (labels: Record<string, string>) =>
        Object.keys(labels)
          .filter(name => labels[name] === '')
          .sort()
          .join(' ')
      const found = value.columns.map(({ labels, values }) => [emptyIn({ ...labels }), values[0]])
      expect(Object.fromEntries(found)).toEqual(expected)
    })
  },
)
